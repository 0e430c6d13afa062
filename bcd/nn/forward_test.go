package nn

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// naiveForward is the outputs for one sample, a unit at a time.
func naiveForward(n *Network[float64], x []float64) []float64 {
	in := append([]float64(nil), x...)
	for j, m := range n.Mean {
		in[j] -= m
	}
	u := [][]float64{in}
	for _, layer := range n.Layers {
		var read []float64
		for _, m := range layer.From {
			read = append(read, u[m]...)
		}
		var out []float64
		for j := range layer.W.Rows {
			out = append(out, math.Max(0, naiveUnit(layer.W.Row(j), read)))
		}
		u = append(u, out)
	}
	var o []float64
	for k := range n.V.Rows {
		o = append(o, naiveUnit(n.V.Row(k), u[len(u)-1]))
	}
	return o
}

func naiveUnit(w, read []float64) float64 {
	z := w[len(w)-1]
	for k, v := range read {
		z += w[k] * v
	}
	return z
}

func TestForwardIsItsDefinition(t *testing.T) {
	for name, spec := range testSpecs {
		for _, centred := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				net := testNetwork[float64](t, spec, "hinge", 3)
				setBiases(net)
				x := testSamples[float64](1100, spec.Inputs, 6) // three blocks of rows
				if centred {
					net.Mean = ColumnMean(x, 2)
				}
				have, err := net.Scores(x, 2)
				require.NoError(t, err)
				for i := range x.Rows {
					assert.InDeltaSlice(t, naiveForward(net, x.Row(i)), have.Row(i), 1e-12)
				}
			})
		}
	}
}

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

func TestForwardRefusesOtherWidths(t *testing.T) {
	net := testNetwork[float64](t, testSpecs["chain"], "hinge", 1)
	_, err := net.Scores(mat.NewDense[float64](3, 4), 1)
	var data *DataError
	require.ErrorAs(t, err, &data)
	assert.EqualError(t, err, "samples have 4 features, the network takes 5")
	_, err = net.ErrorRate(mat.NewDense[float64](2, 5), []int{0, 3}, 1)
	require.ErrorAs(t, err, &data)
	assert.ErrorContains(t, err, "label of sample 1 is 3")
}

func TestArgmaxIsTheFirstLargest(t *testing.T) {
	assert.Equal(t, 1, Argmax([]float64{-1, 3, 3, 0}))
	assert.Equal(t, 0, Argmax([]float32{0}))
	assert.Equal(t, -1, Argmax([]float32{}))
}

func TestColumnMeanIsSummedInDoublePrecision(t *testing.T) {
	x := mat.NewDense[float32](5000, 2)
	for i := range x.Rows {
		x.Set(i, 0, 1e4+float32(i%2)) // a float32 sum would lose the halves
		x.Set(i, 1, -2)
	}
	assert.Equal(t, []float32{1e4 + 0.5, -2}, ColumnMean(x, 2))
}

func TestColumnMeanIsThatOfNumbersWhoseSumOverflows(t *testing.T) {
	x := mat.NewDense[float64](128, 2)
	for i := range x.Rows {
		x.Set(i, 0, 0x1p1022)
		x.Set(i, 1, float64(i))
	}
	assert.Equal(t, []float64{0x1p1022, 63.5}, ColumnMean(x, 2))
	x.Set(5, 0, math.Inf(1))
	assert.Equal(t, math.Inf(1), ColumnMean(x, 2)[0])
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

func TestSamplesThatAreNotFiniteAreRefused(t *testing.T) {
	net := testNetwork[float32](t, testSpecs["chain"], "hinge", 3)
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		for _, at := range [][2]int{{0, 0}, {2, 4}} {
			x := testSamples[float32](3, net.Inputs, 1)
			x.Set(at[0], at[1], bad)
			want := fmt.Sprintf("feature %d of sample %d is %v", at[1], at[0], bad)
			var data *DataError
			_, err := net.Scores(x, 1)
			require.ErrorAs(t, err, &data)
			assert.Equal(t, want, data.Reason)
			_, err = net.ErrorRate(x, make([]int, 3), 1)
			require.ErrorAs(t, err, &data)
			assert.Equal(t, want, data.Reason)
		}
	}
}

func TestTheFirstFeatureThatIsNotFiniteIsNamed(t *testing.T) {
	for _, workers := range []mat.Workers{1, 3} {
		x := testSamples[float32](1200, 4, 1) // three blocks of rows
		require.NoError(t, CheckFinite(x, workers))
		x.Set(1100, 1, float32(math.NaN()))
		require.EqualError(t, CheckFinite(x, workers), "feature 1 of sample 1100 is NaN")
		x.Set(600, 2, float32(math.Inf(1)))
		require.EqualError(t, CheckFinite(x, workers), "feature 2 of sample 600 is +Inf")
		x.Set(1199, 3, float32(math.NaN()))
		require.EqualError(t, CheckFinite(x, workers), "feature 2 of sample 600 is +Inf")
	}
}
