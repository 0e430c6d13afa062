package mat

import (
	"ridge/asm"
	"ridge/internal/scratch"
)

// trtriApart reports whether blocks of columns of the inverse of order n are solved for in parts, each by one worker,
// which waits for nobody, rather than by all of them, one block after the other: where there are enough blocks for the
// workers, or few right-hand sides in each, and where the inverse, of which there is a copy then, is not large. The
// bits are the same.
func trtriApart(n, workers int) bool {
	const few, large = 1024, 2048 // rows
	if workers == 1 || n > large || n <= 2*trtriBlock(n) {
		return false
	}
	return n <= few || 2*workers <= CeilDiv(n, trtriBlock(n))
}

// trtriInBlocks is Trtri, with blocks apart, of a matrix without zeros on its diagonal. It returns false if it ends
// early, once a channel is closed; the matrix is then unchanged.
func trtriInBlocks[T Float](uplo Uplo, diag Diag, a Dense[T], w Workers, end <-chan struct{}) bool {
	buf := scratch.Get[T](a.Rows * a.Rows)
	defer scratch.Put(buf)
	b := getBody[trtriBlocks[T]]()
	defer putBody(b)
	*b = trtriBlocks[T]{uplo: uplo, diag: diag, a: a, inverse: buf.Data, block: trtriBlock(a.Rows), end: end,
		width: trtriWidth[T](a.Rows, w.Count())}
	parts := b.parts()
	b.chunks = min(parts, w.Count())
	parallel(w, parts, b)
	if closed(end) {
		return false
	}
	if _, x, _ := b.columns(0); !cornerIsFinite(uplo, x) && !allFinite(uplo, diag, a) {
		trtriColumns(uplo, diag, a)
		return true
	}
	b.storing = true
	parallel(w, parts, b)
	return true
}

// trtriWidth is how many columns of a block of the inverse of order n each worker solves for at a time. The longest
// block is a third of all work, so it has as many parts as there are workers, if that many panels. Half panels take
// half the time of whole ones, where the triangle, which is read for each, fits three quarters of L2. Up to three
// workers have about the same to do with whole blocks, for which it is read once.
func trtriWidth[T Float](n, workers int) int {
	kern := asm.For[T]()
	block := trtriBlock(n)
	if workers <= 3 {
		return block
	}
	panels := CeilDiv(block, kern.NR)
	if workers >= 2*panels && n*n/2 <= kern.MC*kern.KC*3/2 {
		return kern.NR / 2
	}
	return roundUp(CeilDiv(block, clampInt(workers, 1, panels)), kern.NR)
}

// trtriBlocks is the body of trtriInBlocks, for a part of a block for each index. The first blocks are those with the
// longest columns.
type trtriBlocks[T Float] struct {
	uplo    Uplo
	diag    Diag
	a       Dense[T]
	inverse []T // block after block
	block   int // columns of a block
	width   int // columns of a part
	chunks  int // of the indices, for different workers
	storing bool
	end     <-chan struct{} // what is not solved for when it is closed is left out
}

// parts is the number of parts of all blocks.
func (b *trtriBlocks[T]) parts() int {
	whole, rest := b.a.Rows/b.block, b.a.Rows%b.block
	return whole*CeilDiv(b.block, b.width) + CeilDiv(rest, b.width)
}

// columns returns what trtriPart does, for block k.
func (b *trtriBlocks[T]) columns(k int) (part, x Dense[T], first int) {
	done := k * b.block
	return trtriPart(b.uplo, b.a, done, b.block, b.inverse[done*b.a.Rows:])
}

// do solves for a part of a block, or stores it. The first chunks begin with the longest parts, one each.
func (b *trtriBlocks[T]) do(i int) {
	i = dealt(i, b.parts(), b.chunks)
	each := CeilDiv(b.block, b.width)
	part, x, first := b.columns(i / each)
	from, all := i%each*b.width, x.Cols
	cols := min(b.width, all-from)
	switch {
	case !b.storing && closed(b.end):
	case !b.storing:
		trtriSolve(b.uplo, b.diag, part, x.ColView(from, cols), first+from, all, 1)
	case b.uplo == Lower: // the first rows of these columns are in the other triangle
		left := x.Rows - from
		trtriStore(b.uplo, b.diag, part.View(from, from, left, left), x.View(from, from, left, cols), 0)
	default:
		trtriStore(b.uplo, b.diag, part, x.ColView(from, cols), first+from)
	}
}

// dealt is a permutation of the indices 0 … n−1 of chunks (see slot): the chunks have the numbers 0, 1, 2 … in turn,
// first the first index of each, then the second one of each. If the first numbers take longest, all chunks take about
// as long as each other.
func dealt(i, n, chunks int) int {
	least, more := n/chunks, n%chunks
	long := more * (least + 1) // indices of the first chunks, which have one more
	if i < long {
		return i%(least+1)*chunks + i/(least+1)
	}
	i -= long
	return i%least*chunks + more + i/least
}
