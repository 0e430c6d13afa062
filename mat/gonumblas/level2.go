package gonumblas

import (
	"gonum.org/v1/gonum/blas"

	"ridge/mat"
)

func gemv[T mat.Float](w mat.Workers, tA blas.Transpose, m, n int, alpha T, a []T, lda int, x []T, incX int, beta T, y []T, incY int) bool {
	if alpha == 0 {
		return false
	}
	t, okT := transpose(tA)
	am, okA := matrix(m, n, a, lda)
	if t == mat.Trans {
		m, n = n, m
	}
	if !okT || !okA || !isVector(n, x, incX) || !isVector(m, y, incY) {
		return false
	}
	in, out := contiguous(n, x, incX), contiguous(m, y, incY)
	defer in.release()
	defer out.release()
	if !apart(out.data, in.data) || overlap(row(out.data), am) {
		return false
	}
	mat.Gemv(t, alpha, am, in.data, beta, out.data, w)
	out.store()
	return true
}

// ger is never left to gonum with a negative increment, of which its assembly (v0.17.0) reads other elements.
func ger[T mat.Float](m, n int, alpha T, x []T, incX int, y []T, incY int, a []T, lda int) bool {
	if alpha == 0 {
		return false
	}
	am, okA := matrix(m, n, a, lda)
	if !okA || !isVector(m, x, incX) || !isVector(n, y, incY) {
		return false
	}
	xv, yv := contiguous(m, x, incX), contiguous(n, y, incY)
	defer xv.release()
	defer yv.release()
	if overlap(am, row(xv.data)) || overlap(am, row(yv.data)) {
		return false
	}
	mat.Ger(alpha, xv.data, yv.data, am)
	return true
}

func symv[T mat.Float](ul blas.Uplo, n int, alpha T, a []T, lda int, x []T, incX int, beta T, y []T, incY int) bool {
	if alpha == 0 {
		return false
	}
	uplo, okUplo := triangle(ul)
	am, okA := matrix(n, n, a, lda)
	if !okUplo || !okA || !isVector(n, x, incX) || !isVector(n, y, incY) {
		return false
	}
	in, out := contiguous(n, x, incX), contiguous(n, y, incY)
	defer in.release()
	defer out.release()
	if !apart(out.data, in.data) || overlap(row(out.data), am) {
		return false
	}
	mat.Symv(uplo, alpha, am, in.data, beta, out.data)
	out.store()
	return true
}

func syr[T mat.Float](ul blas.Uplo, n int, alpha T, x []T, incX int, a []T, lda int) bool {
	if alpha == 0 {
		return false
	}
	uplo, okUplo := triangle(ul)
	am, okA := matrix(n, n, a, lda)
	if !okUplo || !okA || !isVector(n, x, incX) {
		return false
	}
	in := contiguous(n, x, incX)
	defer in.release()
	if overlap(am, row(in.data)) {
		return false
	}
	mat.Syr(uplo, alpha, in.data, am)
	return true
}

func syr2[T mat.Float](ul blas.Uplo, n int, alpha T, x []T, incX int, y []T, incY int, a []T, lda int) bool {
	if alpha == 0 {
		return false
	}
	uplo, okUplo := triangle(ul)
	am, okA := matrix(n, n, a, lda)
	if !okUplo || !okA || !isVector(n, x, incX) || !isVector(n, y, incY) {
		return false
	}
	xv, yv := contiguous(n, x, incX), contiguous(n, y, incY)
	defer xv.release()
	defer yv.release()
	if overlap(am, row(xv.data)) || overlap(am, row(yv.data)) {
		return false
	}
	mat.Syr2(uplo, alpha, xv.data, yv.data, am)
	return true
}

func trmv[T mat.Float](ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []T, lda int, x []T, incX int) bool {
	t, ok := triangular(ul, tA, d, n, a, lda)
	if !ok || !isVector(n, x, incX) {
		return false
	}
	v := contiguous(n, x, incX)
	defer v.release()
	if overlap(row(v.data), t.a) {
		return false
	}
	mat.Trmv(t.uplo, t.trans, t.diag, t.a, v.data)
	v.store()
	return true
}

func trsv[T mat.Float](ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []T, lda int, x []T, incX int) bool {
	t, ok := triangular(ul, tA, d, n, a, lda)
	if !ok || !isVector(n, x, incX) || !t.divides() {
		return false
	}
	v := contiguous(n, x, incX)
	defer v.release()
	if overlap(row(v.data), t.a) {
		return false
	}
	mat.Trsv(t.uplo, t.trans, t.diag, t.a, v.data)
	v.store()
	return true
}
