package cli

import (
	"github.com/spf13/cobra"

	"ridge/internal/dataset/source"
)

// during shows on a terminal what is done until the function that it returns is called, and after a signal that it
// stops.
func during(cmd *cobra.Command, what string) (end func()) {
	line := newProgress(cmd.ErrOrStderr(), 0)
	line.say(what)
	return line.watch(cmd.Context())
}

// reading says that data are read.
func reading(data string) string {
	if data == source.Stdin {
		data = "standard input"
	}
	return "reading " + data
}
