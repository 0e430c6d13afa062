package sgd

import (
	"math"

	"ridge/bcd"
	"ridge/mat"
)

// lossFunc returns the loss of one sample's outputs o and overwrites them with
// scale times its gradient. NaN in o leaves NaN in the loss.
type lossFunc[T mat.Float] func(o []T, label int, scale float64) float64

// lossOf returns the function of the network's loss, or of the softmax.
func lossOf[T mat.Float](l bcd.Loss, softmax bool) lossFunc[T] {
	switch {
	case softmax:
		return crossEntropy[T]
	case l == bcd.Hinge:
		return squaredHinge[T]
	}
	return squared[T]
}

// squared is ½‖y − o‖² with one-hot y.
func squared[T mat.Float](o []T, label int, scale float64) float64 {
	var sum float64
	for k, v := range o {
		r := float64(v)
		if k == label {
			r--
		}
		sum += r * r
		o[k] = T(scale * r)
	}
	return sum / 2
}

// squaredHinge is ½Σ_k max(0, 1 − y_k o_k)², y_k = ±1.
func squaredHinge[T mat.Float](o []T, label int, scale float64) float64 {
	var sum float64
	for k, v := range o {
		y := -1.0
		if k == label {
			y = 1
		}
		r := max(0, 1-y*float64(v))
		sum += r * r
		o[k] = T(-scale * y * r)
	}
	return sum / 2
}

// crossEntropy is −log p_label with p = softmax(o). The largest output is subtracted
// from all of them first, so that no exponential overflows.
func crossEntropy[T mat.Float](o []T, label int, scale float64) float64 {
	largest := float64(o[0])
	for _, v := range o {
		largest = max(largest, float64(v))
	}
	correct := float64(o[label]) - largest
	var sum float64
	for _, v := range o {
		sum += math.Exp(float64(v) - largest)
	}
	for k, v := range o {
		p := math.Exp(float64(v)-largest) / sum
		if k == label {
			p--
		}
		o[k] = T(scale * p)
	}
	return math.Log(sum) - correct
}

// judge returns the sum of the losses of a batch and how many of its samples are
// misclassified, and overwrites the outputs o with the gradient of the mean loss.
func judge[T mat.Float](loss lossFunc[T], o mat.Dense[T], labels []int, batch []int) (sum float64, wrong int) {
	for i, sample := range batch {
		row := o.Row(i)
		if bcd.Argmax(row) != labels[sample] {
			wrong++
		}
		sum += loss(row, labels[sample], 1/float64(len(batch)))
	}
	return sum, wrong
}
