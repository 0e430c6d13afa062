package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Steps along the path need fewer refinements than active sets, which give the last digits, if the factor is sparse.
func TestRefinementsEndAtTheirTolerance(t *testing.T) {
	for name, sparse := range map[string]bool{"sparse": true, "dense": false} {
		t.Run(name, func(t *testing.T) {
			p := fit(60, 2, math.Sqrt)
			s := loaded(t, p, Options{})
			require.Nil(t, s.reduced.of(&s.p))
			path := newGeneralPath(&s.reduced.p, s.kkt)
			if s.kkt.core = &s.kkt.cores.primal; sparse {
				forceSparse(t, s.kkt)
			}
			require.True(t, path.enter(background))
			for range 8 {
				path.evaluate()
				require.True(t, path.advance(background))
			}
			left := s.kkt.size(s.kkt.left) / s.kkt.size(path.right)
			assert.Equal(t, sparse, left > 10*solvedKKT, "%g", left)
			assert.LessOrEqual(t, left, 1e-6)

			require.True(t, s.kkt.solve(path.right, path.step, solvedKKT))
			assert.LessOrEqual(t, s.kkt.size(s.kkt.left), 10*solvedKKT*s.kkt.size(path.right),
				"as near as rounding allows")
		})
	}
}
