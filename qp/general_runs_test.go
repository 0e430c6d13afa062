package qp

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// A problem and its answer do not depend on the problems that the same solver had before, however these ended.
func TestASolverRemembersNoOtherProblem(t *testing.T) {
	t.Parallel()
	for seed := range uint64(repeats(t, 60)) {
		r := newRand(7400 + seed)
		n := 2 + r.IntN(6)
		base := randomGeneral(shape{n: n, m: 1 + r.IntN(2*n), rank: r.IntN(n), degenerate: true, odd: true}, r)
		s, err := NewGeneralSolver(base.H, base.A, Options{})
		require.NoError(t, err)
		for k := range 8 {
			p := base
			p.G, p.Lower, p.RowUpper = slices.Clone(base.G), slices.Clone(base.Lower), slices.Clone(base.RowUpper)
			switch r.IntN(5) {
			case 0:
				mat.Scal(1e200, p.G)
			case 1:
				p.G[r.IntN(n)] -= 1e8 // often unbounded
			case 2:
				p.RowUpper[r.IntN(len(p.RowUpper))] = math.Inf(1)
			case 3:
				p.GeneralProblem = withHuge(p.GeneralProblem, 1e20)
			}
			want, wantErr := SolveGeneral(background, p.GeneralProblem, Options{})
			x, y, z := make([]float64, n), make([]float64, len(p.y)), make([]float64, n)
			info, err := s.Solve(background, p.G, p.Lower, p.Upper, p.RowLower, p.RowUpper, x, y)
			s.BoundMultipliers(z)
			at := fmt.Sprintf("seed %d, problem %d: %v", seed, k, info.Status)
			assert.Equal(t, fmt.Sprint(want.GeneralInfo), fmt.Sprint(info), at) // NaN equals NaN
			assert.Equal(t, fmt.Sprint(wantErr), fmt.Sprint(err), at)
			assert.Equal(t, want.X, x, at)
			assert.Equal(t, want.RowMultipliers, y, at)
			assert.Equal(t, want.BoundMultipliers, z, at)
		}
	}
}

// The best point of an unbounded problem is one of that problem, in its own units, also if far bounds that do not block
// the ray were left out to find it.
func TestTheBestPointOfAnUnboundedProblemIsInItsUnits(t *testing.T) {
	inf := math.Inf(1)
	p := GeneralProblem[float64]{
		G: []float64{-1, 3, 0}, Lower: []float64{0, 2, -inf}, Upper: []float64{inf, 1e20, inf},
		A: mat.DenseOf(1, 3, []float64{0, 1, 1}), RowLower: []float64{5}, RowUpper: []float64{5},
	}
	got, err := SolveGeneral(background, p, Options{})
	require.Equal(t, Unbounded, got.Status, "%v", err)
	p.Upper[1] = inf
	want, err := SolveGeneral(background, p, Options{})
	require.Equal(t, Unbounded, want.Status, "%v", err)
	require.Equal(t, want.X, got.X)
}

// An answer that is not optimal is the same with huge bounds for "none" as without bounds, whatever ends the solve:
// next to these bounds any other point would look as good.
func TestHugeBoundsLeaveTheBestPoint(t *testing.T) {
	t.Parallel()
	ended := map[Status]int{}
	limits := []Options{{Tolerance: 1e-18}, {}} // rounding errors end all solves to a tolerance that is far below them
	for _, most := range []int{1, 2, 3, 5, 8} {
		limits = append(limits, Options{MaxIterations: most})
	}
	for seed := range uint64(40) {
		p := contradictoryRows(seed)
		for _, o := range limits {
			want, _ := SolveGeneral(background, p, o)
			got, err := SolveGeneral(background, withHuge(p, 1e20), o)
			if got.Status == Optimal && want.Status != Optimal {
				continue // with all bounds, more is known
			}
			ended[got.Status]++
			require.Equal(t, want.Status, got.Status, "problem %d, %+v: %v", seed, o, err)
			if got.Status == Optimal && got.Iterations > want.Iterations { // a run with all bounds found the solution
				require.InEpsilonSlice(t, want.X, got.X, 1e-8)
				continue
			}
			require.Equal(t, want.X, got.X, "problem %d, %+v", seed, o)
			require.Equal(t, want.RowMultipliers, got.RowMultipliers, "problem %d, %+v", seed, o)
		}
	}
	for _, status := range []Status{Optimal, PrecisionLimit, IterationLimit, Infeasible} {
		assert.Positive(t, ended[status], "%v", status)
	}
}

// A row whose far bound was left out, and that is violated, is seen in the certificate.
func TestADroppedBoundOfARowIsMeasured(t *testing.T) {
	p := oneFarBound()
	p.Lower[0] = math.Inf(-1)
	p.A, p.RowLower, p.RowUpper = mat.DenseOf(1, 2, []float64{1, 1}), []float64{0x1p50}, []float64{math.Inf(1)}
	free, err := SolveGeneral(background, p, Options{})
	require.NoError(t, err)
	require.InEpsilon(t, 0x1p50, free.X[0], 1e-12)
	for most := 1; most < free.Iterations; most++ {
		res, err := SolveGeneral(background, p, Options{MaxIterations: most})
		require.Error(t, err, most)
		require.Equal(t, IterationLimit, res.Status, most)
		require.Greater(t, res.KKT(), 1e-9, most)
	}
}

// From a starting point that is far out in a direction in which f does not change, the solution has as many digits as
// without one: f = 1.
func TestAFarStartHidesNoObjective(t *testing.T) {
	inf := math.Inf(1)
	p := GeneralProblem[float64]{
		G: []float64{1, -1, 1}, Lower: []float64{-inf, -inf, 1}, Upper: []float64{inf, inf, 2},
		A: mat.DenseOf(1, 3, []float64{1, -1, 0}), RowLower: []float64{0}, RowUpper: []float64{inf},
	}
	s, err := NewGeneralSolver(p.H, p.A, Options{})
	require.NoError(t, err)
	for _, at := range []float64{1, 1e3, 1e9, 1e14, 1e17} {
		x, y := []float64{at, at, 1}, []float64{1}
		info, err := s.Solve(background, p.G, p.Lower, p.Upper, p.RowLower, p.RowUpper, x, y)
		require.NoError(t, err, at)
		require.InDelta(t, 1, info.Objective, 1e-9, at)
		require.InDelta(t, 1, x[2], 1e-9, at)
		if at <= 1e3 {
			require.Equal(t, 0, info.Iterations, at)
		}
	}
}
