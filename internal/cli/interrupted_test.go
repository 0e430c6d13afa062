package cli

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInterruptedBeforeTheFirstIteration(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := execute(ctx, "--data", shapes(t, 30, 9))
	assert.Equal(t, exitInterrupted, o.code)
	assert.Equal(t, "train: interrupted\n", o.stderr)
}

// TestInterruptedWithoutAnIterationKeepsOlderFiles: the digits are read without a
// look at the context, and so the training is what is interrupted.
func TestInterruptedWithoutAnIterationKeepsOlderFiles(t *testing.T) {
	out := t.TempDir()
	args := []string{}
	for _, flag := range []string{"--save", "--json", "--csv"} {
		file := filepath.Join(out, flag)
		require.NoError(t, os.WriteFile(file, []byte("precious"), 0o644))
		args = append(args, flag, file)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := execute(ctx, args...)
	assert.Equal(t, exitInterrupted, o.code)
	assert.Equal(t, "nothing saved: no epoch was finished\ntrain: interrupted\n", o.stderr)
	assert.Empty(t, o.stdout)
	for _, name := range entries(t, out) {
		assert.Equal(t, "precious", string(read(t, filepath.Join(out, name))), name)
	}
	assert.Len(t, entries(t, out), 3)
}
