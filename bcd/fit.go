package bcd

import (
	"ridge/bcd/nn"
	"ridge/mat"
)

// fit is a convex function of a pre-activation or output z that draws it towards a
// target t. Its second derivative in z is at most 1, so that with the quadratic of
// curvature 1 in its place no step overshoots: the majorization behind the W and V
// steps. Its derivative at z = 0 is −t for every target that occurs.
//
// Each function takes rows of the same length.
type fit[T mat.Float] struct {
	value func(z, t []T) float64 // Σ f(zᵢ, tᵢ)
	slope func(d, z, t []T)      // dᵢ = ∂f/∂z(zᵢ, tᵢ); d may be z
}

// squareFit is ½(z − t)²: tikhonov's φ with t = u.
func squareFit[T mat.Float]() fit[T] { return outputFit[T](nn.Squared[T]{}) }

// fenchelFit is fenchel's φ with t = u ≥ 0, written as ½(u − max(0, z))² + u·max(0, −z), in which nothing cancels.
func fenchelFit[T mat.Float]() fit[T] {
	return fit[T]{
		value: func(z, t []T) float64 {
			var sum float64
			for i, v := range z {
				u, forward := float64(t[i]), max(0, float64(v))
				r := u - forward
				sum += r*r/2 + u*(forward-float64(v)) // no branch on the sign of z, which can't be predicted
			}
			return sum
		},
		slope: func(d, z, t []T) {
			for i, v := range z {
				d[i] = max(0, v) - t[i]
			}
		},
	}
}

// hiddenFit is φ as a function of z.
func hiddenFit[T mat.Float](o Objective) fit[T] {
	if o == Tikhonov {
		return squareFit[T]()
	}
	return fenchelFit[T]()
}

// outputFit is ℓ as a function of o.
func outputFit[T mat.Float](loss nn.Loss[T]) fit[T] {
	return fit[T]{
		value: loss.Value,
		slope: func(d, z, t []T) { loss.Slope(d, z, t, 1) },
	}
}
