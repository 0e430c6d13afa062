package qp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// towardsZero holds problems with rows that leave only x = 0, or make it the best point.
func towardsZero() map[string]LeastSquaresProblem[float64] {
	none := func(k int) []float64 { return constant(k, math.Inf(1)) }
	return map[string]LeastSquaresProblem[float64]{
		"two equations": {A: mat.DenseOf(1, 2, []float64{3, 0}), B: []float64{2},
			C: mat.DenseOf(2, 2, []float64{-1, -2, 2, -1}), RowLower: make([]float64, 2),
			RowUpper: make([]float64, 2)},
		"a pointed cone": {A: mat.DenseOf(2, 2, []float64{1, 2, 2, 1}), B: []float64{-3, -7},
			C: mat.DenseOf(2, 2, []float64{3, 1, 1, 3}), RowLower: make([]float64, 2), RowUpper: none(2)},
		"a pointed cone, cut off": {A: mat.DenseOf(2, 2, []float64{1, 2, 2, 1}), B: []float64{-3, -7},
			C: mat.DenseOf(2, 2, []float64{3, 1, 1, 3}), RowLower: make([]float64, 2), RowUpper: []float64{5, 4}},
		"b is 0": {A: mat.DenseOf(3, 3, []float64{1, 2, 3, 3, 1, 7, 5, -2, 1}), B: make([]float64, 3),
			C: mat.DenseOf(2, 3, []float64{-3, -2, 7, -2, 1, 3}), RowLower: make([]float64, 2),
			RowUpper: []float64{0, 4}},
		"multipliers that nothing needs, rounded": {A: mat.DenseOf(1, 2, []float64{0, 0}), B: []float64{-1},
			C:        mat.DenseOf(6, 2, []float64{0, 0, 0, -1, 1, -1, -1, 0, 1, 1, 0, -1}),
			RowLower: make([]float64, 6), RowUpper: append(none(5), 4)},
		"a convex, falling, non-negative fit of negative data": convexFit(20),
	}
}

// convexFit is the fit of n points below 0 with first differences that are not above 0, second ones
// that are not below 0, and a last value that is not below 0, all of them rows.
func convexFit(n int) LeastSquaresProblem[float64] {
	p := LeastSquaresProblem[float64]{A: mat.NewDense[float64](n, n), B: make([]float64, n),
		C: mat.NewDense[float64](2*n-2, n), RowLower: make([]float64, 2*n-2)}
	for i := range n {
		p.A.Set(i, i, 1)
		p.B[i] = -1 - 0.3*math.Sin(float64(3*i))
	}
	for i := range n - 1 {
		p.C.Set(i, i, 1)
		p.C.Set(i, i+1, -1)
	}
	for i := range n - 2 {
		for q, v := range []float64{1, -2, 1} {
			p.C.Set(n-1+i, i+q, v)
		}
	}
	p.C.Set(2*n-3, n-1, 1)
	return p
}

func TestLeastSquaresWithHomogeneousRowsEndAtZero(t *testing.T) {
	for name, p := range towardsZero() {
		t.Run(name, func(t *testing.T) {
			for k := range 3 { // in other units
				q := p
				q.B, q.C = slices.Clone(p.B), p.C.Clone()
				mat.Scal(math.Ldexp(1, 40*k-40), q.B)
				mat.Scal(math.Ldexp(1, 30-30*k), q.C.Row(0))
				if p.RowUpper != nil {
					q.RowUpper = slices.Clone(p.RowUpper)
					q.RowUpper[0] = math.Ldexp(p.RowUpper[0], 30-30*k)
				}
				res, err := LeastSquares(background, q, Options{})
				require.NoError(t, err, "%+v", res.GeneralInfo)
				require.Equal(t, make([]float64, p.A.Cols), res.X)
				require.InEpsilon(t, 1+mat.Dot(q.B, q.B), 1+res.Objective, 1e-14)
				half, err := LeastSquares(background, narrowedLeastSquares(q), Options{})
				require.NoError(t, err)
				require.Equal(t, make([]float32, p.A.Cols), half.X)
			}
		})
	}
}

func narrowedLeastSquares(p LeastSquaresProblem[float64]) LeastSquaresProblem[float32] {
	return LeastSquaresProblem[float32]{
		A: matrixAs[float32](p.A), B: numbersAs[float32](p.B), C: matrixAs[float32](p.C), Lambda: p.Lambda,
		RowLower: numbersAs[float32](p.RowLower), RowUpper: numbersAs[float32](p.RowUpper),
	}
}

// homogeneous returns a problem in small integers with rows = 0 or ≥ 0.
func homogeneous(seed uint64) LeastSquaresProblem[float64] {
	r := newRand(seed)
	m, n, k := 1+r.IntN(4), 1+r.IntN(5), 1+r.IntN(6)
	p := LeastSquaresProblem[float64]{A: smallIntegers(m, n, r), B: smallIntegers(m, 1, r).Data,
		C: smallIntegers(k, n, r), RowLower: make([]float64, k), RowUpper: make([]float64, k)}
	for i := range k {
		p.RowUpper[i] = []float64{0, math.Inf(1), math.Inf(1)}[r.IntN(3)]
	}
	return p
}

func smallIntegers(m, n int, r *rand.Rand) mat.Dense[float64] {
	a := mat.NewDense[float64](m, n)
	for i := range a.Data {
		a.Data[i] = float64(r.IntN(7) - 3)
	}
	return a
}

func TestLeastSquaresWithHomogeneousRowsAreOptimal(t *testing.T) {
	for seed := range uint64(repeats(t, 4000)) {
		p := homogeneous(seed)
		res, err := LeastSquares(background, p, Options{})
		require.NoError(t, err, "seed %d: %+v, %v", seed, res.GeneralInfo, res.X)
		requireHomogeneous(t, p, res)
	}
}

// requireHomogeneous checks the optimality conditions of a problem of homogeneous:
// 2Aᵀ(Ax − b) = Cᵀy, y ≥ 0 for rows that are no equations, and yᵀCx = 0.
func requireHomogeneous(t *testing.T, p LeastSquaresProblem[float64], res LeastSquaresResult[float64]) {
	t.Helper()
	slope := make([]float64, p.A.Cols)
	for i, b := range p.B {
		mat.Axpy(2*(mat.Dot(p.A.Row(i), res.X)-b), p.A.Row(i), slope)
	}
	for i, y := range res.RowMultipliers {
		mat.Axpy(-y, p.C.Row(i), slope)
		value := mat.Dot(p.C.Row(i), res.X)
		require.LessOrEqual(t, -1e-9*(1+mat.AbsMax(res.X)), value)
		require.InDelta(t, 0, y*value, 1e-6*(1+mat.AbsMax(res.X)))
		if p.RowUpper[i] > 0 {
			require.GreaterOrEqual(t, y, -1e-8)
		} else {
			require.InDelta(t, 0, value, 1e-9*(1+mat.AbsMax(res.X)))
		}
	}
	require.LessOrEqual(t, mat.AbsMax(slope), 1e-6*(1+mat.AbsMax(res.X)+mat.AbsMax(res.RowMultipliers)))
}

// A rounding error of d = Qᵀb counts as a bound, beside which that of the row looks far out.
func TestRoundingErrorsOfLeastSquaresAreNoBounds(t *testing.T) {
	p := LeastSquaresProblem[float64]{A: mat.DenseOf(3, 4, []float64{1, 0, 2, -3, 0, 3, 3, 0, 1, 3, -3, 2}),
		B: []float64{-1, 3, 1}, C: mat.DenseOf(1, 4, []float64{-3, 2, 2, 0}), RowLower: []float64{0},
		RowUpper: []float64{3}}
	res, err := LeastSquares(background, p, Options{})
	require.NoError(t, err, "%+v", res.GeneralInfo)
	require.LessOrEqual(t, mat.Dot(p.C.Row(0), res.X), 3+1e-9)
	require.InDelta(t, 0, res.Residual, 1e-14)
}
