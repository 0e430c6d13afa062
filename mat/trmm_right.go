package mat

import (
	"ridge/asm"
	"ridge/internal/scratch"
)

// trmmRight is B := alpha·B·op(A), where op(A) is n×n, triangular, and so small that all of it is packed at once, in
// panels of columns. The rows of B stay in place: a panel of the result overwrites columns that no later panel depends
// on. The kernel reads a row before it writes it.
type trmmRight[T Float] struct {
	kern   *asm.Kernels[T]
	matrix product[T] // a is B, and op(b) is op(A)
	packed []T        // panels, n·NR elements apart
	height int        // rows worked on together
}

// fitsRight reports whether the triangle is packed at once. The rows of a longer tile are too far apart to be read in
// place as fast as if they were packed. The bits depend on this, so it must not depend on the sizes of caches.
func (p *product[T]) fitsRight(kern *asm.Kernels[T]) bool { return p.k <= kern.KC*3/2 }

// run packs the panels on all workers, which then share the rows.
func (m *trmmRight[T]) run(w Workers) {
	kern, p := m.kern, &m.matrix
	w = workersWorth(p.multiplications(), w)
	buf := scratch.Get[T](p.k * roundUp(p.k, kern.NR))
	defer scratch.Put(buf)
	m.packed = buf.Data
	inCache := max(kern.MC*kern.KC/p.k, 1) // half of L2
	m.height = roundUp(min(inCache, CeilDiv(p.m, w.Count())), kern.MR)
	if w.Count() == 1 { // a small product does without a body
		for q := range m.panels() {
			m.pack(q)
		}
		for i := range m.parts() {
			m.multiplyPart(i)
		}
		return
	}
	defer HoldWorkers()()
	s := getBody[trmmRight[T]]()
	defer putBody(s)
	*s = *m
	parallel(w, s.panels(), (*trmmRightPackBody[T])(s))
	parallel(w, s.parts(), (*trmmRightMultiplyBody[T])(s))
}

// trmmRightPackBody packs a panel for each index.
type trmmRightPackBody[T Float] trmmRight[T]

func (b *trmmRightPackBody[T]) do(q int) { (*trmmRight[T])(b).pack(q) }

// trmmRightMultiplyBody multiplies a part of the rows of B for each index.
type trmmRightMultiplyBody[T Float] trmmRight[T]

func (b *trmmRightMultiplyBody[T]) do(i int) { (*trmmRight[T])(b).multiplyPart(i) }

func (m *trmmRight[T]) panels() int { return CeilDiv(m.matrix.k, m.kern.NR) }

// parts is the number of parts of the rows of B, of which multiplyPart multiplies one.
func (m *trmmRight[T]) parts() int { return CeilDiv(m.matrix.m, m.height) }

func (m *trmmRight[T]) multiplyPart(i int) {
	m.multiply(m.matrix.c.RowView(i*m.height, min(m.height, m.matrix.m-i*m.height)))
}

// columns are those of panel q. An upper triangle begins with the panel that may be narrower than the others: it has
// the fewest terms, whereas the last one has all, and a narrow panel takes as long as one of half the width. A lower
// triangle ends with it.
func (m *trmmRight[T]) columns(q int) span {
	k, nr := m.matrix.k, m.kern.NR
	if m.matrix.form == upperTriangleB {
		q = m.panels() - 1 - q
		return span{max(0, k-(q+1)*nr), k - q*nr}
	}
	return span{q * nr, min((q+1)*nr, k)}
}

// terms are the rows of op(A) in which some columns are not all zero.
func (m *trmmRight[T]) terms(cols span) span {
	if m.matrix.form == upperTriangleB {
		return span{0, cols.to}
	}
	return span{cols.from, m.matrix.k}
}

// pack packs panel q.
func (m *trmmRight[T]) pack(q int) {
	p, cols := &m.matrix, m.columns(q)
	terms := m.terms(cols)
	p.packB(m.kern, m.panel(q)[terms.from*m.kern.NR:], cols.from, cols.to-cols.from, terms.from, terms.to-terms.from)
}

// panel is panel q, from the first row of op(A) on.
func (m *trmmRight[T]) panel(q int) []T { return m.packed[q*m.kern.NR*m.matrix.k:] }

// multiply multiplies rows of B. What is done to a row must not depend on how the workers share the rows.
func (m *trmmRight[T]) multiply(b Dense[T]) {
	if allRowsFinite(b) {
		m.multiplyRows(b, false)
		return
	}
	for r := 0; r < b.Rows; r += m.kern.MR {
		tile := b.RowView(r, min(m.kern.MR, b.Rows-r))
		if allRowsFinite(tile) {
			m.multiplyRows(tile, false)
		} else {
			m.multiplyRows(tile, true) // the zeros of the diagonal blocks would spread NaN
		}
	}
}

// multiplyRows computes rows of B panel by panel, or column by column, and first those that no others depend on.
func (m *trmmRight[T]) multiplyRows(b Dense[T], byColumns bool) {
	upper := m.matrix.form == upperTriangleB
	for q := range m.panels() {
		if upper {
			q = m.panels() - 1 - q
		}
		cols, width := m.columns(q), 1
		if !byColumns {
			width = m.width(cols)
		}
		parts := CeilDiv(cols.to-cols.from, width)
		for i := range parts {
			if upper {
				i = parts - 1 - i
			}
			from := cols.from + i*width
			m.multiplyColumns(b, q, span{from, min(from+width, cols.to)})
		}
	}
}

// width is how many columns of a panel are computed at once: half of them if the zeros of the other half would be a
// large part of the terms. A tile of half a panel must have enough rows to hide the latency of its sums.
func (m *trmmRight[T]) width(cols span) int {
	nr, terms := m.kern.NR, m.terms(cols)
	if m.kern.MR >= 8 && terms.to-terms.from <= 2*nr {
		return nr / 2
	}
	return nr
}

// multiplyColumns computes columns that belong to panel q. Their old values are needed only for the first slab, which
// is at the diagonal and overwrites them: it must not end inside the panel, whatever KC is.
func (m *trmmRight[T]) multiplyColumns(b Dense[T], q int, cols span) {
	nr, terms, beta := m.kern.NR, m.terms(cols), T(0)
	kc := max(m.kern.KC, nr)
	panel := m.panel(q)[cols.from-m.columns(q).from:]
	slab := func(first, last int) {
		m.kern.GemmDirect(b.Rows, cols.to-cols.from, last-first, m.matrix.alpha, b.Data[first:], b.Stride, 1,
			panel[first*nr:], nr, beta, b.Data[cols.from:], b.Stride)
		beta = 1
	}
	if m.matrix.form == upperTriangleB {
		for last := terms.to; last > 0; last -= kc {
			slab(max(0, last-kc), last)
		}
		return
	}
	for first := terms.from; first < terms.to; first += kc {
		slab(first, min(first+kc, terms.to))
	}
}

// allRowsFinite is vectorIsFinite of a matrix.
func allRowsFinite[T Float](a Dense[T]) bool {
	if a.Stride == a.Cols {
		return vectorIsFinite(a.Data[:a.Rows*a.Cols]) // more of Data may belong to others
	}
	for i := range a.rowsToVisit() {
		if !vectorIsFinite(a.Row(i)) {
			return false
		}
	}
	return true
}
