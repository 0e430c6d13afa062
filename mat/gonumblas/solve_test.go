package gonumblas

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
)

// full is op(A) with the zeros and ones that a triangle of order n stands for.
func full(ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []float64, lda int) []float64 {
	f := make([]float64, n*n)
	for i := range n {
		for j := range n {
			at := i*n + j
			if tA != blas.NoTrans {
				at = j*n + i
			}
			switch {
			case i == j && d == blas.Unit:
				f[at] = 1
			case i == j, (i < j) == (ul == blas.Upper):
				f[at] = a[i*lda+j]
			}
		}
	}
	return f
}

// requireSolution fails unless F₁·F₂·…·x is b, up to a few rounding errors of n terms for each factor (Higham, Accuracy
// and Stability of Numerical Algorithms, 2nd edition, 2002, theorem 8.5).
func requireSolution(t *testing.T, b, x []float64, factors [][]float64, what string) {
	n := len(b)
	y, size := append([]float64(nil), x...), make([]float64, n)
	for i, v := range x {
		size[i] = math.Abs(v)
	}
	for q := len(factors) - 1; q >= 0; q-- {
		product, sizes := make([]float64, n), make([]float64, n)
		for i := range n {
			for j := range n {
				product[i] += factors[q][i*n+j] * y[j]
				sizes[i] += math.Abs(factors[q][i*n+j]) * size[j]
			}
		}
		y, size = product, sizes
	}
	for i := range n {
		require.InDelta(t, b[i], y[i], float64(len(factors)*(3*n+8))*0x1p-53*size[i], "%s, row %d", what, i)
	}
}

// columns calls f with each column of B, before and after.
func columns(before, after []float64, n, nrhs, ldb int, f func(b, x []float64)) {
	for j := range nrhs {
		b, x := make([]float64, n), make([]float64, n)
		for i := range n {
			b[i], x[i] = before[i*ldb+j], after[i*ldb+j]
		}
		f(b, x)
	}
}

var (
	bothTriangles = []blas.Uplo{blas.Upper, blas.Lower}
	allTransposes = []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}
)

// sizesOfFew calls f with orders around the crossings, and one, two or many right-hand sides.
func sizesOfFew(f func(n, nrhs int)) {
	for n := 1; n <= crossing64.trsvFew+2; n++ {
		for _, nrhs := range []int{1, 2, 5} {
			f(n, nrhs)
		}
	}
}

func TestTriangularSystemsOfFewRows(t *testing.T) {
	l := Implementation{}
	sizesOfFew(func(n, nrhs int) {
		for _, ul := range bothTriangles {
			for _, tA := range allTransposes {
				for _, d := range []blas.Diag{blas.NonUnit, blas.Unit} {
					what := fmt.Sprintf("%c%c%c, n=%d, %d columns", ul, tA, d, n, nrhs)
					lda, ldb := n+2, nrhs+1
					a, b := randomVector(n*lda, 1), randomVector(n*ldb, 2)
					for i := range n {
						a[i*lda+i] += math.Copysign(1+float64(n)/3, a[i*lda+i])
					}
					factor := [][]float64{full(ul, tA, d, n, a, lda)}
					got := append([]float64(nil), b...)
					require.True(t, l.Dtrtrs(ul, tA, d, n, nrhs, a, lda, got[:(n-1)*ldb+nrhs], ldb), what)
					columns(b, got, n, nrhs, ldb, func(b, x []float64) { requireSolution(t, b, x, factor, what) })

					got = append([]float64(nil), b...)
					l.Dtrsv(ul, tA, d, n, a, lda, got, ldb) // the first column
					columns(b, got, n, 1, ldb, func(b, x []float64) { requireSolution(t, b, x, factor, what) })
					for i := range got {
						if i%ldb != 0 {
							require.Equal(t, b[i], got[i], "%s: element %d is not the vector's", what, i)
						}
					}
				}
			}
		}
	})
}

func TestSystemsWithFactorsOfFewRows(t *testing.T) {
	l := Implementation{}
	sizesOfFew(func(n, nrhs int) {
		lda, ldb := n+2, nrhs+1
		a, b, ipiv := randomVector(n*lda, 1), randomVector(n*ldb, 2), make([]int, n)
		for i := range n {
			a[i*lda+i] += math.Copysign(1+float64(n)/3, a[i*lda+i])
			ipiv[i] = min(i+i%3, n-1)
		}
		for _, ul := range bothTriangles {
			what := fmt.Sprintf("Dpotrs, %c, n=%d, %d columns", ul, n, nrhs)
			got := append([]float64(nil), b...)
			l.Dpotrs(ul, n, nrhs, a, lda, got, ldb)
			first, second := blas.NoTrans, blas.Trans
			if ul == blas.Upper {
				first, second = second, first
			}
			factors := [][]float64{full(ul, first, blas.NonUnit, n, a, lda), full(ul, second, blas.NonUnit, n, a, lda)}
			columns(b, got, n, nrhs, ldb, func(b, x []float64) { requireSolution(t, b, x, factors, what) })
		}
		for _, tA := range allTransposes {
			what := fmt.Sprintf("Dgetrs, %c, n=%d, %d columns", tA, n, nrhs)
			got := append([]float64(nil), b...)
			l.Dgetrs(tA, n, nrhs, a, lda, ipiv, got, ldb)
			lower := full(blas.Lower, tA, blas.Unit, n, a, lda)
			upper := full(blas.Upper, tA, blas.NonUnit, n, a, lda)
			columns(b, got, n, nrhs, ldb, func(b, x []float64) {
				factors, exchanged := [][]float64{lower, upper}, b // P·b = L·U·x
				if tA != blas.NoTrans {
					factors, exchanged = [][]float64{upper, lower}, x // b = Uᵀ·Lᵀ·P·x
				}
				for i, p := range ipiv {
					exchanged[i], exchanged[p] = exchanged[p], exchanged[i]
				}
				requireSolution(t, b, x, factors, what)
			})
		}
	})
}

// The same in float32, whose smallest normal number is another one. A negative pivot of ordinary size is not small.
func TestFloat32SystemsOfFewRowsWithTinyPivots(t *testing.T) {
	for pivot, few := range map[float32]bool{0: false, 0x1p-140: false, -0x1p-130: false, 0x1p-126: true, -1: true} {
		a, x := []float32{pivot, 0, 0, 1}, []float32{pivot, 1}
		require.Equal(t, few, substitute(blas.Upper, blas.NoTrans, blas.NonUnit, 2, a, 2, x, 1), "%g", pivot)
		if pivot == 0 {
			continue
		}
		x = []float32{pivot, 1}
		Implementation{}.Strsv(blas.Upper, blas.NoTrans, blas.NonUnit, 2, a, 2, x, 1)
		require.Equal(t, []float32{1, 1}, x, "%g", pivot)
	}
}

// A reciprocal of such a pivot is infinite, but the quotient of a tiny number and it is not. gonum's code divides.
func TestSystemsWithTinyOrZeroPivots(t *testing.T) {
	for _, pivot := range []float64{0, 0x1p-1070, -0x1p-1030} {
		for _, n := range []int{1, 3, 5, 7, 9, 200} {
			if n == 200 && pivot != -0x1p-1030 { // package mat multiplies zeros by infinities
				continue
			}
			for name, solve := range map[string]func(l library, a, b []float64, ipiv []int) bool{
				"Dtrsv, upper": func(l library, a, b []float64, _ []int) bool {
					l.Dtrsv(blas.Upper, blas.NoTrans, blas.NonUnit, n, a, n, b, 1)
					return true
				},
				"Dtrtrs, lower": func(l library, a, b []float64, _ []int) bool {
					return l.Dtrtrs(blas.Lower, blas.Trans, blas.NonUnit, n, 1, a, n, b, 1)
				},
				"Dpotrs": func(l library, a, b []float64, _ []int) bool {
					l.Dpotrs(blas.Lower, n, 1, a, n, b, 1)
					return true
				},
				"Dgetrs": func(l library, a, b []float64, ipiv []int) bool {
					l.Dgetrs(blas.NoTrans, n, 1, a, n, ipiv, b, 1)
					return true
				},
				"Dgetrs, transposed": func(l library, a, b []float64, ipiv []int) bool {
					l.Dgetrs(blas.Trans, n, 1, a, n, ipiv, b, 1)
					return true
				},
			} {
				a, b, ipiv := make([]float64, n*n), make([]float64, n), make([]int, n)
				for i := range n {
					a[i*n+i], b[i], ipiv[i] = 1, 0x1p-1040, i
				}
				a[n/2*(n+1)] = pivot
				want, got := append([]float64(nil), b...), append([]float64(nil), b...)
				ok := solve(gonumLibrary{}, a, want, ipiv)
				require.Equal(t, ok, solve(Implementation{}, a, got, ipiv), "%s, n=%d, pivot %g", name, n, pivot)
				require.Equal(t, fmt.Sprint(want), fmt.Sprint(got), "%s, n=%d, pivot %g", name, n, pivot) // also NaN
			}
		}
	}
}

func TestSystemsOfFewRowsPanicAsGonumDoes(t *testing.T) {
	a, b := []float64{2, 1, 1, 2}, []float64{1, 1}
	for name, call := range map[string]func(l library){
		"short b":          func(l library) { l.Dgetrs(blas.NoTrans, 2, 1, a, 2, []int{0, 1}, b[:1], 1) },
		"short a":          func(l library) { l.Dgetrs(blas.NoTrans, 2, 1, a[:3], 2, []int{0, 1}, b, 1) },
		"transposition":    func(l library) { l.Dgetrs('x', 2, 1, a, 2, []int{0, 1}, b, 1) },
		"number of pivots": func(l library) { l.Dgetrs(blas.NoTrans, 2, 1, a, 2, []int{0}, b, 1) },
		"stride of a":      func(l library) { l.Dpotrs(blas.Lower, 2, 1, a, 1, b, 1) },
		"triangle":         func(l library) { l.Dpotrs('x', 2, 1, a, 2, b, 1) },
		"diagonal":         func(l library) { l.Dtrtrs(blas.Lower, blas.NoTrans, 'x', 2, 1, a, 2, b, 1) },
		"stride of b":      func(l library) { l.Dtrtrs(blas.Lower, blas.NoTrans, blas.Unit, 2, 1, a, 2, b, 0) },
		"increment":        func(l library) { l.Dtrsv(blas.Lower, blas.NoTrans, blas.Unit, 2, a, 2, b, 0) },
	} {
		panicOf := func(l library) (value any) {
			defer func() { value = recover() }()
			call(l)
			return nil
		}
		require.NotNil(t, panicOf(gonumLibrary{}), name)
		require.Equal(t, panicOf(gonumLibrary{}), panicOf(Implementation{}), name)
	}
	require.Equal(t, []float64{1, 1}, b, "unchanged")
}

func TestSmallTrtrsFindsAZeroAnywhereOnTheDiagonal(t *testing.T) {
	const nrhs = 8
	for _, n := range []int{4, 5, 12} {
		for zero := range n {
			a, b := make([]float64, n*n), make([]float64, n*nrhs)
			for i := range n {
				a[i*(n+1)] = 2
			}
			a[zero*(n+1)], b[0] = 0, 3
			got := slices.Clone(b)
			l := Implementation{}
			require.False(t, l.Dtrtrs(blas.Upper, blas.NoTrans, blas.NonUnit, n, nrhs, a, n, got, nrhs))
			require.Equal(t, b, got, "B is left as it was")
			require.True(t, l.Dtrtrs(blas.Upper, blas.NoTrans, blas.Unit, n, nrhs, a, n, got, nrhs))
			require.Equal(t, b, got, "the identity")
		}
	}
}
