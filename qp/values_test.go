package qp

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// In tiny units f and its changes underflow, but x does not.
func TestEachMethodSolvesWhereOnlyTheObjectiveUnderflows(t *testing.T) {
	for _, unit := range []float64{1, 1e-120, 1e-170, 1e-250} {
		p := Problem[float64]{H: mat.DenseOf(2, 2, []float64{2, 1, 1, 2}), G: []float64{-4 * unit, -2 * unit},
			Lower: []float64{0, 0}, Upper: []float64{unit, unit}}
		for _, m := range []Method{Auto, CoordinateDescent, BlockPivoting, InteriorPoint, ProjectedNewton} {
			res, err := Solve(background, p, nil, Options{Method: m})
			require.NoError(t, err, "%v, %g", m, unit)
			assert.InDeltaSlice(t, []float64{1, 0.5}, []float64{res.X[0] / unit, res.X[1] / unit}, 1e-8,
				"%v, %g", m, unit)
		}
	}
}
