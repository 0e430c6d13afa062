package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func requireOutOfRange(t *testing.T, status Status, err error) {
	t.Helper()
	var e *StatusError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, OutOfRange, e.Status)
	assert.Equal(t, OutOfRange, status)
	assert.ErrorContains(t, err, "out of range")
}

func TestLeastSquaresThatOverflowAreOutOfRange(t *testing.T) {
	a32, b32 := mat.DenseOf(2, 1, []float32{1e-30, 1e-30}), []float32{1e30, 1e30}
	for name, p := range map[string]LeastSquaresProblem[float32]{
		"bounded":     {A: a32, B: b32, Lower: []float32{0}},
		"constrained": {A: a32, B: b32, C: mat.DenseOf(1, 1, []float32{1}), RowLower: []float32{0}},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := LeastSquares(background, p, Options{})
			requireOutOfRange(t, res.Status, err)
			assert.Equal(t, []float32{0}, res.X, "no infinity")
			assert.Zero(t, mat.AbsMax(res.RowMultipliers))

			p.Lower = []float32{3}
			p.Upper = []float32{5}
			res, err = LeastSquares(background, p, Options{})
			require.NoError(t, err, "the bound can be held")
			assert.Equal(t, []float32{5}, res.X)
		})
	}
	t.Run("the objective", func(t *testing.T) {
		res, err := LeastSquares(background,
			LeastSquaresProblem[float64]{A: mat.DenseOf(2, 1, []float64{1, 1}), B: []float64{1e200, 1e200},
				Lambda: 1e-3}, Options{})
		requireOutOfRange(t, res.Status, err)
		assert.InEpsilon(t, 2e200/2.001, res.X[0], 1e-9, "x is in range, its objective is not")
	})
}

// The best x is the upper bound, but the distance to it overflows in the variable's natural unit.
func TestACertificateThatOverflowsIsOutOfRange(t *testing.T) {
	res, err := Solve(background, Problem[float64]{H: mat.DenseOf(1, 1, []float64{1e-300}), G: []float64{-1e300},
		Lower: []float64{0}, Upper: []float64{math.MaxFloat64}}, nil, Options{})
	requireOutOfRange(t, res.Status, err)
	assert.True(t, math.IsNaN(res.Gap))
}

func TestGeneralAnswersThatOverflowAreOutOfRange(t *testing.T) {
	solve := func(h, g, a, lower float32) GeneralResult[float32] {
		res, err := SolveGeneral(background, GeneralProblem[float32]{
			H: mat.DenseOf(1, 1, []float32{h}), G: []float32{g}, A: mat.DenseOf(1, 1, []float32{a}),
			RowLower: []float32{lower},
		}, Options{})
		requireOutOfRange(t, res.Status, err)
		return res
	}
	t.Run("x", func(t *testing.T) {
		res := solve(1e-30, -1e30, 1, 0)
		assert.Equal(t, []float32{0}, res.X)
		assert.Equal(t, []float32{0}, res.RowMultipliers)
	})
	t.Run("multipliers", func(t *testing.T) {
		res := solve(1e30, 1, 1e-30, 1)
		assert.InEpsilon(t, 1e30, res.X[0], 1e-5)
		assert.Equal(t, []float32{0}, res.RowMultipliers)
	})
	t.Run("the objective", func(t *testing.T) {
		for _, h := range []float64{1, 1e-200} {
			res, err := SolveGeneral(background,
				GeneralProblem[float64]{H: mat.DenseOf(1, 1, []float64{h}), G: []float64{-1e200}}, Options{})
			requireOutOfRange(t, res.Status, err)
			assert.Negative(t, notFinite(res.X))
		}
	})
}

// An answer that T can't represent is not where the next solve starts.
func TestAGeneralSolverGoesOnAfterAnAnswerThatOverflows(t *testing.T) {
	s, err := NewGeneralSolver(mat.DenseOf(1, 1, []float32{1e-30}), mat.DenseOf(1, 1, []float32{1}), Options{})
	require.NoError(t, err)
	x, y := make([]float32, 1), make([]float32, 1)
	info, err := s.Solve(background, []float32{-1e30}, []float32{2}, nil, nil, nil, x, y)
	requireOutOfRange(t, info.Status, err)
	assert.Equal(t, []float32{2}, x, "the point inside its bounds that is nearest to 0")
	_, err = s.Solve(background, []float32{-1e-30}, nil, nil, nil, nil, x, y)
	require.NoError(t, err)
	assert.Equal(t, []float32{1}, x)
}

// If the scale is infinite, nothing is known to be small relative to it.
func TestNothingIsSmallRelativeToAnOverflow(t *testing.T) {
	inf := math.Inf(1)
	assert.True(t, math.IsNaN(relative(1, inf)))
	assert.Zero(t, relative(0, inf))
	x := 1e200 // ½xᵀHx is infinite, the slope of x[1] is not balanced
	p := point{x: []float64{x, 0}, g: []float64{-x, 1e190}, grad: []float64{0, 1e190}, lower: infinite(2, -1),
		upper: infinite(2, 1), units: newNatural(2)}
	p.units.set(0, 1)
	p.units.set(1, 1)
	c := p.certify(scale{slope: x})
	assert.LessOrEqual(t, c.KKT(), 1e-9)
	assert.False(t, c.within(1e-9), "%+v", c)
}

// x is at its upper bound, where everything is measured but the objective.
func TestAnObjectiveThatOverflowsIsOutOfRange(t *testing.T) {
	h, g, lower, upper := mat.DenseOf(1, 1, []float64{1e-200}), []float64{-1e200}, []float64{0}, []float64{1e300}
	res, err := Solve(background, Problem[float64]{h, g, lower, upper}, nil, Options{})
	requireOutOfRange(t, res.Status, err)
	assert.Equal(t, upper, res.X)
	assert.True(t, math.IsInf(res.Objective, -1))

	general, err := SolveGeneral(background, GeneralProblem[float64]{H: h, G: g, Lower: lower, Upper: upper}, Options{})
	requireOutOfRange(t, general.Status, err)

	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	info, err := s.Solve(background, g, lower, upper, []float64{0})
	requireOutOfRange(t, info.Status, err)
	for _, rows := range []int{1, 9} { // without sweeps, and with them
		b := Batch[float64]{G: mat.DenseOf(rows, 1, constant(rows, -1e200)), Lower: mat.DenseOf(1, 1, lower),
			Upper: mat.DenseOf(1, 1, upper), X: mat.NewDense[float64](rows, 1)}
		total, err := s.SolveBatch(background, b)
		requireOutOfRange(t, total.Status, err)
		assert.Zero(t, total.Solved)
		assert.Equal(t, constant(rows, 1e300), b.X.Data)
	}
}

// In its natural unit the distance to the upper bound is 0.
func TestADistanceThatUnderflowsEndsASolve(t *testing.T) {
	res, err := Solve(background, Problem[float64]{H: mat.DenseOf(1, 1, []float64{1e-160}), G: []float64{-1e216},
		Lower: []float64{0}, Upper: []float64{1e-285}}, nil, Options{})
	var e *StatusError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, PrecisionLimit, res.Status)
}

// Curvatures, slopes and bounds of all magnitudes: every solve ends, and what is optimal has been measured.
func TestNumbersOfAllMagnitudesEndASolve(t *testing.T) {
	t.Run("float64", testAllMagnitudes[float64])
	t.Run("float32", testAllMagnitudes[float32])
}

func testAllMagnitudes[T mat.Float](t *testing.T) {
	r := newRand(530)
	decades := 300
	if roundoff[T]() > 1e-10 {
		decades = 36
	}
	magnitude := func() T { return T(math.Pow(10, float64(r.IntN(2*decades+1)-decades))) }
	for round := range repeats(t, 2000) {
		n := 1 + r.IntN(3)
		p := Problem[T]{H: mat.NewDense[T](n, n), G: make([]T, n), Lower: make([]T, n), Upper: make([]T, n)}
		for i := range n {
			p.H.Set(i, i, magnitude())
			p.G[i], p.Lower[i], p.Upper[i] = -T(r.Float64())*magnitude(), -magnitude(), magnitude()
		}
		b := Batch[T]{G: mat.NewDense[T](9, n), Lower: mat.DenseOf(1, n, p.Lower), Upper: mat.DenseOf(1, n, p.Upper),
			X: mat.NewDense[T](9, n), Problems: make([]Info, 9)}
		for i := range b.G.Rows {
			copy(b.G.Row(i), p.G)
		}
		s, err := NewSolver(p.H, Options{})
		require.NoError(t, err, "round %d", round)
		_, _ = s.SolveBatch(background, b)
		res, _ := Solve(background, p, nil, Options{})
		for _, i := range append(b.Problems, res.Info) {
			finite := notFinite([]float64{i.Objective, i.KKT(), i.Gap}) < 0
			require.Contains(t, []Status{Optimal, PrecisionLimit, IterationLimit, OutOfRange}, i.Status)
			require.True(t, finite || i.Status == OutOfRange, "round %d: %+v", round, i)
		}
	}
}

// x is at its bound and known to be the solution, as the certificate is measured in float64. Only float32 can't
// represent the multiplier, 10³⁹.
func TestMultipliersOfBoundsThatOverflowAreInfinite(t *testing.T) {
	h, inf := mat.DenseOf(1, 1, []float32{1e38}), float32(math.Inf(1))
	for name, c := range map[string]struct{ bound, lower, upper float32 }{
		"at the lower bound": {10, inf, 0}, "at the upper bound": {-10, 0, inf},
	} {
		t.Run(name, func(t *testing.T) {
			p := Problem[float32]{H: h, G: []float32{0}, Lower: []float32{-11}, Upper: []float32{11}}
			side := p.Lower
			if c.bound < 0 {
				side = p.Upper
			}
			side[0] = c.bound
			res, err := Solve(background, p, nil, Options{})
			require.NoError(t, err)
			assert.Equal(t, []float32{c.bound}, res.X)
			assert.Equal(t, []float32{c.lower}, res.LowerMultipliers)
			assert.Equal(t, []float32{c.upper}, res.UpperMultipliers)

			general, err := SolveGeneral(background,
				GeneralProblem[float32]{H: h, G: p.G, Lower: p.Lower, Upper: p.Upper}, Options{})
			require.NoError(t, err)
			assert.Equal(t, []float32{c.lower - c.upper}, general.BoundMultipliers)

			least, err := LeastSquares(background, LeastSquaresProblem[float32]{A: mat.DenseOf(1, 1, []float32{1e19}),
				B: []float32{0}, Lower: p.Lower, Upper: p.Upper}, Options{})
			require.NoError(t, err)
			assert.Equal(t, []float32{c.lower - c.upper}, least.BoundMultipliers)
		})
	}
}

func TestAStartThatOverflowsHasNoMultipliers(t *testing.T) {
	s, err := NewSolver(mat.DenseOf(1, 1, []float64{1e200}), Options{})
	require.NoError(t, err)
	_, err = s.Solve(background, []float64{-1}, nil, nil, []float64{0})
	require.NoError(t, err)
	_, err = s.Solve(background, []float64{0}, []float64{1e200}, nil, []float64{1e200})
	require.ErrorContains(t, err, "makes Hx + g overflow")
	lower, upper := []float64{1}, []float64{1}
	s.Multipliers(lower, upper)
	assert.Zero(t, lower[0])
	assert.Zero(t, upper[0])
}
