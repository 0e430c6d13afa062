package qp

import (
	"cmp"
	"slices"

	"ridge/mat"
)

// path is the workspace of a search along P(x + αd), a piecewise linear path: at each breakpoint
// one more variable reaches its bound and stays there.
type path struct {
	breaks    []breakpoint
	direction []float64 // d, without the variables that have reached their bounds
	base      []float64 // see along
}

type breakpoint struct {
	alpha float64
	index int
}

// minimize moves x to the lowest point of f on the path, and reports whether that is x + d with no
// bound in the way.
func (p *path) minimize(r *run) (whole bool) {
	p.findBreaks(r)
	if len(p.breaks) == 0 {
		mat.Axpy(1, r.step.dir, r.x)
		mat.Clamp(r.x, r.lower, r.upper) // x + d may be rounded beyond a bound
		mat.Axpy(1, r.step.curve, r.grad)
		r.fresh = false
		return true
	}
	alpha := p.along(r)
	for _, i := range r.step.free {
		r.x[i] = min(max(r.x[i]+alpha*r.step.dir[i], r.lower[i]), r.upper[i])
	}
	for _, b := range p.breaks { // x + α·d may be rounded to just before the bound
		if b.alpha > alpha {
			break
		}
		r.x[b.index] = sideAhead(r.step.dir[b.index]).of(r.lower[b.index], r.upper[b.index])
	}
	r.refresh()
	return false
}

// findBreaks lists the breakpoints in [0, 1), in order.
func (p *path) findBreaks(r *run) {
	breaks := p.breaks[:0]
	for _, i := range r.step.free {
		if alpha := stepToBound(r.x[i], r.step.dir[i], r.lower[i], r.upper[i]); alpha < 1 {
			breaks = append(breaks, breakpoint{alpha, i})
		}
	}
	slices.SortFunc(breaks, func(a, b breakpoint) int {
		return cmp.Or(cmp.Compare(a.alpha, b.alpha), cmp.Compare(a.index, b.index))
	})
	p.breaks = breaks
}

// along returns the α in [0, 1] with the lowest f on the path. On a segment, d is the direction of
// the variables that still move, after variables k have reached their bounds at αₖ, and
//
//	∇f = base + αHd,   base = ∇f(x) + Σₖ αₖdₖH₍ₖ₎,
//
// f is a parabola in α of slope ∇fᵀd and curvature dᵀHd. On the first segment, its minimum is at α
// = 1, beyond the segment. Rounding may place the minimum inside if a variable reaches its bound
// just before 1; then the variable would approach its bound with every step, and never reach it. So
// the first segment's minimum is ignored. A breakpoint costs four passes over a row of H. curve is
// Hd, and is overwritten. All is in units in which f does not underflow.
func (p *path) along(r *run) float64 {
	d, base, curve := p.direction, p.base, r.step.curve
	copy(d, r.step.dir)
	copy(base, r.grad)
	if unit := r.goal.scale.unit(); unit != 1 {
		for _, v := range [][]float64{d, base, curve} {
			mat.Scal(unit, v)
		}
	}
	var alpha, value, best, lowest float64
	for k := 0; ; k++ {
		end := 1.0
		if k < len(p.breaks) {
			end = p.breaks[k].alpha
		}
		if length := end - alpha; length > 0 {
			curvature := mat.Dot(curve, d)
			slope := mat.Dot(base, d) + alpha*curvature
			if inner := -slope / curvature; k > 0 && slope < 0 && inner < length {
				if v := value + slope*inner/2; v < lowest {
					best, lowest = alpha+inner, v
				}
			}
			value += length * (slope + length*curvature/2)
			alpha = end
			if value < lowest {
				best, lowest = alpha, value
			}
		}
		if k == len(p.breaks) {
			return best
		}
		i := p.breaks[k].index
		mat.Axpy(alpha*d[i], r.h.Row(i), base)
		mat.Axpy(-d[i], r.h.Row(i), curve)
		d[i] = 0
	}
}
