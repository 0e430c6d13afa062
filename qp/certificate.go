package qp

import (
	"math"

	"ridge/mat"
)

// Certificate says how far x is from a solution, by the Karush–Kuhn–Tucker conditions. All of it is
// measured in float64 on the x that is returned, after rounding to T. It is relative: no choice of
// units changes it, neither for a variable, nor for a constraint, nor for the objective. [Optimal]
// means that none of the four numbers exceeds [Options.Tolerance]. All are NaN where a gradient
// overflows or numbers of a [GeneralProblem] are too far apart, and +Inf where nothing was measured
// (see [Canceled]), as for input that is refused.
//
// # Natural units
//
// Distances and slopes of different variables are compared in their natural units, in which H has a
// unit diagonal: with eᵢ = √hᵢᵢ, a distance is eᵢ·|Δxᵢ| and a slope |∂f/∂xᵢ|/eᵢ. Both are in units
// of √f: if a variable has the slope s, moving only that variable by the distance s makes its slope
// zero. A variable with hᵢᵢ = 0 takes its unit from its slope; see docs/qp.md.
//
// Scale and Fall measure how far a solution may be from the point x₀ of the box next to 0. Scale is
// the largest slope there that no bound balances, but at least 2⁻²⁰·max |gᵢ|/eᵢ. Fall is the
// largest decrease of f that moving a single variable from x₀ can achieve.
//
// Fixed variables, whose bounds are equal, are constants: none of these numbers, nor those below,
// counts them, except for Σ|aⱼxⱼ|.
//
// A problem with general constraints ([GeneralSolver]) has other units, because x₀ need not be
// feasible: they make the elements of the rows and columns of H and A about 1. In these units, let
// c be the bound nearest to 0 that is not 0. S is the largest slope: the maximum of |gᵢ|,
// hᵢᵢ·max(|xᵢ|, |c|) and 10⁻³·|yᵢ|. D is the largest distance: the maximum of |xᵢ| and |c|, or S if
// that would be 0. Up to a power of two, all eᵢ are √(S/D) and Scale is √(SD). Fall is 10⁻³·S₀D₀,
// where S₀ and D₀ are what S and D would be if x and y were 0: it depends on the problem alone, so
// that no large x or y hides a gap, and the gap of a solution x = 0 is relative to something.
//
// In least squares ([LeastSquares]), eᵢ is the length of column i of A. Scale is the largest slope
// at x = 0, or the largest difference between the slopes there and at x if that is larger, but at
// least 2⁻²⁰·‖b‖. Where Ax and b consist of rounding errors of the terms of Ax, as Ax does for the
// stationary distribution of a Markov chain, Scale is the size of the terms, Σ eⱼ|xⱼ|. What fixed
// variables add to Ax is subtracted from b here, in rows that have other variables, and is left out
// in rows that have none.
//
// # Multipliers
//
// A variable presses against a bound if its slope, in natural units, points towards the bound and
// is at least as large as its distance from the bound. It then has the multiplier |∂f/∂xᵢ| for that
// bound; other variables have no multiplier. With general constraints, a variable also has it if that
// holds for slope and distance as Dual measures them by the variable's own numbers.
type Certificate struct {
	// Primal is the largest violation of a constraint. The violation of a bound is in natural
	// units, in units of Scale; it is 0, because x is always inside the bounds. The violation of a
	// row a of A, c_l ≤ aᵀx ≤ c_u, is in units of Σ|aⱼxⱼ| + |c|, c being the violated side. A row
	// in which all numbers are rounding errors has a larger unit: if Σ|aⱼxⱼ| and the larger of
	// |c_l| and |c_u| together are at most 2⁻⁵⁰·D·Σ|aⱼ|, and that bound also with the farthest finite
	// bound that does not stand for none in place of D, 2⁻²⁰·D·Σ|aⱼ| is added to the unit. In least
	// squares that is added in every row, with D = max |xⱼ|, x being in units in which the
	// columns of A have a length of about 1.
	Primal float64
	// Dual is the largest slope that no multiplier balances, in units of Scale. With general
	// constraints it is also, where that is larger, the slope of a variable in units of its own
	// largest term, |gⱼ|, |hⱼₖxₖ| or |aᵢⱼyᵢ|, unless |gⱼ| ≤ 2⁻⁴⁶·S, which may be a rounding error. For
	// a variable near the bound that its slope points to, that is at most the distance from it in
	// units of the larger of |xⱼ| and the bound, and at most the product of slope and distance in
	// units of Σ|gᵢxᵢ| + ½Σhᵢᵢxᵢ² + Σ|yᵢcᵢ|.
	Dual float64
	// Complementarity is the largest distance of a variable from the bound whose multiplier it has,
	// in units of Scale. For a row with the multiplier y it is the smaller of two numbers: its
	// distance from its bound c, in units of Σ|aⱼxⱼ| + |c|; and |y|(Σ|aⱼxⱼ| + |c|), in units of the
	// divisor of Gap.
	Complementarity float64
	// Gap is the relative duality gap: the absolute difference of f(x) and the dual objective of
	// the multipliers, plus the sum of ½(∂f/∂xᵢ)²/hᵢᵢ over the variables whose slope is not
	// balanced, which is how much f would fall if each of them moved alone to its minimum. The sum
	// is divided by ½xᵀHx + Σ|gᵢxᵢ| + Σ λᵢ|cᵢ| + Fall, where the last sum is over all multipliers
	// and their bounds. With general constraints the multipliers are left out: ½xᵀHx + Σ|gᵢxᵢ| +
	// Fall. Multipliers need not be unique, and the terms of the dual objective may be far larger
	// than f. Far out, where f hardly changes, its terms may be, too: the divisor is therefore at most
	// 64 times |f| + Σ|gᵢ|dᵢ + ½Σhᵢᵢdᵢ², where dᵢ is how far out the bounds of variable i are, or of
	// its rows in units of their largest elements. If that is less, all parts of the gap are added by
	// their magnitudes, and so are the rounding errors of the terms of f. Only if all of that is 0,
	// as for g = 0 in a linear program, the divisor is as without general constraints. With bounds
	// only, dᵢ is at most |xᵢ|, bounds farther than 2²⁰·Scale from x₀ do not count, and Fall is added:
	// if Σ|gᵢxᵢ| + ½Σhᵢᵢxᵢ² is more than 64 times |f| + Fall + Σ|gᵢ|dᵢ + ½Σhᵢᵢdᵢ², and that is not
	// 0, Gap is also at least the magnitudes and rounding errors, relative to that product; what fixed
	// variables add to the slopes counts as a part of g there, and f is that of the others. In least
	// squares, for ½‖Ax − b‖², the divisor is ½‖Ax‖² + ‖Ax‖·‖b‖ + Σ λᵢ|cᵢ| + 2⁻²⁰·‖b‖², and more by
	// Scale² where Ax and b consist of rounding errors.
	//
	// Where bounds were left out, as they seem to stand for none, Gap is also what a variable without
	// another bound gains up to there, or as far as f falls along it, if its slope is more than an eighth
	// of its own largest term and 2⁻⁸⁰ of the largest |gᵢ|.
	Gap float64
}

// KKT is the largest of Primal, Dual and Complementarity.
func (c Certificate) KKT() float64 { return max(c.Primal, c.Dual, c.Complementarity) }

// worst is the largest number, or NaN if one of them is.
func (c Certificate) worst() float64 { return max(c.KKT(), c.Gap) }

// within reports whether x is optimal, to the tolerance.
func (c Certificate) within(tolerance float64) bool { return c.worst() <= tolerance }

// better reports whether the largest number is smaller than that of d. Every number is smaller than NaN.
func (c Certificate) better(d Certificate) bool {
	worst, other := c.worst(), d.worst()
	return worst < other || math.IsNaN(other) && !math.IsNaN(worst)
}

// finite reports whether the numbers of c, and an objective, are finite.
func (c Certificate) finite(objective float64) bool {
	return 0*objective+0*c.Primal+0*c.Dual+0*c.Complementarity+0*c.Gap == 0 // 0·Inf and 0·NaN are NaN
}

// merge takes the larger value of each field.
func (c Certificate) merge(d Certificate) Certificate {
	return Certificate{max(c.Primal, d.Primal), max(c.Dual, d.Dual), max(c.Complementarity, d.Complementarity),
		max(c.Gap, d.Gap)}
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

// point is a point with everything that its certificate depends on.
type point struct {
	x            []float64
	grad         []float64 // the slopes: Hx + g or, with general constraints, Hx + g − Aᵀy
	g            []float64
	lower, upper []float64
	units        natural
	rows         *rowPoint // nil where there are no general constraints
	curvature    []float64 // √hᵢᵢ, where the gap of bounds only is to be measured far out, too; nil elsewhere
	atZero       []float64 // g and what fixed variables add to it, where that is not g itself and curvature is set
}

// rowPoint is the part of a point for the general constraints lower ≤ Ax ≤ upper. The multiplier y
// is positive for a lower bound and negative for an upper one: it is the rate at which the minimum
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
		if s.gap > 0 {
			m.size = s.gap
		}
		for i := range r.y {
			c.Primal = max(c.Primal, r.violation(i))
			c.Complementarity = max(c.Complementarity, r.complementarity(i, m.size))
		}
	}
	if m.slope-m.slope != 0 { // a slope that has overflowed proves nothing, not even at a bound
		return overflowed()
	}
	if p.curvature != nil {
		c.Gap = p.far(m, s)
	} else {
		c.Gap = relative(math.Abs(m.gap)+m.fall, m.size)
	}
	return c
}

// measured summarizes the variables of a point, in natural units.
type measured struct {
	outside, slope, distance float64
	gap, fall, size          float64 // see Certificate.Gap
	curved                   float64 // xᵀHx
}

// variables summarizes the variables. The gap is a sum of products of a multiplier and a distance,
// and of the remaining slopes: f(x) minus the dual objective is xᵀρ + Σ λᵢ·(distance from the
// bound), ρ being these slopes.
//
// Selections are made by masks, as in toward.
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
		if l == u { // a constant, whatever its value
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

// dualValue adds a row with multiplier y.
func (m *measured) dualValue(y, value, side float64) {
	if y != 0 {
		m.gap += y * (value - side)
		m.size += math.Abs(y * side)
	}
}

// side is the bound of row i to which its multiplier belongs. If it is infinite, the gap becomes
// infinite, as it should.
func (r *rowPoint) side(i int) float64 { return sideOf(r.y[i]).of(r.lower[i], r.upper[i]) }

// violation is the relative violation of the bounds of row i.
func (r *rowPoint) violation(i int) float64 {
	outside := func(by, bound float64) float64 {
		switch {
		case by <= 0:
			return 0
		case !math.IsInf(bound, 0):
			return by / (r.size[i] + math.Abs(bound))
		case math.IsInf(by, 1): // no value meets that bound, which is out of range in the units
			return by
		default:
			return 0
		}
	}
	v := r.value[i]
	return max(outside(r.lower[i]-v, r.lower[i]), outside(v-r.upper[i], r.upper[i]))
}

// complementarity is the relative distance of row i from its bound, or of its multiplier from 0,
// whichever is smaller.
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

// relative is v in units of scale. 0 is 0 in any unit. If scale has overflowed, nothing is small
// relative to it, and the result is NaN.
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
