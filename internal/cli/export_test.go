package cli

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestExport: what is in the file is tested where it is made (internal/onnx).
func TestExport(t *testing.T) {
	dir := t.TempDir()
	model, graph := filepath.Join(dir, "m"), filepath.Join(dir, "m.onnx")
	for _, precision := range []string{"32", "64"} {
		succeed(t, "--net", "5", "--limit", "100", "--epochs", "1", "--precision", precision, "--save", model)
		succeed(t, "export", "--model", model, "--onnx", graph)
		content := string(read(t, graph))
		assert.Contains(t, content, "Gemm")
		assert.Contains(t, content, "ridge/layer 1 weight")
	}
	for _, args := range [][]string{
		{"export"}, {"export", "--model", model}, {"export", "--model", model, "--onnx", model}, {"export", "--model", model, "--onnx", "-"},
	} {
		assert.Equal(t, exitUsage, execute(t.Context(), args...).code, "%v", args)
	}
	assert.Equal(t, exitFailed, execute(t.Context(), "export", "--model", graph, "--onnx", filepath.Join(dir, "other")).code)
}
