//go:build unix

package files

import (
	"context"
	"io"
	"os"
	"path/filepath"
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

// TestAPipeWithoutAnOtherSideIsLeft when the context ends, be it opened, read or written.
func TestAPipeWithoutAnOtherSideIsLeft(t *testing.T) {
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

// TestAPipeWithAnOtherSideIsAFile.
func TestAPipeWithAnOtherSideIsAFile(t *testing.T) {
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
