package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// window is the problems of a block that take accelerated projected gradient steps
// together (FISTA: Beck and Teboulle 2009). In scaled variables, with the gradient
// step A of descentMap, a step from zₖ is
//
//	zₖ₊₁ = P(A(y)),   y = zₖ + β(zₖ − zₖ₋₁).
//
// A is affine, so that A(y) = aₖ + β(aₖ − aₖ₋₁) with aₖ = A(zₖ): one product for all
// problems gives the next point and the gradient at zₖ itself, on which the
// decision to stop is based.
//
// Problems are taken from the block in order, and one that is done makes place for
// the next: what a problem's neighbours are does not depend on timing.
type window[T mat.Float] struct {
	z, move   mat.Dense[T] // zₖ, and zₖ₋₁ − zₖ
	a, before mat.Dense[T] // aₖ, aₖ₋₁
	offset    mat.Dense[T] // −sE⁻¹g
	lower     mat.Dense[T] // scaled bounds: a row for each problem, or one for all
	upper     mat.Dense[T]
	next      []T // zₖ₊₁ of the problem at hand
	slots     []slot
}

// slot is one place in a window.
type slot struct {
	row   int     // of the block
	steps int     // taken
	t     float64 // momentum: β = (tₖ − 1)/tₖ₊₁
	check int     // the step at which to look at the residual next
	last  look    // at the residual
	mark  look    // one at least patience steps before the next judgement
}

// look is a residual and the step at which it was seen.
type look struct {
	step int
	kkt  float64
}

const (
	// patience is the number of steps over which the residual's rate is taken
	// before a problem is given up for it.
	patience = 32
	// farthestCheck limits the number of steps between looks at the residual.
	farthestCheck = 8
	// A Cholesky factorization works at a fraction of the rate of a large
	// product, and a solve needs a few of them.
	stepCost = 12
	// The product is in T and its residual not quite the true one.
	caution = 0.7
)

func (w *window[T]) prepare(rows, n int, ownLower, ownUpper bool) {
	for _, m := range []*mat.Dense[T]{&w.z, &w.move, &w.a, &w.before, &w.offset} {
		reserve(m, rows, n)
	}
	reserve(&w.lower, boundRows(ownLower, rows), n)
	reserve(&w.upper, boundRows(ownUpper, rows), n)
	if len(w.next) != n {
		w.next = make([]T, n)
	}
}

func boundRows(own bool, rows int) int {
	if own {
		return rows
	}
	return 1
}

// reserve gives m that shape, in its own memory if that is large enough.
func reserve[T mat.Float](m *mat.Dense[T], rows, cols int) {
	if cap(m.Data) < rows*cols {
		m.Data = make([]T, rows*cols)
	}
	*m = mat.DenseOf(rows, cols, m.Data[:rows*cols])
}

// accelerate takes steps on the block's problems until each has reached its target,
// has been given up or is out of iterations. Where it got to is in w.x, and the
// number of steps in w.infos. A context that ends leaves the points reached.
func (w *blockWorkspace[T]) accelerate(ctx context.Context, b Batch[T], lo, hi int) {
	win, d := &w.window, w.solver.descent
	if b.Lower.Rows <= 1 {
		d.loadBound(win.lower.Row(0), sharedRow(b.Lower, 0), math.Inf(-1))
	}
	if b.Upper.Rows <= 1 {
		d.loadBound(win.upper.Row(0), sharedRow(b.Upper, 0), math.Inf(1))
	}
	waiting := lo
	enter := func(r int) {
		win.enter(d, b, waiting, r)
		win.slots[r] = slot{row: waiting - lo, t: 1}
		waiting++
	}
	win.slots = win.slots[:0]
	for range min(win.z.Rows, hi-lo) {
		win.slots = append(win.slots, slot{})
		enter(len(win.slots) - 1)
	}
	for len(win.slots) > 0 && ctx.Err() == nil {
		live := len(win.slots)
		mat.Copy(win.a.RowView(0, live), win.offset.RowView(0, live))
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, win.z.RowView(0, live), d.m, 1, win.a.RowView(0, live), 1)
		for r := live - 1; r >= 0; r-- {
			if !w.done(r) {
				win.step(r)
				continue
			}
			w.leave(b, lo, r)
			if waiting < hi {
				enter(r)
			} else {
				win.remove(r)
			}
		}
		win.a, win.before = win.before, win.a
	}
	for r := range win.slots {
		w.leave(b, lo, r)
	}
	for i := waiting; i < hi; i++ {
		copy(w.x.Row(i-lo), b.X.Row(i))
	}
}

// enter loads problem i into slot r.
func (win *window[T]) enter(d *descentMap[T], b Batch[T], i, r int) {
	z := win.z.Row(r)
	d.load(b.X.Row(i), b.G.Row(i), z, win.offset.Row(r))
	lower, upper := b.bounds(i)
	if b.Lower.Rows > 1 {
		d.loadBound(win.lower.Row(r), lower, math.Inf(-1))
	}
	if b.Upper.Rows > 1 {
		d.loadBound(win.upper.Row(r), upper, math.Inf(1))
	}
	mat.Clamp(z, sharedRow(win.lower, r), sharedRow(win.upper, r))
}

// leave writes down what slot r has reached.
func (w *blockWorkspace[T]) leave(b Batch[T], lo, r int) {
	win, s := &w.window, w.window.slots[r]
	x := w.x.Row(s.row)
	if s.steps == 0 {
		copy(x, b.X.Row(lo+s.row)) // scaling and back would round
	} else {
		lower, upper := b.bounds(lo + s.row)
		w.solver.descent.store(win.z.Row(r), sharedRow(win.lower, r), sharedRow(win.upper, r), x, lower, upper)
	}
	w.infos[s.row].Iterations = s.steps
}

// remove moves the last problem into slot r.
func (win *window[T]) remove(r int) {
	last := len(win.slots) - 1
	for _, m := range []mat.Dense[T]{win.z, win.move, win.a, win.offset} {
		copy(m.Row(r), m.Row(last))
	}
	for _, m := range []mat.Dense[T]{win.lower, win.upper} {
		if m.Rows > 1 {
			copy(m.Row(r), m.Row(last))
		}
	}
	win.slots[r] = win.slots[last]
	win.slots = win.slots[:last]
}

// done says whether slot r is to leave: a_r belongs to its z_r.
func (w *blockWorkspace[T]) done(r int) bool {
	win, s := &w.window, &w.window.slots[r]
	if s.steps >= w.solver.options.MaxIterations {
		return true
	}
	if s.steps < s.check {
		return false
	}
	lower, upper := sharedRow(win.lower, r), sharedRow(win.upper, r)
	kkt := w.solver.descent.residual(win.z.Row(r), win.a.Row(r), lower, upper)
	goal := caution * w.target[s.row]
	if kkt <= goal || !(kkt < math.Inf(1)) {
		return true
	}
	now := look{s.steps, kkt}
	if s.steps == 0 {
		s.mark = now
	} else if s.steps-s.mark.step >= patience {
		if s.mark.stepsLeft(now, goal) > w.stepsWorth(countFree(win.z.Row(r), lower, upper)) {
			return true
		}
		s.mark = now
	}
	wait := float64(farthestCheck)
	if s.steps > 0 {
		wait = min(wait, math.Ceil(s.last.stepsLeft(now, goal)))
	}
	s.last, s.check = now, s.steps+int(wait)
	return false
}

// stepsLeft is how many more steps lead from now to goal, if the residual goes on
// falling as it did from then to now.
func (then look) stepsLeft(now look, goal float64) float64 {
	if !(now.kkt < then.kkt) {
		return math.Inf(1)
	}
	return float64(now.step-then.step) * math.Log(now.kkt/goal) / math.Log(then.kkt/now.kkt)
}

// stepsWorth is the number of steps that cost as much as solving a problem exactly,
// given the number of its free variables.
func (w *blockWorkspace[T]) stepsWorth(free int) float64 {
	n, k := float64(w.solver.N()), float64(free)
	return stepCost * (k*k*k/3 + 4*n*n) / (2 * n * n)
}

func countFree[T mat.Float](x, lower, upper []T) int {
	free := 0
	for i, v := range x {
		if lower[i] < v && v < upper[i] {
			free++
		}
	}
	return free
}

// step moves slot r from zₖ to zₖ₊₁. Where the step turns back from the momentum,
// (y − zₖ₊₁)ᵀ(zₖ₊₁ − zₖ) > 0, the momentum is dropped (O'Donoghue and Candès 2015,
// gradient scheme).
func (win *window[T]) step(r int) {
	s := &win.slots[r]
	z, move, a, before := win.z.Row(r), win.move.Row(r), win.a.Row(r), win.before.Row(r)
	t := (1 + math.Sqrt(1+4*s.t*s.t)) / 2
	beta := T((s.t - 1) / t)
	if s.steps == 0 {
		beta = 0
		copy(before, a)
		clear(move)
	}
	mat.Axpy(-1, a, before) // aₖ₋₁ − aₖ
	mat.ProjStep(win.next, a, before, beta, sharedRow(win.lower, r), sharedRow(win.upper, r))
	mat.Axpy(-1, win.next, z) // zₖ − zₖ₊₁
	// With m = zₖ₋₁ − zₖ and m' = zₖ − zₖ₊₁: y − zₖ₊₁ = m' − βm.
	if beta*mat.Dot(move, z) > mat.Dot(z, z) {
		t = 1
	}
	copy(move, z)
	copy(z, win.next)
	s.t = t
	s.steps++
}
