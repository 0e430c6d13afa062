package gonumblas

import (
	"math/bits"

	"gonum.org/v1/gonum/blas"

	"ridge/mat"
)

// The functions of this package that compute return false where they do nothing and gonum's code
// must answer. They read gonum's arguments with the functions below, which return false for invalid
// arguments and for matrices without elements.

// matrix returns the rows×cols matrix that is stored in a with stride lda.
func matrix[T mat.Float](rows, cols int, a []T, lda int) (m mat.Dense[T], ok bool) {
	if rows <= 0 || cols <= 0 || lda < cols || len(a) < cols {
		return m, false
	}
	overflow, last := bits.Mul64(uint64(rows-1), uint64(lda))
	if overflow != 0 || last > uint64(len(a)-cols) {
		return m, false
	}
	end := int(last) + cols
	return mat.Dense[T]{Rows: rows, Cols: cols, Data: a[:end:end], Stride: lda}, true
}

// operand returns the stored matrix A whose op(A) is rows×cols.
func operand[T mat.Float](t mat.Transpose, rows, cols int, a []T, lda int) (m mat.Dense[T], ok bool) {
	if t == mat.Trans {
		rows, cols = cols, rows
	}
	return matrix(rows, cols, a, lda)
}

func transpose(t blas.Transpose) (mat.Transpose, bool) {
	switch t {
	case blas.NoTrans:
		return mat.NoTrans, true
	case blas.Trans, blas.ConjTrans:
		return mat.Trans, true
	}
	return 0, false
}

func triangle(u blas.Uplo) (mat.Uplo, bool) {
	switch u {
	case blas.Lower:
		return mat.Lower, true
	case blas.Upper:
		return mat.Upper, true
	}
	return 0, false
}

func side(s blas.Side) (mat.Side, bool) {
	switch s {
	case blas.Left:
		return mat.Left, true
	case blas.Right:
		return mat.Right, true
	}
	return 0, false
}

func diagonal(d blas.Diag) (mat.Diag, bool) {
	switch d {
	case blas.NonUnit:
		return mat.NonUnit, true
	case blas.Unit:
		return mat.Unit, true
	}
	return 0, false
}

// triangular reads the arguments of a triangular n×n matrix.
func triangular[T mat.Float](ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []T,
	lda int) (t triangularMatrix[T], ok bool) {
	var okUplo, okTrans, okDiag, okA bool
	t.uplo, okUplo = triangle(ul)
	t.trans, okTrans = transpose(tA)
	t.diag, okDiag = diagonal(d)
	t.a, okA = matrix(n, n, a, lda)
	return t, okUplo && okTrans && okDiag && okA
}

type triangularMatrix[T mat.Float] struct {
	uplo  mat.Uplo
	trans mat.Transpose
	diag  mat.Diag
	a     mat.Dense[T]
}

// invertibleDiagonal reports whether no element of the diagonal is so small that its reciprocal overflows: inverses and
// condition numbers of others are left to gonum. The solves of package mat divide by such elements.
func invertibleDiagonal[T mat.Float](a mat.Dense[T]) bool {
	for i := range a.Rows {
		// Inf−Inf and NaN−NaN are NaN. Zero and NaN have no finite reciprocal and are allowed.
		if v := a.Data[i*(a.Stride+1)]; v != 0 && 1/v-1/v != 0 && v == v {
			return false
		}
	}
	return true
}
