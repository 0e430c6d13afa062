package golden

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/cli"
)

// record is what is kept of a training.
type record struct {
	Command string // the command line
	Exit    int    // the exit code of the program
	Columns []string
	Rows    [][]string // the columns of the trace that have numbers, without times
	Weights string     // a digest of all tensors of the model; empty if there is none
}

// recordOf runs the program with a command line, and more flags that are not part of the record.
func recordOf(t *testing.T, command string, more ...string) record {
	t.Helper()
	dir := t.TempDir()
	trace, model := filepath.Join(dir, "trace.csv"), filepath.Join(dir, "model.safetensors")
	args := append(strings.Fields(command), "--csv", trace, "--save", model)
	var stdout, stderr bytes.Buffer
	r := record{Command: command, Exit: cli.Main(append(args, more...), &stdout, &stderr)}
	require.Contains(t, []int{0, 1}, r.Exit, "%s: %s", command, &stderr)
	if _, err := os.Stat(model); err != nil {
		require.Equal(t, 1, r.Exit, "%s: %s", command, &stdout)
		return r
	}
	r.Columns, r.Rows = numbers(t, trace)
	r.Weights = digest(t, model)
	return r
}

// numbers returns the trace without times, the number of the row, and columns that are empty.
func numbers(t *testing.T, path string) (columns []string, rows [][]string) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	require.NotEmpty(t, lines)
	rows = make([][]string, len(lines)-1)
	for j, name := range lines[0] {
		if name == "iteration" || strings.HasPrefix(name, "seconds") ||
			!slices.ContainsFunc(lines[1:], func(l []string) bool { return l[j] != "" }) {
			continue
		}
		columns = append(columns, name)
		for i, line := range lines[1:] {
			rows[i] = append(rows[i], line[j])
		}
	}
	return columns, rows
}

// digest is half of the SHA-256 of the tensors of a model, one after the other by their names: the
// metadata, and where a tensor is in the file, do not count.
func digest(t *testing.T, path string) string {
	t.Helper()
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Greater(t, len(file), 8)
	head := int(binary.LittleEndian.Uint64(file))
	var header map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(file[8:8+head], &header))
	delete(header, "__metadata__")
	require.NotEmpty(t, header)
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(header)) {
		var tensor struct {
			Dtype   string
			Shape   []int
			Offsets [2]int `json:"data_offsets"`
		}
		require.NoError(t, json.Unmarshal(header[name], &tensor))
		fmt.Fprintln(sum, name, tensor.Dtype, tensor.Shape)
		sum.Write(file[8+head:][tensor.Offsets[0]:tensor.Offsets[1]])
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}
