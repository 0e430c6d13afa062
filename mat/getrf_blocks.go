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

	blocks := 1 + ceilDiv(k-min(k, getrfFirst), nb)
	for i := range blocks {
		e.next.from, e.next.to = getrfStart(i), min(getrfStart(i+1), k)
		e.step(w)
		e.done, e.next = e.next, e.done
	}
	e.first, e.ahead = k, false
	e.cut(w)
	parallel(w, ceilDiv(a.Cols-k, e.width), e)
	e.exchanging = true
	parallel(w, blocks, e)
	return e.zero
}

// getrfStart is the column at which block i begins. The first block has only getrfFirst columns, because there is no other work
// to do while it is factored.
func getrfStart(i int) int {
	if i == 0 {
		return 0
	}
	return getrfFirst + (i-1)*getrfBlock
}

const getrfFirst = getrfBlock / 2

// step eliminates the done block from all columns to the right of it, and factors the next one.
func (e *elimination[T]) step(w Workers) {
	if e.done.to == 0 {
		e.factorNext()
		return
	}
	e.first, e.ahead = e.done.to, w.Count() > 1
	if e.ahead {
		e.first = e.next.to
		e.cut(w)
		parallel(w, 1+ceilDiv(e.a.Cols-e.first, e.width), e)
		return
	}
	e.cut(w) // one worker eliminates it from all columns at once, so that the block is fetched once
	parallel(1, ceilDiv(e.a.Cols-e.first, e.width), e)
	e.factorNext()
}

// cut chooses the pieces of the columns from the first one on.
func (e *elimination[T]) cut(w Workers) {
	nr := e.kern.NR
	e.width = clampInt(ceilDiv(e.a.Cols-e.first, w.Count()*sharesPerWorker), nr, getrfPiece) / nr * nr
}

// getrfBlock is how many columns are factored at a time: enough to keep the traffic of C small, which products fetch
// from L3.
const getrfBlock = 128

// getrfPiece is the most columns that a worker takes at a time.
const getrfPiece = 128

func (e *elimination[T]) do(i int) {
	switch {
	case e.exchanging:
		from, to := getrfStart(i), min(getrfStart(i+1), len(e.ipiv))
		e.exchange(e.a.ColView(from, to-from), to, len(e.ipiv))
	case e.ahead && i == 0:
		e.eliminate(e.next.from, e.next.to)
		e.factorNext()
	default:
		if e.ahead {
			i--
		} else { // the columns of the next block come last, so that they are in the cache when they are factored
			i = ceilDiv(e.a.Cols-e.first, e.width) - 1 - i
		}
		from := e.first + i*e.width
		e.eliminate(from, min(from+e.width, e.a.Cols))
	}
}

// exchange exchanges rows of some columns, as elements from … to−1 of ipiv say.
func (e *elimination[T]) exchange(a Dense[T], from, to int) {
	for i := from; i < to; i++ {
		if p := e.ipiv[i]; p != i {
			swapVectors(a.Data[i*a.Stride:][:a.Cols], a.Data[p*a.Stride:][:a.Cols])
		}
	}
}

// eliminate eliminates the done block from columns from … to−1.
func (e *elimination[T]) eliminate(from, to int) {
	kern, nr, b, ld := e.kern, e.kern.NR, &e.done, e.a.Stride
	k, below := b.to-b.from, e.a.Rows-b.to
	buf := getBuffer[T](k * roundUp(to-from, nr))
	defer putBuffer(buf)
	e.loadExchanged(buf.data, from, to)
	for j := from; j < to; j += nr {
		u, cols, row := buf.data[(j-from)*k:], min(nr, to-j), e.a.Data[b.from*ld+j:]
		kern.Trsm(k, cols, 0, b.triangle.Data, 0, b.triangle.Stride, 1, e.columns.ones, u, 0, nr)
		kern.Lacpy(k, cols, u, nr, row, ld)
	}
	height := max(1, kern.MC*kern.KC/k/kern.MR) * kern.MR // half of L2
	for i := 0; i < below; i += height {
		rows := min(height, below-i)
		for j := from; j < to; j += nr {
			u, c := buf.data[(j-from)*k:], e.a.Data[(b.to+i)*ld+j:]
			multiplyPacked(kern, rows, min(nr, to-j), k, -1, b.below[i*k:], u, 1, c, ld)
		}
	}
}

// factorNext factors the columns of the next block, from which all blocks before it have been eliminated.
func (e *elimination[T]) factorNext() {
	b, f := &e.next, &e.columns
	k, m := b.to-b.from, e.a.Rows-b.from
	f.begin(m, k, e.ipiv[b.from:b.to])
	Copy(f.x, e.a.View(b.from, b.from, m, k))
	f.factor(0, k)
	Copy(e.a.View(b.from, b.from, m, k), f.x)
	if e.zero == 0 && f.zero > 0 {
		e.zero = b.from + f.zero
	}
	for i := range f.ipiv {
		f.ipiv[i] += b.from
	}
	b.moved.find(b.from, f.ipiv)
	b.triangle.Rows, b.triangle.Cols = k, k
	Copy(b.triangle, f.x.View(0, 0, k, k))
	below := product[T]{a: f.x.RowView(k, m-k)}
	below.packA(e.kern, b.below, 0, m-k, 0, k)
}
