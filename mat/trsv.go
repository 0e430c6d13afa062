package mat

import (
	"fmt"

	"ridge/asm"
	"ridge/internal/spans"
)

// Trsv solves op(A)·x = b, where x holds b and is overwritten with the solution. A is triangular,
// n×n, and its triangle uplo is read (without its diagonal, if diag is Unit); x has n elements. It
// panics if x shares elements with A. It takes n² operations and reads A once, row by row. It
// multiplies by the reciprocals of the diagonal: a zero gives Inf or NaN. It divides by a number
// so small that its reciprocal overflows.
func Trsv[T Float](uplo Uplo, t Transpose, diag Diag, a Dense[T], x []T) {
	uplo.check("Trsv")
	t.check("Trsv")
	diag.check("Trsv")
	a.check("Trsv", "a")
	if a.Rows != a.Cols || a.Rows != len(x) {
		panic(fmt.Sprintf("mat: Trsv: a is %d×%d, x has %s", a.Rows, a.Cols, elements(len(x))))
	}
	if spans.Overlap(x, a.Data) {
		vectorMustNotOverlap("Trsv", "x", "a", x, &a)
	}
	trsv(uplo, t, diag, a, x)
}

// trsv is Trsv for arguments that have been checked. Row i of A holds the coefficients of equation
// i (NoTrans), or those of xᵢ in all equations (Trans). It takes four rows at a time; their part
// outside of the diagonal block is one fused dot product or one fused axpy.
func trsv[T Float](uplo Uplo, t Transpose, diag Diag, a Dense[T], x []T) {
	kern := asm.For[T]()
	n := len(x)
	backward := (uplo == Lower) == (t == Trans)
	for done := 0; done < n; done += trsvRows {
		rows := min(trsvRows, n-done)
		i := done
		if backward {
			i = n - done - rows
		}
		lo, hi := 0, i // the other unknowns, which the rows multiply
		if uplo == Upper {
			lo, hi = i+rows, n
		}
		others, block := x[lo:hi], x[i:i+rows]
		offDiagonal := a.View(i, lo, rows, hi-lo)
		if t == NoTrans {
			addProduct(kern, -1, offDiagonal, others, block)
		}
		trsvSmall(backward, t, diag, a.View(i, i, rows, rows), block)
		if t == Trans {
			addTransProduct(kern, -1, offDiagonal, block, others)
		}
	}
}

// trsvRows is how many rows are taken at a time, as many as the fused kernels take.
const trsvRows = 4

// trsvSmall is trsv for a few rows. It computes the reciprocals of the diagonal first, so that the
// divisions are not part of the chain of dependent operations.
func trsvSmall[T Float](backward bool, t Transpose, diag Diag, a Dense[T], x []T) {
	row, column := a.Stride, 1 // strides of op(A)
	if t == Trans {
		row, column = 1, a.Stride
	}
	inverse := [trsvRows]T{1, 1, 1, 1}
	if diag == NonUnit {
		for i := range x {
			d := a.Data[i*a.Stride+i]
			if isTiny(d) {
				trsvTiny(backward, row, column, a.Data, x)
				return
			}
			inverse[i] = 1 / d
		}
	}
	if backward {
		for i := len(x) - 1; i >= 0; i-- {
			v := x[i]
			for q := i + 1; q < len(x); q++ {
				v -= a.Data[i*row+q*column] * x[q]
			}
			x[i] = v * inverse[i]
		}
		return
	}
	for i, v := range x {
		for q := range i {
			v -= a.Data[i*row+q*column] * x[q]
		}
		x[i] = v * inverse[i]
	}
}

// trsvTiny is trsvSmall for a diagonal with tiny elements. Instead of by their reciprocals, which would overflow, it
// multiplies by a 2⁶⁴th of them, and then by 2⁶⁴.
func trsvTiny[T Float](backward bool, row, column int, a, x []T) {
	for k := range x {
		i, from, to := k, 0, k
		if backward {
			i = len(x) - 1 - k
			from, to = i+1, len(x)
		}
		v, d := x[i], a[i*(row+column)]
		for q := from; q < to; q++ {
			v -= a[i*row+q*column] * x[q]
		}
		if isTiny(d) {
			x[i] = v * (1 / (d * 0x1p64)) * 0x1p64
		} else {
			x[i] = v * (1 / d)
		}
	}
}
