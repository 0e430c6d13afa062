package qp

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// randomShape is the shape of a random problem with up to n variables.
func randomShape(n int, r *rand.Rand) shape {
	n = 1 + r.IntN(n)
	return shape{n: n, m: r.IntN(3 * n / 2), rank: r.IntN(n + 1), sparse: 0.9 * r.Float64(), degenerate: r.IntN(2) == 0,
		odd: r.IntN(2) == 0}
}

func repeats(t *testing.T, n int) int {
	t.Helper()
	if !thorough.Tests() {
		return n / 10
	}
	return n
}

func TestGeneralProblemsWithAKnownSolution(t *testing.T) {
	t.Parallel()
	r := newRand(400)
	for range repeats(t, 1000) {
		s := randomShape(20, r)
		p := randomGeneral(s, r)
		if mat.AbsMax(p.G) == 0 && mat.AbsMax(p.x) == 0 {
			continue
		}
		res, err := SolveGeneral(background, p.GeneralProblem, Options{})
		if err != nil {
			t.Logf("%#v %v", p, res)
		}
		require.NoError(t, err, "%+v", s)
		p.requireSolved(t, res, 1e-8)
	}
}

func TestLargerGeneralProblemsWithAKnownSolution(t *testing.T) {
	r := newRand(401)
	shapes := []shape{
		{n: 150, m: 60, rank: 0, sparse: 0.95},
		{n: 60, m: 400, rank: 30, sparse: 0},
		{n: 120, m: 180, rank: 120, sparse: 0.5},
		{n: 300, m: 100, rank: 20, sparse: 0.99, degenerate: true, odd: true},
		{n: 130, m: 100, rank: 0, sparse: 0.3, degenerate: true},
		{n: 300, m: 200, rank: 0, sparse: 0.99, degenerate: true, odd: true}, // eliminated sparsely
	}
	if !thorough.Tests() {
		shapes = shapes[:2]
	}
	for _, s := range shapes {
		p := randomGeneral(s, r)
		res, err := SolveGeneral(background, p.GeneralProblem, Options{})
		require.NoError(t, err, "%+v", s)
		p.requireSolved(t, res, 1e-8)
	}
}

func TestInfeasibleGeneralProblemsComeWithAProof(t *testing.T) {
	t.Parallel()
	r := newRand(402)
	for range repeats(t, 300) {
		s := randomShape(20, r)
		s.m, s.odd = s.m+1, false
		p := randomGeneral(s, r)
		p.makeInfeasible(r)
		res, err := SolveGeneral(background, p.GeneralProblem, Options{})
		var e *InfeasibleError
		require.ErrorAs(t, err, &e, "%+v", s)
		require.Equal(t, Infeasible, res.Status)
		p.requireRefuted(t, e.Farkas)
	}
}

func TestUnboundedGeneralProblemsComeWithARay(t *testing.T) {
	t.Parallel()
	r := newRand(403)
	for range repeats(t, 300) {
		s := randomShape(20, r)
		s.n, s.rank, s.odd = s.n+1, min(s.rank, s.n-1), false
		p := randomGeneral(s, r)
		p.makeUnbounded(s.rank, r)
		res, err := SolveGeneral(background, p.GeneralProblem, Options{})
		var e *UnboundedError
		require.ErrorAs(t, err, &e, "%+v", s)
		require.Equal(t, Unbounded, res.Status)
		p.requireRay(t, e.Ray)
	}
}

// randomUnits are powers of two if exact is true, and other numbers otherwise.
func randomUnits(n, span int, exact bool, r *rand.Rand) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.Exp2(float64(r.IntN(2*span+1) - span))
		if !exact {
			v[i] *= 1 + r.Float64()
		}
	}
	return v
}

func TestUnitsDoNotMatterToGeneralProblems(t *testing.T) {
	t.Parallel()
	r := newRand(404)
	for k := range repeats(t, 360) {
		s := randomShape(12, r)
		p := randomGeneral(s, r)
		if mat.AbsMax(p.G) == 0 && mat.AbsMax(p.x) == 0 {
			continue
		}
		kind := k % 6
		switch {
		case kind == 4:
			s.m, s.odd = s.m+1, false
			p = randomGeneral(s, r)
			p.makeInfeasible(r)
		case kind == 5:
			s.n, s.rank, s.odd = s.n+1, min(s.rank, s.n-1), false
			p = randomGeneral(s, r)
			p.makeUnbounded(s.rank, r)
		}
		exact := k%2 == 0
		v, w := randomUnits(s.n, 30, exact, r), randomUnits(s.m, 30, exact, r)
		c := randomUnits(1, 20, true, r)[0]
		q := p.inUnits(c*c, v, w)
		want, wantErr := SolveGeneral(background, p.GeneralProblem, Options{})
		got, err := SolveGeneral(background, q.GeneralProblem, Options{})
		require.Equal(t, want.Status, got.Status, "%+v\n%v\n%v", s, wantErr, err)
		for j := range got.X {
			got.X[j] *= v[j]
		}
		for i := range got.RowMultipliers {
			got.RowMultipliers[i] *= w[i] / (c * c)
		}
		for j := range got.BoundMultipliers {
			got.BoundMultipliers[j] /= v[j] * c * c
		}
		if exact {
			got.Objective /= c * c
			if want.Certificate != got.Certificate {
				t.Logf("%#v\n%#v\n%v %v %v", p, q, c, v, w)
			}
			require.Equal(t, want, got, "powers of two change no bit")
		} else if want.Status == Optimal {
			mat.Clamp(got.X, p.Lower, p.Upper) // the bounds were rounded
			p.requireSolved(t, got, 1e-8)
		}
	}
}

func TestGeneralProblemsInFloat32(t *testing.T) {
	r, all, solved := newRand(405), 0, 0
	for range repeats(t, 300) {
		p := randomGeneral(randomShape(10, r), r)
		if mat.AbsMax(p.G) == 0 && mat.AbsMax(p.x) == 0 {
			continue
		}
		q := GeneralProblem[float32]{
			H: matrixAs[float32](p.H), G: numbersAs[float32](p.G), A: matrixAs[float32](p.A),
			Lower: numbersAs[float32](p.Lower), Upper: numbersAs[float32](p.Upper),
			RowLower: numbersAs[float32](p.RowLower), RowUpper: numbersAs[float32](p.RowUpper),
		}
		res, err := SolveGeneral(background, q, Options{})
		all++
		if res.Status == PrecisionLimit { // large multipliers, and small slopes
			require.LessOrEqual(t, max(res.KKT(), res.Gap), 1e-3)
			continue
		}
		solved++
		require.NoError(t, err)
		require.LessOrEqual(t, max(res.KKT(), res.Gap), 1e-5)
	}
	assert.GreaterOrEqual(t, 100*solved, 95*all, "%d of %d", solved, all)
}

func TestTrivialGeneralProblemsHaveTheirSolutions(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		p GeneralProblem[float64]
		x []float64
	}{
		"nothing": {GeneralProblem[float64]{}, []float64{}},
		"only bounds": {
			GeneralProblem[float64]{G: []float64{1, -1, 0}, Lower: []float64{2, 2, 2}, Upper: []float64{3, 3, inf}},
			[]float64{2, 3, 2},
		},
		"all fixed": {
			GeneralProblem[float64]{G: []float64{1, 1}, Lower: []float64{2, 3}, Upper: []float64{2, 3},
				A: mat.DenseOf(1, 2, []float64{1, 1}), RowLower: []float64{5}}, []float64{2, 3},
		},
		"empty rows": {
			GeneralProblem[float64]{G: []float64{1}, A: mat.DenseOf(2, 1, []float64{0, -2}),
				RowLower: []float64{0, -inf}, RowUpper: []float64{1, -6}}, []float64{3},
		},
		"no row bounds": {
			GeneralProblem[float64]{H: mat.DenseOf(1, 1, []float64{2}), G: []float64{-4},
				A: mat.DenseOf(1, 1, []float64{1})}, []float64{2},
		},
		"bounds but rounding": {
			GeneralProblem[float64]{G: []float64{1}, Upper: []float64{0.3 / 3}, A: mat.DenseOf(1, 1, []float64{3}),
				RowLower: []float64{0.3}}, []float64{0.3 / 3},
		},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := SolveGeneral(background, c.p, Options{})
			require.NoError(t, err)
			require.Equal(t, Optimal, res.Status)
			require.InDeltaSlice(t, c.x, res.X, 1e-12)
		})
	}
}

func TestGeneralProblemsThatAreRefused(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	eye, row := mat.DenseOf(1, 1, []float64{1}), mat.DenseOf(1, 2, []float64{1, 1})
	two := []float64{1, 1}
	for name, c := range map[string]struct {
		p       GeneralProblem[float64]
		status  Status
		message string
	}{
		"NaN in g": {GeneralProblem[float64]{H: eye, G: []float64{nan}}, InvalidInput, "g[0]"},
		"infinite A": {GeneralProblem[float64]{G: two, A: mat.DenseOf(1, 2, []float64{1, inf})}, InvalidInput,
			"A[0,1]"},
		"NaN in rowLower": {GeneralProblem[float64]{G: two, A: row, RowLower: []float64{nan}}, InvalidInput,
			"rowLower[0]"},
		"bounds cross": {GeneralProblem[float64]{G: two, A: row, Lower: two, Upper: []float64{0, 2}}, Infeasible,
			"x[0] is between its bounds 1 and 0"},
		"row bounds cross": {GeneralProblem[float64]{G: two, A: row, RowLower: []float64{2}, RowUpper: []float64{1}},
			Infeasible, "bounds 2 and 1 of row 0 of A"},
		"infinite lower bound of a row": {GeneralProblem[float64]{G: two, A: row, RowLower: []float64{inf}},
			Infeasible, "the lower bound of row 0 of A is +Inf"},
		"infinite upper bound of a row": {GeneralProblem[float64]{G: two, A: row, RowUpper: []float64{-inf}},
			Infeasible, "the upper bound of row 0 of A is -Inf"},
		"indefinite": {
			GeneralProblem[float64]{H: mat.DenseOf(2, 2, []float64{1, 2, 2, 1}), G: two, Lower: []float64{-1, -1},
				Upper: two}, Indefinite, "variable 1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := SolveGeneral(background, c.p, Options{})
			require.ErrorContains(t, err, c.message)
			require.Equal(t, c.status, res.Status)
			require.Nil(t, res.X)
			require.Equal(t, unmeasured(), res.Certificate)
			require.True(t, math.IsNaN(res.Objective))
		})
	}
	require.Panics(t, func() { _, _ = SolveGeneral(background, GeneralProblem[float64]{G: two, A: eye}, Options{}) })
}

func TestBoundsThatCrossLeaveTheStartOfAGeneralSolverAsItIs(t *testing.T) {
	s, err := NewGeneralSolver(mat.Dense[float64]{}, mat.DenseOf(1, 2, []float64{1, 1}), Options{})
	require.NoError(t, err)
	x, y := []float64{7, 8}, []float64{9}
	info, err := s.Solve(background, []float64{1, 1}, []float64{2, 0}, []float64{1, 1}, nil, nil, x, y)
	require.ErrorContains(t, err, "no finite x[0]")
	require.Equal(t, Infeasible, info.Status)
	require.Equal(t, []float64{7, 8}, x)
	require.Equal(t, []float64{9}, y)
}

func TestGeneralSolverStartsFromTheGivenPoint(t *testing.T) {
	r := newRand(406)
	for range repeats(t, 100) {
		s := randomShape(15, r)
		p := randomGeneral(s, r)
		if mat.AbsMax(p.G) == 0 && mat.AbsMax(p.x) == 0 {
			continue
		}
		solver, err := NewGeneralSolver(p.H, p.A, Options{})
		if s.rank == 0 && s.m == 0 {
			continue // a solver would not know n
		}
		require.NoError(t, err)
		x, y := make([]float64, s.n), make([]float64, s.m)
		cold, err := solver.Solve(background, p.G, p.Lower, p.Upper, p.RowLower, p.RowUpper, x, y)
		require.NoError(t, err)
		if mat.AbsMax(x) == 0 && mat.AbsMax(y) == 0 {
			continue
		}
		warm, err := solver.Solve(background, p.G, p.Lower, p.Upper, p.RowLower, p.RowUpper, x, y)
		require.NoError(t, err)
		require.Zero(t, warm.Iterations, "%+v", cold)
		res := GeneralResult[float64]{X: x, RowMultipliers: y, BoundMultipliers: make([]float64, s.n),
			GeneralInfo: warm}
		solver.BoundMultipliers(res.BoundMultipliers)
		p.requireSolved(t, res, 1e-8)
	}
}

func TestGeneralSolveEndsWhenCanceled(t *testing.T) {
	p := randomGeneral(shape{n: 20, m: 10, rank: 20}, newRand(407))
	ctx, cancel := context.WithCancel(background)
	cancel()
	res, err := SolveGeneral(ctx, p.GeneralProblem, Options{})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, Canceled, res.Status)
}

func TestGeneralProblemsDoNotDependOnWorkers(t *testing.T) {
	for _, s := range []shape{{n: 150, m: 100, rank: 150}, {n: 150, m: 60, sparse: 0.9}} {
		p := randomGeneral(s, newRand(408))
		one, err := SolveGeneral(background, p.GeneralProblem, Options{Workers: 1})
		require.NoError(t, err)
		four, err := SolveGeneral(background, p.GeneralProblem, Options{Workers: 4})
		require.NoError(t, err)
		require.Equal(t, one, four)
	}
}
