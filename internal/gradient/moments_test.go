package gradient

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/mat"
)

// momentsOf returns those of a matrix, with the unit matrix in the place of the inverse.
func momentsOf(mean ...float64) *moments[float64] {
	return &moments[float64]{mean: mat.DenseOf(2, 2, mean), inverse: mat.DenseOf(2, 2, []float64{1, 0, 0, 1}),
		factor: mat.NewDense[float64](2, 2), w: 1}
}

func TestDampingIsRaisedTenfoldUntilThereIsAnInverse(t *testing.T) {
	m := momentsOf(1, math.NaN(), 4, 1) // the eigenvalues 5 and −3; the upper triangle is not read
	m.invert(1)                         // by 1, which leaves −2, and by 10
	assert.InDeltaSlice(t, []float64{11. / 105, -4. / 105, -4. / 105, 11. / 105}, m.inverse.Data, 1e-15)
}

func TestWithoutAnInverseTheOldOneIsKept(t *testing.T) {
	for name, mean := range map[string][]float64{
		"NaN":                 {1, 0, math.NaN(), 1},
		"NaN in the diagonal": {math.NaN(), 0, 0, 1},
		"no activations":      {0, 0, 0, 0},
		"far from definite":   {1, 0, 1e12, 1},
	} {
		m := momentsOf(mean...)
		m.invert(1)
		assert.Equal(t, []float64{1, 0, 0, 1}, m.inverse.Data, name)
	}
}
