package mat

import "fmt"

// Symm computes C := alpha·A·B + beta·C (Left) or C := alpha·B·A + beta·C (Right). A is symmetric,
// n×n, and its triangle uplo is read; B and C are n×r (Left) or r×n (Right). It panics if C shares
// elements with B or with A, its other triangle included. It takes 2n²r operations.
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
	mustBeApart("Symm", "c", "a", &c, &a)
	mustBeApart("Symm", "c", "b", &c, &b)
	if alpha == 0 {
		p := product[T]{m: c.Rows, n: c.Cols, beta: beta, c: c}
		p.scaleC()
		return
	}
	if w.Count() > 1 {
		defer HoldWorkers()()
	}
	s := symm[T]{side: side, uplo: uplo, alpha: alpha, a: a, b: b, c: c, w: w}
	size := min(n, symmBlock)
	buf := getBuffer[T](size * size)
	defer putBuffer(buf)
	for i := 0; i < n; i += symmBlock {
		k := min(symmBlock, n-i)
		block := Dense[T]{Rows: k, Cols: k, Data: buf.data[:k*k], Stride: k}
		copyStored(uplo, block, a.View(i, i, k, k))
		Symmetrize(uplo, block)
		s.multiply(NoTrans, block, i, i, beta)
		rest := n - i - k
		if uplo == Lower {
			s.multiply(NoTrans, a.View(i, 0, k, i), i, 0, 1)
			s.multiply(Trans, a.View(i+k, i, rest, k), i, i+k, 1)
		} else {
			s.multiply(Trans, a.View(0, i, i, k), i, 0, 1)
			s.multiply(NoTrans, a.View(i, i+k, k, rest), i, i+k, 1)
		}
	}
}

// symmBlock is the order of the blocks of A's diagonal, of which both triangles are written to
// a buffer.
const symmBlock = 256

// symm is one product under way.
type symm[T Float] struct {
	side    Side
	uplo    Uplo
	alpha   T
	a, b, c Dense[T]
	w       Workers
}

// multiply adds the contribution of the block op(M) of A, which begins at row i and column j, to the
// rows of C (Left) or the columns (Right) from the i-th on.
func (s *symm[T]) multiply(t Transpose, m Dense[T], i, j int, beta T) {
	rows, cols := shape(t, m)
	if cols == 0 {
		return
	}
	if s.side == Left {
		Gemm(t, NoTrans, s.alpha, m, s.b.RowView(j, cols), beta, s.c.RowView(i, rows), s.w)
	} else { // by symmetry, its transpose is a block of A, too
		Gemm(NoTrans, t.opposite(), s.alpha, s.b.ColView(j, cols), m, beta, s.c.ColView(i, rows), s.w)
	}
}

// copyStored copies the triangle uplo, the diagonal included.
func copyStored[T Float](uplo Uplo, dst, src Dense[T]) {
	for i := range src.Rows {
		from, to := 0, i+1
		if uplo == Upper {
			from, to = i, src.Cols
		}
		copy(dst.Row(i)[from:to], src.Row(i)[from:to])
	}
}
