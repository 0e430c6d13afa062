package gonumblas

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/blas"
)

// float32 uses the same generic code. It is compared with gonum's float64 on the same numbers.

func double(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func single(n int, seed uint64) ([]float32, []float64) {
	x := randomSingle(n, seed)
	return x, double(x)
}

// checkSingle compares got with wanted, and then copies got to wanted, so that errors do not
// accumulate over calls.
func checkSingle(t *testing.T, name string, got []float32, wanted []float64) {
	largest := 1.0
	for _, v := range wanted {
		largest = max(largest, math.Abs(v))
	}
	assert.InDeltaSlice(t, wanted, double(got), 1e-5*largest, name)
	copy(wanted, double(got))
}

func singleTriangle(n int) ([]float32, []float64) {
	a, a64 := single(n*n, 1)
	for i := range n {
		a[i*(n+1)], a64[i*(n+1)] = 4, 4
	}
	return a, a64
}

func TestSinglePrecisionEqualsDoubleInLevel3(t *testing.T) {
	natively(t)
	const m, n = 37, 29
	l, want := Implementation{}, gonumLibrary{}
	a, a64 := singleTriangle(m)
	b, b64 := single(m*n, 2)
	c, c64 := single(m*m, 3)

	l.Sgemm(blas.NoTrans, blas.Trans, m, m, n, 0.5, b, n, b, n, 2, c, m)
	want.Dgemm(blas.NoTrans, blas.Trans, m, m, n, 0.5, b64, n, b64, n, 2, c64, m)
	checkSingle(t, "gemm", c, c64)
	l.Ssyrk(blas.Lower, blas.NoTrans, m, n, 0.5, b, n, 1, c, m)
	want.Dsyrk(blas.Lower, blas.NoTrans, m, n, 0.5, b64, n, 1, c64, m)
	checkSingle(t, "syrk", c, c64)
	l.Ssyr2k(blas.Upper, blas.NoTrans, m, n, 0.5, b, n, b, n, 1, c, m)
	want.Dsyr2k(blas.Upper, blas.NoTrans, m, n, 0.5, b64, n, b64, n, 1, c64, m)
	checkSingle(t, "syr2k", c, c64)
	for _, uplo := range []blas.Uplo{blas.Upper, blas.Lower} {
		for _, trans := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			l.Strmm(blas.Left, uplo, trans, blas.NonUnit, m, n, 0.2, a, m, b, n)
			want.Dtrmm(blas.Left, uplo, trans, blas.NonUnit, m, n, 0.2, a64, m, b64, n)
			checkSingle(t, "trmm", b, b64)
			l.Strsm(blas.Left, uplo, trans, blas.NonUnit, m, n, 2, a, m, b, n)
			want.Dtrsm(blas.Left, uplo, trans, blas.NonUnit, m, n, 2, a64, m, b64, n)
			checkSingle(t, "trsm", b, b64)
		}
	}
}

func TestSinglePrecisionEqualsDoubleInLevel2(t *testing.T) {
	natively(t)
	const m, n, inc = 37, 29, -2
	l, want := Implementation{}, gonumLibrary{}
	a, a64 := singleTriangle(m)
	b, b64 := single(m*n, 2)
	c, c64 := single(m*m, 3)
	x, x64 := single(2*m, 4)
	y, y64 := single(2*m, 5)

	for _, uplo := range []blas.Uplo{blas.Upper, blas.Lower} {
		for _, trans := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			l.Strmv(uplo, trans, blas.NonUnit, m, a, m, x, inc)
			want.Dtrmv(uplo, trans, blas.NonUnit, m, a64, m, x64, inc)
			l.Strsv(uplo, trans, blas.NonUnit, m, a, m, x, inc)
			want.Dtrsv(uplo, trans, blas.NonUnit, m, a64, m, x64, inc)
			checkSingle(t, "trmv, trsv", x, x64)
		}
		l.Ssymv(uplo, m, 1, a, m, x, inc, 0.5, y, inc)
		want.Dsymv(uplo, m, 1, a64, m, x64, inc, 0.5, y64, inc)
		checkSingle(t, "symv", y, y64)
		l.Ssyr(uplo, m, 0.5, x, inc, c, m)
		want.Dsyr(uplo, m, 0.5, x64, inc, c64, m)
		l.Ssyr2(uplo, m, 0.1, x, inc, y, 1, c, m)
		want.Dsyr2(uplo, m, 0.1, x64, inc, y64, 1, c64, m)
		checkSingle(t, "syr, syr2", c, c64)
	}
	l.Sgemv(blas.Trans, m, n, 1, b, n, x, inc, 0, y, 1)
	want.Dgemv(blas.Trans, m, n, 1, b64, n, x64, inc, 0, y64, 1)
	checkSingle(t, "gemv", y[:n], y64[:n])
	copy(y64, double(y)) // gonum may set the others to zero, too
	l.Sger(m, n, 0.1, x, 2, y, 1, b, n)
	want.Dger(m, n, 0.1, x64, 2, y64, 1, b64, n)
	assert.InDelta(t, want.Dnrm2(m, x64, 1), l.Snrm2(m, x, 1), 1e-4)
	assert.InDelta(t, want.Dasum(m, x64, 1), l.Sasum(m, x, 1), 1e-3)
	assert.InDelta(t, want.Ddot(m, x64, 1, y64, 1), l.Sdot(m, x, 1, y, 1), 1e-2)
	assert.Equal(t, want.Idamax(m, x64, 1), l.Isamax(m, x, 1))
}

// gonum's own code, which small products take, would set what lies behind the result to zero where it has no assembly.
func TestProductsWriteNothingBehindTheirResult(t *testing.T) {
	const m, n = 5, 3
	a, x := randomSingle(m*n, 1), randomSingle(2*m, 2)
	for _, trans := range []blas.Transpose{blas.NoTrans, blas.Trans} {
		for _, inc := range []int{1, 2, -1, -2} {
			for _, incY := range []int{1, 2} {
				used := 1 + (map[blas.Transpose]int{blas.NoTrans: m, blas.Trans: n}[trans]-1)*incY
				y, y64 := slices.Repeat([]float32{7}, 12), slices.Repeat([]float64{7}, 12)
				Implementation{}.Sgemv(trans, m, n, 1, a, n, x, inc, 0, y, incY)
				Implementation{}.Dgemv(trans, m, n, 1, double(a), n, double(x), inc, 0, y64, incY)
				assert.Equal(t, slices.Repeat([]float32{7}, 12-used), y[used:], "%c %d %d", trans, inc, incY)
				assert.Equal(t, slices.Repeat([]float64{7}, 12-used), y64[used:], "%c %d %d", trans, inc, incY)
			}
		}
	}
}
