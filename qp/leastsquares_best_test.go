package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestAResidualContradictsLargerOnesBeyondTheTolerance(t *testing.T) {
	for name, c := range map[string]struct {
		best, length, b float64
		want            bool
	}{
		"larger by rounding":                {1, 1 + 1e-12, 1, false},
		"larger by rounding, b is tiny":     {1, 1 + 1e-12, 1e-10, false},
		"larger by rounding, b is 0":        {1, 1 + 1e-12, 0, false},
		"larger":                            {1, 1.001, 1, true},
		"larger, b is 0":                    {1, 1.001, 0, true},
		"larger, b is tiny":                 {1, 1.001, 1e-10, true},
		"both are rounding errors of b":     {1e-16, 1e-15, 1, false},
		"smaller":                           {1, 0.5, 1, false},
		"everything is 0":                   {0, 0, 0, false},
		"its square is not a normal number": {1e-200, 1.001e-200, 1e-200, true},
		"its square is infinite":            {1e200, 1.001e200, 1e200, true},
	} {
		p := bestPoint{tolerance: 1e-9, length: c.best}
		require.Equal(t, c.want, p.contradicts(c.length, c.b), name)
	}
}

func TestTheBestPointIsTheFirstSolutionOrTheSmallestResidual(t *testing.T) {
	b := boundedProblem(mat.DenseOf(2, 1, []float64{1, 0}), []float64{3, 1}, []float64{0}, []float64{5})
	for name, c := range map[string]struct {
		points []float64 // in units of x
		want   float64
		found  bool
	}{
		"a solution":                   {[]float64{1, 3}, 3, true},
		"a smaller residual":           {[]float64{1, 4.5, 2}, 2, false},
		"a larger residual":            {[]float64{2, 1}, 2, false},
		"clamped":                      {[]float64{9}, 5, false},
		"a number after NaN":           {[]float64{math.NaN(), 1}, 1, false},
		"NaN after a number":           {[]float64{1, math.NaN()}, 1, false},
		"nothing but NaN is kept, too": {[]float64{math.NaN()}, math.NaN(), false},
	} {
		best, found := bestPoint{tolerance: 1e-9}, false
		for _, x := range c.points {
			found = best.consider(b.triangle, []float64{math.Ldexp(x, -b.unit[0])}, Optimal)
		}
		require.Equal(t, c.found, found, name)
		require.Equal(t, math.IsNaN(c.want), math.IsNaN(best.x[0]), name)
		if !math.IsNaN(c.want) {
			require.InDelta(t, c.want, math.Ldexp(best.x[0], b.unit[0]), 1e-15, name)
		}
	}
}

// The interior points take only what the exchanges have left of the iterations.
func TestInteriorPointsAfterExchangesKeepToTheLimit(t *testing.T) {
	p := nearlyDependent(127)
	b := newBoundedTriangle(triangleOf(p))
	for _, limit := range []int{5, 6, 8} {
		b.info = GeneralInfo{Iterations: 5}
		best := bestPoint{tolerance: 1e-9}
		require.NoError(t, b.interiorPoints(background, Options{MaxIterations: limit, Tolerance: 1e-9}, &best))
		require.LessOrEqual(t, b.info.Iterations, limit)
		require.Equal(t, limit == 5, best.x == nil)
	}
}
