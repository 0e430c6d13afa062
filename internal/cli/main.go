package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"ridge/asm"
)

// The exit codes of the program.
const (
	exitDone        = 0
	exitFailed      = 1   // data, a file or a machine is not what it should be
	exitUsage       = 2   // the command line is not
	exitInterrupted = 130 // by Ctrl-C or SIGTERM; results so far were saved
)

// Main runs the program with these arguments (without its name) and returns its
// exit code. SIGINT and SIGTERM end the work in good order; a second one ends the
// process at once.
func Main(args []string, stdout, stderr io.Writer) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	go func() {
		select {
		case <-signals:
			// First the default handling, so that whoever sees the work stopping can
			// rely on the next signal to kill.
			signal.Stop(signals)
			cancel()
		case <-ctx.Done():
		}
	}()
	return run(ctx, args, stdout, stderr)
}

// run is Main without signals: ctx is what they cancel.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	// Before anything else: whatever would run now, it would not be what was asked for.
	if _, err := asm.Selected(); err != nil {
		fmt.Fprintln(stderr, "train:", err)
		return exitUsage
	}
	root := newTrain()
	root.SetArgs(joinOptional(root, args))
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	code := exitCode(ctx, err)
	if code == exitInterrupted {
		err = errInterrupted
	}
	fmt.Fprintf(stderr, "%s: %v\n", cmd.CommandPath(), err)
	if code == exitUsage {
		fmt.Fprintf(stderr, "Run '%s --help' for its flags and examples.\n", cmd.CommandPath())
	}
	return code
}

// errInterrupted is what is said when the user stopped the work.
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
	return exitFailed
}
