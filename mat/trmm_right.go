package mat

import "ridge/asm"

// trmmRight is B := alpha·B·op(A), where op(A) is n×n, triangular, and so small that all of it is packed at once, in
// panels of columns. The rows of B stay in place: a panel of the result overwrites columns that no later panel depends
// on. The kernel reads a row before it writes it.
type trmmRight[T Float] struct {
	kern    *asm.Kernels[T]
	matrix  product[T] // a is B, and op(b) is op(A)
	packed  []T        // panels, n·NR elements apart
	height  int        // rows worked on together
	packing bool
}

// fitsRight reports whether the triangle is packed at once. The rows of a longer tile are too far apart to be read in
// place as fast as if they were packed. The bits depend on this, so it must not depend on the sizes of caches.
func (p *product[T]) fitsRight(kern *asm.Kernels[T]) bool { return p.k <= kern.KC*3/2 }

// run packs the panels on all workers, which then share the rows.
func (m *trmmRight[T]) run(w Workers) {
	kern, p := m.kern, &m.matrix
	if p.multiplications() < serialWork {
		w = 1
	}
	buf := getBuffer[T](p.k * roundUp(p.k, kern.NR))
	defer putBuffer(buf)
	m.packed = buf.data
	inCache := max(kern.MC*kern.KC/p.k, 1) // half of L2
	m.height = roundUp(min(inCache, ceilDiv(p.m, w.Count())), kern.MR)
	if w.Count() == 1 { // a small product does without a body
		for q := range m.panels() {
			m.pack(q)
		}
		for i := range ceilDiv(p.m, m.height) {
			m.do(i)
		}
		return
	}
	defer HoldWorkers()()
	s := getBody[trmmRight[T]]()
	defer putBody(s)
	*s = *m
	s.packing = true
	parallel(w, s.panels(), s)
	s.packing = false
	parallel(w, ceilDiv(p.m, s.height), s)
}

func (m *trmmRight[T]) panels() int { return ceilDiv(m.matrix.k, m.kern.NR) }

func (m *trmmRight[T]) do(i int) {
	if m.packing {
		m.pack(i)
		return
	}
	m.multiply(m.matrix.c.RowView(i*m.height, min(m.height, m.matrix.m-i*m.height)))
}

// terms are the rows of op(A) in which some columns are not all zero.
func (m *trmmRight[T]) terms(col, cols int) span {
	if m.matrix.form == upperTriangleB {
		return span{0, col + cols}
	}
	return span{col, m.matrix.k}
}

// pack packs panel q.
func (m *trmmRight[T]) pack(q int) {
	p, nr := &m.matrix, m.kern.NR
	cols := min(nr, p.k-q*nr)
	terms := m.terms(q*nr, cols)
	p.packB(m.kern, m.panel(q)[terms.from*nr:], q*nr, cols, terms.from, terms.to-terms.from)
}

// panel is panel q, from the first row of op(A) on.
func (m *trmmRight[T]) panel(q int) []T { return m.packed[q*m.kern.NR*m.matrix.k:] }

// multiply multiplies rows of B. What is done to a row must not depend on how the workers share the rows.
func (m *trmmRight[T]) multiply(b Dense[T]) {
	if allRowsFinite(b) {
		m.multiplyRows(b, m.kern.NR)
		return
	}
	for r := 0; r < b.Rows; r += m.kern.MR {
		tile := b.RowView(r, min(m.kern.MR, b.Rows-r))
		if allRowsFinite(tile) {
			m.multiplyRows(tile, m.kern.NR)
		} else {
			m.multiplyRows(tile, 1) // the zeros of the diagonal blocks would spread NaN
		}
	}
}

// multiplyRows computes rows of B, so many columns at a time, and first those that no others depend on.
func (m *trmmRight[T]) multiplyRows(b Dense[T], columns int) {
	pieces := ceilDiv(b.Cols, columns)
	for i := range pieces {
		if m.matrix.form == upperTriangleB {
			i = pieces - 1 - i
		}
		j := i * columns
		m.multiplyColumns(b, j, min(columns, b.Cols-j))
	}
}

// multiplyColumns computes the columns from j on, which belong to one panel. Their old values are needed only for the
// first slab, which is at the diagonal and overwrites them.
func (m *trmmRight[T]) multiplyColumns(b Dense[T], j, columns int) {
	nr, kc, terms, beta := m.kern.NR, m.kern.KC, m.terms(j, columns), T(0)
	panel := m.panel(j / nr)[j%nr:]
	slab := func(first, last int) {
		m.kern.GemmDirect(b.Rows, columns, last-first, m.matrix.alpha, b.Data[first:], b.Stride, 1, panel[first*nr:],
			nr, beta, b.Data[j:], b.Stride)
		beta = 1
	}
	if m.matrix.form == upperTriangleB {
		for last := terms.to; last > 0; last -= kc {
			slab(max(0, last-kc), last)
		}
		return
	}
	for first := j; first < terms.to; first += kc {
		slab(first, min(first+kc, terms.to))
	}
}

// allRowsFinite is isFinite of a matrix.
func allRowsFinite[T Float](a Dense[T]) bool {
	if a.Stride == a.Cols {
		return isFinite(a.Data)
	}
	for i := range a.Rows {
		if !isFinite(a.Row(i)) {
			return false
		}
	}
	return true
}
