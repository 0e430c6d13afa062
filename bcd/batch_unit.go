package bcd

import (
	"fmt"
	"math"
	"slices"

	"ridge/bcd/internal/rows"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// centring is how the training sees inputs: less their mean, and in their unit.
type centring[T mat.Float] struct {
	mean []T
	unit unit[T]
}

// newCentring measures the inputs of a network. total is the number of samples over all processes.
func newCentring[T mat.Float](x mat.Dense[T], net *nn.Network[T], total float64, w mat.Workers,
	add *train.Adder) (centring[T], error) {
	mean := inputMean(net)
	u, err := newUnit(x, mean, total, w, add)
	return centring[T]{mean, u}, err
}

// inputMean is what is subtracted from the inputs of a network: zeros if it has no mean.
func inputMean[T mat.Float](net *nn.Network[T]) []T {
	if net.Mean == nil {
		return make([]T, net.Inputs)
	}
	return net.Mean
}

// apply writes a row of inputs to dst, as the training sees them. Meanwhile next is fetched into the cache: see
// [vec.ScaledDifference].
func (c centring[T]) apply(dst, x, next []T) {
	vec.ScaledDifference(dst, c.unit.shrink, x, c.mean, next)
}

// unit is what the inputs are measured in: the root of their mean square, over all samples and
// columns, after centring. The training sees x/unit, so that no number of it depends on what the
// caller measures in: inputs that are c times as large give the same training, to the bit if c is a
// power of two and nothing is subnormal, and to rounding if not. The weights that read the input are
// divided by the unit on their way out.
//
// A power of two near the root would round nothing, but the training would then depend on c by how
// far the two are apart.
type unit[T mat.Float] struct {
	length float64
	shrink T // 1/length
}

// newUnit measures the inputs. total is the number of samples over all processes. If the squares could overflow
// or vanish in float64, the numbers are divided by a power of two before they are squared.
//
// It returns a *[nn.DataError] if the inputs are so small that even first weights, divided by the unit, are beyond the
// range of T.
func newUnit[T mat.Float](x mat.Dense[T], mean []T, total float64, w mat.Workers, add *train.Adder) (unit[T], error) {
	const (
		far   = 0x1p600
		first = 4 // a large weight of a unit that reads one column
	)
	root := func(divisor float64) float64 {
		squares := rows.Sum(w, x.Rows, func(lo, hi int) float64 { return squaresOf(x, mean, lo, hi, 1/divisor) })
		return divisor * math.Sqrt(add.Number(squares)/(total*float64(x.Cols)))
	}
	length := root(1)
	switch {
	case !finite(length):
		length = root(far)
	case length < 0x1p-480:
		length = root(1 / far)
	}
	u := unit[T]{length, T(1 / length)}
	const rounding = 0x1p-20 // more than a mean of equal numbers is off by
	switch {
	case length == 0 || u.shrink == 0,
		length <= rounding*float64(mat.AbsMax(mean)) && add.Number(varying(x)) == 0:
		return unit[T]{1, 1}, nil // constant inputs, or beyond the range of T: there is nothing to gain
	case !finite(float64(T(first / length))):
		return u, &nn.DataError{Part: "train", Reason: fmt.Sprintf("the inputs are so small, the root of their mean "+
			"square is %.3g, that weights for them are beyond the range of %T: multiply all by the same power of two",
			length, u.shrink)}
	}
	return u, nil
}

// checkRange returns a *[train.DivergedError] if a weight is not finite, although all are in the unit that the training
// sees the inputs in.
func checkRange[T mat.Float](net *nn.Network[T], epoch int) error {
	for n := 1; n <= len(net.Layers)+1; n++ {
		if largest := float64(mat.NormMax(net.Weights(n))); !finite(largest) {
			return &train.DivergedError{
				Epoch: epoch, Value: largest,
				Reason: fmt.Sprintf("a weight of layer %d is beyond the range of %T after epoch %d", n, T(0), epoch),
				Advice: "multiply the inputs by the same power of two, or use 64-bit precision",
			}
		}
	}
	return nil
}

// squaresOf is the sum of the squares of some rows, less the mean and times c.
func squaresOf[T mat.Float](x mat.Dense[T], mean []T, lo, hi int, c float64) float64 {
	var sum float64
	for i := lo; i < hi; i++ {
		for j, v := range x.Row(i) {
			scaled := c * float64(v-mean[j])
			sum += scaled * scaled
		}
	}
	return sum
}

// varying is 1 if the rows of x differ, and 0 otherwise.
func varying[T mat.Float](x mat.Dense[T]) float64 {
	for i := 1; i < x.Rows; i++ {
		if !slices.Equal(x.Row(i), x.Row(0)) {
			return 1
		}
	}
	return 0
}

// enter makes weights for the inputs those for inputs in this unit.
//
// Without biases a network is homogeneous: its outputs are as large as the inputs' unit makes them.
// That is what a new network is, and so it begins with the weights it has, which were drawn for
// inputs of mean square 1. What has been trained, which has biases, stays the function that it is.
func (u unit[T]) enter(net *nn.Network[T]) {
	if !homogeneous(net) {
		u.scaleReaders(net, T(u.length))
	}
}

// leave makes weights for inputs in this unit those for the inputs.
func (u unit[T]) leave(net *nn.Network[T]) { u.scaleReaders(net, u.shrink) }

// scaleReaders multiplies the weights that read the input by c.
func (u unit[T]) scaleReaders(net *nn.Network[T], c T) {
	for n := range net.Layers {
		for _, p := range net.Parts(n + 1) {
			if p.Layer == 0 {
				w := net.Weights(n+1).ColView(p.Column, p.Width)
				mat.Scale(w, c, w)
			}
		}
	}
}

// homogeneous reports whether all biases are 0.
func homogeneous[T mat.Float](net *nn.Network[T]) bool {
	for n := 1; n <= len(net.Layers)+1; n++ {
		w := net.Weights(n)
		if mat.NormMax(w.ColView(w.Cols-1, 1)) != 0 {
			return false
		}
	}
	return true
}
