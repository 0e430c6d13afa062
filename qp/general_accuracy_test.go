package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// countingCore counts solutions.
type countingCore struct {
	kktCore
	solutions int
}

func (c *countingCore) solve(k *kkt, r, s, dx, dy []float64) {
	c.solutions++
	c.kktCore.solve(k, r, s, dx, dy)
}

// Steps need fewer refinements than active sets, which give the last digits.
func TestRefinementsEndAtTheirTolerance(t *testing.T) {
	p := fit(60, 2, math.Sqrt)
	s := loaded(t, p, Options{})
	require.Nil(t, s.reduced.of(&s.p))
	path := newGeneralPath(&s.reduced.p, s.kkt)
	forceSparse(t, s.kkt)
	assert.Equal(t, solvedStep, path.accuracy())
	for i := range s.kkt.v {
		s.kkt.v[i] = 1e-5
	}
	require.True(t, s.kkt.factor())
	count := &countingCore{kktCore: s.kkt.core}
	s.kkt.core = count
	b, step := iterate{constant(s.N(), 1), constant(s.M(), -1)}, s.p.newIterate()
	taken := map[float64]int{}
	for _, tolerance := range []float64{solvedStep, solvedKKT} {
		count.solutions = 0
		require.True(t, s.kkt.solve(b, step, tolerance))
		require.LessOrEqual(t, s.kkt.size(s.kkt.left), max(tolerance, 1e-11)*s.kkt.size(b), "as near as rounding allows")
		taken[tolerance] = count.solutions
	}
	assert.Less(t, taken[solvedStep], taken[solvedKKT])

	s.kkt.core = s.kkt.primal()
	assert.Equal(t, solvedKKT, path.accuracy())
}
