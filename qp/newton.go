package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// newtonState is what projectedNewton knows between two steps.
type newtonState struct {
	staying bool
	slack   []float64
}

// projectedNewton takes projected Newton steps,
//
//	Hᶠᶠdᶠ = −∇f(x)ᶠ,   x ← P(x + αd),  α the best in [0, 1] (path.go),
//
// where the free set F is one of two:
//
//   - Staying: the variables strictly between their bounds. Either α = 1 is
//     reached with no bound in the way, and x minimizes f on its face; or at least
//     one more variable ends at its bound, since on the first segment the slope is
//     −(1 − α)dᵀHd < 0. So the minimum of a face takes at most n steps.
//   - Releasing, once there: all variables but those at a bound whose multiplier
//     has the right sign. Where xᵢ is at a bound, ∇f(x)ᵢ wants it inside and dᵢ
//     points outside, the projection takes a term ∇f(x)ᵢdᵢ ≥ 0 out of ∇f(x)ᵀd < 0:
//     the path still descends (Bertsekas 1982, Proposition 1).
//
// f falls with every step and a face has one minimum, so that no face is minimized
// twice; there are finitely many. The method ends, whether multipliers vanish at the
// solution or not, and can't cycle. Releasing all the time would often be as
// fast, but can jam: on ill-conditioned problems it takes thousands of short steps.
//
// A step on an unchanged free set reuses its factor, and then is iterative
// refinement.
//
// Where Hᶠᶠ is singular, it has a direction v without curvature. If f has a slope along
// v, the step goes downhill along it to the first bound, and one more variable ends
// there; or there is no bound, and f none either. If f has no slope, the last variable
// of v is held, at the price of an iteration: the others reach the same value. Along v nothing
// is projected, so that it must not point out of the box: where variables are being
// released, only one of them is.
func (p *single) projectedNewton(ctx context.Context) (Status, error) {
	if p.newton.slack == nil {
		p.newton.slack = make([]float64, len(p.x))
	}
	p.newton.staying = false
	for {
		_, status, err := p.look(ctx)
		if status != undecided {
			return status, err
		}
		p.iterations++
		if status, err := p.newtonStep(ctx); status != undecided {
			return status, err
		}
	}
}

func (p *single) newtonStep(ctx context.Context) (Status, error) {
	p.chooseFree()
	for !p.face.factor(p.h, p.free, p.newton.slack, p.workers) {
		if p.releaseOne() {
			continue
		}
		p.face.flat(p.h, p.dir)
		p.multiply(p.dir, p.curve)
		if p.indefinite() {
			return NotPositiveDefinite, &NotPositiveDefiniteError{Problem: onlyProblem, Variable: p.face.stuck}
		}
		if p.downhill() {
			return p.slide()
		}
		p.hold(p.face.stuck)
		if status, err := p.mayGoOn(ctx); status != undecided {
			return status, err
		}
		p.iterations++
	}
	clear(p.dir)
	p.face.solve(p.grad, p.dir) // dir is dᶠ = −(Hᶠᶠ)⁻¹∇f(x)ᶠ
	p.multiply(p.dir, p.curve)
	if p.indefinite() {
		return NotPositiveDefinite, &NotPositiveDefiniteError{Problem: onlyProblem, Variable: -1}
	}
	p.newton.staying = !p.walk() // x + d is the minimum of its face
	return undecided, nil
}

// chooseFree lists the variables that the next step may move. A variable at a
// bound is released only where that matters for the residual to reach.
func (p *single) chooseFree() {
	p.free = p.free[:0]
	for i, d := range p.grad {
		held := p.atBound(i)
		if held && !p.newton.staying {
			below, above := p.x[i] <= p.lower[i], p.x[i] >= p.upper[i]
			held = below && d >= -p.target || above && d <= p.target
		}
		if !held {
			p.free = append(p.free, i)
			p.newton.slack[i] = p.room(i, p.x[i])
		}
	}
}

// releaseOne leaves only one of the variables at a bound free, the one with the
// largest multiplier, and says whether there were more.
func (p *single) releaseOne() bool {
	best, released := -1, 0
	for _, i := range p.free {
		if p.atBound(i) {
			released++
			if best < 0 || math.Abs(p.grad[i]) > math.Abs(p.grad[best]) {
				best = i
			}
		}
	}
	if released <= 1 {
		return false
	}
	kept := p.free[:0]
	for _, i := range p.free {
		if i == best || !p.atBound(i) {
			kept = append(kept, i)
		}
	}
	p.free = kept
	return true
}

// indefinite says that f curves down along dir, by more than H was rounded.
func (p *single) indefinite() bool {
	curvature := mat.Dot(p.dir, p.curve)
	return curvature < 0 && curvature < -curvatureError(p.h, p.dir, p.precision)
}

// downhill turns dir, along which there is no curvature, to where f falls, and says
// whether it does. A slope that no multiplier would be measured to have counts as none,
// and so does one that is not in g: if there is really no curvature, Hx is no part of it.
func (p *single) downhill() bool {
	slope := mat.Dot(p.grad, p.dir)
	if math.Abs(slope) <= max(p.target/2, p.roundingError()*mat.Asum(p.dir)) {
		return false
	}
	if slope > 0 {
		mat.Scal(-1, p.dir)
		mat.Scal(-1, p.curve)
	}
	return p.falls() || mat.Dot(p.dir, p.curve) > 0
}

// falls says that gᵀdir is negative, and not by rounding.
func (p *single) falls() bool {
	slope, sum := 0.0, 0.0
	for i, d := range p.dir {
		slope += p.g[i] * d
		sum += math.Abs(p.g[i] * d)
	}
	return slope < -singularPivot*float64(len(p.g))*roundoff[float64]()*sum
}

// slide moves along dir to the lowest point: the first bound, or nearer, if there is
// some curvature after all. If there is neither, f has no minimum.
func (p *single) slide() (Status, error) {
	curvature := mat.Dot(p.dir, p.curve)
	alpha := math.Inf(1)
	if curvature > curvatureError(p.h, p.dir, roundoff[float64]()) || !p.falls() {
		alpha = -mat.Dot(p.grad, p.dir) / curvature
	}
	stop := -1
	for i, d := range p.dir {
		end := math.Inf(1)
		if d < 0 {
			end = (p.lower[i] - p.x[i]) / d
		} else if d > 0 {
			end = (p.upper[i] - p.x[i]) / d
		}
		if end <= alpha && !math.IsInf(end, 1) {
			alpha, stop = end, i
		}
	}
	if math.IsInf(alpha, 1) {
		return Unbounded, &UnboundedError{Problem: onlyProblem, Ray: p.ray()}
	}
	mat.Axpy(alpha, p.dir, p.x)
	mat.Clamp(p.x, p.lower, p.upper)
	if stop >= 0 {
		p.x[stop] = p.lower[stop]
		if p.dir[stop] > 0 {
			p.x[stop] = p.upper[stop]
		}
	}
	p.refresh()
	if notFinite(p.grad) >= 0 {
		return IterationLimit, nil
	}
	p.newton.staying = true
	return undecided, nil
}

// ray returns dir with its largest element at ±1.
func (p *single) ray() []float64 {
	ray := append([]float64(nil), p.dir...)
	largest := mat.AbsMax(ray)
	for i := range ray {
		ray[i] /= largest
	}
	return ray
}

// hold takes a variable out of the free ones.
func (p *single) hold(variable int) {
	kept := p.free[:0]
	for _, i := range p.free {
		if i != variable {
			kept = append(kept, i)
		}
	}
	p.free = kept
}
