//go:build linux || darwin

package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/files"
)

// endless are the arguments of a training that only a signal ends, with some more.
func endless(t *testing.T, more ...string) []string {
	return append([]string{"--data", shapes(t, 60, 30), "--net", "5", "--batch", "0", "--iterations", "100000000"},
		more...)
}

// endOf waits for a process. One that hangs is killed, however busy the machine is.
func endOf(t *testing.T, cmd *exec.Cmd) *os.ProcessState {
	t.Helper()
	stop := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait()
	assert.True(t, stop.Stop(), "it had to be killed")
	return cmd.ProcessState
}

func TestAHangUpSavesWhatThereIs(t *testing.T) {
	model := filepath.Join(t.TempDir(), "m.safetensors")
	c := start(t, nil, endless(t, "--save", model)...)
	c.until(t, "iteration 1/")
	require.NoError(t, c.cmd.Process.Signal(syscall.SIGHUP))
	assert.Equal(t, exitInterrupted, c.end().ExitCode())
	assert.FileExists(t, model)
}

// TestASecondSignalEndsAProgramInTheBackground: shells start it with SIGINT ignored.
func TestASecondSignalEndsAProgramInTheBackground(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	cmd := command(t, nil, endless(t, "--json", pipe)...)
	shell := exec.CommandContext(t.Context(), "sh",
		append([]string{"-c", `trap "" INT; exec "$0" "$@"`}, cmd.Args...)...)
	shell.Env = cmd.Env
	c := startCommand(t, 1000, shell)
	c.until(t, "iteration 1/")
	require.NoError(t, c.cmd.Process.Signal(os.Interrupt))
	c.until(t, "stopping; Ctrl-C again ends at once")
	assert.Equal(t, exitInterrupted, c.insist(os.Interrupt).ExitCode())
}

// TestPipesWithoutAnOtherSideDoNotKeepAProgramRunning that was told to end.
func TestPipesWithoutAnOtherSideDoNotKeepAProgramRunning(t *testing.T) {
	t.Parallel() // it waits for two seconds
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	args, outputs := endless(t), []string{"csv", "json", "report", "save"}
	for _, output := range outputs {
		require.NoError(t, syscall.Mkfifo(filepath.Join(dir, output), 0o600))
		args = append(args, "--"+output, filepath.Join(dir, output))
	}
	cmd := command(t, nil, args...)
	cmd.Dir = t.TempDir()
	c := startCommand(t, 1000, cmd)
	c.until(t, "iteration 1/")
	require.NoError(t, c.cmd.Process.Signal(syscall.SIGTERM))
	began := time.Now()
	assert.Equal(t, exitInterrupted, c.end().ExitCode())
	// One after the other would have two seconds each, on any machine, except the table, which is waited for meanwhile.
	// Together they have less than three.
	assert.Less(t, time.Since(began), time.Duration(len(outputs)-1)*2*time.Second, "they share their time")
	for _, output := range outputs {
		path := filepath.Join(dir, output)
		assert.Contains(t, c.seen.String(), "--"+output+" "+path+": nobody reads it; it is in "+path+".1 instead")
		assert.FileExists(t, path+".1")
	}
	assert.Empty(t, entries(t, cmd.Dir), "they are next to the pipes, and not in the working folder")

	for _, args := range [][]string{{"eval", "--model", pipe}, {"--data", pipe}} {
		cmd := command(t, nil, args...)
		require.NoError(t, cmd.Start())
		writer, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits for the reader, which by then listens to signals
		require.NoError(t, err)
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		assert.Equal(t, exitInterrupted, endOf(t, cmd).ExitCode())
		require.NoError(t, writer.Close())
	}
}

// TestWhatWaitsForAReaderIsWrittenLast.
func TestWhatWaitsForAReaderIsWrittenLast(t *testing.T) {
	dir := t.TempDir()
	pipe, results := filepath.Join(dir, "pipe"), filepath.Join(dir, "r.json")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	cmd := command(t, nil, "--data", shapes(t, 60, 30), "--net", "2",
		"--epochs", "1", "--save", pipe, "--json", results)
	require.NoError(t, cmd.Start())
	assert.Eventually(t, func() bool { return files.Exists(results) }, 20*time.Second, 10*time.Millisecond)
	_, err := os.ReadFile(pipe)
	require.NoError(t, err)
	require.NoError(t, cmd.Wait())
}

func TestAPipeGetsTheRowsAsTheyCome(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	cmd := command(t, nil, endless(t, "--csv", pipe)...)
	require.NoError(t, cmd.Start())
	f, err := os.Open(pipe) // and not before
	require.NoError(t, err)
	defer f.Close()
	lines := bufio.NewScanner(f)
	require.True(t, lines.Scan())
	header := lines.Text()
	for range 2 {
		require.True(t, lines.Scan(), "the training never ends, so the lines come while it runs")
	}
	assert.True(t, strings.HasPrefix(lines.Text(), "2,"), lines.Text())
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	last := lines.Text()
	for lines.Scan() {
		last = lines.Text()
	}
	assert.Equal(t, strings.Count(header, ","), strings.Count(last, ","), "the last line is complete")
	_ = cmd.Wait()
	assert.Equal(t, exitInterrupted, cmd.ProcessState.ExitCode())
}

func TestNoRowsAreLostIfTheReaderOfAPipeLeaves(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	const iterations = 500
	cmd := command(t, nil, "--data", shapes(t, 60, 30), "--net", "5", "--batch", "0", "--iterations",
		strconv.Itoa(iterations), "--csv", pipe)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	require.NoError(t, cmd.Start())
	f, err := os.Open(pipe)
	require.NoError(t, err)
	_, err = f.Read(make([]byte, 1))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	_ = cmd.Wait()
	assert.Equal(t, exitFailed, cmd.ProcessState.ExitCode())
	assert.Contains(t, stderr.String(), "its reader went away; it is in "+pipe+".1 instead")
	assert.Equal(t, 1+iterations, strings.Count(string(read(t, pipe+".1")), "\n"))
}

// A result whose reader leaves is put aside, if it took long, and reported in any case: nobody else knows.
func TestAResultWhoseReaderLeavesIsReported(t *testing.T) {
	for _, kept := range []bool{true, false} {
		t.Chdir(t.TempDir())
		require.NoError(t, syscall.Mkfifo("pipe", 0o600))
		left := make(chan error)
		go func() {
			f, err := os.Open("pipe")
			if err == nil {
				err = f.Close()
			}
			left <- err
		}()
		begun := false
		encode := func(w io.Writer) error {
			if !begun { // it is written once more, to a file
				require.NoError(t, <-left)
				begun = true
			}
			_, err := io.WriteString(w, "network")
			return err
		}
		o, want := output{"--save", "pipe"}, "--save pipe: its reader went away"
		err := o.write
		if kept {
			err, want = o.keep, want+"; it is in "+filepath.Join(here(t), "pipe.1")+" instead"
		}
		e := err(t.Context(), io.Discard, encode)
		require.EqualError(t, e, want)
		assert.Equal(t, exitFailed, exitCode(t.Context(), e))
		assert.Equal(t, kept, files.Exists("pipe.1"))
	}
}

// here is the working folder.
func here(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	return dir
}

// TestOtherFilesAreWrittenIfAReaderGoesAway.
func TestOtherFilesAreWrittenIfAReaderGoesAway(t *testing.T) {
	csv := filepath.Join(t.TempDir(), "t.csv")
	cmd := command(t, nil, "--data", shapes(t, 60, 30), "--net", "5", "--epochs", "1", "--json", "-", "--csv", csv)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, r.Close())
	cmd.Stdout = w
	var stderr strings.Builder
	cmd.Stderr = &stderr
	_ = cmd.Run()
	assert.Equal(t, exitPipe, cmd.ProcessState.ExitCode())
	assert.FileExists(t, csv)
	assert.NotContains(t, stderr.String(), "broken pipe", "whoever closed it knows")
}

// Why the work ended decides about the exit code, whatever could not be written.
func TestWhyTheWorkEndedIsNotLost(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	gone := &os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}
	full := &os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}
	diverged, stopped := errors.New("epoch 3 diverged"), fmt.Errorf("epoch 3: %w", context.Canceled)
	for name, c := range map[string]struct {
		out, err error
		ctx      context.Context
		code     int
		want     string
	}{
		"only the reader left": {gone, errors.Join(gone, gone), t.Context(), exitPipe,
			"standard output: broken pipe"},
		"and nothing else failed": {gone, nil, t.Context(), exitPipe, "standard output: broken pipe"},
		"diverged": {gone, errors.Join(diverged, errors.Join(gone)), t.Context(), exitFailed,
			"epoch 3 diverged"},
		"diverged, and the disk is full": {full, errors.Join(diverged, errors.Join(full, full)), t.Context(),
			exitFailed, "epoch 3 diverged\nstandard output: no space left on device"},
		"interrupted": {gone, errors.Join(stopped, fmt.Errorf("--json -: %w", syscall.EPIPE)), cancelled,
			exitInterrupted, "epoch 3: context canceled"},
		"interrupted, with a result elsewhere": {nil, errors.Join(stopped, &asideError{io.ErrShortWrite, "m.1"}),
			cancelled, exitInterrupted, "epoch 3: context canceled\nshort write; it is in m.1 instead"},
	} {
		err := (&stream{err: c.out}).endedBy(c.err)
		assert.EqualError(t, err, c.want, name)
		assert.Equal(t, c.code, exitCode(c.ctx, err), name)
	}
}

// Ctrl-C ends all processes of a pipeline.
func TestAnInterruptedTrainingIsOneEvenIfNobodyReadsItsTable(t *testing.T) {
	dir := t.TempDir()
	cmd := command(t, nil, endless(t, "--csv", filepath.Join(dir, "t.csv"))...)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, r.Close())
	var stderr strings.Builder
	cmd.Stdout, cmd.Stderr = w, &stderr
	require.NoError(t, cmd.Start())
	assert.Eventually(t, func() bool { return files.Exists(filepath.Join(dir, "t.csv")) }, 20*time.Second,
		10*time.Millisecond)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	assert.Equal(t, exitInterrupted, endOf(t, cmd).ExitCode())
	assert.Contains(t, stderr.String(), "train: interrupted\n")
	assert.NotContains(t, stderr.String(), "broken pipe")
}

func TestWhatCantBePrintedIsAFailure(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full")
	}
	defer full.Close()
	for _, args := range [][]string{
		{"--help"}, {"version"}, {"--version"}, {"help", "eval"},
		{"--epochs", "1"}, {"--epochs", "1", "--csv", "-"},
	} {
		cmd := command(t, nil, args...)
		var stderr strings.Builder
		cmd.Stdout, cmd.Stderr = full, &stderr
		_ = cmd.Run()
		assert.Equal(t, exitFailed, cmd.ProcessState.ExitCode(), "%v", args)
		assert.Equal(t, 1, strings.Count(stderr.String(), "no space"), "%v: %s", args, &stderr)
		assert.NotContains(t, stderr.String(), "/dev/", "%v", args)
	}
}

// TestANetworkWhoseFolderVanishesIsSavedElsewhere: it is saved elsewhere, and the error says
// where.
func TestANetworkWhoseFolderVanishesIsSavedElsewhere(t *testing.T) {
	dir := t.TempDir()
	gone := filepath.Join(dir, "gone")
	require.NoError(t, os.Mkdir(gone, 0o755))
	o := output{"--save", filepath.Join(gone, "m")}
	require.NoError(t, checkOutputs(o))
	require.NoError(t, os.Remove(gone))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "m"), []byte("another"), 0o600))
	err := o.keep(t.Context(), io.Discard, writing("network"))
	beside := filepath.Join(dir, "m.1")
	require.ErrorContains(t, err, "it is in "+beside+" instead")
	assert.Equal(t, "network", string(read(t, beside)))
	assert.Equal(t, "another", string(read(t, filepath.Join(dir, "m"))))
}

// TestResultsSavedElsewhereArePrivate: the other folder may be one that everybody can read. What was meant for a device
// is not saved among the devices.
func TestResultsSavedElsewhereArePrivate(t *testing.T) {
	here := t.TempDir()
	t.Chdir(here)
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full")
	}
	err := output{"--json", "/dev/full"}.keep(t.Context(), io.Discard, writing("all of it"))
	require.ErrorContains(t, err, "it is in "+filepath.Join(here, "full")+" instead")
	info, err := os.Stat("full")
	require.NoError(t, err)
	assert.EqualValues(t, 0o600, info.Mode())
}

// TestNarrowTerminalsShowOneLine: nothing of the progress is left when the program ends.
func TestNarrowTerminalsShowOneLine(t *testing.T) {
	for _, columns := range []uint16{40, 60} {
		c := startOn(t, columns, nil, endless(t)...)
		c.until(t, "iteration 1/")
		require.NoError(t, c.cmd.Process.Signal(os.Interrupt))
		c.end()
		shown := c.seen.String()
		for line := range strings.SplitSeq(shown, eraseLine) {
			if strings.HasPrefix(line, "iteration ") || strings.HasPrefix(line, "st") { // and no row of the table
				assert.Less(t, len([]rune(line)), int(columns), "%q", line)
			}
		}
	}
}
