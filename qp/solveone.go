package qp

import (
	"context"
	"math"
	"slices"

	"ridge/mat"
)

// solveExactly runs the methods for one problem in float64, and certifies the answer after rounding
// to T. x is the starting point, inside the bounds or not, and receives the solution. A nil bound
// is infinite. The error is nil if and only if the status is Optimal.
func solveExactly[T mat.Float](ctx context.Context, r *run, g, lower, upper, x []T, o Options) (Info, error) {
	load(r.g, g)
	loadBound(r.lower, lower, math.Inf(-1))
	loadBound(r.upper, upper, math.Inf(1))
	load(r.start, x)
	mat.Clamp(r.start, r.lower, r.upper)
	r.atZero = slopesAtZero(r.h, r.g, r.lower, r.upper, r.withFixed)
	r.precision, r.workers = roundoff[T](), o.Workers
	r.budget = budget{method: o.Method, limit: o.MaxIterations}
	status, err := r.solve(ctx, o.Tolerance)
	r.linear.release(&r.view)
	if status == InvalidInput {
		clear(r.grad) // no slope of it is a multiplier
		return unmeasuredInfo(status), err
	}
	status, err = judge[T](ctx, r, status, err, o.Tolerance)
	info := r.info(status)
	if err == nil {
		info.Status = info.certified(status, o.Tolerance)
		err = statusError(info, o.Tolerance)
	}
	for i, v := range r.x {
		x[i] = T(v)
	}
	return info, err
}

// judge makes r.x the answer, rounded to T, and measures it. The methods have ended there with the given status and
// error. Unless that is an error, the way there may show that there is no minimum.
func judge[T mat.Float](ctx context.Context, r *run, status Status, err error, tolerance float64) (Status, error) {
	exact, status, moved := finish[T](r, status)
	if err == nil {
		status, err = r.lacksMinimum(exact, status)
	}
	if moved || status != Optimal { // otherwise the last certificate is that of x
		r.certify()
	}
	if err == nil && status == Optimal && r.narrow() && !r.certificate.within(tolerance) {
		r.roundWell(ctx, exact, tolerance)
	}
	return status, err
}

// info describes the answer.
func (r *run) info(status Status) Info {
	info := Info{
		Status:         status,
		Method:         r.last,
		Iterations:     r.effort.iterations,
		Factorizations: r.effort.factorizations,
		Objective:      objective(r.x, r.grad, r.g),
		Certificate:    r.certificate,
	}
	info.AtLower, info.AtUpper = countBounds(r.x, r.lower, r.upper)
	return info
}

// finish makes r.x the answer: x rounded to T, with the gradient there, or the starting point if f
// is not lower at x or T can't represent x. It reports whether x has changed. exact is what x was; its
// memory is r.step.dir.
func finish[T mat.Float](r *run, status Status) (exact []float64, _ Status, moved bool) {
	exact = r.step.dir
	copy(exact, r.x)
	rounded := roundTo[T](r.x)
	if rounded || !r.fresh {
		r.refresh()
	}
	outOfRange := notFinite(r.x) >= 0 || notFinite(r.grad) >= 0
	if !outOfRange && rise(r.x, r.grad, r.start, r.startGrad) <= 0 {
		return exact, status, rounded
	}
	if r.before.continued { // startGrad was not computed from the starting point
		r.gradient(r.start, r.startGrad)
		if !outOfRange && rise(r.x, r.grad, r.start, r.startGrad) <= 0 {
			return exact, status, rounded
		}
	}
	copy(r.x, r.start)
	copy(r.grad, r.startGrad)
	r.fresh = true
	switch {
	case outOfRange && status <= Canceled:
		return exact, OutOfRange, true
	case status == PrecisionLimit && r.residual(r.x, r.grad) > r.roundingError(r.x):
		return exact, IterationLimit, true
	default:
		return exact, status, true
	}
}

// lacksMinimum returns the error that the way from the starting point shows, if it shows one. exact is where the
// methods ended.
func (r *run) lacksMinimum(exact []float64, status Status) (Status, error) {
	switch {
	case r.concave():
		return Indefinite, &IndefiniteError{Problem: onlyProblem, Variable: -1}
	case (status == IterationLimit || status == OutOfRange) && r.endsOnARay(exact):
		return Unbounded, &UnboundedError{Problem: onlyProblem, Ray: r.flatRay()}
	}
	return status, nil
}

// concave reports whether f curves downwards from the starting point to x, by more than the
// rounding of H explains. Other directions are not checked.
func (r *run) concave() bool {
	curvature, length := 0.0, 0.0
	for i, x := range r.x {
		d := x - r.start[i]
		curvature += d * (r.grad[i] - r.startGrad[i])
		length += math.Abs(d) * r.units.e[i]
	}
	if !(curvature < 0) {
		return false
	}
	// The gradients are sums of terms that may be larger than the difference of the gradients.
	rounding := r.roundingError(r.x) + r.roundingError(r.start)
	return curvature < -singularPivot*(float64(len(r.x))*r.precision*length*length+rounding*length)
}

// endsOnARay reports whether the way from the starting point to where the methods ended, exact, or the way back is a
// direction in which f falls for ever, up to rounding errors of float64. An H of low rank that was rounded to float32
// curves down a little in directions that methods take for flat, and they end far out. The direction is left in
// r.step.dir, without the variables that have a bound there.
func (r *run) endsOnARay(exact []float64) bool {
	way := slices.Clone(exact)
	mat.Axpy(-1, r.start, way)
	largest := mat.AbsMax(way)
	if !(largest > 0) || math.IsInf(largest, 1) {
		return false
	}
	for _, unit := range []float64{largest, -largest} {
		for i, d := range way {
			r.step.dir[i] = d / unit
			if !math.IsInf(sideAhead(d/unit).of(r.lower[i], r.upper[i]), 0) {
				r.step.dir[i] = 0
			}
		}
		r.multiply(r.step.dir, r.step.curve)
		curvature := mat.Dot(r.step.dir, r.step.curve)
		if curvature <= r.curvatureError(r.step.dir, roundoff[float64]()) && r.falls() && r.provenToFall() {
			return true
		}
	}
	return false
}

// certified is the status that the measured objective and certificate justify.
func (i Info) certified(claimed Status, tolerance float64) Status {
	measured := i.finite(i.Objective)
	switch {
	case measured && i.within(tolerance):
		return Optimal
	case !measured && claimed <= IterationLimit:
		return OutOfRange
	case claimed == Optimal: // it was optimal before x was rounded
		return PrecisionLimit
	default:
		return claimed
	}
}

// statusError is the error that belongs to the result i.
func statusError(i Info, tolerance float64) error {
	if i.Status == Optimal {
		return nil
	}
	return &StatusError{Problem: onlyProblem, Status: i.Status, Certificate: i.Certificate, Tolerance: tolerance}
}
