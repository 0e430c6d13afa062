package mat

import (
	"fmt"

	"ridge/asm"
)

// Trmv computes x := op(A)·x. A is triangular, n×n, and its triangle uplo is read (without its
// diagonal, if diag is Unit); x has n elements. It panics if x shares elements with A. It takes n²
// operations and reads A once, row by row.
func Trmv[T Float](uplo Uplo, t Transpose, diag Diag, a Dense[T], x []T) {
	uplo.check("Trmv")
	t.check("Trmv")
	diag.check("Trmv")
	a.check("Trmv", "a")
	if a.Rows != a.Cols || a.Rows != len(x) {
		panic(fmt.Sprintf("mat: Trmv: a is %d×%d, x has %s", a.Rows, a.Cols, elements(len(x))))
	}
	vectorMustNotOverlap("Trmv", "x", "a", x, &a)
	trmv(uplo, t, diag, a, x)
}

// trmv is Trmv for arguments that have been checked.
func trmv[T Float](uplo Uplo, t Transpose, diag Diag, a Dense[T], x []T) {
	kern := asm.For[T]()
	n := len(x)
	// Four rows at a time, in the order in which the elements of x that later rows need are still
	// unchanged.
	for done := 0; done < n; done += trsvRows {
		rows := min(trsvRows, n-done)
		i := done
		if (uplo == Lower) == (t == NoTrans) {
			i = n - done - rows
		}
		lo, hi := 0, i // the columns outside the diagonal block
		if uplo == Upper {
			lo, hi = i+rows, n
		}
		offDiagonal, others, block := a.View(i, lo, rows, hi-lo), x[lo:hi], x[i:i+rows]
		if t == Trans {
			addTransProduct(kern, 1, offDiagonal, block, others)
		}
		trmvSmall(uplo, t, diag, a.View(i, i, rows, rows), block)
		if t == NoTrans {
			addProduct(kern, 1, offDiagonal, others, block)
		}
	}
}

// trmvSmall is Trmv for a few rows.
func trmvSmall[T Float](uplo Uplo, t Transpose, diag Diag, a Dense[T], x []T) {
	var old [trsvRows]T
	copy(old[:], x)
	row, column := a.Stride, 1 // strides of op(A)
	if t == Trans {
		row, column = 1, a.Stride
	}
	for i := range x {
		v := old[i]
		if diag == NonUnit {
			v *= a.Data[i*(a.Stride+1)]
		}
		from, to := 0, i
		if (uplo == Upper) == (t == NoTrans) {
			from, to = i+1, len(x)
		}
		for q := from; q < to; q++ {
			v += a.Data[i*row+q*column] * old[q]
		}
		x[i] = v
	}
}

// addProduct computes y := y + alpha·A·x.
func addProduct[T Float](kern *asm.Kernels[T], alpha T, a Dense[T], x, y []T) {
	i := 0
	for ; i+4 <= len(y); i += 4 {
		s0, s1, s2, s3 := dotxf(kern, a.Row(i), a.Row(i+1), a.Row(i+2), a.Row(i+3), x)
		y[i] += alpha * s0
		y[i+1] += alpha * s1
		y[i+2] += alpha * s2
		y[i+3] += alpha * s3
	}
	for ; i < len(y); i++ {
		y[i] += alpha * dot(kern, a.Row(i), x)
	}
}

// addTransProduct computes y := y + alpha·Aᵀ·x.
func addTransProduct[T Float](kern *asm.Kernels[T], alpha T, a Dense[T], x, y []T) {
	i := 0
	for ; i+4 <= len(x); i += 4 {
		c := [4]T{alpha * x[i], alpha * x[i+1], alpha * x[i+2], alpha * x[i+3]}
		axpyf(kern, c, a.Row(i), a.Row(i+1), a.Row(i+2), a.Row(i+3), y)
	}
	for ; i < len(x); i++ {
		axpy(kern, alpha*x[i], a.Row(i), y)
	}
}

// Symv computes y := alpha·A·x + beta·y. A is symmetric, n×n, and its triangle uplo is read, once;
// x and y have n elements. It panics if y shares elements with A or x. It takes 2n² operations.
//
// With beta = 0, y is not read. With alpha = 0, A and x are not read.
func Symv[T Float](uplo Uplo, alpha T, a Dense[T], x []T, beta T, y []T) {
	uplo.check("Symv")
	a.check("Symv", "a")
	if a.Rows != a.Cols || a.Rows != len(x) || len(y) != len(x) {
		panic(fmt.Sprintf("mat: Symv: a is %d×%d, x has %s, y %d", a.Rows, a.Cols, elements(len(x)), len(y)))
	}
	vectorMustNotOverlap("Symv", "y", "a", y, &a)
	vectorMustNotOverlap("Symv", "y", "x", y, &Dense[T]{Rows: 1, Cols: len(x), Data: x, Stride: len(x)})
	kern := asm.For[T]()
	scale(kern, beta, y)
	if alpha == 0 {
		return
	}
	for i := 0; i < len(x); i += trsvRows {
		rows := min(trsvRows, len(x)-i)
		lo, hi := 0, i // the columns outside the diagonal block
		if uplo == Upper {
			lo, hi = i+rows, len(x)
		}
		// By symmetry, row i of A is also column i.
		offDiagonal := a.View(i, lo, rows, hi-lo)
		addProduct(kern, alpha, offDiagonal, x[lo:hi], y[i:i+rows])
		addTransProduct(kern, alpha, offDiagonal, x[i:i+rows], y[lo:hi])
		for r := range rows {
			for q := range rows {
				p, s := max(r, q), min(r, q)
				if uplo == Upper {
					p, s = s, p
				}
				y[i+r] += a.Data[(i+p)*a.Stride+i+s] * (alpha * x[i+q])
			}
		}
	}
}

// Ger computes A := A + alpha·x·yᵀ. A is m×n, x has m elements and y n. It panics if A shares
// elements with x or y. It takes 2mn operations. With alpha = 0, x and y are not read.
func Ger[T Float](alpha T, x, y []T, a Dense[T]) {
	a.check("Ger", "a")
	if len(x) != a.Rows || len(y) != a.Cols {
		panic(fmt.Sprintf("mat: Ger: a is %d×%d, x has %s, y %d", a.Rows, a.Cols, elements(len(x)), len(y)))
	}
	vectorMustNotOverlap("Ger", "a", "x", x, &a)
	vectorMustNotOverlap("Ger", "a", "y", y, &a)
	if alpha == 0 {
		return
	}
	kern := asm.For[T]()
	for i, v := range x {
		axpy(kern, alpha*v, y, a.Row(i))
	}
}

// Syr computes the triangle uplo of A := A + alpha·x·xᵀ. A is symmetric, n×n, and x has n elements.
// It panics if x shares elements with A, even in the other triangle. It takes n² operations. With
// alpha = 0, x is not read.
func Syr[T Float](uplo Uplo, alpha T, x []T, a Dense[T]) {
	uplo.check("Syr")
	a.check("Syr", "a")
	if a.Rows != a.Cols || a.Rows != len(x) {
		panic(fmt.Sprintf("mat: Syr: a is %d×%d, x has %s", a.Rows, a.Cols, elements(len(x))))
	}
	vectorMustNotOverlap("Syr", "a", "x", x, &a)
	if alpha == 0 {
		return
	}
	kern := asm.For[T]()
	for i, v := range x {
		lo, hi := triangleRow(uplo, i, len(x))
		axpy(kern, alpha*v, x[lo:hi], a.Row(i)[lo:hi])
	}
}

// Syr2 computes the triangle uplo of A := A + alpha·(x·yᵀ + y·xᵀ). A is symmetric, n×n, and x and y
// have n elements. It panics if x or y shares elements with A, even in the other triangle. It takes
// 2n² operations. With alpha = 0, x and y are not read.
func Syr2[T Float](uplo Uplo, alpha T, x, y []T, a Dense[T]) {
	uplo.check("Syr2")
	a.check("Syr2", "a")
	if a.Rows != a.Cols || a.Rows != len(x) || len(y) != len(x) {
		panic(fmt.Sprintf("mat: Syr2: a is %d×%d, x has %s, y %d", a.Rows, a.Cols, elements(len(x)), len(y)))
	}
	vectorMustNotOverlap("Syr2", "a", "x", x, &a)
	vectorMustNotOverlap("Syr2", "a", "y", y, &a)
	if alpha == 0 {
		return
	}
	kern := asm.For[T]()
	for i := range x {
		lo, hi := triangleRow(uplo, i, len(x))
		row := a.Row(i)[lo:hi]
		axpy(kern, alpha*x[i], y[lo:hi], row)
		axpy(kern, alpha*y[i], x[lo:hi], row)
	}
}
