package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// A bound of a row is out of reach only if no variable reaches it, be that one which a row fixes beside its bound.
func TestVariablesThatRowsFixCountForTheReachOfOthers(t *testing.T) {
	const large = 0x1p53
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		p    GeneralProblem[float64]
		want float64 // of x₃
	}{
		"an inequality": {GeneralProblem[float64]{
			G: []float64{0, 0, -1}, Lower: []float64{large, 6, 0}, Upper: []float64{large, inf, inf},
			A:        mat.DenseOf(2, 3, []float64{0, 1, 0, 1, 1, -1}),
			RowLower: []float64{-inf, large + 6}, RowUpper: []float64{6, inf},
		}, 0},
		"an equality": {GeneralProblem[float64]{
			G: []float64{0, 0, 1}, Lower: []float64{large, 6, 0}, Upper: []float64{large, inf, 7},
			A:        mat.DenseOf(2, 3, []float64{0, 1, 0, 1, 1, 1}),
			RowLower: []float64{-inf, large + 8}, RowUpper: []float64{6, large + 8},
		}, 2},
		"two rows": {GeneralProblem[float64]{
			G: []float64{0, 0, 1}, Lower: []float64{large, -inf, 0}, Upper: []float64{large, inf, 7},
			A:        mat.DenseOf(3, 3, []float64{0, 1, 0, 0, 1, 0, 1, 1, 1}),
			RowLower: []float64{6, -inf, large + 8}, RowUpper: []float64{6, 10, large + 8},
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := SolveGeneral(background, c.p, Options{})
			require.NoError(t, err)
			assert.InDelta(t, c.want, res.X[2], 1e-6)
		})
	}
}
