package weights

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestIntegersOfCopiesAreExact: the samples of a class are as many as its weight says, in tables of millions of rows,
// too.
func TestIntegersOfCopiesAreExact(t *testing.T) {
	for _, weights := range [][2]float64{{0.3, 0.1}, {0.7, 0.1}, {0.06, 0.01}, {5, 1}, {1. / 3, 1. / 9}} {
		ratio := math.Round(weights[0] / weights[1])
		for _, n := range []float64{1, 10, 999, 1e5, 3_333_333, 1e7, 123_456_789, 1 << 31} {
			assert.Equal(t, n*ratio, roundedDown(n*(weights[0]/weights[1])), "%v samples of %v", n, weights)
		}
	}
	for _, most := range []float64{10, 1000, 3_333_333, 9_999_991, 1<<31 - 1} {
		for n := most / 2; n > 1; n = math.Floor(n / 3) {
			c := 1 / n / (1 / most) // balanced
			assert.Equal(t, most, roundedDown(n*c), "%v of %v", n, most)
			assert.Equal(t, most-1, roundedDown(n*c-0.5))
		}
	}
	for _, v := range []float64{0, 0.5, 0.999999, 1.5, 1e6 - 1e-8} {
		assert.Equal(t, math.Floor(v), roundedDown(v))
	}
}
