package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func writing(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func TestOutputReplacesAFileAndKeepsItsPermissions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	o := output{"--save", path}
	require.NoError(t, checkOutputs(o))
	assert.Equal(t, "old", string(read(t, path)), "checking must not touch it")
	require.NoError(t, o.write(t.Context(), io.Discard, writing("new")))
	assert.Equal(t, "new", string(read(t, path)))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())
}

func TestOutputThatFailsLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o644))
	broken := errors.New("broken")
	err := output{"--save", path}.write(t.Context(), io.Discard, func(w io.Writer) error {
		_ = writing("half a mod")(w)
		return broken
	})
	require.ErrorIs(t, err, broken)
	assert.ErrorContains(t, err, "--save "+path)
	assert.Equal(t, "old", string(read(t, path)))
	assert.Equal(t, []string{"x"}, entries(t, dir))
}

func TestOutputFollowsSymbolicLinks(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(target, []byte("old"), 0o644))
	require.NoError(t, os.Symlink("target", link))
	require.NoError(t, output{"--json", link}.write(t.Context(), io.Discard, writing("new")))
	assert.Equal(t, "new", string(read(t, target)))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink, "the link stays a link")
	assert.ErrorContains(t, checkOutputs(output{"--json", link}, output{"--csv", target}),
		"--json and --csv name the same file")
}

// Whoever interrupts the work is told of all results that are elsewhere or lost; that it was interrupted needs few
// words.
func TestAnInterruptionHidesNoLoss(t *testing.T) {
	full := errors.New("no space left on device")
	elsewhere := &asideError{full, "/tmp/net"}
	unread := fmt.Errorf("--json pipe: %w", unreadError{})
	for _, c := range []struct {
		name string
		err  error
		want []error
	}{
		{"only an interruption", context.Canceled, nil},
		{"one that is wrapped", fmt.Errorf("training: %w", context.Canceled), nil},
		{"a result that is elsewhere", errors.Join(context.Canceled, fmt.Errorf("--save net: %w", elsewhere)),
			[]error{elsewhere}},
		{"a pipe, and a disk", errors.Join(fmt.Errorf("training: %w", context.Canceled), errors.Join(unread, full)),
			[]error{unread, full}},
		{"joined below a prefix", fmt.Errorf("training: %w", errors.Join(context.Canceled, full)), []error{full}},
	} {
		assert.Equal(t, c.want, besideTheEnd(c.err), c.name)
	}
}
