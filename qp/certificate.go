package qp

import "math"

// Certificate says how far x is from a solution, by the Karush–Kuhn–Tucker conditions. All of it
// is measured in float64 on the x that is returned, after it was rounded to T, and is
// relative: no choice of units changes it, neither that of a variable, nor that of a
// constraint, nor that of the objective. [Optimal] means that none of the four is above
// [Options.Tolerance]. All are NaN where a gradient overflows, and +Inf where nothing was
// measured (see [Canceled]).
//
// # Natural units
//
// Distances and slopes of different variables are compared in their natural units, in which H
// has a unit diagonal: with eᵢ = √hᵢᵢ, a distance is eᵢ·|Δxᵢ| and a slope |∂f/∂xᵢ|/eᵢ. Both are in
// units of √f: a slope of s is made zero by moving the variable, alone, by the distance s. A
// variable with hᵢᵢ = 0 takes the unit from its slope; see docs/qp.md.
//
// # Multipliers
//
// A variable presses against a bound if its slope, in natural units, points there and is at
// least as large as its distance from there. It then has the multiplier of that bound, which
// is |∂f/∂xᵢ|; others have none.
type Certificate struct {
	// Primal is the largest violation of a constraint. That of a bound is in natural units, in
	// units of Scale: it is 0, as x is always inside. That of a row a of A, c_l ≤ aᵀx ≤ c_u, is
	// in units of Σ|aⱼxⱼ| + |c|, c being the side that is violated.
	Primal float64
	// Dual is the largest slope that no multiplier balances, in units of Scale.
	Dual float64
	// Complementarity is the largest distance of a variable from the bound whose multiplier it
	// has, in units of Scale. For a row with the multiplier y it is the smaller one of its
	// distance from its bound c, in units of Σ|aⱼxⱼ| + |c|, and of |y|(Σ|aⱼxⱼ| + |c|), in
	// units of what Gap is relative to.
	Complementarity float64
	// Gap is the relative duality gap: the absolute difference of f(x) and the dual objective
	// of the multipliers, divided by ½xᵀHx + Σ|gᵢxᵢ| + Σ λᵢ|cᵢ|, the last sum being over
	// all multipliers and the bounds that they belong to.
	Gap float64
}

// KKT is the largest of Primal, Dual and Complementarity.
func (c Certificate) KKT() float64 { return max(c.Primal, c.Dual, c.Complementarity) }

// within says that x is optimal, to the tolerance.
func (c Certificate) within(tolerance float64) bool {
	return c.KKT() <= tolerance && c.Gap <= tolerance // false for NaN
}

// worst takes the larger one of each.
func (c Certificate) worst(d Certificate) Certificate {
	return Certificate{max(c.Primal, d.Primal), max(c.Dual, d.Dual), max(c.Complementarity, d.Complementarity), max(c.Gap, d.Gap)}
}

// unmeasured is the certificate of a point at which nothing was measured.
func unmeasured() Certificate {
	inf := math.Inf(1)
	return Certificate{inf, inf, inf, inf}
}

// overflowed is the certificate of a point whose gradient is not finite.
func overflowed() Certificate {
	nan := math.NaN()
	return Certificate{nan, nan, nan, nan}
}

// point is a point with all that its certificate takes.
type point struct {
	x            []float64
	grad         []float64 // the slopes: Hx + g or, with general constraints, Hx + g − Aᵀy
	g            []float64
	lower, upper []float64
	unit         []float64 // eᵢ
	rows         *rowPoint // nil where there are no general constraints
}

// rowPoint is what a point is for the general constraints lower ≤ Ax ≤ upper. The multiplier y is
// positive for a lower bound and negative for an upper one: the rate at which the minimum
// rises with the bound.
type rowPoint struct {
	value, size  []float64 // Ax and |A||x|
	pull         []float64 // Aᵀy
	y            []float64
	lower, upper []float64
}

// certify measures p. A slope and a distance of scale count as 1.
func (p point) certify(scale float64) Certificate {
	var m measured
	for i, d := range p.grad {
		if d-d != 0 { // proves nothing, not even at a bound
			return overflowed()
		}
		m.variable(p.x[i], d, p.lower[i], p.upper[i], p.unit[i])
		hx := d - p.g[i]
		if p.rows != nil {
			hx += p.rows.pull[i]
		}
		m.curved += p.x[i] * hx
		m.size += math.Abs(p.g[i] * p.x[i])
	}
	m.size += math.Abs(m.curved) / 2
	c := Certificate{
		Primal:          relative(m.outside, scale),
		Dual:            relative(m.slope, scale),
		Complementarity: relative(m.distance, scale),
	}
	if r := p.rows; r != nil {
		for i := range r.y {
			m.dualValue(r.y[i], r.value[i], r.side(i))
		}
		for i := range r.y {
			c.Primal = max(c.Primal, r.violation(i))
			c.Complementarity = max(c.Complementarity, r.complementarity(i, m.size))
		}
	}
	c.Gap = relative(math.Abs(m.gap), m.size)
	return c
}

// measured sums up the variables of a point, in natural units.
type measured struct {
	outside, slope, distance float64
	gap, size                float64 // see Certificate.Gap
	curved                   float64 // xᵀHx
}

// variable adds variable x with the slope d. The gap is made of products of a multiplier and
// a distance, and of slopes that are left: f(x) less the dual objective is
// xᵀρ + Σ λᵢ·(distance from the bound), ρ being these slopes.
func (m *measured) variable(x, d, lower, upper, unit float64) {
	room, bound := x-lower, lower
	if d < 0 {
		room, bound = upper-x, upper
	}
	m.outside = max(m.outside, (lower-x)*unit, (x-upper)*unit)
	slope, distance := math.Abs(d)/unit, max(0, room)*unit
	if distance > slope || math.IsInf(bound, 0) {
		m.slope = max(m.slope, slope)
		m.gap += x * d
		return
	}
	m.distance = max(m.distance, distance)
	m.gap += math.Abs(d) * room
	m.size += math.Abs(d * bound)
}

// dualValue adds a row with the multiplier y.
func (m *measured) dualValue(y, value, side float64) {
	if y != 0 {
		m.gap += y * (value - side)
		m.size += math.Abs(y * side)
	}
}

// side is the bound of row i that its multiplier belongs to: an infinite one makes the gap
// infinite, as it should.
func (r *rowPoint) side(i int) float64 {
	if r.y[i] < 0 {
		return r.upper[i]
	}
	return r.lower[i]
}

// violation is how far row i is outside of its bounds.
func (r *rowPoint) violation(i int) float64 {
	outside := func(by, bound float64) float64 {
		if by <= 0 || math.IsInf(bound, 0) {
			return 0
		}
		return by / (r.size[i] + math.Abs(bound))
	}
	v := r.value[i]
	return max(outside(r.lower[i]-v, r.lower[i]), outside(v-r.upper[i], r.upper[i]))
}

// complementarity is how far row i is from its bound, or its multiplier from 0.
func (r *rowPoint) complementarity(i int, objective float64) float64 {
	y, side := math.Abs(r.y[i]), r.side(i)
	if y == 0 {
		return 0
	}
	if math.IsInf(side, 0) {
		return relative(y*r.size[i], objective)
	}
	size := r.size[i] + math.Abs(side)
	return min(relative(math.Abs(r.value[i]-side), size), relative(y*size, objective))
}

// relative is v in units of scale: 0 is 0 in any.
func relative(v, scale float64) float64 {
	if v == 0 {
		return 0
	}
	return v / scale
}
