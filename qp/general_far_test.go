package qp

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/countdown"
	"ridge/mat"
)

// far replaces infinite bounds by huge ones.
func far(b []float64, value float64) []float64 {
	c := slices.Clone(b)
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
			got, err := SolveGeneral(background, withHuge(p, huge), Options{})
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
		"a linear program goes there": {
			GeneralProblem[float64]{G: []float64{-1, -1}, Lower: []float64{0, 0}, Upper: []float64{1e20, 1}},
			[]float64{1e20, 1},
		},
		"the minimum is beyond it": {GeneralProblem[float64]{
			H: mat.DenseOf(2, 2, []float64{1e-15, 0, 0, 1}), G: []float64{-1e-2, -1}, Lower: []float64{0, 0},
			Upper: []float64{1e12 + 1, inf},
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
			H: mat.DenseOf(2, 2, []float64{2, 1, 1, 2}), G: []float64{-40, -70}, Lower: []float64{0, 0},
			Upper: []float64{20, 21},
			A:     mat.DenseOf(1, 2, []float64{1, -1}), RowLower: []float64{math.Inf(-1)}, RowUpper: []float64{next},
		}
	}
	want, err := SolveGeneral(background, problem(0), Options{})
	require.NoError(t, err)
	got, err := SolveGeneral(background, problem(0x1p-54), Options{})
	require.NoError(t, err)
	require.InDeltaSlice(t, want.X, got.X, 1e-12)
	require.LessOrEqual(t, got.Factorizations, want.Factorizations+2)
}

// Wherever the solution is, and whatever the units of variables, rows and objective are, which make the same 1e20 more
// or less far out. The minimum is the known one, so that no answer can be a false optimum.
func TestHugeBoundsHideNoMinimum(t *testing.T) {
	t.Parallel()
	solved, all := 0, repeats(t, 600)
	for seed := range uint64(all) {
		r := newRand(7000 + seed)
		n := 1 + r.IntN(12)
		p := randomGeneral(shape{n: n, m: r.IntN(3 * n), rank: r.IntN(n + 1), sparse: 0.5, degenerate: r.IntN(2) == 0,
			odd: r.IntN(2) == 0}, r)
		minimum := p.objective(p.x)
		size := math.Abs(minimum)
		for j, x := range p.x {
			size += math.Abs(p.G[j] * x)
		}
		units := []int{0, 8, 30}[r.IntN(3)]
		scaled, f := inRandomUnits(p.GeneralProblem, units, r)
		res, err := SolveGeneral(background, withHuge(scaled, 1e20), Options{})
		if err != nil {
			require.Equal(t, PrecisionLimit, res.Status, "seed %d: %v", seed, err)
			continue
		}
		solved++
		require.InDelta(t, f*minimum, res.Objective, 1e-6*f*size, "seed %d", seed)
	}
	require.GreaterOrEqual(t, 100*solved, 98*all, "%d of %d", solved, all)
}

// inRandomUnits returns p with its variables, rows and objective multiplied by powers of two up to 2^±most, and the
// factor of the objective.
func inRandomUnits(p GeneralProblem[float64], most int, r *rand.Rand) (q GeneralProblem[float64], objective float64) {
	unit := func() float64 { return math.Ldexp(1, r.IntN(2*most+1)-most) }
	q = p
	q.H, q.A = p.H.Clone(), p.A.Clone()
	q.G, q.Lower, q.Upper = slices.Clone(p.G), slices.Clone(p.Lower), slices.Clone(p.Upper)
	q.RowLower, q.RowUpper = slices.Clone(p.RowLower), slices.Clone(p.RowUpper)
	objective = unit()
	for i := range q.H.Rows {
		mat.Scal(objective, q.H.Row(i))
	}
	mat.Scal(objective, q.G)
	for j := range q.G {
		u := unit()
		for k := range q.H.Rows {
			q.H.Set(j, k, q.H.At(j, k)*u)
			q.H.Set(k, j, q.H.At(k, j)*u)
		}
		for i := range q.A.Rows {
			q.A.Set(i, j, q.A.At(i, j)*u)
		}
		q.G[j] *= u
		q.Lower[j] /= u
		q.Upper[j] /= u
	}
	for i := range q.A.Rows {
		u := unit()
		mat.Scal(u, q.A.Row(i))
		q.RowLower[i] *= u
		q.RowUpper[i] *= u
	}
	return q, objective
}

// oneFarBound is ½x₀² − x₀ + ½x₁² − 3x₁ with −1e20 ≤ x₀ and x₁ ≤ 2. The solution is (1, 2).
func oneFarBound() GeneralProblem[float64] {
	return GeneralProblem[float64]{
		H: mat.DenseOf(2, 2, []float64{1, 0, 0, 1}), G: []float64{-1, -3}, A: mat.NewDense[float64](0, 2),
		Lower: []float64{-1e20, 0}, Upper: []float64{math.Inf(1), 2},
	}
}

// All runs of a solve share its iterations and its context.
func TestASecondRunWithTheFarBoundsKeepsTheLimits(t *testing.T) {
	p := oneFarBound()
	p.Lower[0] = 0x1p50 // the solution is there, so there is a second run
	free, err := SolveGeneral(background, p, Options{})
	require.NoError(t, err)
	require.Equal(t, 0x1p50, free.X[0])
	for most := 1; most <= free.Iterations; most++ {
		res, err := SolveGeneral(background, p, Options{MaxIterations: most})
		assert.LessOrEqual(t, res.Iterations, most)
		if err != nil {
			assert.Equal(t, IterationLimit, res.Status, most)
		}
	}
	var canceled int
	for checks := range 100 {
		res, err := SolveGeneral(countdown.After(checks), p, Options{})
		if err == nil {
			assert.Equal(t, free.X[0], res.X[0])
			break
		}
		assert.ErrorIs(t, err, context.Canceled, checks)
		assert.Equal(t, Canceled, res.Status, checks)
		canceled++
	}
	assert.Positive(t, canceled)
}

// contradictoryRows has n variables, rows 0 and 1 that nearly repeat each other, and are at odds for almost all x, and
// a row with one bound. Some problems have a solution, far out.
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

// contradictoryAnswer is what SolveGeneral says of contradictoryRows(seed). Several tests ask for it.
func contradictoryAnswer(seed uint64) GeneralResult[float64] {
	if res, ok := contradictoryAnswers.Load(seed); ok {
		return res.(GeneralResult[float64])
	}
	res, _ := SolveGeneral(background, contradictoryRows(seed), Options{})
	contradictoryAnswers.Store(seed, res)
	return res
}

var contradictoryAnswers sync.Map

// withHuge is p with huge bounds for "no bound", of variables and of rows.
func withHuge(p GeneralProblem[float64], huge float64) GeneralProblem[float64] {
	p.Lower, p.Upper = far(p.Lower, huge), far(p.Upper, huge)
	p.RowLower, p.RowUpper = far(p.RowLower, huge), far(p.RowUpper, huge)
	return p
}

// A contradiction is found next to huge bounds as well, and its proof holds with them.
func TestHugeBoundsHideNoContradiction(t *testing.T) {
	t.Parallel()
	refuted := 0
	for seed := range uint64(repeats(t, 200)) {
		if contradictoryAnswer(seed).Status != Infeasible {
			continue
		}
		refuted++
		q := withHuge(contradictoryRows(seed), 1e20)
		got, err := SolveGeneral(background, q, Options{})
		require.Equal(t, Infeasible, got.Status, "problem %d: %v", seed, err)
		var infeasible *InfeasibleError
		require.ErrorAs(t, err, &infeasible)
		knownGeneral{GeneralProblem: q, x: q.G, y: make([]float64, q.A.Rows)}.requireRefuted(t, infeasible.Farkas)
	}
	require.Positive(t, refuted)
}

// A proof that there is no solution without the far bounds holds with them.
func TestAProofNeedsNoFarBounds(t *testing.T) {
	p := oneFarBound()
	p.Upper[0] = 1e20
	p.A, p.RowLower, p.RowUpper = mat.DenseOf(2, 2, []float64{1, 1, 1, 1}), []float64{1, -1e20}, []float64{1e20, 0}
	_, err := SolveGeneral(background, p, Options{})
	var infeasible *InfeasibleError
	require.ErrorAs(t, err, &infeasible)
	assert.Equal(t, []float64{1, -1}, infeasible.Farkas)
}

// A ray of the problem without its far bounds is one of the problem unless one of these blocks it.
func TestAFarBoundMayBlockARay(t *testing.T) {
	p := GeneralProblem[float64]{
		G: []float64{-1, 1}, Lower: []float64{0, 0}, Upper: []float64{1e20, 1},
		A: mat.DenseOf(1, 2, []float64{-1, 1}), RowUpper: []float64{2},
	}
	res, err := SolveGeneral(background, p, Options{})
	require.NoError(t, err)
	assert.Equal(t, 1e20, res.X[0]) // beside which x₁ is a rounding error

	p.Upper = []float64{math.Inf(1), 1e20} // which is not in the way
	_, err = SolveGeneral(background, p, Options{})
	var unbounded *UnboundedError
	require.ErrorAs(t, err, &unbounded)
	assert.Equal(t, 1.0, unbounded.Ray[0])
}

// Only the limit itself ends a solve at the iteration limit: more iterations would not help where rounding ends it.
func TestRoundingIsNotTheIterationLimit(t *testing.T) {
	t.Parallel()
	ended := map[Status]int{}
	for seed := range uint64(40) {
		const limit = 5
		res, _ := SolveGeneral(background, contradictoryRows(seed), Options{MaxIterations: limit})
		if res.Iterations == limit && res.Status != Infeasible {
			require.Contains(t, []Status{Optimal, IterationLimit}, res.Status, "problem %d", seed)
		}
		ended[res.Status]++
		res, _ = SolveGeneral(background, contradictoryRows(seed), Options{Tolerance: 1e-18}) // below rounding errors
		if res.Iterations < maxGeneralSteps {
			require.NotEqual(t, IterationLimit, res.Status, "problem %d after %d steps", seed, res.Iterations)
		}
		ended[res.Status]++
	}
	require.Positive(t, ended[IterationLimit])
	require.Positive(t, ended[PrecisionLimit])
}

// Rows that nearly repeat each other leave a system that the usual regularization solves too slowly.
func TestNearlyParallelActiveRowsAreSolved(t *testing.T) {
	t.Parallel()
	solved, feasible := 0, 0
	for seed := range uint64(repeats(t, 200)) {
		switch contradictoryAnswer(seed).Status {
		case Optimal:
			solved, feasible = solved+1, feasible+1
		case PrecisionLimit:
			feasible++
		}
	}
	require.Greater(t, 10*solved, 8*feasible, "%d of %d", solved, feasible)
}
