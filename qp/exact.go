package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// solveExactly runs the methods for one problem, in float64, and certifies the
// answer as it is after rounding to T. x is the starting point, inside the bounds
// or not, and receives the solution. A nil bound is infinite.
func solveExactly[T mat.Float](ctx context.Context, p *single, g, lower, upper, x []T, o Options) (Info, error) {
	load(p.g, g)
	loadBound(p.lower, lower, math.Inf(-1))
	loadBound(p.upper, upper, math.Inf(1))
	load(p.start, x)
	mat.Clamp(p.start, p.lower, p.upper)
	scale := residualScale(p.h, p.g, p.lower, p.upper)

	p.target = o.Tolerance * scale
	p.precision, p.limit, p.workers, p.method = roundoff[T](), o.MaxIterations, o.Workers, o.Method
	status, err := p.run(ctx)
	if status == InvalidInput {
		return Info{Status: status}, err
	}

	if rounded := roundTo[T](p.x); rounded || !p.fresh {
		p.refresh()
	}
	if !(rise(p.x, p.grad, p.start, p.startGrad) <= 0) {
		copy(p.x, p.start)
		copy(p.grad, p.startGrad)
		if status == PrecisionLimit && residual(p.x, p.grad, p.lower, p.upper) > p.roundingError() {
			status = IterationLimit
		}
	}
	info := Info{
		Status:         status,
		Method:         p.last,
		Iterations:     p.iterations,
		Factorizations: p.face.factorizations,
		Objective:      objective(p.x, p.grad, p.g),
		KKT:            residual(p.x, p.grad, p.lower, p.upper),
	}
	info.RelativeKKT = relative(info.KKT, scale)
	info.DualityGap = dualityGap(p.x, p.grad, p.lower, p.upper)
	info.AtLower, info.AtUpper = countBounds(p.x, p.lower, p.upper)
	if err == nil {
		info.Status = certified(status, info.KKT, p.target)
	}
	for i, v := range p.x {
		x[i] = T(v)
	}
	return info, err
}

// certified is the status that the measured residual allows to claim.
func certified(claimed Status, kkt, target float64) Status {
	switch {
	case kkt <= target:
		return Optimal
	case claimed == Optimal: // it was, before x was rounded
		return PrecisionLimit
	default:
		return claimed
	}
}

// roundTo rounds x to what T can hold, and says whether T is not float64.
func roundTo[T mat.Float](x []float64) (rounded bool) {
	if _, same := any(x).([]T); same {
		return false
	}
	for i, v := range x {
		x[i] = float64(T(v))
	}
	return true
}

func load[D, S mat.Float](dst []D, src []S) {
	if same, ok := any(src).([]D); ok {
		copy(dst, same)
		return
	}
	for i, v := range src {
		dst[i] = D(v)
	}
}

// loadBound is load, with fill in place of a nil src.
func loadBound[D, S mat.Float](dst []D, src []S, fill D) {
	if src != nil {
		load(dst, src)
		return
	}
	for i := range dst {
		dst[i] = fill
	}
}
