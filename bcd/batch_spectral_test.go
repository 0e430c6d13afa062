package bcd

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/mat"
)

// A unit that is never active any more has a momentum that only falls. It must not stay at the smallest numbers there
// are.
func TestMomentumThatAllButVanishesBecomesZero(t *testing.T) {
	spec := nn.Spec{Inputs: 6, Hidden: []int{40, 50}, Outputs: 3}
	o := testBatchOptions(100, len(spec.Hidden))
	o.Metric = SpectralMetric
	task := train.Task[float32]{Net: testNetwork[float32](t, spec, hinge, 1),
		Train: traintest.Clusters[float32](100, 6, 3, 1), Workers: 1}
	m, err := newMinibatch(context.Background(), task, o)
	require.NoError(t, err)
	require.Len(t, m.spectral.blocks, 1)
	b := m.spectral.blocks[0]
	b.momentum.Fill(1)
	for row := range b.momentum.Rows {
		b.momentum.Set(row, 7, 1e-44)
		b.momentum.Set(row, 8, 1e-12) // small, but not negligible next to the others
	}
	b.move(0.1, 0, 1)
	for row := range b.momentum.Rows {
		assert.Zero(t, b.momentum.At(row, 7))
		assert.Equal(t, float32(1e-12), b.momentum.At(row, 8))
	}
	b.momentum.Fill(1e-44) // of a block whose units have all died
	b.move(0.1, 0, 1)
	assert.Zero(t, mat.NormMax(b.momentum))
}

// spectralEverywhere are the options of [SpectralAllMetric].
func spectralEverywhere(samples, layers int) BatchOptions {
	return testBatchOptions(samples, layers).WithMetric(SpectralAllMetric,
		train.Problem{Samples: samples, Layers: layers})
}

// Where the input moves in the spectral norm, too, the decay falls with the active fraction, and what is known of them
// is saved.
func TestDecayFallsWithTheActiveFraction(t *testing.T) {
	spec := nn.Spec{Inputs: 6, Hidden: []int{5, 4}, Outputs: 3}
	o := spectralEverywhere(100, len(spec.Hidden))
	start := func() *minibatch[float64] {
		task := train.Task[float64]{Net: testNetwork[float64](t, spec, hinge, 1),
			Train: traintest.Clusters[float64](100, 6, 3, 1), Workers: 1}
		m, err := newMinibatch(t.Context(), task, o)
		require.NoError(t, err)
		return m
	}
	m := start()
	require.Len(t, m.spectral.blocks, 2)
	assert.Empty(t, m.weights.inputs.projected.full.Data, "no step needs it")
	var want float64
	for range 5 {
		require.NoError(t, m.step(1, m.batches.Next()))
		want += (float64(len(m.batch.used.samples))/m.batch.total - want) / 64
	}
	assert.Positive(t, want)
	assert.InDelta(t, want, m.spectral.active, 1e-15)
	assert.InEpsilon(t, o.SpectralDecay*(1-want)*(1-want), m.spectral.decayNow(), 1e-14)
	n := start()
	require.NoError(t, train.ReadState(saved(t, m.State), n.State))
	assert.Equal(t, m.spectral.active, n.spectral.active)
	assert.Equal(t, m.spectral.blocks[0].momentum, n.spectral.blocks[0].momentum)
	m.spectral.adaptive = false
	assert.Equal(t, o.SpectralDecay, m.spectral.decayNow())
}

// What reads the input has a ridge in the metric of the input's Gram matrix, also where it moves in the spectral norm:
// the part λ'P of the weights, P being (S₀ + (δ + λ')I)⁻¹. The weights between hidden layers have none.
func TestWeightsThatReadTheInputHaveARidgeInTheSpectralNorm(t *testing.T) {
	spec := nn.Spec{Inputs: 6, Hidden: []int{5, 4}, Outputs: 3}
	o := spectralEverywhere(100, len(spec.Hidden))
	o.Lambda, o.InputStep = 3, 2
	task := train.Task[float64]{Net: testNetwork[float64](t, spec, hinge, 1),
		Train: traintest.Clusters[float64](100, 6, 3, 1), Workers: 1}
	m, err := newMinibatch(t.Context(), task, o)
	require.NoError(t, err)
	first, second := m.graph.in[1][0], m.graph.in[2][0]
	require.True(t, first.spectral && second.spectral)
	ridge := 2 * 3. / 100 * m.memory.curvatures[0].trace
	assert.InEpsilon(t, ridge, m.memory.ridge(0), 1e-14)
	want, kept := first.w.Clone(), second.w.Clone()
	const pending = 0.25
	mat.Gemm(mat.NoTrans, mat.NoTrans, -pending*ridge, first.w.Clone(),
		m.memory.curvatures[0].inverse.View(0, 0, 6, 6), 1, want, 1)
	m.weights.pending = pending
	m.weights.decay()
	assert.True(t, mat.EqualApprox(want, first.w.Clone(), 1e-14))
	assert.Equal(t, kept, second.w.Clone())
}

// Nothing needs the inverse of the input's Gram matrix where no step has that metric and nothing a ridge. λ_out is not
// one of the input.
func TestTheInputIsInvertedWhereThatIsNeeded(t *testing.T) {
	spec := nn.Spec{Inputs: 6, Hidden: []int{5, 4}, Outputs: 3}
	for name, c := range map[string]struct {
		metric Metric
		lambda float64
		want   int
	}{
		"its metric": {SpectralMetric, 0, 7},
		"its ridge":  {SpectralAllMetric, 1, 7},
		"nothing":    {SpectralAllMetric, 0, 0},
	} {
		o := testBatchOptions(100, len(spec.Hidden)).WithMetric(c.metric, train.Problem{Samples: 100, Layers: 2})
		o.Lambda, o.LambdaOut = c.lambda, 1
		net := testNetwork[float64](t, spec, hinge, 1)
		m, err := newMinibatch(t.Context(),
			train.Task[float64]{Net: net, Train: traintest.Clusters[float64](100, 6, 3, 1), Workers: 1}, o)
		require.NoError(t, err, name)
		assert.Equal(t, c.want, m.memory.curvatures[0].inverse.Rows, name)
		assert.Equal(t, c.want > 0, m.memory.curvatures[0].damping > 0, name)
		assert.Positive(t, m.memory.curvatures[0].trace, name)
	}
}

// Deep and narrow, with samples that tell nothing: all inputs zero, or one class, or a constant column next to one that
// is not.
func TestDeepNetworksTrainOnDegenerateSamples(t *testing.T) {
	t.Run("float32", testDegenerate[float32])
	t.Run("float64", testDegenerate[float64])
}

func testDegenerate[T mat.Float](t *testing.T) {
	for name, change := range map[string]func(d train.Data[T]){
		"nothing":   func(d train.Data[T]) { d.X.Fill(0) },
		"constant":  func(d train.Data[T]) { d.X.Fill(3) },
		"one class": func(d train.Data[T]) { clear(d.Labels) },
		"far": func(d train.Data[T]) {
			for i := range d.X.Rows {
				d.X.Set(i, 0, 1e12)
			}
		},
	} {
		for _, hidden := range [][]int{
			slices.Repeat([]int{1}, 10), slices.Repeat([]int{2}, 12), slices.Repeat([]int{3}, 20),
		} {
			d := traintest.Clusters[T](1200, 3, 2, 1)
			change(d)
			net := testNetwork[T](t, nn.Spec{Inputs: 3, Hidden: hidden, Outputs: 2}, hinge, 1)
			o := DefaultBatchOptions(train.ProblemOf(net, d))
			require.Equal(t, SpectralAllMetric, o.Metric)
			o.Epochs = 3
			trace, err := fitBatches(t.Context(), net, d, o)
			require.NoError(t, err, "%s, %d layers", name, len(hidden))
			for n := 1; n <= len(hidden)+1; n++ {
				assert.Less(t, float64(mat.NormMax(net.Weights(n))), 1e15, "%s, layer %d of %d", name, n, len(hidden))
			}
			if name == "one class" {
				assert.Zero(t, trace[len(trace)-1].TrainError)
			} else {
				assert.LessOrEqual(t, trace[len(trace)-1].TrainError, 0.7, "%s, %d layers", name, len(hidden))
			}
		}
	}
}
