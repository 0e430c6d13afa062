package gradient

import (
	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// updates are elementwise updates of some matrices of weights, some rows of a matrix on each worker.
type updates[T mat.Float] struct {
	formula formula
	options *Options
	workers mat.Workers
	all     []update[T]
	bands   []band
	t       int         // iteration under way
	rate    float64     // its learning rate
	body    func(i int) // moveBand as a value, made once: nothing is allocated
}

// update is a matrix of weights, its gradient and its histories; k is h, and not used, if the formula
// has only one. The first decaying columns decay; the others are biases. stepFactor multiplies the
// learning rate.
type update[T mat.Float] struct {
	w, grad, h, k mat.Dense[T]
	decaying      int
	stepFactor    float64
}

// band is rows lo … hi−1 of an update's matrices.
type band struct{ update, lo, hi int }

// add adds a matrix of weights to those that are updated.
func (u *updates[T]) add(w, grad mat.Dense[T], decaying int, stepFactor float64) {
	one := update[T]{w: w, grad: grad, decaying: decaying, stepFactor: stepFactor}
	one.h = mat.NewDense[T](grad.Rows, grad.Cols)
	one.k = one.h
	if u.formula.histories() == 2 {
		one.k = mat.NewDense[T](grad.Rows, grad.Cols)
	}
	u.all = append(u.all, one)
	rows := vec.BlockRows(grad.Cols)
	for lo := 0; lo < grad.Rows; lo += rows {
		u.bands = append(u.bands, band{len(u.all) - 1, lo, min(lo+rows, grad.Rows)})
	}
	u.body = u.moveBand
}

// state implements [rule].
func (u *updates[T]) state(s *train.State) {
	for _, one := range u.all {
		train.Matrix(s, "h", one.h)
		if u.formula.histories() == 2 {
			train.Matrix(s, "k", one.k)
		}
	}
}

// apply makes the update of iteration t, counted from 0, at a learning rate.
func (u *updates[T]) apply(t int, rate float64) {
	u.t, u.rate = t, rate
	mat.Parallel(u.workers, len(u.bands), u.body)
}

// moveBand updates the weights of band i, and their histories.
func (u *updates[T]) moveBand(i int) {
	b := u.bands[i]
	one := &u.all[b.update]
	u.move(b, one)
	if !flushIsDue(u.t) || u.formula == adaGradFormula { // whose sums never fall
		return
	}
	flush(one.h.RowView(b.lo, b.hi-b.lo).Data)
	if u.formula.histories() == 2 {
		flush(one.k.RowView(b.lo, b.hi-b.lo).Data)
	}
}

// move updates some rows of weights, and then their biases, which do not decay.
func (u *updates[T]) move(b band, one *update[T]) {
	rate := one.stepFactor * u.rate
	step := stepAt[T](u.formula, u.options, u.t, rate)
	lambda, keep := T(u.options.WeightDecay), T(1-rate*u.options.Decay)
	if lambda == 0 && keep == 1 && one.gapless() { // the rows as one
		rows := func(m mat.Dense[T]) []T { return m.RowView(b.lo, b.hi-b.lo).Data }
		step.apply(rows(one.w), rows(one.grad), rows(one.h), rows(one.k), 0)
		return
	}
	for r := b.lo; r < b.hi; r++ {
		w, g, h, k := one.w.Row(r), one.grad.Row(r), one.h.Row(r), one.k.Row(r)
		n := one.decaying
		if keep != 1 {
			mat.Scal(keep, w[:n])
		}
		step.apply(w[:n], g[:n], h[:n], k[:n], lambda)
		step.apply(w[n:], g[n:], h[n:], k[n:], 0)
	}
}

// gapless reports whether the rows of the matrices are contiguous in memory.
func (u *update[T]) gapless() bool { return u.w.Stride == u.w.Cols && u.grad.Stride == u.grad.Cols }
