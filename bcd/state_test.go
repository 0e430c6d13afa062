package bcd

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
)

// saved returns the state of a trainer.
func saved(t *testing.T, fields func(*train.State)) io.Reader {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, train.WriteState(&b, nil, fields))
	return &b
}

// TestStateOfMinibatchesIsWhole looks at numbers that few trainings depend on; the golden trainings,
// saved and resumed at any place, have a look at all others.
func TestStateOfMinibatchesIsWhole(t *testing.T) {
	d := traintest.Clusters[float64](40, 6, 3, 1)
	o := DefaultBatchOptions(train.Problem{Samples: 40, Layers: 2})
	o.Batch, o.Epochs, o.Metric, o.L1 = 7, 3, GramMetric, 1e-3
	start := func() *minibatch[float64] {
		net := testNetwork[float64](t, nn.Spec{Inputs: 6, Hidden: []int{5, 4}, Outputs: 3}, hinge, 1)
		m, err := newMinibatch(t.Context(), train.Task[float64]{Net: net, Train: d, Workers: 1}, o)
		require.NoError(t, err)
		return m
	}
	m := start()
	_, err := m.Epoch(t.Context())
	require.NoError(t, err)
	for range 6 { // all of the next epoch but its end
		require.NoError(t, m.step(2, m.batches.Next()))
	}
	m.guard.scale, m.guard.ceiling = 0.25, 0.5
	n := start()
	require.NoError(t, train.ReadState(saved(t, m.State), n.State))
	assert.Equal(t, m.guard.divergence, n.guard.divergence)
	assert.Equal(t, []float64{0.25, 0.5}, []float64{n.guard.scale, n.guard.ceiling})
	assert.Equal(t, m.batch.total, n.batch.total, "the last batch is a short one")
	assert.Equal(t, m.tally, n.tally)
	assert.Equal(t, m.schedule, n.schedule)
	assert.Equal(t, m.memory.curvatures, n.memory.curvatures)
	assert.Equal(t, m.average.count, n.average.count)
	sameWeights(t, m.average.network(), n.average.network())
	assert.Equal(t, m.Left(), n.Left())
}

// TestStateOfFullBatchesIsWhole: between two blocks, too.
func TestStateOfFullBatchesIsWhole(t *testing.T) {
	d := traintest.Clusters[float64](30, 4, 3, 2)
	start := func() *full[float64] {
		return startFull(t.Context(),
			train.Task[float64]{Net: testNetwork[float64](t, testSpecs["one layer"], squared, 1), Train: d},
			testFullOptions())
	}
	f := start()
	_, err := f.Epoch(t.Context())
	require.NoError(t, err)
	pauses := 0
	f.pause = func(context.Context) error {
		if pauses++; pauses == 3 {
			return context.Canceled
		}
		return nil
	}
	_, err = f.Epoch(t.Context())
	require.ErrorIs(t, err, context.Canceled)
	g := start()
	require.NoError(t, train.ReadState(saved(t, f.State), g.State))
	assert.Equal(t, 2, g.block)
	assert.Equal(t, f.values, g.values)
	assert.Equal(t, f.firstGradient, g.firstGradient)
	assert.Equal(t, f.first, g.first)
	assert.Equal(t, f.value, g.value)
	assert.Equal(t, f.z, g.z)
	assert.Equal(t, f.o, g.o)
	assert.Equal(t, f.u, g.u)
}

// A U step of wide layers takes minutes: a training can end, and be saved, between two layers and between two batches
// of QPs, and goes on from there to the same bits.
func TestFullBatchesAreSavedWithinAUStep(t *testing.T) {
	eachCase(t, func(t *testing.T, c testCase) {
		const samples = 2*512 + 3
		start := func(pause func(context.Context) error) *full[float64] {
			task := train.Task[float64]{
				Net: testNetwork[float64](t, c.spec, c.loss, 1), Workers: 1, Pause: pause,
				Train: traintest.Clusters[float64](samples, c.spec.Inputs, c.spec.Outputs, 2),
			}
			o := testFullOptions()
			o.Objective = c.objective
			f := startFull(t.Context(), task, o)
			f.chunkElements = 1 // batches of as few samples as there can be
			return f
		}
		places := 0
		whole := start(func(context.Context) error { places++; return nil })
		want, err := whole.Epoch(t.Context())
		require.NoError(t, err)
		require.Greater(t, places, 4)
		for stop := 1; stop < places; stop++ {
			passed := 0
			f := start(func(context.Context) error {
				if passed++; passed > stop {
					return context.Canceled
				}
				return nil
			})
			_, err := f.Epoch(t.Context())
			require.Equal(t, context.Canceled, err)
			g := start(func(context.Context) error { passed++; return nil })
			require.NoError(t, train.ReadState(saved(t, f.State), g.State))
			before := g.values[SecondsU]
			got, err := g.Epoch(t.Context())
			require.NoError(t, err)
			assert.Positive(t, before)
			assert.GreaterOrEqual(t, got.Values[SecondsU], before, "seconds add up")
			assert.Equal(t, places+1, passed, "no part is done twice")
			sameWeights(t, whole.net, g.net)
			assert.Equal(t, whole.u, g.u)
			assert.Equal(t, want.Values[BlockKKT], got.Values[BlockKKT])
			assert.Equal(t, whole.value, g.value)
		}
	})
}

// TestBatchesAreCancelledWithin: whoever cancels a training with a batch that takes long does not
// wait for its end.
func TestBatchesAreCancelledWithin(t *testing.T) {
	d := traintest.Clusters[float64](40, 6, 3, 1)
	o := DefaultBatchOptions(train.Problem{Samples: 40, Layers: 2})
	net := testNetwork[float64](t, nn.Spec{Inputs: 6, Hidden: []int{5, 4}, Outputs: 3}, hinge, 1)
	ctx, cancel := context.WithCancel(t.Context())
	m, err := newMinibatch(ctx, train.Task[float64]{Net: net, Train: d, Workers: 1, Pause: func(context.Context) error {
		cancel() // after this look at it
		return nil
	}}, o)
	require.NoError(t, err)
	_, err = m.Epoch(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, m.schedule.done)
}
