package cli

import (
	"fmt"
	"io"
	"sync/atomic"

	"github.com/spf13/cobra"

	"ridge/internal/report"
)

// speaker tells the user something on lines of their own.
type speaker struct {
	w    io.Writer
	line atomic.Pointer[progress] // that is shown, if any
}

func newSpeaker(cmd *cobra.Command) *speaker { return &speaker{w: cmd.ErrOrStderr()} }

func (s *speaker) say(format string, args ...any) {
	text := report.OneLine(fmt.Sprintf(format, args...))
	s.line.Load().aside(func() { sayLine(s.w, text) })
}
