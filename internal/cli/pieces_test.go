package cli

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
)

// bands is a table whose target changes at thresholds of the first of two columns, one of which has gaps.
func bands(rows int, target func(band int) string) string {
	rng := rand.New(rand.NewPCG(5, 6))
	var b strings.Builder
	for i := range rows {
		x, other := rng.Float64(), fmt.Sprintf("%.3f", rng.NormFloat64())
		if i%9 == 0 {
			other = "?"
		}
		fmt.Fprintf(&b, "%.4f,%s,%s\n", 1e3*x, other, target(int(8*x)))
	}
	return b.String()
}

// piecesRun is what a run says about pieces.
type piecesRun struct {
	Network   []int
	Pieces    bool
	TestError float64 `json:"test_error"`
	Choice    *struct {
		Chosen int
		Tried  []struct{ Pieces bool }
	} `json:"lambda_choice"`
}

func trained(t *testing.T, args ...string) (run piecesRun) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(succeed(t, append([]string{"--json", "-"}, args...)...).stdout), &run))
	return run
}

func TestPiecesAreChosenWhereTheyHelp(t *testing.T) {
	dir := t.TempDir()
	for name, target := range map[string]func(int) string{
		"classes":    func(band int) string { return string("abab"[band%4]) },
		"regression": func(band int) string { return fmt.Sprint([]float64{1.5, 700, -300, 250.25}[band%4]) },
	} {
		data, model := filepath.Join(dir, name+".csv"), filepath.Join(dir, name+".safetensors")
		require.NoError(t, os.WriteFile(data, []byte(bands(500, target)), 0o644))
		short := []string{"--data", data, "--header", "no", "--task", name, "--net", "20", "--input-step", "4",
			"--epochs"}
		usual := append(short[:len(short):len(short)], "30")
		run := trained(t, append(usual, "--save", model)...)
		assert.True(t, run.Pieces, name)
		require.NotNil(t, run.Choice)
		last := len(run.Choice.Tried) - 1
		assert.Equal(t, 4, last, "four λ and the pieces")
		assert.Equal(t, last, run.Choice.Chosen)
		assert.True(t, run.Choice.Tried[last].Pieces)
		assert.Equal(t, 3+2*8, run.Network[0])
		net, err := nn.Load[float32](model)
		require.NoError(t, err)
		assert.True(t, net.Columns.Inputs.InPieces())
		assert.Equal(t, run.Network, net.Widths())

		given := trained(t, append(usual, "--lambda", "0.01")...)
		assert.Nil(t, given.Choice)
		assert.False(t, given.Pieces, "no samples are held out to choose by")
		assert.Equal(t, 3, given.Network[0])
		assert.Less(t, run.TestError, given.TestError/2, name)
		forced := trained(t, append(short, "1", "--lambda", "0.01", "--pieces", "yes", "--precision", "64")...)
		assert.True(t, forced.Pieces)
		assert.Equal(t, run.Network, forced.Network)
	}
	usual := []string{"--data", filepath.Join(dir, "classes.csv"), "--net", "5", "--input-step", "4", "--epochs", "3"}
	for _, more := range [][]string{{"--pieces", "yes"}, {"--pieces", "no"}, {"--scale", "center"}} {
		run := trained(t, append(usual, more...)...)
		assert.Len(t, run.Choice.Tried, 4, more)
		assert.Equal(t, more[1] == "yes", run.Pieces, more)
	}
	assert.Len(t, trained(t, append(usual, "--limit", "300")...).Choice.Tried, 5)
}

// Whatever is chosen, the same seed makes the same network.
func TestPiecesDoNotDependOnWorkersOrCheckpoints(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "t.csv")
	require.NoError(t,
		os.WriteFile(data, []byte(bands(700, func(band int) string { return string("abab"[band%4]) })), 0o644))
	states := filepath.Join(dir, "states")
	usual := []string{"--data", data, "--net", "10", "--epochs", "15", "--validation", "0.2"}
	var models [][]byte
	for i, more := range [][]string{
		{"--workers", "1"}, {"--workers", "3", "--checkpoint", states},
	} {
		model := filepath.Join(dir, fmt.Sprint(i))
		run := trained(t, append(append(usual, "--save", model), more...)...)
		assert.True(t, run.Pieces, more)
		text, err := os.ReadFile(model)
		require.NoError(t, err)
		models = append(models, text)
	}
	for _, model := range models[1:] {
		assert.Equal(t, models[0], model)
	}
	o := execute(t.Context(), append(usual, "--checkpoint", states, "--resume", "--pieces", "no")...)
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "its training has")
}

// Where memory suffices only for the plain columns, these are trained on.
func TestPiecesThatDoNotFitAreNotTried(t *testing.T) {
	data := filepath.Join(t.TempDir(), "t.csv")
	var b strings.Builder
	for i := range 500 {
		for j := range 100 {
			fmt.Fprintf(&b, "%d,", (i+1009*j)*(i+7)%1009)
		}
		fmt.Fprintln(&b, "kl"[i*(i+7)%1009/126%2:][:1])
	}
	require.NoError(t, os.WriteFile(data, []byte(b.String()), 0o644))
	usual := []string{"--data", data, "--net", "10", "--input-step", "4", "--epochs", "4", "--json", "-"}
	eighths := func(m int, pieces string) []string { // of a megabyte
		return append(usual, "--memory", fmt.Sprint(float64(m)/8, "MB"), "--pieces", pieces)
	}
	least := sort.Search(500, func(m int) bool { return execute(t.Context(), eighths(m+1, "no")...).code == 0 }) + 1
	for more := 0; more < 8; more += 2 { // the table may stay or not, and the training is not refused for it
		assert.Zero(t, execute(t.Context(), eighths(least+more, "auto")...).code, more)
	}
	for memory, tried := range map[int]int{least: 4, 500: 5} {
		var run piecesRun
		o := succeed(t, eighths(memory, "auto")...)
		require.NoError(t, json.Unmarshal([]byte(o.stdout), &run), memory)
		assert.Len(t, run.Choice.Tried, tried, memory)
		assert.Equal(t, tried < 5, strings.Contains(o.stderr,
			"note: the choice before the training leaves columns in pieces out, for lack of memory: "), o.stderr)
	}
	o := execute(t.Context(), eighths(least, "yes")...)
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "--memory")

	// The samples of a state are others, then, and not because the file has changed.
	states := []string{"--pieces", "auto", "--checkpoint", filepath.Join(t.TempDir(), "states"), "--resume"}
	succeed(t, slices.Concat(usual, states, eighths(500, "auto")[len(usual):len(usual)+2])...)
	o = execute(t.Context(), slices.Concat(usual, states, eighths(least, "auto")[len(usual):len(usual)+2])...)
	assert.Equal(t, exitFailed, o.code, o.stderr)
	assert.Regexp(t, `its training has --memory 62\.5MB, this one \d`, o.stderr)
}

func TestPiecesThatCannotBeMadeAreSaid(t *testing.T) {
	for _, scale := range []string{"none", "center"} {
		o := execute(t.Context(), "--pieces", "yes", "--scale", scale)
		assert.Equal(t, exitUsage, o.code)
		assert.Contains(t, o.stderr, "--pieces yes: --scale "+scale)
	}
	assert.Contains(t, succeed(t, "--pieces", "yes", "--epochs", "1", "--net", "2").stderr,
		"--pieces yes divides no column")
	assert.Equal(t, exitUsage, execute(t.Context(), "--pieces", "maybe").code)
}

// Searches and comparisons don't choose.
func TestPiecesOfSearchesAreUpToTheUser(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "t.csv")
	require.NoError(t,
		os.WriteFile(data, []byte(bands(120, func(band int) string { return string("abab"[band%4]) })), 0o644))
	tune := []string{"tune", "--data", data, "--trials", "2", "--folds", "2", "--net", "4", "--epochs", "2"}
	o := succeed(t, append(tune, "--pieces", "yes")...)
	assert.Contains(t, o.stdout, "--pieces yes", "the command that trains with what was found")
	assert.NotContains(t, succeed(t, tune...).stdout, "--pieces")
	assert.Equal(t, exitUsage, execute(t.Context(), append(tune, "--pieces", "auto")...).code)
	compare := []string{"compare", "--data", data, "--out", dir, "--quick", "--plan"}
	succeed(t, append(compare, "--pieces", "yes")...)
	assert.Equal(t, exitUsage, execute(t.Context(), append(compare, "--pieces", "auto")...).code)
}
