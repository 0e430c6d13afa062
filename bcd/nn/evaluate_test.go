package nn

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestErrorCountsWrongClasses(t *testing.T) {
	// The outputs are x and 0: class 0 for x > 0, and for x = 0, where they are equal.
	net := &Network[float64]{Inputs: 1, Layers: []Layer[float64]{
		{[]int{0}, mat.DenseOf(2, 2, []float64{1, 0, -1, 0})},
	}, V: mat.DenseOf(2, 3, []float64{1, -1, 0, 0, 0, 0})}
	x := mat.DenseOf(4, 1, []float64{2, -1, 0, -3})
	have, err := net.ErrorRate(x, []int{0, 0, 0, 1}, 1)
	require.NoError(t, err)
	assert.Equal(t, 0.25, have)

	have, err = net.ErrorRate(mat.NewDense[float64](0, 1), nil, 1)
	require.NoError(t, err)
	assert.True(t, math.IsNaN(have))
}

func TestActivityIsTheFractionOfPositiveActivations(t *testing.T) {
	// Layer 1 computes max(0, ±x), layer 2 the constants 1 and 0.
	net := &Network[float64]{Inputs: 1, Layers: []Layer[float64]{
		{[]int{0}, mat.DenseOf(2, 2, []float64{1, 0, -1, 0})},
		{[]int{1}, mat.DenseOf(2, 3, []float64{0, 0, 1, 0, 0, -1})},
	}, V: mat.DenseOf(1, 3, []float64{1, 1, 0})}
	e, err := net.Evaluate(mat.DenseOf(4, 1, []float64{1, 2, 0, 3}), []int{0, 0, 0, 0}, 1)
	require.NoError(t, err)
	assert.Equal(t, []float64{3. / 8, 0.5}, e.Active)
	assert.Zero(t, e.ErrorRate)
}

func TestWeightsOfSamplesCountInTheError(t *testing.T) {
	net := &Network[float64]{Inputs: 1, Layers: []Layer[float64]{{[]int{0}, mat.DenseOf(1, 2, []float64{1, 0})}},
		V: mat.DenseOf(2, 2, []float64{1, 0, -1, 0})}
	const n = 300 // more than a block
	x, labels, weights := mat.NewDense[float64](n, 1), make([]int, n), make([]float64, n)
	for i := range n {
		x.Set(i, 0, 1)
		labels[i], weights[i] = i%3/2, []float64{1, 0, 2.5}[i%3] // every third is wrong, as all are taken for class 0
	}
	evaluate := func(weights []float64) (Evaluation, error) { return net.EvaluateWeighted(x, labels, weights, 2) }
	e, err := evaluate(nil)
	require.NoError(t, err)
	assert.InDelta(t, 1./3, e.ErrorRate, 1e-15)
	e, err = evaluate(weights)
	require.NoError(t, err)
	assert.InDelta(t, 2.5/3.5, e.ErrorRate, 1e-15)

	for want, wrong := range map[string][]float64{
		"299 weights for 300 samples":                weights[1:],
		"the weight of sample 0 is -1: want none":    slices.Concat([]float64{-1}, weights[1:]),
		"the weight of sample 1 is NaN: want none":   slices.Concat([]float64{1, math.NaN()}, weights[2:]),
		"the sum of the weights is +Inf: want it":    slices.Concat([]float64{math.Inf(1)}, weights[1:]),
		"the sum of the weights is 0: want it above": make([]float64, n),
	} {
		_, err := evaluate(wrong)
		assert.ErrorContains(t, err, want)
		assert.ErrorAs(t, err, new(*DataError))
	}
}
