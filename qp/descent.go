package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// descent is coordinate descent. It sweeps for as long as that is likely to be the cheapest method,
// or to the end if no other method may follow.
type descent struct {
	sweeps int
	moved  int        // variables that moved in the last sweep
	first  int        // variables that moved in the first sweep
	lost   bool       // see findsNoBounds
	kkt    [2]float64 // residuals before the last two sweeps
}

func newDescent(int) method { return &descent{} }

func (s *descent) solve(ctx context.Context, r *run) (Status, error) {
	alone := r.budget.method == CoordinateDescent
	*s = descent{}
	if !alone && r.hasNoBounds() {
		return undecided, nil // one Newton step is all it takes
	}
	if !alone && r.budget.tried && len(r.factor.dependent) > 0 {
		return undecided, nil // H is singular
	}
	for {
		kkt, status, err := r.check(ctx)
		if status != undecided {
			return status, err
		}
		if alone && !r.mayCost(0) || !alone && !s.worth(r, kkt) {
			return undecided, nil
		}
		r.effort.iterations++
		s.sweep(r)
	}
}

// hasNoBounds reports whether no variable has a bound.
func (v *view) hasNoBounds() bool {
	for i, l := range v.lower {
		if !math.IsInf(l, -1) || !math.IsInf(v.upper[i], 1) {
			return false
		}
	}
	return true
}

// sweep minimizes f over one variable after the other, between its bounds: xᵢ ← P(xᵢ − ∇f(x)ᵢ/hᵢᵢ).
// It does not depend on the scaling of the variables, and a variable that stays at its bound costs
// nothing.
func (s *descent) sweep(r *run) {
	s.moved = 0
	for i, was := range r.x {
		h := r.h.At(i, i)
		if h == 0 { // linear variables are already at their best values
			continue
		}
		now := min(max(was-r.grad[i]/h, r.lower[i]), r.upper[i])
		if now == was {
			continue
		}
		r.x[i] = now
		mat.Axpy(now-was, r.h.Row(i), r.grad)
		s.moved++
	}
	r.fresh = false
	r.spend(1, s.moved)
}

const (
	// leastSweeps is the number of sweeps after which the observed rate of convergence is trusted.
	// About as many are needed to identify most of the variables that end at a bound. If that many
	// would cost more than two factorizations of all of H, the number is fewerSweeps.
	leastSweeps, fewerSweeps = 4, 2
	// sweepCost is the cost of an operation of a sweep, or of a product of H with a vector, relative
	// to one of a factorization: both wait for memory.
	sweepCost = 3
)

// worth reports whether to sweep again from a point with the residual kkt. It does if the remaining
// sweeps, at the observed rate of convergence, cost less than solving once for the free variables
// (k³/3 operations and a few products), or less than the budget allows.
func (s *descent) worth(r *run, kkt float64) bool {
	rate := math.Sqrt(kkt / s.kkt[0]) // per two sweeps, because the residual need not fall evenly
	s.kkt[0], s.kkt[1] = s.kkt[1], kkt
	s.sweeps++
	if s.sweeps == 2 {
		s.first = s.moved
	}
	if s.lost = s.lost || s.findsNoBounds(r); s.lost {
		return false
	}
	if r.budget.tried && !r.budget.guesses {
		return r.mayCost(0)
	}
	if s.sweeps <= r.firstSweeps() {
		return s.sweeps < 2 || r.budget.tried || !r.allRemainFree()
	}
	if !(rate < 1) {
		return false
	}
	left := math.Log(r.goal.aim/kkt) / math.Log(rate)
	k, n := float64(s.moved), float64(len(r.x))
	if r.budget.tried {
		return r.mayCost(left * sweepCost * 2 * k * n)
	}
	return left*sweepCost*k*n < k*k*k/6+3*sweepCost*k*n
}

// firstSweeps is the number of sweeps that are always made.
func (v *view) firstSweeps() int {
	if v.sweepsAreExpensive() {
		return fewerSweeps
	}
	return leastSweeps
}

// sweepsAreExpensive reports whether leastSweeps sweeps over all variables would cost more than two
// factorizations of H.
func (v *view) sweepsAreExpensive() bool {
	n := float64(len(v.g))
	return leastSweeps*sweepCost*2*n*n > 2*n*n*n/3
}

// allRemainFree reports whether a sweep from the starting point is all that should be made: sweeps are expensive, few
// directions have most of the curvature, so that they converge slowly, and no variable is at a bound that its slope
// points to.
func (r *run) allRemainFree() bool {
	return r.sweepsAreExpensive() && r.stiff() && r.countFree(r.x, r.grad) == len(r.x)
}

// findsNoBounds reports, after two sweeps, whether sweeping is futile: few directions have most of
// the curvature, so that sweeps converge slowly, and most of the variables that moved at first are
// still moving.
func (s *descent) findsNoBounds(r *run) bool {
	return s.sweeps == 3 && !r.budget.tried && r.stiff() && s.moved*rankShare > len(r.x) && 8*s.moved > 7*s.first
}
