package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"ridge/internal/report"
)

// warn writes a warning to standard error; the work goes on.
func warn(cmd *cobra.Command, warnings []string) {
	for _, text := range warnings {
		sayLine(cmd.ErrOrStderr(), "warning: "+report.OneLine(text))
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

// tell writes notes, one per line.
func tell(w io.Writer, notes []string) {
	for _, note := range notes {
		sayLine(w, "note: "+report.OneLine(note))
	}
}
