package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// leastInExtremes is min ‖x − (1, 1)‖² where x₁ + x₂ is between the bounds, with A and b multiplied by 2^a, and the row
// by 2^row.
func leastInExtremes(a, row int, lower, upper float64) LeastSquaresProblem[float64] {
	e, c := math.Ldexp(1, a), math.Ldexp(1, row)
	return LeastSquaresProblem[float64]{A: mat.DenseOf(2, 2, []float64{e, 0, 0, e}), B: []float64{e, e},
		C:        mat.DenseOf(1, 2, []float64{c, c}),
		RowLower: []float64{math.Ldexp(lower, row)}, RowUpper: []float64{math.Ldexp(upper, row)}}
}

// In the units of the columns of A, the numbers of the row are out of range.
func TestRowsOfLeastSquaresAreKeptInExtremeUnits(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		a, row       int
		lower, upper float64
	}{
		"a tiny row, inactive": {480, -600, -inf, 5}, "a huge row, inactive": {-520, 510, -inf, 1024},
		"a tiny row, active": {100, -600, -inf, 1}, "a huge row, active": {-100, 600, 4, inf},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := LeastSquares(background, leastInExtremes(c.a, c.row, c.lower, c.upper), Options{})
			require.NoError(t, err)
			want := min(max(1, c.lower/2), c.upper/2)
			assert.InDeltaSlice(t, []float64{want, want}, res.X, 1e-8)
			assert.InDelta(t, 2*(want-1), math.Ldexp(res.RowMultipliers[0], c.row-2*c.a), 1e-6)
		})
	}
	t.Run("a multiplier out of range", func(t *testing.T) {
		res, err := LeastSquares(background, leastInExtremes(480, -600, -inf, 1), Options{})
		requireOutOfRange(t, res.Status, err)
		assert.InDeltaSlice(t, []float64{0.5, 0.5}, res.X, 1e-8)
	})
	t.Run("infeasible", func(t *testing.T) {
		p := leastInExtremes(480, -600, 5, inf)
		p.Upper = []float64{1, 1}
		_, err := LeastSquares(background, p, Options{})
		var infeasible *InfeasibleError
		require.ErrorAs(t, err, &infeasible)
		assert.Equal(t, []float64{1}, infeasible.Farkas)
		p.Upper = nil
		res, err := LeastSquares(background, p, Options{})
		requireOutOfRange(t, res.Status, err)
	})
}

// In units of the columns of A the bound is 2^-1101, and x would have to be as small. One that is too large for its
// unit, but not in the way, is no matter.
func TestBoundsOfRowsOfLeastSquaresThatUnitsDoNotHoldAreNamed(t *testing.T) {
	a := mat.DenseOf(2, 2, []float64{0x1p-500, 0, 0, 0x1p-500})
	res, err := LeastSquares(background, LeastSquaresProblem[float64]{A: a, B: []float64{0, 0},
		C:        mat.DenseOf(1, 2, []float64{0x1p600, 0x1p600}),
		RowLower: []float64{0x1p-500}, RowUpper: []float64{0x1p-500}}, Options{})
	requireOutOfRange(t, res.Status, err)
	assert.ErrorContains(t, err, "RowUpper[0] is about 2^-1099 in units")
	assert.Equal(t, []float64{0, 0}, res.X)

	p := leastInExtremes(480, -600, 0, math.Inf(1))
	p.RowUpper = []float64{1e300}
	res, err = LeastSquares(background, p, Options{})
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{1, 1}, res.X, 1e-8)
}
