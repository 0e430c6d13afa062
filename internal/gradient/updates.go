package gradient

import (
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// updates are those of all weights of a network, some rows of a matrix on each worker.
type updates[T mat.Float] struct {
	solver  solver
	options *Options
	all     []update[T]
	pieces  []piece
	step    step[T]   // the one under way
	row     func(int) // piece as a value, made once: nothing is allocated
}

// update is a weight matrix, its gradient and its histories; k is h, and not used, if
// the solver has only one.
type update[T mat.Float] struct{ w, grad, h, k mat.Dense[T] }

// piece is rows lo … hi−1 of an update's matrices.
type piece struct{ update, lo, hi int }

func (u *updates[T]) init(s solver, o *Options, net *nn.Network[T], grads []mat.Dense[T]) {
	u.solver, u.options, u.row = s, o, u.piece
	for i, grad := range grads {
		one := update[T]{w: net.Weights(i + 1), grad: grad, h: mat.NewDense[T](grad.Rows, grad.Cols)}
		one.k = one.h
		if s.histories() == 2 {
			one.k = mat.NewDense[T](grad.Rows, grad.Cols)
		}
		u.all = append(u.all, one)
		rows := blockRows(grad.Cols)
		for lo := 0; lo < grad.Rows; lo += rows {
			u.pieces = append(u.pieces, piece{i, lo, min(lo+rows, grad.Rows)})
		}
	}
}

// state names the histories.
func (u *updates[T]) state(s *train.State) {
	for _, one := range u.all {
		train.Matrix(s, "h", one.h)
		if u.solver.histories() == 2 {
			train.Matrix(s, "k", one.k)
		}
	}
}

// apply makes the update of iteration t, counted from 0, at a learning rate.
func (u *updates[T]) apply(t int, rate float64, w mat.Workers) {
	u.step = stepAt[T](u.solver, u.options, t, rate)
	mat.Parallel(w, len(u.pieces), u.row)
}

// piece updates some rows of weights, and then their biases, which do not decay.
func (u *updates[T]) piece(i int) {
	p := u.pieces[i]
	one := u.all[p.update]
	last := one.w.Cols - 1
	lambda := T(u.options.WeightDecay)
	if lambda == 0 && one.w.Stride == one.w.Cols { // the rows as one
		rows := func(m mat.Dense[T]) []T { return m.RowView(p.lo, p.hi-p.lo).Data }
		u.step.apply(rows(one.w), rows(one.grad), rows(one.h), rows(one.k), 0)
		return
	}
	for r := p.lo; r < p.hi; r++ {
		w, g, h, k := one.w.Row(r), one.grad.Row(r), one.h.Row(r), one.k.Row(r)
		u.step.apply(w[:last], g[:last], h[:last], k[:last], lambda)
		u.step.apply(w[last:], g[last:], h[last:], k[last:], 0)
	}
}

// finite tells whether all weights are.
func (u *updates[T]) finite() bool {
	for _, one := range u.all {
		if !finite(float64(mat.NormMax(one.w))) {
			return false
		}
	}
	return true
}
