package qp

import (
	"context"
	"math"
	"slices"

	"ridge/mat"
)

// run is the solution of one problem: the problem, the current x, the goal, the budget, and what
// the methods share. Each method moves x downhill, and may leave the rest to the next method.
type run struct {
	view
	constants
	origin
	position
	goal   goal
	budget budget
	effort effort
	last   Method // the current method
	before before

	factor  freeFactor
	step    step
	methods [methodCount]method // allocated at first use
}

// constants holds what depends only on H.
type constants struct {
	curvature natural
	linear    linear
	spectrum  spectrum
}

// origin is the point where a solve began, inside the bounds, and ∇f there.
type origin struct{ start, startGrad []float64 }

// position is the current point of a solve, inside the bounds.
type position struct {
	x, grad     []float64
	fresh       bool        // grad was computed from x, not updated
	certificate Certificate // the last one that was measured
}

// goal says when to stop.
type goal struct {
	tolerance float64
	scale     scale
	aim       float64 // the target residual; it is lowered if the gap is still too large
	progress  progress
}

// step is a move of some variables.
type step struct {
	free  []int     // the variables that may move
	dir   []float64 // a direction, zero outside of free
	curve []float64 // H·dir
}

// before holds what the last problem has left.
type before struct {
	solved    bool      // x is the answer to another problem
	g         []float64 // of that problem
	continued bool      // this solve starts from that answer
	near      bool      // continued, or the existing factor is that of the free variables
}

func newRun(h mat.Dense[float64], curvature natural, spread float64) *run {
	n := h.Rows
	next := vectors(13, n)
	r := &run{
		view:      view{h: h, g: next(), lower: next(), upper: next(), units: natural{next(), next()}},
		constants: constants{curvature, newLinear(curvature), spectrum{spread: spread}},
		origin:    origin{next(), next()},
		position:  position{x: next(), grad: next()},
		step:      step{free: make([]int, 0, n), dir: next(), curve: next()},
	}
	r.before.g, r.withFixed = next(), next()
	r.factor.effort = &r.effort
	return r
}

// undecided is returned by a method that leaves the problem to the next one.
const undecided Status = 0

// solve moves from start towards the solution and leaves the best point found in x. The status has
// not been checked against a certificate.
func (r *run) solve(ctx context.Context, tolerance float64) (Status, error) {
	status, err := r.solveByStages(ctx, tolerance)
	if r.mayFollow(status) {
		return r.follow(ctx, status)
	}
	return status, err
}

// solveByStages is solve by the methods that are chosen by the problem, one after the other.
func (r *run) solveByStages(ctx context.Context, tolerance float64) (Status, error) {
	if status, err := r.begin(tolerance); status != undecided {
		return status, err
	}
	return r.runAllStages(ctx)
}

// runAllStages is solveByStages from the current point.
func (r *run) runAllStages(ctx context.Context) (Status, error) {
	if _, status, err := r.check(ctx); status != undecided {
		return status, err
	}
	r.before.near = r.before.continued || r.factored()
	for _, next := range []func() []stage{r.firstStages, r.pivotingStages, r.fallbackStages} {
		if status, err := r.runStages(ctx, next()); status != undecided {
			return status, err
		}
	}
	return IterationLimit, nil
}

// runStages runs stages until one of them decides.
func (r *run) runStages(ctx context.Context, stages []stage) (Status, error) {
	for _, s := range stages {
		r.enter(s)
		if status, err := r.use(s.method).solve(ctx, r); status != undecided {
			return status, err
		}
	}
	return undecided, nil
}

// begin evaluates the starting point.
func (r *run) begin(tolerance float64) (Status, error) {
	r.before.continued = r.before.solved && slices.Equal(r.x, r.start)
	copy(r.x, r.start)
	if !r.before.continued || !r.update() {
		r.refresh()
	}
	copy(r.startGrad, r.grad)
	copy(r.before.g, r.g)
	r.before.solved = true
	r.effort = effort{}
	r.factor.border.refused, r.factor.singular = false, false
	r.forgetFailedExchanges()
	r.last = Auto
	if notFinite(r.grad) >= 0 {
		r.before.solved = false
		i := mat.Iamax(r.x)
		return InvalidInput, refusedEntry(onlyProblem, "x", i, r.x[i], "makes Hx + g overflow")
	}
	unbounded := r.linear.settle(&r.view, r.x)
	r.aimFor(tolerance)
	if unbounded >= 0 {
		return Unbounded, &UnboundedError{Problem: onlyProblem, Ray: r.view.ray(unbounded)}
	}
	return undecided, nil
}

// update adds the change of g to the gradient at the last answer, and reports whether that will do: not if the last g
// was so much larger that its rounding errors matter beside this one, or if the sum overflows.
func (r *run) update() bool {
	const larger = 4
	now, was := 0.0, 0.0
	for i, v := range r.g {
		r.grad[i] += v - r.before.g[i]
		if r.fixed(i) { // its slope matters to nothing, however large it is
			continue
		}
		inverse := r.curvature.inverse[i]
		now, was = max(now, math.Abs(v)*inverse), max(was, math.Abs(r.before.g[i])*inverse)
	}
	for _, i := range r.linear.variables {
		r.grad[i] = r.g[i]
	}
	r.fresh = false
	return was <= larger*now && notFinite(r.grad) < 0
}

// aimFor sets the units and the goal, which is relative to the point next to 0. If that point is a
// solution and the starting point is not, it becomes the starting point.
func (r *run) aimFor(tolerance float64) {
	p, grad := r.step.dir, r.step.curve
	if r.pointNextToZero(p) {
		copy(grad, r.g)
	} else {
		r.gradient(p, grad)
	}
	r.units.copyFrom(r.curvature)
	scale, solution := scaleAt(p, grad, r.g, r.lower, r.upper, r.units)
	if !(scale.slope <= math.MaxFloat64) { // overflow
		scale, _ = scaleAt(r.x, r.grad, r.g, r.lower, r.upper, r.units)
	}
	r.linear.setUnits(&r.view, scale.slope)
	if solution && r.residual(r.x, r.grad) > 0 {
		copy(r.x, p)
		copy(r.grad, grad)
		r.fresh = true
	}
	r.goal = goal{tolerance: tolerance, scale: scale, progress: progress{best: math.Inf(1)}}
	r.goal.aim = r.aim()
}

// aim is the target residual for a tolerance.
func (r *run) aim() float64 {
	aim := r.goal.tolerance * r.goal.scale.slope
	if r.narrow() { // x will be rounded
		aim /= 2
	}
	return aim
}

// check measures the residual at x, and reports whether to end. If the residual has reached its
// target but the certificate has not, the target is lowered.
func (r *run) check(ctx context.Context) (kkt float64, status Status, err error) {
	kkt = r.residual(r.x, r.grad)
	for kkt <= r.goal.aim {
		switch {
		case !r.fresh:
			kkt = r.measure()
			continue
		case r.certify().within(r.goal.tolerance):
			return kkt, Optimal, nil
		case kkt == 0, r.rounded(kkt): // it may be 0 where a distance or a slope underflows
			return kkt, PrecisionLimit, nil
		}
		r.goal.aim = kkt / 8
	}
	limited := r.goal.progress.stalled(kkt) && r.rounded(kkt)
	if limited && !r.fresh {
		kkt = r.measure()
	}
	if limited && r.rounded(kkt) {
		return kkt, PrecisionLimit, nil
	}
	status, err = r.mayGoOn(ctx)
	return kkt, status, err
}

// rounded reports whether the residual kkt consists of rounding errors, and no remaining slope is
// larger. (A residual may also be small because a bound is near to which x can still move.)
func (r *run) rounded(kkt float64) bool {
	if kkt > r.maxRounding(r.x) {
		return false
	}
	rounding := r.roundingError(r.x)
	if kkt > rounding {
		return false
	}
	for i, d := range r.grad {
		if toward(d, r.x[i]-r.lower[i], r.upper[i]-r.x[i]) > 0 && math.Abs(d)*r.units.inverse[i] > rounding {
			return false
		}
	}
	return true
}

// certify measures the certificate of x, in which the variables that the methods hold count as all others.
func (r *run) certify() Certificate {
	if r.linear.fixed {
		r.linear.exchange(&r.view)
		defer r.linear.exchange(&r.view)
	}
	r.certificate = point{x: r.x, grad: r.grad, g: r.g, lower: r.lower, upper: r.upper,
		units: r.units, curvature: r.curvature.e, atZero: r.atZero}.certify(r.goal.scale)
	return r.certificate
}

// measure computes the residual at x from a freshly computed gradient.
func (r *run) measure() float64 {
	r.refresh()
	return r.residual(r.x, r.grad)
}

func (r *run) refresh() {
	r.gradient(r.x, r.grad)
	r.fresh = true
}

func (r *run) atBound(i int) bool {
	return r.x[i] <= r.lower[i] || r.x[i] >= r.upper[i]
}

// factored reports whether the variables between their bounds are those of the factor.
func (r *run) factored() bool {
	free := 0
	for i := range r.x {
		if !r.atBound(i) {
			free++
		}
	}
	if free == 0 || free != len(r.factor.order) {
		return false
	}
	for _, i := range r.factor.order {
		if r.atBound(i) {
			return false
		}
	}
	return true
}

// forget drops everything that the last solve has left.
func (r *run) forget() {
	r.factor.forget()
	r.before.solved = false
}

// progress watches the residual, which need not fall with every step. If it has not halved for
// several steps, the caller must check whether it can.
type progress struct {
	best  float64
	since int
}

func (s *progress) stalled(kkt float64) bool {
	if kkt <= s.best/2 {
		s.best, s.since = kkt, 0
		return false
	}
	s.since++
	return s.since > 3
}
