package onnx

import (
	"encoding/json"
	"fmt"
	"io"
	"math"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/mat"
)

// TooLargeError says that a network does not fit into a message of protocol buffers, which have 2
// gigabytes at most.
type TooLargeError struct{ Bytes int }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the model has %d bytes: ONNX files have %d at most", e.Bytes, math.MaxInt32)
}

// Tensor is an input or an output of a model: a matrix with a row for each sample, or a list, one for each.
type Tensor struct {
	Name, Type string
	Columns    int // 0: a list
}

// Summary says what a model that was written takes and returns.
type Summary struct {
	Inputs, Outputs []Tensor
	Opset           int
}

// Encode writes a network, in the precision that it has. The error is a *[nn.SpecError] or a
// *[TooLargeError] unless writing fails.
func Encode[T mat.Float](w io.Writer, net *nn.Network[T]) (Summary, error) {
	if err := net.Validate(); err != nil {
		return Summary{}, err
	}
	weights := 0
	for n := 1; n <= len(net.Layers)+1; n++ {
		m := net.Weights(n)
		weights += m.Rows * m.Cols
	}
	if err := checkSize(weights * len(appendNumber(nil, T(0)))); err != nil { // before they are copied
		return Summary{}, err
	}
	g := newGraph()
	inputs := g.columns(net.Columns, net.Inputs)
	scores := layers(g, net, g.cast(inputs, typeOf[T]()))
	if err := answers(g, net, scores); err != nil {
		return Summary{}, err
	}
	metadata := [][2]string{{"loss", net.Loss.Name()}}
	if net.Columns != nil {
		text, err := json.Marshal(usedColumns(net.Columns))
		if err != nil {
			return Summary{}, err
		}
		metadata = append(metadata, [2]string{"columns", string(text)})
	}
	model := g.model(metadata)
	if err := checkSize(len(model)); err != nil {
		return Summary{}, err
	}
	g.summary.Opset = int(g.opset)
	_, err := w.Write(model)
	return g.summary, err
}

// checkSize refuses what does not fit into a message.
func checkSize(bytes int) error {
	if bytes > math.MaxInt32 {
		return &TooLargeError{bytes}
	}
	return nil
}

// usedColumns returns the names of the raw columns that the graph takes, in their order: those of its inputs, if each
// column is one, and otherwise those of the file.
func usedColumns(d *columns.Description) []string {
	raw := d.RawNames()
	if hasTexts(d) {
		raw = distinct(raw)
	}
	names := []string{}
	for j, name := range raw {
		if d.Inputs.Columns[j].Kind != columns.Dropped {
			names = append(names, name)
		}
	}
	return names
}

// layers adds the network, and returns its outputs.
func layers[T mat.Float](g *graph, net *nn.Network[T], x string) string {
	if net.Mean != nil {
		mean := mat.DenseOf(1, net.Inputs, net.Mean)
		x = g.add("Sub", []string{x, g.constant("input.mean", numbers("input.mean", mean, 1, net.Inputs))})
	}
	u := []string{x}
	for n := 1; n <= len(net.Layers)+1; n++ {
		var parts []string
		for _, m := range net.Reads(n) {
			parts = append(parts, u[m])
		}
		z := affine(g, n, net.Weights(n), g.join(parts))
		if n > len(net.Layers) {
			return z
		}
		u = append(u, g.add("Relu", []string{z}))
	}
	return x // not reached
}

// affine adds W·[a, 1].
func affine[T mat.Float](g *graph, n int, w mat.Dense[T], a string) string {
	in := w.Cols - 1
	weight, bias := fmt.Sprintf("layer %d weight", n), fmt.Sprintf("layer %d bias", n)
	return g.add("Gemm", []string{
		a, g.constant(weight, numbers(weight, w.ColView(0, in), w.Rows, in)),
		g.constant(bias, numbers(bias, w.ColView(in, 1), w.Rows)),
	}, attribute{"transB", 1})
}

// answers adds what the outputs stand for.
func answers[T mat.Float](g *graph, net *nn.Network[T], scores string) error {
	k, t := net.V.Rows, typeOf[T]()
	if d := net.Columns; d != nil && d.Outputs.Task == columns.Regression {
		means, divisors := make([]float64, k), make([]float64, k)
		for i, target := range d.Outputs.Targets {
			means[i], divisors[i] = target.Mean, target.Divisor
		}
		scaled := g.add("Mul",
			[]string{g.cast(scores, doubleType), g.constant("target divisors", list("target divisors", divisors))})
		g.node("Add", []string{scaled, g.constant("target means", list("target means", means))}, "values")
		g.output("values", doubleType, k)
		return nil
	}
	g.node("Identity", []string{scores}, "scores")
	g.output("scores", t, k)
	g.node("ArgMax", []string{scores}, "index", attribute{"axis", 1}, attribute{"keepdims", 0})
	g.output("index", int64Type, 0)
	if net.Classes != nil {
		g.node("Gather", []string{g.constant("class names", texts("class names", net.Classes, k)), "index"}, "class")
		g.output("class", stringType, 0)
	}
	if net.Temperature > 0 {
		name := "temperature"
		scaled := g.add("Div",
			[]string{scores, g.constant(name, numbers(name, mat.DenseOf(1, 1, []T{T(net.Temperature)}), 1, 1))})
		g.node("Softmax", []string{scaled}, "probabilities", attribute{"axis", 1})
		g.output("probabilities", t, k)
	}
	return nil
}
