package qp

import (
	"math"

	"ridge/mat"
)

// objective is ½xᵀHx + gᵀx from the gradient Hx + g.
func objective(x, grad, g []float64) float64 {
	s := 0.0
	for i, v := range x {
		s += v * (grad[i] + g[i])
	}
	return s / 2
}

// rise is f(x) − f(y) = (x − y)ᵀ(∇f(x) + ∇f(y))/2. It is exact for a quadratic, and avoids the
// cancellation in the difference of two objectives.
func rise(x, gradX, y, gradY []float64) float64 {
	s := 0.0
	for i, v := range x {
		s += (v - y[i]) * (gradX[i] + gradY[i])
	}
	return s / 2
}

// riseIn is rise, multiplied by the square of unit, a power of two (see scale.unit).
func riseIn(unit float64, x, gradX, y, gradY []float64) float64 {
	if unit == 1 {
		return rise(x, gradX, y, gradY)
	}
	s := 0.0
	for i, v := range x {
		s += (v - y[i]) * unit * ((gradX[i] + gradY[i]) * unit)
	}
	return s / 2
}

// countBounds counts the variables at each bound; those with l = u count as lower.
func countBounds(x, lower, upper []float64) (atLower, atUpper int) {
	for i, v := range x { // without branches, which would be unpredictable
		below, above := 0, 0
		if v <= lower[i] {
			below = 1
		}
		if v >= upper[i] {
			above = 1
		}
		atLower += below
		atUpper += above &^ below
	}
	return atLower, atUpper
}

// clampTo projects x on the bounds. A nil bound is infinite.
func clampTo[T mat.Float](x, lower, upper []T) {
	for j := range x {
		if lower != nil {
			x[j] = max(x[j], lower[j])
		}
		if upper != nil {
			x[j] = min(x[j], upper[j])
		}
	}
}

// directionTimes returns v with element i multiplied by 2 to the power of exponents[i], and then all of them by the
// number that makes the largest one ±1. The powers may be out of range.
func directionTimes(v []float64, exponents []int) []float64 {
	largest, d := math.MinInt, make([]float64, len(v))
	for i, k := range exponents {
		if v[i] != 0 {
			largest = max(largest, exponent(v[i])+k)
		}
	}
	for i, k := range exponents {
		d[i] = math.Ldexp(v[i], k-largest)
	}
	divideByLargest(d)
	return d
}

// divideByLargest divides v by its largest magnitude.
func divideByLargest(v []float64) {
	largest := mat.AbsMax(v)
	for i := range v {
		v[i] /= largest
	}
}

// roundTo rounds x to T, and reports whether T is not float64.
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
