package cli

import (
	"os"
	"slices"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"ridge/internal/dataset/source"
)

// during shows on a terminal what is done until the function that it returns is called, and after a signal that it
// stops.
func during(cmd *cobra.Command, what string) (end func()) {
	line := newProgress(cmd.ErrOrStderr(), 0)
	line.say(what)
	return line.watch(cmd.Context())
}

// reading shows that files are read, of which the first one is named. It shows nothing where one of them is typed, as
// what is typed is shown, too.
func reading(cmd *cobra.Command, names ...string) (end func()) {
	if slices.Contains(names, source.Stdin) && term.IsTerminal(int(os.Stdin.Fd())) {
		return func() {}
	}
	name := names[0]
	if name == source.Stdin {
		name = "standard input"
	}
	return during(cmd, "reading "+name)
}
