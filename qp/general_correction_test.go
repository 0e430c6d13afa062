package qp

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/countdown"
	"ridge/mat"
)

// withLargeNumbers is a problem in small variables, which have bounds and rows of their own, and in large ones of the
// given size. Rows of that size contain all variables. Unless the problem is feasible, the small rows contradict each
// other by a fifth or more.
func withLargeNumbers(size float64, feasible bool, r *rand.Rand) GeneralProblem[float64] {
	small, large := 1+r.IntN(4), 1+r.IntN(2)
	m, k := 1+r.IntN(3), large+r.IntN(3)
	n, equal := small+large, r.IntN(2) == 0
	p := GeneralProblem[float64]{
		G: make([]float64, n), A: mat.NewDense[float64](m+k, n), Lower: infinite(n, -1), Upper: infinite(n, 1),
		RowLower: infinite(m+k, -1), RowUpper: infinite(m+k, 1),
	}
	if r.IntN(2) == 0 {
		p.H = gram(randomMatrix(n, n, r))
	}
	x := make([]float64, n)
	for j := range x {
		p.G[j], x[j] = r.NormFloat64(), r.Float64()
		if j < small {
			p.Lower[j], p.Upper[j] = 0, 1
			continue
		}
		x[j] = size * r.NormFloat64()
		if p.H.Rows == 0 {
			p.G[j], p.Lower[j] = math.Abs(p.G[j]), -2*math.Abs(x[j])
		}
	}
	y, d := make([]float64, m), make([]float64, small)
	for i := range y {
		y[i] = 0.1 + r.ExpFloat64()
		for j := range d {
			p.A.Set(i, j, r.NormFloat64())
			d[j] += y[i] * p.A.At(i, j)
		}
	}
	left := 0.2 * (1 + r.Float64())
	for _, v := range d {
		left += max(0, v)
	}
	for i := range m + k {
		row, c := p.A.Row(i), r.NormFloat64()
		switch {
		case i >= m:
			for j := range row {
				row[j] = r.NormFloat64()
			}
			c = mat.Dot(row, x)
		case feasible:
			c = mat.Dot(row, x)
		case i == m-1:
			c = left / y[i]
		}
		p.RowLower[i] = c
		if equal && i < m+large {
			p.RowUpper[i] = c
		}
		if i < m {
			left -= c * y[i]
		} else if i >= m+large {
			p.RowLower[i] -= size * r.Float64()
		}
	}
	return p
}

// Contradictions between rows are found next to numbers of any size in other rows.
func TestContradictionsInGeneralPositionWithLargeNumbers(t *testing.T) {
	t.Parallel()
	rounds := repeats(t, 100)
	for _, size := range []float64{1, 1e6, 1e9, 1e11, 1e12, 1e13} {
		r, proven := newRand(432), 0
		for round := range rounds {
			res, err := SolveGeneral(background, withLargeNumbers(size, false, r), Options{})
			require.Error(t, err)
			require.NotEqual(t, Optimal, res.Status, "problem %d next to %g: %+v", round, size, res.Certificate)
			if res.Status == Infeasible {
				proven++
			}
		}
		assert.GreaterOrEqual(t, proven, rounds*98/100, "next to %g", size)
	}
}

// If there is a solution, rounding errors of large numbers prove nothing, and usually it is found: each row holds to
// the precision of its own numbers.
func TestSolutionsWithLargeNumbers(t *testing.T) {
	t.Parallel()
	rounds := repeats(t, 100)
	for _, c := range []struct{ size, share float64 }{{1, 1}, {1e6, 1}, {1e9, 0.95}, {1e11, 0.99}, {1e12, 0.97}} {
		r, solved := newRand(433), 0
		for round := range rounds {
			p := withLargeNumbers(c.size, true, r)
			res, err := SolveGeneral(background, p, Options{})
			if res.Status != Optimal {
				require.Equal(t, PrecisionLimit, res.Status, "problem %d next to %g: %v", round, c.size, err)
				continue
			}
			solved++
			for i := range p.RowLower {
				value, size := mat.Dot(p.A.Row(i), res.X), 0.0
				for j, x := range res.X {
					size += math.Abs(p.A.At(i, j) * x)
				}
				require.GreaterOrEqual(t, value, p.RowLower[i]-1.1e-9*(size+math.Abs(p.RowLower[i])),
					"row %d of problem %d next to %g", i, round, c.size)
				require.LessOrEqual(t, value, p.RowUpper[i]+1.1e-9*(size+math.Abs(p.RowUpper[i])),
					"row %d of problem %d next to %g", i, round, c.size)
			}
		}
		assert.GreaterOrEqual(t, float64(solved), c.share*float64(rounds), "next to %g", c.size)
	}
}

// hiddenRows is a problem in a large x₀ and small other variables, and a point at which rows of the small ones are
// violated.
type hiddenRows struct {
	h, a         []float64
	g            []float64
	lower, upper []float64 // of the rows
	x, y         []float64
}

// oneHiddenRow is ½x₁² − x₁ + ½x₂² − 3x₂ + x₀ subject to x₀ + x₁ ≥ 10¹² and x₁ = x₂, at a point where x₁ ≠ x₂. The
// solution has x₁ = x₂ = 2.5.
func oneHiddenRow() hiddenRows {
	return hiddenRows{
		h: []float64{0, 0, 0, 0, 1, 0, 0, 0, 1}, g: []float64{1, -1, -3},
		a: []float64{1, 1, 0, 0, 1, -1}, lower: []float64{1e12, 0}, upper: []float64{math.Inf(1), 0},
		x: []float64{1e12, 2, 3}, y: []float64{1, 0},
	}
}

// runCorrection calls GeneralSolver.runCorrection after a first run that has ended at the point.
func (p hiddenRows) runCorrection(t *testing.T, ctx context.Context, first GeneralInfo,
	o Options) (x []float64, info GeneralInfo, err error) {
	t.Helper()
	n, m := len(p.x), len(p.y)
	s, err := NewGeneralSolver(mat.DenseOf(n, n, p.h), mat.DenseOf(m, n, p.a), o)
	require.NoError(t, err)
	slope, bounds := func(j int) float64 { return p.g[j] }, boundsOf(n, nil, nil, p.lower, p.upper)
	slope, bounds = s.takeFixed(slope, bounds)
	s.load(slope, bounds)
	s.loadStart(p.x, p.y)
	a := s.runCorrection(ctx, func() { s.load(slope, bounds) }, attempt{info: first})
	x = make([]float64, n)
	s.store(x, make([]float64, m), nil, nil)
	return x, a.info, a.err
}

// Whatever ended the first run, the second one begins at its point, and its iterations are added.
func TestHiddenRowsAreSolvedForFromTheFirstAnswer(t *testing.T) {
	for _, status := range []Status{IterationLimit, PrecisionLimit} {
		x, info, err := oneHiddenRow().runCorrection(t, background,
			GeneralInfo{Status: status, Iterations: 7}, Options{})
		require.NoError(t, err, status)
		assert.Equal(t, Optimal, info.Status, status)
		assert.Greater(t, info.Iterations, 7, status)
		assert.InDeltaSlice(t, []float64{1e12 - 2.5, 2.5, 2.5}, x, 1e-3, status)
		assert.InDelta(t, 2.5, x[1], 1e-9, status)
		assert.InDelta(t, x[1], x[2], 1e-9, status)
	}
}

// The first answer is kept if the second run may not begin, finds nothing, is interrupted, or finds a point that is no
// solution once it is added to the first.
func TestTheFirstAnswerStaysUnlessTheSecondIsBetter(t *testing.T) {
	contradiction := oneHiddenRow()
	contradiction.a = append(contradiction.a, 0, 1, -1)
	contradiction.lower, contradiction.upper = append(contradiction.lower, 1), append(contradiction.upper, 1)
	contradiction.y = append(contradiction.y, 0)

	farOff := oneHiddenRow() // x₀ should become 1/3 − 2.5, which is lost relative to its value
	farOff.lower = []float64{1. / 3, 0}

	for name, c := range map[string]struct {
		p     hiddenRows
		ctx   context.Context
		limit int
		want  Status
		err   error
		moves bool // more iterations
	}{
		"no steps are left":              {oneHiddenRow(), background, 7, PrecisionLimit, nil, false},
		"there is no solution":           {contradiction, background, 100, PrecisionLimit, nil, true},
		"too few steps are left":         {oneHiddenRow(), background, 8, PrecisionLimit, nil, true},
		"the sum of both is no answer":   {farOff, background, 100, PrecisionLimit, nil, false},
		"the context ends before":        {oneHiddenRow(), countdown.After(0), 100, Canceled, context.Canceled, false},
		"the context ends in the middle": {oneHiddenRow(), countdown.After(5), 100, Canceled, context.Canceled, true},
	} {
		t.Run(name, func(t *testing.T) {
			x, info, err := c.p.runCorrection(t, c.ctx, GeneralInfo{Status: PrecisionLimit, Iterations: 7},
				Options{MaxIterations: c.limit})
			require.ErrorIs(t, err, c.err)
			assert.Equal(t, c.want, info.Status)
			assert.Equal(t, c.p.x, x)
			assert.Equal(t, c.moves, info.Iterations > 7)
			assert.LessOrEqual(t, info.Iterations, c.limit)
		})
	}
}

// The contribution of the large x to a row is subtracted exactly. Otherwise rows that fix a small x twice would
// contradict each other.
func TestTheRestOfARowIsExact(t *testing.T) {
	a, at := 1+0x1p-30, 0x1p40*(1+0x1p-25) // the product contains 2⁻¹⁵, which float64 can't represent
	p := program{
		h: indexMatrix(mat.Dense[float64]{}), a: indexMatrix(mat.DenseOf(1, 2, []float64{a, 1})), g: []float64{1, 2},
		lower: []float64{0, -1, 0x1p40 * (1 + 0x1p-30 + 0x1p-25)}, upper: []float64{0x1p50, 1, math.Inf(1)},
	}
	p.moveTo([]float64{at, 0})
	assert.Equal(t, []float64{-at, -1, -0x1p-15}, p.lower)
	assert.Equal(t, []float64{0x1p50 - at, 1, math.Inf(1)}, p.upper)
	assert.Equal(t, []float64{1, 2}, p.g)
}

// All runs together take no more steps than the limit, and a context that has ended gives no result.
func TestSecondRunsKeepToTheLimitAndTheContext(t *testing.T) {
	t.Parallel()
	for seed := range uint64(repeats(t, 30)) {
		p := withLargeNumbers(1e12, true, newRand(seed))
		for _, limit := range []int{1, 3, 5, 8, 10, 20} {
			res, _ := SolveGeneral(background, p, Options{MaxIterations: limit})
			require.LessOrEqual(t, res.Iterations, limit, "problem %d", seed)
		}
		for checks := 0; ; checks++ {
			ctx := countdown.After(checks)
			res, err := SolveGeneral(ctx, p, Options{})
			if !ctx.Ended() {
				break
			}
			if res.Status != Optimal {
				require.Equal(t, Canceled, res.Status, "problem %d, %d checks", seed, checks)
				require.ErrorIs(t, err, context.Canceled)
			}
		}
	}
}

// A run without steps would find nothing, but factor once and look for proofs again.
func TestSecondRunsNeedStepsThatAreLeft(t *testing.T) {
	s, err := NewGeneralSolver(mat.Dense[float64]{}, mat.NewDense[float64](1, 2), Options{MaxIterations: 5})
	require.NoError(t, err)
	for _, status := range []Status{IterationLimit, PrecisionLimit} {
		for used, worth := range []bool{true, true, true, true, true, false} {
			assert.Equal(t, worth, s.worthRerun(attempt{info: GeneralInfo{Status: status, Iterations: used}}),
				"%v after %d steps", status, used)
		}
	}
	for _, status := range []Status{Optimal, Infeasible, Unbounded, Canceled} {
		assert.False(t, s.worthRerun(attempt{info: GeneralInfo{Status: status}}), "%v", status)
	}
}
