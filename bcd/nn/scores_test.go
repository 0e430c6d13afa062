package nn

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
