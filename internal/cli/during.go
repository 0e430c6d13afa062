package cli

import (
	"context"
	"os"
	"slices"

	"golang.org/x/term"

	"ridge/internal/dataset/source"
)

// during shows on a terminal what is done until the function that it returns is called, and after a signal that it
// stops.
func (s *speaker) during(ctx context.Context, what string) (end func()) {
	line := s.progress(0)
	line.say(what)
	return line.watch(ctx)
}

// reading shows that files are read, of which the first one is named. It shows nothing where one of them is typed, as
// what is typed is shown, too.
func (s *speaker) reading(ctx context.Context, names ...string) (end func()) {
	if slices.Contains(names, source.Stdin) && term.IsTerminal(int(os.Stdin.Fd())) {
		return func() {}
	}
	name := names[0]
	if name == source.Stdin {
		name = "standard input"
	}
	return s.during(ctx, "reading "+name)
}
