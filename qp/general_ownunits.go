package qp

import "math"

// The natural units of general problems are those of the largest slopes and distances. Where the scaling of nearly
// parallel rows makes the units of some variables so small that their slopes vanish beside those of others, such a
// variable is measured by its own numbers: a slope relative to its terms, and a distance relative to x and the bound.

// ownRounding is the fraction of the largest slope below which the elements of g may be rounding errors, which have no
// own unit.
const ownRounding = 0x1p-46

// hasOwn reports whether the element of g of variable j is no rounding error beside the steepest slope.
func (p *program) hasOwn(j int, steepest float64) bool {
	return math.Abs(p.g[j]) > ownRounding*steepest
}

// ownSlope returns the slope d of variable j relative to the largest of its terms' magnitudes.
func (p *program) ownSlope(v iterate, j int, d float64) float64 {
	terms := math.Abs(p.g[j])
	if p.quadratic() {
		p.h.each(j, func(k int, h float64) { terms = max(terms, math.Abs(h*v.x[k])) })
	}
	return math.Abs(d) / max(terms, p.a.largestTerm(j, v.y))
}

// ownRoom returns how far x is from the bound that the slope d of variable j points to: relative to x and the bound or,
// if that is less, what it matters to f, relative to the size of f.
func (p *program) ownRoom(v iterate, j int, d, size float64) float64 {
	bound := sideOf(d).of(p.lower[j], p.upper[j])
	room := math.Abs(v.x[j] - bound)
	if room == 0 {
		return 0
	}
	if math.IsInf(room, 0) {
		return room
	}
	return min(room/max(math.Abs(v.x[j]), math.Abs(bound)), relative(math.Abs(d)*room, size))
}

// ownDual is the largest slope, relative to the variable's own terms, of a variable that is not at the bound by its own
// measure. d are the slopes.
func (p *program) ownDual(v iterate, d []float64, steepest, size float64) (worst float64) {
	for j, s := range d {
		if !p.hasOwn(j, steepest) || math.Abs(s) <= worst*math.Abs(p.g[j]) || p.lower[j] == p.upper[j] {
			continue
		}
		if room := p.ownRoom(v, j, s, size); room > worst { // before the slope, which takes a whole column
			worst = max(worst, min(room, p.ownSlope(v, j, s)))
		}
	}
	return worst
}

// presses returns a function that reports whether variable j with the slope d has a multiplier. A variable whose
// element of g may be a rounding error has none by its own measure, unless its distance from the bound is within the
// tolerance.
func (p *program) presses(v iterate, tolerance float64) func(j int, d float64) bool {
	steepest, _ := p.sizeOf(v)
	size := p.sizeOfTerms(v)
	return func(j int, d float64) bool {
		room := sideOf(d).room(v.x[j], p.lower[j], p.upper[j])
		if room <= math.Abs(d) || d == 0 {
			return room <= math.Abs(d)
		}
		own := p.ownRoom(v, j, d, size)
		return own <= p.ownSlope(v, j, d) && (own <= tolerance || p.hasOwn(j, steepest))
	}
}

// sizeOfTerms is the sum of the magnitudes of the terms of f, and of its dual.
func (p *program) sizeOfTerms(v iterate) float64 {
	size := p.moved
	for j, x := range v.x {
		size += math.Abs(p.g[j] * x)
		if p.quadratic() {
			size += p.curvature(j) * x * x / 2
		}
	}
	for i, y := range v.y {
		k := p.n() + i
		if bound := sideOf(y).of(p.lower[k], p.upper[k]); y != 0 && !math.IsInf(bound, 0) {
			size += math.Abs(y * bound)
		}
	}
	return size
}
