package bcd

import (
	"fmt"
	"math"
	"slices"

	"ridge/mat"
)

// Layer is one layer of ReLU units: u = max(0, W·[u_From; 1]).
type Layer[T mat.Float] struct {
	// From names the layers that this one reads, ascending: 0 is the input, 1 to L
	// the hidden layers. The layer before is always among them.
	From []int
	// W has a row for each unit. Its columns are those of the layers of From side by
	// side, and a last one for the bias.
	W mat.Dense[T]
}

// Network is a directed acyclic graph of ReLU layers with a linear output.
type Network[T mat.Float] struct {
	// Inputs is d₀, the number of features of a sample.
	Inputs int
	// Layers holds hidden layer n (1 … L) at Layers[n−1].
	Layers []Layer[T]
	// V is the output layer, K×(d_L+1): o = V·[u_L; 1].
	V mat.Dense[T]
	// Loss is what the network is trained for.
	Loss Loss
	// Mean is subtracted from the inputs; nil if they are taken as they are.
	Mean []T
	// Classes names the outputs; nil if they have no names.
	Classes []string
}

// Widths returns the widths of all layers: d₀, d₁ … d_L, K.
func (n *Network[T]) Widths() []int {
	w := []int{n.Inputs}
	for _, l := range n.Layers {
		w = append(w, l.W.Rows)
	}
	return append(w, n.V.Rows)
}

// Spec returns the shape of the network.
func (n *Network[T]) Spec() Spec {
	w := n.Widths()
	s := Spec{Inputs: n.Inputs, Hidden: w[1 : len(w)-1], Outputs: n.V.Rows}
	for i, l := range n.Layers {
		for _, from := range l.From[:len(l.From)-1] {
			s.Skips = append(s.Skips, Skip{from, i + 1})
		}
	}
	return s
}

// Clone returns a copy that shares no memory with n.
func (n *Network[T]) Clone() *Network[T] {
	c := *n
	c.Layers = make([]Layer[T], len(n.Layers))
	for i, l := range n.Layers {
		c.Layers[i] = Layer[T]{slices.Clone(l.From), l.W.Clone()}
	}
	c.V = n.V.Clone()
	c.Mean = slices.Clone(n.Mean)
	c.Classes = slices.Clone(n.Classes)
	return &c
}

// copyWeights sets the weights to those of a network of the same shape.
func (n *Network[T]) copyWeights(from *Network[T]) {
	for i, l := range n.Layers {
		mat.Copy(l.W, from.Layers[i].W)
	}
	mat.Copy(n.V, from.V)
}

// distance is ‖w − w'‖/‖w'‖ of the vectors of all weights, biases too, w' being those of
// a network of the same shape.
func (n *Network[T]) distance(from *Network[T]) float64 {
	change, norm := squaredDistance(n.V, from.V), sumSquares(from.V)
	for i, l := range n.Layers {
		change += squaredDistance(l.W, from.Layers[i].W)
		norm += sumSquares(from.Layers[i].W)
	}
	return math.Sqrt(change / max(norm, math.SmallestNonzeroFloat64))
}

// Validate returns a *[SpecError] unless the layers fit together, all weights are
// finite, and Mean and Classes are either nil or of the right length.
func (n *Network[T]) Validate() error {
	for i, l := range n.Layers {
		if err := checkReads(i+1, l.From); err != nil {
			return err
		}
	}
	spec := n.Spec()
	if err := spec.Validate(); err != nil {
		return err
	}
	widths := n.Widths()
	for i, l := range n.Layers {
		if want := fanIn(widths, l.From) + 1; l.W.Cols != want {
			return &SpecError{fmt.Sprintf("layer %d has %d columns of weights: want %d, one for each unit it reads and one for the bias", i+1, l.W.Cols, want)}
		}
		if err := checkFinite(fmt.Sprintf("layer %d", i+1), l.W); err != nil {
			return err
		}
	}
	if want := spec.Hidden[len(spec.Hidden)-1] + 1; n.V.Cols != want {
		return &SpecError{fmt.Sprintf("the output has %d columns of weights: want %d, one for each unit of the last layer and one for the bias", n.V.Cols, want)}
	}
	if err := checkFinite("the output", n.V); err != nil {
		return err
	}
	if n.Loss != Hinge && n.Loss != Squared {
		return &SpecError{fmt.Sprintf("unknown loss %v", n.Loss)}
	}
	if n.Classes != nil && len(n.Classes) != n.V.Rows {
		return &SpecError{fmt.Sprintf("%d names of classes for %d outputs", len(n.Classes), n.V.Rows)}
	}
	if n.Mean == nil {
		return nil
	}
	if len(n.Mean) != n.Inputs {
		return &SpecError{fmt.Sprintf("a mean of %d features for %d inputs", len(n.Mean), n.Inputs)}
	}
	return checkFinite("the mean of the inputs", mat.DenseOf(1, len(n.Mean), n.Mean))
}

func checkReads(n int, from []int) error {
	if len(from) == 0 || from[len(from)-1] != n-1 {
		return &SpecError{fmt.Sprintf("layer %d reads %v: want layer %d as the last of them", n, from, n-1)}
	}
	for i, m := range from {
		if m < 0 || i > 0 && m <= from[i-1] {
			return &SpecError{fmt.Sprintf("layer %d reads %v: want layers in ascending order", n, from)}
		}
	}
	return nil
}

func checkFinite[T mat.Float](what string, m mat.Dense[T]) error {
	for i := range m.Rows {
		if j := firstNonFinite(m.Row(i)); j >= 0 {
			return &SpecError{fmt.Sprintf("%s: weight (%d, %d) is %v", what, i, j, m.At(i, j))}
		}
	}
	return nil
}

// firstNonFinite returns the index of the first NaN or Inf, or −1.
func firstNonFinite[T mat.Float](x []T) int {
	for i, v := range x {
		if v-v != 0 {
			return i
		}
	}
	return -1
}

// fanIn is the number of units that a layer reads.
func fanIn(widths, from []int) int {
	sum := 0
	for _, m := range from {
		sum += widths[m]
	}
	return sum
}

// readers returns the hidden layers that read layer m, ascending.
func (n *Network[T]) readers(m int) []int {
	var readers []int
	for i, l := range n.Layers {
		if slices.Contains(l.From, m) {
			readers = append(readers, i+1)
		}
	}
	return readers
}

// width is the number of units of layer n, 0 … L.
func (n *Network[T]) width(layer int) int {
	if layer == 0 {
		return n.Inputs
	}
	return n.Layers[layer-1].W.Rows
}

// weights returns the columns W_{n,m} of layer n that multiply layer m, which n
// reads.
func (n *Network[T]) weights(layer, m int) mat.Dense[T] {
	l := n.Layers[layer-1]
	col := 0
	for _, from := range l.From {
		if from == m {
			return l.W.ColView(col, n.width(m))
		}
		col += n.width(from)
	}
	panic(fmt.Sprintf("bcd: layer %d does not read layer %d", layer, m))
}

// outputWeights returns V without its bias column.
func (n *Network[T]) outputWeights() mat.Dense[T] { return n.V.ColView(0, n.V.Cols-1) }

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

// finite tells whether x is neither NaN nor Inf.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// Nonzero counts the weights that are not exactly zero, and all weights; biases are
// left out.
func (n *Network[T]) Nonzero() (nonzero, all int) {
	nonzero, all = countNonzero(n.V)
	for _, l := range n.Layers {
		k, size := countNonzero(l.W)
		nonzero, all = nonzero+k, all+size
	}
	return nonzero, all
}

// nonzeroShare is the fraction of the weights that are not zero.
func (n *Network[T]) nonzeroShare() float64 {
	nonzero, all := n.Nonzero()
	return float64(nonzero) / float64(all)
}

// countNonzero counts the elements of w that are not zero, and all of them, without
// the biases.
func countNonzero[T mat.Float](w mat.Dense[T]) (nonzero, all int) {
	in := w.Cols - 1
	for i := range w.Rows {
		for _, v := range w.Row(i)[:in] {
			if v != 0 {
				nonzero++
			}
		}
	}
	return nonzero, w.Rows * in
}

// absoluteSum is Σ |w| over all weights but the biases.
func (n *Network[T]) absoluteSum() float64 {
	sum := absoluteSum(n.V)
	for _, l := range n.Layers {
		sum += absoluteSum(l.W)
	}
	return sum
}
