package mat

import "ridge/internal/scratch"

// part does part t of a stage.
func (e *elimination[T]) part(s *stage, t int) {
	from := s.first - getrfShift + t*s.width
	switch s.kind {
	case getrfWhole:
		e.eliminateNext(s.block, e.start(s.block), e.start(s.block+1))
		e.factor(s.block)
		e.store(s.block, 0, e.a.Rows)
	case getrfNext:
		e.eliminateNext(s.block, from, min(from+s.width, e.start(s.block+1)))
	case getrfFactor:
		e.factor(s.block)
	case getrfStore:
		e.store(s.block, t*e.height, (t+1)*e.height)
	case getrfRight:
		e.eliminate(e.block(s.block), from, min(from+s.width, e.a.Cols))
	case getrfLeft:
		first, end := e.start(t), e.start(t+1)
		exchangeByCycles(e.a.ColView(first, end-first), e.ipiv, end)
	}
}

// eliminate eliminates block b from columns from … to−1.
func (e *elimination[T]) eliminate(b *eliminated[T], from, to int) {
	u := scratch.Get[T]((b.to - b.from) * roundUp(to-from, e.kern.NR))
	defer scratch.Put(u)
	e.solve(b, u.Data, from, to)
	e.subtract(b, u.Data, e.a.View(b.to, from, e.a.Rows-b.to, to-from))
}

// eliminateNext eliminates the block before from columns from … to−1 of a block, and leaves them where they will be
// factored.
func (e *elimination[T]) eliminateNext(block, from, to int) {
	first := e.start(block)
	columns := e.a.View(first, from, e.a.Rows-first, to-from)
	x := e.columns.x
	x.Rows, x.Cols, x.Data = columns.Rows, columns.Cols, x.Data[from-first:]
	if block == 0 {
		Copy(x, columns)
		return
	}
	b := e.block(block - 1)
	u := scratch.Get[T]((b.to - b.from) * roundUp(to-from, e.kern.NR))
	defer scratch.Put(u)
	e.solve(b, u.Data, from, to)
	Copy(x, columns)
	e.subtract(b, u.Data, x)
}

// solve exchanges the rows of columns from … to−1, and solves for block b's rows of U, which it also leaves in panels.
func (e *elimination[T]) solve(b *eliminated[T], u []T, from, to int) {
	kern, nr, ld := e.kern, e.kern.NR, e.a.Stride
	k := b.to - b.from
	e.loadExchanged(b, u, from, to)
	for j := from; j < to; j += nr {
		x, cols, row := u[(j-from)*k:], min(nr, to-j), e.a.Data[b.from*ld+j:]
		kern.Trsm(k, cols, 0, b.triangle.Data, 0, b.triangle.Stride, 1, e.columns.ones, x, 0, nr)
		kern.Lacpy(k, cols, x, nr, row, ld)
	}
}

// subtract subtracts L·U from c, where L is block b below its triangle, and U is in panels.
func (e *elimination[T]) subtract(b *eliminated[T], u []T, c Dense[T]) {
	kern, nr, k := e.kern, e.kern.NR, b.to-b.from
	height := max(1, kern.MC*kern.KC/k/kern.MR) * kern.MR // half of L2
	for i := 0; i < c.Rows; i += height {
		rows := min(height, c.Rows-i)
		for j := 0; j < c.Cols; j += nr {
			multiplyPacked(kern, rows, min(nr, c.Cols-j), k, -1, b.below[i*k:], u[j*k:], 1, c.Data[i*c.Stride+j:],
				c.Stride)
		}
	}
}

// factor factors the columns of a block, from which all blocks before it have been eliminated.
func (e *elimination[T]) factor(block int) {
	b, f := e.block(block), &e.columns
	b.from, b.to = e.start(block), e.start(block+1)
	k := b.to - b.from
	f.begin(e.a.Rows-b.from, k, e.ipiv[b.from:b.to])
	f.factor(0, k)
	if e.zero == 0 && f.zero > 0 {
		e.zero = b.from + f.zero
	}
	for i := range f.ipiv {
		f.ipiv[i] += b.from
	}
	b.moved.find(b.from, f.ipiv)
}

// store copies rows first … last−1 of a factored block back to the matrix, and packs L below its triangle, a few rows
// at a time, so that these are fetched once. The rows of the triangle come with the first others.
func (e *elimination[T]) store(block, first, last int) {
	b, x := e.block(block), e.columns.x
	k := b.to - b.from
	to := e.a.View(b.from, b.from, x.Rows, k)
	if first == 0 {
		Copy(to.RowView(0, k), x.RowView(0, k))
		b.triangle.Rows, b.triangle.Cols = k, k
		Copy(b.triangle, x.RowView(0, k))
	}
	height := getrfStored * e.kern.MR
	below := product[T]{a: x.RowView(k, x.Rows-k)}
	last = min(last, x.Rows-k)
	for i := first; i < last; i += height {
		rows := min(height, last-i)
		below.packA(e.kern, b.below[i*k:], i, rows, 0, k)
		Copy(to.RowView(k+i, rows), x.RowView(k+i, rows))
	}
}

// getrfStored is how many panels of rows are packed before they are copied.
const getrfStored = 4
