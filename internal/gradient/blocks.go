package gradient

import "ridge/mat"

// blockElements is how many elements of an elementwise loop one worker takes at a
// time: enough that waking another goroutine is worth it.
const blockElements = 1 << 14

// blockRows is the number of rows in a block, given the number of columns, at least 1.
func blockRows(cols int) int { return max(1, blockElements/cols) }

// loop is a loop over rows, or columns, which workers share by blocks. It is made once: to run it allocates nothing.
type loop struct {
	length, block int
	body          func(i int)
	piece         func(int) // run as a value
}

// newLoop returns one over length rows of width elements each.
func newLoop(length, width int, body func(i int)) *loop {
	l := &loop{length: length, block: blockRows(width), body: body}
	l.piece = l.run
	return l
}

func (l *loop) do(w mat.Workers) { mat.Parallel(w, ceilDiv(l.length, l.block), l.piece) }

func (l *loop) run(piece int) {
	for i := piece * l.block; i < min((piece+1)*l.block, l.length); i++ {
		l.body(i)
	}
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
