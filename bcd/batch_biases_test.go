package bcd

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/mat"
)

// The kinks of the units of one column, or of copies of it, have the mean and the deviation of the column.
func TestFirstBiasesBendUnitsWhereTheSamplesAre(t *testing.T) {
	for _, copies := range []int{1, 3} {
		const units, deviation = 2000, 5.
		net, err := nn.New(nn.Spec{Inputs: copies, Hidden: []int{units}, Outputs: 2}, nn.Hinge[float64]{}, nn.Init{}, 1)
		require.NoError(t, err)
		gram := mat.NewDense[float64](copies+1, copies+1)
		gram.Fill(deviation * deviation)
		drawBiases(net, gram, float64(copies)*deviation*deviation, 1, 1)
		var mean, square float64
		for i := range units {
			w := 0.
			for _, v := range net.Weights(1).Row(i)[:copies] {
				w += v
			}
			bend := -net.Weights(1).At(i, copies) / w
			mean += bend / units
			square += bend * bend / units
		}
		assert.InDelta(t, 0, mean, 0.1*deviation)
		assert.InEpsilon(t, deviation, math.Sqrt(square), 0.05)
	}
}

func TestFirstBiasesAreThoseOfOneOfManyDirections(t *testing.T) {
	const columns, units = 100, 500
	net, err := nn.New(nn.Spec{Inputs: columns, Hidden: []int{units}, Outputs: 2}, nn.Hinge[float64]{}, nn.Init{}, 1)
	require.NoError(t, err)
	gram := mat.NewDense[float64](columns+1, columns+1)
	for j := range columns {
		gram.Set(j, j, 1)
	}
	drawBiases(net, gram, 1, 1, 1)
	norm := mat.NormFrobenius(net.Weights(1).ColView(columns, 1))
	assert.InEpsilon(t, math.Sqrt(2./columns), norm/math.Sqrt(units), 0.1, "He's deviation")
}

func TestBiasesThatAreThereStay(t *testing.T) {
	net, err := nn.New(nn.Spec{Inputs: 1, Hidden: []int{3, 3}, Outputs: 2}, nn.Hinge[float64]{}, nn.Init{}, 1)
	require.NoError(t, err)
	gram := mat.NewDense[float64](2, 2)
	drawBiases(net, gram, 0, 1, 1)
	assert.Zero(t, mat.NormMax(net.Weights(1).ColView(1, 1)), "a constant column has no size")
	net.V.Set(0, 3, 1)
	gram.Fill(1)
	drawBiases(net, gram, 1, 1, 1)
	assert.Zero(t, mat.NormMax(net.Weights(1).ColView(1, 1)))
}
