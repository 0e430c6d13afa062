package bcd

import "fmt"

// SpecError says why a [Spec], or the shape of a [Network], is none.
type SpecError struct{ Reason string }

// Error says that it is about the network, and the reason.
func (e *SpecError) Error() string { return "network: " + e.Reason }

// OptionError says why an option can't be used. Option is the name that a user
// knows it by: "gamma", "lambda", "lambda-out", "l1", "theta",
// "iterations", "tolerance", "block-tolerance", "objective", "loss", and of mini-batches "batch",
// "epochs", "step", "input-step", "damping", "memory", "inner", "inner-last".
type OptionError struct {
	Option string
	Reason string
}

// Error begins with the name of the option.
func (e *OptionError) Error() string { return e.Option + ": " + e.Reason }

// DataError says why samples don't fit a network. Part is "train", "validation"
// or "test", or empty where there is only one part.
type DataError struct {
	Part   string
	Reason string
}

// Error begins with the part, if there is one.
func (e *DataError) Error() string {
	if e.Part == "" {
		return e.Reason
	}
	return e.Part + " data: " + e.Reason
}

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
