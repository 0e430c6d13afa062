package qp

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

func TestTheZeroSolverHasNoVariables(t *testing.T) {
	var s Solver[float64]
	assert.Zero(t, s.N())
	s.Reset()
	s.Multipliers(nil, nil)
	info, err := s.Solve(background, nil, nil, nil, nil)
	require.NoError(t, err)
	assert.Equal(t, Optimal, info.Status)
	total, err := s.SolveBatch(background, Batch[float64]{})
	require.NoError(t, err)
	assert.Equal(t, BatchInfo{Status: Optimal}, total)
	for _, m := range []int{3, 100} { // one by one, and in sweeps
		var s Solver[float64]
		b := Batch[float64]{G: mat.NewDense[float64](m, 0), X: mat.NewDense[float64](m, 0), Problems: make([]Info, m)}
		total, err = s.SolveBatch(background, b)
		require.NoError(t, err)
		assert.Equal(t, BatchInfo{Status: Optimal, Solved: m}, total)
		for _, i := range b.Problems {
			assert.Equal(t, Optimal, i.Status)
		}
	}
}

func TestANilSolverSaysWhy(t *testing.T) {
	s, err := NewSolver(mat.DenseOf(1, 1, []float64{-1}), Options{})
	require.Error(t, err)
	const message = "qp: the Solver is nil: NewSolver has returned an error"
	assert.PanicsWithValue(t, message, func() { s.N() })
	assert.PanicsWithValue(t, message, func() { _, _ = s.Solve(background, nil, nil, nil, nil) })
	assert.PanicsWithValue(t, message, func() { _, _ = s.SolveBatch(background, Batch[float64]{}) })
}

func TestTheZeroBatchIsEmpty(t *testing.T) {
	s, err := NewSolver(hessian(5, 10, newRand(1)), Options{})
	require.NoError(t, err)
	info, err := s.SolveBatch(background, Batch[float64]{})
	require.NoError(t, err)
	assert.Equal(t, BatchInfo{Status: Optimal}, info)
}

// Least squares problems with more variables than rows have a minimum, even if H and g were
// rounded.
func TestRankDeficientLeastSquaresAreNeverUnbounded(t *testing.T) {
	solve := func(a mat.Dense[float32], b []float32, lower []float32, m Method) Status {
		n := a.Cols
		p := Problem[float32]{H: mat.NewDense[float32](n, n), G: make([]float32, n), Lower: lower}
		for i := range n {
			for j := range n {
				for k := range a.Rows {
					p.H.Data[i*n+j] += a.At(k, i) * a.At(k, j)
				}
			}
			for k := range a.Rows {
				p.G[i] -= a.At(k, i) * b[k]
			}
		}
		res, err := Solve(background, p, nil, Options{Method: m})
		requireNoFailure(t, err)
		return res.Status
	}
	a := mat.DenseOf(2, 3, []float32{-.5, .4, -.4, -.2, 1.8, -2})
	assert.LessOrEqual(t, solve(a, []float32{1.8, .7}, make([]float32, 3), Auto), PrecisionLimit)

	count := 8000
	if !thorough.Tests() {
		count = 2000
	}
	r := newRand(320)
	optimal := 0
	for k := range count {
		n := 2 + r.IntN(8)
		a := mat.NewDense[float32](1+r.IntN(n), n)
		b := make([]float32, a.Rows)
		for i := range a.Data {
			a.Data[i] = float32(r.NormFloat64())
		}
		for i := range b {
			b[i] = float32(r.NormFloat64())
		}
		lower := make([]float32, n)
		if k%3 == 0 {
			lower = nil
		}
		m := []Method{Auto, BlockPivoting, InteriorPoint, ProjectedNewton}[k%4]
		if solve(a, b, lower, m) == Optimal {
			optimal++
		}
	}
	assert.Greater(t, optimal, count-count/100)
}

func TestAnAnswerThatOverflowsIsOutOfRange(t *testing.T) {
	p := Problem[float32]{H: mat.DenseOf(1, 1, []float32{1e-30}), G: []float32{-1e30}}
	res, err := Solve(background, p, nil, Options{})
	var incomplete *StatusError
	require.ErrorAs(t, err, &incomplete)
	assert.Equal(t, OutOfRange, incomplete.Status)
	assert.Equal(t, OutOfRange, res.Status)
	assert.Equal(t, []float32{0}, res.X)

	p.Upper = []float32{3}
	res, err = Solve(background, p, nil, Options{})
	require.NoError(t, err)
	assert.Equal(t, []float32{3}, res.X)
}

// After its context has ended, a batch certifies no problems that it has not begun.
func TestACanceledBatchBeginsNothing(t *testing.T) {
	h, b := makeBatch[float64](5*blockRows, 6, 10, newRand(321))
	b = b.clone()
	ctx, cancel := context.WithCancel(background)
	cancel()
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	info, err := s.SolveBatch(ctx, b)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, Canceled, info.Status)
	assert.Zero(t, info.Iterations)
	for i, p := range b.Problems {
		assert.Equal(t, unmeasured(), p.Certificate)
		assert.True(t, math.IsNaN(p.Objective))
		for j, x := range b.X.Row(i) {
			require.True(t, b.Lower.At(i, j) <= x && x <= b.Upper.At(i, j))
		}
	}
}

// Auto converges if a single method does, on families where it once did not.
func TestAutoEndsOnSmoothKernelsAndPenalties(t *testing.T) {
	sizes := []int{40, 150}
	if !thorough.Tests() {
		sizes = []int{40}
	}
	check := func(name string, p Problem[float64]) {
		res, err := Solve(background, p, nil, Options{})
		require.NoError(t, err, "%s, n = %d", name, len(p.G))
		assert.LessOrEqual(t, res.Iterations, 120, "%s, n = %d", name, len(p.G))
	}
	for _, n := range sizes {
		for k := range kernels {
			for _, noise := range []float64{1e-2, 1e-6} {
				check(kernels[k].name, smoothKernel(k, n, noise))
			}
		}
		for _, rho := range []float64{1, 1e3, 1e6} {
			check("penalty", penalty(n, n/3, rho, newRand(1)))
			check("portfolio", portfolio(n, rho, newRand(1)))
		}
	}
}
