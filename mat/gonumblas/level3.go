package gonumblas

import (
	"gonum.org/v1/gonum/blas"

	"ridge/internal/spans"
	"ridge/mat"
)

func gemm[T mat.Float](w mat.Workers, tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int,
	beta T, c []T, ldc int) bool {
	if alpha == 0 {
		return false
	}
	ta, okTA := transpose(tA)
	tb, okTB := transpose(tB)
	am, okA := operand(ta, m, k, a, lda)
	bm, okB := operand(tb, k, n, b, ldb)
	cm, okC := matrix(m, n, c, ldc)
	if !okTA || !okTB || !okA || !okB || !okC || overlap(cm, am) || overlap(cm, bm) {
		return false
	}
	mat.Gemm(ta, tb, alpha, am, bm, beta, cm, w)
	return true
}

func symm[T mat.Float](w mat.Workers, s blas.Side, ul blas.Uplo, m, n int, alpha T, a []T, lda int, b []T, ldb int,
	beta T, c []T, ldc int) bool {
	if alpha == 0 {
		return false
	}
	from, okSide := side(s)
	uplo, okUplo := triangle(ul)
	order := m
	if from == mat.Right {
		order = n
	}
	am, okA := matrix(order, order, a, lda)
	bm, okB := matrix(m, n, b, ldb)
	cm, okC := matrix(m, n, c, ldc)
	if !okSide || !okUplo || !okA || !okB || !okC || overlap(cm, am) || overlap(cm, bm) {
		return false
	}
	mat.Symm(from, uplo, alpha, am, bm, beta, cm, w)
	return true
}

func syrk[T mat.Float](w mat.Workers, ul blas.Uplo, tA blas.Transpose, n, k int, alpha T, a []T, lda int, beta T, c []T,
	ldc int) bool {
	if alpha == 0 {
		return false
	}
	uplo, okUplo := triangle(ul)
	t, okT := transpose(tA)
	am, okA := operand(t, n, k, a, lda)
	cm, okC := matrix(n, n, c, ldc)
	if !okUplo || !okT || !okA || !okC || overlap(cm, am) {
		return false
	}
	mat.Syrk(uplo, t, alpha, am, beta, cm, w)
	return true
}

// isFew reports whether syrkOfFew is faster than gonum's code.
func isFew(tA blas.Transpose, n, k int, c *crossing) bool {
	return max(n, k) < c.syrkFew || tA != blas.NoTrans && max(n, k) < c.syrkFewT
}

// syrkOfFew is syrk of matrices so small that calling other functions would take longer.
func syrkOfFew[T mat.Float](ul blas.Uplo, tA blas.Transpose, n, k int, alpha T, a []T, lda int, beta T, c []T,
	ldc int) bool {
	rows, cols, row, col := n, k, lda, 1
	if tA != blas.NoTrans {
		rows, cols, row, col = k, n, 1, lda
	}
	valid := (ul == blas.Upper || ul == blas.Lower) &&
		(tA == blas.NoTrans || tA == blas.Trans || tA == blas.ConjTrans) &&
		n > 0 && k > 0 && alpha != 0 && holds(rows, cols, a, lda) && holds(n, n, c, ldc) && !spans.Overlap(c, a)
	if !valid {
		return false
	}
	for i := range n {
		from, to := i, n
		if ul == blas.Lower {
			from, to = 0, i+1
		}
		for j := from; j < to; j++ {
			sum, at := dotOfFewStrided(k, a[i*row:], col, a[j*row:], col), i*ldc+j
			if beta == 0 {
				c[at] = alpha * sum
			} else {
				c[at] = alpha*sum + beta*c[at]
			}
		}
	}
	return true
}

// holds reports whether a has the elements of a rows×cols matrix, rows > 0, cols > 0.
func holds[T mat.Float](rows, cols int, a []T, lda int) bool {
	return lda >= cols && (rows == 1 || lda <= len(a)) && int64(rows-1)*int64(lda)+int64(cols) <= int64(len(a))
}

// volume is the number of multiplications of a product, which may be beyond int where that has 32 bits.
func volume(m, n, k int) int64 { return int64(m) * int64(n) * int64(k) }

// keepsLower reports whether gonum's syrk (v0.17.0) would multiply the lower triangle of C by beta = 0 and not
// overwrite it, so that NaN and infinities would stay. With invalid arguments it panics and must find C as it was.
func keepsLower[T mat.Float](ul blas.Uplo, tA blas.Transpose, n, k int, a []T, lda int, beta T, c []T, ldc int) bool {
	if ul != blas.Lower || tA == blas.NoTrans || beta != 0 {
		return false
	}
	_, okT := transpose(tA)
	am, okA := matrix(k, n, a, lda)
	cm, okC := matrix(n, n, c, ldc)
	return okT && okC && (okA && !overlap(cm, am) || k == 0 && lda >= n)
}

// clearLower clears the lower triangle of C.
func clearLower[T mat.Float](n int, c []T, ldc int) {
	for i := range n {
		clear(c[i*ldc:][:i+1])
	}
}

func syr2k[T mat.Float](w mat.Workers, ul blas.Uplo, tA blas.Transpose, n, k int, alpha T, a []T, lda int, b []T,
	ldb int, beta T, c []T, ldc int) bool {
	if alpha == 0 {
		return false
	}
	uplo, okUplo := triangle(ul)
	t, okT := transpose(tA)
	am, okA := operand(t, n, k, a, lda)
	bm, okB := operand(t, n, k, b, ldb)
	cm, okC := matrix(n, n, c, ldc)
	if !okUplo || !okT || !okA || !okB || !okC || overlap(cm, am) || overlap(cm, bm) {
		return false
	}
	mat.Syr2k(uplo, t, alpha, am, bm, beta, cm, w)
	return true
}

func trmm[T mat.Float](w mat.Workers, s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T,
	a []T, lda int, b []T, ldb int) bool {
	if alpha == 0 {
		return false
	}
	from, t, bm, ok := withTriangle(s, ul, tA, d, m, n, a, lda, b, ldb)
	if !ok {
		return false
	}
	mat.Trmm(from, t.uplo, t.trans, t.diag, alpha, t.a, bm, w)
	return true
}

func trsm[T mat.Float](w mat.Workers, s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T,
	a []T, lda int, b []T, ldb int) bool {
	if alpha == 0 {
		return false
	}
	from, t, bm, ok := withTriangle(s, ul, tA, d, m, n, a, lda, b, ldb)
	if !ok {
		return false
	}
	mat.Trsm(from, t.uplo, t.trans, t.diag, alpha, t.a, bm, w)
	return true
}

// withTriangle reads the arguments of a product or a system with a triangular matrix and an m×n
// matrix.
func withTriangle[T mat.Float](s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, a []T, lda int,
	b []T, ldb int) (from mat.Side, t triangularMatrix[T], bm mat.Dense[T], ok bool) {
	from, okSide := side(s)
	order := m
	if from == mat.Right {
		order = n
	}
	t, okT := triangular(ul, tA, d, order, a, lda)
	bm, okB := matrix(m, n, b, ldb)
	return from, t, bm, okSide && okT && okB && !overlap(bm, t.a)
}
