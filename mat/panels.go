package mat

import "ridge/asm"

// panels is a matrix stored in panels of NR columns, one after the other. Each panel is row-major,
// and the last one is padded with zeros. This is the layout of the packed B of a product, so the
// micro-kernels can multiply by the panels, and update them, in place.
type panels[T Float] struct {
	kern *asm.Kernels[T]
	data []T
	rows int
	cols int
}

// panelsSize is the number of elements of a rows×cols matrix in panels.
func panelsSize[T Float](kern *asm.Kernels[T], rows, cols int) int {
	return rows * roundUp(cols, kern.NR)
}

// count is the number of panels.
func (x *panels[T]) count() int { return CeilDiv(x.cols, x.kern.NR) }

// panel is panel q.
func (x *panels[T]) panel(q int) []T {
	size := x.rows * x.kern.NR
	return x.data[q*size : (q+1)*size]
}

// width is the number of columns of panel q.
func (x *panels[T]) width(q int) int { return min(x.kern.NR, x.cols-q*x.kern.NR) }

// load copies a, or its transpose, to the panels.
func (x *panels[T]) load(t Transpose, a Dense[T]) {
	if last := x.count() - 1; last >= 0 && x.width(last) < x.kern.NR {
		clear(x.panel(last))
	}
	nr := x.kern.NR
	if t == Trans {
		for q := range x.count() {
			x.loadPanel(t, a, q, x.rows)
		}
		return
	}
	eachPiece(nr, a, func(i, rows, j, cols int) {
		x.kern.Lacpy(rows, cols, a.Data[i*a.Stride+j:], a.Stride, x.data[j*x.rows+i*nr:], nr)
	})
}

// store copies the panels to a, or to its transpose.
func (x *panels[T]) store(t Transpose, a Dense[T]) {
	nr := x.kern.NR
	if t == Trans {
		for q := range x.count() {
			x.storePanel(t, a, q, x.rows)
		}
		return
	}
	eachPiece(nr, a, func(i, rows, j, cols int) {
		x.kern.Lacpy(rows, cols, x.data[j*x.rows+i*nr:], nr, a.Data[i*a.Stride+j:], a.Stride)
	})
}

// eachPiece calls f for blocks of b that have 32 rows and the width of a panel: for all of the first 32 rows, then for
// all of the next 32. The rows of a block often lie on different pages of memory, and taller blocks would need more
// entries of the TLB.
func eachPiece[T Float](width int, b Dense[T], f func(i, rows, j, cols int)) {
	const height = 32
	for i := 0; i < b.Rows; i += height {
		for j := 0; j < b.Cols; j += width {
			f(i, min(height, b.Rows-i), j, min(width, b.Cols-j))
		}
	}
}

// copyIn is load(NoTrans, a) on several workers, copyOut is store(NoTrans, a).
func (x *panels[T]) copyIn(a Dense[T], w Workers)  { x.copyAll(a, false, w) }
func (x *panels[T]) copyOut(a Dense[T], w Workers) { x.copyAll(a, true, w) }

func (x *panels[T]) copyAll(a Dense[T], out bool, w Workers) {
	if x.rows*x.cols < serialWork/8 {
		w = 1
	}
	b := getBody[panelsCopy[T]]()
	defer putBody(b)
	*b = panelsCopy[T]{x: *x, a: a, out: out, width: CeilDiv(x.count(), w.Count())}
	parallel(w, CeilDiv(x.count(), b.width), b)
}

// panelsCopy copies width panels for each i.
type panelsCopy[T Float] struct {
	x     panels[T]
	a     Dense[T]
	out   bool
	width int
}

func (b *panelsCopy[T]) do(i int) {
	from, nr := i*b.width, b.x.kern.NR
	cols := min(b.width*nr, b.x.cols-from*nr)
	part := panels[T]{kern: b.x.kern, data: b.x.data[from*nr*b.x.rows:][:panelsSize(b.x.kern, b.x.rows, cols)],
		rows: b.x.rows, cols: cols}
	if b.out {
		part.store(NoTrans, b.a.ColView(from*nr, cols))
	} else {
		part.load(NoTrans, b.a.ColView(from*nr, cols))
	}
}

// loadPanel copies the first rows of panel q from op(a).
func (x *panels[T]) loadPanel(t Transpose, a Dense[T], q, rows int) {
	nr, width := x.kern.NR, x.width(q)
	for i := 0; i < rows; i += copiedRows {
		n, dst := min(copiedRows, rows-i), x.panel(q)[i*nr:]
		if t == Trans {
			x.kern.Transpose(width, n, a.Data[q*nr*a.Stride+i:], a.Stride, dst, nr)
		} else {
			x.kern.Lacpy(n, width, a.Data[i*a.Stride+q*nr:], a.Stride, dst, nr)
		}
	}
}

// storePanel copies the first rows of panel q to op(a).
func (x *panels[T]) storePanel(t Transpose, a Dense[T], q, rows int) {
	nr, width := x.kern.NR, x.width(q)
	for i := 0; i < rows; i += copiedRows {
		n, src := min(copiedRows, rows-i), x.panel(q)[i*nr:]
		if t == Trans {
			x.kern.Transpose(n, width, src, nr, a.Data[q*nr*a.Stride+i:], a.Stride)
		} else {
			x.kern.Lacpy(n, width, src, nr, a.Data[i*a.Stride+q*nr:], a.Stride)
		}
	}
}

// copiedRows bounds the time of a kernel call, which can't be preempted.
const copiedRows = 1 << 12
