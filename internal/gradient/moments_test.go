package gradient

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/mat"
)

// momentsOf returns those of a matrix, with the unit matrix in the place of the inverse.
func momentsOf[T mat.Float](mean ...T) *moments[T] {
	m := newMoments[T](2, 1, nil)
	copy(m.mean.Data, mean)
	return m
}

func TestDampingIsRaisedTenfoldUntilThereIsAnInverse(t *testing.T) {
	m := momentsOf(1., math.NaN(), 4, 1) // the eigenvalues 5 and −3; the upper triangle is not read
	m.invert(1, m.w)                     // by 1, which leaves −2, and by 10
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
		m.invert(1, m.w)
		assert.Equal(t, []float64{1, 0, 0, 1}, m.inverse.Data, name)
	}
}

// What a layer deep below the output gets of drawn gradients may be as small as that in 32 bits.
func TestInversesOfTinyMomentsAreFinite(t *testing.T) {
	for _, size := range []float32{1e-36, 1e-37, 1e-38, 1e-39, 1e-40, 1e-44} {
		m := momentsOf(size, 0, size/2, size)
		m.invert(0.5, m.w)
		for _, v := range m.inverse.Data {
			assert.Zero(t, v-v, "%g: %v", size, m.inverse.Data)
		}
	}
	m := momentsOf[float32](1e-36, 0, 0, 1e-36)
	m.invert(1, m.w)
	assert.InEpsilon(t, 5e35, m.inverse.At(0, 0), 1e-5, "as long as there is one")
}
