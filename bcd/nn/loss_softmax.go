package nn

import (
	"math"
	"math/rand/v2"

	"ridge/mat"
)

// Softmax is the cross-entropy −Σ_k y_k log p_k with p = softmax(o), and y_k = 1 for the sample's class and 0 for the
// others. It is not a [BoxLoss]: gradient methods can train for it, block coordinate descent can't, which has
// [DoubleSoftmax].
type Softmax[T mat.Float] struct{}

// Name is "softmax".
func (Softmax[T]) Name() string { return "softmax" }

// Title is "softmax cross-entropy".
func (Softmax[T]) Title() string { return "softmax cross-entropy" }

// Targets writes 1 and 0.
func (Softmax[T]) Targets(y []T, label int) { oneHot(y, label, 0) }

// Value implements [Loss]. The largest output is subtracted from all of them first, so that no
// exponential overflows.
func (Softmax[T]) Value(o, y []T) float64 {
	sameOutputs(len(o), len(y))
	largest, sum := exponentials(o)
	var correct float64
	for k, v := range y {
		if v != 0 {
			correct += float64(v) * (float64(o[k]) - largest)
		}
	}
	return math.Log(sum) - correct
}

// Slope implements [Loss].
func (Softmax[T]) Slope(d, o, y []T, scale float64) {
	sameOutputs(len(o), len(y))
	sameOutputs(len(o), len(d))
	largest, sum := exponentials(o)
	for k, v := range o {
		p := math.Exp(float64(v)-largest) / sum
		d[k] = T(scale * (p - float64(y[k])))
	}
}

// DrawCurvature implements [CurvedLoss]: the Hessian diag(p) − ppᵀ is the covariance of the one-hot vector of a class
// drawn from p.
func (Softmax[T]) DrawCurvature(d, o, _ []T, rng *rand.Rand) {
	sameOutputs(len(o), len(d))
	largest, sum := exponentials(o)
	left := rng.Float64()
	drawn := -1
	for k, v := range o {
		p := math.Exp(float64(v)-largest) / sum
		d[k] = T(p)
		if left -= p; left < 0 && drawn < 0 {
			drawn = k
		}
	}
	if drawn < 0 { // rounding
		drawn = len(d) - 1
	}
	d[drawn]--
}

// exponentials returns max o and Σ exp(o − max o).
func exponentials[T mat.Float](o []T) (largest, sum float64) {
	if len(o) == 0 {
		panic("nn: the softmax of no outputs")
	}
	largest = float64(o[0])
	for _, v := range o {
		largest = max(largest, float64(v))
	}
	for _, v := range o {
		sum += math.Exp(float64(v) - largest)
	}
	return largest, sum
}
