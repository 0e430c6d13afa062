package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// exchanger is block principal pivoting (Júdice and Pires 1994): the variables are split into those
// at their lower bound, those at their upper bound, and free ones. The first two are held, and the
// free ones are solved for,
//
//	Hᶠᶠxᶠ = −gᶠ − Hᶠᴮxᴮ,
//
// and all variables on the wrong side change sides at once: free variables beyond a bound, and
// variables at a bound whose gradient pulls them inside. If there are none, x is the solution. If
// Hᶠᶠ is singular, the system is solved for a maximal nonsingular part of the free variables. A
// dependent variable whose slope is not zero goes to the bound that the slope points to.
//
// f need not fall on the way, and if H is ill-conditioned the exchanges may cycle. They mostly
// don't, and then no method takes fewer steps: every exchange reduces the number of variables on
// the wrong side by a third or more.
type exchanger struct {
	side  []side
	x     []float64 // may be outside of the bounds
	grad  []float64 // ∇f at x
	fresh bool      // grad was computed from x, not updated
	slack []float64

	tried      []side // the sides where exchanges that failed began
	triedWrong int    // number of variables on the wrong side there; 0 if none failed
}

func newExchanger(n int) exchanger {
	next := vectors(3, n)
	return exchanger{side: make([]side, n), x: next(), grad: next(), slack: next(), tried: make([]side, n)}
}

// stallRule says when to give up: if the given number of exchanges does not reduce the number of
// variables on the wrong side to the given fraction.
type stallRule struct {
	exchanges int
	fraction  float64
}

var (
	lenient  = stallRule{exchanges: 4, fraction: 0.8}
	cautious = stallRule{exchanges: 3, fraction: 0.7}
	strict   = stallRule{exchanges: 1, fraction: 0.7}
)

// hopeless reports whether the first exchange has put more than half of the variables on the wrong side,
// or just half of a few, for which Auto has cheap methods left. Then exchange gives up at once.
func (r *run) hopeless(wrong int) bool {
	return 2*wrong > len(r.x) || 2*wrong == len(r.x) && r.cold() && r.sweepsAreExpensive()
}

// promises reports whether sides differ enough from those where exchanges failed.
func (v *exchanger) promises(sides []side) bool {
	different := 0
	for i, s := range sides {
		if s != v.tried[i] {
			different++
		}
	}
	return v.triedWrong == 0 || different*8 >= v.triedWrong
}

// start sets the sides and the point.
func (v *exchanger) start(sides []side, x, grad []float64) {
	copy(v.side, sides)
	copy(v.x, x)
	copy(v.grad, grad)
}

// exchange pivots, beginning at the point given to start. It moves r.x only if it converges, to a
// point that no exchange improves, and if f is not higher there. f can be higher if badly scaled
// free blocks are not solved accurately; Newton steps on the same active set then reduce the
// remaining residual.
func (v *exchanger) exchange(ctx context.Context, r *run, wait stallRule) (settled bool, status Status, err error) {
	copy(v.tried, v.side)
	var history exchangeHistory
	for round := v.firstRound; ; round = v.nextRound {
		if status, err := r.mayGoOn(ctx); status != undecided {
			return false, status, err
		}
		r.effort.iterations++
		wrong, end := round(r, wait)
		switch {
		case end != exchanged:
			return end == adopted, undecided, nil
		case wrong == 0:
			return v.adopt(r), undecided, nil
		case history.stalls(wrong, wait):
			return false, undecided, nil
		}
	}
}

// roundEnd says what a round of exchanges has led to.
type roundEnd uint8

const (
	exchanged roundEnd = iota // new sides, or the solution if no variable was on the wrong one
	gaveUp                    // nothing: there is no point for the sides, or other methods are likely to be cheaper
	adopted                   // the solution, which r.x is by now
)

// exchangeHistory holds the last numbers of variables on the wrong side, in a circular buffer.
type exchangeHistory struct {
	wrong  [5]int
	rounds int
}

// stalls adds the number of a round, unless it is too large compared with that of an earlier one.
func (h *exchangeHistory) stalls(wrong int, wait stallRule) bool {
	size := len(h.wrong)
	before := h.wrong[(h.rounds+size-wait.exchanges)%size]
	if h.rounds >= wait.exchanges && float64(wrong) > wait.fraction*float64(before) {
		return true
	}
	h.wrong[h.rounds%size] = wrong
	h.rounds++
	return false
}

// leaveSingular gives up because the block of the free variables is singular, unless it has a factor all the same, and
// that settles the problem.
func (v *exchanger) leaveSingular(r *run, factored bool) roundEnd {
	end := gaveUp
	if factored && r.stiff() && v.settlesFromStart(r) {
		end = adopted
	}
	v.triedWrong, r.factor.singular = 1, true
	r.factor.forget()
	return end
}

// firstRound is nextRound for the sides that were given. It also sets triedWrong, and gives up if other methods are
// likely to take fewer steps.
func (v *exchanger) firstRound(r *run, wait stallRule) (wrong int, end roundEnd) {
	if wait != strict && r.cold() {
		if definite, factored := v.definite(r); !definite {
			return 0, v.leaveSingular(r, factored)
		}
	}
	if !v.solveSides(r) {
		v.triedWrong = 1 // at least: a retry needs other sides
		return 0, gaveUp
	}
	if wait != strict && r.mostlyDependent() {
		return 0, gaveUp
	}
	wrong, stuck := v.changeSides(r)
	if stuck {
		v.triedWrong = max(v.triedWrong, 1)
		return wrong, gaveUp
	}
	if wrong > 0 {
		v.triedWrong = wrong
		if r.hopeless(wrong) {
			return wrong, gaveUp
		}
	}
	return wrong, exchanged
}

// nextRound solves for the free variables and exchanges all that are on the wrong side then. It returns their number,
// and gives up if the free variables can't be solved for, or a dependent one has no bound to go to.
func (v *exchanger) nextRound(r *run, _ stallRule) (wrong int, end roundEnd) {
	if !v.solveSides(r) {
		return 0, gaveUp
	}
	wrong, stuck := v.changeSides(r)
	if stuck {
		return wrong, gaveUp
	}
	return wrong, exchanged
}

// settlesFromStart solves for the variables that are free at the start, although the factor of
// their block can't be trusted. It reports whether that led to the solution. It does for a smooth
// kernel whose data have no noise: g has no component in the directions whose curvature is only
// rounding, and hardly any bound is active, so that a few exchanges suffice.
func (v *exchanger) settlesFromStart(r *run) bool {
	for i, d := range r.startGrad {
		v.side[i] = r.sideOf(i, r.start[i], d)
	}
	v.start(v.side, r.start, r.startGrad)
	if _, factored := v.definite(r); !factored {
		return false
	}
	for range lenient.exchanges {
		if !v.solveSides(r) {
			return false
		}
		wrong, stuck := v.changeSides(r)
		if wrong == 0 {
			return r.residual(v.x, v.grad) <= r.goal.aim && v.adopt(r)
		}
		if stuck || wrong*8 > len(r.x) {
			return false
		}
	}
	return false
}

// definite factors the block of the free variables. It reports whether the block is numerically
// definite, and whether there is a factor at all.
func (v *exchanger) definite(r *run) (definite, factored bool) {
	free := r.step.free[:0]
	for i, s := range v.side {
		if s == isFree {
			free = append(free, i)
			v.slack[i] = r.room(i, v.x[i])
		}
	}
	r.step.free = free
	return r.factor.definite(&r.view, free, v.slack)
}

// adopt moves r.x to the point that was reached, if f is not higher there.
func (v *exchanger) adopt(r *run) bool {
	if !v.fresh {
		r.gradient(v.x, v.grad)
	}
	if rise(v.x, v.grad, r.x, r.grad) > 0 {
		v.triedWrong = max(v.triedWrong, 1)
		return false
	}
	copy(r.x, v.x)
	copy(r.grad, v.grad)
	r.fresh = true
	return true
}

// solveSides puts variables on the bounds of their sides and solves for the free ones. It reports
// whether there was a solution.
func (v *exchanger) solveSides(r *run) bool {
	free := r.step.free[:0]
	for i, s := range v.side {
		switch s {
		case atLower:
			v.put(r, i, r.lower[i])
		case atUpper:
			v.put(r, i, r.upper[i])
		default:
			free = append(free, i)
			v.slack[i] = r.room(i, v.x[i])
		}
	}
	r.step.free = free
	if !v.solveFree(r) {
		return false
	}
	if r.factor.border.size() > 0 && v.worstFree(r) > r.goal.aim {
		r.factor.border.refused = true
		return v.solveFree(r)
	}
	return true
}

// solveFree changes the free variables so that their gradient becomes zero, except for that of
// dependent variables.
func (v *exchanger) solveFree(r *run) bool {
	r.factor.reach(&r.view, r.step.free, v.slack)
	if len(r.step.free) > 0 && len(r.factor.order) == 0 {
		return false
	}
	r.spend(2, len(r.step.free))
	clear(r.step.dir)
	r.factor.solve(v.grad, r.step.dir)
	mat.Axpy(1, r.step.dir, v.x)
	if v.fresh = v.mostlyFree(r); v.fresh {
		r.gradient(v.x, v.grad)
	} else {
		r.multiply(r.step.dir, r.step.curve)
		mat.Axpy(1, r.step.curve, v.grad)
	}
	return notFinite(v.x) < 0 && notFinite(v.grad) < 0
}

// mostlyFree reports whether hardly any variable at a bound is nonzero. Then computing H·x costs no
// more than H·dir, and is more accurate than updating.
func (v *exchanger) mostlyFree(r *run) bool {
	nonzero := 0
	for _, e := range v.x {
		if e != 0 {
			nonzero++
		}
	}
	return nonzero <= len(r.step.free)+len(r.step.free)/8
}

// worstFree is the largest slope of a free variable, in natural units.
func (v *exchanger) worstFree(r *run) float64 {
	worst := 0.0
	for _, i := range r.step.free {
		worst = max(worst, math.Abs(v.grad[i])*r.units.inverse[i])
	}
	return worst
}

// put sets a variable of v.x, and updates the gradient.
func (v *exchanger) put(r *run, i int, to float64) {
	if by := to - v.x[i]; by != 0 {
		v.x[i] = to
		mat.Axpy(by, r.h.Row(i), v.grad)
	}
}

// changeSides moves variables on the wrong side to the right one, and counts them. A multiplier
// that is negligible relative to the target residual counts as having the right sign. stuck says
// that a dependent variable has a slope but no bound to go to.
func (v *exchanger) changeSides(r *run) (wrong int, stuck bool) {
	for i, s := range v.side {
		to := s
		matters := r.goal.aim * r.units.e[i]
		switch {
		case s == isFree && v.x[i] < r.lower[i]:
			to = atLower
		case s == isFree && v.x[i] > r.upper[i]:
			to = atUpper
		case r.fixed(i):
		case s == atLower && v.grad[i] < -matters, s == atUpper && v.grad[i] > matters:
			to = isFree
		}
		if to != s {
			v.side[i] = to
			wrong++
		}
	}
	for _, i := range r.factor.dependent {
		d := v.grad[i]
		if v.side[i] != isFree || math.Abs(d) <= r.goal.aim*r.units.e[i] {
			continue
		}
		v.side[i] = sideOf(d)
		if math.IsInf(v.side[i].of(r.lower[i], r.upper[i]), 0) {
			return wrong, true
		}
		wrong++
	}
	return wrong, false
}
