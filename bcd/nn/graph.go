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
func (n *Network[T]) Readers(m int) []int {
	var readers []int
	for i, l := range n.Layers {
		if slices.Contains(l.From, m) {
			readers = append(readers, i+1)
		}
	}
	return readers
}

// Weights returns those of layer n, 1 … L, or V for L+1.
func (n *Network[T]) Weights(layer int) mat.Dense[T] {
	if layer > len(n.Layers) {
		return n.V
	}
	return n.layer(layer).W
}

// layer is hidden layer n, 1 … L. It panics if there is none.
func (n *Network[T]) layer(layer int) *Layer[T] {
	if layer < 1 || layer > len(n.Layers) {
		panic(fmt.Sprintf("nn: layer %d of a network with %d hidden ones", layer, len(n.Layers)))
	}
	return &n.Layers[layer-1]
}

// Reads returns the layers that layer n, 1 … L+1, reads, ascending.
func (n *Network[T]) Reads(layer int) []int {
	if layer > len(n.Layers) {
		return []int{len(n.Layers)}
	}
	return n.layer(layer).From
}

// Width is the number of units of layer n, 0 … L.
func (n *Network[T]) Width(layer int) int {
	if layer == 0 {
		return n.Inputs
	}
	return n.layer(layer).W.Rows
}

// Block returns the columns W_{n,m} of layer n that multiply layer m. It panics unless n reads m.
func (n *Network[T]) Block(layer, m int) mat.Dense[T] {
	l := n.layer(layer)
	col := 0
	for _, from := range l.From {
		if from == m {
			return l.W.ColView(col, n.Width(m))
		}
		col += n.Width(from)
	}
	panic(fmt.Sprintf("nn: layer %d does not read layer %d", layer, m))
}

// OutputBlock returns V without its bias column.
func (n *Network[T]) OutputBlock() mat.Dense[T] { return n.V.ColView(0, n.V.Cols-1) }

// Nonzero counts the weights that are not exactly zero, and all weights; biases are
// left out.
func (n *Network[T]) Nonzero() (nonzero, all int) {
	nonzero, all = CountNonzero(n.V)
	for _, l := range n.Layers {
		k, size := CountNonzero(l.W)
		nonzero, all = nonzero+k, all+size
	}
	return nonzero, all
}

// NonzeroShare is the fraction of the weights that are not zero, without the biases.
func (n *Network[T]) NonzeroShare() float64 {
	nonzero, all := n.Nonzero()
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
