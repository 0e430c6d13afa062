package mat

import (
	"fmt"

	"ridge/asm"
	"ridge/internal/scratch"
)

// Trmm computes B := alpha·op(A)·B (Left) or B := alpha·B·op(A) (Right). A is triangular, n×n, and
// its triangle uplo is used (without its diagonal, if diag is Unit); B is n×r (Left) or r×n
// (Right). Elements of the other triangle beside the diagonal are copied along, so no other
// goroutine may write them, but the result does not depend on them. It panics if B shares elements
// with A, even in A's other triangle. It takes n²r operations, half as many as [Gemm]. With alpha =
// 0, A and B are not read, and B becomes zero.
func Trmm[T Float](side Side, uplo Uplo, t Transpose, diag Diag, alpha T, a, b Dense[T], w Workers) {
	side.check("Trmm")
	uplo.check("Trmm")
	t.check("Trmm")
	diag.check("Trmm")
	a.check("Trmm", "a")
	b.check("Trmm", "b")
	n, rhs := b.Rows, b.Cols
	if side == Right {
		n, rhs = rhs, n
	}
	if a.Rows != a.Cols || a.Rows != n {
		panic(fmt.Sprintf("mat: Trmm: a is %d×%d, b %d×%d", a.Rows, a.Cols, b.Rows, b.Cols))
	}
	mustNotOverlap("Trmm", "b", "a", &b, &a)
	if n == 0 || rhs == 0 {
		return
	}
	if alpha == 0 {
		b.Fill(0)
		return
	}
	if rhs == 1 && (side == Right || b.Stride == 1) {
		if side == Right { // B·op(A) = (op(A)ᵀ·Bᵀ)ᵀ
			t = t.opposite()
		}
		trmv(uplo, t, diag, a, b.Data[:n])
		scale(asm.For[T](), alpha, b.Data[:n])
		return
	}
	forms := [2]form{lowerTriangleA, upperTriangleA}
	p := product[T]{m: b.Rows, n: b.Cols, k: n, alpha: alpha, a: a, tA: t, b: b, c: b, unit: diag == Unit}
	if side == Right {
		forms = [2]form{lowerTriangleB, upperTriangleB}
		p.a, p.tA, p.b, p.tB = b, NoTrans, a, t
	}
	p.form = forms[0]
	if (uplo == Upper) != (t == Trans) {
		p.form = forms[1]
	}
	m := trmm[T]{packedProduct: packedProduct[T]{product: p}}
	m.run(w)
}

// trmm is a product of which one operand, op(A), is triangular, and the other one is C itself. It takes slab after slab
// of the sum, as a product of packed operands does. A slab is packed before the rows (Left) or columns (Right) of B
// that it consists of are overwritten, and these depend on no slab that is packed later: a lower triangle from the left
// begins with the last rows, an upper one from the right with the last columns.
//
// Zeros are packed only in the register tiles at the diagonal. The kernel runs over the terms that are left, so the
// product has the speed of [Gemm], with half the operations. (Goto and van de Geijn, High-Performance Implementation of
// the Level-3 BLAS, ACM TOMS 35(1), 2008.)
type trmm[T Float] struct {
	packedProduct[T]
	inPlace bool // A is from the left, and packed only at the diagonal
}

func (s *trmm[T]) left() bool  { return s.form == lowerTriangleA || s.form == upperTriangleA }
func (s *trmm[T]) upper() bool { return s.form == upperTriangleA || s.form == upperTriangleB }

// run chooses by the shapes alone how a sum is cut, so that the bits depend neither on the caches nor on the workers. A
// triangle of at most KC/2 rows that takes too much of L2 for runSmall is packed, as its sums are not to be cut either.
func (s *trmm[T]) run(w Workers) {
	kern := asm.For[T]()
	few := s.m*s.n <= s.k*s.k/trmmFew
	switch {
	case s.left() && s.isSmall(kern):
		s.runSmall(kern)
	case s.left() && few && s.tA == NoTrans && s.k > kern.KC/2:
		s.inPlace = true
		s.runPacked(w)
	case s.left():
		s.runPacked(w)
	case few && s.tB == Trans && s.fitsTransposed(kern):
		s.runTransposed(w)
	case s.fitsRight(kern):
		r := trmmRight[T]{kern: kern, matrix: s.product}
		r.run(w)
	default:
		s.runPacked(w)
	}
}

// runPacked copies or packs what it multiplies.
func (s *trmm[T]) runPacked(w Workers) {
	w = workersWorth(s.multiplications(), w)
	if s.multiplications() <= packedSerialWork {
		w = 1
	}
	if w.Count() > 1 {
		defer HoldWorkers()()
	}
	pooled := getBody[trmm[T]]()
	defer putBody(pooled)
	*pooled = *s
	pooled.multiplySlabs(w)
}

// multiplySlabs is runPacked on w workers, with memory that they share.
func (s *trmm[T]) multiplySlabs(w Workers) {
	s.kern = asm.For[T]()
	kern, unit := s.kern, s.kern.NR
	if s.left() {
		unit = s.kern.MR
	}
	// No slab ends inside a tile of the diagonal.
	s.kc = min(s.k, roundUp(CeilDiv(s.k, CeilDiv(s.k, kern.KC+kern.KC/4)), unit))
	height := min(s.m, w.Count()*s.rowsPerWorker())
	sizeA := roundUp(s.kc*roundUp(height, kern.MR), scratch.PerLine[T]())
	buf := scratch.Get[T](sizeA + s.kc*roundUp(min(kern.NC, s.n), kern.NR))
	defer scratch.Put(buf)
	s.packedA, s.packedB = buf.Data[:sizeA], buf.Data[sizeA:]
	s.shares = w.Count() * sharesPerWorker

	blocks, slabs := CeilDiv(s.n, kern.NC), CeilDiv(s.k, s.kc)
	for q := range blocks {
		if !s.left() && s.upper() {
			q = blocks - 1 - q
		}
		for p := range slabs {
			if s.left() != s.upper() {
				p = slabs - 1 - p
			}
			s.slab(span{q * kern.NC, min((q+1)*kern.NC, s.n)}, span{p * s.kc, min((p+1)*s.kc, s.k)}, height, w)
		}
	}
}

// slab adds the terms of a slab to some columns of C, at most height rows at a time.
func (s *trmm[T]) slab(cols, terms span, height int, w Workers) {
	rows := span{0, s.m}
	switch s.form { // where op(A) is not zero
	case lowerTriangleA:
		rows.from = terms.from
	case upperTriangleA:
		rows.to = terms.to
	case lowerTriangleB:
		terms.from, cols.to = max(terms.from, cols.from), min(cols.to, terms.to)
	case upperTriangleB:
		terms.to, cols.from = min(terms.to, cols.to), max(cols.from, terms.from)
	}
	s.j, s.cols, s.p, s.depth = cols.from, cols.to-cols.from, terms.from, terms.to-terms.from
	if s.cols <= 0 || s.depth <= 0 {
		return
	}
	for s.i = rows.from; s.i < rows.to; s.i += height {
		s.rows = min(height, rows.to-s.i)
		s.packB = s.i == rows.from
		parallel(w, s.shares, (*trmmPackBody[T])(s))
		s.grid = s.cut(w.Count())
		parallel(w, s.pieces(), (*trmmMultiplyBody[T])(s))
	}
}

// trmmPackBody is packBody of a trmm.
type trmmPackBody[T Float] trmm[T]

func (b *trmmPackBody[T]) do(q int) {
	if s := (*trmm[T])(b); s.inPlace {
		s.packForPlace(q)
	} else {
		s.pack(q)
	}
}

// trmmMultiplyBody is multiplyBody of a trmm.
type trmmMultiplyBody[T Float] trmm[T]

func (b *trmmMultiplyBody[T]) do(i int) {
	s := (*trmm[T])(b)
	t := s.piece(i)
	for j := t.j; j < t.j+t.cols; j += s.kern.NR {
		cols := min(s.kern.NR, t.j+t.cols-j)
		if s.left() {
			s.leftPanel(t, j, cols)
		} else {
			s.rightPanel(t, j, cols)
		}
	}
}

// leftPanel computes the rows of a piece in the panel of columns that begins with column j of the block.
func (s *trmm[T]) leftPanel(t tile, j, cols int) {
	mr, nr, ldc, b := s.kern.MR, s.kern.NR, s.c.Stride, s.packedB[j*s.depth:]
	from, to := s.i+t.i, s.i+t.i+t.rows
	diagonal := span{clampInt(s.p, from, to), clampInt(s.p+s.depth, from, to)}
	for r := diagonal.from; r < diagonal.to; r += mr {
		rows, first := min(mr, diagonal.to-r), r-s.p
		height := mr
		if !vectorIsFinite(b[first*nr : (first+rows)*nr]) { // zero times infinity is NaN
			height = 1
		}
		for q := 0; q < rows; q += height {
			terms := s.atDiagonal(first+q, min(height, rows-q))
			a, c := s.packedA[(r-s.i)*s.depth+terms.from*mr+q:], s.c.Data[(r+q)*ldc+s.j+j:]
			s.multiplyTile(min(height, rows-q), cols, terms.to-terms.from, a, b[terms.from*nr:], c)
		}
	}
	outside := span{diagonal.to, to}
	if s.upper() {
		outside = span{from, diagonal.from}
	}
	if s.inPlace {
		s.besideDiagonal(diagonal, j, cols)
		s.addInPlace(outside, span{0, s.depth}, j, cols)
	} else if outside.from < outside.to {
		multiplyPacked(s.kern, outside.to-outside.from, cols, s.depth, s.alpha, s.packedA[(outside.from-s.i)*s.depth:],
			b, 1, s.c.Data[outside.from*ldc+s.j+j:], ldc)
	}
}

// rightPanel computes the rows of a piece in the panel of columns that begins with column j of the block. (Halves of a
// panel at the diagonal would multiply half as many zeros, but take 5 to 30 % longer: the kernel reads as much of B for
// half as many columns.)
func (s *trmm[T]) rightPanel(t tile, j, cols int) {
	mr, nr, ldc := s.kern.MR, s.kern.NR, s.c.Stride
	a, b, c := s.packedA[t.i*s.depth:], s.packedB[j*s.depth:], s.c.Data[(s.i+t.i)*ldc+s.j+j:]
	first := s.j + j - s.p
	if first < 0 || first >= s.depth {
		multiplyPacked(s.kern, t.rows, cols, s.depth, s.alpha, a, b, 1, c, ldc)
		return
	}
	for r := 0; r < t.rows; r += mr {
		rows, a, c, width := min(mr, t.rows-r), a[r*s.depth:], c[r*ldc:], nr
		if !vectorIsFinite(a[first*mr : (first+cols)*mr]) { // zero times infinity is NaN
			width = 1
		}
		for q := 0; q < cols; q += width {
			terms := s.atDiagonal(first+q, min(width, cols-q))
			s.multiplyTile(rows, min(width, cols-q), terms.to-terms.from, a[terms.from*mr:], b[terms.from*nr+q:], c[q:])
		}
	}
}

// atDiagonal returns the terms of the slab that a tile of the diagonal needs, as far as they are packed. Its count rows
// (Left) or columns (Right) begin at term first.
func (s *trmm[T]) atDiagonal(first, count int) span {
	block := s.diagonalBlock(first)
	if s.left() == s.upper() {
		return span{first, block.to}
	}
	return span{block.from, first + count}
}

// multiplyTile overwrites a tile of C with the first terms that it gets.
func (s *trmm[T]) multiplyTile(rows, cols, terms int, a, b, c []T) {
	kern := s.kern
	if rows == kern.MR && cols > kern.NR/2 {
		kern.Gemm(rows, cols, terms, s.alpha, a, b, 0, c, s.c.Stride)
	} else { // the direct kernel skips what is not wanted
		kern.GemmDirect(rows, cols, terms, s.alpha, a, 1, kern.MR, b, kern.NR, 0, c, s.c.Stride)
	}
}
