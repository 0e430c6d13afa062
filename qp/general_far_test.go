package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// far replaces infinite bounds by huge ones.
func far(b []float64, value float64) []float64 {
	c := append([]float64(nil), b...)
	for i, v := range c {
		if math.IsInf(v, 0) {
			c[i] = math.Copysign(value, v)
		}
	}
	return c
}

// Many programs write 1e20 where there is no bound. Beside it every other distance would be a rounding error.
func TestHugeBoundsAreAsGoodAsNone(t *testing.T) {
	r := newRand(410)
	for round := range repeats(t, 300) {
		p := randomGeneral(randomShape(10, r), r)
		want, err := SolveGeneral(background, p.GeneralProblem, Options{})
		if err != nil {
			continue
		}
		for _, huge := range []float64{1e20, 1e30} {
			q := p.GeneralProblem
			q.Lower, q.Upper, q.RowLower, q.RowUpper = far(p.Lower, huge), far(p.Upper, huge), far(p.RowLower, huge), far(p.RowUpper, huge)
			got, err := SolveGeneral(background, q, Options{})
			require.NoError(t, err, "round %d: %+v", round, got.GeneralInfo)
			require.InDelta(t, want.Objective, got.Objective, 1e-7*(1+math.Abs(want.Objective)), "round %d", round)
			require.LessOrEqual(t, got.Gap, 1e-9)
		}
	}
}

// Where a bound that is far out matters, it counts.
func TestHugeBoundsCountWhereTheyMatter(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		p GeneralProblem[float64]
		x []float64
	}{
		"a linear program goes there": {GeneralProblem[float64]{G: []float64{-1, -1}, Lower: []float64{0, 0}, Upper: []float64{1e20, 1}}, []float64{1e20, 1}},
		"the minimum is beyond it": {GeneralProblem[float64]{
			H: mat.DenseOf(2, 2, []float64{1e-15, 0, 0, 1}), G: []float64{-1e-2, -1}, Lower: []float64{0, 0}, Upper: []float64{1e12 + 1, inf},
		}, []float64{1e12 + 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := SolveGeneral(background, c.p, Options{})
			require.NoError(t, err, "%+v", res.GeneralInfo)
			for i, x := range c.x {
				require.InEpsilon(t, x, res.X[i], 1e-9)
			}
		})
	}
}
