package gonumblas

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"

	"ridge/mat"
)

// The bits of a result do not depend on the number of goroutines.
func TestWorkersDoNotChangeBits(t *testing.T) {
	const n = 300
	results := func(w mat.Workers) (all [][]float64) {
		l := Implementation{Workers: w}
		a, b, c := dominant(n), randomVector(n*n, 2), randomVector(n*n, 3)
		l.Dgemm(blas.NoTrans, blas.Trans, n, n, n, 1.5, a, n, b, n, 0.5, c, n)
		all = append(all, append([]float64(nil), c...))
		l.Dsyr2k(blas.Lower, blas.Trans, n, n, 1, a, n, b, n, 1, c, n)
		l.Dtrsm(blas.Right, blas.Upper, blas.Trans, blas.NonUnit, n, n, 1, a, n, b, n)
		require.True(t, l.Dpotrf(blas.Lower, n, a, n))
		ipiv, tau, work := make([]int, n), make([]float64, n), make([]float64, 64*n)
		require.True(t, l.Dgetrf(n, n, c, n, ipiv))
		l.Dgeqrf(n, n, b, n, tau, work, len(work))
		return append(all, a, b, c, tau)
	}
	one := results(1)
	for _, w := range []mat.Workers{2, 3, 7} {
		assert.Equal(t, one, results(w), "%d workers", w)
	}
}

// Of float32 the same code is used: it is compared with gonum's float64 on the same numbers.
func TestSinglePrecision(t *testing.T) {
	natively(t)
	const m, n, inc = 37, 29, -2
	double := func(x []float32) []float64 {
		y := make([]float64, len(x))
		for i, v := range x {
			y[i] = float64(v)
		}
		return y
	}
	single := func(n int, seed uint64) ([]float32, []float64) {
		x := randomSingle(n, seed)
		return x, double(x)
	}
	l, want := Implementation{}, gonumLibrary{}
	check := func(name string, got []float32, wanted []float64) { // errors don't go on to the next one
		largest := 1.0
		for _, v := range wanted {
			largest = max(largest, math.Abs(v))
		}
		assert.InDeltaSlice(t, wanted, double(got), 1e-5*largest, name)
		copy(wanted, double(got))
	}
	a, a64 := single(m*m, 1)
	for i := range m {
		a[i*(m+1)], a64[i*(m+1)] = 4, 4
	}
	b, b64 := single(m*n, 2)
	c, c64 := single(m*m, 3)
	x, x64 := single(2*m, 4)
	y, y64 := single(2*m, 5)

	l.Sgemm(blas.NoTrans, blas.Trans, m, m, n, 0.5, b, n, b, n, 2, c, m)
	want.Dgemm(blas.NoTrans, blas.Trans, m, m, n, 0.5, b64, n, b64, n, 2, c64, m)
	check("gemm", c, c64)
	l.Ssyrk(blas.Lower, blas.NoTrans, m, n, 0.5, b, n, 1, c, m)
	want.Dsyrk(blas.Lower, blas.NoTrans, m, n, 0.5, b64, n, 1, c64, m)
	check("syrk", c, c64)
	l.Ssyr2k(blas.Upper, blas.NoTrans, m, n, 0.5, b, n, b, n, 1, c, m)
	want.Dsyr2k(blas.Upper, blas.NoTrans, m, n, 0.5, b64, n, b64, n, 1, c64, m)
	check("syr2k", c, c64)
	for _, uplo := range []blas.Uplo{blas.Upper, blas.Lower} {
		for _, trans := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			l.Strmm(blas.Left, uplo, trans, blas.NonUnit, m, n, 0.2, a, m, b, n)
			want.Dtrmm(blas.Left, uplo, trans, blas.NonUnit, m, n, 0.2, a64, m, b64, n)
			check("trmm", b, b64)
			l.Strsm(blas.Left, uplo, trans, blas.NonUnit, m, n, 2, a, m, b, n)
			want.Dtrsm(blas.Left, uplo, trans, blas.NonUnit, m, n, 2, a64, m, b64, n)
			check("trsm", b, b64)
			l.Strmv(uplo, trans, blas.NonUnit, m, a, m, x, inc)
			want.Dtrmv(uplo, trans, blas.NonUnit, m, a64, m, x64, inc)
			l.Strsv(uplo, trans, blas.NonUnit, m, a, m, x, inc)
			want.Dtrsv(uplo, trans, blas.NonUnit, m, a64, m, x64, inc)
			check("trmv, trsv", x, x64)
		}
		l.Ssymv(uplo, m, 1, a, m, x, inc, 0.5, y, inc)
		want.Dsymv(uplo, m, 1, a64, m, x64, inc, 0.5, y64, inc)
		check("symv", y, y64)
		l.Ssyr(uplo, m, 0.5, x, inc, c, m)
		want.Dsyr(uplo, m, 0.5, x64, inc, c64, m)
		l.Ssyr2(uplo, m, 0.1, x, inc, y, 1, c, m)
		want.Dsyr2(uplo, m, 0.1, x64, inc, y64, 1, c64, m)
		check("syr, syr2", c, c64)
	}
	l.Sgemv(blas.Trans, m, n, 1, b, n, x, inc, 0, y, 1)
	want.Dgemv(blas.Trans, m, n, 1, b64, n, x64, inc, 0, y64, 1)
	check("gemv", y, y64)
	l.Sger(m, n, 0.1, x, 2, y, 1, b, n)
	want.Dger(m, n, 0.1, x64, 2, y64, 1, b64, n)
	assert.InDelta(t, want.Dnrm2(m, x64, 1), l.Snrm2(m, x, 1), 1e-4)
	assert.InDelta(t, want.Dasum(m, x64, 1), l.Sasum(m, x, 1), 1e-3)
	assert.InDelta(t, want.Ddot(m, x64, 1, y64, 1), l.Sdot(m, x, 1, y, 1), 1e-2)
	assert.Equal(t, want.Idamax(m, x64, 1), l.Isamax(m, x, 1))
}
