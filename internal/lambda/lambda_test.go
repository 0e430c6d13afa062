package lambda

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

func TestAnotherLambdaMustBeBetterByMoreThanNoise(t *testing.T) {
	flat, inf := []float64{1, 1, 1, 1}, math.Inf(1)
	assert.Equal(t, 2, better([][]float64{flat, flat, flat, flat}), "the usual one of equal ones")
	assert.Equal(t, 0, better([][]float64{{0.8, 0.9, 0.8, 0.9}, flat, flat, flat}))
	assert.Equal(t, 2, better([][]float64{{-1, 2, 0.9, 1}, flat, flat, flat}), "one sample says nothing")
	assert.Equal(t, 3, better([][]float64{{2, 2, 2, 2}, {inf, inf, inf, inf}, {inf, inf, inf, inf}, flat}), "the usual one diverges")
	assert.Equal(t, 2, better([][]float64{{inf, inf, inf, inf}, flat, flat, flat}))
	nan := []float64{1, math.NaN(), 1, 1}
	assert.Equal(t, 2, better([][]float64{nan, flat, flat, flat}))
	assert.Equal(t, 2, better([][]float64{nan, nan, nan, nan}))
}

func TestLossesOfOutputsThatOverflowAreInfinite(t *testing.T) {
	net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{2}, Outputs: 2}, nn.Loss[float32](nn.Hinge[float32]{}), nn.Init{}, 1)
	require.NoError(t, err)
	copy(net.Weights(1).Data, []float32{1e30, 0, 0, 0, 1e30, 0})
	net.V.Fill(1e30)
	net.V.Set(0, 1, 0) // 0·∞
	losses, err := lossesOf(net, train.Data[float32]{X: mat.DenseOf(1, 2, []float32{1e30, 1e30}), Labels: []int{0}})
	require.NoError(t, err)
	assert.Equal(t, []float64{math.Inf(1)}, losses)
}
