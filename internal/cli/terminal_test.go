//go:build linux || darwin

package cli

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// console is the program on a terminal that is wide enough for every line.
type console struct {
	cmd  *exec.Cmd
	tty  *os.File
	seen strings.Builder
}

func start(t *testing.T, env []string, args ...string) *console {
	t.Helper()
	return startOn(t, 1000, env, args...)
}

// startOn starts the program on a terminal of another width.
func startOn(t *testing.T, columns uint16, env []string, args ...string) *console {
	t.Helper()
	return startCommand(t, columns, command(t, env, args...))
}

// startCommand starts any command on a terminal.
func startCommand(t *testing.T, columns uint16, cmd *exec.Cmd) *console {
	t.Helper()
	c := &console{cmd: cmd}
	var err error
	c.tty, err = pty.StartWithSize(c.cmd, &pty.Winsize{Rows: 40, Cols: columns})
	require.NoError(t, err)
	// A program that hangs ends, so that the test can say what the terminal shows.
	guard := time.AfterFunc(5*time.Minute, func() { _ = c.cmd.Process.Kill() })
	t.Cleanup(func() {
		guard.Stop()
		c.tty.Close()
	})
	return c
}

// A terminal shows that data are read, and that a signal has arrived meanwhile.
func TestReadingIsShownAndStops(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "rows.csv")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	for _, args := range [][]string{{"--data", pipe}, {"tune", "--data", pipe},
		{"compare", "--data", pipe, "--out", filepath.Join(t.TempDir(), "out")}} {
		c := start(t, nil, args...)
		c.until(t, "reading "+pipe)
		require.NoError(t, c.cmd.Process.Signal(os.Interrupt))
		assert.Equal(t, exitInterrupted, c.end().ExitCode(), "%v", args)
		assert.Contains(t, c.seen.String(), "stopping; Ctrl-C again ends at once", "%v", args)
	}
}

// A line that is drawn over and over would erase what is typed.
func TestReadingIsNotShownWhileRowsAreTyped(t *testing.T) {
	const keys = "\x04" // end of the input
	typed := strings.Repeat("1,2,a\n3,4,b\n", 30)
	c := start(t, nil, "--data", "-", "--net", "2", "--epochs", "1")
	_, err := io.WriteString(c.tty, typed+keys)
	require.NoError(t, err)
	assert.Equal(t, exitDone, c.end().ExitCode())
	assert.NotContains(t, c.seen.String(), "reading")
}

// until reads on until the terminal has shown s.
func (c *console) until(t *testing.T, s string) {
	t.Helper()
	buf := make([]byte, 4096)
	for !strings.Contains(c.seen.String(), s) {
		n, err := c.tty.Read(buf)
		c.seen.Write(buf[:n])
		require.NoError(t, err, "%q never came; the terminal shows:\n%s", s, c.seen.String())
	}
}

// end reads what is left and waits for the program.
func (c *console) end() *os.ProcessState {
	_, _ = io.Copy(&c.seen, c.tty) // ends with an error when the program does
	_ = c.cmd.Wait()
	return c.cmd.ProcessState
}

// insist sends a signal again and again until the program has ended: one that follows another too soon is the same.
func (c *console) insist(s os.Signal) *os.ProcessState {
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		again := time.NewTicker(together)
		defer again.Stop()
		for {
			select {
			case <-again.C:
				_ = c.cmd.Process.Signal(s)
			case <-ended:
				return
			}
		}
	}()
	return c.end()
}

// It ends the training, and says so with the exit code.
func TestControlCSavesWhatThereIs(t *testing.T) {
	data, out := shapes(t, 60, 30), t.TempDir()
	model, results := filepath.Join(out, "m.safetensors"), filepath.Join(out, "r.json")
	c := start(t, nil, "--data", data, "--net", "5", "--batch", "0", "--iterations", "100000000",
		"--save", model, "--json", results)
	c.until(t, "/100000000, objective ")
	c.until(t, " left")
	_, err := c.tty.Write([]byte{3}) // what the key sends
	require.NoError(t, err)
	state := c.end()
	assert.Equal(t, exitInterrupted, state.ExitCode())
	shown := c.seen.String()
	assert.Contains(t, shown, "errors: train ")
	assert.Contains(t, shown, "then interrupted")
	assert.Contains(t, shown, "train: interrupted")

	var run struct {
		Iterations int
		TestError  float64 `json:"test_error"`
		Trace      []any
	}
	require.NoError(t, json.Unmarshal(read(t, results), &run))
	assert.Positive(t, run.Iterations)
	assert.Len(t, run.Trace, run.Iterations)
	var eval struct {
		TestError float64 `json:"test_error"`
	}
	require.NoError(t,
		json.Unmarshal([]byte(succeed(t, "eval", "--model", model, "--data", data, "--json").stdout), &eval))
	assert.Equal(t, run.TestError, eval.TestError, "the model is that of the last finished iteration")
}

// TestSecondSignalKills: the program hangs in writing to a pipe that nobody reads,
// which only the default handling of a signal ends.
func TestSecondSignalKills(t *testing.T) {
	t.Chdir(t.TempDir())
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	c := start(t, nil, "--data", shapes(t, 60, 30), "--net", "5", "--batch", "0",
		"--iterations", "100000000", "--json", pipe)
	c.until(t, "iteration 1/")
	require.NoError(t, c.cmd.Process.Signal(syscall.SIGTERM))
	c.until(t, "stopping; Ctrl-C again ends at once")
	status := c.insist(os.Interrupt).Sys().(syscall.WaitStatus)
	assert.True(t, status.Signaled())
	assert.Equal(t, syscall.SIGINT, status.Signal())
}

func TestOutputWritesIntoPipes(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	o := output{"--json", pipe}
	require.NoError(t, checkOutputs(o))
	got := make(chan string)
	go func() {
		content, _ := os.ReadFile(pipe)
		got <- string(content)
	}()
	require.NoError(t, o.write(t.Context(), io.Discard, writing("through")))
	info, err := os.Stat(pipe)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeNamedPipe, "a pipe must not be replaced by a file")
	assert.Equal(t, "through", <-got)
}

func TestTablesAreColouredOnTerminalsUnlessNotWanted(t *testing.T) {
	data := shapes(t, 30, 9)
	for env, coloured := range map[string]bool{"": true, "NO_COLOR=1": false} {
		c := start(t, []string{env}, "--data", data, "--net", "4", "--batch", "0", "--iterations", "2")
		assert.Zero(t, c.end().ExitCode())
		shown := c.seen.String()
		table := shown[strings.LastIndex(shown, "\x1b[2K")+len("\x1b[2K"):] // which removes the progress line
		assert.Contains(t, table, " iter")
		assert.Equal(t, coloured, strings.Contains(table, "\x1b["), "%s: %q", env, table)
	}
	c := start(t, []string{"TERM=dumb"}, "--data", data, "--net", "4", "--batch", "0", "--iterations", "2")
	assert.Zero(t, c.end().ExitCode())
	assert.NotContains(t, c.seen.String(), "\x1b")
}

// TestLongLinesAreBrokenOnATerminal between words, and only there: other programs look for them in pipes.
func TestLongLinesAreBrokenOnATerminal(t *testing.T) {
	args := []string{"--data", filepath.Join(t.TempDir(), "none.csv")}
	whole := execute(t.Context(), args...).stderr
	assert.Equal(t, 1, strings.Count(whole, "\n"))
	c := startOn(t, 60, nil, args...)
	assert.Equal(t, exitFailed, c.end().ExitCode())
	shown := strings.ReplaceAll(c.seen.String(), "\r\n", "\n")
	shown = shown[strings.LastIndex(shown, eraseLine)+len(eraseLine):] // which removes the progress line
	assert.Greater(t, strings.Count(shown, "\n"), 2)
	assert.Equal(t, strings.Fields(whole), strings.Fields(shown))
	for line := range strings.Lines(shown) {
		assert.True(t, len(line) <= 61 || !strings.Contains(line, " "), line)
	}
}

// A network on a terminal is thousands of lines that nobody can read, and that no file keeps.
func TestNoBinaryFileIsWrittenToATerminal(t *testing.T) {
	model := savedModel(t, shapes(t, 30, 9))
	for _, place := range []struct{ path, refused string }{
		{"-", " -: standard output is a terminal: want a file or a pipe"},
		{"/dev/stdout", " -: standard output is a terminal: want a file or a pipe"},
		{"/dev/tty", " /dev/tty: it is a terminal: want a file or a pipe"},
	} {
		for flag, args := range map[string][]string{
			"--save": {"--net", "4", "--epochs", "1", "--save"},
			"--onnx": {"export", "--model", model, "--onnx"},
		} {
			c := start(t, nil, append(args, place.path)...)
			assert.Equal(t, exitUsage, c.end().ExitCode(), flag)
			assert.Contains(t, c.seen.String(), flag+place.refused)
		}
	}
}

// The line names what is chosen: of digits, not λ.
func TestTheProgressOfAChoiceSaysWhatItIsOf(t *testing.T) {
	for what, flags := range map[string][]string{"the input step": nil, "λ": {"--choose-lambda", "yes"}} {
		c := start(t, nil, append(flags, "--net", "5", "--limit", "1000", "--epochs", "1")...)
		c.until(t, "choosing "+what)
		assert.Zero(t, c.end().ExitCode(), "%s", c.seen.String())
	}
}
