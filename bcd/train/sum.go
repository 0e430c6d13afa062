package train

import (
	"context"
	"fmt"

	"ridge/mat"
)

// Sum adds up, over the processes of a training, what each has added up over its own samples:
// losses, Gram matrices, gradients. All processes call the same method in the same order with
// slices of the same length, and all get the same bits back.
//
// A single process needs none: a nil Sum, like [Alone], leaves everything as it is.
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

// Adder adds up over the processes of a training what each has added up over its own samples.
// The first error stays: after it nothing is added up any more, and [Adder.Err] returns it.
type Adder struct {
	sum Sum
	ctx context.Context // of the epoch under way
	err error
}

// NewAdder returns one for the sum of a task; nil is that of one process.
func NewAdder(ctx context.Context, s Sum) *Adder {
	if s == nil {
		s = Alone{}
	}
	return &Adder{sum: s, ctx: ctx}
}

// Begin begins an epoch.
func (a *Adder) Begin(ctx context.Context) { a.ctx, a.err = ctx, nil }

// Err is the first error since the last call of Begin.
func (a *Adder) Err() error { return a.err }

// Stopped reports whether to give up within a batch: a sum has failed, or the context of the epoch has
// ended. [Adder.Err] returns the reason.
func (a *Adder) Stopped() bool {
	if a.err == nil && a.ctx != nil {
		a.err = a.ctx.Err()
	}
	return a.err != nil
}

// Alone reports whether there is one process, which has nothing to add.
func (a *Adder) Alone() bool { return a.sum == nil || a.sum.Processes() == 1 }

// Number returns the sum of x.
func (a *Adder) Number(x float64) float64 {
	if a.Alone() {
		return x
	}
	return a.Numbers(x)[0]
}

// Numbers returns the sums of several numbers, in one go. They take the place of x.
func (a *Adder) Numbers(x ...float64) []float64 {
	AddUp(a, x)
	return x
}

// AddUp replaces the elements of x by their sums.
func AddUp[T mat.Float](a *Adder, x []T) {
	if a.err != nil || a.Alone() {
		return
	}
	switch x := any(x).(type) {
	case []float32:
		a.err = a.sum.Float32(a.ctx, x)
	case []float64:
		a.err = a.sum.Float64(a.ctx, x)
	}
}

// AddUpMatrix does the same for a matrix. It panics if there are gaps between its rows.
func AddUpMatrix[T mat.Float](a *Adder, m mat.Dense[T]) {
	if m.Rows > 1 && m.Stride != m.Cols {
		panic("train: AddUpMatrix of a matrix with gaps between its rows")
	}
	if m.Rows < 0 || m.Cols < 0 || m.Cols > 0 && m.Rows > len(m.Data)/m.Cols {
		panic(fmt.Sprintf("train: AddUpMatrix of a %d×%d matrix with %d elements", m.Rows, m.Cols, len(m.Data)))
	}
	AddUp(a, m.Data[:m.Rows*m.Cols])
}

// Accumulate computes m := keep·m + Σ p over the processes, where p is the contribution of each:
// body(beta, c) computes c := beta·c + p. If keep is 0, m may hold anything. Nothing is allocated for one process. It
// panics if there are gaps between the rows of m and several processes.
func Accumulate[T mat.Float](a *Adder, keep T, m mat.Dense[T], body func(beta T, c mat.Dense[T])) {
	if a.Alone() {
		body(keep, m)
		return
	}
	part := mat.NewDense[T](m.Rows, m.Cols)
	body(0, part)
	AddUpMatrix(a, part)
	if keep == 0 { // of one process nothing is left then, whatever m has, and 0·NaN is NaN
		mat.Copy(m, part)
		return
	}
	mat.Scale(m, keep, m)
	mat.Add(m, m, part)
}
