package train

import (
	"context"

	"ridge/mat"
)

// Sum adds up what the processes of a training have each added up over samples of its own: losses,
// Gram matrices, gradients. All processes call the same method in the same order with slices of the
// same length, and all get the same bits back.
//
// One process needs none: a nil Sum, like [Alone], leaves everything as it is.
type Sum interface {
	// Processes is how many there are.
	Processes() int
	// Float32 replaces each element of x by its sum over the processes.
	Float32(ctx context.Context, x []float32) error
	// Float64 does the same.
	Float64(ctx context.Context, x []float64) error
}

// Alone is the [Sum] of one process, which has all the samples.
type Alone struct{}

// Processes is 1.
func (Alone) Processes() int { return 1 }

// Float32 leaves x as it is.
func (Alone) Float32(context.Context, []float32) error { return nil }

// Float64 leaves x as it is.
func (Alone) Float64(context.Context, []float64) error { return nil }

// AddUp is the method of s for the type of x.
func AddUp[T mat.Float](ctx context.Context, s Sum, x []T) error {
	switch x := any(x).(type) {
	case []float32:
		return s.Float32(ctx, x)
	case []float64:
		return s.Float64(ctx, x)
	}
	panic("train: AddUp: neither float32 nor float64")
}
