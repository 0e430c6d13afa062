package nn

import (
	"fmt"
	"slices"

	"ridge/mat"
)

// fanIn is the number of units that a layer reads.
func fanIn(widths, from []int) int {
	sum := 0
	for _, m := range from {
		sum += widths[m]
	}
	return sum
}

// Readers returns the hidden layers that read layer m, ascending.
func (net *Network[T]) Readers(m int) []int {
	var readers []int
	for i, l := range net.Layers {
		if slices.Contains(l.From, m) {
			readers = append(readers, i+1)
		}
	}
	return readers
}

// Weights returns those of layer n, 1 … L, or V for L+1.
func (net *Network[T]) Weights(n int) mat.Dense[T] {
	if n > len(net.Layers) {
		return net.V
	}
	return net.layer(n).W
}

// layer is hidden layer n, 1 … L. It panics if there is none.
func (net *Network[T]) layer(n int) *Layer[T] {
	if n < 1 || n > len(net.Layers) {
		panic(fmt.Sprintf("nn: layer %d of a network with %d hidden ones", n, len(net.Layers)))
	}
	return &net.Layers[n-1]
}

// Reads returns the layers that layer n, 1 … L+1, reads, ascending.
func (net *Network[T]) Reads(n int) []int {
	if n > len(net.Layers) {
		return []int{len(net.Layers)}
	}
	return net.layer(n).From
}

// Width is the number of units of layer n, 0 … L.
func (net *Network[T]) Width(n int) int {
	if n == 0 {
		return net.Inputs
	}
	return net.layer(n).W.Rows
}

// Block returns the columns W_{n,m} of layer n that multiply layer m. It panics unless n reads m.
func (net *Network[T]) Block(n, m int) mat.Dense[T] {
	l := net.layer(n)
	col := 0
	for _, from := range l.From {
		if from == m {
			return l.W.ColView(col, net.Width(m))
		}
		col += net.Width(from)
	}
	panic(fmt.Sprintf("nn: layer %d does not read layer %d", n, m))
}

// OutputBlock returns V without its bias column.
func (net *Network[T]) OutputBlock() mat.Dense[T] { return net.V.ColView(0, net.V.Cols-1) }

// Nonzero counts the weights that are not exactly zero, and all weights; biases are
// left out.
func (net *Network[T]) Nonzero() (nonzero, all int) {
	nonzero, all = CountNonzero(net.V)
	for _, l := range net.Layers {
		k, size := CountNonzero(l.W)
		nonzero, all = nonzero+k, all+size
	}
	return nonzero, all
}

// NonzeroShare is the fraction of the weights that are not zero, without the biases.
func (net *Network[T]) NonzeroShare() float64 {
	nonzero, all := net.Nonzero()
	return float64(nonzero) / float64(all)
}

// CountNonzero counts the elements of the weights w that are not zero, and all of them, without the
// biases, the last column.
func CountNonzero[T mat.Float](w mat.Dense[T]) (nonzero, all int) {
	in := max(0, w.Cols-1)
	for i := range w.Rows {
		for _, v := range w.Row(i)[:in] {
			if v != 0 {
				nonzero++
			}
		}
	}
	return nonzero, w.Rows * in
}
