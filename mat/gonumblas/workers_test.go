package gonumblas

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack"

	"ridge/internal/processors"
	"ridge/mat"
)

// The bits of a result do not depend on the number of goroutines.
func TestWorkersDoNotChangeBits(t *testing.T) {
	defer processors.Pretend(8)() // a call uses no more workers
	const n = 300
	results := func(w mat.Workers) (all [][]float64) {
		l := With(w)
		a, b, c := dominant(n), randomVector(n*n, 2), randomVector(n*n, 3)
		l.Dgemm(blas.NoTrans, blas.Trans, n, n, n, 1.5, a, n, b, n, 0.5, c, n)
		all = append(all, append([]float64(nil), c...))
		l.Dsyr2k(blas.Lower, blas.Trans, n, n, 1, a, n, b, n, 1, c, n)
		l.Dsymm(blas.Left, blas.Lower, n, n, 1, a, n, b, n, 0.5, c, n)
		l.Dsyrk(blas.Upper, blas.NoTrans, n, n, 1e-3, b, n, 1, c, n)
		l.Dtrmm(blas.Left, blas.Lower, blas.NoTrans, blas.NonUnit, n, n, 1e-2, a, n, b, n)
		all = append(all, append([]float64(nil), b...), append([]float64(nil), c...))
		l.Dtrsm(blas.Right, blas.Upper, blas.Trans, blas.NonUnit, n, n, 1, a, n, b, n)
		require.True(t, l.Dpotrf(blas.Lower, n, a, n))
		ipiv, tau, work := make([]int, n), make([]float64, n), make([]float64, 64*n)
		require.True(t, l.Dgetrf(n, n, c, n, ipiv))
		l.Dgeqrf(n, n, b, n, tau, work, len(work))
		all = append(all, append([]float64(nil), b...), append([]float64(nil), c...), tau)
		s, u, vt := make([]float64, n), make([]float64, n*n), make([]float64, n*n)
		require.True(t, l.Dsyev(lapack.EVCompute, blas.Lower, n, a, n, tau, work, len(work)))
		require.True(t, l.Dgesvd(lapack.SVDAll, lapack.SVDAll, n, n, b, n, s, u, n, vt, n, work, len(work)))
		return append(all, a, s, u, vt)
	}
	one := results(1)
	for _, w := range []mat.Workers{2, 3, 7} {
		assert.Equal(t, one, results(w), "%d workers", w)
	}
}
