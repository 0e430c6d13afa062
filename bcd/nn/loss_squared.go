package nn

import (
	"math/rand/v2"

	"ridge/mat"
)

// Squared is ½‖y − o‖², with y_k = 1 for the sample's class and 0 for the others,
// or any numbers in a regression. It is a [BoxLoss] without slack.
type Squared[T mat.Float] struct{}

// Name is "squared".
func (Squared[T]) Name() string { return "squared" }

// Title is "squared loss".
func (Squared[T]) Title() string { return "squared loss" }

// Targets writes 1 and 0.
func (Squared[T]) Targets(y []T, label int) { oneHot(y, label, 0) }

// Value implements [Loss].
func (Squared[T]) Value(o, y []T) float64 {
	sameOutputs(len(o), len(y))
	var sum float64
	for k, v := range o {
		r := float64(v) - float64(y[k])
		sum += r * r
	}
	return sum / 2
}

// Slope implements [Loss].
func (Squared[T]) Slope(d, o, y []T, scale float64) {
	sameOutputs(len(o), len(y))
	sameOutputs(len(o), len(d))
	for k, v := range o {
		d[k] = T(scale * (float64(v) - float64(y[k])))
	}
}

// Slack implements [BoxLoss].
func (Squared[T]) Slack(T) (lower, upper T) { return 0, 0 }

// DrawCurvature implements [CurvedLoss]: the Hessian is the identity.
func (Squared[T]) DrawCurvature(d, _, _ []T, rng *rand.Rand) {
	for k := range d {
		d[k] = drawSign[T](rng)
	}
}

// Numbers implements [NumberLoss].
func (Squared[T]) Numbers() {}
