package mat

import "ridge/asm"

// slab is one step of a product whose A stays in place: columns from j0, terms p0 … p0+kc of the sum. The workers first
// pack the slab of B, and then multiply, tile by tile.
type slab[T Float] struct {
	product product[T]
	kern    *asm.Kernels[T]
	p0, kc  int
	j0, nc  int
	beta    T
	packedB []T  // nil: B is read in place
	byRows  bool // packed by whole rows, rather than panel by panel
	terms   int  // of the sum that are packed at a time
	grid    grid
}

// slabPackBody packs a part of the slab of B for each index.
type slabPackBody[T Float] slab[T]

func (b *slabPackBody[T]) do(i int) { (*slab[T])(b).pack(i) }

// slabMultiplyBody computes a tile of C for each index.
type slabMultiplyBody[T Float] slab[T]

func (b *slabMultiplyBody[T]) do(i int) {
	s := (*slab[T])(b)
	s.multiply(s.grid.tile(i, s.product.m, s.nc))
}

// pack packs part i of the slab of B.
func (s *slab[T]) pack(i int) {
	if s.byRows {
		s.packRows(i*s.terms, min((i+1)*s.terms, s.kc))
		return
	}
	perPanel := CeilDiv(s.kc, s.terms)
	j, from := i/perPanel*s.kern.NR, i%perPanel*s.terms
	s.product.packB(s.kern, s.packedB[j*s.kc+from*s.kern.NR:], s.j0+j, min(s.kern.NR, s.nc-j), s.p0+from,
		min(s.terms, s.kc-from))
}

// packs is the number of parts that are packed separately.
func (s *slab[T]) packs() int {
	if s.byRows {
		return CeilDiv(s.kc, s.terms)
	}
	return CeilDiv(s.nc, s.kern.NR) * CeilDiv(s.kc, s.terms)
}

// chooseShares chooses how many terms are packed at a time, so that all workers have a share: up to packedRows whole
// rows, or whole panels, unless there are more workers than panels and a part of one is still worth a share.
func (s *slab[T]) chooseShares(workers int) {
	if s.byRows {
		s.terms = clampInt(CeilDiv(s.kc, workers), 1, packedRows)
		return
	}
	perPanel := clampInt(CeilDiv(workers, CeilDiv(s.nc, s.kern.NR)), 1, max(1, s.kc*min(s.nc, s.kern.NR)/packedPart))
	s.terms = roundUp(CeilDiv(s.kc, perPanel), slabUnit)
}

const (
	packedRows = 16      // the most rows that are packed at a time
	packedPart = 1 << 14 // elements that take some times as long to pack as it takes to give a worker a share
)

// packRows packs the rows from … to of the slab of B, which is not transposed. A row is treated as a matrix with NR
// columns, whose rows go to one panel each.
func (s *slab[T]) packRows(from, to int) {
	b, nr := s.product.b, s.kern.NR
	whole := s.nc / nr
	rest := s.nc - whole*nr
	for r := from; r < to; r++ {
		row, dst := b.Data[(s.p0+r)*b.Stride+s.j0:], s.packedB[r*nr:]
		if whole > 0 {
			s.kern.Lacpy(whole, nr, row, nr, dst, nr*s.kc)
		}
		if rest > 0 {
			last := dst[whole*nr*s.kc:][:nr]
			clear(last[copy(last, row[whole*nr:s.nc]):])
		}
	}
}

// multiply computes the tile t of C.
func (s *slab[T]) multiply(t tile) {
	p := &s.product
	for j := t.j; j < t.j+t.cols; j += s.kern.NR {
		n, col := min(s.kern.NR, t.j+t.cols-j), s.j0+j
		if p.part == full {
			s.rows(span{t.i, t.i + t.rows}, j, n, s.beta, p.c, col)
			continue
		}
		outside, inside, block := p.splitAtDiagonal(span{t.i, t.i + t.rows}, col)
		s.rows(outside, j, n, s.beta, p.c, col)
		if p.sums.Data != nil {
			s.rows(inside, j, n, p.sumsBeta(s.p0), p.sums, col-block)
		}
	}
}

// rows computes some rows of n columns of op(A)·op(B): the columns from the j-th of the slab on, and from col on in c.
func (s *slab[T]) rows(r span, j, n int, beta T, c Dense[T], col int) {
	if r.from >= r.to {
		return
	}
	p := &s.product
	first, rsa, csa := r.from*p.a.Stride+s.p0, p.a.Stride, 1
	if p.tA == Trans {
		first, rsa, csa = s.p0*p.a.Stride+r.from, 1, p.a.Stride
	}
	b, ldb := s.packedB, s.kern.NR
	if b != nil {
		b = b[j*s.kc:]
	} else {
		b, ldb = p.b.Data[s.p0*p.b.Stride+s.j0+j:], p.b.Stride
	}
	s.kern.GemmDirect(r.to-r.from, n, s.kc, p.alpha, p.a.Data[first:], rsa, csa, b, ldb, beta,
		c.Data[r.from*c.Stride+col:], c.Stride)
}
