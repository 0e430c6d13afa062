package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func identity(n int) mat.Dense[float64] {
	m := mat.NewDense[float64](n, n)
	for i := range n {
		m.Set(i, i, 1)
	}
	return m
}

// Found by the fuzz targets: solutions that are 0, and solutions whose multipliers are 0, once
// ended at the iteration limit, because there is nothing relative to which they are small.
func TestZeroSolutionsAreOptimal(t *testing.T) {
	inf, row := math.Inf(1), mat.DenseOf(1, 2, []float64{1, 1})
	zero, one := []float64{0, 0}, []float64{1}
	for name, c := range map[string]struct {
		p GeneralProblem[float64]
		x []float64
	}{
		"a free direction without a slope": {
			GeneralProblem[float64]{H: identity(2), G: []float64{12, 0}, Lower: zero}, zero,
		},
		"below a row": {
			GeneralProblem[float64]{H: identity(2), G: []float64{12, 0}, Lower: zero, A: row, RowLower: []float64{0}},
			zero,
		},
		"a minimum inside of the bounds": {
			GeneralProblem[float64]{H: mat.DenseOf(1, 1, []float64{5}), G: []float64{0}, Lower: []float64{-0.25},
				Upper: one}, []float64{0},
		},
		"pure feasibility, an equality": {
			GeneralProblem[float64]{G: zero, Lower: zero, A: row, RowLower: one, RowUpper: one}, []float64{0.5, 0.5},
		},
		"pure feasibility, one point is left": {
			GeneralProblem[float64]{G: zero, Lower: zero, Upper: []float64{inf, 0}, A: row, RowLower: one,
				RowUpper: one}, []float64{1, 0},
		},
		"a curvature that couples the two of 0": {
			GeneralProblem[float64]{H: mat.DenseOf(2, 2, []float64{32, 20, 20, 50}), G: []float64{0, -0.5},
				Lower: []float64{-inf, 0}, Upper: []float64{14.75, 0}}, zero,
		},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := SolveGeneral(background, c.p, Options{})
			require.NoError(t, err)
			assert.InDeltaSlice(t, c.x, res.X, 1e-12)
			assert.LessOrEqual(t, mat.AbsMax(res.RowMultipliers), 1e-12)
		})
	}
}

// Also found by the fuzz targets: H is singular, and the path comes near to 0 from any distance, where its certificate
// stays as bad. Where rounding lets an active set be solved for, the solution has an error of the tolerance.
func TestASolutionOf0ThatAPathOnlyComesNearToIsFound(t *testing.T) {
	inf := math.Inf(1)
	p := GeneralProblem[float64]{H: mat.DenseOf(4, 4, []float64{4, 14, 2, 2, 14, 50, 9, 7, 2, 9, 5, 1, 2, 7, 1, 1}),
		G: []float64{12, 0, 0, 0}, Lower: []float64{0, -inf, -inf, -inf}}
	res, err := SolveGeneral(background, p, Options{})
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{0, 0, 0, 0}, res.X, 1e-8)
}

// Also found by them: feasible least squares problems whose constraints were refuted because of
// rounding errors.
func TestFeasibleLeastSquaresAreNotInfeasible(t *testing.T) {
	for name, c := range map[string]struct {
		p LeastSquaresProblem[float64]
		x []float64
	}{
		"a row without bounds": {
			LeastSquaresProblem[float64]{A: mat.DenseOf(2, 2, []float64{7, 1, 2, 1}), B: []float64{7, 4},
				C: mat.DenseOf(1, 2, []float64{2, 2})}, []float64{0.6, 2.8},
		},
		"an equality": {
			LeastSquaresProblem[float64]{A: mat.DenseOf(1, 2, []float64{2, -2}), B: []float64{4},
				C: mat.DenseOf(1, 2, []float64{5, 2}), RowLower: []float64{-11.5}, RowUpper: []float64{-11.5}},
			[]float64{-7.5 / 7, -21.5 / 7},
		},
		"a column of zeros": {
			LeastSquaresProblem[float64]{A: mat.DenseOf(1, 1, []float64{0}), B: []float64{2}, Lambda: 2,
				C: mat.DenseOf(1, 1, []float64{5}), RowLower: []float64{-9.25}, RowUpper: []float64{0.5}}, []float64{0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := LeastSquares(background, c.p, Options{})
			require.NoError(t, err)
			assert.InDeltaSlice(t, c.x, res.X, 1e-12)
		})
	}
}

// Far out along a ray, the remaining slopes are small relative to Hx, but not relative to g.
func TestAPointFarOutOnARayIsNotOptimal(t *testing.T) {
	for name, c := range map[string]struct {
		h    mat.Dense[float64]
		g, x []float64
	}{
		"two variables":   {mat.DenseOf(2, 2, []float64{1, -1, -1, 1}), []float64{-1, -1}, []float64{1e13, 1e13}},
		"one has no cost": {mat.DenseOf(2, 2, []float64{1, -2, -2, 4}), []float64{-1, 0}, []float64{2e13, 1e13}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := NewGeneralSolver(c.h, mat.NewDense[float64](0, 2), Options{})
			require.NoError(t, err)
			info, err := s.Solve(background, c.g, nil, nil, nil, nil, c.x, nil)
			var e *UnboundedError
			require.ErrorAs(t, err, &e, "%+v", info)
			assert.Equal(t, Unbounded, info.Status)
			knownGeneral{GeneralProblem[float64]{H: c.h, G: c.g, Lower: infinite(2, -1), Upper: infinite(2, 1)}, c.x,
				nil}.requireRay(t, e.Ray)
		})
	}
}
