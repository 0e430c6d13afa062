package gonumblas

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack"
)

// BLAS and LAPACK do not define what such calls compute, but gonum's do not panic.
func TestDecompositionsWithOutputsThatShareElementsAreLeftToGonum(t *testing.T) {
	const n = 40
	long := func() []float64 { return randomVector(2*n*n, 3) }
	a, b, d, e, work := long(), long(), long(), long(), make([]float64, 10*n)
	for name, call := range map[string]func(){
		"Dbdsqr": func() {
			Implementation{}.Dbdsqr(blas.Upper, n, n, 0, 0, a[n*n-n:], e, a, n, nil, 1, nil, 1, work)
		},
		"Dsteqr": func() { Implementation{}.Dsteqr(lapack.EVTridiag, n, d, b[n*n-n:], b, n, work) },
		"Dsyev":  func() { Implementation{}.Dsyev(lapack.EVCompute, blas.Lower, n, a, n, a[n*n-n:], work, len(work)) },
		"Dgesvd": func() {
			job := lapack.SVDStore
			Implementation{}.Dgesvd(job, job, n, n, d, n, e[n*n-n:], e, n, b, n, work, len(work))
		},
	} {
		require.NotPanics(t, call, name)
	}
}
