package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// A solution is moved along the row.
func TestTheErrorOfLeastSquaresIsBoundedByTheSlopes(t *testing.T) {
	r := newRand(540)
	for round := range repeats(t, 500) {
		n := 3 + r.IntN(20)
		m := n + r.IntN(10)
		p := LeastSquaresProblem[float64]{A: illConditioned(m, n, math.Pow(10, 6*r.Float64()), r),
			B: randomMatrix(m, 1, r).Data, C: randomMatrix(1, n, r), RowLower: []float64{1}, RowUpper: []float64{1}}
		s, err := newTriangle(background, p, 1)
		require.NoError(t, err)
		v, info, err := s.solveRows(background, withDefaults[float64](Options{}, n))
		require.NoError(t, err)
		require.NoError(t, s.polish(background, v, &info, 1e-9))
		move := randomMatrix(n, 1, r).Data
		row := s.c.Row(0)
		mat.Axpy(-mat.Dot(row, move)/mat.Dot(row, row), row, move)
		mat.Scal(0.01*mat.AbsMax(v.x)/mat.Nrm2(move), move)
		mat.Axpy(1, move, v.x)
		q, _ := s.point(v)
		require.GreaterOrEqual(t, 3*s.errorOf(q), mat.Nrm2(move), "round %d: ‖R⁻¹‖ is estimated", round)
	}
}

func TestAnswersThatAreAccurateAreNotPolished(t *testing.T) {
	r := newRand(541)
	for name, c := range map[string]struct{ m, n int }{
		"well-conditioned": {60, 30}, "square": {40, 40}, "without a residual": {20, 80},
	} {
		p := LeastSquaresProblem[float64]{A: randomMatrix(c.m, c.n, r), B: randomMatrix(c.m, 1, r).Data,
			C: randomMatrix(5, c.n, r), RowLower: constant(5, 0.1), Lower: constant(c.n, -9)}
		s, err := newTriangle(background, p, 1)
		require.NoError(t, err)
		v, _, err := s.solveRows(background, withDefaults[float64](Options{}, c.n))
		require.NoError(t, err)
		assert.True(t, s.accurate(v, 1e-9), name)
		v.x[0] += 1e-8
		assert.False(t, s.accurate(v, 1e-9), name)
	}
	p := LeastSquaresProblem[float64]{A: illConditioned(9, 9, 1e8, r), B: randomMatrix(9, 1, r).Data,
		C: randomMatrix(1, 9, r), RowUpper: []float64{1}}
	s, err := newTriangle(background, p, 1)
	require.NoError(t, err)
	v, _, err := s.solveRows(background, withDefaults[float64](Options{}, 9))
	require.NoError(t, err)
	assert.False(t, s.accurate(v, 1e-9), "an ill-conditioned A")
}
