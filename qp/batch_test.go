package qp

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// makeBatch returns m random problems of type T that share a Hessian, with separate bounds, some
// infinite and some equal, and a random start.
func makeBatch[T mat.Float](m, n int, cond float64, r *rand.Rand) (mat.Dense[T], Batch[T]) {
	h := mat.NewDense[T](n, n)
	mat.Convert(h, hessian(n, cond, r))
	mat.Symmetrize(mat.Lower, h, 1)
	b := Batch[T]{G: mat.NewDense[T](m, n), Lower: mat.NewDense[T](m, n), Upper: mat.NewDense[T](m, n),
		X: mat.NewDense[T](m, n)}
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

// requireBatchCertified checks b, whose starting points are in start, against plain loops.
func requireBatchCertified[T mat.Float](t *testing.T, h mat.Dense[T], b Batch[T], start mat.Dense[T], total BatchInfo,
	tolerance float64) {
	t.Helper()
	var sum BatchInfo
	x, x0 := make([]float64, h.Rows), make([]float64, h.Rows)
	for i := range b.G.Rows {
		p, info := b.problem(h, i), b.Problems[i]
		load(x, b.X.Row(i))
		load(x0, start.Row(i))
		for j := range x {
			require.True(t, p.Lower[j] <= x[j] && x[j] <= p.Upper[j], "problem %d: x[%d] = %v is outside of [%v, %v]",
				i, j, x[j], p.Lower[j], p.Upper[j])
			x0[j] = min(max(x0[j], p.Lower[j]), p.Upper[j])
		}
		slack, scale := 1e-14*float64(len(x))*(1+mat.AbsMax(x)), naiveScale(p)
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

func TestEveryProblemOfABatchIsCertifiedOptimal(t *testing.T) {
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

func TestSolveBatchSweepsWhenSweepsAreFast(t *testing.T) {
	info := testBatch[float64](t, 150, 40, 10, 1e-6)
	assert.Zero(t, info.Factorizations)
	assert.Less(t, info.Iterations, 60)
}

func TestSolveBatchFinishesExactlyWhenSweepsAreSlow(t *testing.T) {
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

	_, other := makeBatch[float64](40, 16, 10, newRand(25)) // leaves data of other sizes behind
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
	s, err = NewSolver(h, Options{Tolerance: 2e-4}) // in float32, steps end at 0.7 of the tolerance
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

func TestSolveBatchStartsFromTheProjectedPoint(t *testing.T) {
	h, b := makeBatch[float64](64, 5, 10, newRand(36))
	b.Lower, b.Upper = mat.DenseOf(1, 5, constant(5, -1)), mat.DenseOf(1, 5, constant(5, 1))
	for i := range b.G.Data { // each is pushed against a bound, and starts far beyond it
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
