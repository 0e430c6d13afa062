package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// stationary is the problem whose solution is the stationary distribution of a random Markov chain with n states:
// (Pᵀ − I)x = 0, x ≥ 0, Σx = total, in units in which its numbers are the given times as large.
func stationary[T mat.Float](n int, total, unit float64, seed uint64) LeastSquaresProblem[T] {
	r := newRand(seed)
	p := LeastSquaresProblem[T]{A: mat.NewDense[T](n, n), B: make([]T, n), Lower: make([]T, n),
		C: mat.NewDense[T](1, n), RowLower: []T{T(total)}, RowUpper: []T{T(total)}}
	p.C.Fill(1)
	for i := range n {
		row, sum := make([]float64, n), 0.0
		for j := range row {
			row[j] = r.Float64()
			sum += row[j]
		}
		for j, v := range row {
			p.A.Set(j, i, T(unit*v/sum))
		}
		p.A.Set(i, i, p.A.At(i, i)-T(unit))
	}
	return p
}

// All of b and of the residual is 0, but x is not: nothing is small relative to b.
func TestLeastSquaresThatLeaveNothingOfNothingAreOptimal(t *testing.T) {
	t.Run("float32", testStationary[float32])
	t.Run("float64", testStationary[float64])
}

func testStationary[T mat.Float](t *testing.T) {
	for seed := range uint64(repeats(t, 100)) {
		n, total, unit := 2+int(seed%20), math.Ldexp(1, int(seed%7)*10-30), math.Ldexp(1, int(seed%5)*8-16)
		p := stationary[T](n, total, unit, seed)
		res, err := LeastSquares(background, p, Options{})
		require.NoError(t, err, "seed %d: %+v", seed, res.GeneralInfo)
		sum := 0.0
		for _, v := range res.X {
			require.Positive(t, v)
			sum += float64(v)
		}
		require.InEpsilon(t, total, sum, 1e-5)
		require.LessOrEqual(t, res.Residual, 4*roundoff[T]()*float64(n)*total*unit)
		p.C, p.RowLower, p.RowUpper = mat.Dense[T]{}, nil, nil
		p.Lower[0] = T(total)
		res, err = LeastSquares(background, p, Options{})
		require.NoError(t, err, "seed %d: %+v", seed, res.GeneralInfo)
		require.LessOrEqual(t, res.Residual, 4*roundoff[T]()*float64(n)*total*unit*float64(n))
	}
}

// Small residuals that are no rounding errors are nothing to be content with.
func TestLeastSquaresThatLeaveLittleAreMeasuredByTheirTerms(t *testing.T) {
	p := stationary[float64](5, 1, 1, 1)
	res, err := LeastSquares(background, p, Options{})
	require.NoError(t, err)
	s, err := newTriangle(background, p, 1)
	require.NoError(t, err)
	v := iterate{x: make([]float64, 5), y: make([]float64, 1)}
	for j, k := range s.unit {
		v.x[j] = math.Ldexp(res.X[j], -k)
	}
	c, _ := s.certify(v)
	require.True(t, c.within(1e-9), "%+v", c)
	by := 1e-8 * v.x[0]
	v.x[0] += by
	v.x[1] -= math.Ldexp(by, s.unit[0]-s.unit[1])
	c, _ = s.certify(v)
	require.False(t, c.within(1e-9), "%+v", c)
}
