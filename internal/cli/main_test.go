package cli

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
)

// asProgram makes the test binary behave like the program, for tests that need a
// process of its own.
const asProgram = "RIDGE_TEST_AS_PROGRAM"

// asFetch makes it fetch from a mirror of this address.
const asFetch = "RIDGE_TEST_FETCH"

func TestMain(m *testing.M) {
	if address := os.Getenv(asFetch); address != "" {
		os.Exit(fetchFrom(address, os.Args[1]))
	}
	if os.Getenv(asProgram) != "" {
		os.Exit(Process())
	}
	debug.SetGCPercent(800) // many small trainings
	heedSignals()
	os.Exit(m.Run())
}

// heedSignals lets the programs that tests start heed the signals that are ignored here, as under nohup or in the
// background of a shell: what is caught by a process is not ignored by those that it starts.
func heedSignals() {
	for _, s := range []os.Signal{syscall.SIGHUP, os.Interrupt} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}

// outcome is what is left of a run of the program.
type outcome struct {
	code           int
	stdout, stderr string
}

// execute runs the program in this process.
func execute(ctx context.Context, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	code := run(ctx, args, &stdout, &stderr)
	return outcome{code, stdout.String(), stderr.String()}
}

// succeed runs the program, which must not complain.
func succeed(t *testing.T, args ...string) outcome {
	t.Helper()
	o := execute(t.Context(), args...)
	require.Equal(t, exitDone, o.code, "%s", o.stderr)
	return o
}

// argsOf are the words of a line, and further ones, such as paths.
func argsOf(line string, more ...string) []string {
	return append(strings.Fields(line), more...)
}

// assertHasAll looks for each of some texts.
func assertHasAll(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		assert.Contains(t, text, want)
	}
}

// inOneLine is a text whose spaces and ends of lines are single spaces.
func inOneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// instead returns pairs of a flag and its value, with those of more in place of those for the same
// flags.
func instead(args []string, more ...string) (all []string) {
	for i := 0; i < len(args); i += 2 {
		if !slices.Contains(more, args[i]) {
			all = append(all, args[i], args[i+1])
		}
	}
	return append(all, more...)
}

// command returns the program as a process that has not been started.
func command(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), asProgram+"=1", "NO_COLOR=", "TERM=xterm"), env...)
	return cmd
}

// program runs the program as a process.
func program(t *testing.T, env []string, args ...string) outcome {
	t.Helper()
	cmd := command(t, env, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // the exit code tells
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// shapes writes a folder of IDX files, 2×3 pixels and 3 classes that are easy to
// tell apart: that with the label 4+c is bright in column c. train and test are
// counts of samples.
func shapes(t *testing.T, train, test int) string {
	t.Helper()
	dir := t.TempDir()
	writeIDX(t, dir, "train", train, 2, 3)
	writeIDX(t, dir, "t10k", test, 2, 3)
	return dir
}

func writeIDX(t *testing.T, dir, prefix string, n, rows, cols int) {
	t.Helper()
	images := header(0x803, n, rows, cols)
	labels := header(0x801, n)
	for i := range n {
		class := i % cols
		for p := range rows * cols {
			grey := byte(10 * (i*p%5 + 1)) // something to look at besides the class
			if p%cols == class {
				grey = byte(200 + i%50)
			}
			images = append(images, grey)
		}
		labels = append(labels, byte(4+class))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, prefix+"-images-idx3-ubyte"), images, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, prefix+"-labels-idx1-ubyte"), labels, 0o644))
}

func header(numbers ...int) []byte {
	var b []byte
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return b
}

// entries lists a folder.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	names := []string{}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

func TestHelpOfEveryCommand(t *testing.T) {
	for _, args := range [][]string{
		{"--help"}, {"-h"}, {"help"}, {"eval", "--help"}, {"predict", "--help"}, {"fetch", "--help"},
		{"compare", "--help"}, {"tune", "--help"}, {"export", "--help"}, {"help", "eval"}, {"version", "--help"},
	} {
		o := succeed(t, args...)
		assert.Contains(t, o.stdout, "Usage:\n  train", "%v", args)
		assert.Empty(t, o.stderr, "%v", args)
		for line := range strings.Lines(o.stdout) {
			assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSpace(line)), 80, "%s", line)
		}
	}
}

func TestHelpDocumentsFlagsDefaultsAndExitCodes(t *testing.T) {
	help := succeed(t, "--help").stdout
	for _, flag := range []string{
		"data", "net", "skip", "init", "objective", "loss", "gamma", "lambda", "lambda-out", "l1", "theta", "center",
		"iterations", "tolerance",
		"batch", "epochs", "step", "input-step", "damping", "limit", "validation", "fold", "seed", "solver", "rate",
		"rate-policy", "rate-step", "rate-gamma", "rate-power",
		"momentum", "momentum2", "rms-decay", "delta", "weight-decay", "solver", "rate", "rate-policy", "rate-step",
		"rate-gamma", "rate-power",
		"momentum", "momentum2", "rms-decay", "delta", "weight-decay", "precision", "workers", "json", "csv", "save",
	} {
		assert.Contains(t, help, "  --"+flag+" ")
	}
	assert.Contains(t, help, "  --checkpoint-every TIME\n                      how much")
	for _, said := range []string{
		"Exit codes:\n  0 ", "\n  1 ", "\n  2 ", "\n  130 ", "Examples:", "(default digits)", "(default 300)",
	} {
		assert.Contains(t, help, said)
	}
	words := inOneLine(help) // wherever lines end
	assert.Contains(t, words, "(default hinge, gradient solvers softmax)")
	assert.Contains(t, words, "stochastic gradients: "+alternatives(solvers()[1:])+" (default bcd)")
	for _, loss := range nn.LossNames() {
		assert.Contains(t, words, " "+loss+" (")
	}
	for _, command := range []string{
		"compare", "completion", "eval", "export", "fetch", "man", "predict", "tune", "version",
	} {
		assert.Contains(t, help, "\n  "+command+" ")
	}
}

func TestTheVersionNamesTheInstructionSet(t *testing.T) {
	assert.Contains(t, succeed(t, "version").stdout, "instruction set")
	assert.Contains(t, succeed(t, "--version").stdout, "train version")
}
