package vec

import "ridge/mat"

// Loop is a loop over rows, or samples, which workers share by blocks. It is made once, and run for each batch: to run
// it allocates nothing, as a function literal in each call of [mat.Parallel] would.
type Loop struct {
	body        func(from, to int)
	piece       func(i int) // runBlock as a value
	rows, block int         // of the run under way
}

// NewLoop returns a loop that calls body with the ends of blocks, rows from … to−1.
func NewLoop(body func(from, to int)) *Loop {
	l := &Loop{body: body}
	l.piece = l.runBlock
	return l
}

// BlockRows is the number of rows of cols columns that one worker takes at a time: enough that waking another goroutine
// is worth it.
func BlockRows(cols int) int {
	const elements = 1 << 14
	return max(1, elements/max(1, cols))
}

// Run goes through rows 0 … n−1 in blocks of the given number of rows, at least 1. Calls of body must not depend on
// each other. One goroutine at a time may run a loop. It panics if block < 1.
func (l *Loop) Run(n, block int, w mat.Workers) {
	if block < 1 {
		panic("vec: Loop.Run: want blocks of at least 1 row")
	}
	l.rows, l.block = n, block
	mat.Parallel(w, (n+block-1)/block, l.piece)
}

func (l *Loop) runBlock(i int) { l.body(i*l.block, min((i+1)*l.block, l.rows)) }
