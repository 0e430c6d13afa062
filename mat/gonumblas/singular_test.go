package gonumblas

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack"
)

// U·S·VT equals A up to rounding errors, for all shapes and for hard matrices.
func TestSingularValueDecompositionsMultiplyToA(t *testing.T) {
	natively(t)
	for _, shape := range [][2]int{{40, 40}, {50, 40}, {40, 50}, {100, 30}, {30, 100}, {2, 2}, {7, 2}, {2, 1}, {1, 5}} {
		m, n := shape[0], shape[1]
		for name, hard := range hardMatrices(max(m, n)) {
			for _, job := range []lapack.SVDJob{lapack.SVDAll, lapack.SVDStore} {
				t.Run(fmt.Sprintf("%d×%d, %s, %c", m, n, name, job), func(t *testing.T) {
					checkSingular(t, m, n, hard.a[:m*n], hard.scale, job)
				})
			}
		}
	}
}

func checkSingular(t *testing.T, m, n int, a []float64, scale float64, job lapack.SVDJob) {
	l, k := Implementation{}, min(m, n)
	cols, rows := wanted(job, m, k), wanted(job, n, k)
	s, u, vt := make([]float64, k), make([]float64, m*cols), make([]float64, rows*n)
	work := make([]float64, 300*max(m, n))
	require.True(t, l.Dgesvd(job, job, m, n, append([]float64(nil), a...), n, s, u, cols, vt, n, work, len(work)))
	norm := s[0]
	for i := range s {
		require.GreaterOrEqual(t, s[max(i-1, 0)], s[i])
		require.False(t, math.Signbit(s[i]))
	}
	bound := 20 * float64(max(m, n)) * 0x1p-53
	requireOrthonormal(t, blas.Trans, m, cols, u, bound)
	requireOrthonormal(t, blas.NoTrans, rows, n, vt, bound)
	for i := range m {
		for j := range n {
			v := 0.0
			for q := range k {
				v += u[i*cols+q] * (s[q] * scale) * vt[q*n+j]
			}
			require.InDelta(t, a[i*n+j]*scale, v, bound*norm*scale)
		}
	}
	for _, part := range [][2]lapack.SVDJob{
		{job, lapack.SVDNone}, {lapack.SVDNone, job}, {lapack.SVDNone, lapack.SVDNone},
	} {
		values := make([]float64, k)
		require.True(t,
			l.Dgesvd(part[0], part[1], m, n, append([]float64(nil), a...), n, values, u, cols, vt, n, work, len(work)))
		for i, v := range values {
			assert.InDelta(t, s[i]*scale, v*scale, bound*norm*scale)
		}
	}
}

// requireOrthonormal checks the columns (Trans) or rows of a matrix.
func requireOrthonormal(t *testing.T, tr blas.Transpose, m, n int, a []float64, bound float64) {
	t.Helper()
	order := m
	if tr == blas.Trans {
		order = n
	}
	gram := make([]float64, order*order)
	other := blas.Trans
	if tr == blas.Trans {
		other = blas.NoTrans
	}
	gonumLibrary{}.Dgemm(tr, other, order, order, m+n-order, 1, a, n, a, n, 0, gram, order)
	for i := range order {
		for j := range order {
			want := 0.0
			if i == j {
				want = 1
			}
			require.InDelta(t, want, gram[i*order+j], bound)
		}
	}
}

// Q·D·Qᵀ equals A up to rounding errors, whichever triangle is given.
func TestSymmetricEigenvalueDecompositions(t *testing.T) {
	natively(t)
	for _, n := range []int{2, 3, 40, 100} {
		for name, hard := range hardMatrices(n) {
			for _, ul := range []blas.Uplo{blas.Lower, blas.Upper} {
				t.Run(fmt.Sprintf("%d, %s, %c", n, name, ul), func(t *testing.T) {
					checkEigen(t, ul, n, hard.a, hard.scale)
				})
			}
		}
	}
}

func checkEigen(t *testing.T, ul blas.Uplo, n int, a []float64, scale float64) {
	q, w, work := append([]float64(nil), a...), make([]float64, n), make([]float64, 40*n)
	require.True(t, Implementation{}.Dsyev(lapack.EVCompute, ul, n, q, n, w, work, len(work)))
	bound := 20 * float64(n) * 0x1p-53
	requireOrthonormal(t, blas.Trans, n, n, q, bound)
	norm := max(math.Abs(w[0]), math.Abs(w[n-1])) * scale
	for i := range n {
		require.LessOrEqual(t, w[max(i-1, 0)], w[i])
		for j := range i + 1 {
			v := 0.0
			for k := range n {
				v += q[i*n+k] * (w[k] * scale) * q[j*n+k]
			}
			want := a[i*n+j]
			if ul == blas.Upper {
				want = a[j*n+i]
			}
			require.InDelta(t, want*scale, v, bound*norm)
		}
	}
}

// Decompositions of matrices with NaN or Inf fail, as in gonum's code.
func TestNonfiniteDecompositionsFail(t *testing.T) {
	natively(t)
	const n = 20
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		a, s, work := randomVector(n*n, 1), make([]float64, n), make([]float64, 100*n)
		u, vt := make([]float64, n*n), make([]float64, n*n)
		a[3*n+3] = bad
		assert.False(t,
			Implementation{}.Dgesvd(lapack.SVDAll, lapack.SVDAll, n, n, append([]float64(nil), a...),
				n, s, u, n, vt, n, work, len(work)))
		assert.False(t, Implementation{}.Dsyev(lapack.EVCompute, blas.Lower, n, a, n, s, work, len(work)))
	}
}
