package qp

import (
	"context"
	"math"
	"slices"
)

// mayFollow reports whether the interior-point method may still find the solution where the methods that Auto has
// chosen have ended at a limit. Rounding errors end it elsewhere: it solves for all variables in each step, where
// Newton steps on a singular H move along one direction without curvature after the other.
func (r *run) mayFollow(status Status) bool {
	return (status == PrecisionLimit || status == IterationLimit) && r.budget.method == Auto &&
		r.budget.iterations < r.budget.limit
}

// follow solves the problem from its starting point by the interior-point method. Unless that finds a solution, the
// answer stays the one that there was, with its status.
func (r *run) follow(ctx context.Context, status Status) (Status, error) {
	kept := r.position
	kept.x, kept.grad = slices.Clone(r.x), slices.Clone(r.grad)
	last := r.last
	copy(r.x, r.start)
	copy(r.grad, r.startGrad)
	r.fresh = false
	r.pivotingOf().exchanger.triedWrong = 0
	r.goal.aim, r.goal.progress = r.aim(), progress{best: math.Inf(1)}
	for _, s := range registry[InteriorPoint].sequence {
		r.enter(s)
		found, err := r.use(s.method).solve(ctx, r)
		switch found {
		case undecided:
			continue
		case Optimal:
			return Optimal, nil
		case Canceled:
			status = Canceled
		default:
			err = nil
		}
		copy(r.x, kept.x)
		copy(r.grad, kept.grad)
		r.fresh, r.last = kept.fresh, last
		return status, err
	}
	return status, nil
}
