package mat_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestLUDeterminantsOfIntegerMatricesAreRight(t *testing.T) {
	both(t, testLUDet[float32], testLUDet[float64])
}

// testLUDet compares with the exact determinant, a fraction.
func testLUDet[T mat.Float](t *testing.T) {
	require.Equal(t, 1.0, factoredLU(t, mat.NewDense[T](0, 0)).Det())
	for n := 1; n < 30; n++ {
		r := newRand(n)
		a := mat.NewDense[T](n, n)
		for i := range a.Data {
			a.Data[i] = T(r.IntN(19) - 9)
		}
		exact, _ := determinant(a).Float64()
		var f mat.LU[T]
		if err := f.Factor(a, 1); err != nil {
			require.Zero(t, exact)
			require.Zero(t, f.Det())
			continue
		}
		cond := 1 / f.Rcond()
		bound := 30 * float64(n) * unit[T]() * cond
		log, sign := f.LogDet()
		if bound < 0.1 {
			require.InEpsilon(t, exact, f.Det(), bound, "n=%d", n)
			require.InDelta(t, math.Log(math.Abs(exact)), log, bound, "n=%d", n)
			require.Equal(t, math.Copysign(1, exact), sign, "n=%d", n)
		}
	}
}

// determinant is the exact determinant, by elimination with fractions.
func determinant[T mat.Float](a mat.Dense[T]) *big.Rat {
	n := a.Rows
	m := make([][]*big.Rat, n)
	for i := range m {
		m[i] = make([]*big.Rat, n)
		for j := range m[i] {
			m[i][j] = new(big.Rat).SetFloat64(float64(a.At(i, j)))
		}
	}
	det := big.NewRat(1, 1)
	for k := range n {
		p := k
		for p < n && m[p][k].Sign() == 0 {
			p++
		}
		if p == n {
			return new(big.Rat)
		}
		if p != k {
			m[p], m[k] = m[k], m[p]
			det.Neg(det)
		}
		det.Mul(det, m[k][k])
		for i := k + 1; i < n; i++ {
			l := new(big.Rat).Quo(m[i][k], m[k][k])
			for j := k; j < n; j++ {
				m[i][j].Sub(m[i][j], new(big.Rat).Mul(l, m[k][j]))
			}
		}
	}
	return det
}

func TestLUDeterminantsOutOfRangeHaveALogarithm(t *testing.T) {
	for _, d := range []float64{1e-300, 1e300, -1e-300} {
		a := mat.NewDense[float64](3, 3)
		for i := range 3 {
			a.Set(i, i, d)
		}
		f := factoredLU(t, a)
		log, sign := f.LogDet()
		require.InEpsilon(t, 3*math.Log(math.Abs(d)), log, 1e-15)
		require.Equal(t, math.Copysign(1, d), sign)
		require.Equal(t, d*d*d, f.Det())
	}
	// The product of the pivots would overflow or underflow on the way, but not at the end.
	f := factoredLU(t, mat.DenseOf(4, 4, []float64{1e200, 0, 0, 0, 0, 1e200, 0, 0, 0, 0, 1e-200, 0, 0, 0, 0, 1e-200}))
	require.InEpsilon(t, 1.0, f.Det(), 1e-14)
	f = factoredLU(t, mat.DenseOf(3, 3, []float64{1, 0, 0, 0, 0x1p-1074, 0, 0, 0, 0x1p900}))
	require.Equal(t, 0x1p-174, f.Det(), "half of the smallest pivot is zero in float64")
}

// A singular matrix has a determinant and factors, only no inverse.
func TestLUOfASingularMatrixHasAllButTheInverse(t *testing.T) {
	both(t, testLUSingular[float32], testLUSingular[float64])
}

func testLUSingular[T mat.Float](t *testing.T) {
	d := mat.NewDense[T]
	for _, c := range []struct {
		name   string
		n      int
		within func(a mat.Dense[T])
	}{
		{"a zero", 1, func(a mat.Dense[T]) { a.Data[0] = 0 }},
		{"equal rows", 2, func(a mat.Dense[T]) { copy(a.Data, []T{1, 2, 1, 2}) }},
		{"a column of zeros", 5, func(a mat.Dense[T]) { zeroColumn(a, 2) }},
		{"two columns of zeros", 70, func(a mat.Dense[T]) { zeroColumn(a, 3); zeroColumn(a, 69) }},
		{"eliminated in blocks", 600, func(a mat.Dense[T]) { zeroColumn(a, 599) }},
	} {
		a := random[T](newRand(c.n), c.n, c.n)
		c.within(a)
		var f mat.LU[T]
		var singular *mat.SingularError
		require.ErrorAs(t, f.Factor(a, 2), &singular, c.name)
		require.Equal(t, math.Float64bits(0), math.Float64bits(f.Det()), c.name)
		log, sign := f.LogDet()
		require.Equal(t, math.Inf(-1), log, c.name)
		require.Equal(t, math.Float64bits(0), math.Float64bits(sign), c.name)
		require.Zero(t, f.Rcond(), c.name)
		require.Equal(t, c.n, f.N())

		l, u, product, perm := d(c.n, c.n), d(c.n, c.n), d(c.n, c.n), make([]int, c.n)
		f.L(l)
		f.U(u)
		f.Perm(perm)
		require.Zero(t, u.At(singular.Index-1, singular.Index-1), c.name)
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, l, u, 0, product, 1)
		for i, p := range perm {
			for j, want := range a.Row(p) {
				require.InDelta(t, want, product.At(i, j), 1e3*unit[T](), "%s: row %d", c.name, i)
			}
		}
		for name, use := range map[string]func(){
			"Solve":      func() { f.Solve(d(c.n, 1), 1) },
			"SolveTrans": func() { f.SolveTrans(d(c.n, 1), 1) },
			"SolveVec":   func() { f.SolveVec(make([]T, c.n)) },
			"Inverse":    func() { f.Inverse(d(c.n, c.n), 1) },
		} {
			require.PanicsWithValue(t, "mat: LU."+name+" of a singular matrix", use, c.name)
		}
	}
}

func zeroColumn[T mat.Float](a mat.Dense[T], j int) {
	for i := range a.Rows {
		a.Set(i, j, 0)
	}
}

func TestLUDeterminantsOfMatricesThatAreNotFiniteAreNaN(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, a := range [][]float64{
		{inf}, {nan}, {inf, 1, 1, 1}, {1, inf, 0, 1}, {0, 0, 0, nan}, {0, inf, 0, 1},
	} {
		n := int(math.Sqrt(float64(len(a))))
		var f mat.LU[float64]
		_ = f.Factor(mat.DenseOf(n, n, a), 1)
		log, sign := f.LogDet()
		for _, v := range []float64{f.Det(), log, sign} {
			require.True(t, math.IsNaN(v), "%v", a)
		}
	}
}
