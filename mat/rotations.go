package mat

import (
	"unsafe"

	"ridge/asm"
	"ridge/internal/scratch"
)

// rotations applies sweeps of plane rotations to neighbouring rows of a matrix X, as the QR
// algorithm produces them for its vectors. It gathers many sweeps, and then applies all of them to
// one panel of X after the other. Within a panel it proceeds by tiles of rows, so that a tile is
// read from memory once for all sweeps. (Van Zee, van de Geijn and Quintana-Ortí, Restructuring the
// Tridiagonal and Bidiagonal QR Algorithms for Performance, ACM TOMS 40(3), 2014.)
type rotations[T Float] struct {
	kern    *asm.Kernels[T]
	workers Workers
	rows    int // of X
	cols    int
	width   int // columns of a panel
	x       []T // the panels, each row-major, the last one padded with zeros

	c, s      []T // of the sweeps, one after the other, in the order in which they are applied
	used      int
	backwards bool // all sweeps go from the last row towards the first
	sweeps    [maxSweeps]sweep
	count     int
	memory    *scratch.Buffer[T]
}

// sweep is a sequence of rotations. If it goes backwards, rows are counted from the end.
type sweep struct {
	first, end int // the first row of the first rotation, and that of the one after the last
	at         int // where its cosines and sines begin
}

const (
	// maxSweeps is the largest number of sweeps that are gathered.
	maxSweeps = 64
	// maxRotations is roughly the largest number of rotations that are gathered: their cosines and
	// sines must stay in L2.
	maxRotations = 1 << 16
	// tileBytes is the size of the rows of a tile and of all sweeps that overlap it: they must stay
	// in L1.
	tileBytes = 1 << 15
)

// newRotations returns the rotations of a matrix X = op(A). The caller must call release.
func newRotations[T Float](t Transpose, a Dense[T], w Workers) *rotations[T] {
	r := getBody[rotations[T]]()
	*r = rotations[T]{kern: asm.For[T](), workers: w, rows: a.Rows, cols: a.Cols}
	if t == Trans {
		r.rows, r.cols = a.Cols, a.Rows
	}
	r.width = 2 * r.kern.NR
	size := r.rows * roundUp(r.cols, r.width)
	capacity := max(r.rows, min(maxSweeps*r.rows, maxRotations))
	r.memory = scratch.Get[T](size + 2*capacity)
	r.x, r.c, r.s = r.memory.Data[:size], r.memory.Data[size:size+capacity], r.memory.Data[size+capacity:]
	r.move(false, t, a, nil)
	return r
}

func (r *rotations[T]) release() {
	scratch.Put(r.memory)
	putBody(r)
}

// panels is the number of panels.
func (r *rotations[T]) panels() int { return CeilDiv(r.cols, r.width) }

// panel is panel p.
func (r *rotations[T]) panel(p int) []T {
	size := r.rows * r.width
	return r.x[p*size : (p+1)*size]
}

// sweep gathers a sweep of rotations. They act on rows first and first+1, then on first+1 and
// first+2, and so on. Backwards, they act on first+1 and first, then on first and first−1, and so
// on. Rotation q turns two rows X, Y into c[q]·X + s[q]·Y and c[q]·Y − s[q]·X.
func (r *rotations[T]) sweep(first int, backwards bool, c, s []float64) {
	if r.cols == 0 || len(c) == 0 {
		return
	}
	sign := T(1)
	if len(c) == 1 && backwards != r.backwards { // a single rotation may go either way
		backwards, sign = r.backwards, -1
	}
	if backwards != r.backwards || r.count == maxSweeps || r.used+len(c) > len(r.c) {
		r.flush()
		r.backwards = backwards
	}
	if backwards {
		first = r.rows - 2 - first
	}
	r.sweeps[r.count] = sweep{first: first, end: first + len(c), at: r.used}
	r.count++
	cosines, sines := r.c[r.used:], r.s[r.used:]
	for i, v := range c {
		cosines[i] = T(v)
		sines[i] = sign * T(s[i])
	}
	r.used += len(c)
}

// flush applies the gathered sweeps.
func (r *rotations[T]) flush() {
	if r.count == 0 {
		return
	}
	w := r.workers
	if float64(r.used)*float64(r.cols) < serialWork {
		w = 1
	}
	b := getBody[rotateBody[T]]()
	b.r = r
	parallel(w, r.panels(), b)
	putBody(b)
	r.count, r.used = 0, 0
}

// rotateBody applies all sweeps to a panel.
type rotateBody[T Float] struct{ r *rotations[T] }

// do goes down the panel in tiles. Each sweep stays one row behind the sweep before it, and so
// rotates only rows that the earlier sweep has finished.
func (b *rotateBody[T]) do(p int) {
	r, panel := b.r, b.r.panel(p)
	sweeps := r.sweeps[:r.count]
	from, to := r.rows, 0
	for t, w := range sweeps {
		from, to = min(from, w.first+t), max(to, w.end+t)
	}
	var v T
	tile := max(1, tileBytes/(r.width*int(unsafe.Sizeof(v)))-maxSweeps)
	for ; from < to; from += tile {
		for t, w := range sweeps {
			lo, hi := max(w.first, from-t), min(w.end, from+tile-t)
			if lo >= hi {
				continue
			}
			at := w.at - w.first
			x0, ldx := lo*r.width, r.width
			if r.backwards {
				x0, ldx = (r.rows-1-lo)*r.width, -r.width
			}
			r.kern.Rotate(r.c[at+lo:at+hi], r.s[at+lo:at+hi], panel, x0, ldx)
		}
	}
}

// negate changes the sign of a row. All sweeps must have been flushed.
func (r *rotations[T]) negate(row int) {
	for p := range r.panels() {
		Scal(-1, r.panel(p)[row*r.width:(row+1)*r.width])
	}
}

// store writes X to op(A) with its rows in the given order: row order[i] becomes row i. All sweeps
// must have been flushed.
func (r *rotations[T]) store(t Transpose, a Dense[T], order []int) { r.move(true, t, a, order) }

// move loads all panels from op(A), or stores them.
func (r *rotations[T]) move(out bool, t Transpose, a Dense[T], order []int) {
	w := r.workers
	if float64(r.rows)*float64(r.cols) < serialWork {
		w = 1
	}
	b := getBody[moveBody[T]]()
	*b = moveBody[T]{r: r, a: a, t: t, order: order, out: out}
	parallel(w, r.panels(), b)
	putBody(b)
}

// moveBody loads or stores a panel.
type moveBody[T Float] struct {
	r     *rotations[T]
	a     Dense[T]
	t     Transpose
	order []int
	out   bool
}

func (b *moveBody[T]) do(p int) {
	r := b.r
	from := p * r.width
	cols := min(r.width, r.cols-from)
	if b.out {
		b.store(r.panel(p), from, cols)
	} else {
		b.load(r.panel(p), from, cols)
	}
}

func (b *moveBody[T]) load(panel []T, from, cols int) {
	r := b.r
	if cols < r.width {
		clear(panel)
	}
	if b.t == Trans {
		transpose(r.kern, cols, r.rows, b.a.Data[from*b.a.Stride:], b.a.Stride, panel, r.width)
		return
	}
	for i := range r.rows {
		copy(panel[i*r.width:], b.a.Row(i)[from:from+cols])
	}
}

func (b *moveBody[T]) store(panel []T, from, cols int) {
	r := b.r
	if b.t == NoTrans {
		for i, row := range b.order {
			copy(b.a.Row(i)[from:from+cols], panel[row*r.width:])
		}
		return
	}
	buf := scratch.Get[T](r.rows * r.width)
	defer scratch.Put(buf)
	for i, row := range b.order {
		copy(buf.Data[i*r.width:(i+1)*r.width], panel[row*r.width:])
	}
	transpose(r.kern, r.rows, cols, buf.Data, r.width, b.a.Data[from*b.a.Stride:], b.a.Stride)
}
