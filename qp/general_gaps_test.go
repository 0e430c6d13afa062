package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// Bounds that stand for "none" may have several sizes, without a large gap between one and the next.
func TestHugeBoundsOfManySizesAreEquivalentToNone(t *testing.T) {
	t.Parallel()
	r := newRand(411)
	mixed := func(b []float64) []float64 {
		c := slices.Clone(b)
		for i, v := range c {
			if math.IsInf(v, 0) {
				c[i] = math.Copysign(math.Ldexp(1, 40+r.IntN(50)), v)
			}
		}
		return c
	}
	for round := range repeats(t, 300) {
		p := randomGeneral(shape{n: 2 + r.IntN(10), m: 1 + r.IntN(10), rank: 1 + r.IntN(10), degenerate: round%2 == 0},
			r)
		p.Lower, p.Upper, p.RowLower, p.RowUpper = mixed(p.Lower), mixed(p.Upper), mixed(p.RowLower), mixed(p.RowUpper)
		res, err := SolveGeneral(background, p.GeneralProblem, Options{})
		require.NoError(t, err, "round %d: %+v", round, res.GeneralInfo)
		f := p.objective(p.x)
		require.InDelta(t, f, res.Objective, 1e-7*(1+math.Abs(f)), "round %d", round)
	}
}

// x₁ = x₂ = 0 by two rows, and f is −x₁: the last digits of a long ray along x₀ show a descent that there is not.
func TestRoundingErrorsOfALongRayProveNothing(t *testing.T) {
	for _, c := range []struct {
		g    []float64
		want bool
	}{{[]float64{0, -1, 0}, false}, {[]float64{-1, 0, 0}, true}} {
		s, err := NewGeneralSolver(mat.Dense[float64]{}, mat.DenseOf(2, 3, []float64{0, 1, 1, 0, 1, -1}), Options{})
		require.NoError(t, err)
		zeros := make([]float64, 2)
		g, bounds := s.takeFixed(func(j int) float64 { return c.g[j] }, boundsOf(3, nil, nil, zeros, zeros))
		s.load(g, bounds)
		require.Equal(t, c.want, s.p.unbounded([]float64{1, 1e-15, 0}), c.g)
	}
}
