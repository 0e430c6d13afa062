package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"ridge/asm"
	"ridge/internal/files"
	"ridge/internal/report"
)

// Process is [Main] with the arguments and the streams of the process. The process must do nothing else: the garbage
// collector is tuned for one training.
func Process() int {
	return mainWithin(context.WithValue(context.Background(), ownProcess{}, true), os.Args[1:], os.Stdout, os.Stderr)
}

// Main runs the program with these arguments (without its name) and returns its
// exit code. SIGINT, SIGTERM and SIGHUP end the work in good order; a second one ends
// the process at once.
func Main(args []string, stdout, stderr io.Writer) int {
	return mainWithin(context.Background(), args, stdout, stderr)
}

func mainWithin(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer handleSignals(cancel)()
	return run(ctx, args, stdout, stderr)
}

// run is Main without signals: ctx is what they cancel.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	ctx = files.WithGrace(ctx)
	out, errOut := newStream(ctx, stdout), newStream(ctx, stderr)
	// Before anything else: whatever ran now would not be what was asked for.
	if _, err := asm.Selected(); err != nil {
		fmt.Fprintln(errOut, "train:", err)
		return exitUsage
	}
	root := newTrain()
	root.SetArgs(joinOptional(root, args))
	root.SetOut(out)
	root.SetErr(errOut)
	knownShells(root)
	cmd, err := root.ExecuteContextC(ctx)
	if err = out.endedBy(err); err == nil {
		return exitDone
	}
	code := exitCode(ctx, err)
	switch code {
	case exitPipe:
		return code // whoever closed it knows
	case exitInterrupted:
		err = errors.Join(append([]error{errInterrupted}, besideTheEnd(err)...)...)
	}
	sayLine(errOut, cmd.CommandPath()+": "+report.Printable(err.Error()))
	if code == exitUsage {
		fmt.Fprintf(errOut, "Run '%s --help' for its flags and examples.\n", cmd.CommandPath())
	}
	return code
}

// joinOptional rewrites "--json FILE" as "--json=FILE" wherever --json may also
// stand alone: the flags library alone would take FILE for an argument.
func joinOptional(root *cobra.Command, args []string) []string {
	cmd, _, err := root.Find(args)
	if err != nil {
		return args
	}
	var joined []string
	for i := 0; i < len(args); i++ {
		name, long := strings.CutPrefix(args[i], "--")
		f := cmd.Flags().Lookup(name)
		known, last := long && f != nil, i+1 == len(args)
		switch {
		case !known || last:
		case f.NoOptDefVal == "": // whatever follows is its value
			joined = append(joined, args[i])
			i++
		case f.Value.Type() != "" && (args[i+1] == standardOutput || !strings.HasPrefix(args[i+1], "-")):
			joined = append(joined, args[i]+"="+args[i+1])
			i++
			continue
		}
		joined = append(joined, args[i])
	}
	return joined
}
