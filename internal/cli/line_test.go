package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/assert"
)

// TestTheProgressLineFitsItsTerminal: a line that filled the last column would wrap, and the next
// one could not erase it.
func TestTheProgressLineFitsItsTerminal(t *testing.T) {
	l := line{total: 16, done: 4, text: "epoch 4/16, loss 0.123, errors: train 12.34 %, test 12.34 %, 3s left"}
	for columns := range 120 {
		shown := l.fit(columns, "")
		assert.Less(t, text.StringWidthWithoutEscSequences(shown), max(columns, 2), "%d: %q", columns, shown)
	}
	assert.Equal(t, "━━━───────── "+l.text, l.fit(100, ""))
	assert.Equal(t, l.text, l.fit(75, ""), "the bar gives way")
	assert.True(t, strings.HasPrefix(l.fit(40, ""), "epoch 4/16, loss 0.123, errors: train"))
}

// TestTheProgressLineSaysForHowLongItHasNotChanged: an epoch may take minutes.
func TestTheProgressLineSaysForHowLongItHasNotChanged(t *testing.T) {
	var b bytes.Buffer
	l := line{w: &b, total: 1}
	l.remind(time.Now().Add(time.Hour))
	assert.Empty(t, b.String(), "there is no line")
	l.change(func(l *line) { l.text = "epoch 0/3" })
	l.remind(l.changed.Add(longSilence - 1))
	assert.Equal(t, eraseLine+"──────────── epoch 0/3", b.String())
	b.Reset()
	l.remind(l.changed.Add(70 * time.Second))
	assert.Equal(t, eraseLine+"──────────── epoch 0/3 (for 1m10s)", b.String())
	b.Reset()
	l.aside(func() {})
	assert.Equal(t, eraseLine+"──────────── epoch 0/3", b.String())
	l.erase()
	b.Reset()
	l.remind(l.changed.Add(time.Hour))
	assert.Empty(t, b.String(), "it is gone")
}

func TestTheProgressLineShowsWhatWasReadAndDoesNotObeyIt(t *testing.T) {
	var b bytes.Buffer
	l := line{w: &b, total: 1}
	l.change(func(l *line) { l.text = "a\x1b[2Jb\nc" })
	assert.Equal(t, eraseLine+`──────────── a\x1b[2Jb c`, b.String())
}
