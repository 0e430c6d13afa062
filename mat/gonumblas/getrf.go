package gonumblas

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack"

	"ridge/mat"
)

// Dgetrf computes the LU factorization of a general matrix with partial pivoting. It returns
// whether all pivots are nonzero.
func (i Implementation) Dgetrf(m, n int, a []float64, lda int, ipiv []int) (ok bool) {
	if min(m, n) < crossingLAPACK.getrf {
		return i.Dgetf2(m, n, a, lda, ipiv)
	}
	am, okA := matrix(m, n, a, lda)
	if !okA || len(ipiv) != min(m, n) {
		return i.gonumLAPACK.Dgetrf(m, n, a, lda, ipiv)
	}
	return mat.Getrf(am, ipiv, i.count()) == nil
}

// Dgetrs solves op(A)·X = B with the factorization of Dgetrf.
func (i Implementation) Dgetrs(trans blas.Transpose, n, nrhs int, a []float64, lda int, ipiv []int, b []float64,
	ldb int) {
	if solvesFew(n, nrhs) && getrsOfFew(trans, n, nrhs, a, lda, ipiv, b, ldb) {
		return
	}
	if n < crossingLAPACK.solve {
		i.gonumLAPACK.Dgetrs(trans, n, nrhs, a, lda, ipiv, b, ldb)
		return
	}
	t, okT := transpose(trans)
	am, okA := matrix(n, n, a, lda)
	bm, okB := matrix(n, nrhs, b, ldb)
	if !okT || !okA || !okB || len(ipiv) != n || overlap(bm, am) {
		i.gonumLAPACK.Dgetrs(trans, n, nrhs, a, lda, ipiv, b, ldb)
		return
	}
	mat.Getrs(t, am, ipiv, bm, i.count())
}

// Dgetri computes the inverse from the factorization of Dgetrf. It returns whether the matrix is
// nonsingular.
func (i Implementation) Dgetri(n int, a []float64, lda int, ipiv []int, work []float64, lwork int) (ok bool) {
	if n < crossingLAPACK.trtri {
		return i.gonumLAPACK.Dgetri(n, a, lda, ipiv, work, lwork)
	}
	am, okA := matrix(n, n, a, lda)
	if !okA || len(ipiv) != n || !hasWork(n, work, lwork) || !invertibleDiagonal(am) {
		return i.gonumLAPACK.Dgetri(n, a, lda, ipiv, work, lwork)
	}
	if mat.Getri(am, ipiv, i.count()) != nil {
		return false
	}
	return i.gonumLAPACK.Dgetri(n, a, lda, ipiv, work, -1)
}

// Dgecon estimates the reciprocal condition number from the factorization of Dgetrf and the norm of
// the matrix before it was factored.
func (i Implementation) Dgecon(norm lapack.MatrixNorm, n int, a []float64, lda int, anorm float64, work []float64,
	iwork []int) float64 {
	if n < crossingLAPACK.condition {
		return i.gonumLAPACK.Dgecon(norm, n, a, lda, anorm, work, iwork)
	}
	which, okNorm := columnOrRowSums(norm)
	am, okA := matrix(n, n, a, lda)
	if !okNorm || !okA || !(anorm > 0 && anorm <= math.MaxFloat64) || len(work) < 4*n || len(iwork) < n ||
		!invertibleDiagonal(am) {
		return i.gonumLAPACK.Dgecon(norm, n, a, lda, anorm, work, iwork)
	}
	return mat.Gecon(which, am, anorm)
}

// columnOrRowSums returns the norm as one of package mat. Condition numbers exist in these two norms only.
func columnOrRowSums(norm lapack.MatrixNorm) (mat.Norm, bool) {
	switch norm {
	case lapack.MaxColumnSum:
		return mat.OneNorm, true
	case lapack.MaxRowSum:
		return mat.InfNorm, true
	}
	return 0, false
}

// hasWork reports whether the workspace has at least n elements and the call is not a workspace
// query. Package mat has its own workspace. Of the caller's only the first element is written,
// which gets the size as in gonum.
func hasWork(n int, work []float64, lwork int) bool { return lwork >= max(1, n) && len(work) >= lwork }
