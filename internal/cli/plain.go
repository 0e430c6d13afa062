package cli

import (
	"io"
	"os"

	"golang.org/x/term"

	"ridge/internal/report"
)

// plain returns a writer for data that may contain text from files: files and pipes get it as it is, and a terminal
// shows control characters instead of obeying them.
func plain(w io.Writer) io.Writer {
	if toTerminal(w) {
		return report.PrintableWriter(w)
	}
	return w
}

// toTerminal reports whether what is written to a standard stream goes to a terminal.
func toTerminal(w io.Writer) bool {
	s, ok := w.(*stream)
	if !ok {
		return false
	}
	f, ok := s.file.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
