package mat

import (
	"ridge/asm"
	"ridge/internal/scratch"
)

// packedProduct is a product whose operands are both packed. Its loops are those of BLIS: columns of C in blocks of NC,
// the sum in parts of one or more slabs, and rows in blocks that the L2 caches of all workers hold together. For each
// block, all workers first pack shares of A and B, and then all multiply. C is cut in both directions into pieces, each
// of some panels of A by some panels of B. The workers wait for each other only between these two steps and after them.
type packedProduct[T Float] struct {
	product[T]
	productBlock     // the block under way
	kern             *asm.Kernels[T]
	kc               int  // terms in a slab
	packedA, packedB []T  // the operands of the block, slab after slab
	packB            bool // B is to be packed, too: the block is the first one with its columns and terms
	shares           int  // into which the packing is divided
	grid             grid // cuts the block into pieces
}

// productBlock is a part of a product.
type productBlock struct {
	i, rows  int // rows i … i+rows−1 of C
	j, cols  int // columns j … j+cols−1
	p, depth int // terms p … p+depth−1 of the sum
}

// sharesPerWorker is the number of shares of the packing per worker: if one is late, others take some of its shares.
const sharesPerWorker = 4

// stepShares is the number of pieces per worker into which a step of a factorization is cut. One worker also factors
// the next block, and all wait for the last piece, so the pieces are smaller than those of a product. With 12 in place
// of 4, two workers factor 1000 rows by QR and Cholesky about 5 % faster in float64 (BenchmarkThreads); LU gains
// nothing.
const stepShares = 12

// runPacked computes the product in slabs of about kc terms. If other is not nil, one worker runs it during the first
// block, which is then cut into pieces small enough for the other workers to take over its share.
func (p *product[T]) runPacked(kern *asm.Kernels[T], kc int, other body, w Workers) {
	s := getBody[packedProduct[T]]()
	defer putBody(s)
	*s = packedProduct[T]{product: *p, kern: kern, kc: kc, shares: w.Count() * sharesPerWorker}
	rows, depth := s.blockSize(w.Count())
	sizeA := roundUp(depth*roundUp(rows, kern.MR), scratch.PerLine[T]())
	sizeB := depth * roundUp(min(kern.NC, p.n), kern.NR)
	buf := scratch.Get[T](sizeA + sizeB) // together they are more likely to fill huge pages
	defer scratch.Put(buf)
	s.packedA, s.packedB = buf.Data[:sizeA], buf.Data[sizeA:]

	s.eachBlock(rows, depth, func() {
		parallel(w, s.shares, (*packBody[T])(s))
		s.multiplyAll(other, w)
		other = nil
	})
}

// runConcurrently runs a product that computes a triangle, while one of the workers does other work.
func (p *product[T]) runConcurrently(other body, w Workers) {
	w = workersWorth(p.multiplications(), w)
	if p.multiplications() < packedSerialWork {
		w = 1
	}
	kern := asm.For[T]()
	p.runPacked(kern, slabLength(p.k, kern.KC), other, w)
}

// eachBlock sets s.productBlock to one block after the other, of at most rows rows and depth terms, and calls do.
func (s *packedProduct[T]) eachBlock(rows, depth int, do func()) {
	b := &s.productBlock
	if s.part == upper {
		b.j = s.first
	}
	for ; b.j < s.n; b.j += s.kern.NC {
		b.cols = min(s.kern.NC, s.n-b.j)
		from, to := s.wantedRows()
		for b.p = 0; b.p < s.k; b.p += b.depth {
			b.depth = s.k - b.p
			if b.depth > depth {
				b.depth = s.slabEnd(b.p, depth) - b.p
			}
			for b.i = from; b.i < to; b.i += rows {
				b.rows = min(rows, to-b.i)
				s.packB = b.i == from
				do()
			}
		}
	}
}

// packBody packs a share of the block for each index.
type packBody[T Float] packedProduct[T]

func (b *packBody[T]) do(q int) { (*packedProduct[T])(b).pack(q) }

// multiplyBody computes a piece of the block for each index.
type multiplyBody[T Float] packedProduct[T]

func (b *multiplyBody[T]) do(i int) {
	s := (*packedProduct[T])(b)
	s.multiply(s.piece(i))
}

// multiplyAll computes the current block of C.
func (s *packedProduct[T]) multiplyAll(other body, w Workers) {
	if other == nil {
		s.grid = s.cut(w.Count())
		parallel(w, s.pieces(), (*multiplyBody[T])(s))
		return
	}
	s.grid = s.cut(w.Count() * sharesPerWorker)
	b := getBody[firstAndRest]()
	defer putBody(b)
	*b = firstAndRest{other, (*multiplyBody[T])(s)}
	parallel(w, 1+s.pieces(), b)
}

// firstAndRest calls one body for the first index, and another for the others.
type firstAndRest struct{ first, rest body }

func (b *firstAndRest) do(i int) {
	if i == 0 {
		b.first.do(0)
		return
	}
	b.rest.do(i - 1)
}

// blockSize returns the number of rows of C in a block, and the number of terms of the sum. Each worker has as much of
// A as half of its L2 holds; they share as much of B as NC and KC allow.
func (s *packedProduct[T]) blockSize(workers int) (rows, depth int) {
	kern := s.kern
	rows = min(s.m, workers*s.rowsPerWorker())
	slabs := min(kern.NC*kern.KC/roundUp(min(s.n, kern.NC), kern.NR),
		workers*kern.MC*kern.KC/roundUp(rows, kern.MR)) / s.kc
	if rows < s.m {
		slabs = 1
	}
	return rows, min(s.k, max(1, slabs)*s.kc)
}

// rowsPerWorker is the number of rows of A that a worker has in a block.
func (s *packedProduct[T]) rowsPerWorker() int {
	return max(s.kern.MC*s.kern.KC/s.kc/s.kern.MR, 1) * s.kern.MR
}

// wantedRows are the rows in which the block of columns reaches into the wanted part of C.
func (s *packedProduct[T]) wantedRows() (from, to int) {
	unit := s.diagonalUnit()
	switch s.part {
	case lower:
		whole := max(unit, s.kern.MR)
		return max(s.first, s.j/whole*whole), s.m
	case upper:
		return 0, min(s.m, roundUp(s.j+s.cols, unit))
	}
	return 0, s.m
}

// pack packs share q of the panels, slab by slab of each.
func (s *packedProduct[T]) pack(q int) {
	slabs, ofB := s.slabs(), s.slabsOfB()
	for u := s.firstOfShare(q); u < s.firstOfShare(q+1); u++ {
		if u < ofB {
			s.packSlabOfB(u/slabs*s.kern.NR, s.slabBegin(u%slabs))
		} else {
			s.packSlabOfA((u-ofB)/slabs*s.kern.MR, s.slabBegin((u-ofB)%slabs))
		}
	}
}

// packSlabOfA packs the slab that begins with term p of the panel that begins with row r of the block. packSlabOfB does
// the same of B.
func (s *packedProduct[T]) packSlabOfA(r, p int) {
	kc := s.slabLength(p)
	s.packA(s.kern, s.slabA(p)[r*kc:], s.i+r, min(s.kern.MR, s.rows-r), s.p+p, kc)
}

func (s *packedProduct[T]) packSlabOfB(c, p int) {
	kc := s.slabLength(p)
	s.product.packB(s.kern, s.slabB(p)[c*kc:], s.j+c, min(s.kern.NR, s.cols-c), s.p+p, kc)
}

// slabsOfB is how many slabs of panels of B are to be packed, slabsOfA the same of A.
func (s *packedProduct[T]) slabsOfB() int {
	if !s.packB {
		return 0
	}
	return CeilDiv(s.cols, s.kern.NR) * s.slabs()
}

func (s *packedProduct[T]) slabsOfA() int { return CeilDiv(s.rows, s.kern.MR) * s.slabs() }

// firstOfShare is the first slab of a panel in share q, counted from the first one of B: those of A come after them.
// The shares have about as many elements each. With a share of the panels of both operands, many workers would wait for
// one that has a panel of each, with all its slabs.
func (s *packedProduct[T]) firstOfShare(q int) int {
	ofA, ofB := s.slabsOfA(), s.slabsOfB()
	wide := ofB * s.kern.NR // vectors of B, of as many terms as those of A
	begin := q * (wide + ofA*s.kern.MR) / s.shares
	if begin < wide {
		return CeilDiv(begin, s.kern.NR)
	}
	return ofB + CeilDiv(begin-wide, s.kern.MR)
}

// partOfShare is the part of count rows or columns that share q consists of, in panels of the given width.
func (s *packedProduct[T]) partOfShare(q, count, width int) span {
	panels := CeilDiv(count, width)
	return span{q * panels / s.shares * width, min((q+1)*panels/s.shares*width, count)}
}

// slabs is the number of slabs of the block.
func (s *packedProduct[T]) slabs() (count int) {
	for p := 0; p < s.depth; p += s.slabLength(p) {
		count++
	}
	return count
}

// slabBegin is the term of the block with which slab number k begins.
func (s *packedProduct[T]) slabBegin(k int) (p int) {
	for range k {
		p += s.slabLength(p)
	}
	return p
}

// slabLength is the number of terms of the slab that begins with term p of the block.
func (s *packedProduct[T]) slabLength(p int) int {
	return min(s.slabEnd(s.p+p, s.kc)-s.p, s.depth) - p
}

// slabA is the packed slab of A whose first term is p, counted from the first term of the block. slabB is the same of
// B.
func (s *packedProduct[T]) slabA(p int) []T { return s.packedA[p*roundUp(s.rows, s.kern.MR):] }
func (s *packedProduct[T]) slabB(p int) []T { return s.packedB[p*roundUp(s.cols, s.kern.NR):] }

// multiply computes the piece t, whose indices count from the beginning of the block.
func (s *packedProduct[T]) multiply(t tile) {
	for j := t.j; j < t.j+t.cols; j += s.kern.NR {
		n := min(s.kern.NR, t.j+t.cols-j)
		kc := 0
		for p := 0; p < s.depth; p += kc {
			kc = s.slabLength(p)
			beta := s.beta
			if s.p+p > 0 {
				beta = 1
			}
			a, b := s.slabA(p)[t.i*kc:], s.slabB(p)[j*kc:(j+s.kern.NR)*kc]
			if s.form == concatenated {
				s.syr2kPanel(s.kern, a, b, s.i+t.i, t.rows, s.j+j, n, s.p+p, kc, beta)
			} else {
				s.panel(s.kern, a, b, s.i+t.i, t.rows, s.j+j, n, kc, beta)
			}
		}
	}
}

// pieces is the number of pieces of the block of C that reach into its wanted part.
func (s *packedProduct[T]) pieces() int {
	count := 0
	for r := range s.grid.down {
		from, to := s.wantedPieces(r)
		count += to - from
	}
	return count
}

// piece is the i-th of them, row by row: consecutive pieces share panels of A.
func (s *packedProduct[T]) piece(i int) tile {
	for r := range s.grid.down {
		from, to := s.wantedPieces(r)
		if i < to-from {
			return s.grid.tile(r*s.grid.across+from+i, s.rows, s.cols)
		}
		i -= to - from
	}
	panic("mat: no such piece")
}

// wantedPieces are the pieces of row r of the grid that reach into the wanted part of C.
func (s *packedProduct[T]) wantedPieces(r int) (from, to int) {
	from, to = 0, s.grid.across
	unit := s.diagonalUnit()
	switch s.part {
	case lower: // column < the row after the last one, or the last of its block
		end := roundUp(s.i+min((r+1)*s.grid.mc, s.rows), unit)
		to = clampInt(CeilDiv(end-s.j, s.grid.nc), 0, to)
	case upper: // column ≥ the first row
		first := (s.i + r*s.grid.mc) / unit * unit
		from = clampInt((first-s.j)/s.grid.nc, 0, to)
	}
	return from, max(from, to)
}

// diagonalUnit is the order of the diagonal blocks that are computed as a whole.
func (s *packedProduct[T]) diagonalUnit() int {
	if s.form == concatenated {
		return s.sums.Cols
	}
	return 1
}
