package nn

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"ridge/bcd/internal/rows"
	"ridge/bcd/nn/columns"
	"ridge/internal/words"
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

// Network is a directed acyclic graph of ReLU layers with a linear output. Methods that do not change it, such as
// Scores and Evaluate, may be called by several goroutines at once, as long as nobody changes it.
type Network[T mat.Float] struct {
	// Inputs is d₀, the number of features of a sample.
	Inputs int
	// Layers holds hidden layer n (1 … L) at Layers[n−1].
	Layers []Layer[T]
	// V is the output layer, K×(d_L+1): o = V·[u_L; 1].
	V mat.Dense[T]
	// Loss is what the network is trained for.
	Loss Loss[T]
	// Mean is subtracted from the inputs; nil if they are taken as they are.
	Mean []T
	// Classes names the outputs, in UTF-8; nil if they have no names.
	Classes []string
	// Columns says how raw rows become inputs and what the outputs stand for; nil if only the inputs
	// themselves are known. Copies of the network share it, and nobody may change it. Methods that take samples as
	// matrices expect inputs, to which it has been applied already.
	Columns *columns.Description
	// Temperature turns outputs into probabilities of the classes: e^(o_k/Temperature), divided by their sum. 0 means
	// that it is not known.
	Temperature float64
	// Metadata are more texts of the model file, by their keys, for programs that know what they are about. Keys that
	// the format gives a meaning are not among them, and nil stands for none.
	Metadata map[string]string
}

// Widths returns the widths of all layers: d₀, d₁ … d_L, K.
func (net *Network[T]) Widths() []int {
	w := []int{net.Inputs}
	for _, l := range net.Layers {
		w = append(w, l.W.Rows)
	}
	return append(w, net.V.Rows)
}

// Spec returns the shape of the network.
func (net *Network[T]) Spec() Spec {
	w := net.Widths()
	s := Spec{Inputs: net.Inputs, Hidden: w[1 : len(w)-1], Outputs: net.V.Rows}
	for i, l := range net.Layers {
		for _, from := range l.From[:max(0, len(l.From)-1)] {
			s.Skips = append(s.Skips, Skip{from, i + 1})
		}
	}
	return s
}

// Clone returns a copy that shares no memory with net but Columns.
func (net *Network[T]) Clone() *Network[T] {
	c := *net
	c.Layers = make([]Layer[T], len(net.Layers))
	for i, l := range net.Layers {
		c.Layers[i] = Layer[T]{slices.Clone(l.From), l.W.Clone()}
	}
	c.V = net.V.Clone()
	c.Mean = slices.Clone(net.Mean)
	c.Classes = slices.Clone(net.Classes)
	c.Metadata = maps.Clone(net.Metadata)
	return &c
}

// CopyWeights sets the weights to those of a network of the same shape. It panics if the shapes differ, when some may
// have been copied.
func (net *Network[T]) CopyWeights(from *Network[T]) {
	if len(net.Layers) != len(from.Layers) {
		panic(fmt.Sprintf("nn: CopyWeights from a network with %d hidden layers to one with %d",
			len(from.Layers), len(net.Layers)))
	}
	for i, l := range net.Layers {
		mat.Copy(l.W, from.Layers[i].W)
	}
	mat.Copy(net.V, from.V)
}

// Validate returns a *[SpecError] unless the layers fit together, all weights are
// finite, Mean, Classes and Columns are either nil or of the right length, Temperature is a finite
// number from 0 up, all names are UTF-8, and so is Metadata, without the keys of the format.
func (net *Network[T]) Validate() error {
	if err := net.checkShape(); err != nil {
		return err
	}
	for i, l := range net.Layers {
		if err := checkFinite(fmt.Sprintf("layer %d", i+1), l.W); err != nil {
			return err
		}
	}
	if err := checkFinite("the output", net.V); err != nil {
		return err
	}
	if net.Loss == nil {
		return &SpecError{"no loss"}
	}
	if net.Classes != nil && len(net.Classes) != net.V.Rows {
		return &SpecError{fmt.Sprintf("%d names of classes for %d outputs", len(net.Classes), net.V.Rows)}
	}
	for _, class := range net.Classes {
		if !utf8.ValidString(class) {
			return &SpecError{fmt.Sprintf("class %.60q is not UTF-8, which model files need", class)}
		}
	}
	if err := cmp.Or(net.validateColumns(), checkMetadata(net.Metadata)); err != nil {
		return err
	}
	return checkFinite("the mean of the inputs", mat.DenseOf(1, len(net.Mean), net.Mean))
}

// checkShape is the part of Validate that does not look at the weights.
func (net *Network[T]) checkShape() error {
	for i, l := range net.Layers {
		if err := checkReads(i+1, l.From); err != nil {
			return err
		}
	}
	spec := net.Spec()
	if err := spec.Validate(); err != nil {
		return err
	}
	widths := net.Widths()
	for i, l := range net.Layers {
		if want := fanIn(widths, l.From) + 1; l.W.Cols != want {
			return &SpecError{fmt.Sprintf(
				"layer %d has %d columns of weights: want %d, one for each unit it reads and one for the bias",
				i+1, l.W.Cols, want)}
		}
	}
	if want := spec.Hidden[len(spec.Hidden)-1] + 1; net.V.Cols != want {
		return &SpecError{fmt.Sprintf(
			"the output has %d columns of weights: want %d, one for each unit of the last layer and one for the bias",
			net.V.Cols, want)}
	}
	if net.Mean != nil && len(net.Mean) != net.Inputs {
		return &SpecError{fmt.Sprintf("a mean of %d features for %d inputs", len(net.Mean), net.Inputs)}
	}
	return nil
}

func checkReads(n int, from []int) error {
	if len(from) == 0 || from[len(from)-1] != n-1 {
		return &SpecError{fmt.Sprintf("layer %d reads %v: want layer %d as the last of them",
			n, words.Short[int](from), n-1)}
	}
	for i, m := range from {
		if m < 0 || i > 0 && m <= from[i-1] {
			return &SpecError{fmt.Sprintf("layer %d reads %v: want layers in ascending order",
				n, words.Short[int](from))}
		}
	}
	return nil
}

func checkFinite[T mat.Float](what string, m mat.Dense[T]) error {
	for i := range m.Rows {
		if j := rows.NonFinite(m.Row(i)); j >= 0 {
			return &SpecError{fmt.Sprintf("%s: weight (%d, %d) is %v", what, i, j, m.At(i, j))}
		}
	}
	return nil
}
