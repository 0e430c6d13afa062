package mat

import (
	"ridge/asm"
	"ridge/internal/scratch"
)

// trmmFew is the least ratio of the rows of A to the columns (Left) or rows (Right) of B from which A is read in place.
// Packing A would take longer there.
const trmmFew = 4

// trmmTiles is the order of the blocks on the diagonal that are packed nevertheless, in register tiles: so large that
// the terms beside them are long sums.
const trmmTiles = 4

// diagonalBlock returns the terms of a slab that are packed with the one given: all, unless A is read in place.
func (s *trmm[T]) diagonalBlock(term int) span {
	if !s.inPlace {
		return span{0, s.depth}
	}
	order := trmmTiles * s.kern.MR
	from := term / order * order
	return span{from, min(from+order, s.depth)}
}

// packForPlace packs share q of B, and of the blocks on the diagonal of A.
func (s *trmm[T]) packForPlace(q int) {
	kern := s.kern
	if b := s.partOfShare(q, s.cols, kern.NR); s.packB && b.from < b.to {
		s.product.packB(kern, s.packedB[b.from*s.depth:], s.j+b.from, b.to-b.from, s.p, s.depth)
	}
	share := s.partOfShare(q, s.rows, kern.MR)
	for r := max(s.i+share.from, s.p); r < min(s.i+share.to, s.p+s.depth); r += kern.MR {
		block := s.diagonalBlock(r - s.p)
		panel := s.packedA[(r-s.i)*s.depth:][block.from*kern.MR : block.to*kern.MR]
		parts := panelParts[T]{kern, false, kern.MR, r, min(kern.MR, s.p+s.depth-r), s.p + block.from, s.p + block.to,
			panel}
		parts.triangular(s.tA, s.a, !s.upper(), s.unit)
	}
}

// besideDiagonal adds the terms of the slab beside the blocks on the diagonal.
func (s *trmm[T]) besideDiagonal(rows span, j, cols int) {
	for r := rows.from; r < rows.to; {
		block := s.diagonalBlock(r - s.p)
		end := min(s.p+block.to, rows.to)
		if s.upper() {
			s.addInPlace(span{r, end}, span{block.to, s.depth}, j, cols)
		} else {
			s.addInPlace(span{r, end}, span{0, block.from}, j, cols)
		}
		r = end
	}
}

// addInPlace adds terms of the slab to some rows of the panel of C that begins with column j of the block.
func (s *trmm[T]) addInPlace(rows, terms span, j, cols int) {
	if rows.from >= rows.to || terms.from >= terms.to {
		return
	}
	a, nr := s.a, s.kern.NR
	s.kern.GemmDirect(rows.to-rows.from, cols, terms.to-terms.from, s.alpha, a.Data[rows.from*a.Stride+s.p+terms.from:],
		a.Stride, 1,
		s.packedB[j*s.depth+terms.from*nr:], nr, 1, s.c.Data[rows.from*s.c.Stride+s.j+j:], s.c.Stride)
}

// A small triangle takes as long to pack as trmmPacking rows of B to multiply. That is less than a tenth of the time
// from trmmPacked rows on.
const (
	trmmPacking = 4
	trmmPacked  = 10 * trmmPacking
)

// fitsTransposed reports whether B·Aᵀ, for B with few rows, takes less time as the transpose of A·Bᵀ. A stays in place
// then, but the rows of B become columns, which the kernel takes in halves of a panel. A triangle that is packed at
// once is worth packing if filling up the last half would take longer.
func (s *trmm[T]) fitsTransposed(kern *asm.Kernels[T]) bool {
	if s.k <= kern.KC/2 || !s.fitsRight(kern) {
		return s.k > kern.KC/2
	}
	return s.m <= trmmPacked && roundUp(s.m, kern.NR/2)-s.m < trmmPacking
}

// runTransposed computes B·Aᵀ as the transpose of A·Bᵀ, for B with few rows: a copy of the result costs less than one
// of Aᵀ.
func (s *trmm[T]) runTransposed(w Workers) {
	b := s.c
	buf := scratch.Get[T](b.Rows * b.Cols)
	defer scratch.Put(buf)
	c := Dense[T]{Rows: b.Cols, Cols: b.Rows, Stride: b.Rows, Data: buf.Data}
	left := trmm[T]{inPlace: true}
	left.product = product[T]{m: c.Rows, n: c.Cols, k: s.k, alpha: s.alpha, a: s.b, b: b, tB: Trans, c: c,
		form: upperTriangleA, unit: s.unit}
	if s.upper() { // Aᵀ is, so A is lower
		left.form = lowerTriangleA
	}
	left.runPacked(w)
	transposeTo(b, c, w)
}

// transposeTo is TransposeTo on several workers.
func transposeTo[T Float](dst, src Dense[T], w Workers) {
	if src.Rows*src.Cols < serialWork/8 {
		w = 1
	}
	if w.Count() == 1 {
		TransposeTo(dst, src)
		return
	}
	b := getBody[transposition[T]]()
	defer putBody(b)
	*b = transposition[T]{dst, src, roundUp(CeilDiv(src.Rows, w.Count()*sharesPerWorker), slabUnit)}
	parallel(w, CeilDiv(src.Rows, b.height), b)
}

// transposition transposes height rows of src for each index.
type transposition[T Float] struct {
	dst, src Dense[T]
	height   int
}

func (b *transposition[T]) do(i int) {
	from := i * b.height
	rows := min(b.height, b.src.Rows-from)
	TransposeTo(b.dst.ColView(from, rows), b.src.RowView(from, rows))
}
