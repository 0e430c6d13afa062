package cli

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMinibatchesOnTheCommandLine: what only full batches have is null.
func TestMinibatchesOnTheCommandLine(t *testing.T) {
	data := shapes(t, 60, 9)
	o := succeed(t, "--data", data, "--net", "8,5", "--skip", "0:2", "--batch", "7",
		"--epochs", "3", "--validation", "6", "--json", "-")
	for _, fact := range []string{"epoch ", " loss ", "batches of 7", "epochs ", "3 in "} {
		assert.Contains(t, inOneLine(o.stderr)+" ", fact)
	}
	assert.NotContains(t, o.stderr, "stationarity")
	var run struct {
		Batch, Iterations       int
		Objective, Stationarity *float64
		TestError               *float64 `json:"test_error"`
		Trace                   []map[string]*float64
	}
	require.NoError(t, json.Unmarshal([]byte(o.stdout), &run))
	assert.Equal(t, 7, run.Batch)
	assert.Equal(t, 3, run.Iterations)
	assert.Nil(t, run.Objective)
	assert.Nil(t, run.Stationarity)
	require.NotNil(t, run.TestError)
	require.Len(t, run.Trace, 3)
	for name, value := range run.Trace[2] {
		full := strings.HasPrefix(name, "objective") || name == "stationarity" || name == "distance" ||
			name == "learning_rate" || name == "nonzero"
		assert.Equal(t, full, value == nil, name)
	}
	columns := parseCSV(t, succeed(t, "--data", data, "--net", "4", "--epochs", "2", "--csv", "-").stdout)
	require.Len(t, columns, 3)
	assert.NotContains(t, columns[0], "objective")
	assert.NotEmpty(t, columns[2][slices.Index(columns[0], "forward_loss")])
}

// A file of results tells what a plain run does not have.
func TestJSONTellsTheStepsAndTheFold(t *testing.T) {
	data := shapes(t, 60, 9)
	o := succeed(t, "--data", data, "--net", "4", "--epochs", "1", "--validation", "6", "--fold", "2",
		"--step", "0.5", "--input-step", "3", "--damping", "0.7", "--json", "-")
	assert.Contains(t, inOneLine(o.stderr),
		"54 training, 6 validation (block 2 from the end), 9 test samples")
	var run map[string]any
	require.NoError(t, json.Unmarshal([]byte(o.stdout), &run))
	for name, want := range map[string]float64{"fold": 2, "step": 0.5, "input_step": 3, "damping": 0.7} {
		assert.Equal(t, want, run[name], name)
	}
}

func TestOptionsReachTheTrainerOfMinibatches(t *testing.T) {
	data := shapes(t, 60, 9)
	saved := func(args ...string) string {
		path := filepath.Join(t.TempDir(), "m")
		succeed(t, instead([]string{"--data", data, "--net", "5,5", "--epochs", "2", "--save", path}, args...)...)
		return string(read(t, path))
	}
	seen := map[string][]string{saved(): {"defaults"}}
	for _, args := range [][]string{
		{"--center=false"}, {"--gamma", "0.8"}, {"--gamma", "0.1,0.7"}, {"--lambda", "0.5"}, {"--lambda-out", "0.5"},
		{"--loss", "squared"}, {"--batch", "9"}, {"--epochs", "3"}, {"--skip", "0:2"}, {"--seed", "5"},
		{"--limit", "50"}, {"--validation", "9"}, {"--validation", "9", "--fold", "2"}, {"--precision", "64"},
		{"--step", "0.7"}, {"--input-step", "2"}, {"--damping", "0.3"}, {"--spectral-step", "0.01"},
		{"--spectral-decay", "3"}, {"--metric", "gram"},
		{"--l1", "0.1"}, {"--l1", "0.1", "--lambda", "1e-4"},
	} {
		model := saved(args...)
		assert.Nil(t, seen[model], "%v makes no difference to %v", args, seen[model])
		seen[model] = args
	}
	assert.Contains(t, seen, saved("--objective", "fenchel", "--workers", "2"))
}

// The share of weights that are not zero is reported, and the file is a sparse one that the other commands read.
func TestSparseNetworksAreReportedAndSavedAsSuch(t *testing.T) {
	data := shapes(t, 200, 9)
	model := filepath.Join(t.TempDir(), "m.safetensors")
	for _, mode := range [][]string{
		{"--l1", "0.5", "--epochs", "6"},
		{"--l1", "0.02", "--batch", "0", "--iterations", "3"},
	} {
		o := succeed(t, append(mode, "--data", data, "--net", "40", "--save", model, "--json", "-")...)
		assert.Contains(t, o.stderr, "λ₁ "+mode[1])
		assert.Contains(t, o.stderr, "of the weights, biases not counted")
		var run struct {
			L1, Nonzero float64
			Trace       []struct{ Nonzero float64 }
		}
		require.NoError(t, json.Unmarshal([]byte(o.stdout), &run))
		assert.Positive(t, run.L1)
		assert.Less(t, run.Nonzero, 0.5)
		assert.Positive(t, run.Nonzero)
		assert.Equal(t, run.Nonzero, run.Trace[len(run.Trace)-1].Nonzero)
		assert.Contains(t, string(read(t, model)), ".weight.columns")
		assert.Contains(t, succeed(t, "eval", "--data", data, "--model", model).stdout, "test error")
	}
}
