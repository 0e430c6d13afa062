package gonumblas

import "gonum.org/v1/gonum/blas"

// Dgemv computes y = alpha·op(A)·x + beta·y.
func (i Implementation) Dgemv(tA blas.Transpose, m, n int, alpha float64, a []float64, lda int, x []float64, incX int,
	beta float64, y []float64, incY int) {
	if m*n < crossing64.gemv || !gemv(i.count(), tA, m, n, alpha, a, lda, x, incX, beta, y, incY) {
		i.gonumBLAS.Dgemv(tA, m, n, alpha, a, lda, x, incX, beta, writtenOf64(tA, n, beta, y, incY), incY)
	}
}

// Dger computes A += alpha·x·yᵀ.
func (i Implementation) Dger(m, n int, alpha float64, x []float64, incX int, y []float64, incY int, a []float64,
	lda int) {
	if (incX > 0 && incY > 0 && m*n < crossing64.ger) || !ger(m, n, alpha, x, incX, y, incY, a, lda) {
		i.gonumBLAS.Dger(m, n, alpha, x, incX, y, incY, a, lda)
	}
}

// Dsymv computes y = alpha·A·x + beta·y, A being symmetric.
func (i Implementation) Dsymv(ul blas.Uplo, n int, alpha float64, a []float64, lda int, x []float64, incX int,
	beta float64, y []float64, incY int) {
	if isOne(ul, n, a, lda, x, incX) && incY != 0 && len(y) > 0 && alpha != 0 && beta == 0 {
		y[0] = alpha * a[0] * x[0]
		return
	}
	if n < crossing64.symv || !symv(ul, n, alpha, a, lda, x, incX, beta, y, incY) {
		i.gonumBLAS.Dsymv(ul, n, alpha, a, lda, x, incX, beta, y, incY)
	}
}

// Dsyr computes a triangle of A += alpha·x·xᵀ.
func (i Implementation) Dsyr(ul blas.Uplo, n int, alpha float64, x []float64, incX int, a []float64, lda int) {
	if isOne(ul, n, a, lda, x, incX) && alpha != 0 {
		a[0] += alpha * x[0] * x[0]
		return
	}
	if n < crossing64.syr || !syr(ul, n, alpha, x, incX, a, lda) {
		i.gonumBLAS.Dsyr(ul, n, alpha, x, incX, a, lda)
	}
}

// Dsyr2 computes a triangle of A += alpha·(x·yᵀ + y·xᵀ).
func (i Implementation) Dsyr2(ul blas.Uplo, n int, alpha float64, x []float64, incX int, y []float64, incY int,
	a []float64, lda int) {
	if isOne(ul, n, a, lda, x, incX) && incY != 0 && len(y) > 0 && alpha != 0 {
		a[0] += alpha*x[0]*y[0] + alpha*y[0]*x[0]
		return
	}
	if n < crossing64.syr || !syr2(ul, n, alpha, x, incX, y, incY, a, lda) {
		i.gonumBLAS.Dsyr2(ul, n, alpha, x, incX, y, incY, a, lda)
	}
}

// Dtrmv computes x = op(A)·x, A being triangular.
func (i Implementation) Dtrmv(ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []float64, lda int, x []float64,
	incX int) {
	if isOne(ul, n, a, lda, x, incX) && isDivisor(tA, d) {
		x[0] *= a[0]
		return
	}
	if n < crossing64.trmv || !trmv(ul, tA, d, n, a, lda, x, incX) {
		i.gonumBLAS.Dtrmv(ul, tA, d, n, a, lda, x, incX)
	}
}

// Dtrsv solves op(A)·x = b, A being triangular, and overwrites b in x with the solution.
func (i Implementation) Dtrsv(ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []float64, lda int, x []float64,
	incX int) {
	if isOne(ul, n, a, lda, x, incX) && isDivisor(tA, d) {
		x[0] /= a[0]
		return
	}
	if n < crossing64.trsvFew && forward(n, x, incX) && isTriangle(ul, tA, d) && holds(n, n, a, lda) &&
		substitute(ul, tA, d, n, a, lda, x, incX) {
		return
	}
	if n < crossing64.trsv || !trsv(ul, tA, d, n, a, lda, x, incX) {
		i.gonumBLAS.Dtrsv(ul, tA, d, n, a, lda, x, incX)
	}
}

// Sgemv computes y = alpha·op(A)·x + beta·y.
func (i Implementation) Sgemv(tA blas.Transpose, m, n int, alpha float32, a []float32, lda int, x []float32, incX int,
	beta float32, y []float32, incY int) {
	if m*n < crossing32.gemv || !gemv(i.count(), tA, m, n, alpha, a, lda, x, incX, beta, y, incY) {
		i.gonumBLAS.Sgemv(tA, m, n, alpha, a, lda, x, incX, beta, written(tA, n, beta, y, incY), incY)
	}
}

// Sger computes A += alpha·x·yᵀ.
func (i Implementation) Sger(m, n int, alpha float32, x []float32, incX int, y []float32, incY int, a []float32,
	lda int) {
	if (incX > 0 && incY > 0 && m*n < crossing32.ger) || !ger(m, n, alpha, x, incX, y, incY, a, lda) {
		i.gonumBLAS.Sger(m, n, alpha, x, incX, y, incY, a, lda)
	}
}

// Ssymv computes y = alpha·A·x + beta·y, A being symmetric.
func (i Implementation) Ssymv(ul blas.Uplo, n int, alpha float32, a []float32, lda int, x []float32, incX int,
	beta float32, y []float32, incY int) {
	if isOne(ul, n, a, lda, x, incX) && incY != 0 && len(y) > 0 && alpha != 0 && beta == 0 {
		y[0] = alpha * a[0] * x[0]
		return
	}
	if n < crossing32.symv || !symv(ul, n, alpha, a, lda, x, incX, beta, y, incY) {
		i.gonumBLAS.Ssymv(ul, n, alpha, a, lda, x, incX, beta, y, incY)
	}
}

// Ssyr computes a triangle of A += alpha·x·xᵀ.
func (i Implementation) Ssyr(ul blas.Uplo, n int, alpha float32, x []float32, incX int, a []float32, lda int) {
	if isOne(ul, n, a, lda, x, incX) && alpha != 0 {
		a[0] += alpha * x[0] * x[0]
		return
	}
	if n < crossing32.syr || !syr(ul, n, alpha, x, incX, a, lda) {
		i.gonumBLAS.Ssyr(ul, n, alpha, x, incX, a, lda)
	}
}

// Ssyr2 computes a triangle of A += alpha·(x·yᵀ + y·xᵀ).
func (i Implementation) Ssyr2(ul blas.Uplo, n int, alpha float32, x []float32, incX int, y []float32, incY int,
	a []float32, lda int) {
	if isOne(ul, n, a, lda, x, incX) && incY != 0 && len(y) > 0 && alpha != 0 {
		a[0] += alpha*x[0]*y[0] + alpha*y[0]*x[0]
		return
	}
	if n < crossing32.syr || !syr2(ul, n, alpha, x, incX, y, incY, a, lda) {
		i.gonumBLAS.Ssyr2(ul, n, alpha, x, incX, y, incY, a, lda)
	}
}

// Strmv computes x = op(A)·x, A being triangular.
func (i Implementation) Strmv(ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []float32, lda int, x []float32,
	incX int) {
	if isOne(ul, n, a, lda, x, incX) && isDivisor(tA, d) {
		x[0] *= a[0]
		return
	}
	if n < crossing32.trmv || !trmv(ul, tA, d, n, a, lda, x, incX) {
		i.gonumBLAS.Strmv(ul, tA, d, n, a, lda, x, incX)
	}
}

// Strsv solves op(A)·x = b, A being triangular, and overwrites b in x with the solution.
func (i Implementation) Strsv(ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []float32, lda int, x []float32,
	incX int) {
	if isOne(ul, n, a, lda, x, incX) && isDivisor(tA, d) {
		x[0] /= a[0]
		return
	}
	if n < crossing32.trsvFew && forward(n, x, incX) && isTriangle(ul, tA, d) && holds(n, n, a, lda) &&
		substitute(ul, tA, d, n, a, lda, x, incX) {
		return
	}
	if n < crossing32.trsv || !trsv(ul, tA, d, n, a, lda, x, incX) {
		i.gonumBLAS.Strsv(ul, tA, d, n, a, lda, x, incX)
	}
}
