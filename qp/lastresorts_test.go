package qp

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// flatProblem has a singular H of small integers in units of powers of two, and a minimum at which many bounds have
// multipliers 0.
func flatProblem(seed uint64) Problem[float64] {
	r := newRand(seed)
	n := 6 + r.IntN(14)
	rank := 1 + r.IntN(4)
	b := mat.NewDense[float64](rank, n)
	for i := range rank {
		for j := range n {
			b.Set(i, j, math.Ldexp(float64(r.IntN(7)-3), r.IntN(41)-20))
		}
	}
	p := Problem[float64]{H: mat.NewDense[float64](n, n), G: make([]float64, n), Lower: make([]float64, n)}
	mat.Gemm(mat.Trans, mat.NoTrans, 1, b, b, 0, p.H, 1)
	x := make([]float64, n)
	for j := range n {
		if r.IntN(2) == 0 {
			x[j] = float64(r.IntN(8))
		} else if r.IntN(3) == 0 {
			p.G[j] = math.Sqrt(p.H.At(j, j)) * float64(r.IntN(8))
		}
		if r.IntN(4) == 0 {
			p.Lower[j] = math.Inf(-1)
		}
	}
	for j := range n {
		if p.G[j] != 0 && p.Lower[j] < 0 {
			p.G[j] = 0
		}
		p.G[j] -= mat.Dot(p.H.Row(j), x)
	}
	return p
}

// Newton steps end at rounding errors here, which interior-point steps from the same start do not.
func TestAutoEndsWellWhereInteriorPointsDo(t *testing.T) {
	for seed := uint64(1200); seed < 1210; seed++ {
		p := flatProblem(seed)
		_, err := Solve(background, p, nil, Options{Method: InteriorPoint})
		require.NoError(t, err, "seed %d", seed)
		res, err := Solve(background, p, nil, Options{})
		require.NoError(t, err, "seed %d: %+v", seed, res.Info)
	}
}

// Where interior-point steps find no solution, either, the answer stays as it was.
func TestAnAnswerAtALimitIsKept(t *testing.T) {
	p := flatProblem(1200)
	canceled, cancel := context.WithCancel(background)
	cancel()
	for name, c := range map[string]struct {
		ctx       context.Context
		tolerance float64
		status    Status
		err       error
	}{
		"no solution": {background, -1, PrecisionLimit, nil},
		"canceled":    {canceled, 1e-9, Canceled, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := NewSolver(p.H, Options{})
			require.NoError(t, err)
			_, err = s.Solve(background, p.G, p.Lower, nil, make([]float64, len(p.G)))
			require.NoError(t, err)
			r := s.one
			want := r.position
			want.x, want.grad = slices.Clone(r.x), slices.Clone(r.grad)
			require.True(t, r.mayFollow(PrecisionLimit))
			r.goal.tolerance, r.goal.aim, r.last = c.tolerance, 1, CoordinateDescent
			status, err := r.follow(c.ctx, PrecisionLimit)
			assert.Equal(t, c.status, status)
			assert.ErrorIs(t, err, c.err)
			want.certificate = r.certificate // which is measured again
			assert.Equal(t, want, r.position)
			assert.Equal(t, CoordinateDescent, r.last)
			assert.LessOrEqual(t, r.goal.aim, r.aim(), "an earlier aim counts no more")
		})
	}
}

// A limit that the caller has set ends the solve, and so does a method that he has chosen.
func TestLimitsThatAreMeantAreKept(t *testing.T) {
	r := &run{budget: budget{method: Auto, limit: 10}, effort: effort{iterations: 10}, goal: goal{tolerance: 1e-9}}
	assert.False(t, r.mayFollow(IterationLimit))
	r.budget.limit = 11
	assert.True(t, r.mayFollow(IterationLimit))
	assert.False(t, r.mayFollow(Optimal))
	r.goal.tolerance = 1e-17
	assert.False(t, r.mayFollow(IterationLimit), "which no method can reach")
	r.goal.tolerance = 1e-9
	r.budget.method = BlockPivoting
	assert.False(t, r.mayFollow(PrecisionLimit))
}

// Exchanges that failed on the way to another limit do not keep interior points from theirs.
func TestInteriorPointsForgetWhereExchangesFailed(t *testing.T) {
	for seed := uint64(1200); seed < 1210; seed++ {
		p := flatProblem(seed)
		steps := func(failed int) int {
			s, err := NewSolver(p.H, Options{})
			require.NoError(t, err)
			_, err = s.Solve(background, p.G, p.Lower, nil, make([]float64, len(p.G)))
			require.NoError(t, err)
			before := s.one.effort.iterations
			s.one.pivotingOf().exchanger.triedWrong = failed
			status, err := s.one.follow(background, PrecisionLimit)
			require.NoError(t, err)
			require.Equal(t, Optimal, status, "seed %d", seed)
			return s.one.effort.iterations - before
		}
		assert.Equal(t, steps(0), steps(math.MaxInt), "seed %d", seed)
	}
}

// At the point next to 0, which is not the start, Hx + g overflows: terms that cancel at the start don't there.
func TestAPointNextTo0WhereTheGradientOverflowsIsNoStart(t *testing.T) {
	const far, curvature = 1e154, 1e154
	p := Problem[float64]{H: mat.DenseOf(2, 2, []float64{curvature, -curvature, -curvature, curvature}),
		G: []float64{1e308, -1e308}, Lower: []float64{far, 0}}
	r := runOf(p)
	r.budget = budget{method: Auto, limit: 50}
	start := []float64{far, far}
	copy(r.start, start)
	status, err := r.begin(1e-9)
	require.NoError(t, err)
	require.Equal(t, undecided, status)

	status, err = r.fromNearest(background)
	require.NoError(t, err)
	assert.Equal(t, undecided, status)
	assert.Zero(t, r.effort.iterations)
	assert.Equal(t, start, r.start)
}
