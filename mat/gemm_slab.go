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
	grid    grid
	packing bool
}

func (s *slab[T]) do(i int) {
	switch {
	case !s.packing:
		s.multiply(s.grid.tile(i, s.product.m, s.nc))
	case s.byRows:
		s.packRows(i*packedRows, min((i+1)*packedRows, s.kc))
	default:
		j := i * s.kern.NR
		s.product.packB(s.kern, s.packedB[j*s.kc:], s.j0+j, min(s.kern.NR, s.nc-j), s.p0, s.kc)
	}
}

// packs is the number of parts that are packed separately.
func (s *slab[T]) packs() int {
	switch {
	case s.packedB == nil:
		return 0
	case s.byRows:
		return ceilDiv(s.kc, packedRows)
	default:
		return ceilDiv(s.nc, s.kern.NR)
	}
}

// packedRows is how many rows are packed at a time.
const packedRows = 16

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
