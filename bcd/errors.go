package bcd

import "fmt"

// SpecError says why a [Spec], or the shape of a [Network], is none.
type SpecError struct{ Reason string }

func (e *SpecError) Error() string { return "network: " + e.Reason }

// OptionError says why an option can't be used. Option is the name that a user
// knows it by: "gamma", "lambda", "lambda-out", "theta", "iterations",
// "tolerance", "objective", "loss".
type OptionError struct {
	Option string
	Reason string
}

func (e *OptionError) Error() string { return e.Option + ": " + e.Reason }

// DataError says why samples don't fit a network. Part is "train", "validation"
// or "test", or empty where there is only one part.
type DataError struct {
	Part   string
	Reason string
}

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

func (e *DivergedError) Error() string {
	at := "at the start"
	if e.Block != "" {
		at = "after the " + e.Block + " step"
	}
	return fmt.Sprintf("objective is %v %s of iteration %d: scale the inputs down, raise lambda, or use 64-bit precision",
		e.Objective, at, e.Iteration)
}

// BlockError says that a block step could not be done.
type BlockError struct {
	Iteration int
	Block     string // "U", "V" or "W"
	Err       error
}

func (e *BlockError) Error() string {
	return fmt.Sprintf("%s step of iteration %d: %v", e.Block, e.Iteration, e.Err)
}

// Unwrap returns the cause.
func (e *BlockError) Unwrap() error { return e.Err }
