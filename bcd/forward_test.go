package bcd

import (
	"math"
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
				l := testLift(t, testCase{"", spec, Fenchel, Hinge}, 1100) // biases, three blocks of rows
				if centred {
					l.net.Mean = ColumnMean(l.x, 2)
				}
				have, err := l.net.Forward(l.x, 2)
				require.NoError(t, err)
				for i := range l.x.Rows {
					assert.InDeltaSlice(t, naiveForward(l.net, l.x.Row(i)), have.Row(i), 1e-12)
				}
			})
		}
	}
}

func TestLiftBeginsAtTheForwardActivations(t *testing.T) {
	eachCase(t, func(t *testing.T, c testCase) {
		net := testNetwork[float64](t, c.spec, c.loss, 1)
		d := testData[float64](30, c.spec.Inputs, c.spec.Outputs, 2)
		p := penalties{c.objective, []float64{1, 1, 1}[:len(net.Layers)], 0, 0, 0}
		l := newLift(net, p, d.X, d.Labels, 1)
		want, err := net.Forward(d.X, 1)
		require.NoError(t, err)
		assert.InDeltaSlice(t, want.Data, l.o.Data, 1e-12)
		if c.objective == Fenchel { // the lift is tight
			for n := 1; n <= l.layers(); n++ {
				assert.Zero(t, l.penaltySum(n))
			}
		}
	})
}

func TestErrorCountsWrongClasses(t *testing.T) {
	// The outputs are x and 0: class 0 for x > 0, and for x = 0, where they are equal.
	net := &Network[float64]{Inputs: 1, Layers: []Layer[float64]{
		{[]int{0}, mat.DenseOf(2, 2, []float64{1, 0, -1, 0})},
	}, V: mat.DenseOf(2, 3, []float64{1, -1, 0, 0, 0, 0})}
	x := mat.DenseOf(4, 1, []float64{2, -1, 0, -3})
	have, err := net.Error(x, []int{0, 0, 0, 1}, 1)
	require.NoError(t, err)
	assert.Equal(t, 0.25, have)

	have, err = net.Error(mat.NewDense[float64](0, 1), nil, 1)
	require.NoError(t, err)
	assert.True(t, math.IsNaN(have))
}

func TestForwardRefusesOtherWidths(t *testing.T) {
	net := testNetwork[float64](t, testSpecs["chain"], Hinge, 1)
	_, err := net.Forward(mat.NewDense[float64](3, 4), 1)
	var data *DataError
	require.ErrorAs(t, err, &data)
	assert.EqualError(t, err, "samples have 4 features, the network takes 5")
	_, err = net.Error(mat.NewDense[float64](2, 5), []int{0, 3}, 1)
	require.ErrorAs(t, err, &data)
	assert.ErrorContains(t, err, "label of sample 1 is 3")
}

func TestArgmaxIsTheFirstLargest(t *testing.T) {
	assert.Equal(t, 1, Argmax([]float64{-1, 3, 3, 0}))
	assert.Equal(t, 0, Argmax([]float32{0}))
	assert.Equal(t, -1, Argmax([]float32{}))
}

func TestColumnMean(t *testing.T) {
	x := mat.NewDense[float32](5000, 2)
	for i := range x.Rows {
		x.Set(i, 0, 1e4+float32(i%2)) // a float32 sum would lose the halves
		x.Set(i, 1, -2)
	}
	assert.Equal(t, []float32{1e4 + 0.5, -2}, ColumnMean(x, 2))
}
