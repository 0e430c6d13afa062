package nn

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// thin sets all weights of net to zero but a share of them, and leaves the biases.
func thin[T mat.Float](net *Network[T], share float64, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 7))
	one := func(w mat.Dense[T]) {
		for i := range w.Rows {
			row := w.Row(i)[:w.Cols-1]
			for j := range row {
				if rng.Float64() >= share {
					row[j] = 0
				}
			}
		}
	}
	for _, l := range net.Layers {
		one(l.W)
	}
	one(net.V)
}

func TestSparseLayersComputeTheSame(t *testing.T) {
	for name, spec := range testSpecs {
		t.Run(name, func(t *testing.T) {
			for i := range spec.Hidden {
				spec.Hidden = slices.Clone(spec.Hidden)
				spec.Hidden[i] *= 60
			}
			spec.Inputs *= 60
			net := testNetwork[float64](t, spec, "hinge", 1)
			thin(net, 0.02, 2)
			require.NotNil(t, net.linears(100)[0].sparse)
			for _, samples := range []int{1, 3, 128, 600} {
				x := testSamples[float64](samples, spec.Inputs, 3)
				net.Mean = ColumnMean(x, 1)
				o, err := net.Scores(x, 1)
				require.NoError(t, err)
				for _, i := range []int{0, samples / 2, samples - 1} {
					require.InDeltaSlice(t, naiveForward(net, x.Row(i)), o.Row(i), 1e-12)
				}
				again, err := net.Scores(x, 3)
				require.NoError(t, err)
				assert.Equal(t, o, again, "the workers make no difference")
			}
		})
	}
}

func TestLayersAreSparseWhereThatIsFaster(t *testing.T) {
	net := testNetwork[float32](t, Spec{Inputs: 400, Hidden: []int{300}, Outputs: 2}, "hinge", 1)
	assert.Nil(t, net.linears(100)[0].sparse)
	thin(net, 0.05, 1)
	assert.NotNil(t, net.linears(100)[0].sparse)
	assert.Nil(t, net.linears(100)[1].sparse, "too few outputs to be worth the transposition of 300 inputs")
}

func TestNonzeroCountsWeightsWithoutBiases(t *testing.T) {
	net := modelNetwork[float32](t)
	nonzero, all := net.Nonzero()
	assert.Equal(t, all, nonzero)
	assert.Equal(t, 4*3+(4+3)*4+(4+3+4)*3+3*2, all)
	net.V.Set(1, 2, 0)
	net.Layers[0].W.Set(0, 0, 0)
	nonzero, _ = net.Nonzero()
	assert.Equal(t, all-2, nonzero)
}

// BenchmarkForward is a layer's product with 512 samples, dense and sparse at some
// shares of weights that are not zero: newLinear has its costs from it.
func BenchmarkForward(b *testing.B) {
	for _, shape := range [][2]int{{300, 784}, {500, 500}, {10, 300}} {
		for _, share := range []float64{1, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05} {
			b.Run(fmt.Sprintf("%dx%d/%.2f", shape[0], shape[1], share), func(b *testing.B) {
				net, err := New(Spec{Inputs: shape[1], Hidden: []int{shape[0]}, Outputs: 1},
					Hinge[float32]{}, Init{}, 1)
				require.NoError(b, err)
				thin(net, share, 1)
				l := linear[float32]{w: net.Layers[0].W}
				if share < 1 {
					l.sparse = newCSR(l.w.ColView(0, shape[1]))
				}
				x := mat.NewDense[float32](512, shape[1])
				x.Fill(0.5)
				z := mat.NewDense[float32](512, shape[0])
				for b.Loop() {
					l.apply(z, []mat.Dense[float32]{x}, 1)
				}
			})
		}
	}
}
