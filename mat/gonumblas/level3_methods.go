package gonumblas

import "gonum.org/v1/gonum/blas"

// Dgemm computes C = alpha·op(A)·op(B) + beta·C.
func (i Implementation) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64,
	ldb int, beta float64, c []float64, ldc int) {
	if volume(m, n, k) < crossing64.gemm || !gemm(i.count(), tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		i.gonumBLAS.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Dsymm computes C = alpha·A·B + beta·C or C = alpha·B·A + beta·C, A being symmetric.
func (i Implementation) Dsymm(s blas.Side, ul blas.Uplo, m, n int, alpha float64, a []float64, lda int, b []float64,
	ldb int, beta float64, c []float64, ldc int) {
	if m*n < crossing64.symm || !symm(i.count(), s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc) {
		i.gonumBLAS.Dsymm(s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Dsyrk computes a triangle of C = alpha·A·Aᵀ + beta·C or C = alpha·Aᵀ·A + beta·C.
func (i Implementation) Dsyrk(ul blas.Uplo, t blas.Transpose, n, k int, alpha float64, a []float64, lda int,
	beta float64, c []float64, ldc int) {
	if isFew(t, n, k, &crossing64) && syrkOfFew(ul, t, n, k, alpha, a, lda, beta, c, ldc) {
		return
	}
	if volume(n, n, k) < crossing64.syrk || !syrk(i.count(), ul, t, n, k, alpha, a, lda, beta, c, ldc) {
		if keepsLower(ul, t, n, k, a, lda, beta, c, ldc) {
			clearLower(n, c, ldc)
			beta = 1
		}
		i.gonumBLAS.Dsyrk(ul, t, n, k, alpha, a, lda, beta, c, ldc)
	}
}

// Dsyr2k computes a triangle of C = alpha·(A·Bᵀ + B·Aᵀ) + beta·C or C = alpha·(Aᵀ·B + Bᵀ·A) + beta·C.
func (i Implementation) Dsyr2k(ul blas.Uplo, t blas.Transpose, n, k int, alpha float64, a []float64, lda int,
	b []float64, ldb int, beta float64, c []float64, ldc int) {
	if volume(n, n, k) < crossing64.syrk || !syr2k(i.count(), ul, t, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		i.gonumBLAS.Dsyr2k(ul, t, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Dtrmm computes B = alpha·op(A)·B or B = alpha·B·op(A), A being triangular.
func (i Implementation) Dtrmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64,
	a []float64, lda int, b []float64, ldb int) {
	if crossing64.trmm.isBelow(s, m, n) || !trmm(i.count(), s, ul, tA, d, m, n, alpha, a, lda, b, ldb) {
		i.gonumBLAS.Dtrmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	}
}

// Dtrsm solves op(A)·X = alpha·B or X·op(A) = alpha·B, A being triangular, and overwrites B with X.
func (i Implementation) Dtrsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64,
	a []float64, lda int, b []float64, ldb int) {
	if m*n < crossing64.trsm || !trsm(i.count(), s, ul, tA, d, m, n, alpha, a, lda, b, ldb) {
		i.gonumBLAS.Dtrsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	}
}

// Sgemm computes C = alpha·op(A)·op(B) + beta·C.
func (i Implementation) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32,
	ldb int, beta float32, c []float32, ldc int) {
	if volume(m, n, k) < crossing32.gemm || !gemm(i.count(), tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		i.gonumBLAS.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Ssymm computes C = alpha·A·B + beta·C or C = alpha·B·A + beta·C, A being symmetric.
func (i Implementation) Ssymm(s blas.Side, ul blas.Uplo, m, n int, alpha float32, a []float32, lda int, b []float32,
	ldb int, beta float32, c []float32, ldc int) {
	if m*n < crossing32.symm || !symm(i.count(), s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc) {
		i.gonumBLAS.Ssymm(s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Ssyrk computes a triangle of C = alpha·A·Aᵀ + beta·C or C = alpha·Aᵀ·A + beta·C.
func (i Implementation) Ssyrk(ul blas.Uplo, t blas.Transpose, n, k int, alpha float32, a []float32, lda int,
	beta float32, c []float32, ldc int) {
	if isFew(t, n, k, &crossing32) && syrkOfFew(ul, t, n, k, alpha, a, lda, beta, c, ldc) {
		return
	}
	if volume(n, n, k) < crossing32.syrk || !syrk(i.count(), ul, t, n, k, alpha, a, lda, beta, c, ldc) {
		if keepsLower(ul, t, n, k, a, lda, beta, c, ldc) {
			clearLower(n, c, ldc)
			beta = 1
		}
		i.gonumBLAS.Ssyrk(ul, t, n, k, alpha, a, lda, beta, c, ldc)
	}
}

// Ssyr2k computes a triangle of C = alpha·(A·Bᵀ + B·Aᵀ) + beta·C or C = alpha·(Aᵀ·B + Bᵀ·A) + beta·C.
func (i Implementation) Ssyr2k(ul blas.Uplo, t blas.Transpose, n, k int, alpha float32, a []float32, lda int,
	b []float32, ldb int, beta float32, c []float32, ldc int) {
	if volume(n, n, k) < crossing32.syrk || !syr2k(i.count(), ul, t, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		i.gonumBLAS.Ssyr2k(ul, t, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Strmm computes B = alpha·op(A)·B or B = alpha·B·op(A), A being triangular.
func (i Implementation) Strmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float32,
	a []float32, lda int, b []float32, ldb int) {
	if crossing32.trmm.isBelow(s, m, n) || !trmm(i.count(), s, ul, tA, d, m, n, alpha, a, lda, b, ldb) {
		i.gonumBLAS.Strmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	}
}

// Strsm solves op(A)·X = alpha·B or X·op(A) = alpha·B, A being triangular, and overwrites B with X.
func (i Implementation) Strsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float32,
	a []float32, lda int, b []float32, ldb int) {
	if m*n < crossing32.trsm || !trsm(i.count(), s, ul, tA, d, m, n, alpha, a, lda, b, ldb) {
		i.gonumBLAS.Strsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	}
}
