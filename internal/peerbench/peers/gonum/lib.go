package main

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

type float interface{ float32 | float64 }

// lib is the part of gonum that the drivers need, for one element type.
type lib[T float] struct {
	gemm func(ta, tb blas.Transpose, m, n, k int, a, b, c []T)
	syrk func(t blas.Transpose, n, k int, a, c []T)
	trsm func(left bool, n, r int, a, b []T)
	gemv func(t blas.Transpose, m, n int, a, x, y []T)
	dot  func(x, y []T) T
	axpy func(x, y []T)
	potf func(up blas.Uplo, n int, a []T) bool
}

func rows(t blas.Transpose, m, n int) (int, int) {
	if t == blas.Trans {
		return n, m
	}
	return m, n
}

func lib32() lib[float32] {
	gen := func(m, n int, d []float32) blas32.General {
		return blas32.General{Rows: m, Cols: n, Stride: n, Data: d}
	}
	vec := func(x []float32) blas32.Vector { return blas32.Vector{N: len(x), Inc: 1, Data: x} }
	return lib[float32]{
		gemm: func(ta, tb blas.Transpose, m, n, k int, a, b, c []float32) {
			ar, ac := rows(ta, m, k)
			br, bc := rows(tb, k, n)
			blas32.Gemm(ta, tb, 1, gen(ar, ac, a), gen(br, bc, b), 0, gen(m, n, c))
		},
		syrk: func(t blas.Transpose, n, k int, a, c []float32) {
			ar, ac := rows(t, n, k)
			blas32.Syrk(t, 1, gen(ar, ac, a), 0, blas32.Symmetric{Uplo: blas.Lower, N: n, Stride: n, Data: c})
		},
		trsm: func(left bool, n, r int, a, b []float32) {
			tri := blas32.Triangular{Uplo: blas.Lower, Diag: blas.NonUnit, N: n, Stride: n, Data: a}
			if left {
				blas32.Trsm(blas.Left, blas.NoTrans, 1, tri, gen(n, r, b))
			} else {
				blas32.Trsm(blas.Right, blas.Trans, 1, tri, gen(r, n, b))
			}
		},
		gemv: func(t blas.Transpose, m, n int, a, x, y []float32) {
			blas32.Gemv(t, 1, gen(m, n, a), vec(x), 0, vec(y))
		},
		dot:  func(x, y []float32) float32 { return blas32.Dot(vec(x), vec(y)) },
		axpy: func(x, y []float32) { blas32.Axpy(1e-3, vec(x), vec(y)) },
	}
}

func lib64() lib[float64] {
	gen := func(m, n int, d []float64) blas64.General {
		return blas64.General{Rows: m, Cols: n, Stride: n, Data: d}
	}
	vec := func(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }
	return lib[float64]{
		gemm: func(ta, tb blas.Transpose, m, n, k int, a, b, c []float64) {
			ar, ac := rows(ta, m, k)
			br, bc := rows(tb, k, n)
			blas64.Gemm(ta, tb, 1, gen(ar, ac, a), gen(br, bc, b), 0, gen(m, n, c))
		},
		syrk: func(t blas.Transpose, n, k int, a, c []float64) {
			ar, ac := rows(t, n, k)
			blas64.Syrk(t, 1, gen(ar, ac, a), 0, blas64.Symmetric{Uplo: blas.Lower, N: n, Stride: n, Data: c})
		},
		trsm: func(left bool, n, r int, a, b []float64) {
			tri := blas64.Triangular{Uplo: blas.Lower, Diag: blas.NonUnit, N: n, Stride: n, Data: a}
			if left {
				blas64.Trsm(blas.Left, blas.NoTrans, 1, tri, gen(n, r, b))
			} else {
				blas64.Trsm(blas.Right, blas.Trans, 1, tri, gen(r, n, b))
			}
		},
		gemv: func(t blas.Transpose, m, n int, a, x, y []float64) {
			blas64.Gemv(t, 1, gen(m, n, a), vec(x), 0, vec(y))
		},
		dot:  func(x, y []float64) float64 { return blas64.Dot(vec(x), vec(y)) },
		axpy: func(x, y []float64) { blas64.Axpy(1e-3, vec(x), vec(y)) },
		potf: func(up blas.Uplo, n int, a []float64) bool {
			_, ok := lapack64.Potrf(blas64.Symmetric{Uplo: up, N: n, Stride: n, Data: a})
			return ok
		},
	}
}
