package mat

import "unsafe"

// Transpose says whether an operand is used as it is or transposed.
type Transpose bool

// The two values of [Transpose].
const (
	NoTrans Transpose = false
	Trans   Transpose = true
)

// Uplo says which triangle of a symmetric or triangular matrix is stored. The
// other triangle is neither read nor written.
type Uplo bool

// The two values of [Uplo].
const (
	Lower Uplo = false
	Upper Uplo = true
)

// Side says on which side of the unknown a triangular matrix stands.
type Side bool

// The two values of [Side].
const (
	Left  Side = false
	Right Side = true
)

// Diag says whether the diagonal of a triangular matrix is stored, or taken to be
// all ones and not read.
type Diag bool

// The two values of [Diag].
const (
	NonUnit Diag = false
	Unit    Diag = true
)

// shape returns the rows and columns of op(A).
func shape[T Float](t Transpose, a Dense[T]) (rows, cols int) {
	if t == Trans {
		return a.Cols, a.Rows
	}
	return a.Rows, a.Cols
}

// isFloat32 tells which of the two types T is.
func isFloat32[T Float]() bool {
	var v T
	return unsafe.Sizeof(v) == 4
}
