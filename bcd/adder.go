package bcd

import (
	"context"

	"ridge/bcd/train"
	"ridge/mat"
)

// adder adds up over the processes of a training what each has added up over its own samples. An
// error stays: after one, nothing is added up any more, and who began a step looks at it in the
// end.
type adder struct {
	sum train.Sum
	ctx context.Context // of the epoch under way
	err error
}

// newAdder returns one for the sum of a task; nil is that of one process.
func newAdder(ctx context.Context, s train.Sum) *adder {
	if s == nil {
		s = train.Alone{}
	}
	return &adder{sum: s, ctx: ctx}
}

// begin begins an epoch.
func (a *adder) begin(ctx context.Context) { a.ctx, a.err = ctx, nil }

// alone tells whether there is one process, which has nothing to add.
func (a *adder) alone() bool { return a.sum.Processes() == 1 }

// number returns the sum of x.
func (a *adder) number(x float64) float64 {
	if a.alone() {
		return x
	}
	return a.numbers(x)[0]
}

// numbers returns the sums of several numbers, in one go.
func (a *adder) numbers(x ...float64) []float64 {
	addUp(a, x)
	return x
}

// addUp replaces the elements of x by their sums.
func addUp[T mat.Float](a *adder, x []T) {
	if a.err == nil && !a.alone() {
		a.err = train.AddUp(a.ctx, a.sum, x)
	}
}

// addUpMatrix does the same for a matrix without gaps between its rows.
func addUpMatrix[T mat.Float](a *adder, m mat.Dense[T]) { addUp(a, m.Data[:m.Rows*m.Cols]) }
