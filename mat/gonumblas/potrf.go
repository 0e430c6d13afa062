package gonumblas

import (
	"math"

	"gonum.org/v1/gonum/blas"

	"ridge/mat"
)

// Dpotrf computes the Cholesky factorization of a symmetric positive definite matrix. It returns
// whether the matrix is positive definite.
func (i Implementation) Dpotrf(ul blas.Uplo, n int, a []float64, lda int) (ok bool) {
	if n < crossingLAPACK.potrf {
		return i.Dpotf2(ul, n, a, lda)
	}
	uplo, okUplo := triangle(ul)
	am, okA := matrix(n, n, a, lda)
	if !okUplo || !okA {
		return i.gonumLAPACK.Dpotrf(ul, n, a, lda)
	}
	return mat.Potrf(uplo, am, i.count()) == nil
}

// Dpotrs solves A·X = B with the factor of Dpotrf.
func (i Implementation) Dpotrs(ul blas.Uplo, n, nrhs int, a []float64, lda int, b []float64, ldb int) {
	if solvesFew(n, nrhs) && potrsOfFew(ul, n, nrhs, a, lda, b, ldb) {
		return
	}
	if n < crossingLAPACK.solve {
		i.gonumLAPACK.Dpotrs(ul, n, nrhs, a, lda, b, ldb)
		return
	}
	uplo, okUplo := triangle(ul)
	am, okA := matrix(n, n, a, lda)
	bm, okB := matrix(n, nrhs, b, ldb)
	if !okUplo || !okA || !okB || overlap(bm, am) {
		i.gonumLAPACK.Dpotrs(ul, n, nrhs, a, lda, b, ldb)
		return
	}
	mat.Potrs(uplo, am, bm, i.count())
}

// Dpotri computes the inverse from the factor of Dpotrf. It returns whether the factor is
// nonsingular.
func (i Implementation) Dpotri(ul blas.Uplo, n int, a []float64, lda int) (ok bool) {
	if n < crossingLAPACK.potri {
		return i.gonumLAPACK.Dpotri(ul, n, a, lda)
	}
	uplo, okUplo := triangle(ul)
	am, okA := matrix(n, n, a, lda)
	if !okUplo || !okA || !invertibleDiagonal(am) {
		return i.gonumLAPACK.Dpotri(ul, n, a, lda)
	}
	return mat.Potri(uplo, am, i.count()) == nil
}

// Dpocon estimates the reciprocal condition number from the factor of Dpotrf and the norm of the
// matrix before it was factored.
func (i Implementation) Dpocon(ul blas.Uplo, n int, a []float64, lda int, anorm float64, work []float64,
	iwork []int) float64 {
	if n < crossingLAPACK.condition {
		return i.gonumLAPACK.Dpocon(ul, n, a, lda, anorm, work, iwork)
	}
	uplo, okUplo := triangle(ul)
	am, okA := matrix(n, n, a, lda)
	if !okUplo || !okA || !(anorm > 0 && anorm <= math.MaxFloat64) || len(work) < 3*n || len(iwork) < n ||
		!invertibleDiagonal(am) {
		return i.gonumLAPACK.Dpocon(ul, n, a, lda, anorm, work, iwork)
	}
	return mat.Pocon(uplo, am, anorm)
}

// Dlauum computes U·Uᵀ or Lᵀ·L of a triangular matrix, in place.
func (i Implementation) Dlauum(ul blas.Uplo, n int, a []float64, lda int) {
	if n < crossingLAPACK.lauum {
		i.Dlauu2(ul, n, a, lda)
		return
	}
	uplo, okUplo := triangle(ul)
	am, okA := matrix(n, n, a, lda)
	if !okUplo || !okA {
		i.gonumLAPACK.Dlauum(ul, n, a, lda)
		return
	}
	mat.Lauum(uplo, am, i.count())
}

// Dtrtri computes the inverse of a triangular matrix. It returns whether the matrix is nonsingular.
func (i Implementation) Dtrtri(ul blas.Uplo, d blas.Diag, n int, a []float64, lda int) (ok bool) {
	if n >= crossingLAPACK.trtri {
		return i.trtri(ul, d, n, a, lda)
	}
	valid := (ul == blas.Upper || ul == blas.Lower) && n > 0 && holds(n, n, a, lda)
	if !valid || d != blas.NonUnit {
		return i.gonumLAPACK.Dtrtri(ul, d, n, a, lda)
	}
	if hasZeroDivisor(d, n, a, lda) {
		return false
	}
	i.Dtrti2(ul, d, n, a, lda)
	return true
}

// trtri is Dtrtri of a matrix that is not small.
func (i Implementation) trtri(ul blas.Uplo, d blas.Diag, n int, a []float64, lda int) (ok bool) {
	t, ok := triangular(ul, blas.NoTrans, d, n, a, lda)
	if !ok || t.diag == mat.NonUnit && !invertibleDiagonal(t.a) {
		return i.gonumLAPACK.Dtrtri(ul, d, n, a, lda)
	}
	return mat.Trtri(t.uplo, t.diag, t.a, i.count()) == nil
}

// Dtrtrs solves a triangular system. It returns whether the matrix is nonsingular.
func (i Implementation) Dtrtrs(ul blas.Uplo, trans blas.Transpose, d blas.Diag, n, nrhs int, a []float64, lda int,
	b []float64, ldb int) (ok bool) {
	if solvesFew(n, nrhs) && trtrsOfFew(ul, trans, d, n, nrhs, a, lda, b, ldb) {
		return true
	}
	if n < crossingLAPACK.solve {
		if isTriangle(ul, trans, d) && isGeneral(n, nrhs, b, ldb) && holds(n, n, a, lda) &&
			!hasZeroDivisor(d, n, a, lda) {
			i.Dtrsm(blas.Left, ul, trans, d, n, nrhs, 1, a, lda, b, ldb)
			return true
		}
		return i.gonumLAPACK.Dtrtrs(ul, trans, d, n, nrhs, a, lda, b, ldb)
	}
	t, okT := triangular(ul, trans, d, n, a, lda)
	bm, okB := matrix(n, nrhs, b, ldb)
	if !okT || !okB || hasZeroDivisor(d, n, a, lda) || overlap(bm, t.a) {
		return i.gonumLAPACK.Dtrtrs(ul, trans, d, n, nrhs, a, lda, b, ldb)
	}
	mat.Trsm(mat.Left, t.uplo, t.trans, t.diag, 1, t.a, bm, i.count())
	return true
}

// hasZeroDivisor reports whether a triangular matrix has a zero on its diagonal that is not taken for 1.
func hasZeroDivisor(d blas.Diag, n int, a []float64, lda int) bool {
	for i := 0; d == blas.NonUnit && i < n; i++ {
		if a[i*(lda+1)] == 0 {
			return true
		}
	}
	return false
}
