package mat

import (
	"sync/atomic"

	"ridge/asm"
	"ridge/internal/scratch"
)

// potrfHeight is how many rows of the factor are computed at a time: whole panels, and nearly whole register tiles, on
// all instruction sets.
const potrfHeight = 96

// leftLooking computes an upper factor U, A = Uᵀ·U, one block of rows at a time from the rows above it: the
// left-looking variant, that of LAPACK's dpotrf. U is in panels of NR columns, which is the layout of a packed B. (A
// lower triangle is transposed.)
//
//	Uᵢᵢᵀ·Uᵢᵢ = Aᵢᵢ − Σ_{p<i} Uₚᵢᵀ·Uₚᵢ,   Uᵢⱼ = Uᵢᵢ⁻ᵀ(Aᵢⱼ − Σ_{p<i} Uₚᵢᵀ·Uₚⱼ).
//
// Thus only the Uₚᵢ are packed, once. All sums are gemm's micro-kernel on the panels in place, and each element of A is
// read once and written once.
//
// The first equation is the work of one worker. While it factors Uᵢᵢ, the others subtract sums from the Aᵢⱼ of the
// block of rows before, and then from those of this one.
type leftLooking[T Float] struct {
	kern        *asm.Kernels[T]
	uplo        Uplo
	a           Dense[T]
	h           int                 // rows of a block
	panels      []T                 // of U; each ends with the rows of its last column
	packed      [2][]T              // in b%2, the columns above block b, packed as A of a product
	diagonals   [3]diagonalBlock[T] // in b%3, that of block b
	tiles       int                 // the height of a part of a block, in register tiles
	minorFailed atomic.Int32        // or potrfEnded
	done        <-chan struct{}     // ends the factorization; may be nil
}

// diagonalBlock is Uᵢᵢ, or the matrix that it is computed from.
type diagonalBlock[T Float] struct {
	u    []T // height×height
	dinv []T // the reciprocals of its diagonal
}

// blockRow is a block of rows.
type blockRow struct {
	block      int
	i, m       int // rows and columns i … i+m
	own, first int // the block's first panel, and the first one to the right of it
}

// row is the given block of rows.
func (c *leftLooking[T]) row(block int) blockRow {
	i := block * c.h
	m := min(c.h, c.a.Rows-i)
	return blockRow{block: block, i: i, m: m, own: i / c.kern.NR, first: CeilDiv(i+m, c.kern.NR)}
}

// potrfPanels is potrf in panels.
func potrfPanels[T Float](uplo Uplo, a Dense[T], w Workers, done <-chan struct{}) int {
	kern := asm.For[T]()
	n, h := a.Rows, roundUp(potrfHeight, kern.NR)
	c := getBody[leftLooking[T]]()
	defer putBody(c)
	c.kern, c.uplo, c.a, c.h, c.done = kern, uplo, a, h, done
	sizePanels, sizePacked := c.offset(CeilDiv(n, kern.NR)), roundUp(h, kern.MR)*n
	buf := scratch.Get[T](sizePanels + len(c.packed)*sizePacked + len(c.diagonals)*(h*h+h))
	defer scratch.Put(buf)
	free := arena[T](buf.Data)
	c.panels = free.take(sizePanels)
	for i := range c.packed {
		c.packed[i] = free.take(sizePacked)
	}
	for i := range c.diagonals {
		c.diagonals[i] = diagonalBlock[T]{free.take(h * h), free.take(h)}
	}
	blocks, end := CeilDiv(n, h), CeilDiv(n, kern.NR)
	multiplications := n * n / 6 * (n / blocks) // of a block of rows, on average
	w = workersForSteps(multiplications, w)
	c.tiles = clampInt(CeilDiv(h, kern.MR)*(h/kern.NR)/w.Count(), 1, potrfTiles)
	f := getFlow(c, w, clampInt(end/(w.Count()*stepShares), 1, potrfPiece), blocks*potrfStages)
	defer putFlow(f)
	stages := leftLookingStages[T]{c, f, w.Count(), end}
	stages.addAll()
	f.run()
	return int(c.minorFailed.Load())
}

// offset is where panel q begins. Each earlier panel ends with the row of its last column.
func (c *leftLooking[T]) offset(q int) int { return c.kern.NR * c.kern.NR * (q * (q + 1) / 2) }

// panel is panel q.
func (c *leftLooking[T]) panel(q int) []T { return c.panels[c.offset(q):c.offset(q+1)] }

// width is the number of columns of panel q.
func (c *leftLooking[T]) width(q int) int { return min(c.kern.NR, c.a.Rows-q*c.kern.NR) }
