package mat

import "ridge/internal/scratch"

// trtriApart reports whether each block of columns of the inverse of order n is solved for by one worker, which waits
// for nobody, rather than by all of them, one block after the other: where there are enough blocks for so many workers,
// or few right-hand sides in each, and where the inverse, of which there is a copy then, is not large. The bits are
// the same.
func trtriApart(n, workers int) bool {
	const few, large = 1024, 2048 // rows
	if workers == 1 || n > large || n <= 2*trtriBlock(n) {
		return false
	}
	return n <= few || 2*workers <= ceilDiv(n, trtriBlock(n))
}

// trtriInBlocks is Trtri, with blocks apart, of a matrix without zeros on its diagonal. It returns false if it ends
// early, once a channel is closed; the matrix is then unchanged.
func trtriInBlocks[T Float](uplo Uplo, diag Diag, a Dense[T], w Workers, end <-chan struct{}) bool {
	buf := scratch.Get[T](a.Rows * a.Rows)
	defer scratch.Put(buf)
	b := getBody[trtriBlocks[T]]()
	defer putBody(b)
	*b = trtriBlocks[T]{uplo: uplo, diag: diag, a: a, inverse: buf.Data, block: trtriBlock(a.Rows), end: end}
	blocks := ceilDiv(a.Rows, b.block)
	parallel(w, blocks, b)
	if closed(end) {
		return false
	}
	if _, x, _ := b.columns(0); !cornerIsFinite(uplo, x) && !allFinite(uplo, diag, a) {
		trtriColumns(uplo, diag, a)
		return true
	}
	b.storing = true
	parallel(w, blocks, b)
	return true
}

// trtriBlocks is the body of trtriInBlocks. The first blocks are those with the longest columns.
type trtriBlocks[T Float] struct {
	uplo    Uplo
	diag    Diag
	a       Dense[T]
	inverse []T // block after block
	block   int // columns of a block
	storing bool
	end     <-chan struct{} // what is not solved for when it is closed is left out
}

// columns returns what trtriPart does, for block k.
func (b *trtriBlocks[T]) columns(k int) (part, x Dense[T], first int) {
	done := k * b.block
	return trtriPart(b.uplo, b.a, done, b.block, b.inverse[done*b.a.Rows:])
}

// do solves for block k of the columns, or stores it.
func (b *trtriBlocks[T]) do(k int) {
	part, x, first := b.columns(k)
	switch {
	case b.storing:
		trtriStore(b.uplo, b.diag, part, x, first)
	case !closed(b.end):
		trtriSolve(b.uplo, b.diag, part, x, first, 1)
	}
}
