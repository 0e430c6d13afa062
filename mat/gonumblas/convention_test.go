package gonumblas

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack"
)

// panicOf returns what f panics with, or nil.
func panicOf(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

// Invalid arguments of every kind panic with gonum's messages.
func TestPanicsEqualThoseOfGonum(t *testing.T) {
	natively(t)
	a, short, piv := make([]float64, 64*64), make([]float64, 5), make([]int, 64)
	for name, call := range map[string]func(l library){
		"gemm transpose": func(l library) { l.Dgemm('X', blas.NoTrans, 8, 8, 8, 1, a, 8, a, 8, 0, a, 8) },
		"gemm negative":  func(l library) { l.Dgemm(blas.NoTrans, blas.NoTrans, -8, 8, 8, 1, a, 8, a, 8, 0, a, 8) },
		"gemm short a": func(l library) {
			l.Dgemm(blas.NoTrans, blas.NoTrans, 8, 8, 8, 1, short, 8, a, 8, 0, a, 8)
		},
		"gemm bad ldb": func(l library) { l.Dgemm(blas.NoTrans, blas.NoTrans, 8, 8, 8, 1, a, 8, a, 7, 0, a, 8) },
		"gemm short c": func(l library) {
			l.Dgemm(blas.NoTrans, blas.NoTrans, 8, 8, 8, 1, a, 8, a, 8, 0, short, 8)
		},
		"symm side":   func(l library) { l.Dsymm('X', blas.Upper, 8, 8, 1, a, 8, a, 8, 0, a, 8) },
		"syrk uplo":   func(l library) { l.Dsyrk('X', blas.Trans, 8, 8, 1, a, 8, 0, a, 8) },
		"syr2k short": func(l library) { l.Dsyr2k(blas.Upper, blas.Trans, 8, 8, 1, a, 8, short, 8, 0, a, 8) },
		"trmm diag":   func(l library) { l.Dtrmm(blas.Left, blas.Upper, blas.Trans, 'X', 8, 8, 1, a, 8, a, 8) },
		"trsm lda": func(l library) {
			l.Dtrsm(blas.Left, blas.Upper, blas.Trans, blas.Unit, 8, 8, 1, a, 7, a, 8)
		},
		"gemv increment":  func(l library) { l.Dgemv(blas.NoTrans, 8, 8, 1, a, 8, a, 0, 0, a, 1) },
		"gemv short x":    func(l library) { l.Dgemv(blas.NoTrans, 8, 8, 1, a, 8, short, 1, 0, a, 1) },
		"ger short y":     func(l library) { l.Dger(8, 8, 1, a, 1, short, -2, a, 8) },
		"trsv short x":    func(l library) { l.Dtrsv(blas.Upper, blas.Trans, blas.Unit, 8, a, 8, short, 1) },
		"dot short":       func(l library) { l.Ddot(8, a, 1, short, 1) },
		"nrm2 increment":  func(l library) { l.Dnrm2(8, a, 0) },
		"asum negative":   func(l library) { l.Dasum(-1, a, 1) },
		"axpy short":      func(l library) { l.Daxpy(8, 2, short, 1, a, 1) },
		"potrf lda":       func(l library) { l.Dpotrf(blas.Upper, 8, a, 7) },
		"potrs short b":   func(l library) { l.Dpotrs(blas.Upper, 8, 8, a, 8, short, 8) },
		"pocon work":      func(l library) { l.Dpocon(blas.Upper, 8, a, 8, 1, short, piv) },
		"getrf ipiv":      func(l library) { l.Dgetrf(8, 8, a, 8, piv[:7]) },
		"getri work":      func(l library) { l.Dgetri(8, a, 8, piv[:8], short, 5) },
		"gecon norm":      func(l library) { l.Dgecon(lapack.MaxAbs, 8, a, 8, -1, a, piv) },
		"geqrf tau":       func(l library) { l.Dgeqrf(8, 8, a, 8, short, a, 64) },
		"geqp3 jpvt":      func(l library) { l.Dgeqp3(8, 8, a, 8, []int{9, 0, 0, 0, 0, 0, 0, 0}, a[:8], a, 64) },
		"ormqr transpose": func(l library) { l.Dormqr(blas.Left, blas.ConjTrans, 8, 8, 8, a, 8, a[:8], a, 8, a, 64) },
		"orgqr k over n":  func(l library) { l.Dorgqr(8, 8, 9, a, 8, a[:9], a, 64) },
		"trtri short":     func(l library) { l.Dtrtri(blas.Upper, blas.Unit, 8, short, 8) },
		"trtrs bad ldb":   func(l library) { l.Dtrtrs(blas.Upper, blas.Trans, blas.Unit, 8, 8, a, 8, a, 7) },
		"gels short":      func(l library) { l.Dgels(blas.NoTrans, 8, 8, 8, short, 8, a, 8, a, 640) },
		"huge stride": func(l library) {
			l.Dgemm(blas.NoTrans, blas.NoTrans, 8, 8, 8, 1, a, math.MaxInt/4, a, 8, 0, a, 8)
		},
		"gelqf short work": func(l library) { l.Dgelqf(8, 8, a, 8, a[:8], short, 5) },
	} {
		t.Run(name, func(t *testing.T) { requirePanicOfGonum(t, call) })
	}
}

func requirePanicOfGonum(t *testing.T, call func(l library)) {
	want := panicOf(func() { call(gonumLibrary{}) })
	require.NotNil(t, want, "gonum does not panic")
	assert.Equal(t, fmt.Sprint(want), fmt.Sprint(panicOf(func() { call(Implementation{}) })))
}

// TestPanicsOfSmallSolvesEqualThoseOfGonum is for the loops that solve systems of few unknowns.
func TestPanicsOfSmallSolvesEqualThoseOfGonum(t *testing.T) {
	a, x := make([]float64, 9), make([]float64, 3)
	for name, call := range map[string]func(l library){
		"short a":   func(l library) { l.Dtrsv(blas.Upper, blas.Trans, blas.NonUnit, 3, a[:8], 3, x, 1) },
		"lda":       func(l library) { l.Dtrsv(blas.Upper, blas.Trans, blas.NonUnit, 3, a, 2, x, 1) },
		"short x":   func(l library) { l.Dtrsv(blas.Lower, blas.Trans, blas.NonUnit, 3, a, 3, x[:2], 1) },
		"increment": func(l library) { l.Dtrsv(blas.Lower, blas.NoTrans, blas.NonUnit, 3, a, 3, x, 0) },
		"uplo":      func(l library) { l.Dtrsv('X', blas.NoTrans, blas.NonUnit, 3, a, 3, x, 1) },
		"transpose": func(l library) { l.Dtrsv(blas.Lower, 'X', blas.NonUnit, 3, a, 3, x, 1) },
		"diagonal":  func(l library) { l.Dtrsv(blas.Lower, blas.NoTrans, 'X', 3, a, 3, x, 1) },
	} {
		t.Run(name, func(t *testing.T) { requirePanicOfGonum(t, call) })
	}
}

// With alpha = 0 and beta = 0 the operands are not read, and may be NaN, as in gonum.
func TestOperandsAreNotReadIfBothScalarsAreZero(t *testing.T) {
	natively(t)
	const n = 20
	a, b := randomVector(n*n, 1), randomVector(n*n, 2)
	for _, alpha := range []float64{0, 1} {
		got, want := make([]float64, n*n), make([]float64, n*n)
		for i := range got {
			got[i], want[i] = math.NaN(), math.NaN()
		}
		Implementation{}.Dgemm(blas.NoTrans, blas.NoTrans, n, n, n, alpha, a, n, b, n, 0, got, n)
		gonumLibrary{}.Dgemm(blas.NoTrans, blas.NoTrans, n, n, n, alpha, a, n, b, n, 0, want, n)
		assert.InDeltaSlice(t, want, got, 1e-14)
	}
}

// With beta = 0, a triangle is overwritten, whatever it had. (gonum's own code leaves NaN in a lower triangle if A is
// transposed.)
func TestRankUpdatesOverwriteNaN(t *testing.T) {
	const k = 3
	for _, n := range []int{1, 4, 100} {
		a, single := randomVector(n*k, 1), randomSingle(n*k, 1)
		for _, ul := range []blas.Uplo{blas.Upper, blas.Lower} {
			for _, trans := range []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans} {
				for _, alpha := range []float64{0, 1} {
					lda, rows, cols := k, n, n
					if trans != blas.NoTrans {
						lda = n
					}
					got, want := make([]float64, rows*cols), make([]float64, rows*cols)
					got32 := make([]float32, rows*cols)
					for i := range got {
						got[i], got32[i] = math.NaN(), float32(math.NaN())
					}
					Implementation{}.Dsyrk(ul, trans, n, k, alpha, a, lda, 0, got, n)
					Implementation{}.Ssyrk(ul, trans, n, k, float32(alpha), single, lda, 0, got32, n)
					gonumLibrary{}.Dsyrk(ul, trans, n, k, alpha, a, lda, 0, want, n)
					for i := range n {
						for j := range n {
							if p := i*n + j; i == j || (j > i) == (ul == blas.Upper) {
								require.InDelta(t, want[p], got[p], 1e-14, "%c %c %d", ul, trans, n)
								require.InDelta(t, want[p], float64(got32[p]), 1e-6, "%c %c %d, float32", ul, trans, n)
							} else {
								require.True(t, math.IsNaN(got[p]), "the other triangle is not written")
							}
						}
					}
				}
			}
		}
	}
}

// The page docs/gonum.md names this difference.
func TestDpotrfRefusesAnInfinityOnTheDiagonalOfALargeMatrix(t *testing.T) {
	for n, want := range map[int]bool{crossingLAPACK.potrf - 1: true, crossingLAPACK.potrf: false} {
		diagonal := func() []float64 {
			a := make([]float64, n*n)
			for i := range n {
				a[i*n+i] = 1
			}
			a[0] = math.Inf(1)
			return a
		}
		assert.Equal(t, want, Implementation{}.Dpotrf(blas.Upper, n, diagonal(), n), n)
		assert.True(t, gonumLibrary{}.Dpotrf(blas.Upper, n, diagonal(), n), n)
	}
}

// Outputs that share elements with inputs are left to gonum, and give gonum's results.
func TestOverlapIsLeftToGonum(t *testing.T) {
	natively(t)
	const n = 12
	other := randomVector(n*n, 2)
	for _, share := range [][2]bool{{true, true}, {true, false}, {false, true}} {
		product := func(l library, c []float64) []float64 {
			a, b := other, other
			if share[0] {
				a = c
			}
			if share[1] {
				b = c
			}
			l.Dgemm(blas.NoTrans, blas.Trans, n, n, n, 1, a, n, b, n, 1, c, n)
			return c
		}
		assert.Equal(t, product(gonumLibrary{}, randomVector(n*n, 1)), product(Implementation{}, randomVector(n*n, 1)),
			"C is A, B: %v", share)
	}
}

// Element i of a vector with a negative increment is the i-th from the end.
func TestGerWithNegativeIncrements(t *testing.T) {
	a := make([]float64, 6)
	Implementation{}.Dger(3, 2, 1, []float64{1, 0, 2, 0, 3}, -2, []float64{10, 100}, -1, a, 2)
	assert.Equal(t, []float64{300, 30, 200, 20, 100, 10}, a)
}

// A vector that lies in the matrix is read before the matrix is changed.
func TestGerWithANegativeIncrementAndAVectorInTheMatrix(t *testing.T) {
	a := []float64{1, 2, 3, 4}
	Implementation{}.Dger(2, 2, 1, a[:2], 1, []float64{10, 100}, -1, a, 2)
	assert.Equal(t, []float64{1 + 100, 2 + 10, 3 + 200, 4 + 20}, a)
	single := []float32{1, 2, 3, 4}
	Implementation{}.Sger(2, 2, 1, []float32{10, 100}, -1, single[:2], 1, single, 2)
	assert.Equal(t, []float32{1 + 100, 2 + 200, 3 + 10, 4 + 20}, single)
}

// gonum's syrk panics before it changes anything, and so does ours, which clears C for it.
func TestSyrkOfInvalidArgumentsLeavesC(t *testing.T) {
	const n = 3
	a, c32, c64 := make([]float64, n*n), []float32{1, 2, 3, 4, 5, 6, 7, 8, 9}, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	before32, before64 := slices.Clone(c32), slices.Clone(c64)
	for name, trans := range map[string]blas.Transpose{"A is too short": blas.Trans, "transpose": 'X'} {
		size := n*n - 1
		if trans != blas.Trans {
			size = n * n
		}
		assert.Panics(t, func() { Implementation{}.Dsyrk(blas.Lower, trans, n, n, 1, a[:size], n, 0, c64, n) }, name)
		assert.Panics(t, func() {
			Implementation{}.Ssyrk(blas.Lower, trans, n, n, 1, make([]float32, size), n, 0, c32, n)
		}, name)
		assert.Equal(t, before64, c64, name)
		assert.Equal(t, before32, c32, name)
	}
	Implementation{}.Dsyrk(blas.Lower, blas.Trans, n, 0, 1, nil, n, 0, c64, n)
	assert.Equal(t, []float64{0, 2, 3, 0, 0, 6, 0, 0, 0}, c64, "no terms")
}
