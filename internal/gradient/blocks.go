package gradient

import (
	"ridge/bcd/vec"
	"ridge/mat"
)

// loop is a [vec.Loop] over the rows, or columns, of one matrix, a row at a time.
type loop struct {
	blocks        *vec.Loop
	length, block int
}

// newLoop returns one over length rows of width elements each.
func newLoop(length, width int, body func(i int)) *loop {
	blocks := vec.NewLoop(func(from, to int) {
		for i := from; i < to; i++ {
			body(i)
		}
	})
	return &loop{blocks, length, vec.BlockRows(width)}
}

func (l *loop) do(w mat.Workers) { l.blocks.Run(l.length, l.block, w) }

func ceilDiv(a, b int) int { return (a + b - 1) / b }
