package nn

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	_ "ridge/internal/testgc"
	"ridge/mat"
)

// Shapes that the tests go through: a chain, one layer, and skips of every kind (from the input, from
// a hidden layer, several into one).
var testSpecs = map[string]Spec{
	"one layer": {Inputs: 4, Hidden: []int{5}, Outputs: 3},
	"chain":     {Inputs: 5, Hidden: []int{4, 3}, Outputs: 3},
	"skips":     {Inputs: 4, Hidden: []int{3, 4, 3}, Outputs: 2, Skips: []Skip{{0, 2}, {1, 3}, {0, 3}}},
}

// testSamples returns normal numbers, a row for each sample.
func testSamples[T mat.Float](n, features int, seed uint64) mat.Dense[T] {
	rng := rand.New(rand.NewPCG(seed, 1))
	x := mat.NewDense[T](n, features)
	for i := range x.Data {
		x.Data[i] = T(1.5 * rng.NormFloat64())
	}
	return x
}

// testNetwork returns a network for the loss of a name.
func testNetwork[T mat.Float](t testing.TB, s Spec, loss string, seed uint64) *Network[T] {
	t.Helper()
	l, err := ParseLoss[T](loss)
	require.NoError(t, err)
	net, err := New(s, l, Init{}, seed)
	require.NoError(t, err)
	return net
}

// setBiases gives the hidden layers biases, and the output other weights.
func setBiases[T mat.Float](net *Network[T]) {
	rng := rand.New(rand.NewPCG(4, 5))
	for _, layer := range net.Layers {
		for i := range layer.W.Rows {
			layer.W.Set(i, layer.W.Cols-1, T(0.3*rng.NormFloat64()))
		}
	}
	for i := range net.V.Data {
		net.V.Data[i] = T(0.5 * rng.NormFloat64())
	}
}

func sameWeights[T mat.Float](t *testing.T, a, b *Network[T]) {
	t.Helper()
	for i := range a.Layers {
		require.Equal(t, a.Layers[i].W.Data, b.Layers[i].W.Data)
	}
	require.Equal(t, a.V.Data, b.V.Data)
}

// squaredNorm is Σ w² without the biases.
func squaredNorm[T mat.Float](w mat.Dense[T]) float64 {
	var sum float64
	for i := range w.Rows {
		for _, v := range w.Row(i)[:w.Cols-1] {
			sum += float64(v) * float64(v)
		}
	}
	return sum
}
