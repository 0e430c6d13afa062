//go:build unix

package files

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func init() { grace = 10 * time.Millisecond }

func fifo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fifo")
	require.NoError(t, unix.Mkfifo(path, 0o600))
	return path
}

// TestWaitingForAPipeEndsWithTheContext, whether it is opened, read or written.
func TestWaitingForAPipeEndsWithTheContext(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Open(ended, fifo(t))
	require.ErrorIs(t, err, context.Canceled)
	_, err = Create(ended, fifo(t))
	require.ErrorIs(t, err, context.Canceled)

	r, w, err := os.Pipe()
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	_, err = io.ReadAll(Reader(ctx, r))
	require.ErrorIs(t, err, context.Canceled)
	out := Writer(ctx, w)
	_, err = out.Write(make([]byte, 1<<20)) // more than a pipe holds
	require.ErrorIs(t, err, context.Canceled)
	_, err = out.Write([]byte("x"))
	require.ErrorIs(t, err, context.Canceled, "it does not wait again")
	require.NoError(t, r.Close())
	require.NoError(t, w.Close())
}

// A pipe whose other side is there is read and written like a file.
func TestAPipeWithAnOtherSideIsReadAndWritten(t *testing.T) {
	path := fifo(t)
	content := make([]byte, 1<<20)
	for i := range content {
		content[i] = byte(i % 251)
	}
	wrote := make(chan error, 1)
	go func() {
		f, err := Create(t.Context(), path)
		if err == nil {
			_, err = Writer(t.Context(), f).Write(content)
			_ = f.Close()
		}
		wrote <- err
	}()
	f, err := Open(t.Context(), path)
	require.NoError(t, err)
	defer f.Close()
	have, err := io.ReadAll(Reader(t.Context(), f))
	require.NoError(t, err)
	require.NoError(t, <-wrote)
	assert.Equal(t, content, have)
}

// TestPipesShareTheirTimeout: the times of many pipes without a reader do not add up.
func TestPipesShareTheirTimeout(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ctx = WithGrace(ctx)
	end := ctx.Value(endKey{}).(*atomic.Pointer[time.Time])
	assert.Equal(t, grace, graceLeft(ctx))
	cancel()
	for end.Load() == nil {
		runtime.Gosched()
	}
	ended := *end.Load()
	for ago, most := range map[time.Duration]time.Duration{grace / 2: grace / 2, time.Hour: grace / 8} {
		earlier := ended.Add(-ago)
		end.Store(&earlier)
		assert.LessOrEqual(t, graceLeft(ctx), most)
		assert.GreaterOrEqual(t, graceLeft(ctx), grace/8)
	}
	earlier := ended.Add(-time.Hour)
	end.Store(&earlier)
	_, err := Create(ctx, fifo(t))
	require.ErrorIs(t, err, context.Canceled)

	// Nor do the Writes to one that is read slowly.
	r, w := io.Pipe()
	defer r.Close()
	go func() { _, _ = io.Copy(io.Discard, r) }()
	out := Writer(ctx, w).(*writer)
	for !out.late {
		_, err := out.Write([]byte("x"))
		require.NoError(t, err)
	}
	assert.Less(t, out.left, grace/8)
}

// TestWhatComesLateIsStillWritten where there is a reader.
func TestWhatComesLateIsStillWritten(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ctx = WithGrace(ctx)
	cancel()
	_, err := Create(ctx, fifo(t))
	require.ErrorIs(t, err, context.Canceled)
	path := fifo(t)
	read := make(chan []byte, 1)
	go func() {
		content, _ := os.ReadFile(path)
		read <- content
	}()
	defer func(before time.Duration) { grace = before }(grace)
	grace = 8 * time.Second
	f, err := Create(ctx, path)
	require.NoError(t, err)
	_, err = Writer(ctx, f).Write([]byte("all of it"))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	assert.Equal(t, "all of it", string(<-read))
}
