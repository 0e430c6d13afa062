package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot/plotter"

	"ridge/bcd/train"
)

func TestDecodeReadsWhatTrainWrites(t *testing.T) {
	epochs, err := decode(sampleTrace(t, 2))
	require.NoError(t, err)
	got := trace{epochs: epochs}
	objective, err := got.points(objectivePoints)
	require.NoError(t, err)
	want := plotter.XYs{
		{X: 0, Y: 1}, {X: 1. / 3, Y: 0.5}, {X: 2. / 3, Y: 0.25}, {X: 1, Y: 0.125},
		{X: 1, Y: 0.5}, {X: 4. / 3, Y: 0.25}, {X: 5. / 3, Y: 0.125}, {X: 2, Y: 0.0625},
	}
	require.Len(t, objective, len(want))
	for i := range want {
		assert.InDelta(t, want[i].X, objective[i].X, 1e-12)
		assert.Equal(t, want[i].Y, objective[i].Y)
	}
	for _, c := range []struct {
		of   func(train.Epoch) (plotter.XYs, error)
		want plotter.XYs
	}{
		{stationarityPoint, plotter.XYs{{X: 1, Y: 0.5 * 0.9}, {X: 2, Y: 0.5 * math.Pow(0.9, 2)}}},
		{distancePoint, plotter.XYs{{X: 1, Y: 0}, {X: 2, Y: 0.5}}},
		{errorPoint, plotter.XYs{{X: 1, Y: 10}, {X: 2, Y: 5}}},
	} {
		points, err := got.points(c.of)
		require.NoError(t, err)
		assert.Equal(t, c.want, points)
	}
}

// badTrace is no trace, and what is said of it.
type badTrace struct{ name, trace, message string }

// requireRefused draws bad traces in all panels, where a picture is that must stay.
func requireRefused(t *testing.T, cases []badTrace) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "picture.svg")
			require.NoError(t, os.WriteFile(out, []byte("old"), 0o600))
			trace := writeFile(t, []byte(c.trace))
			args := []string{"-out", out, "-panels", "objective,error,stationarity,distance", "a=" + trace}
			var stderr strings.Builder
			assert.Equal(t, 1, run(args, io.Discard, &stderr))
			assert.Contains(t, stderr.String(), "figures: "+trace+": ")
			assert.Contains(t, stderr.String(), c.message)
			content, err := os.ReadFile(out)
			require.NoError(t, err)
			assert.Equal(t, "old", string(content))
		})
	}
}

// goodStep has what the panels of the objective and of the error need.
const goodStep = `"iteration": 1, "objective": 4, ` +
	`"objective_after_u": 3, "objective_after_v": 2, "objective_after_w": 1, "test_error": 0.5`

func TestFilesThatAreNoTracesLeaveThePictureAlone(t *testing.T) {
	requireRefused(t, []badTrace{
		{"empty file", "", "unexpected end of JSON input"},
		{"not JSON", "iter objective", "not what train --json writes"},
		{"truncated", `{"trace": [{` + goodStep, "unexpected end of JSON input"},
		{"trailing", `{"trace": [{` + goodStep + `}]} {}`, "not what train --json writes"},
		{"no trace", `{}`, "a trace without iterations"},
		{"no iterations", `{"trace": []}`, "a trace without iterations"},
		{"iteration twice", `{"trace": [{` + goodStep + `}, {` + goodStep + `}]}`, "iteration 1 follows iteration 1"},
	})
}

func TestTracesWithBadNumbersLeaveThePictureAlone(t *testing.T) {
	with := func(old, replacement string) string {
		require.Contains(t, goodStep, old)
		return `{"trace": [{` + strings.Replace(goodStep, old, replacement, 1) + `}]}`
	}
	followedBy := func(more string) string { return `{"trace": [{` + goodStep + more + `}]}` }
	const missing = "iteration 1: the objective before or after a block is missing"
	const logarithmic = ": a logarithmic axis shows positive numbers only"
	requireRefused(t, []badTrace{
		{"iteration 0", with(`"iteration": 1`, `"iteration": 0`), "iteration 0 follows iteration 0"},
		{"objective null", with("3", "null"), missing},
		{"objective missing", with(`"objective": 4, `, ""), missing},
		{"objective zero", with(`: 1, "test`, `: 0, "test`), "iteration 1: objective 0" + logarithmic},
		{"test error null", with("0.5", "null"), "iteration 1: the test error is missing"},
		{"test error in percent", with("0.5", "50"), "iteration 1: test error 50: want a fraction"},
		{"stationarity missing", followedBy(""), "iteration 1: the stationarity is missing"},
		{"stationarity zero", followedBy(`, "stationarity": 0`), "iteration 1: stationarity 0" + logarithmic},
		{"distance missing", followedBy(`, "stationarity": 1`),
			"iteration 1: the distance from the first iteration is missing"},
		{"distance below 0", followedBy(`, "stationarity": 1, "distance": -1`),
			"iteration 1: distance -1: want a number of at least 0"},
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"trace": [{` + goodStep + `}]}`))
	f.Add(fmt.Appendf(nil, `{"trace": [{"iteration": %d, "objective": %g,
		"objective_after_u": 5e-324, "objective_after_v": 2, "objective_after_w": 1, "test_error": 0}]}`,
		int64(math.MaxInt64), math.MaxFloat64))
	f.Add([]byte(`{"trace": [
		{"iteration": 1, "stationarity": 1e300, "distance": 1e308},
		{"iteration": 900000000000, "stationarity": 1e-300, "distance": 0},
		{"iteration": 900000000001, "stationarity": 1e300, "distance": 0}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		epochs, err := decode(text)
		if err != nil {
			return
		}
		for name := range panels {
			var b bytes.Buffer
			if (picture{traces: []trace{{epochs: epochs}}}).encode(&b, []string{name}, "svg") == nil {
				assert.NotContains(t, b.String(), "NaN", name)
			}
		}
	})
}
