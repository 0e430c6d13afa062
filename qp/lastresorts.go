package qp

import (
	"context"
	"slices"
)

// lastResorts are what Auto does where the methods that it has chosen have ended at a limit: what each of the others
// does alone, from the starting point. Rounding errors end each of them elsewhere. The interior-point method solves for
// all variables in each step, where Newton steps on a singular H move along one direction without curvature after the
// other. Coordinate descent may take as much work as an interior-point method is estimated to take.
var lastResorts = []struct {
	method   Method
	sequence []stage
}{
	{InteriorPoint, registry[InteriorPoint].sequence},
	{BlockPivoting, registry[BlockPivoting].sequence},
	{CoordinateDescent, []stage{{CoordinateDescent, 1, false}}},
}

// mayFollow reports whether the last resorts may still find the solution. They don't to a tolerance that is smaller
// than any rounding error.
func (r *run) mayFollow(status Status) bool {
	return (status == PrecisionLimit || status == IterationLimit) && r.budget.method == Auto &&
		r.effort.iterations < r.budget.limit && r.goal.tolerance > roundoff[float64]()
}

// follow solves the problem by the last resorts, one after the other. Unless one of them finds a solution or that there
// is none, the answer stays the one that there was, with its status.
func (r *run) follow(ctx context.Context, status Status) (Status, error) {
	kept := r.position
	kept.x, kept.grad = slices.Clone(r.x), slices.Clone(r.grad)
	last := r.last
	found, err := r.fromNearest(ctx)
	for k := 0; found == undecided && k < len(lastResorts); k++ {
		r.startOver()
		r.budget.method = lastResorts[k].method
		found, err = r.alone(ctx, lastResorts[k].sequence)
	}
	if found == undecided && r.narrow() {
		found, err = r.asWritten(ctx)
	}
	switch found {
	case Optimal, Unbounded:
		return found, err
	case Canceled:
		status = found
	}
	r.keepAnswer(kept, last)
	return status, err
}

// fromNearest solves the problem from the point of the box next to 0, unless that is the starting point. From far out,
// where terms of f cancel, rounding errors may end all methods.
func (r *run) fromNearest(ctx context.Context) (Status, error) {
	if r.before.continued { // startGrad was not computed from the starting point, and what follows forgets that
		r.gradient(r.start, r.startGrad)
	}
	start := origin{slices.Clone(r.start), slices.Clone(r.startGrad)}
	r.linear.release(&r.view)
	if r.pointNextToZero(r.start); slices.Equal(r.start, start.start) {
		return undecided, nil
	}
	defer func() { r.origin = start }()
	if r.startOver() != undecided { // Hx + g overflows there
		return undecided, nil
	}
	return r.settled(r.runAllStages(ctx))
}

// asWritten solves the problem as if no element of H and g were rounded: in float32, small pivots otherwise count as
// zeros. Only a solution counts, as a claim that there is none would be one about rounding errors.
func (r *run) asWritten(ctx context.Context) (Status, error) {
	precision := r.precision
	r.precision, r.budget.method = roundoff[float64](), Auto
	defer func() { r.precision = precision }()
	r.startOver()
	status, err := r.settled(r.runAllStages(ctx))
	if status == Unbounded {
		return undecided, nil
	}
	return status, err
}

// keepAnswer makes an earlier position the answer, that of a given method.
func (r *run) keepAnswer(p position, last Method) {
	copy(r.x, p.x)
	copy(r.grad, p.grad)
	r.fresh, r.last = p.fresh, last
}

// startOver begins again at the starting point, as if nothing had been done but for the steps and the work. It returns
// the status of begin, which is undecided at a point where the solve has begun before.
func (r *run) startOver() Status {
	kept := r.effort
	r.linear.release(&r.view)
	r.forget()
	status, _ := r.begin(r.goal.tolerance)
	r.effort = kept
	return status
}

// alone runs the stages of one method from the current point.
func (r *run) alone(ctx context.Context, stages []stage) (Status, error) {
	_, status, err := r.check(ctx)
	if status == undecided {
		status, err = r.runStages(ctx, stages)
	}
	return r.settled(status, err)
}

// settled is the status that a solve ended with if that decides it, Optimal if the certificate says so, or undecided.
func (r *run) settled(status Status, err error) (Status, error) {
	switch status {
	case Optimal, Unbounded, Canceled:
		return status, err
	}
	r.refresh()
	if r.certify().within(r.goal.tolerance) {
		return Optimal, nil
	}
	return undecided, nil
}
