package bcd

import (
	"errors"
	"fmt"

	"ridge/bcd/train"
)

// diverged is the error for an objective that is not finite at some point of an iteration.
func diverged(iteration int, place string, objective float64) error {
	return &train.DivergedError{
		Epoch: iteration, Value: objective,
		Reason: fmt.Sprintf("objective is %v %s of iteration %d", objective, place, iteration),
		Advice: "scale the inputs down, shorten the steps, raise lambda, or use 64-bit precision",
	}
}

// BlockError says that a block step failed.
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

// Failed reports whether an error of [train.Run] says that the training failed, with these settings and samples: it is
// a *[train.DivergedError] or a *[BlockError]. Others say that it was stopped, or could not begin.
func Failed(err error) bool {
	_, diverged := errors.AsType[*train.DivergedError](err)
	_, failed := errors.AsType[*BlockError](err)
	return diverged || failed
}
