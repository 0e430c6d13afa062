package qp

import (
	"math"

	"ridge/mat"
)

// natural are the natural units of the variables (see Certificate).
type natural struct {
	e, inverse []float64 // √hᵢᵢ and 1/√hᵢᵢ; 0 for a variable without curvature
}

func newNatural(n int) natural {
	next := vectors(2, n)
	return natural{next(), next()}
}

// curvatureUnits returns the natural units for H.
func curvatureUnits[T mat.Float](h mat.Dense[T]) natural {
	u := newNatural(h.Rows)
	for i := range u.e {
		u.set(i, math.Sqrt(float64(h.At(i, i))))
	}
	return u
}

func (u natural) set(i int, e float64) {
	u.e[i], u.inverse[i] = e, 0
	if e > 0 {
		u.inverse[i] = 1 / e
	}
}

func (u natural) copyFrom(v natural) {
	copy(u.e, v.e)
	copy(u.inverse, v.inverse)
}

// scale holds the units of a certificate.
type scale struct {
	slope, fall float64
	gap         float64 // what the gap is relative to; if 0, the terms of f and of the multipliers, and fall
}

// unit is the number by which slopes and steps are multiplied where products of both, as in f, would underflow: a power
// of two, and 1 for slopes that are not extremely small.
func (s scale) unit() float64 {
	const small = 0x1p-400
	if !(s.slope > 0 && s.slope < small) {
		return 1
	}
	return math.Ldexp(1, min(-exponent(s.slope), 1000))
}

// leastScale is the smallest scale of slopes, as a fraction of max |gᵢ|/eᵢ. If the point next to 0
// is a solution up to rounding errors, the slopes there are too small to divide by.
const leastScale = 0x1p-20

// scaleAt returns the scale from the point next to 0, x, and the gradient there. solution reports
// whether x is a solution. Variables without a unit do not count.
func scaleAt(x, grad, g, lower, upper []float64, u natural) (s scale, solution bool) {
	n := len(grad)
	x, g, lower, upper = x[:n], g[:n], lower[:n], upper[:n]
	unit, inverse := u.e[:n], u.inverse[:n]
	largest, floor, fall := 0.0, 0.0, 0.0
	for i, d := range grad {
		if d-d != 0 {
			return scale{slope: math.NaN(), fall: math.NaN()}, false
		}
		away, slope := toward(d, x[i]-lower[i], upper[i]-x[i])*unit[i], math.Abs(d)*inverse[i]
		if v := math.Abs(g[i]) * inverse[i]; v > floor && lower[i] != upper[i] {
			floor = v
		}
		move := smaller(slope, away)
		if f := move * (slope - move/2); f > fall {
			fall = f
		}
		if slope > largest && away > 0 { // not blocked by a bound
			largest = slope
		}
	}
	return scale{slope: max(largest, leastScale*floor), fall: fall}, largest == 0
}

// residual is the KKT residual at x, which must be inside the bounds, in natural units: the largest
// value over all variables of the smaller of the slope and the distance from the bound that the
// slope points to. If an element of the gradient is NaN or infinite, the result is NaN: a slope
// that has overflowed proves nothing, not even at a bound.
func residual(x, grad, lower, upper []float64, u natural) float64 {
	n := len(grad)
	x, lower, upper = x[:n], lower[:n], upper[:n]
	unit, inverse := u.e[:n], u.inverse[:n]
	worst := 0.0
	for i, d := range grad {
		if d-d != 0 {
			return math.NaN()
		}
		// The smaller of the slope and the distance to the bound that it points to. |P(x − d) − x|
		// would lose a slope that is small relative to x.
		away := toward(d, x[i]-lower[i], upper[i]-x[i]) * unit[i]
		if v := smaller(math.Abs(d)*inverse[i], away); v > worst {
			worst = v
		}
	}
	return worst
}

// toward is the distance to the bound that a slope of d points to. It is selected by the sign bit,
// because a branch would be unpredictable.
func toward(d, below, above float64) float64 {
	return either(signOf(d), below, above)
}

// signOf is all ones for a negative number, and 0 otherwise.
func signOf(d float64) uint64 { return uint64(int64(math.Float64bits(d)) >> 63) }

// either is a if the mask is 0, and b if it is all ones.
func either(mask uint64, a, b float64) float64 {
	bits := math.Float64bits(a)
	return math.Float64frombits(bits ^ (bits^math.Float64bits(b))&mask)
}

// smaller is the smaller of two numbers that are not negative, computed without a branch. −0, the distance of 0 from a
// bound of −0, becomes 0.
func smaller(a, b float64) float64 {
	return math.Float64frombits(min(math.Float64bits(a+0), math.Float64bits(b+0)))
}
