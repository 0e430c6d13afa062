package cli

import (
	"context"
	"errors"
	"fmt"
)

// The exit codes of the program.
const (
	exitDone        = 0
	exitFailed      = 1   // something is wrong with data, a file or the machine
	exitUsage       = 2   // something is wrong with the command line; Go's own for SIGQUIT and panics, too
	exitInterrupted = 130 // by Ctrl-C, SIGTERM or SIGHUP; results so far were saved
	exitPipe        = 141 // the reader of standard output went away; files are written
)

// errInterrupted is the error when the user stopped the work.
var errInterrupted = errors.New("interrupted")

// usageError says that the command line is wrong.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }

func (e usageError) Unwrap() error { return e.err }

// usagef returns a usageError.
func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

func exitCode(ctx context.Context, err error) int {
	if _, ok := errors.AsType[usageError](err); ok {
		return exitUsage
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	if isBrokenPipe(err) {
		return exitPipe
	}
	return exitFailed
}
