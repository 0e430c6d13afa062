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

// The powers of two of the second row and of its variable are out of range, each by itself, but the product is not.
func TestElementsAreKeptWhereTheUnitsOfRowAndVariableCancel(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct{ first, second float64 }{
		"tiny second column": {0x1p1000, 0x1p-1000}, "huge second column": {0x1p-1000, 0x1p1000},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := SolveGeneral(background, GeneralProblem[float64]{G: []float64{0, -1},
				A:        mat.DenseOf(2, 2, []float64{c.first, c.second, 0, c.second}),
				RowLower: []float64{-1, -inf}, RowUpper: []float64{1, 1}}, Options{})
			require.NoError(t, err)
			assert.InEpsilon(t, 1/c.second, res.X[1], 1e-8)
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

// Variables without curvature have no natural unit. In these problems they have bounds, but no slopes, and the others
// slopes, but no bounds, or the other way round: both are of the same size all the same.
func TestTheUnitOfFDoesNotMatterBesideLinearVariables(t *testing.T) {
	inf := math.Inf(1)
	for name, p := range map[string]knownGeneral{
		"bounds": {x: make([]float64, 3), y: make([]float64, 2), GeneralProblem: GeneralProblem[float64]{
			H: mat.DenseOf(3, 3, []float64{2, 0.25, 0, 0.25, 0.75, 0, 0, 0, 0}), G: []float64{-8, -1, 0},
			A:     mat.DenseOf(2, 3, []float64{1, 1, 0, 0, 0, 3}),
			Lower: []float64{-inf, -inf, 1}, Upper: []float64{inf, inf, 4}, RowLower: []float64{0, -inf},
			RowUpper: []float64{inf, inf},
		}},
		"slopes": {x: make([]float64, 3), y: make([]float64, 1), GeneralProblem: GeneralProblem[float64]{
			H: mat.DenseOf(3, 3, []float64{2, 0, 0, 0, 0, 0, 0, 0, 0}), G: []float64{0, 1, 3},
			A:     mat.DenseOf(1, 3, []float64{0, 1, -1}),
			Lower: []float64{1, 0, 0}, Upper: []float64{2, inf, inf}, RowLower: []float64{0},
			RowUpper: []float64{inf},
		}},
	} {
		want, err := SolveGeneral(background, p.GeneralProblem, Options{})
		require.NoError(t, err, name)
		for _, f := range []int{-400, -120, -60, 60, 120, 400} {
			q := p.inUnits(math.Ldexp(1, f), constant(3, 1), constant(len(p.y), 1))
			got, err := SolveGeneral(background, q.GeneralProblem, Options{})
			require.NoError(t, err, "%s, 2^%d", name, f)
			assert.Equal(t, want.X, got.X, "%s, 2^%d", name, f)
			assert.Equal(t, want.Certificate, got.Certificate, "%s, 2^%d", name, f)
		}
	}
}
