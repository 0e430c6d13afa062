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

// Many programs write 1e20 for "no bound". Relative to it every other distance would be a rounding error.
func TestHugeBoundsAreEquivalentToNone(t *testing.T) {
	r := newRand(410)
	for round := range repeats(t, 200) {
		n, m := 1+r.IntN(8), r.IntN(6)
		p := GeneralProblem[float64]{G: make([]float64, n), A: randomMatrix(m, n, r), H: hessian(n, 10, r)}
		p.Lower, p.Upper, p.RowLower, p.RowUpper = infinite(n, -1), infinite(n, 1), infinite(m, -1), infinite(m, 1)
		for i := range n {
			p.G[i] = 3 * r.NormFloat64()
			if r.IntN(2) == 0 || i == 0 {
				p.Lower[i] = -1 - r.Float64()
			}
		}
		for i := range m {
			if r.IntN(2) == 0 {
				p.RowUpper[i] = 1 + r.Float64()
			}
		}
		want, err := SolveGeneral(background, p, Options{})
		require.NoError(t, err)
		for _, huge := range []float64{1e20, 1e30} {
			q := p
			q.Lower, q.Upper, q.RowLower, q.RowUpper = far(p.Lower, huge), far(p.Upper, huge), far(p.RowLower, huge), far(p.RowUpper, huge)
			got, err := SolveGeneral(background, q, Options{})
			require.NoError(t, err, "round %d: %+v", round, got.GeneralInfo)
			require.InDelta(t, want.Objective, got.Objective, 1e-8*(1+math.Abs(want.Objective)), "round %d", round)
		}
	}
}

func TestLinearProgramsWithHugeBounds(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		p GeneralProblem[float64]
		x []float64
	}{
		"two rows": {GeneralProblem[float64]{
			G: []float64{-5, 4}, Lower: []float64{-4, -1e20}, Upper: []float64{-2, -5},
			A: mat.DenseOf(1, 2, []float64{-0.5, -0.25}), RowLower: []float64{2.75}, RowUpper: []float64{4.75},
		}, []float64{-2, -15}},
		"a degenerate vertex": {GeneralProblem[float64]{
			G: []float64{-5, -2, -4}, Lower: []float64{-1, -1, -1e20}, Upper: []float64{1e20, 1, 1},
			A:        mat.DenseOf(7, 3, []float64{0, -3, 0, 0, -1, 1, 0, 1, 4, 0, 1, 0, -2, 0, -1, 0, 0, -1, 2, -2, 0}),
			RowLower: []float64{-2, -1, 0, -inf, -1, 0, -inf}, RowUpper: []float64{inf, inf, 0, 2, 1, 0, 2},
		}, []float64{0.5, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := SolveGeneral(background, c.p, Options{})
			require.NoError(t, err, "%+v", res.GeneralInfo)
			require.InDeltaSlice(t, c.x, res.X, 1e-9)
		})
	}
}

// A far bound counts if it matters.
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

// Data often have bounds that should be 0 but were rounded. Relative to these, all others look far.
func TestTinyBoundsMakeNoOtherBoundFar(t *testing.T) {
	problem := func(next float64) GeneralProblem[float64] {
		return GeneralProblem[float64]{
			H: mat.DenseOf(2, 2, []float64{2, 1, 1, 2}), G: []float64{-40, -70}, Lower: []float64{0, 0}, Upper: []float64{20, 21},
			A: mat.DenseOf(1, 2, []float64{1, -1}), RowLower: []float64{math.Inf(-1)}, RowUpper: []float64{next},
		}
	}
	want, err := SolveGeneral(background, problem(0), Options{})
	require.NoError(t, err)
	got, err := SolveGeneral(background, problem(0x1p-54), Options{})
	require.NoError(t, err)
	require.InDeltaSlice(t, want.X, got.X, 1e-12)
	require.LessOrEqual(t, got.Factorizations, want.Factorizations+2)
}
