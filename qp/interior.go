package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// interior follows the central path (centralpath.go) until pivoting from the sides that it shows
// leads to the solution, or to the end.
type interior struct {
	central centralPath
	side    []side // the sides at the last step
}

func newInterior(n int) method {
	return &interior{central: newCentralPath(n), side: make([]side, n)}
}

const (
	// maxInteriorSteps is the number of steps, including pivoting, after which the method ends:
	// some iterations must be left for Newton steps.
	maxInteriorSteps = 80
	// farOut is the factor by which rounding errors may have grown at the end of the path.
	farOut = 1e3
	// settledShare is the largest fraction of variables that may have changed sides in a step for
	// pivoting to be tried.
	settledShare = 1. / 14
)

func (w *interior) solve(ctx context.Context, r *run) (Status, error) {
	w.central.enter(r)
	for i := range w.side {
		w.side[i] = isFree
	}
	status, err := w.steps(ctx, r, r.pivotingOf())
	switch status {
	case undecided, IterationLimit, Canceled:
		w.leave(r)
	}
	return status, err
}

// steps takes steps, and pivots when that is likely to lead to the solution.
func (w *interior) steps(ctx context.Context, r *run, pivoting *pivoting) (Status, error) {
	c := &w.central
	begin := r.effort.iterations
	for step := 0; r.effort.iterations-begin < maxInteriorSteps; step++ {
		if status, err := r.mayGoOn(ctx); status != undecided {
			return status, err
		}
		r.effort.iterations++
		if !c.step(r) {
			break
		}
		if w.residual(r) <= r.goal.aim {
			w.leave(r)
			if _, status, err := r.check(ctx); status != undecided {
				return status, err
			}
		}
		changes := w.showSides(r)
		if step == 0 || changes > int(settledShare*float64(len(r.x))) || !w.mayPivot(r, pivoting) {
			continue
		}
		pivoting.exchanger.start(w.side, c.x, c.grad)
		if status, err := pivoting.exchange(ctx, r, strict); status != undecided {
			return status, err
		}
	}
	return undecided, nil
}

// residual is the residual at the end of the path, projected on the box. The gradient is that of the
// path, which is the same once the projection changes nothing that matters.
func (w *interior) residual(r *run) float64 {
	x := r.step.dir
	copy(x, w.central.x)
	mat.Clamp(x, r.lower, r.upper)
	return r.residual(x, w.central.grad)
}

// mayPivot reports whether pivoting from the sides may succeed. It can't if the block of the free
// variables is singular, and it is likely to be if they are more than were found to be independent.
func (w *interior) mayPivot(r *run, pivoting *pivoting) bool {
	free := 0
	for _, s := range w.side {
		if s == isFree {
			free++
		}
	}
	return (!r.factor.singular || free <= r.factor.rank) && pivoting.exchanger.promises(w.side)
}

// showSides sets the side of each variable: at a bound if the multiplier outweighs the distance. It
// counts the changes since the last call.
func (w *interior) showSides(r *run) (changes int) {
	c := &w.central
	for i, e := range r.units.e {
		to := isFree
		switch {
		case c.pinned[i] || c.s[i] > 0 && c.z[i] > c.s[i]*e*e:
			to = atLower
		case c.t[i] > 0 && c.w[i] > c.t[i]*e*e:
			to = atUpper
		}
		if to != w.side[i] {
			w.side[i] = to
			changes++
		}
	}
	return changes
}

// leave moves r.x to the end of the path, projected on the box, if f is lower there. Variables move
// to the bounds that they approach, unless that increases the residual. If there is no minimum, the
// path leads so far out that the gradient no longer shows where f falls, and x stays.
func (w *interior) leave(r *run) {
	x, grad := r.step.dir, r.step.curve
	copy(x, w.central.x)
	mat.Clamp(x, r.lower, r.upper)
	if !(r.roundingError(x) <= max(r.goal.aim, farOut*r.roundingError(r.x))) {
		return
	}
	r.gradient(x, grad)
	before := r.residual(x, grad)
	w.moveTo(r, x, grad)
	w.showSides(r)
	for i, s := range w.side {
		switch s {
		case atLower:
			x[i] = r.lower[i]
		case atUpper:
			x[i] = r.upper[i]
		}
	}
	r.gradient(x, grad)
	if r.residual(x, grad) <= max(before, r.goal.aim) {
		w.moveTo(r, x, grad)
	}
}

// moveTo moves r.x to a point if f is lower there.
func (w *interior) moveTo(r *run, x, grad []float64) {
	if riseIn(r.goal.scale.unit(), x, grad, r.x, r.grad) < 0 {
		copy(r.x, x)
		copy(r.grad, grad)
		r.fresh = true
	}
}

// typicalMove is roughly how far variables move, in natural units. It is the average, over
// variables that are not fixed, of |xᵢ| at the start plus the length of the step that minimizes
// over that variable from 0. If that is zero, it is the residual at the point next to 0. It does
// not depend on what was tried before.
func (r *run) typicalMove() float64 {
	sum, count := 0.0, 0
	for i, e := range r.units.e {
		if !r.fixed(i) {
			sum += math.Abs(r.start[i])*e + math.Abs(r.g[i])*r.units.inverse[i]
			count++
		}
	}
	if sum == 0 {
		return r.goal.scale.slope
	}
	return sum / float64(count)
}
