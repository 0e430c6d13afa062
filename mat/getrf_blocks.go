package mat

import "ridge/asm"

// elimination is an LU factorization in blocks of getrfBlock columns. A factored block is eliminated from all other
// columns: first from those of the next block, which one worker then factors while the others continue.
type elimination[T Float] struct {
	kern       *asm.Kernels[T]
	a          Dense[T]
	ipiv       []int
	columns    getrfColumns[T] // the block that is being factored
	done, next eliminated[T]
	ahead      bool // the next block is factored while others eliminate from the rest
	first      int  // the first column of the rest
	width      int  // columns that one worker takes at a time, whole panels
	exchanging bool
	zero       int // position of the first pivot that is zero, counted from 1, or 0
}

// eliminated is a block of columns that has been factored.
type eliminated[T Float] struct {
	from, to int
	triangle Dense[T] // the block of L on the diagonal
	below    []T      // L below it, packed as A of products
	moved    movedRows
}

// getrfBlocks eliminates the first k columns of a, k ≤ min(m, n), from all others. It returns the position of the first
// pivot that is zero, counted from 1, or 0.
func getrfBlocks[T Float](a Dense[T], k int, ipiv []int, w Workers) (zero int) {
	kern := asm.For[T]()
	const nb = getrfBlock
	sizeL := nb * (nb + a.Rows + kern.MR)
	buf := getBuffer[T](2*sizeL + getrfColumnsSize(kern, a.Rows, nb))
	defer putBuffer(buf)
	e := getBody[elimination[T]]()
	defer putBody(e)
	*e = elimination[T]{kern: kern, a: a, ipiv: ipiv}
	rest := buf.data
	for _, b := range []*eliminated[T]{&e.done, &e.next} {
		b.triangle, b.below = Dense[T]{Data: rest[:nb*nb], Stride: nb}, rest[nb*nb:sizeL]
		rest = rest[sizeL:]
	}
	e.columns = newGetrfColumns(kern, a.Rows, nb, rest)

	blocks := 0
	for ; e.next.from < k; blocks++ {
		e.next.to = getrfEnd(e.next.from, k)
		e.step(w)
		e.done, e.next = e.next, e.done
		e.next.from = e.done.to
	}
	e.first, e.ahead = k, false
	e.cut(w)
	parallel(w, ceilDiv(a.Cols-k, e.width), e)
	e.exchanging = true
	parallel(w, blocks-1, e) // no rows are exchanged after the last block
	return e.zero
}

// getrfEnd is where the block ends that begins at column from, of k columns. The first block has only half as many
// columns as others, because there is no other work to do while it is factored. So have the blocks that less work is
// left beside, and the last ones have a quarter: workers would wait for them.
func getrfEnd(from, k int) int {
	width := getrfBlock
	switch left := k - from; {
	case left <= getrfBlock:
		width /= 4
	case from == 0 || left <= getrfBlock*5/2:
		width /= 2
	}
	return min(from+width, k)
}

// getrfStart is where block i of k columns begins.
func getrfStart(i, k int) (from int) {
	for range i {
		from = getrfEnd(from, k)
	}
	return from
}

// step eliminates the done block from all columns to the right of it, and factors the next one.
func (e *elimination[T]) step(w Workers) {
	if e.done.to == 0 {
		e.loadNext()
		e.factorNext()
		return
	}
	e.first, e.ahead = e.next.to, w.Count() > 1
	e.cut(w)
	rest := ceilDiv(e.a.Cols-e.first, e.width)
	if e.ahead {
		parallel(w, 1+rest, e)
		return
	}
	parallel(1, rest, e)
	e.eliminateNext() // last, so that the columns are in the cache when they are factored
	e.factorNext()
}

// cut chooses the pieces of the columns from the first one on.
func (e *elimination[T]) cut(w Workers) {
	nr := e.kern.NR
	e.width = clampInt(ceilDiv(e.a.Cols-e.first, w.Count()*getrfPieces), nr, getrfPiece) / nr * nr
}

// getrfBlock is how many columns are factored at a time: enough to keep the traffic of C small, which products fetch
// from L3.
const getrfBlock = 128

// getrfPiece is the most columns that a worker takes at a time, and getrfPieces how many pieces there are for each
// worker: all wait for the last one.
const (
	getrfPiece  = 128
	getrfPieces = 8
)

func (e *elimination[T]) do(i int) {
	switch {
	case e.exchanging:
		from := getrfStart(i, len(e.ipiv))
		to := getrfEnd(from, len(e.ipiv))
		exchangeByCycles(e.a.ColView(from, to-from), e.ipiv, to)
	case e.ahead && i == 0:
		e.eliminateNext()
		e.factorNext()
	default:
		if e.ahead {
			i--
		}
		from := e.first + i*e.width
		e.eliminate(from, min(from+e.width, e.a.Cols))
	}
}

// eliminate eliminates the done block from columns from … to−1.
func (e *elimination[T]) eliminate(from, to int) {
	u := getBuffer[T]((e.done.to - e.done.from) * roundUp(to-from, e.kern.NR))
	defer putBuffer(u)
	e.solve(u.data, from, to)
	e.subtract(u.data, e.a.View(e.done.to, from, e.a.Rows-e.done.to, to-from))
}

// eliminateNext eliminates the done block from the columns of the next one, and leaves them where they will be
// factored.
func (e *elimination[T]) eliminateNext() {
	u := getBuffer[T]((e.done.to - e.done.from) * roundUp(e.next.to-e.next.from, e.kern.NR))
	defer putBuffer(u)
	e.solve(u.data, e.next.from, e.next.to)
	e.loadNext()
	e.subtract(u.data, e.columns.x)
}

// solve exchanges the rows of columns from … to−1, and solves for the block's rows of U, which it also leaves in
// panels.
func (e *elimination[T]) solve(u []T, from, to int) {
	kern, nr, b, ld := e.kern, e.kern.NR, &e.done, e.a.Stride
	k := b.to - b.from
	e.loadExchanged(u, from, to)
	for j := from; j < to; j += nr {
		x, cols, row := u[(j-from)*k:], min(nr, to-j), e.a.Data[b.from*ld+j:]
		kern.Trsm(k, cols, 0, b.triangle.Data, 0, b.triangle.Stride, 1, e.columns.ones, x, 0, nr)
		kern.Lacpy(k, cols, x, nr, row, ld)
	}
}

// subtract subtracts L·U from c, where L is the done block below its triangle, and U is in panels.
func (e *elimination[T]) subtract(u []T, c Dense[T]) {
	kern, nr, k := e.kern, e.kern.NR, e.done.to-e.done.from
	height := max(1, kern.MC*kern.KC/k/kern.MR) * kern.MR // half of L2
	for i := 0; i < c.Rows; i += height {
		rows := min(height, c.Rows-i)
		for j := 0; j < c.Cols; j += nr {
			multiplyPacked(kern, rows, min(nr, c.Cols-j), k, -1, e.done.below[i*k:], u[j*k:], 1, c.Data[i*c.Stride+j:],
				c.Stride)
		}
	}
}

// block is the part of the matrix that the next block is.
func (e *elimination[T]) block() Dense[T] {
	b := &e.next
	return e.a.View(b.from, b.from, e.a.Rows-b.from, b.to-b.from)
}

// loadNext copies the columns of the next block to where they are factored.
func (e *elimination[T]) loadNext() {
	block := e.block()
	e.columns.begin(block.Rows, block.Cols, e.ipiv[e.next.from:e.next.to])
	Copy(e.columns.x, block)
}

// factorNext factors the columns of the next block, from which all blocks before it have been eliminated.
func (e *elimination[T]) factorNext() {
	b, f := &e.next, &e.columns
	k := b.to - b.from
	f.factor(0, k)
	if e.zero == 0 && f.zero > 0 {
		e.zero = b.from + f.zero
	}
	for i := range f.ipiv {
		f.ipiv[i] += b.from
	}
	b.moved.find(b.from, f.ipiv)
	b.triangle.Rows, b.triangle.Cols = k, k
	Copy(b.triangle, f.x.View(0, 0, k, k))
	e.storeNext()
}

// storeNext copies the columns of the next block back to the matrix, and packs L below its triangle, a few rows at a
// time, so that these are fetched once.
func (e *elimination[T]) storeNext() {
	b, x, block := &e.next, e.columns.x, e.block()
	k := block.Cols
	Copy(block.RowView(0, k), x.RowView(0, k))
	height := getrfStored * e.kern.MR
	below := product[T]{a: x.RowView(k, x.Rows-k)}
	for i := 0; i < x.Rows-k; i += height {
		rows := min(height, x.Rows-k-i)
		below.packA(e.kern, b.below[i*k:], i, rows, 0, k)
		Copy(block.RowView(k+i, rows), x.RowView(k+i, rows))
	}
}

// getrfStored is how many panels of rows are packed before they are copied.
const getrfStored = 4
