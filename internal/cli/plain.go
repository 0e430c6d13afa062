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
	if s, ok := w.(*stream); ok {
		if f, ok := s.file.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
			return report.PrintableWriter(w)
		}
	}
	return w
}
