package mat

import (
	"math"

	"ridge/asm"
)

// trmmRight is B := alpha·B·A, where A is n×n and triangular. The columns of A are packed in panels, and the rows of B
// stay in place: a panel of the result overwrites columns that no later panel depends on. The kernel reads a row before
// it writes it.
type trmmRight[T Float] struct {
	kern     *asm.Kernels[T]
	matrix   product[T] // op(B) of this product is A
	upper    bool       // A is an upper triangle
	diag     Diag
	alpha    T
	b        Dense[T]
	from, to int // the columns whose panels are packed
	packed   []T // panels, n·NR elements apart
	height   int // rows worked on together
	packing  bool
}

// run begins with the panels at the end of B whose columns no other panel needs. It takes as many panels at a time as a
// block of B of a product has elements. The workers pack them together, and then share the rows.
func (m *trmmRight[T]) run(w Workers) {
	kern, n, rows := m.kern, m.b.Cols, m.b.Rows
	if float64(n)*float64(n)*float64(rows) < serialWork {
		w = 1
	}
	s := getBody[trmmRight[T]]()
	defer putBody(s)
	*s = *m
	inCache := max(kern.MC*kern.KC/n, 1) // half of L2
	s.height = roundUp(min(inCache, ceilDiv(rows, w.Count())), kern.MR)
	width := min(roundUp(n, kern.NR), max(1, kern.NC*kern.KC/n/kern.NR)*kern.NR)
	buf := getBuffer[T](width * n)
	defer putBuffer(buf)
	s.packed = buf.data
	for q := range ceilDiv(n, width) {
		if m.upper {
			q = ceilDiv(n, width) - 1 - q
		}
		s.from, s.to = q*width, min((q+1)*width, n)
		s.packing = true
		parallel(w, s.panels(), s)
		s.packing = false
		parallel(w, ceilDiv(rows, s.height), s)
	}
}

func (m *trmmRight[T]) panels() int { return ceilDiv(m.to-m.from, m.kern.NR) }

func (m *trmmRight[T]) do(i int) {
	if m.packing {
		m.pack(i)
		return
	}
	rows := m.b.RowView(i*m.height, min(m.height, m.b.Rows-i*m.height))
	if isFinite(rows) {
		m.multiply(rows, m.kern.NR)
		return
	}
	// The zeros of the diagonal blocks would spread NaN. What is done to a row must not depend on how the workers share
	// the rows.
	for r := 0; r < rows.Rows; r += m.kern.MR {
		tile := rows.RowView(r, min(m.kern.MR, rows.Rows-r))
		if isFinite(tile) {
			m.multiply(tile, m.kern.NR)
		} else {
			m.multiply(tile, 1)
		}
	}
}

// isFinite reports whether a holds neither NaN nor an infinity.
func isFinite[T Float](a Dense[T]) bool {
	largest := float64(NormMax(a))
	return !math.IsNaN(largest) && !math.IsInf(largest, 1)
}

// panel is packed panel q, with the range of rows of A that it holds: those in which its columns are not all zero.
func (m *trmmRight[T]) panel(q int) (panel []T, first, last int) {
	j := m.from + q*m.kern.NR
	panel = m.packed[q*m.kern.NR*m.b.Cols:]
	if m.upper {
		return panel, 0, min(j+m.kern.NR, m.b.Cols)
	}
	return panel, j, m.b.Cols
}

// pack packs panel q, including the zeros and ones of its diagonal block.
func (m *trmmRight[T]) pack(q int) {
	panel, first, last := m.panel(q)
	nr, j := m.kern.NR, m.from+q*m.kern.NR
	cols := min(nr, m.b.Cols-j)
	m.matrix.packB(m.kern, panel, j, cols, first, last-first)
	for r := range cols {
		row := panel[(j+r-first)*nr:][:cols]
		if m.upper {
			clear(row[:r])
		} else {
			clear(row[r+1:])
		}
		if m.diag == Unit {
			row[r] = 1
		}
	}
}

// multiply multiplies rows of B by the packed panels, the given number of columns at a time.
func (m *trmmRight[T]) multiply(b Dense[T], columns int) {
	pieces := ceilDiv(m.to-m.from, columns)
	for i := range pieces {
		if m.upper {
			i = pieces - 1 - i
		}
		j := m.from + i*columns
		m.multiplyColumns(b, j, min(columns, m.to-j))
	}
}

// multiplyColumns computes the columns from j on, which belong to one panel. Their old values are needed only for the
// first slab, which is at the diagonal and overwrites them.
func (m *trmmRight[T]) multiplyColumns(b Dense[T], j, columns int) {
	nr, kc := m.kern.NR, m.kern.KC
	panel, top, _ := m.panel((j - m.from) / nr)
	panel = panel[(j-m.from)%nr:]
	beta := T(0)
	slab := func(first, last int) {
		m.kern.GemmDirect(b.Rows, columns, last-first, m.alpha, b.Data[first:], b.Stride, 1, panel[(first-top)*nr:], nr, beta, b.Data[j:], b.Stride)
		beta = 1
	}
	if m.upper {
		for last := j + columns; last > 0; last -= kc {
			slab(max(0, last-kc), last)
		}
		return
	}
	for first := j; first < b.Cols; first += kc {
		slab(first, min(first+kc, b.Cols))
	}
}
