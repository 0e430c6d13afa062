package mat

// The stages of a block of columns, with what the parts of each read that other stages write, and what they write. A
// stage needs those that write what it reads, and those that still read what it overwrites.
const (
	// getrfWhole is the next three at once, by one worker.
	getrfWhole uint8 = iota
	// getrfNext eliminates the block before from it, and leaves it where blocks are factored. It reads the packed L of
	// the block before (Store), and the block's columns, from which the blocks before that have been eliminated
	// (Right). It writes these columns and the place where blocks are factored, of which there is one: the blocks
	// before must have been copied from there (Store).
	getrfNext
	// getrfFactor factors the block. It reads and writes the place where blocks are factored (Next), and writes the
	// pivots, where those of an earlier block were: that must have been eliminated from all columns (Right).
	getrfFactor
	// getrfStore copies the block back, and packs L. It reads the place where blocks are factored (Factor), and writes
	// the block's columns, and its packed L where that of an earlier block was, as with the pivots.
	getrfStore
	// getrfRight eliminates the block from columns to the right of the next block. It reads the packed L of the block
	// (Store), and reads and writes these columns, from which the block before has been eliminated (Right).
	getrfRight
	// getrfLeft exchanges rows of all blocks before this one, the last, as the later ones say. It reads the pivots of
	// all (Store of the last one), and reads and writes the columns of all blocks before it.
	getrfLeft
)

// getrfStagesOfBlock is about how many stages a block has.
const getrfStagesOfBlock = 6

// getrfStages adds the stages of an elimination to a flow.
type getrfStages[T Float] struct {
	*elimination[T]
	flow    *flow
	workers int
	last    int // block
	width   int // columns of a part: whole panels
	stored  int // stages up to the last one that stores a block
}

// getrfColumnsRight is the elimination of a block from the columns from next on, which no stage has yet.
type getrfColumnsRight struct {
	block int
	next  int
	needs int // stages
}

// getrfShift is added to columns where a flow assigns them to workers, so that large blocks begin at multiples of
// getrfBlock. The first block has half as many columns.
const getrfShift = getrfBlock / 2

// addAll adds the stages of all blocks. While one worker eliminates block b−1 from block b and factors that, the others
// eliminate b−1 from the columns to the right, first from those of block b+1, so that it can come next.
func (s *getrfStages[T]) addAll() {
	n := s.a.Cols
	right := getrfColumnsRight{next: n}
	for block := range s.last + 1 {
		from, to := s.start(block), s.start(block+1)
		if block > 0 {
			right = getrfColumnsRight{block - 1, to, s.stored}
		}
		if s.workers == 1 { // the block comes last, so that it is in the cache when it is factored
			s.add(&right, n)
		}
		if block > 0 && n-to >= (s.workers-1)*(to-from) {
			s.stored = s.flow.add(stageSpec{kind: getrfWhole, block: block, width: 1, down: 1, count: 1,
				needs: max(s.stored, s.needed(block-2, to))})
			s.add(&right, CeilDiv(s.start(block+2)-to, s.width))
		} else {
			s.addShared(&right, block)
		}
		s.add(&right, n)
	}
	right = getrfColumnsRight{s.last, len(s.ipiv), s.stored}
	s.add(&right, n)
	s.flow.add(stageSpec{kind: getrfLeft, block: s.last, width: getrfBlock, down: 1, count: s.last, needs: s.stored})
}

// addShared adds the stages of a block on which all work that can, as there is little else to do. (Otherwise this takes
// longer: each worker has to fetch what others have written.) Between the stages are parts of the columns to the right,
// so that nobody waits for the last parts of a stage.
func (s *getrfStages[T]) addShared(right *getrfColumnsRight, block int) {
	from, to := s.start(block), s.start(block+1)
	width := roundUp(CeilDiv(getrfBlock, s.workers*getrfNextParts), s.kern.NR)
	next := s.flow.add(stageSpec{kind: getrfNext, block: block, first: from + getrfShift, width: width, down: 1,
		count: CeilDiv(to-from, width), needs: max(s.stored, s.needed(block-2, to))})
	s.add(right, s.workers-1)
	factored := s.flow.add(stageSpec{kind: getrfFactor, block: block, width: 1, down: 1, count: 1, needs: next})
	s.add(right, CeilDiv(s.a.Cols-right.next, s.width)*3/4)
	s.stored = s.flow.add(stageSpec{kind: getrfStore, block: block, width: s.flow.unit, down: 1,
		count: CeilDiv(s.a.Rows-from, s.height), needs: factored})
}

// getrfNextParts is how many parts of a block there are for each worker.
const getrfNextParts = 2

// add adds a stage of count parts, or of all that are left.
func (s *getrfStages[T]) add(right *getrfColumnsRight, count int) {
	count = min(count, CeilDiv(s.a.Cols-right.next, s.width))
	if count <= 0 {
		return
	}
	end := right.next + count*s.width
	s.flow.add(stageSpec{kind: getrfRight, block: right.block, first: right.next + getrfShift, width: s.width,
		down: 1, count: count, needs: max(right.needs, s.needed(right.block-1, end))})
	right.next = end
}

// needed is how many stages there are up to the one that eliminates a block from the column before end.
func (s *getrfStages[T]) needed(block, end int) int {
	for i := len(s.flow.stages); i > 0; i-- {
		if t := &s.flow.stages[i-1]; t.kind == getrfRight && t.block == block && t.first < end+getrfShift {
			return i
		}
	}
	return 0
}
