//go:build !race

package nn

// Not under the race detector, which makes mat's sync.Pool drop what is put into it.

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/internal/rows"
)

func TestPredictorDoesNotAllocate(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection empties sync.Pool, too
	net := testNetwork[float32](t, testSpecs["skips"], "hinge", 3)
	net.Mean = make([]float32, 4)
	for _, samples := range []int{16, rows.Block + 1} {
		p, err := NewPredictor(net, samples)
		require.NoError(t, err)
		x, classes := testSamples[float32](samples, 4, 1), make([]int, samples)
		assert.Zero(t, testing.AllocsPerRun(20, func() {
			if p.Predict(classes, x) != nil {
				panic("it fits")
			}
		}), "%d samples", samples)
	}
}

func TestRowPredictorDoesNotAllocate(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	p, err := NewRowPredictor(tableNetwork[float32](t))
	require.NoError(t, err)
	row := []string{"54", "x7", "Köln"}
	assert.Zero(t, testing.AllocsPerRun(50, func() { _, _ = p.Predict(row) }))
}

func TestEvaluationTakesTheMemoryOfABlockForEachWorker(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	const blocks, inputs, units = 12, 5, 64
	net := testNetwork[float32](t, Spec{Inputs: inputs, Hidden: []int{units}, Outputs: 3}, "hinge", 3)
	x, labels := testSamples[float32](blocks*rows.Block, inputs, 1), make([]int, blocks*rows.Block)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := net.Evaluate(x, labels, 1)
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	const block = 4 * rows.Block * (inputs + units + 3)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(3*block))
}
