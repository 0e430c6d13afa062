package bcd

import (
	"math"

	"ridge/bcd/nn"
	"ridge/mat"
)

// dot is Σ xᵢyᵢ in float64.
func dot[T mat.Float](x, y []T) float64 {
	var sum float64
	for i, v := range x {
		sum += float64(v) * float64(y[i])
	}
	return sum
}

// squaredDistance is ‖a − b‖².
func squaredDistance[T mat.Float](a, b mat.Dense[T]) float64 {
	var sum float64
	for i := range a.Rows {
		bi := b.Row(i)
		for j, v := range a.Row(i) {
			d := float64(v) - float64(bi[j])
			sum += d * d
		}
	}
	return sum
}

// absMax is max |mᵢⱼ|, NaN if there is one.
func absMax[T mat.Float](m mat.Dense[T]) float64 {
	var largest T
	for i := range m.Rows {
		largest = max(largest, mat.AbsMax(m.Row(i)))
	}
	return float64(largest)
}

// epsilon is the distance from 1 to the next number of type T.
func epsilon[T mat.Float]() T {
	if mat.IsFloat32[T]() {
		return 0x1p-23
	}
	return 0x1p-52
}

// meanOfNonzero is the mean of |w| over the weights that are not zero, without the biases: 0
// if there are none.
func meanOfNonzero[T mat.Float](w mat.Dense[T]) float64 {
	nonzero, _ := nn.CountNonzero(w)
	return absoluteSum(w) / float64(max(nonzero, 1))
}

// absoluteSum is Σ |w| without the biases.
func absoluteSum[T mat.Float](w mat.Dense[T]) float64 {
	var sum float64
	for i := range w.Rows {
		for _, v := range w.Row(i)[:w.Cols-1] {
			sum += math.Abs(float64(v))
		}
	}
	return sum
}

// sumSquares is Σ m².
func sumSquares[T mat.Float](m mat.Dense[T]) float64 {
	var sum float64
	for i := range m.Rows {
		for _, v := range m.Row(i) {
			sum += float64(v) * float64(v)
		}
	}
	return sum
}

// distance is ‖w − w'‖/‖w'‖ of the vectors of all weights, biases too, w' being those of from, a
// network of the same shape.
func distance[T mat.Float](n, from *nn.Network[T]) float64 {
	change, norm := squaredDistance(n.V, from.V), sumSquares(from.V)
	for i, l := range n.Layers {
		change += squaredDistance(l.W, from.Layers[i].W)
		norm += sumSquares(from.Layers[i].W)
	}
	return math.Sqrt(change / max(norm, math.SmallestNonzeroFloat64))
}

// squaredNorm is Σ w² without the biases.
func squaredNorm[T mat.Float](w mat.Dense[T]) float64 {
	var sum float64
	for i := range w.Rows {
		for _, v := range w.Row(i)[:w.Cols-1] {
			sum += float64(v) * float64(v)
		}
	}
	return sum
}

// finite reports whether x is neither NaN nor Inf.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// absoluteSumOf is Σ |w| over all weights but the biases.
func absoluteSumOf[T mat.Float](n *nn.Network[T]) float64 {
	sum := absoluteSum(n.V)
	for _, l := range n.Layers {
		sum += absoluteSum(l.W)
	}
	return sum
}
