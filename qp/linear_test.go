package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// What the sign of a NaN is depends on the processor.
func TestUnitsOfVariablesWithoutCurvatureAreFinite(t *testing.T) {
	for _, slope := range []float64{1e-300, 1e-200, 1, 1e200, 1e300} {
		for _, other := range []float64{1e-300, 1e-200, 1, 1e150} {
			p := Problem[float64]{H: mat.DenseOf(2, 2, []float64{1, 0, 0, 0}), G: []float64{other, slope},
				Lower: []float64{math.Inf(-1), 1}}
			s, err := NewSolver(p.H, Options{})
			require.NoError(t, err)
			x := []float64{0, 0}
			_, err = s.Solve(background, p.G, p.Lower, p.Upper, x)
			require.NoError(t, err, "%g beside %g", slope, other)
			assert.Equal(t, []float64{-other, 1}, x)
			e, inverse := s.one.units.e[1], s.one.units.inverse[1]
			assert.Equal(t, 0.0, 0*e+0*inverse, "%g beside %g: %g, %g", slope, other, e, inverse)
		}
	}
}
