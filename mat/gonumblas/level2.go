package gonumblas

import (
	"unsafe"

	"gonum.org/v1/gonum/blas"

	"ridge/internal/spans"
	"ridge/mat"
)

func gemv[T mat.Float](w mat.Workers, tA blas.Transpose, m, n int, alpha T, a []T, lda int, x []T, incX int, beta T,
	y []T, incY int) bool {
	t, ok := transpose(tA)
	am, okA := matrix(m, n, a, lda)
	if t == mat.Trans {
		m, n = n, m
	}
	if !ok || !okA || alpha == 0 {
		return false
	}
	v, ok := productVectors(am, n, x, incX, m, y, incY)
	if ok {
		mat.Gemv(t, alpha, am, v.in.data, beta, v.out.data, w)
		v.out.store()
		v.release()
	}
	return ok
}

func symv[T mat.Float](ul blas.Uplo, n int, alpha T, a []T, lda int, x []T, incX int, beta T, y []T, incY int) bool {
	uplo, ok := triangle(ul)
	am, okA := matrix(n, n, a, lda)
	if !ok || !okA || alpha == 0 {
		return false
	}
	v, ok := productVectors(am, n, x, incX, n, y, incY)
	if ok {
		mat.Symv(uplo, alpha, am, v.in.data, beta, v.out.data)
		v.out.store()
		v.release()
	}
	return ok
}

// isOne reports whether the arguments are one element of a symmetric or triangular matrix of order 1, and one of a
// vector. The routines below handle them without another call, which would take a tenth of the time.
func isOne[T mat.Float](ul blas.Uplo, n int, a []T, lda int, x []T, incX int) bool {
	return n == 1 && lda >= 1 && incX != 0 && len(a) > 0 && len(x) > 0 && (ul == blas.Upper || ul == blas.Lower)
}

// isDivisor reports whether a triangular matrix of order 1 isn't taken for 1.
func isDivisor(tA blas.Transpose, d blas.Diag) bool {
	return d == blas.NonUnit && (tA == blas.NoTrans || tA == blas.Trans || tA == blas.ConjTrans)
}

// vectors are the two vectors of a product of a matrix and a vector, or of an update of a matrix.
type vectors[T mat.Float] struct{ in, out vector[T] }

func (v *vectors[T]) release() {
	v.in.release()
	v.out.release()
}

// productVectors reads the vector x that a is multiplied by, and the vector y that is written. It returns false if y
// overlaps x or a. If ok, the vectors must be released.
func productVectors[T mat.Float](a mat.Dense[T], n int, x []T, incX, m int, y []T, incY int) (v vectors[T], ok bool) {
	if !isVector(n, x, incX) || !isVector(m, y, incY) {
		return v, false
	}
	v = vectors[T]{contiguous(n, x, incX), contiguous(m, y, incY)}
	if spans.Overlap(v.out.data, v.in.data) || overlap(row(v.out.data), a) {
		v.release()
		return v, false
	}
	return v, true
}

// updateVectors reads the vectors of an update of a. It returns false if one of them overlaps a. If ok, the vectors
// must be released.
func updateVectors[T mat.Float](a mat.Dense[T], x []T, incX int, y []T, incY int) (v vectors[T], ok bool) {
	if !isVector(a.Rows, x, incX) || !isVector(a.Cols, y, incY) {
		return v, false
	}
	v = vectors[T]{contiguous(a.Rows, x, incX), contiguous(a.Cols, y, incY)}
	if overlap(a, row(v.in.data)) || overlap(a, row(v.out.data)) {
		v.release()
		return v, false
	}
	return v, true
}

// ger is never left to gonum with a negative increment: gonum's assembly (v0.17.0) then reads the wrong elements.
// Instead, vectors that overlap a are copied.
func ger[T mat.Float](m, n int, alpha T, x []T, incX int, y []T, incY int, a []T, lda int) bool {
	am, ok := matrix(m, n, a, lda)
	if !ok || alpha == 0 || !isVector(m, x, incX) || !isVector(n, y, incY) {
		return false
	}
	v, ok := updateVectors(am, x, incX, y, incY)
	if !ok && (incX < 0 || incY < 0) {
		v, ok = vectors[T]{copied(m, x, incX), copied(n, y, incY)}, true
	}
	if ok {
		mat.Ger(alpha, v.in.data, v.out.data, am)
		v.release()
	}
	return ok
}

func syr[T mat.Float](ul blas.Uplo, n int, alpha T, x []T, incX int, a []T, lda int) bool {
	uplo, ok := triangle(ul)
	am, okA := matrix(n, n, a, lda)
	if !ok || !okA || alpha == 0 {
		return false
	}
	v, ok := updateVectors(am, x, incX, x, incX)
	if ok {
		mat.Syr(uplo, alpha, v.in.data, am)
		v.release()
	}
	return ok
}

func syr2[T mat.Float](ul blas.Uplo, n int, alpha T, x []T, incX int, y []T, incY int, a []T, lda int) bool {
	uplo, ok := triangle(ul)
	am, okA := matrix(n, n, a, lda)
	if !ok || !okA || alpha == 0 {
		return false
	}
	v, ok := updateVectors(am, x, incX, y, incY)
	if ok {
		mat.Syr2(uplo, alpha, v.in.data, v.out.data, am)
		v.release()
	}
	return ok
}

func trmv[T mat.Float](ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []T, lda int, x []T, incX int) bool {
	t, v, ok := triangularVector(ul, tA, d, n, a, lda, x, incX)
	if ok {
		mat.Trmv(t.uplo, t.trans, t.diag, t.a, v.data)
		v.store()
		v.release()
	}
	return ok
}

func trsv[T mat.Float](ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []T, lda int, x []T, incX int) bool {
	t, v, ok := triangularVector(ul, tA, d, n, a, lda, x, incX)
	if ok {
		mat.Trsv(t.uplo, t.trans, t.diag, t.a, v.data)
		v.store()
		v.release()
	}
	return ok
}

// triangularVector reads a triangular matrix and a vector that is written. It returns false if they overlap. If ok, the
// vector must be released.
func triangularVector[T mat.Float](ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []T, lda int, x []T,
	incX int) (t triangularMatrix[T], v vector[T], ok bool) {
	t, ok = triangular(ul, tA, d, n, a, lda)
	if !ok || !isVector(n, x, incX) {
		return t, v, false
	}
	v = contiguous(n, x, incX)
	if overlap(row(v.data), t.a) {
		v.release()
		return t, v, false
	}
	return t, v, true
}

func isTriangle(ul blas.Uplo, tA blas.Transpose, d blas.Diag) bool {
	return (ul == blas.Upper || ul == blas.Lower) && (d == blas.NonUnit || d == blas.Unit) &&
		(tA == blas.NoTrans || tA == blas.Trans || tA == blas.ConjTrans)
}

// substitute is trsv of a matrix so small that calling other functions, and asking for the order of solving in loops of
// its own, would take longer. It solves from the first unknown to the last, or the other way, as the strides say. It
// multiplies by reciprocals, as package mat does: these do not wait for the unknowns before, as quotients would. If one
// may overflow, it returns false, and x is unchanged.
func substitute[T mat.Float](ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []T, lda int, x []T,
	incX int) bool {
	if d == blas.NonUnit && !hasLargeDiagonal(n, a, lda) {
		return false
	}
	row, col, first, diagonal := lda, 1, 0, 0 // the unknown, and its diagonal element
	if tA != blas.NoTrans {
		row, col = 1, lda
	}
	if (ul == blas.Upper) == (tA == blas.NoTrans) { // upwards
		first, diagonal = (n-1)*incX, (n-1)*(lda+1)
		row, col, incX = -row, -col, -incX
	}
	as, xs := unsafe.SliceData(a), unsafe.SliceData(x)
	for i, to, from := 0, first, diagonal; i < n; i++ {
		unknown := element(xs, to)
		v, p := *unknown, from
		for q := first; q != to; q += incX {
			v -= *element(as, p) * *element(xs, q)
			p += col
		}
		if d == blas.NonUnit {
			v *= 1 / *element(as, p)
		}
		*unknown = v
		to += incX
		from += row
	}
	return true
}

// hasLargeDiagonal reports whether no element of the diagonal is so small that its reciprocal may overflow.
func hasLargeDiagonal[T mat.Float](n int, a []T, lda int) bool {
	small := mat.SmallestNormal[T]()
	for at := 0; n > 0; n-- {
		if v := a[at]; v < small && v > -small {
			return false
		}
		at += lda + 1
	}
	return true
}

// writtenOf64 is written of float64. The assembly writes no more than n elements.
func writtenOf64(tA blas.Transpose, n int, beta float64, y []float64, incY int) []float64 {
	if gemvIsAssembly {
		return y
	}
	return written(tA, n, beta, y, incY)
}

// written is the part of y that gemv writes: where gonum (v0.17.0) has no assembly for Aᵀx, it sets all of y to zero if
// beta is 0, also what lies behind the n elements.
func written[T mat.Float](tA blas.Transpose, n int, beta T, y []T, incY int) []T {
	if tA != blas.NoTrans && beta == 0 && incY == 1 && 0 <= n && n < len(y) {
		return y[:n]
	}
	return y
}
