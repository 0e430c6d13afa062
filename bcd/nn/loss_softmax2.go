package nn

import (
	"math"
	"math/rand/v2"

	"ridge/mat"
)

// DoubleSoftmax is twice the cross-entropy of [Softmax]. The Hessian of that, diag(p) − ppᵀ, has no eigenvalue above ½,
// so that the curvature of this loss is at most 1, which mini-batches of block coordinate descent need: it is a
// [BoundedLoss].
type DoubleSoftmax[T mat.Float] struct{}

// Name is "softmax2".
func (DoubleSoftmax[T]) Name() string { return "softmax2" }

// Title is "twice the softmax cross-entropy".
func (DoubleSoftmax[T]) Title() string { return "twice the softmax cross-entropy" }

// Targets writes 1 and 0.
func (DoubleSoftmax[T]) Targets(y []T, label int) { oneHot(y, label, 0) }

// Value implements [Loss].
func (DoubleSoftmax[T]) Value(o, y []T) float64 { return 2 * Softmax[T]{}.Value(o, y) }

// Slope implements [Loss].
func (DoubleSoftmax[T]) Slope(d, o, y []T, scale float64) { Softmax[T]{}.Slope(d, o, y, 2*scale) }

// MostCurvature implements [BoundedLoss].
func (DoubleSoftmax[T]) MostCurvature() float64 { return 1 }

// DrawCurvature implements [CurvedLoss].
func (DoubleSoftmax[T]) DrawCurvature(d, o, y []T, rng *rand.Rand) {
	Softmax[T]{}.DrawCurvature(d, o, y, rng)
	for k := range d {
		d[k] *= T(math.Sqrt2)
	}
}
