package bcd

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// A unit that is never active any more has a momentum that only falls. It must not stay at the smallest numbers there are.
func TestMomentumThatAllButVanishesBecomesZero(t *testing.T) {
	spec := nn.Spec{Inputs: 6, Hidden: []int{40, 50}, Outputs: 3}
	o := testBatchOptions(100, len(spec.Hidden))
	o.Metric = SpectralMetric
	task := train.Task[float32]{Net: testNetwork[float32](t, spec, hinge, 1), Train: testData[float32](100, 6, 3, 1), Workers: 1}
	m, err := newMinibatch(context.Background(), task, o)
	require.NoError(t, err)
	require.Len(t, m.spectral.blocks, 1)
	b := m.spectral.blocks[0]
	b.momentum.Fill(1)
	for row := range b.momentum.Rows {
		b.momentum.Set(row, 7, 1e-44)
		b.momentum.Set(row, 8, 1e-12) // small, and not lost beside the others
	}
	b.move(0.1, 0, 1)
	for row := range b.momentum.Rows {
		assert.Zero(t, b.momentum.At(row, 7))
		assert.Equal(t, float32(1e-12), b.momentum.At(row, 8))
	}
}

// Where the input moves in the spectral norm, too, the decay falls with the active fraction, and what is known of them is saved.
func TestDecayFallsWithTheActiveFraction(t *testing.T) {
	spec := nn.Spec{Inputs: 6, Hidden: []int{5, 4}, Outputs: 3}
	o := testBatchOptions(100, len(spec.Hidden)).WithMetric(SpectralAllMetric)
	start := func() *minibatch[float64] {
		task := train.Task[float64]{Net: testNetwork[float64](t, spec, hinge, 1), Train: testData[float64](100, 6, 3, 1), Workers: 1}
		m, err := newMinibatch(t.Context(), task, o)
		require.NoError(t, err)
		return m
	}
	m := start()
	require.Len(t, m.spectral.blocks, 2)
	assert.Empty(t, m.weights.inputs.projected.full.Data, "no step needs it")
	var want float64
	for range 5 {
		require.NoError(t, m.step(1, m.deal.Next()))
		want += (float64(len(m.batch.front.samples))/m.batch.total - want) / 64
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

// What reads the input has a ridge in the metric of the input's Gram matrix, also where it moves in the spectral norm: the part λ'P of
// the weights, P being (S₀ + (δ + λ')I)⁻¹. The weights between hidden layers have none.
func TestWeightsThatReadTheInputHaveARidgeInTheSpectralNorm(t *testing.T) {
	spec := nn.Spec{Inputs: 6, Hidden: []int{5, 4}, Outputs: 3}
	o := testBatchOptions(100, len(spec.Hidden)).WithMetric(SpectralAllMetric)
	o.Lambda, o.InputStep = 3, 2
	task := train.Task[float64]{Net: testNetwork[float64](t, spec, hinge, 1), Train: testData[float64](100, 6, 3, 1), Workers: 1}
	m, err := newMinibatch(t.Context(), task, o)
	require.NoError(t, err)
	first, second := m.graph.in[1][0], m.graph.in[2][0]
	require.True(t, first.spectral && second.spectral)
	ridge := 2 * 3. / 100 * m.memory.curves[0].trace
	assert.InEpsilon(t, ridge, m.memory.ridge(0), 1e-14)
	want, kept := first.w.Clone(), second.w.Clone()
	const pending = 0.25
	mat.Gemm(mat.NoTrans, mat.NoTrans, -pending*ridge, first.w.Clone(), m.memory.curves[0].inverse.View(0, 0, 6, 6), 1, want, 1)
	m.weights.pending = pending
	m.weights.decay()
	assert.True(t, mat.EqualApprox(want, first.w.Clone(), 1e-14))
	assert.Equal(t, kept, second.w.Clone())
}
