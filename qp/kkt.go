package qp

import (
	"math"

	"ridge/mat"
)

// residual is max |P(x − ∇f) − x| for an x inside the bounds. It is evaluated as
// the shorter one of the way along −∇f and the way to the bound: x − ∇f would lose
// a gradient that is small against x. A NaN or an infinite element of the gradient gives
// NaN: what has overflowed proves nothing, not even at a bound.
func residual(x, grad, lower, upper []float64) float64 {
	worst := 0.0
	for i, d := range grad {
		if d-d != 0 {
			return math.NaN()
		}
		worst = max(worst, min(d, x[i]-lower[i]), min(-d, upper[i]-x[i])) // one of the two is ≤ 0
	}
	return worst
}

// residualScale is what a relative residual is relative to: max |g| or, where
// there is no g, max |H·P(0)|, the size of the gradient at the point of the box
// next to 0. A nil bound is infinite.
func residualScale[T mat.Float](h mat.Dense[T], g, lower, upper []T) float64 {
	if m := float64(mat.AbsMax(g)); m > 0 {
		return m
	}
	largest := 0.0
	for i := range h.Rows {
		s := 0.0
		for j, v := range h.Row(i) {
			s += float64(v) * nearestToZero(lower, upper, j)
		}
		largest = max(largest, math.Abs(s))
	}
	if largest > 0 && !math.IsInf(largest, 1) {
		return largest
	}
	return 1
}

func nearestToZero[T mat.Float](lower, upper []T, j int) float64 {
	x := 0.0
	if lower != nil {
		x = max(x, float64(lower[j]))
	}
	if upper != nil {
		x = min(x, float64(upper[j]))
	}
	return x
}

// objective is ½xᵀHx + gᵀx from the gradient Hx + g.
func objective(x, grad, g []float64) float64 {
	s := 0.0
	for i, v := range x {
		s += v * (grad[i] + g[i])
	}
	return s / 2
}

// dualityGap is f(x) minus the dual objective of the multipliers that x shows,
//
//	λᵢ = max(0, ∇f(x)ᵢ) for a lower bound,   μᵢ = max(0, −∇f(x)ᵢ) for an upper bound,
//
// which is Σ λᵢ(xᵢ − lᵢ) + μᵢ(uᵢ − xᵢ). There is no multiplier for an infinite bound;
// what it would have to balance is left to the residual.
func dualityGap(x, grad, lower, upper []float64) float64 {
	gap := 0.0
	for i, d := range grad {
		room := x[i] - lower[i]
		if d < 0 {
			room = upper[i] - x[i]
		}
		if !math.IsInf(room, 1) {
			gap += math.Abs(d) * room
		}
	}
	return gap
}

// rise is f(x) − f(y) = (x − y)ᵀ(∇f(x) + ∇f(y))/2, exact for a quadratic and free
// of the cancellation in the difference of two objectives.
func rise(x, gradX, y, gradY []float64) float64 {
	s := 0.0
	for i, v := range x {
		s += (v - y[i]) * (gradX[i] + gradY[i])
	}
	return s / 2
}

// countBounds counts the variables at a bound, those with l = u as lower.
func countBounds(x, lower, upper []float64) (atLower, atUpper int) {
	for i, v := range x { // without branches, which could not be predicted
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
