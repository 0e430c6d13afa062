package cli

import (
	"io"
	"os"

	"golang.org/x/term"

	"ridge/internal/report"
)

// plain returns a writer for data, which may hold text that was read: files and pipes get it as it is, and a terminal
// shows it without obeying what is in it.
func plain(w io.Writer) io.Writer {
	if s, ok := w.(*stream); ok {
		if f, ok := s.file.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
			return report.PrintableWriter(w)
		}
	}
	return w
}
