package gradient

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/train"
	"ridge/internal/processors"
	"ridge/mat"
)

// momentsOf returns those of a matrix of order 2, with the unit matrix in the place of the inverse.
func momentsOf[T mat.Float](mean ...T) *moments[T] {
	m := newMoments[T](2, 1, nil)
	copy(m.mean.Data, mean)
	return m
}

func TestDampingIsRaisedTenfoldUntilThereIsAnInverse(t *testing.T) {
	m := momentsOf(1., math.NaN(), 4, 1) // the eigenvalues 5 and −3; the upper triangle is not read
	m.invert(1, 1)                       // by 1, which leaves −2, and by 10
	assert.InDeltaSlice(t, []float64{11. / 105, -4. / 105, -4. / 105, 11. / 105}, m.inverse.Data, 1e-15)
}

func TestWithoutAnInverseTheOldOneIsKept(t *testing.T) {
	for name, mean := range map[string][]float64{
		"NaN":                   {1, 0, math.NaN(), 1},
		"NaN in the diagonal":   {math.NaN(), 0, 0, 1},
		"no activations":        {0, 0, 0, 0},
		"far from definite":     {1, 0, 1e12, 1},
		"the inverse overflows": {1e-310, 0, 0, 1e-310},
	} {
		m := momentsOf(mean...)
		m.invert(1, 1)
		assert.Equal(t, []float64{1, 0, 0, 1}, m.inverse.Data, name)
	}
}

// What a layer deep below the output gets of drawn gradients may be as small as that in 32 bits.
func TestInversesOfTinyMomentsAreFinite(t *testing.T) {
	for _, size := range []float32{1e-36, 1e-37, 1e-38, 1e-39, 1e-40, 1e-44} {
		m := momentsOf(size, 0, size/2, size)
		m.invert(0.5, 1)
		for _, v := range m.inverse.Data {
			assert.Zero(t, v-v, "%g: %v", size, m.inverse.Data)
		}
	}
	m := momentsOf[float32](1e-36, 0, 0, 1e-36)
	m.invert(1, 1)
	assert.InEpsilon(t, 5e35, m.inverse.At(0, 0), 1e-5, "as long as there is one")
}

// Of all sizes, and with the inverse before in the scratch.
func TestInversesDoNotDependOnTheWorkers(t *testing.T) {
	defer processors.Pretend(16)()
	for _, order := range []int{1, 40, 193, 400} {
		inverted := func(w mat.Workers) *moments[float32] {
			m, rng := newMoments[float32](order, w, train.NewAdder(t.Context(), nil)), rand.New(rand.NewPCG(1, 2))
			x := mat.NewDense[float32](order+3, order)
			for range 3 {
				for i := range x.Data {
					x.Data[i] = float32(rng.NormFloat64())
				}
				m.update(x, float64(x.Rows), 0.9)
				m.invert(0.1, w)
			}
			return m
		}
		want := inverted(1)
		for _, workers := range []mat.Workers{2, 3, 7, 16} {
			have := inverted(workers)
			assert.Equal(t, want.inverse.Data, have.inverse.Data, "order %d, %d workers", order, workers)
			assert.Equal(t, want.mean.Data, have.mean.Data, "order %d, %d workers", order, workers)
		}
	}
}

// A second inverse that fails leaves the first one, although the two change places.
func TestAnInverseIsKeptWhereTheNextFails(t *testing.T) {
	m := momentsOf(1., 0, 0, 1)
	m.invert(1, 1)
	want := m.inverse.Clone()
	m.mean.Set(1, 0, math.NaN())
	m.invert(1, 1)
	assert.Equal(t, want.Data, m.inverse.Data)
	m.mean.Set(1, 0, 0)
	m.invert(1, 1)
	assert.Equal(t, want.Data, m.inverse.Data)
}
