package qp

import (
	"math"
	"slices"

	"ridge/mat"
)

// Each variable that depends on those of a factor has a direction without curvature, along which it can move: the
// variables of the factor move with it, so that their slopes do not change. newton slides along the steepest of these
// directions.

// steepestDependent returns the dependent variable with the largest slope, in natural units, that does not press it
// against its bound, or −1.
func (r *run) steepestDependent() (variable int) {
	variable, slope := -1, 0.0
	for _, i := range r.factor.dependent {
		if s := math.Abs(r.grad[i]) * r.units.inverse[i]; s > slope && !r.pressed(i) {
			variable, slope = i, s
		}
	}
	return variable
}

// pressed reports whether variable i is at a bound that its slope points to.
func (r *run) pressed(i int) bool {
	return r.x[i] <= r.lower[i] && r.grad[i] >= 0 || r.x[i] >= r.upper[i] && r.grad[i] <= 0
}

// flatten sets the step to the direction without curvature of a dependent variable.
func (r *run) flatten(variable int) {
	r.factor.flat(&r.view, variable, r.step.dir)
	r.multiply(r.step.dir, r.step.curve)
}

// flat sets d to the direction along which f has no curvature: 1 for the dependent variable j,
// −(LLᵀ)⁻¹h for the variables of l, and 0 for all others.
func (f *freeFactor) flat(v *view, j int, d []float64) {
	clear(d)
	y, row := f.right[:len(f.order)], v.h.Row(j)
	for a, i := range f.order {
		y[a] = row[i]
	}
	mat.PotrsRight(mat.Lower, f.leading(), mat.DenseOf(1, len(y), y), 1)
	for a, i := range f.order {
		d[i] = -y[a]
	}
	d[j] = 1
	v.dropNoise(d)
}

// flatNoise bounds the error of an element of a direction without curvature, relative to its longest
// element: rounding errors, amplified by the condition of the rows before.
const flatNoise = 1e-12

// dropNoise zeroes the elements of d that may be rounding errors of zero. Otherwise such an element
// could end a step at a bound to which d does not lead, or hide that d leads to no bound.
func (v *view) dropNoise(d []float64) {
	least := flatNoise * v.longest(d)
	for i, e := range d {
		if math.Abs(e)*v.units.e[i] < least {
			d[i] = 0
		}
	}
}

// downhill gives dir, along which there is no curvature, the sign with which f falls, and reports
// whether it falls. A slope too small for a multiplier to be measured counts as none. So does a
// slope that does not come from g: if there is really no curvature, Hx does not contribute. unit is
// the unit of the dependent variable.
func (r *run) downhill(unit float64) bool {
	slope := mat.Dot(r.grad, r.step.dir)
	sum := 0.0
	for i, d := range r.step.dir {
		sum += math.Abs(d) * r.units.e[i]
	}
	if math.Abs(slope) <= max(r.goal.aim/2*unit, r.roundingError(r.x)*sum) {
		return false
	}
	if slope > 0 {
		mat.Scal(-1, r.step.dir)
		mat.Scal(-1, r.step.curve)
	}
	return r.falls() || mat.Dot(r.step.dir, r.step.curve) > 0
}

// falls reports whether gᵀdir is negative by more than the rounding of g explains. If g is a sum,
// as in least squares, its error is the precision times the largest gᵢ in natural units. In a
// narrow type, dir is hardly more accurate.
func (r *run) falls() bool {
	slope, sum, largest := 0.0, 0.0, 0.0
	for i, d := range r.step.dir {
		slope += r.g[i] * d
		sum += math.Abs(d) * r.units.e[i]
		largest = max(largest, math.Abs(r.g[i])*r.units.inverse[i])
	}
	precision := singularPivot * float64(len(r.g)) * r.precision
	if r.narrow() {
		precision = max(precision, math.Sqrt(r.precision))
	}
	return slope < -precision*sum*largest
}

// provenToFall reports whether gᵀdir is negative by more than what dir owes to the condition of the factor that it was
// solved for with.
func (r *run) provenToFall() bool {
	slope, size := 0.0, 0.0
	for i, d := range r.step.dir {
		slope += r.g[i] * d
		size += math.Abs(r.g[i] * d)
	}
	return slope < -provenShare*size
}

// firstBound returns the distance of the first bound along dir, and its variable, or +Inf and −1.
func (r *run) firstBound() (alpha float64, variable int) {
	alpha, variable = math.Inf(1), -1
	for i, d := range r.step.dir {
		if end := stepToBound(r.x[i], d, r.lower[i], r.upper[i]); end <= alpha && !math.IsInf(end, 1) {
			alpha, variable = end, i
		}
	}
	return alpha, variable
}

// lowestBefore is firstBound, but where f is lowest on the way to that bound: nearer, with no variable at its bound, if
// there is some curvature after all.
func (r *run) lowestBefore(bound float64, variable int) (alpha float64, stop int) {
	curvature := mat.Dot(r.step.dir, r.step.curve)
	if curvature > r.curvatureError(r.step.dir, roundoff[float64]()) || !r.falls() {
		if a := -mat.Dot(r.grad, r.step.dir) / curvature; a < bound {
			return a, -1
		}
	}
	return bound, variable
}

// fallsForever returns what follows from neither a bound nor a minimum along dir: that there is no minimum, if it is
// proven that f falls.
func (r *run) fallsForever() (Status, error) {
	switch {
	case r.boundAhead():
		return IterationLimit, nil // it is out of range
	case !r.provenToFall():
		return PrecisionLimit, nil
	}
	return Unbounded, &UnboundedError{Problem: onlyProblem, Ray: r.flatRay()}
}

// boundAhead reports whether there is a bound along dir, however far.
func (r *run) boundAhead() bool {
	for i, d := range r.step.dir {
		if d != 0 && !math.IsInf(sideAhead(d).of(r.lower[i], r.upper[i]), 0) {
			return true
		}
	}
	return false
}

// flatRay returns dir, scaled so that its largest element is ±1.
func (r *run) flatRay() []float64 {
	ray := slices.Clone(r.step.dir)
	divideByLargest(ray)
	return ray
}
