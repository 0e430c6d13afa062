//go:build linux || darwin

package cli

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestStandardStreamsOfFilesThatAreRead: what the shell opens may be what is read or written by name.
func TestStandardStreamsOfFilesThatAreRead(t *testing.T) {
	data := flowers(t, 40)
	before := read(t, data)
	model := filepath.Join(t.TempDir(), "m")
	succeed(t, "--data", data, "--net", "2", "--epochs", "1", "--save", model)
	open, err := os.OpenFile(data, os.O_RDWR|os.O_APPEND, 0)
	require.NoError(t, err)
	defer open.Close()
	streams := func(in, out *os.File, args ...string) {
		defer func(in, out *os.File) { os.Stdin, os.Stdout = in, out }(os.Stdin, os.Stdout)
		os.Stdin, os.Stdout = in, out
		o := execute(t.Context(), args...)
		assert.Equal(t, exitUsage, o.code, "%v: %s", args, o.stderr)
		assert.Contains(t, o.stderr, "reads that file", "%v", args)
	}
	streams(open, os.Stdout, "--data", "-", "--save", data)
	streams(open, os.Stdout, "--data", "-", "--csv", data)
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	both, err := os.OpenFile(pipe, os.O_RDWR, 0)
	require.NoError(t, err)
	defer both.Close()
	streams(both, os.Stdout, "--data", "-", "--csv", pipe)
	streams(open, os.Stdout, "eval", "--model", model, "--data", "-", "--json", data)
	streams(os.Stdin, open, "--data", data, "--csv", "-")
	streams(os.Stdin, open, "predict", "--model", model, "--data", data)
	assert.Equal(t, before, read(t, data))
}

// A path that leads to standard output is standard output: it is not replaced, and the table goes elsewhere.
func TestAPathToStandardOutputIsStandardOutput(t *testing.T) {
	data := flowers(t, 40)
	dir := t.TempDir()
	model, file := filepath.Join(dir, "m"), filepath.Join(dir, "f")
	short := []string{"--data", data, "--net", "2", "--epochs", "1"}
	succeed(t, append(short, "--save", model)...)
	for _, c := range []struct {
		args  []string
		begin string
	}{
		{append(short, "--json", "/dev/stdout"), "{"},
		{append(short, "--json", file), "{"},
		{append(short, "--csv", "/dev/stdout"), "iteration,"},
		{append(short, "--report", "/dev/stdout"), "<!"},
		{append(short, "--report", "-"), "<!"},
		{append(short, "--save", "-"), string(read(t, model)[:8])},
		{append([]string{"tune", "--trials", "1", "--folds", "2", "--csv", "/dev/stdout"}, short...), "settings,"},
		{[]string{"eval", "--model", model, "--data", data, "--json", "/dev/stdout"}, "{"},
		{[]string{"predict", "--model", model, "--data", data, "--json", "/dev/stdout"}, "{"},
	} {
		out, err := os.Create(file)
		require.NoError(t, err)
		cmd := command(t, nil, c.args...)
		var stderr strings.Builder
		cmd.Stdout, cmd.Stderr = out, &stderr
		require.NoError(t, cmd.Run(), "%v: %s", c.args, &stderr)
		require.NoError(t, out.Close())
		text := string(read(t, file))
		assert.Equal(t, c.begin, text[:min(len(text), len(c.begin))], "%v", c.args)
		assert.Equal(t, c.args[0] != "predict", strings.Contains(stderr.String(), "error"), "%v", c.args)
		piped := program(t, nil, c.args...)
		assert.True(t, strings.HasPrefix(piped.stdout, c.begin) || c.args[len(c.args)-1] == file, "%v", c.args)
	}
	o := program(t, nil, append(short, "--json", "/dev/stdout", "--csv", "-")...)
	assert.Equal(t, exitUsage, o.code)
	assert.Contains(t, o.stderr, "--json and --csv name the same file")
}

// What systemd gives a service for standard output is a socket, which no path opens.
func TestAPathToASocketOfStandardOutputIsStandardOutput(t *testing.T) {
	ends, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	require.NoError(t, err)
	theirs, ours := os.NewFile(uintptr(ends[0]), "socket"), os.NewFile(uintptr(ends[1]), "socket")
	defer ours.Close()
	cmd := command(t, nil, "--data", flowers(t, 40), "--net", "2", "--epochs", "1", "--json", "/dev/stdout")
	cmd.Dir = t.TempDir()
	var stderr strings.Builder
	cmd.Stdout, cmd.Stderr = theirs, &stderr
	require.NoError(t, cmd.Start())
	require.NoError(t, theirs.Close())
	text, err := io.ReadAll(ours)
	require.NoError(t, err)
	require.NoError(t, cmd.Wait(), &stderr)
	assert.True(t, strings.HasPrefix(string(text), "{"), "%s", text)
	assert.Empty(t, entries(t, cmd.Dir))
}

// No path opens a socket: that is said before the training, not after it.
func TestASocketIsRefusedAsAnOutput(t *testing.T) {
	t.Chdir(t.TempDir()) // the path of a socket has to be short
	socket, err := net.Listen("unix", "s")
	require.NoError(t, err)
	defer socket.Close()
	for _, flag := range []string{"--json", "--csv", "--save", "--report"} {
		o := execute(t.Context(), "--data", flowers(t, 40), "--net", "2", "--epochs", "1", flag, "s")
		assert.Equal(t, exitFailed, o.code, flag)
		assert.Contains(t, o.stderr, flag+" s: can't be written: it is a socket", flag)
		assert.Empty(t, o.stdout, "%s: nothing is trained", flag)
	}
	assert.Equal(t, []string{"s"}, entries(t, "."))
}

// A file that replaced that of standard error would take what was said with it, and what is said next would be lost.
func TestNoOutputReplacesTheFileOfStandardError(t *testing.T) {
	data := flowers(t, 40)
	for _, flag := range []string{"--json", "--csv", "--save", "--report"} {
		log, err := os.Create(filepath.Join(t.TempDir(), "log"))
		require.NoError(t, err)
		cmd := command(t, nil, "--data", data, "--net", "2", "--epochs", "1", flag, "/dev/stderr")
		cmd.Stderr = log
		assert.Error(t, cmd.Run(), flag)
		require.NoError(t, log.Close())
		assert.Equal(t, exitUsage, cmd.ProcessState.ExitCode(), flag)
		assert.Contains(t, string(read(t, log.Name())), flag+" /dev/stderr: standard error goes to that file", flag)
	}
	o := program(t, nil, "--data", data, "--net", "2", "--epochs", "1", "--csv", "/dev/stderr") // a pipe takes both
	assert.Equal(t, exitDone, o.code, o.stderr)
}
