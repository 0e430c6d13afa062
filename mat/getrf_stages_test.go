package mat

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/asm"
)

// Orders of parts that break a need are rare, so the needs themselves are compared with what the parts read and
// overwrite.
func TestStagesOfEliminationsNeedWhatTheyReadAndOverwrite(t *testing.T) {
	for _, c := range []struct{ m, n, k int }{{512, 512, 512}, {700, 1000, 700}, {1000, 600, 600}, {300, 300, 300}} {
		for workers := 1; workers <= 20; workers++ {
			a := Dense[float64]{Rows: c.m, Cols: c.n}
			e := &elimination[float64]{kern: asm.For[float64](), a: a, ipiv: make([]int, c.k)}
			blocks := 1
			for e.start(blocks) < c.k {
				blocks++
			}
			e.height = CeilDiv(c.m, workers)
			width := e.width(Workers(workers))
			f := &flow{workers: workers, unit: 2 * width}
			stages := getrfStages[float64]{elimination: e, flow: f, workers: workers, last: blocks - 1, width: width}
			stages.addAll()
			for i := range f.stages {
				needed := 0
				for j := range f.stages[:i] {
					if s, earlier := &f.stages[i], &f.stages[j]; reads(e, s, earlier) || overwrites(e, s, earlier) {
						needed = j + 1
					}
				}
				require.GreaterOrEqual(t, f.stages[i].needs, needed, "%+v, %d workers, stage %d", c, workers, i)
			}
		}
	}
}

// reads reports whether the parts of s read what those of an earlier stage write.
func reads(e *elimination[float64], s, earlier *stage) bool {
	stores := func(block int) bool {
		return (earlier.kind == getrfWhole || earlier.kind == getrfStore) && earlier.block == block
	}
	eliminates := func(block, from, to int) bool {
		return earlier.kind == getrfRight && earlier.block == block && earlier.first-getrfShift < to &&
			earlier.first-getrfShift+earlier.count*earlier.width > from
	}
	switch from := s.first - getrfShift; s.kind {
	case getrfWhole, getrfNext:
		return stores(s.block-1) || eliminates(s.block-2, e.start(s.block), e.start(s.block+1))
	case getrfFactor:
		return earlier.kind == getrfNext && earlier.block == s.block
	case getrfStore:
		return earlier.kind == getrfFactor && earlier.block == s.block
	case getrfRight:
		return stores(s.block) || eliminates(s.block-1, from, from+s.count*s.width)
	}
	return stores(s.block) // getrfLeft
}

// overwrites reports whether the parts of s write where those of an earlier stage read: the memory of a factored block,
// or of the columns that are being factored.
func overwrites(e *elimination[float64], s, earlier *stage) bool {
	switch s.kind {
	case getrfWhole, getrfFactor, getrfStore:
		if earlier.kind == getrfRight && earlier.block == s.block-len(e.blocks) {
			return true
		}
	}
	return (s.kind == getrfWhole || s.kind == getrfNext) && earlier.kind == getrfStore && earlier.block < s.block
}
