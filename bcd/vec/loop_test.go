package vec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/vec"
	"ridge/mat"
)

func TestLoopsGoThroughEachRowOnceInBlocks(t *testing.T) {
	var visits []int
	most := 0
	loop := vec.NewLoop(func(from, to int) {
		for i := from; i < to; i++ {
			visits[i]++
		}
		most = max(most, to-from)
	})
	for _, c := range []struct{ rows, block, most int }{{0, 5, 0}, {3, 5, 3}, {5, 5, 5}, {13, 5, 5}, {2, 1, 1}} {
		visits, most = make([]int, c.rows), 0
		loop.Run(c.rows, c.block, 1)
		for i, n := range visits {
			assert.Equal(t, 1, n, "row %d of %+v", i, c)
		}
		assert.Equal(t, c.most, most, "%+v", c)
	}
	assert.Panics(t, func() { loop.Run(1, 0, 1) })
}

func TestWorkersShareALoop(t *testing.T) {
	visits := make([]int, 100)
	loop := vec.NewLoop(func(from, to int) {
		for i := from; i < to; i++ {
			visits[i]++
		}
	})
	loop.Run(len(visits), 3, mat.AllWorkers)
	for i, n := range visits {
		assert.Equal(t, 1, n, "row %d", i)
	}
}

func TestLoopsDoNotAllocate(t *testing.T) {
	sum := 0
	loop := vec.NewLoop(func(from, to int) { sum += to - from })
	assert.Zero(t, testing.AllocsPerRun(10, func() { loop.Run(10, 4, 1) }))
	assert.Positive(t, sum)
}

func TestBlocksOfALoopHaveAtLeastARow(t *testing.T) {
	for cols, want := range map[int]int{0: 1 << 14, 1: 1 << 14, 100: 163, 1 << 14: 1, 1 << 20: 1} {
		assert.Equal(t, want, vec.BlockRows(cols), "%d columns", cols)
	}
}
