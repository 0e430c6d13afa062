package qp

import (
	"math"

	"ridge/mat"
)

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
// Scale and Fall tell how far there is to go from the point of the box next to 0, x₀: Scale is the
// largest slope there that no bound balances, but no less than 2⁻²⁰·max |gᵢ|/eᵢ, and Fall the most that f
// falls by if one variable moves, alone, from there.
//
// Fixed variables, whose bounds are equal, are constants: none of these numbers, nor those below, counts them, but for
// Σ|aⱼxⱼ|.
//
// A problem with general constraints ([GeneralSolver]) has other units, as x₀ need not be feasible:
// those in which the rows and columns of H and A all have elements of about 1. In these, let c be
// the bound that is nearest to 0 and not 0, S the largest slope, the maximum of |gᵢ|, hᵢᵢ·max(|xᵢ|, |c|)
// and 10⁻³·|yᵢ|, and D the largest distance, the maximum of |xᵢ| and |c|. All eᵢ are √(S/D) and Scale is
// √(SD), but for a power of two. Fall is 10⁻³·SD, so that the gap of a solution x = 0 has something
// that it may be small against. Where D would be 0, it is S.
//
// In least squares ([LeastSquares]), eᵢ is the length of column i of A, and Scale the largest
// slope at x = 0, or the largest difference between one there and at x, but no less than 2⁻²⁰·‖b‖.
//
// # Multipliers
//
// A variable presses against a bound if its slope, in natural units, points there and is at
// least as large as its distance from there. It then has the multiplier of that bound, which
// is |∂f/∂xᵢ|; others have none.
type Certificate struct {
	// Primal is the largest violation of a constraint. That of a bound is in natural units, in
	// units of Scale: it is 0, as x is always inside. That of a row a of A, c_l ≤ aᵀx ≤ c_u, is
	// in units of Σ|aⱼxⱼ| + |c|, c being the side that is violated. A row in which all numbers are rounding errors is
	// measured more generously: where Σ|aⱼxⱼ| and the larger of |c_l| and |c_u| together are no more than 2⁻⁵⁰·D·Σ|aⱼ|,
	// 2⁻²⁰·D·Σ|aⱼ| is added to the unit. In least squares it is added in every row, with D = max |xⱼ|, x being in units in
	// which the columns of A have a length of about 1.
	Primal float64
	// Dual is the largest slope that no multiplier balances, in units of Scale.
	Dual float64
	// Complementarity is the largest distance of a variable from the bound whose multiplier it
	// has, in units of Scale. For a row with the multiplier y it is the smaller one of its
	// distance from its bound c, in units of Σ|aⱼxⱼ| + |c|, and of |y|(Σ|aⱼxⱼ| + |c|), in
	// units of what Gap is relative to.
	Complementarity float64
	// Gap is the relative duality gap: the absolute difference of f(x) and the dual objective
	// of the multipliers, and what f would fall by if each variable whose slope is not balanced
	// moved to where it is, alone: ½(∂f/∂xᵢ)²/hᵢᵢ. The sum is divided by
	// ½xᵀHx + Σ|gᵢxᵢ| + Σ λᵢ|cᵢ| + Fall, the last sum being over all multipliers and the bounds
	// that they belong to. With general constraints Fall is 10⁻³ times the largest slope times the largest
	// distance, as above. In least squares, for ½‖Ax − b‖², the difference is divided by
	// ½‖Ax‖² + ‖Ax‖·‖b‖ + Σ λᵢ|cᵢ| + 2⁻²⁰·‖b‖².
	Gap float64
}

// KKT is the largest of Primal, Dual and Complementarity.
func (c Certificate) KKT() float64 { return max(c.Primal, c.Dual, c.Complementarity) }

// within reports whether x is optimal, to the tolerance.
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
	units        natural
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

// certify measures p in units of s.
func (p point) certify(s scale) Certificate {
	m := p.variables()
	m.size += math.Abs(m.curved)/2 + s.fall
	c := Certificate{
		Primal:          relative(m.outside, s.slope),
		Dual:            relative(m.slope, s.slope),
		Complementarity: relative(m.distance, s.slope),
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
	if m.slope-m.slope != 0 { // what has overflowed proves nothing, not even at a bound
		return overflowed()
	}
	c.Gap = relative(math.Abs(m.gap)+m.fall, m.size)
	return c
}

// measured sums up the variables of a point, in natural units.
type measured struct {
	outside, slope, distance float64
	gap, fall, size          float64 // see Certificate.Gap
	curved                   float64 // xᵀHx
}

// variables sums up the variables. The gap is made of products of a multiplier and
// a distance, and of slopes that are left: f(x) less the dual objective is
// xᵀρ + Σ λᵢ·(distance from the bound), ρ being these slopes.
//
// Choices are made by masks, as in toward.
func (p point) variables() (m measured) {
	n := len(p.grad)
	x, g, lower, upper, unit, inverse := p.x[:n], p.g[:n], p.lower[:n], p.upper[:n], p.units.e[:n], p.units.inverse[:n]
	var outside, slope, distance, gap, fall, size, curved float64
	for i, d := range p.grad {
		if d-d != 0 {
			return measured{slope: math.NaN()}
		}
		l, u := lower[i], upper[i]
		below, above, up := x[i]-l, u-x[i], signOf(d)
		if below < 0 || above < 0 {
			outside = max(outside, -below*unit[i], -above*unit[i])
		}
		room, bound := either(up, below, above), either(up, l, u)
		if l == u { // a constant, however large
			continue
		}
		away, steep := room*unit[i], math.Abs(d)*inverse[i]
		presses := signOf(away - steep)
		if away == steep {
			presses = math.MaxUint64
		}
		near, left := either(presses, 0, away), either(presses, steep, 0)
		if left > slope {
			slope = left
		}
		if near > distance {
			distance = near
		}
		gap += either(presses, x[i]*d, math.Abs(d)*room)
		fall += left * left
		size += either(presses, 0, math.Abs(d*bound)) + math.Abs(g[i]*x[i])
		curved += x[i] * (d - g[i])
	}
	if p.rows != nil {
		curved += mat.Dot(x, p.rows.pull)
	}
	return measured{outside, slope, distance, gap, fall / 2, size, curved}
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

// relative is v in units of scale: 0 is 0 in any. Beside a scale that has overflowed nothing is
// small: it is NaN.
func relative(v, scale float64) float64 {
	switch {
	case v == 0:
		return 0
	case math.IsInf(scale, 1):
		return math.NaN()
	default:
		return v / scale
	}
}
