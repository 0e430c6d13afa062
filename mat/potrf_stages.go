package mat

// The stages of a block of rows, with what the parts of each read that other stages write, and what they write. The row
// above is the block of rows before, to the right of its diagonal block.
const (
	// potrfPack solves for the row above in the block's columns, and packs these. It reads the diagonal block of the
	// row above (Factor), and the panels of the block's columns, from which the sums have been subtracted down to there
	// (Sum or SolveSum of the block before). It writes these panels and the packed columns.
	potrfPack uint8 = iota
	// potrfDiagonal subtracts the sums from the diagonal block. It reads the packed columns and their panels (Pack),
	// and writes the diagonal block.
	potrfDiagonal
	// potrfFactor factors the diagonal block, which it reads (Diagonal) and writes.
	potrfFactor
	// potrfSolve solves for the row above in panels to the right of the block. It reads the diagonal block of the row
	// above (Factor), and reads and writes these panels, down to there (Sum or SolveSum of the block before).
	potrfSolve
	// potrfSum subtracts the sums from the block's row in panels to the right of the diagonal block. It reads the
	// packed columns (Pack) and these panels down to the row above (Solve), and writes the block's row of them.
	potrfSum
	// potrfSolveSum does both, one panel after the other.
	potrfSolveSum
)

// potrfStages is about how many stages a block of rows has.
const potrfStages = 10

// leftLookingStages adds the stages of a factorization to a flow.
type leftLookingStages[T Float] struct {
	*leftLooking[T]
	flow    *flow
	workers int
	end     int // of the panels
}

// rowSums are the sums of one block's row, in panels next … end−1, for which there is no stage yet.
type rowSums struct {
	kind  uint8 // of the next stages
	block int
	next  int
	width int // panels of a part
	down  int // parts in the height of the row
	needs int // stages
}

// addAll adds the stages of all blocks of rows. The first stages of a block need each other, and the last of them is
// the work of one worker. So between them are stages of the row before, to which the others go on.
func (c *leftLookingStages[T]) addAll() {
	f, before := c.flow, rowSums{next: c.end, width: 1, down: 1}
	for block := range CeilDiv(c.a.Rows, c.h) {
		r := c.row(block)
		panels, packed := r.first-r.own, 0
		if block > 0 {
			packed = f.add(stageSpec{kind: potrfPack, block: block, first: r.own, width: 1, down: c.packs(r),
				count: panels * c.packs(r), needs: c.needed(block-1, r.first)})
		}
		row := rowSums{kind: potrfSolveSum, block: block, next: r.first, width: 1, down: 1, needs: packed}
		next := c.row(block + 1).first // the next block needs the panels before this one
		if 0 < next-r.first && next-r.first < c.workers {
			c.add(&before, max(0, CeilDiv(next-before.next, before.width))*before.down) // which the solves need
			c.addSolve(&row, r, next)
		}
		c.add(&before, c.workers)
		summed := f.add(stageSpec{kind: potrfDiagonal, block: block, first: r.own, width: 1, down: c.parts(r),
			count: panels * c.parts(r), needs: packed})
		c.add(&before, c.workers)
		f.add(stageSpec{kind: potrfFactor, block: block, first: r.own, width: 1, down: 1, count: 1, needs: summed})
		c.add(&before, c.end*before.down) // the rest
		c.addRow(&row, r, next)
		before = row
	}
}

// addRow adds stages for the panels before next, and for as many others as it takes to give all workers something to do
// until those are done.
func (c *leftLookingStages[T]) addRow(row *rowSums, r blockRow, next int) {
	panels := c.end - r.first
	if c.workers == 1 {
		row.width = potrfPiece
		c.add(row, panels)
		return
	}
	c.add(row, (next-r.first)*row.down)
	if panels >= c.workers*potrfShares {
		row.kind, row.down = potrfSolveSum, 1
	} else if next < c.end {
		c.addSolve(row, r, c.end)
	}
	row.width = clampInt(panels/(c.workers*stepShares), 1, potrfPiece)
	c.add(row, c.workers)
}

// potrfPiece is the most panels of a row that a worker takes at a time. (The more, the more seldom are packed columns
// fetched, which L2 may not hold: 32 instead of 8 take 9 % less of one worker's time for 4096 rows.) Where there are
// less than potrfShares panels for each worker, they are cut in height.
const (
	potrfPiece  = 32
	potrfShares = 2
)

// addSolve adds a stage for the solves in the row's next panels, those before end, so that the sums can be cut in
// height.
func (c *leftLookingStages[T]) addSolve(row *rowSums, r blockRow, end int) {
	row.kind, row.down = potrfSum, c.parts(r)
	if r.block == 0 {
		return
	}
	row.needs = c.flow.add(stageSpec{kind: potrfSolve, block: r.block, first: row.next, width: 1, down: 1,
		count: end - row.next, needs: c.needed(r.block-1, end)})
}

// add adds a stage of at least count parts, or of all that are left.
func (c *leftLookingStages[T]) add(row *rowSums, count int) {
	pieces := min(CeilDiv(count, row.down), CeilDiv(c.end-row.next, row.width))
	if pieces <= 0 {
		return
	}
	end := min(row.next+pieces*row.width, c.end)
	c.flow.add(stageSpec{kind: row.kind, block: row.block, first: row.next, width: row.width, down: row.down,
		count: pieces * row.down, needs: max(row.needs, c.needed(row.block-1, end))})
	row.next = end
}

// needed is how many stages there are up to the one that subtracts the sums from the panel before end of a block's row.
func (c *leftLookingStages[T]) needed(block, end int) int {
	for i := len(c.flow.stages); i > 0; i-- {
		s := &c.flow.stages[i-1]
		if s.block == block && (s.kind == potrfSum || s.kind == potrfSolveSum) && s.first < end {
			return i
		}
	}
	return 0
}
