//go:build linux

package cli

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// written returns a function that tells how often each file of a folder got its name since.
func written(t *testing.T, dir string) func() map[string]int {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	require.NoError(t, err)
	t.Cleanup(func() { _ = unix.Close(fd) })
	_, err = unix.InotifyAddWatch(fd, dir, unix.IN_MOVED_TO)
	require.NoError(t, err)
	return func() map[string]int {
		times := map[string]int{}
		buffer := make([]byte, 1<<20)
		for {
			n, err := unix.Read(fd, buffer)
			if err != nil || n <= 0 {
				return times
			}
			for at := 0; at < n; {
				size := int(binary.NativeEndian.Uint32(buffer[at+12:]))
				name := buffer[at+unix.SizeofInotifyEvent : at+unix.SizeofInotifyEvent+size]
				times[string(bytes.TrimRight(name, "\x00"))]++
				at += unix.SizeofInotifyEvent + size
			}
		}
	}
}

// TestProcessesOnOneFolderDoEachRunOnce, whoever comes first, and get the same result.
func TestProcessesOnOneFolderDoEachRunOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		runs int
	}{
		"compare": {
			[]string{"compare", "--quick", "--solver", "adam", "--net", "20", "--limit", "300", "--workers", "1"}, 11,
		},
		"tune": {
			[]string{"tune", "--trials", "3", "--folds", "3", "--epochs", "2", "--net", "20", "--limit", "300",
				"--workers", "1"}, 9,
		},
	} {
		dir := t.TempDir()
		count := written(t, dir)
		shown := make([]string, 3)
		var group sync.WaitGroup
		for i := range shown {
			group.Go(func() {
				o := program(t, nil, append(c.args, "--out", dir)...)
				assert.Equal(t, exitDone, o.code, "%s: %s", name, o.stderr)
				shown[i] = o.stdout
			})
		}
		group.Wait()
		runs := 0
		for file, times := range count() {
			if strings.HasPrefix(file, "tune_") || strings.HasPrefix(file, "final_") {
				runs++
				assert.Equal(t, 1, times, "%s: %s", name, file)
			}
		}
		assert.Equal(t, c.runs, runs, name)
		assert.Equal(t, shown[0], shown[1], name)
		assert.Equal(t, shown[0], shown[2], name)
		locks, err := filepath.Glob(filepath.Join(dir, ".*"))
		require.NoError(t, err)
		assert.Empty(t, locks, name)
	}
}

// TestProcessesThatFetchTakeTurns: the second one says whom it waits for, and downloads nothing.
func TestProcessesThatFetchTakeTurns(t *testing.T) {
	var requests atomic.Int32
	begun, goOn := make(chan bool, 10), make(chan bool)
	mirror := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		begun <- true
		<-goOn
		_, _ = w.Write([]byte(toFetch))
	}))
	defer mirror.Close()
	cache := filepath.Join(t.TempDir(), "cache")
	env := []string{asFetch + "=" + mirror.URL}
	first, second := command(t, env, cache), command(t, env, cache)
	require.NoError(t, first.Start())
	<-begun
	stderr, err := second.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, second.Start())
	lines := bufio.NewReader(stderr)
	line, err := lines.ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, line, "note: waiting for process ")
	close(goOn)
	require.NoError(t, first.Wait())
	rest, err := io.ReadAll(lines)
	require.NoError(t, err)
	require.NoError(t, second.Wait(), "%s", rest)
	assert.EqualValues(t, 1, requests.Load())
	assert.Equal(t, toFetch, string(read(t, filepath.Join(cache, "a.gz"))))
	assert.NoFileExists(t, filepath.Join(cache, ".fetch.lock"))
	_, err = os.Stat(filepath.Join(cache, "a.gz.part"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}
