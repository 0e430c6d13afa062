package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"

	"ridge/internal/report"
)

// progress is a line on a terminal that shows how far the work is. A nil progress shows nothing.
type progress struct {
	begin, drawn time.Time
	earlier      int64 // steps that were done before this process began
	line         line
}

// newProgress returns a line on w for the given number of steps, or nil if w is not a terminal.
func newProgress(w io.Writer, total int64) *progress {
	if !isTerminal(w) {
		return nil
	}
	return &progress{begin: time.Now(), line: line{w: w, total: total}}
}

// say changes the text.
func (p *progress) say(s string) {
	if p != nil {
		p.line.change(func(l *line) { l.text = s })
	}
}

// show moves the bar and changes the text.
func (p *progress) show(done int64, s string) {
	if p != nil {
		p.line.change(func(l *line) { l.done, l.text = done, s })
	}
}

// aside removes the line while something else is written to the same terminal.
func (p *progress) aside(write func()) {
	if p == nil {
		write()
		return
	}
	p.line.aside(write)
}

// end removes the line.
func (p *progress) end() {
	if p != nil {
		p.line.erase()
	}
}

// line is a bar and a text, drawn over each other again and again.
type line struct {
	w           io.Writer
	total, done int64
	text        string
	changed     time.Time
	mutex       sync.Mutex // signals draw, too
}

// eraseLine goes back to the first column and empties the line.
const eraseLine = "\r\x1b[2K"

// change draws the line anew. A terminal that can't be written to is no reason to stop.
func (l *line) change(with func(*line)) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	with(l)
	l.changed = time.Now()
	l.draw("")
}

func (l *line) draw(more string) {
	_, _ = io.WriteString(l.w, eraseLine+l.fit(terminalColumns(l.w), more))
}

// longSilence is how long the line may stay the same until it says since when.
const longSilence = 3 * time.Second

// remind makes a line that has not changed for long show that the work goes on.
func (l *line) remind(now time.Time) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if same := now.Sub(l.changed); l.text != "" && same >= longSilence {
		l.draw(fmt.Sprintf(" (for %v)", same.Round(time.Second)))
	}
}

// remindNowAndThen calls remind every second until end is called.
func (l *line) remindNowAndThen() (end func()) {
	ticker, done := time.NewTicker(time.Second), make(chan struct{})
	go func() {
		for {
			select {
			case now := <-ticker.C:
				l.remind(now)
			case <-done:
				return
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(done)
	}
}

func (l *line) erase() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.text = ""
	_, _ = io.WriteString(l.w, eraseLine)
}

// aside removes the line, and draws it again below what was written, if there is one.
func (l *line) aside(write func()) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.text == "" {
		write()
		return
	}
	_, _ = io.WriteString(l.w, eraseLine)
	write()
	_, _ = io.WriteString(l.w, l.fit(terminalColumns(l.w), ""))
}

// fit is the line, with more after its text, in fewer columns than there are: a line that filled the last column would
// wrap, and could no longer be erased. Where there is little room the bar gives way to the text.
func (l *line) fit(columns int, more string) string {
	const bar = 12
	shown := report.OneLine(strings.ReplaceAll(l.text, "\n", " ")) + more
	if width := text.StringWidthWithoutEscSequences(shown); l.total > 0 && width+bar+1 < columns {
		full := int(max(0, min(bar, bar*l.done/l.total)))
		return strings.Repeat("━", full) + strings.Repeat("─", bar-full) + " " + shown
	} else if width < columns {
		return shown
	}
	return text.Trim(shown, max(0, columns-2)) + "…"
}

// terminalColumns is the width of a terminal.
func terminalColumns(w io.Writer) int {
	const usual = 80
	if s, ok := w.(*stream); ok {
		w = s.file
	}
	f, ok := w.(*os.File)
	if !ok {
		return usual
	}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		return width
	}
	return usual
}

// isTerminal reports whether w is a terminal that understands escape sequences.
func isTerminal(w io.Writer) bool {
	if s, ok := w.(*stream); ok {
		w = s.file
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// colourful reports whether w should get colours: see no-color.org.
func colourful(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }
