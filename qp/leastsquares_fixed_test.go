package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// besideFixed is: minimize ‖Ax − b‖ with x₁ fixed, which is alone in its row, and x₂ + x₃ + x₄ = 1 at the solution.
func besideFixed[T mat.Float](value float64) LeastSquaresProblem[T] {
	inf := T(math.Inf(1))
	return LeastSquaresProblem[T]{A: mat.DenseOf(2, 4, []T{1, 0, 0, 0, 0, 1, 1, 1}), B: []T{0, 1},
		Lower: []T{T(value), 0, 0, 0}, Upper: []T{T(value), inf, inf, inf}}
}

// A fixed variable is a constant in least squares, too, and neither the methods nor the certificate measure anything by
// it.
func TestFixedVariablesDoNotHideOthersInLeastSquares(t *testing.T) {
	for _, value := range []float64{1, 1e10, 1e16, -1e20, 1e30} {
		res, err := LeastSquares(background, besideFixed[float64](value), Options{})
		require.NoError(t, err, "fixed at %g: %+v", value, res.GeneralInfo)
		assert.Equal(t, value, res.X[0])
		assert.InDelta(t, 1, res.X[1]+res.X[2]+res.X[3], 1e-9, "fixed at %g", value)
		assert.InEpsilon(t, 2*value, res.BoundMultipliers[0], 1e-12)
		assert.InEpsilon(t, value*value, res.Objective, 1e-12)
		assert.InEpsilon(t, math.Abs(value), res.Residual, 1e-12)
	}
}

func TestFixedVariablesDoNotHideThatStepsAreMissing(t *testing.T) {
	once := Options{MaxIterations: 1}
	wide, err := LeastSquares(background, besideFixed[float64](1e10), once)
	requireUnfinished(t, wide.Status, wide.X[1:], err)
	narrow, err := LeastSquares(background, besideFixed[float32](1e6), once)
	x := make([]float64, 4)
	load(x, narrow.X)
	requireUnfinished(t, narrow.Status, x[1:], err)
}

func requireUnfinished(t *testing.T, status Status, x []float64, err error) {
	t.Helper()
	if err == nil {
		require.InDelta(t, 1, x[0]+x[1]+x[2], 1e-6)
		return
	}
	require.Equal(t, IterationLimit, status)
}

// With λ, a fixed variable also has a row of its own, and with general constraints a part of a row.
func TestFixedVariablesOfLeastSquaresCountInWhatIsReported(t *testing.T) {
	for _, value := range []float64{3, 1e12} {
		p := besideFixed[float64](value)
		p.Lambda = 0.25
		res, err := LeastSquares(background, p, Options{})
		require.NoError(t, err)
		each := 1 / 3.25
		assert.InDeltaSlice(t, []float64{each, each, each}, res.X[1:], 1e-9)
		left := 3*each - 1
		assert.InEpsilon(t, 1.25*value*value+left*left+0.75*each*each, res.Objective, 1e-12)
		assert.InEpsilon(t, 2.5*value, res.BoundMultipliers[0], 1e-12)

		p = besideFixed[float64](value)
		p.C, p.RowUpper = mat.DenseOf(1, 4, []float64{2, 1, 1, 1}), []float64{2*value + 0.5}
		res, err = LeastSquares(background, p, Options{})
		require.NoError(t, err, "fixed at %g: %+v", value, res.GeneralInfo)
		assert.InDelta(t, 0.5, res.X[1]+res.X[2]+res.X[3], 1e-3, "fixed at %g", value)
		assert.InDelta(t, -1, res.RowMultipliers[0], 1e-3)
		assert.InEpsilon(t, 2*value+2, res.BoundMultipliers[0], 1e-9)
	}
}

// Where a fixed variable is in the same rows as others, it moves b.
func TestFixedVariablesOfLeastSquaresAreEquivalentToTheirPartOfB(t *testing.T) {
	r := newRand(413)
	for round := range repeats(t, 100) {
		m, n := 2+r.IntN(8), 2+r.IntN(8)
		p := LeastSquaresProblem[float64]{A: randomMatrix(m, n, r), B: make([]float64, m), Lower: constant(n, -1),
			Upper: constant(n, 2)}
		value := math.Ldexp(1+r.Float64(), r.IntN(60)-20)
		p.Lower[n-1], p.Upper[n-1] = value, value
		q := LeastSquaresProblem[float64]{A: mat.NewDense[float64](m, n-1), B: make([]float64, m), Lower: p.Lower[:n-1],
			Upper: p.Upper[:n-1]}
		mat.Copy(q.A, p.A.View(0, 0, m, n-1))
		for i := range m {
			p.B[i] = r.NormFloat64()
			q.B[i] = math.FMA(-p.A.At(i, n-1), value, p.B[i])
		}
		want, err := LeastSquares(background, q, Options{})
		require.NoError(t, err)
		got, err := LeastSquares(background, p, Options{})
		require.NoError(t, err, "round %d: %+v", round, got.GeneralInfo)
		require.InEpsilon(t, 1+want.Objective, 1+got.Objective, 1e-9, "round %d", round)
		if m >= n {
			require.InDeltaSlice(t, want.X, got.X[:n-1], 1e-6, "round %d, fixed at %g", round, value)
		}
	}
}
