package mat

import (
	"fmt"

	"ridge/asm"
)

// Trsv solves op(A)·x = b, and overwrites b in x with the solution. A is triangular,
// n×n, and its triangle uplo is read (without its diagonal, if diag is Unit); x has n
// elements and must not share them with A. It takes n² operations and reads A once, row by
// row. A zero on the diagonal gives Inf or NaN.
func Trsv[T Float](uplo Uplo, t Transpose, diag Diag, a Dense[T], x []T) {
	a.check("Trsv", "a")
	if a.Rows != a.Cols || a.Rows != len(x) {
		panic(fmt.Sprintf("mat: Trsv: a is %d×%d, x has %d elements", a.Rows, a.Cols, len(x)))
	}
	trsv(uplo, t, diag, a, x)
}

// trsv is Trsv of shapes that fit. Row i of A holds the coefficients of xᵢ's own equation
// (NoTrans), or those of xᵢ in the others (Trans).
func trsv[T Float](uplo Uplo, t Transpose, diag Diag, a Dense[T], x []T) {
	kern := asm.For[T]()
	n := len(x)
	for step := range n {
		i := step
		if (uplo == Lower) == (t == Trans) {
			i = n - 1 - step
		}
		row := a.Row(i)
		coefficients, others := row[:i], x[:i]
		if uplo == Upper {
			coefficients, others = row[i+1:], x[i+1:]
		}
		if t == NoTrans {
			x[i] -= dot(kern, coefficients, others)
		}
		if diag == NonUnit {
			x[i] /= row[i]
		}
		if t == Trans {
			axpy(kern, -x[i], coefficients, others)
		}
	}
}
