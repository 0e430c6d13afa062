package mat

import (
	"ridge/asm"
	"ridge/internal/scratch"
)

// elimination is an LU factorization in blocks of getrfBlock columns. A factored block is eliminated from all other
// columns: first from those of the next block, which one worker then factors while the others continue.
type elimination[T Float] struct {
	kern    *asm.Kernels[T]
	a       Dense[T]
	ipiv    []int
	columns getrfColumns[T]  // the block that is being factored
	blocks  [3]eliminated[T] // block b in b%3: one is eliminated while the next two are used and factored
	height  int              // rows that one worker stores at a time
	zero    int              // position of the first pivot that is zero, counted from 1, or 0
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
	buf := scratch.Get[T](3*sizeL + getrfColumnsSize(kern, a.Rows, nb))
	defer scratch.Put(buf)
	e := getBody[elimination[T]]()
	defer putBody(e)
	e.kern, e.a, e.ipiv = kern, a, ipiv[:k]
	rest := buf.Data
	for i := range e.blocks {
		e.blocks[i].triangle, e.blocks[i].below = Dense[T]{Data: rest[:nb*nb], Stride: nb}, rest[nb*nb:sizeL]
		rest = rest[sizeL:]
	}
	e.columns = newGetrfColumns(kern, a.Rows, nb, rest)

	blocks := 1
	for getrfStart(blocks, k) < k {
		blocks++
	}
	w = workersForSteps(a.Rows*a.Cols/blocks*(k/3), w)
	e.height = roundUp(CeilDiv(a.Rows, w.Count()), getrfStored*kern.MR)
	width := e.width(w)
	f := getFlow(e, w, 2*width, blocks*getrfStagesOfBlock)
	defer putFlow(f)
	stages := getrfStages[T]{elimination: e, flow: f, workers: w.Count(), last: blocks - 1, width: width}
	stages.addAll()
	f.run()
	return e.zero
}

// width returns how many columns a worker takes at a time: whole panels.
func (e *elimination[T]) width(w Workers) int {
	width := e.kern.NR
	for 2*width <= getrfPiece && 2*width*w.Count()*getrfPieces <= e.a.Cols {
		width *= 2
	}
	return width
}

// getrfPiece is the most columns that a worker takes at a time, and getrfPieces about how many such pieces there are
// for each worker. Two that lie next to each other belong to one worker: with two workers, those of a whole block.
const (
	getrfPiece  = 128
	getrfPieces = 4
)

// getrfBlock is how many columns are factored at a time: enough to keep the traffic of C small, which products fetch
// from L3.
const getrfBlock = 128

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

// start is where a block begins.
func (e *elimination[T]) start(block int) int { return getrfStart(block, len(e.ipiv)) }

// block is a block, which has been factored or is about to be.
func (e *elimination[T]) block(b int) *eliminated[T] { return &e.blocks[b%len(e.blocks)] }
