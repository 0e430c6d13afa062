//go:build linux || darwin

package images

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

// A pipe has an end only if somebody writes into it.
func TestAPipeAmongImagesIsNotOpened(t *testing.T) {
	dir := folder(t, map[string][]byte{"cats/1.png": asPNG(grey(1)), "dogs/2.png": asPNG(grey(2))})
	pipe := filepath.Join(dir, "dogs", "3.png")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	_, err := readPath(t, dir, table.Options{})
	assert.ErrorContains(t, err, pipe+": it is no regular file")
	assert.ErrorContains(t, decode(pipe, []int{2, 3}, make([]float32, 6)), pipe+": it is no regular file")
}
