package qp

import (
	"context"
	"math"
)

// budget limits the effort.
type budget struct {
	method  Method  // the requested method
	limit   int     // of iterations
	tried   bool    // the current method is only tried
	guesses bool    // it also gives up if it expects to exceed the budget
	allowed float64 // the work after which it gives up
}

// effort is what a solve has taken so far.
type effort struct {
	iterations, factorizations int
	work                       float64 // operations; those that wait for memory are weighted by sweepCost
}

// enter sets the budget of a stage.
func (r *run) enter(s stage) {
	r.last = s.method
	r.budget.tried, r.budget.guesses, r.budget.allowed = s.share > 0, s.guess, math.Inf(1)
	if s.share > 0 {
		r.budget.allowed = r.effort.work + s.share*r.interiorCost()
	}
}

// mayCost reports whether the budget allows that much more work, which is an estimate.
func (r *run) mayCost(work float64) bool {
	if !r.budget.guesses {
		work = 0
	}
	return r.effort.work+work <= r.budget.allowed
}

// mayGoOn returns undecided, or the status of the limit that has been reached, with its error if it has one.
func (r *run) mayGoOn(ctx context.Context) (Status, error) {
	if r.effort.iterations >= r.budget.limit {
		return IterationLimit, nil
	}
	if err := ctx.Err(); err != nil {
		return Canceled, err
	}
	return undecided, nil
}

// spend counts the work of products of H with a vector that has k nonzero elements.
func (r *run) spend(products float64, k int) {
	r.effort.work += products * sweepCost * 2 * float64(k) * float64(len(r.x))
}
