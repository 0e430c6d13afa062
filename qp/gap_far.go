package qp

import (
	"math"

	"ridge/mat"
)

// Far out, along directions in which f hardly changes, the terms of f are far larger than f, and a gap that is small
// relative to them may be larger than f itself. There the gap of a problem with bounds only is relative to f, and to
// what its terms are where the problem is (see farTerms). general_gap_far.go does the same with general constraints.

// nearBound is how far from the point next to 0 a bound may be, in natural units and relative to the scale of slopes,
// to say where the problem is. One that is farther may stand for "none".
const nearBound = 0x1p20

// far is the gap of a point that may be far out: relative to m.size or, if the terms of f are larger than farTerms
// times |f|, s.fall and what they are up to the bounds, to that, if it makes the gap larger. Then all parts of the gap
// count by their magnitudes, and so do the rounding errors of the terms.
func (p point) far(m measured, s scale) (gap float64) {
	gap = relative(math.Abs(m.gap)+m.fall, m.size)
	f, terms := p.terms()
	if most := farTerms * (math.Abs(f) + s.fall); terms <= most {
		return gap
	}
	data, lost := p.data(s)
	most := farTerms * (math.Abs(f) + s.fall + data)
	if terms <= most || most == 0 {
		return gap
	}
	return max(gap, relative(math.Abs(m.gap)+m.fall+lost+0x1p-52*terms, most))
}

// slopesAtZero returns the slopes where all variables but the fixed ones are 0, in buffer, or nil if they are g.
func slopesAtZero(h mat.Dense[float64], g, lower, upper, buffer []float64) (slopes []float64) {
	for i, l := range lower {
		if l != upper[i] || l == 0 || h.At(i, i) == 0 {
			continue
		}
		if slopes == nil {
			slopes = buffer
			copy(slopes, g)
		}
		mat.Axpy(l, h.Row(i), slopes)
	}
	return slopes
}

// linear is the linear term of the variables that are not fixed.
func (p point) linear() []float64 {
	if p.atZero != nil {
		return p.atZero
	}
	return p.g
}

// terms returns f but for a constant, which fixed variables may add, and the sum of the magnitudes of its terms, as far
// as they do not depend on pairs of variables.
func (p point) terms() (f, terms float64) {
	n := len(p.grad)
	x, g, lower, upper, root := p.x[:n], p.linear()[:n], p.lower[:n], p.upper[:n], p.curvature[:n]
	for i, d := range p.grad {
		if lower[i] == upper[i] {
			continue
		}
		v := x[i] * root[i]
		f += x[i] * (d + g[i])
		terms += math.Abs(g[i]*x[i]) + v*v/2
	}
	return f / 2, terms
}

// data returns the terms of f at x, but at most as far out as the bounds, and the sum of the products of a slope with
// how far x may move along it, if that is no farther than from the other side of those bounds.
func (p point) data(s scale) (terms, lost float64) {
	g := p.linear()
	for i, d := range p.grad {
		l, u, x := p.lower[i], p.upper[i], math.Abs(p.x[i])
		if l == u {
			continue
		}
		origin := min(max(0, l), u)
		distance := math.Abs(origin)
		for _, b := range [2]float64{l, u} {
			if math.Abs(b-origin)*p.units.e[i] <= nearBound*s.slope {
				distance = max(distance, math.Abs(b))
			}
		}
		near := min(x, distance)
		v := near * p.curvature[i]
		terms += math.Abs(g[i])*near + v*v/2
		lost += math.Abs(d) * min(toward(d, p.x[i]-l, u-p.x[i]), x+near)
	}
	return terms, lost
}
