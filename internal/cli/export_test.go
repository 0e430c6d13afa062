package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/memory"
)

// TestExportSaysWhatIsInTheFile, which is tested where it is made (internal/onnx).
func TestExportSaysWhatIsInTheFile(t *testing.T) {
	dir := t.TempDir()
	model, graph := filepath.Join(dir, "m"), filepath.Join(dir, "m.onnx")
	for _, precision := range []string{"32", "64"} {
		succeed(t, "--net", "5", "--limit", "100", "--epochs", "1", "--precision", precision, "--save", model)
		o := succeed(t, "export", "--model", model, "--onnx", graph)
		content := string(read(t, graph))
		assert.Empty(t, o.stderr)
		said := inOneLine(o.stdout)
		assert.Equal(t,
			fmt.Sprintf(
				"model %s network 64-5-10 inputs x (N×64, float32) outputs scores (N×10, float%s), index (N, int64), "+
					"class (N, text) saved %s (ONNX, opset 17, %s)",
				model, precision, graph, memory.Bytes(int64(len(content)))), said)
		streamed := succeed(t, "export", "--model", model, "--onnx", "-")
		assert.Equal(t, content, streamed.stdout)
		assert.Contains(t, streamed.stderr, "ONNX, opset 17")
		assert.Contains(t, content, "Gemm")
		assert.Contains(t, content, "ridge/layer 1 weight")
	}
	for _, args := range [][]string{
		{"export"}, {"export", "--model", model}, {"export", "--model", model, "--onnx", model},
	} {
		assert.Equal(t, exitUsage, execute(t.Context(), args...).code, "%v", args)
	}
	assert.Equal(t, exitFailed,
		execute(t.Context(), "export", "--model", graph, "--onnx", filepath.Join(dir, "other")).code)
}

func TestExportOfTextsNamesItsInputs(t *testing.T) {
	dir := t.TempDir()
	data, model := filepath.Join(dir, "d.csv"), filepath.Join(dir, "m")
	require.NoError(t,
		os.WriteFile(data, []byte("town,size,y\n"+strings.Repeat("Ulm,1,2.5\nRom,3,4.5\nBonn,2,0.25\n", 9)), 0o644))
	succeed(t, "--data", data, "--net", "2", "--epochs", "1", "--choose-lambda", "no",
		"--task", "regression", "--save", model)
	o := succeed(t, "export", "--model", model, "--onnx", filepath.Join(dir, "m.onnx"))
	assert.Contains(t, o.stdout, " inputs   town (N×1, text), size (N×1, float32)\n outputs  values (N×1, float64)\n")
	assert.Contains(t, o.stdout, "opset 19")

	o = succeed(t, "export", "--model", model, "--onnx", os.DevNull)
	assert.Empty(t, o.stdout, "what is written in place may be standard output")
	assert.Contains(t, o.stderr, " saved ")
}
