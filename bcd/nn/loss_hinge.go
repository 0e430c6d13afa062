package nn

import (
	"math"
	"math/rand/v2"

	"ridge/mat"
)

// Hinge is the squared hinge ½Σ_k max(0, 1 − y_k o_k)², with y_k = 1 for the sample's class and −1
// for the others. It is a [BoxLoss]: outputs beyond their target satisfy it.
type Hinge[T mat.Float] struct{}

// Name is "hinge".
func (Hinge[T]) Name() string { return "hinge" }

// Title is "squared hinge loss".
func (Hinge[T]) Title() string { return "squared hinge loss" }

// Targets writes 1 and −1.
func (Hinge[T]) Targets(y []T, label int) { oneHot(y, label, -1) }

// Value implements [Loss].
func (Hinge[T]) Value(o, y []T) float64 {
	sameOutputs(len(o), len(y))
	var sum float64
	for k, v := range o {
		if r := 1 - float64(y[k])*float64(v); !(r <= 0) { // NaN counts
			sum += r * r
		}
	}
	return sum / 2
}

// Slope implements [Loss].
func (Hinge[T]) Slope(d, o, y []T, scale float64) {
	sameOutputs(len(o), len(y))
	sameOutputs(len(o), len(d))
	d, y = d[:len(o)], y[:len(o)]
	for k, v := range o {
		t := float64(y[k])
		r := 1 - t*float64(v)
		if r <= 0 { // max, which looks at NaN and the sign of 0 as well, takes longer
			r = 0
		}
		d[k] = T(-scale * t * r)
	}
}

// Slack implements [BoxLoss].
func (Hinge[T]) Slack(y T) (lower, upper T) {
	inf := T(math.Inf(1))
	if y > 0 {
		return 0, inf
	}
	return -inf, 0
}

// DrawCurvature implements [CurvedLoss]: outputs that do not satisfy their target have curvature 1, the others 0.
func (Hinge[T]) DrawCurvature(d, o, y []T, rng *rand.Rand) {
	sameOutputs(len(o), len(d))
	sameOutputs(len(o), len(y))
	for k, v := range o {
		d[k] = drawSign[T](rng)
		if y[k]*v >= 1 {
			d[k] = 0
		}
	}
}
