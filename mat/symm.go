package mat

import (
	"fmt"

	"ridge/asm"
	"ridge/internal/scratch"
)

// Symm computes C := alpha·A·B + beta·C (Left) or C := alpha·B·A + beta·C (Right). A is symmetric, n×n, and its
// triangle uplo is read; B and C are n×r (Left) or r×n (Right). It panics if C shares elements with B or A, even in A's
// other triangle. It takes 2n²r operations.
//
// With beta = 0, C is not read. With alpha = 0, A and B are not read.
func Symm[T Float](side Side, uplo Uplo, alpha T, a, b Dense[T], beta T, c Dense[T], w Workers) {
	side.check("Symm")
	uplo.check("Symm")
	a.check("Symm", "a")
	b.check("Symm", "b")
	c.check("Symm", "c")
	n := b.Rows
	if side == Right {
		n = b.Cols
	}
	if a.Rows != a.Cols || a.Rows != n || b.Rows != c.Rows || b.Cols != c.Cols {
		panic(fmt.Sprintf("mat: Symm: a is %d×%d, b %d×%d, c %d×%d", a.Rows, a.Cols, b.Rows, b.Cols, c.Rows, c.Cols))
	}
	mustNotOverlap("Symm", "c", "a", &c, &a)
	mustNotOverlap("Symm", "c", "b", &c, &b)
	if alpha == 0 {
		p := product[T]{m: c.Rows, n: c.Cols, beta: beta, c: c}
		p.scaleC()
		return
	}
	if n <= symmCopied {
		buf := scratch.Get[T](n * n)
		defer scratch.Put(buf)
		whole := Dense[T]{Rows: n, Cols: n, Data: buf.Data, Stride: n}
		copyStored(uplo, whole, a)
		transposeTriangle(uplo, whole, whole)
		if side == Left {
			Gemm(NoTrans, NoTrans, alpha, whole, b, beta, c, w)
		} else {
			Gemm(NoTrans, NoTrans, alpha, b, whole, beta, c, w)
		}
		return
	}
	if c.Rows*c.Cols <= n*asm.For[T]().NR {
		symmNarrow(side, uplo, alpha, a, b, beta, c, w)
		return
	}
	p := product[T]{m: c.Rows, n: c.Cols, k: n, alpha: alpha, beta: beta, a: a, b: b, c: c, form: lowerA}
	if side == Right {
		p.a, p.b, p.form = b, a, lowerB
	}
	if uplo == Upper {
		p.form++
	}
	p.run(w)
}

// symmCopied is the largest order of a matrix that is copied to a buffer with both triangles, because small products
// run without packing. In larger products packing reads the stored triangle.
const symmCopied = 128

// symmNarrow is Symm with so few columns (Left) or rows (Right) that packing A would take longer than multiplying. Each
// block of rows of the stored triangle outside of the diagonal block is multiplied twice while it is in the cache: as
// it is, and transposed.
func symmNarrow[T Float](side Side, uplo Uplo, alpha T, a, b Dense[T], beta T, c Dense[T], w Workers) {
	p := product[T]{m: c.Rows, n: c.Cols, beta: beta, c: c}
	p.scaleC()
	if w.Count() > 1 {
		defer HoldWorkers()()
	}
	part := func(m Dense[T], from, to int) Dense[T] { // the part of b or c that corresponds to rows from … to of A
		if side == Left {
			return m.RowView(from, to-from)
		}
		return m.ColView(from, to-from)
	}
	add := func(t Transpose, block, from, to Dense[T]) { // to += alpha·op(block)·from, or its transpose
		if side == Left {
			Gemm(t, NoTrans, alpha, block, from, 1, to, w)
		} else {
			Gemm(NoTrans, t.opposite(), alpha, from, block, 1, to, w)
		}
	}
	buf := scratch.Get[T](symmRows * symmRows)
	defer scratch.Put(buf)
	for i := 0; i < a.Rows; i += symmRows {
		end := min(i+symmRows, a.Rows)
		first, last := 0, i // the columns outside of the diagonal block
		if uplo == Upper {
			first, last = end, a.Rows
		}
		if first < last {
			offDiagonal := a.View(i, first, end-i, last-first)
			add(NoTrans, offDiagonal, part(b, first, last), part(c, i, end))
			add(Trans, offDiagonal, part(b, i, end), part(c, first, last))
		}
		whole := Dense[T]{Rows: end - i, Cols: end - i, Data: buf.Data[:(end-i)*(end-i)], Stride: end - i}
		copyStored(uplo, whole, a.View(i, i, end-i, end-i))
		transposeTriangle(uplo, whole, whole)
		add(NoTrans, whole, part(b, i, end), part(c, i, end))
	}
}

// symmRows is how many rows of the stored triangle a narrow product uses at a time.
const symmRows = 64
