package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// inExtremes is min ½‖x‖² − x₁ − x₂ where x₁ + x₂ is between the bounds, with f multiplied by 2^f, and the row by
// 2^row.
func inExtremes(f, row int, lower, upper float64) GeneralProblem[float64] {
	h, a := math.Ldexp(1, f), math.Ldexp(1, row)
	return GeneralProblem[float64]{H: mat.DenseOf(2, 2, []float64{h, 0, 0, h}), G: []float64{-h, -h},
		A:        mat.DenseOf(1, 2, []float64{a, a}),
		RowLower: []float64{math.Ldexp(lower, row)}, RowUpper: []float64{math.Ldexp(upper, row)}}
}

// The power of two by which a row is multiplied is out of range, but what it makes of the row is not.
func TestRowsAreKeptInExtremeUnits(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		f, row       int
		lower, upper float64
	}{
		"tiny f, inactive": {-1000, 600, -inf, 5}, "huge f, inactive": {1000, -600, -inf, 5},
		"huge f and row, inactive": {1000, 600, 0, inf}, "tiny f and row, inactive": {-1000, -600, 0, inf},
		"active in usual units": {-30, 600, -inf, 1},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := SolveGeneral(background, inExtremes(c.f, c.row, c.lower, c.upper), Options{})
			require.NoError(t, err)
			want := min(1, c.upper/2)
			assert.InDeltaSlice(t, []float64{want, want}, res.X, 1e-8)
		})
	}
	for name, upper := range map[string]float64{"at 0": 0, "elsewhere": -1} {
		t.Run("a multiplier out of range, "+name, func(t *testing.T) {
			res, err := SolveGeneral(background, inExtremes(-1000, 600, -inf, upper), Options{})
			var e *StatusError
			require.ErrorAs(t, err, &e)
			assert.InDeltaSlice(t, []float64{upper / 2, upper / 2}, res.X, 1e-8)
		})
	}
}

func TestProofsAreNumbersInExtremeUnits(t *testing.T) {
	p := inExtremes(-1000, 600, 1, math.Inf(1))
	p.Upper = []float64{0, 0}
	_, err := SolveGeneral(background, p, Options{})
	var infeasible *InfeasibleError
	require.ErrorAs(t, err, &infeasible)
	assert.Equal(t, []float64{1}, infeasible.Farkas)
}
