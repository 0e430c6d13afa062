package qp

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
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

// farBounds is ½x₀² − x₀ + ½x₁² − 3x₁ with −1e20 ≤ x₀ and x₁ ≤ 2, at a point that is no solution. That is (1, 2).
type farBounds struct {
	lower, upper []float64
	x            []float64
}

func oneFarBound() farBounds {
	return farBounds{lower: []float64{-1e20, 0}, upper: []float64{math.Inf(1), 2}, x: []float64{5, 1}}
}

// runAgain calls it after a first run that has ended at the point.
func (p farBounds) runAgain(t *testing.T, ctx context.Context, first GeneralInfo, o Options) (x []float64, info GeneralInfo, err error) {
	t.Helper()
	s, err := NewGeneralSolver(mat.DenseOf(2, 2, []float64{1, 0, 0, 1}), mat.NewDense[float64](0, 2), o)
	require.NoError(t, err)
	g := []float64{-1, -3}
	slope, bounds := s.takeFixed(func(j int) float64 { return g[j] }, boundsOf(2, p.lower, p.upper, nil, nil))
	s.load(slope, bounds)
	s.loadStart(p.x, nil)
	info, err = s.runAgain(ctx, slope, bounds, first, nil)
	x = make([]float64, 2)
	s.store(x, nil, nil, nil)
	return x, info, err
}

// Whatever kept the first run from an end, the second one is without the far bounds, and its iterations are added.
func TestFarBoundsAreDroppedAfterAFirstRunThatFoundNothing(t *testing.T) {
	for _, status := range []Status{IterationLimit, PrecisionLimit} {
		x, info, err := oneFarBound().runAgain(t, background, GeneralInfo{Status: status, Iterations: 7}, Options{})
		require.NoError(t, err, status)
		assert.Equal(t, Optimal, info.Status, status)
		assert.Greater(t, info.Iterations, 7, status)
		assert.InDeltaSlice(t, []float64{1, 2}, x, 1e-9, status)
	}
}

// An answer that is far out itself made all other distances small.
func TestAnOptimumFarOutIsSolvedForAgain(t *testing.T) {
	p := oneFarBound()
	p.x[0] = -1e19
	x, info, err := p.runAgain(t, background, GeneralInfo{Status: Optimal, Iterations: 7}, Options{})
	require.NoError(t, err)
	assert.Greater(t, info.Iterations, 7)
	assert.InDeltaSlice(t, []float64{1, 2}, x, 1e-9)
}

// The first answer stays where there is no reason for a second run, this may not begin, finds nothing or is interrupted, or what it
// finds is beyond a bound that was dropped.
func TestTheFirstAnswerStaysUnlessItsFarBoundsAreInTheWay(t *testing.T) {
	beyond := oneFarBound() // the minimum is at x₀ = 1
	beyond.lower[0] = 0x1p50
	beyond.x[0] = 0x1p50
	near := oneFarBound()
	near.lower[0] = -10
	farOut := oneFarBound() // so that there is a reason for a second run
	farOut.x[0] = -1e19
	for name, c := range map[string]struct {
		p     farBounds
		ctx   context.Context
		first Status
		limit int
		want  Status
		err   error
		moves bool // more iterations
	}{
		"no bound is far":                            {near, background, PrecisionLimit, 100, PrecisionLimit, nil, false},
		"the optimum is not far out":                 {oneFarBound(), background, Optimal, 100, Optimal, nil, false},
		"there is a proof of another":                {oneFarBound(), background, Infeasible, 100, Infeasible, nil, false},
		"no steps are left":                          {oneFarBound(), background, PrecisionLimit, 7, PrecisionLimit, nil, false},
		"a dropped bound is violated":                {beyond, background, PrecisionLimit, 100, PrecisionLimit, nil, true},
		"the context ends before":                    {oneFarBound(), endAfter(0), PrecisionLimit, 100, Canceled, context.Canceled, false},
		"the context ends in the middle":             {oneFarBound(), endAfter(2), PrecisionLimit, 100, Canceled, context.Canceled, true},
		"the first is optimal, and the context ends": {farOut, endAfter(2), Optimal, 100, Optimal, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			x, info, err := c.p.runAgain(t, c.ctx, GeneralInfo{Status: c.first, Iterations: 7}, Options{MaxIterations: c.limit})
			require.ErrorIs(t, err, c.err)
			assert.Equal(t, c.want, info.Status)
			assert.Equal(t, c.p.x, x)
			assert.Equal(t, c.moves, info.Iterations > 7)
			assert.LessOrEqual(t, info.Iterations, c.limit)
		})
	}
}

// contradictoryRows has n variables, rows 0 and 1 that nearly repeat each other, and are at odds for almost all x, and a
// row with one bound. Some problems have a solution, far out.
func contradictoryRows(seed uint64) GeneralProblem[float64] {
	r := newRand(seed)
	n, m := 2+r.IntN(4), 3
	p := GeneralProblem[float64]{H: hessian(n, 10, r), G: make([]float64, n), A: randomMatrix(m, n, r)}
	p.Lower, p.Upper, p.RowLower, p.RowUpper = infinite(n, -1), infinite(n, 1), infinite(m, -1), infinite(m, 1)
	for j := range p.G {
		p.G[j] = r.NormFloat64()
		if r.IntN(3) == 0 {
			p.Lower[j] = -3 * r.Float64()
		}
		if r.IntN(3) == 0 {
			p.Upper[j] = 3 * r.Float64()
		}
	}
	copy(p.A.Row(1), p.A.Row(0))
	p.A.Row(1)[r.IntN(n)] += math.Pow(10, -4+r.Float64()) * r.NormFloat64()
	p.RowLower[0], p.RowUpper[1], p.RowLower[2] = 1, r.Float64(), -1
	return p
}

// withHuge is p with huge bounds for "no bound", of variables and of rows.
func withHuge(p GeneralProblem[float64], huge float64) GeneralProblem[float64] {
	p.Lower, p.Upper, p.RowLower, p.RowUpper = far(p.Lower, huge), far(p.Upper, huge), far(p.RowLower, huge), far(p.RowUpper, huge)
	return p
}

// A contradiction is found next to huge bounds as well, and its proof holds with them.
func TestHugeBoundsHideNoContradiction(t *testing.T) {
	t.Parallel()
	refuted := 0
	for seed := range uint64(repeats(t, 400)) {
		p := contradictoryRows(seed)
		want, _ := SolveGeneral(background, p, Options{})
		if want.Status != Infeasible {
			continue
		}
		refuted++
		q := withHuge(p, 1e20)
		got, err := SolveGeneral(background, q, Options{})
		require.Equal(t, Infeasible, got.Status, "problem %d: %v", seed, err)
		var infeasible *InfeasibleError
		require.ErrorAs(t, err, &infeasible)
		knownGeneral{GeneralProblem: q, x: p.G, y: make([]float64, p.A.Rows)}.requireRefuted(t, infeasible.Farkas)
	}
	require.Positive(t, refuted)
}

// A proof that there is no solution without the far bounds counts after a first run that found nothing, but not against
// a first answer that was certified.
func TestAProofWithoutTheFarBoundsCountsUnlessThereIsASolution(t *testing.T) {
	p := GeneralProblem[float64]{
		H: mat.DenseOf(2, 2, []float64{1, 0, 0, 1}), G: []float64{-1, -3}, Lower: []float64{-1e20, 0}, Upper: []float64{1e20, 2},
		A: mat.DenseOf(2, 2, []float64{1, 1, 1, 1}), RowLower: []float64{1, -1e20}, RowUpper: []float64{1e20, 0},
	}
	for first, want := range map[Status]Status{IterationLimit: Infeasible, PrecisionLimit: Infeasible, Optimal: Optimal} {
		s, err := NewGeneralSolver(p.H, p.A, Options{})
		require.NoError(t, err)
		g, bounds := s.takeFixed(func(j int) float64 { return p.G[j] }, boundsOf(2, p.Lower, p.Upper, p.RowLower, p.RowUpper))
		s.load(g, bounds)
		s.loadStart([]float64{-1e19, 1}, make([]float64, 2))
		info, err := s.runAgain(background, g, bounds, GeneralInfo{Status: first, Iterations: 7}, nil)
		assert.Equal(t, want, info.Status, first)
		if want == Optimal {
			assert.NoError(t, err, first)
			continue
		}
		var infeasible *InfeasibleError
		require.ErrorAs(t, err, &infeasible, first)
		assert.Equal(t, []float64{1, -1}, infeasible.Farkas)
	}
}

// A ray of the problem without its far bounds is none if one of these blocks it.
func TestAFarBoundBlocksARay(t *testing.T) {
	p := GeneralProblem[float64]{G: []float64{-1, 0}, Lower: []float64{0, 0}, Upper: []float64{1e20, 1}, A: mat.DenseOf(1, 2, []float64{-1, 1}), RowUpper: []float64{2}}
	s, err := NewGeneralSolver(p.H, p.A, Options{})
	require.NoError(t, err)
	g, bounds := s.takeFixed(func(j int) float64 { return p.G[j] }, boundsOf(2, p.Lower, p.Upper, nil, p.RowUpper))
	s.load(g, bounds)
	info, err := s.runAgain(background, g, bounds, GeneralInfo{Status: PrecisionLimit, Iterations: 7}, nil)
	require.NoError(t, err)
	assert.Equal(t, PrecisionLimit, info.Status)
}

// Only the limit itself ends a solve at the iteration limit: more iterations would not help where rounding ends it.
func TestRoundingIsNotTheIterationLimit(t *testing.T) {
	t.Parallel()
	ended := map[Status]int{}
	for seed := range uint64(200) { // few end at the precision limit
		for _, limit := range []int{5, 0} {
			res, _ := SolveGeneral(background, contradictoryRows(seed), Options{MaxIterations: limit})
			if limit > 0 && res.Iterations == limit && res.Status != Infeasible {
				require.Contains(t, []Status{Optimal, IterationLimit}, res.Status, "problem %d", seed)
			}
			if limit == 0 && res.Iterations < maxGeneralSteps {
				require.NotEqual(t, IterationLimit, res.Status, "problem %d after %d steps", seed, res.Iterations)
			}
			ended[res.Status]++
		}
	}
	require.Positive(t, ended[IterationLimit])
	require.Positive(t, ended[PrecisionLimit])
}

// Rows that nearly repeat each other leave a system that the usual regularization solves too slowly.
func TestNearlyParallelActiveRowsAreSolved(t *testing.T) {
	t.Parallel()
	solved, feasible := 0, 0
	for seed := range uint64(repeats(t, 300)) {
		switch res, _ := SolveGeneral(background, contradictoryRows(seed), Options{}); res.Status {
		case Optimal:
			solved, feasible = solved+1, feasible+1
		case PrecisionLimit:
			feasible++
		}
	}
	require.Greater(t, 10*solved, 8*feasible, "%d of %d", solved, feasible)
}
