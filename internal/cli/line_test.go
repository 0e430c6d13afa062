package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/assert"
)

// TestTheProgressLineFitsItsTerminal: a line that filled the last column would wrap, and the next
// one could not erase it.
func TestTheProgressLineFitsItsTerminal(t *testing.T) {
	l := line{total: 16, done: 4, text: "epoch 4/16, loss 0.123, errors: train 12.34 %, test 12.34 %, 3s left"}
	for columns := range 120 {
		shown := l.fit(columns)
		assert.Less(t, text.StringWidthWithoutEscSequences(shown), max(columns, 2), "%d: %q", columns, shown)
	}
	assert.Equal(t, "━━━───────── "+l.text, l.fit(100))
	assert.Equal(t, l.text, l.fit(75), "the bar gives way")
	assert.True(t, strings.HasPrefix(l.fit(40), "epoch 4/16, loss 0.123, errors: train"))
}

func TestTheProgressLineShowsWhatWasReadAndDoesNotObeyIt(t *testing.T) {
	var b bytes.Buffer
	l := line{w: &b, total: 1}
	l.change(func(l *line) { l.text = "a\x1b[2Jb\nc" })
	assert.Equal(t, eraseLine+`──────────── a\x1b[2Jb c`, b.String())
}
