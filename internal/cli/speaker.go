package cli

import (
	"fmt"
	"io"
	"sync/atomic"

	"github.com/spf13/cobra"

	"ridge/internal/report"
)

// speaker tells the user of a command something on lines of their own, on standard error. They do not run into the line
// of progress, if one is shown.
type speaker struct {
	w     io.Writer
	shown atomic.Pointer[progress] // nil: none
}

func newSpeaker(cmd *cobra.Command) *speaker { return &speaker{w: cmd.ErrOrStderr()} }

// progress begins a line of progress, nil where none is shown.
func (s *speaker) progress(total int64) *progress {
	p := newProgress(s.w, total)
	s.shown.Store(p)
	return p
}

// line tells something as it is.
func (s *speaker) line(format string, args ...any) {
	text := report.OneLine(fmt.Sprintf(format, args...))
	s.shown.Load().aside(func() { sayLine(s.w, text) })
}

// note tells something that is as it should be.
func (s *speaker) note(format string, args ...any) { s.line("note: "+format, args...) }

// notes are several, one per line.
func (s *speaker) notes(list []string) {
	for _, text := range list {
		s.note("%s", text)
	}
}

// warn tells something that may be wrong; the work goes on.
func (s *speaker) warn(format string, args ...any) { s.line("warning: "+format, args...) }

// warnings are several, one per line.
func (s *speaker) warnings(list []string) {
	for _, text := range list {
		s.warn("%s", text)
	}
}

// sayLine writes a line for people, which has no control characters but line feeds. On a terminal it is broken between
// words where it would not fit; a pipe or a file gets it whole, as other programs look for it there.
func sayLine(w io.Writer, line string) {
	const least = 20 // columns; a narrower terminal breaks it as it likes
	if columns := terminalColumns(w); columns >= least && isTerminal(w) {
		line = report.Wrap(line, columns)
	}
	fmt.Fprintln(w, line)
}
