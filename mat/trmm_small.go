package mat

import (
	"ridge/asm"
	"ridge/internal/scratch"
)

// isSmall reports whether a product from the left has a triangle of at most half as many rows as a slab of a sum, that
// takes half of L2 at most, and too few multiplications for two workers.
func (s *trmm[T]) isSmall(kern *asm.Kernels[T]) bool {
	return s.k <= kern.KC/2 && s.k*s.k <= kern.MC*kern.KC && s.multiplications() <= packedSerialWork
}

// runSmall computes a product from the left. The triangle is copied, with zeros beyond the diagonal. The rows of B stay
// in place: a register tile of the result overwrites rows that no later tile depends on, and the kernel reads all rows
// before it writes one. If they do not fit L1, or have gaps, the columns are copied panel by panel.
func (s *trmm[T]) runSmall(kern *asm.Kernels[T]) {
	n, nr, b := s.k, kern.NR, s.c
	inPlace := b.Stride == b.Cols && n*b.Cols <= trmmInPlace*scratch.PerLine[T]()
	panel := triangleMargin + n*(n+triangleMargin) // where the copy of a panel begins
	buffered := panel
	if !inPlace {
		buffered += n * nr
	}
	buf := scratch.Get[T](buffered)
	defer scratch.Put(buf)
	op := s.copyTriangle(kern, buf.Data)
	finite := inPlace && vectorIsFinite(b.Data[:n*b.Cols])
	for j := 0; j < b.Cols; j += nr {
		c := b.ColView(j, min(nr, b.Cols-j))
		x := c
		if !inPlace {
			x = Dense[T]{Rows: n, Cols: c.Cols, Stride: nr, Data: buf.Data[panel:]}
			if c.Cols < nr {
				clear(x.Data) // vectorIsFinite below looks at the padding, too
			}
			kern.Lacpy(n, c.Cols, c.Data, c.Stride, x.Data, nr)
			finite = vectorIsFinite(x.Data[:(n-1)*nr+c.Cols])
		}
		s.smallPanel(kern, op, x, c, finite)
	}
}

// trmmInPlace is how many cache lines of B may stay in place: as many as L1 has.
const trmmInPlace = 512

// smallPanel computes a panel of C from the same columns x of B, which may be C.
func (s *trmm[T]) smallPanel(kern *asm.Kernels[T], op, x, c Dense[T], finite bool) {
	height := kern.MR
	if !finite { // zero times infinity is NaN
		height = 1
	}
	tiles := CeilDiv(op.Rows, height)
	for q := range tiles {
		if !s.upper() {
			q = tiles - 1 - q
		}
		r := q * height
		rows := min(height, op.Rows-r)
		first, last := 0, r+rows
		if s.upper() {
			first, last = r, op.Rows
		}
		kern.GemmDirect(rows, c.Cols, last-first, s.alpha, op.Data[r*op.Stride+first:], op.Stride, 1,
			x.Data[first*x.Stride:], x.Stride, 0, c.Data[r*c.Stride:], c.Stride)
	}
}

// triangleMargin is how many zeros are written beside the diagonal: at least as many as tiles of MR rows reach.
const triangleMargin = 16

// copyTriangle copies op(A) in blocks of NR columns, and zeros beside its diagonal. Its rows have margins before and
// after them, where zeros may go, too.
func (s *trmm[T]) copyTriangle(kern *asm.Kernels[T], buf []T) Dense[T] {
	n, nr, ld, a := s.k, kern.NR, s.k+triangleMargin, s.a
	dst := Dense[T]{Rows: n, Cols: n, Stride: ld, Data: buf[triangleMargin:]}
	for j := 0; j < n; j += nr {
		cols := min(nr, n-j)
		from, to := j, n // the rows in which these columns are not all zero
		if s.upper() {
			from, to = 0, j+cols
		}
		if s.tA == NoTrans {
			kern.Lacpy(to-from, cols, a.Data[from*a.Stride+j:], a.Stride, dst.Data[from*ld+j:], ld)
		} else {
			kern.Transpose(cols, to-from, a.Data[j*a.Stride+from:], a.Stride, dst.Data[from*ld+j:], ld)
		}
	}
	first := triangleMargin + 1 // of the zeros, in the first row
	if s.upper() {
		first = 0
	}
	for i := range n {
		*(*[triangleMargin]T)(buf[first+i*(ld+1):]) = [triangleMargin]T{}
	}
	if s.unit {
		for i := range n {
			dst.Data[i*(ld+1)] = 1
		}
	}
	return dst
}
