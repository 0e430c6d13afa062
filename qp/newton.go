package qp

import (
	"context"
	"math"
	"slices"

	"ridge/mat"
)

// newton takes projected Newton steps,
//
//	Hᶠᶠdᶠ = −∇f(x)ᶠ,   x ← P(x + αd),  α the best in [0, 1] (projectedpath.go),
//
// where the free set F is one of two sets:
//
//   - Staying: the variables strictly between their bounds. Either α = 1 is reached with no bound in
//     the way, and x minimizes f for this active set; or at least one more variable ends at its bound,
//     since on the first segment the slope is −(1 − α)dᵀHd < 0. So the minimum for an active set takes
//     at most n steps.
//   - Releasing, once there: all variables except those at a bound whose multiplier has the right
//     sign. If xᵢ is at a bound, ∇f(x)ᵢ points inside and dᵢ outside, the projection removes a term
//     ∇f(x)ᵢdᵢ ≥ 0 from ∇f(x)ᵀd < 0: the path still descends (Bertsekas 1982, Proposition 1).
//
// f falls with every step, and its minimum for an active set is unique, so no active set is
// minimized over twice. There are finitely many active sets, so the method ends, whether
// multipliers vanish at the solution or not, and can't cycle. Releasing in every step would often
// be as fast, but can jam: on ill-conditioned problems it takes thousands of short steps.
//
// A step on an unchanged free set reuses its factor, and is then iterative refinement.
//
// If Hᶠᶠ is singular, the step is taken in a maximal part of F in which it is not; the other
// variables, called dependent, stay. For each of them there is a direction d without curvature,
// along which it can move. If f has a slope along one of these after the step, the next step goes
// downhill along the steepest of them, to the first bound, where one more variable ends. If there
// is no bound, f has no minimum. If f has no slope along any of them, the minimum is reached
// without moving the dependent variables.
type newton struct {
	path         path
	staying      bool
	released     int     // the variable to release alone, or −1
	minStepsLeft float64 // a lower bound of the remaining steps, if each is like the last
	slack        []float64
	was          []float64 // x before the step

	best, bestGrad []float64 // the point that other methods reached, see try
}

func newNewton(n int) method {
	next := vectors(6, n)
	return &newton{path: path{direction: next(), base: next(), breaks: make([]breakpoint, 0, n)}, slack: next(),
		was: next(), best: next(), bestGrad: next()}
}

func (w *newton) solve(ctx context.Context, r *run) (Status, error) {
	if r.budget.tried {
		return w.try(ctx, r)
	}
	return w.steps(ctx, r)
}

// try begins at the starting point, unless other methods have led towards the solution. It ends at the lower of the two
// points.
func (w *newton) try(ctx context.Context, r *run) (Status, error) {
	if r.cameNearer() {
		return w.steps(ctx, r)
	}
	r.factor.forget()
	copy(w.best, r.x)
	copy(w.bestGrad, r.grad)
	copy(r.x, r.start)
	copy(r.grad, r.startGrad)
	r.fresh = !r.before.continued
	status, err := w.steps(ctx, r)
	if status != Optimal && rise(r.x, r.grad, w.best, w.bestGrad) > 0 {
		copy(r.x, w.best)
		copy(r.grad, w.bestGrad)
		r.fresh = false
	}
	return status, err
}

// cameNearer reports whether x, which other methods have reached, is likely to be nearer to the solution than the
// starting point. It is if half of the variables that were free have found bounds. If H is neither singular nor stiff,
// a single bound shows it: only for smooth kernels does coordinate descent lead elsewhere. With many variables, H may
// be stiffer.
func (r *run) cameNearer() bool {
	free, stiff := r.countFree(r.x, r.grad), suspicious
	if !r.sweepsAreExpensive() {
		stiff *= 1.5
	}
	return 2*free <= r.countFree(r.start, r.startGrad) ||
		free < len(r.x) && !r.singular() && r.spectrum.spread <= stiff*float64(len(r.x))
}

// countFree counts the variables that a step from x would move.
func (v *view) countFree(x, grad []float64) (count int) {
	for i, d := range grad {
		if v.sideOf(i, x[i], d) == isFree {
			count++
		}
	}
	return count
}

// steps takes steps to the end. If they are only tried, it gives up when the remaining steps are
// likely to exceed the budget.
func (w *newton) steps(ctx context.Context, r *run) (Status, error) {
	w.staying, w.released, w.minStepsLeft = false, -1, 0
	before := r.effort.work
	for still := 0; still < maxStill; {
		_, status, err := r.check(ctx)
		if status != undecided {
			return status, err
		}
		if !r.mayCost(w.minStepsLeft * (r.effort.work - before)) {
			return undecided, nil
		}
		before = r.effort.work
		r.effort.iterations++
		copy(w.was, r.x)
		if status, err := w.move(r); status != undecided {
			return status, err
		}
		still++
		if !slices.Equal(w.was, r.x) {
			still = 0
		}
	}
	switch {
	case r.budget.tried:
		return undecided, nil
	case r.narrow() || r.rounded(r.measure()):
		return PrecisionLimit, nil // the remaining residual comes from the rounding of H and g, or of the gradient
	default:
		return IterationLimit, nil // rounding errors hide where f falls
	}
}

// maxStill is the number of steps without a move after which no move is possible: one step stays,
// one releases, one releases a single variable. The fourth is to spare: in 50,000 steps on random
// problems none moved after two that had not.
const maxStill = 4

// move takes one step.
func (w *newton) move(r *run) (Status, error) {
	w.chooseFree(r)
	whole := r.factor.factor(&r.view, r.step.free, w.slack)
	if !whole && -r.factor.negative > singularPivot*float64(len(r.x))*r.precision {
		r.flatten(r.factor.stuck)
		if r.indefinite() {
			return Indefinite, &IndefiniteError{Problem: onlyProblem, Variable: r.factor.stuck}
		}
	}
	r.spend(2, len(r.step.free))
	clear(r.step.dir)
	r.factor.solve(r.grad, r.step.dir) // −(Hᶠᶠ)⁻¹∇f(x)ᶠ
	r.multiply(r.step.dir, r.step.curve)
	if r.indefinite() {
		return Indefinite, &IndefiniteError{Problem: onlyProblem, Variable: -1}
	}
	w.staying = !w.path.minimize(r) // x + d is the minimum for its active set
	w.minStepsLeft = 1
	if whole || w.staying {
		return undecided, nil
	}
	w.minStepsLeft = float64(len(r.factor.dependent)) // they may end at bounds one by one
	return w.slide(r)
}

// chooseFree lists the variables that the next step may move. A variable at a bound is released
// only if that matters for the target residual.
func (w *newton) chooseFree(r *run) {
	free := r.step.free[:0]
	for i, d := range r.grad {
		held := r.atBound(i)
		if held && !w.staying {
			below, above := r.x[i] <= r.lower[i], r.x[i] >= r.upper[i]
			matters := r.goal.aim * r.units.e[i]
			held = below && d >= -matters || above && d <= matters || w.released >= 0 && i != w.released
		}
		if !held {
			free = append(free, i)
			w.slack[i] = r.room(i, r.x[i])
		}
	}
	r.step.free, w.released = free, -1
}

// indefinite reports whether f curves downwards along dir, by more than the rounding of H explains.
func (r *run) indefinite() bool {
	curvature := mat.Dot(r.step.dir, r.step.curve)
	return curvature < 0 && curvature < -r.curvatureError(r.step.dir, r.precision)
}

// slide moves along the steepest of the dependent variables' directions without curvature to the
// lowest point: the first bound, or nearer if there is some curvature after all. If there is
// neither, f has no minimum. The variables of the factor have no slope, so the slope of f along the
// direction is that of the dependent variable.
func (w *newton) slide(r *run) (Status, error) {
	steepest := r.steepestDependent()
	if steepest < 0 {
		return undecided, nil
	}
	r.flatten(steepest)
	if !r.downhill(r.units.e[steepest]) {
		return undecided, nil
	}
	alpha, stop := r.firstBound()
	if alpha == 0 && !w.staying { // another released variable is in the way: next, release only this one
		w.released = steepest
		return undecided, nil
	}
	alpha, stop = r.lowestBefore(alpha, stop)
	if math.IsInf(alpha, 1) {
		return r.fallsForever()
	}
	return w.land(r, alpha, stop)
}

// land moves by alpha along the direction, to where the variable stop ends at its bound, unless stop is −1.
func (w *newton) land(r *run, alpha float64, stop int) (Status, error) {
	mat.Axpy(alpha, r.step.dir, r.x)
	mat.Clamp(r.x, r.lower, r.upper)
	if stop >= 0 {
		r.x[stop] = sideAhead(r.step.dir[stop]).of(r.lower[stop], r.upper[stop])
	}
	r.refresh()
	if notFinite(r.grad) >= 0 {
		return IterationLimit, nil
	}
	w.staying = true
	return undecided, nil
}
