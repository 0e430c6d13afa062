package qp

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Sweeps that found bounds have come nearer to the solution, except where H is stiff or singular: there they must have
// found half of them.
func TestTriedNewtonStepsBeginWhereSweepsCameNearer(t *testing.T) {
	for _, c := range []struct {
		what     string
		n, free  int
		spread   float64 // relative to n
		singular bool
		want     bool
	}{
		{"half of the variables found bounds", 20, 10, 1, true, true},
		{"nearly half", 20, 11, 1, true, false},
		{"one bound", 20, 19, 0.12, false, true},
		{"no bound", 20, 20, 0.12, false, false},
		{"a singular H", 20, 19, 0.12, true, false},
		{"a stiff H", 20, 19, 0.13, false, false},
		{"more variables may be stiffer", 40, 39, 0.18, false, true},
		{"too stiff for more variables", 40, 39, 0.19, false, false},
	} {
		p := boxed(c.n, 612)
		s, err := NewSolver(p.H, Options{})
		require.NoError(t, err)
		r := s.one
		copy(r.lower, constant(c.n, 0))
		copy(r.upper, constant(c.n, 1))
		copy(r.start, constant(c.n, 0.5))
		copy(r.x, constant(c.n, 0.5))
		for i := c.free; i < c.n; i++ {
			r.x[i], r.grad[i] = 0, 1
		}
		r.spectrum.spread, r.factor.singular = c.spread*float64(c.n), c.singular
		assert.Equal(t, c.want, r.cameNearer(), c.what)
		r.factor.singular, r.factor.dependent = false, r.factor.order[:0]
		if c.singular {
			r.factor.dependent = append(r.factor.dependent, 0)
		}
		assert.Equal(t, c.want, r.cameNearer(), "%s, by its factor", c.what)
	}
}
