package qp

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// makeBatch returns m random problems of type T on one Hessian, with bounds of
// their own, some of them infinite and some of them equal, and a random start.
func makeBatch[T mat.Float](m, n int, cond float64, r *rand.Rand) (mat.Dense[T], Batch[T]) {
	h := mat.NewDense[T](n, n)
	mat.Convert(h, hessian(n, cond, r))
	mat.Symmetrize(mat.Lower, h, 1)
	b := Batch[T]{G: mat.NewDense[T](m, n), Lower: mat.NewDense[T](m, n), Upper: mat.NewDense[T](m, n), X: mat.NewDense[T](m, n)}
	for i := range b.G.Data {
		b.G.Data[i] = T(r.NormFloat64())
		b.X.Data[i] = T(r.NormFloat64())
		b.Lower.Data[i], b.Upper.Data[i] = T(-2*r.Float64()), T(2*r.Float64())
		switch r.IntN(8) {
		case 0:
			b.Lower.Data[i] = T(math.Inf(-1))
		case 1:
			b.Upper.Data[i] = T(math.Inf(1))
		case 2:
			b.Lower.Data[i] = b.Upper.Data[i]
		}
	}
	return h, b
}

// clone copies what SolveBatch writes.
func (b Batch[T]) clone() Batch[T] {
	b.X = b.X.Clone()
	b.Problems = make([]Info, b.G.Rows)
	return b
}

// problem returns problem i in float64.
func (b Batch[T]) problem(h mat.Dense[T], i int) Problem[float64] {
	n := h.Rows
	p := Problem[float64]{H: widen(h), G: make([]float64, n), Lower: make([]float64, n), Upper: make([]float64, n)}
	lower, upper := b.bounds(i)
	load(p.G, b.G.Row(i))
	loadBound(p.Lower, lower, math.Inf(-1))
	loadBound(p.Upper, upper, math.Inf(1))
	return p
}

// requireBatchCertified checks b, whose start is in start, against plain loops.
func requireBatchCertified[T mat.Float](t *testing.T, h mat.Dense[T], b Batch[T], start mat.Dense[T], total BatchInfo, tolerance float64) {
	t.Helper()
	var sum BatchInfo
	x, x0 := make([]float64, h.Rows), make([]float64, h.Rows)
	for i := range b.G.Rows {
		p, info := b.problem(h, i), b.Problems[i]
		load(x, b.X.Row(i))
		load(x0, start.Row(i))
		for j := range x {
			require.True(t, p.Lower[j] <= x[j] && x[j] <= p.Upper[j], "problem %d: x[%d] = %v is outside of [%v, %v]", i, j, x[j], p.Lower[j], p.Upper[j])
			x0[j] = min(max(x0[j], p.Lower[j]), p.Upper[j])
		}
		slack, scale := 1e-14*float64(len(x))*(1+maxAbs(x)), naiveScale(p)
		if info.Certificate == unmeasured() {
			require.Equal(t, Canceled, info.Status)
			sum.count(info)
			continue
		}
		require.InDelta(t, naiveKKT(p, x), info.KKT()*scale, roundingOf(p, x)+1e-14)
		require.InDelta(t, naiveObjective(p, x), info.Objective, slack*float64(len(x)))
		require.Equal(t, info.Status == Optimal, info.within(tolerance), "problem %d: %+v", i, info)
		require.LessOrEqual(t, rise(x, naiveGradient(p, x), x0, naiveGradient(p, x0)), 1e-15)
		sum.count(info)
	}
	require.InDelta(t, sum.Objective, total.Objective, 1e-9*(1+math.Abs(sum.Objective)))
	sum.Objective = total.Objective // the same sum in another order
	if sum.Status == 0 {
		sum.Status = Optimal
	}
	require.Equal(t, sum, total)
}

func testBatch[T mat.Float](t *testing.T, m, n int, cond, tolerance float64) BatchInfo {
	t.Helper()
	h, b := makeBatch[T](m, n, cond, newRand(uint64(m+n)))
	start := b.X
	b = b.clone()
	s, err := NewSolver(h, Options{Tolerance: tolerance})
	require.NoError(t, err)
	info, err := s.SolveBatch(background, b)
	require.NoError(t, err)
	require.Equal(t, Optimal, info.Status)
	require.Equal(t, m, info.Solved)
	requireBatchCertified(t, h, b, start, info, tolerance)
	return info
}

func TestSolveBatch(t *testing.T) {
	for _, c := range []struct {
		name            string
		m, n            int
		cond, tolerance float64
	}{
		{"few", 5, 20, 100, 1e-5},
		{"one block", 40, 20, 100, 1e-4},
		{"blocks and a rest", 333, 13, 10, 1e-4},
		{"one variable", 100, 1, 1, 1e-5},
		{"ill-conditioned", 70, 30, 1e4, 1e-3},
	} {
		t.Run(c.name, func(t *testing.T) {
			testBatch[float64](t, c.m, c.n, c.cond, c.tolerance)
			testBatch[float32](t, c.m, c.n, c.cond, c.tolerance)
		})
	}
}

func TestSolveBatchSweepsWhereThatIsFast(t *testing.T) {
	info := testBatch[float64](t, 150, 40, 10, 1e-6)
	assert.Zero(t, info.Factorizations)
	assert.Less(t, info.Iterations, 60)
}

func TestSolveBatchFinishesExactlyWhereSweepsAreSlow(t *testing.T) {
	info := testBatch[float64](t, 150, 40, 1e5, 1e-10)
	assert.Positive(t, info.Factorizations)
	assert.Less(t, info.Iterations, 400)
}

func TestSolveBatchReachesFloat32Precision(t *testing.T) {
	h, b := makeBatch[float32](60, 30, 1e3, newRand(20))
	start := b.X
	b = b.clone()
	s, err := NewSolver(h, Options{Tolerance: 1e-12})
	require.NoError(t, err)
	info, err := s.SolveBatch(background, b)
	requireNoFailure(t, err)
	assert.Equal(t, PrecisionLimit, info.Status)
	assert.Less(t, info.KKT(), 1e-5)
	requireBatchCertified(t, h, b, start, info, 1e-12)
}

func TestSolveBatchAgreesWithSolve(t *testing.T) {
	h, b := makeBatch[float64](80, 25, 1e3, newRand(21))
	b = b.clone()
	s, err := NewSolver(h, Options{Tolerance: 1e-11})
	require.NoError(t, err)
	_, err = s.SolveBatch(background, b)
	require.NoError(t, err)
	for i := range b.G.Rows {
		res, err := Solve(background, b.problem(h, i), nil, Options{Tolerance: 1e-11})
		require.NoError(t, err)
		require.InDeltaSlice(t, res.X, b.X.Row(i), 1e-7)
	}
}

func TestSolveBatchWithBoundsSharedOwnOrMissing(t *testing.T) {
	const m, n = 70, 12
	h, b := makeBatch[float64](m, n, 100, newRand(22))
	shared := func(c float64) mat.Dense[float64] { return mat.DenseOf(1, n, constant(n, c)) }
	for _, c := range []struct {
		name         string
		lower, upper mat.Dense[float64]
	}{
		{"none", mat.Dense[float64]{}, mat.Dense[float64]{}},
		{"shared", shared(-0.3), shared(0.4)},
		{"half-line", shared(0), mat.Dense[float64]{}},
		{"mixed", b.Lower, shared(3)},
		{"upper only", mat.Dense[float64]{}, b.Upper},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := b.clone()
			b.Lower, b.Upper = c.lower, c.upper
			start := b.X.Clone()
			s, err := NewSolver(h, Options{})
			require.NoError(t, err)
			info, err := s.SolveBatch(background, b)
			require.NoError(t, err)
			require.Equal(t, m, info.Solved)
			requireBatchCertified(t, h, b, start, info, 1e-9)
		})
	}
}

func TestSolveBatchDoesNotDependOnWorkers(t *testing.T) {
	h, start := makeBatch[float32](300, 24, 1e3, newRand(23))
	var first Batch[float32]
	var firstInfo BatchInfo
	for _, w := range []mat.Workers{1, 2, 3, 8} {
		b := start.clone()
		s, err := NewSolver(h, Options{Workers: w, Tolerance: 1e-6})
		require.NoError(t, err)
		info, err := s.SolveBatch(background, b)
		requireNoFailure(t, err)
		if w == 1 {
			first, firstInfo = b, info
			require.Positive(t, info.Factorizations, "both methods are used")
			require.Greater(t, info.Solved, 0)
		}
		assert.Equal(t, first.X.Data, b.X.Data, "%d workers", w)
		assert.Equal(t, first.Problems, b.Problems, "%d workers", w)
		assert.Equal(t, firstInfo, info, "%d workers", w)
	}
}

func TestSolveBatchAgainWithTheSameSolver(t *testing.T) {
	h, start := makeBatch[float64](130, 16, 1e4, newRand(24))
	s, err := NewSolver(h, Options{Tolerance: 1e-8})
	require.NoError(t, err)
	first := start.clone()
	firstInfo, err := s.SolveBatch(background, first)
	require.NoError(t, err)

	_, other := makeBatch[float64](40, 16, 10, newRand(25)) // leaves other sizes and numbers behind
	other.Lower = mat.Dense[float64]{}
	_, err = s.SolveBatch(background, other)
	require.NoError(t, err)

	again := start.clone()
	info, err := s.SolveBatch(background, again)
	require.NoError(t, err)
	assert.Equal(t, firstInfo, info)
	assert.Equal(t, first.X, again.X)
	assert.Equal(t, first.Problems, again.Problems)
}

func TestSolveBatchFromTheSolutionTakesNoStep(t *testing.T) {
	h, b := makeBatch[float32](90, 20, 100, newRand(26))
	s, err := NewSolver(h, Options{Tolerance: 1e-4})
	require.NoError(t, err)
	_, err = s.SolveBatch(background, b)
	require.NoError(t, err)
	s, err = NewSolver(h, Options{Tolerance: 2e-4}) // steps stop at 0.7 of the tolerance in float32
	require.NoError(t, err)
	again := b.clone()
	info, err := s.SolveBatch(background, again)
	require.NoError(t, err)
	assert.Zero(t, info.Iterations)
	assert.Equal(t, b.X, again.X)
}

func TestSolveBatchWarmStartsPay(t *testing.T) {
	r := newRand(27)
	h, b := makeBatch[float64](90, 20, 30, r)
	s, err := NewSolver(h, Options{Tolerance: 1e-4})
	require.NoError(t, err)
	cold, err := s.SolveBatch(background, b)
	require.NoError(t, err)
	for i := range b.G.Data {
		b.G.Data[i] += 1e-3 * r.NormFloat64()
	}
	warm, err := s.SolveBatch(background, b)
	require.NoError(t, err)
	assert.Less(t, warm.TotalIterations, cold.TotalIterations/2)
}

func TestSolveBatchNeverRaisesAnObjective(t *testing.T) {
	trials := 12
	if testing.Short() {
		trials = 4
	}
	r := newRand(28)
	for trial := range trials {
		h, b := makeBatch[float32](64, 15, math.Pow(10, float64(trial%4)), r)
		exact := b.clone()
		s, err := NewSolver(h, Options{})
		require.NoError(t, err)
		_, err = s.SolveBatch(background, exact)
		require.NoError(t, err)
		for i, v := range exact.X.Data { // near the solution, where steps can overshoot
			b.X.Data[i] = v + float32(math.Pow(10, -float64(trial%6))*r.NormFloat64())
		}
		for _, limit := range []int{1, 2, 5, 20, 0} {
			one := b.clone()
			s, err := NewSolver(h, Options{MaxIterations: limit, Tolerance: 1e-6})
			require.NoError(t, err)
			info, err := s.SolveBatch(background, one)
			requireNoFailure(t, err)
			requireBatchCertified(t, h, one, b.X, info, 1e-6)
			if limit > 0 {
				require.LessOrEqual(t, info.Iterations, limit)
			}
		}
	}
}

func TestCertificateTurnsBackWhereTheObjectiveRose(t *testing.T) {
	r := newRand(29)
	h, b := makeBatch[float64](64, 10, 100, r)
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	solved := b.clone()
	_, err = s.SolveBatch(background, solved)
	require.NoError(t, err)

	s, err = NewSolver(h, Options{})
	require.NoError(t, err)
	b = solved.clone() // starts at the solution
	require.True(t, s.canSweep())
	w := s.workspace(true)
	infos := make([]Info, 64)
	w.points.load(b, 0, 64, infos)
	w.aim()
	for i := range 64 {
		x := w.points.x.Row(i)
		switch i % 4 {
		case 1, 2:
			for j := range x {
				x[j] += 0.1 * r.NormFloat64()
			}
			mat.Clamp(x, w.points.lower.Row(i), w.points.upper.Row(i))
		case 3:
			x[3] = math.NaN()
		}
	}
	w.measure()
	w.certify()
	assert.Equal(t, solved.X, b.X)
	for i := range 64 {
		assert.Equal(t, Optimal, infos[i].Status)
		assert.InDelta(t, solved.Problems[i].KKT(), infos[i].KKT(), 1e-13)
	}
}

func TestSolveBatchStopsAtTheIterationLimit(t *testing.T) {
	for _, m := range []int{10, 100} {
		h, b := makeBatch[float64](m, 20, 1e4, newRand(30))
		start := b.X
		b = b.clone()
		s, err := NewSolver(h, Options{MaxIterations: 3, Tolerance: 1e-9})
		require.NoError(t, err)
		info, err := s.SolveBatch(background, b)
		requireNoFailure(t, err)
		assert.Equal(t, IterationLimit, info.Status)
		assert.Equal(t, 3, info.Iterations)
		requireBatchCertified(t, h, b, start, info, 1e-9)
	}
}

func TestSolveBatchStopsWhenTheContextEnds(t *testing.T) {
	for _, m := range []int{10, 400} {
		h, start := makeBatch[float64](m, 20, 1e4, newRand(31))
		for _, looks := range []int{0, 3, 40, 250} {
			b := start.clone()
			s, err := NewSolver(h, Options{Tolerance: 1e-9})
			require.NoError(t, err)
			info, err := s.SolveBatch(endAfter(looks), b)
			if err == nil {
				require.Equal(t, Optimal, info.Status)
				continue
			}
			require.Equal(t, context.Canceled, err)
			if looks == 0 {
				projected := start.X.Clone()
				mat.Clamp(projected.Data, b.Lower.Data, b.Upper.Data)
				assert.Equal(t, projected, b.X)
			}
			assert.Equal(t, Canceled, info.Status)
			assert.Less(t, info.Solved, m)
			requireBatchCertified(t, h, b, start.X, info, 1e-9)
		}
	}
}

func TestSolveBatchSharesTheIterationLimitBetweenItsMethods(t *testing.T) {
	h, b := makeBatch[float64](64, 30, 1e6, newRand(35))
	b = b.clone()
	s, err := NewSolver(h, Options{MaxIterations: firstJudgement + 6, Tolerance: 1e-12})
	require.NoError(t, err)
	info, err := s.SolveBatch(background, b)
	requireNoFailure(t, err)
	assert.Positive(t, info.Factorizations, "the exact method had its turn")
	assert.Equal(t, firstJudgement+6, info.Iterations)
}

func TestSolveBatchStartsFromTheProjectedPoint(t *testing.T) {
	h, b := makeBatch[float64](64, 5, 10, newRand(36))
	b.Lower, b.Upper = mat.DenseOf(1, 5, constant(5, -1)), mat.DenseOf(1, 5, constant(5, 1))
	for i := range b.G.Data { // pushed against a bound each, far beyond which it starts
		b.G.Data[i] = math.Copysign(100, b.G.Data[i])
		b.X.Data[i] = -b.G.Data[i]
	}
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	info, err := s.SolveBatch(background, b)
	require.NoError(t, err)
	assert.Equal(t, Optimal, info.Status)
	assert.Zero(t, info.Iterations)
}

func TestSolveBatchCountsFactorizationsOfEachProblemByItself(t *testing.T) {
	h, one := makeBatch[float64](1, 20, 1e5, newRand(37))
	const m = fewProblems - 1 // each is a block
	b := Batch[float64]{G: mat.NewDense[float64](m, 20), Lower: one.Lower, Upper: one.Upper, X: mat.NewDense[float64](m, 20)}
	for i := range m {
		copy(b.G.Row(i), one.G.Data)
	}
	b = b.clone()
	s, err := NewSolver(h, Options{Workers: 1})
	require.NoError(t, err)
	_, err = s.SolveBatch(background, b)
	require.NoError(t, err)
	require.Positive(t, b.Problems[0].Factorizations)
	for i := range m {
		assert.Equal(t, b.Problems[0], b.Problems[i])
	}
}

func TestSolveBatchOfNothing(t *testing.T) {
	s, err := NewSolver(mat.DenseOf(2, 2, []float64{1, 0, 0, 1}), Options{})
	require.NoError(t, err)
	info, err := s.SolveBatch(background, Batch[float64]{G: mat.NewDense[float64](0, 2), X: mat.NewDense[float64](0, 2)})
	require.NoError(t, err)
	assert.Equal(t, BatchInfo{Status: Optimal}, info)

	s, err = NewSolver(mat.Dense[float64]{}, Options{})
	require.NoError(t, err)
	for _, m := range []int{3, 100} {
		info, err = s.SolveBatch(background, Batch[float64]{G: mat.NewDense[float64](m, 0), X: mat.NewDense[float64](m, 0)})
		require.NoError(t, err)
		assert.Equal(t, BatchInfo{Status: Optimal, Solved: m}, info)
	}
}

func TestSolveBatchRefusesBadInput(t *testing.T) {
	for _, m := range []int{4, 100} {
		for _, c := range []struct {
			break_  func(b *Batch[float64])
			status  Status
			refused int
			message string
		}{
			{func(b *Batch[float64]) { b.G.Set(2, 1, math.NaN()); b.G.Set(m-1, 0, math.NaN()) }, InvalidInput, 2, "qp: problem 2: g[1] = NaN is not a finite number"},
			{func(b *Batch[float64]) { b.X.Set(2, 0, math.Inf(1)) }, InvalidInput, 1, "qp: problem 2: x[0] = +Inf is not a finite number"},
			{func(b *Batch[float64]) { b.Lower.Set(2, 1, math.NaN()) }, InvalidInput, 1, "qp: problem 2: lower[1] = NaN is not a number"},
			{func(b *Batch[float64]) { b.Upper.Set(1, 2, -9) }, Infeasible, 1, "qp: problem 1: no finite x[2] is between its bounds 1 and -9"},
			{func(b *Batch[float64]) {
				b.Lower, b.Upper = mat.DenseOf(1, 3, constant(3, 5)), mat.DenseOf(1, 3, constant(3, 4))
			}, Infeasible, m, "qp: problem 0: no finite x[0] is between its bounds 5 and 4"},
		} {
			h, b := makeBatch[float64](m, 3, 10, newRand(32))
			b.Lower.Fill(1)
			b.Upper.Fill(2)
			b.Problems = make([]Info, m)
			c.break_(&b)
			start := b.X.Clone()
			s, err := NewSolver(h, Options{})
			require.NoError(t, err)
			info, err := s.SolveBatch(background, b)
			require.EqualError(t, err, c.message)
			assert.Equal(t, c.status, info.Status)
			for i, p := range b.Problems {
				if p.Status == Optimal {
					assert.LessOrEqual(t, p.KKT(), 1e-9)
					assert.Subset(t, []float64{1, 2}, []float64{math.Floor(b.X.At(i, 0))}, "the others are solved")
				} else {
					assert.Contains(t, []Status{InvalidInput, Infeasible}, p.Status)
					assert.True(t, reflect.DeepEqual(start.Row(i), b.X.Row(i)) || p.Status == InvalidInput, "nothing is changed")
				}
			}
			assert.Equal(t, m-c.refused, info.Solved)
		}
	}
}

func TestSolveBatchNamesTheProblemThatIsIndefinite(t *testing.T) {
	// Indefinite in all variables together, which only problem 5 frees.
	h := hiddenIndefinite()
	for _, m := range []int{8, 50} {
		b := Batch[float64]{G: mat.NewDense[float64](m, 3), Lower: mat.NewDense[float64](m, 3), Upper: mat.NewDense[float64](m, 3), X: mat.NewDense[float64](m, 3)}
		b.G.Fill(1)
		b.G.Set(5, 0, 2)
		for j := range 3 {
			b.Lower.Set(5, j, math.Inf(-1))
			b.Upper.Set(5, j, math.Inf(1))
		}
		b = b.clone()
		s, err := NewSolver(h, Options{})
		require.NoError(t, err)
		info, err := s.SolveBatch(background, b)
		var npd *IndefiniteError
		require.ErrorAs(t, err, &npd)
		assert.Equal(t, 5, npd.Problem)
		assert.ErrorContains(t, err, "qp: problem 5: H is not positive semidefinite")
		assert.Equal(t, Indefinite, info.Status)
		assert.Equal(t, m-1, info.Solved)
		assert.Equal(t, Indefinite, b.Problems[5].Status)
	}
}

func TestSolveBatchPanicsOnShapes(t *testing.T) {
	h, good := makeBatch[float64](5, 3, 10, newRand(33))
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	for name, break_ := range map[string]func(b *Batch[float64]){
		"G":        func(b *Batch[float64]) { b.G = b.G.ColView(0, 2) },
		"X":        func(b *Batch[float64]) { b.X = b.X.RowView(0, 4) },
		"Lower":    func(b *Batch[float64]) { b.Lower = b.Lower.RowView(0, 2) },
		"Upper":    func(b *Batch[float64]) { b.Upper = mat.NewDense[float64](1, 4) },
		"Problems": func(b *Batch[float64]) { b.Problems = make([]Info, 4) },
	} {
		b := good
		break_(&b)
		assert.Panics(t, func() { _, _ = s.SolveBatch(background, b) }, name)
	}
}

func TestSolveBatchTakesViews(t *testing.T) {
	h, b := makeBatch[float64](70, 9, 100, newRand(34))
	want := b.clone()
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	_, err = s.SolveBatch(background, want)
	require.NoError(t, err)

	wide := mat.NewDense[float64](70, 40)
	wide.Fill(math.NaN())
	view := func(j int, m mat.Dense[float64]) mat.Dense[float64] {
		v := wide.ColView(j, 9)
		mat.Copy(v, m)
		return v
	}
	b = Batch[float64]{G: view(0, b.G), Lower: view(10, b.Lower), Upper: view(20, b.Upper), X: view(30, b.X)}
	_, err = s.SolveBatch(background, b)
	require.NoError(t, err)
	assert.Equal(t, want.X, b.X.Clone())
	assert.True(t, math.IsNaN(wide.At(3, 9)), "nothing is written between")
}

// One problem whose numbers overflow float32 must not reach the others: neither their
// bits, nor the method that solves them, nor later batches.
func TestSolveBatchKeepsAnOverflowToItself(t *testing.T) {
	const n, m = 3, 4 * blockRows
	h := mat.NewDense[float32](n, n)
	h.Fill(0.3)
	for i := range n {
		h.Set(i, i, 2)
	}
	r := newRand(50)
	clean := Batch[float32]{G: mat.NewDense[float32](m, n), Lower: mat.NewDense[float32](1, n), X: mat.NewDense[float32](m, n), Problems: make([]Info, m)}
	for i := range clean.G.Data {
		clean.G.Data[i] = float32(r.NormFloat64())
	}
	clean.X.Fill(1)
	bad := clean.clone()
	for i := range n {
		bad.G.Set(0, i, 1e-39) // far below the start, in units of which it would be 1e39
	}
	solve := func(s *Solver[float32], b Batch[float32]) (Batch[float32], BatchInfo) {
		b = b.clone()
		info, err := s.SolveBatch(background, b)
		require.NoError(t, err)
		require.Equal(t, Optimal, info.Status)
		return b, info
	}
	var want Batch[float32]
	var wantInfo, cleanInfo BatchInfo
	for _, workers := range []mat.Workers{1, 2, 4} {
		s, err := NewSolver(h, Options{Workers: workers})
		require.NoError(t, err)
		_, before := solve(s, clean)
		got, info := solve(s, bad)
		_, after := solve(s, clean)
		assert.Equal(t, before, after, "the overflow outlived its batch")
		assert.LessOrEqual(t, info.Factorizations, 1, "the overflow cost its neighbours their sweeps")
		if workers == 1 {
			want, wantInfo, cleanInfo = got, info, before
			continue
		}
		assert.Equal(t, want.X, got.X, "%d workers", workers)
		assert.Equal(t, wantInfo, info, "%d workers", workers)
		assert.Equal(t, cleanInfo, before, "%d workers", workers)
	}
}

func TestSolveBatchDoesNotTakeAnOverflowForAnOptimum(t *testing.T) {
	h := mat.DenseOf(3, 3, []float64{1e70, 5e69, -9e69, 5e69, 1e70, 0, -9e69, 0, 1.3e70})
	b := Batch[float64]{
		G:     mat.NewDense[float64](fewProblems, 3),
		Lower: mat.DenseOf(1, 3, []float64{1.7e238, 4e237, 2.2e238}), Upper: mat.DenseOf(1, 3, []float64{1e239, 4e237, 2.2e238}),
		X: mat.NewDense[float64](fewProblems, 3), Problems: make([]Info, fewProblems),
	}
	b.G.Fill(1)
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	info, err := s.SolveBatch(background, b)
	var input *InputError
	require.ErrorAs(t, err, &input)
	assert.Equal(t, InvalidInput, info.Status)
	assert.Zero(t, info.Solved)
	for i := range fewProblems {
		assert.Equal(t, []float64{1.7e238, 4e237, 2.2e238}, b.X.Row(i), "inside the bounds")
	}
}

func TestSolveBatchNamesItsMethod(t *testing.T) {
	h, b := makeBatch[float64](fewProblems, 20, 5, newRand(90))
	s, err := NewSolver(h, Options{Tolerance: 1e-6})
	require.NoError(t, err)
	b = b.clone()
	_, err = s.SolveBatch(background, b)
	require.NoError(t, err)
	for _, p := range b.Problems {
		assert.Equal(t, CoordinateDescent, p.Method)
	}
	_, err = s.SolveBatch(background, b) // from the solutions
	require.NoError(t, err)
	for _, p := range b.Problems {
		assert.Equal(t, Auto, p.Method, "no step was taken")
	}
}
