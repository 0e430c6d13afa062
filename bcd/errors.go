package bcd

import "fmt"

// DivergedError says that a block step left an objective that is no finite number:
// the data, the weights or a parameter are too large for the precision. The network
// is that of the last finished iteration.
type DivergedError struct {
	Iteration int    // counted from 1
	Block     string // "U", "V" or "W"; empty before the first step
	Objective float64
}

// Error says where it happened and what may help.
func (e *DivergedError) Error() string {
	at := "at the start"
	if e.Block != "" {
		at = "after the " + e.Block + " step"
	}
	return fmt.Sprintf("objective is %v %s of iteration %d: scale the inputs down, shorten the steps, raise lambda, or use 64-bit precision",
		e.Objective, at, e.Iteration)
}

// BlockError says that a block step could not be done.
type BlockError struct {
	Iteration int
	Block     string // "U", "V" or "W"
	Err       error
}

// Error says which step failed, and of which iteration.
func (e *BlockError) Error() string {
	return fmt.Sprintf("%s step of iteration %d: %v", e.Block, e.Iteration, e.Err)
}

// Unwrap returns the cause.
func (e *BlockError) Unwrap() error { return e.Err }
