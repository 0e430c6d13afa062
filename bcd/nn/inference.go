package nn

import (
	"ridge/bcd/internal/rows"
	"ridge/bcd/vec"
	"ridge/mat"
)

// inference is the forward pass for prediction. It has memory for the activations of some samples; run allocates
// nothing on one worker unless weights are sparse. ([Pass] is the forward pass for training.)
type inference[T mat.Float] struct {
	net     *Network[T]
	linears []linear[T]    // of the hidden layers and the output
	u       []mat.Dense[T] // U₀ … U_L
	parts   []mat.Dense[T] // scratch: what a layer reads
}

// newInference returns an inference for up to size samples at a time.
func newInference[T mat.Float](net *Network[T], linears []linear[T], size int) *inference[T] {
	p := &inference[T]{net: net, linears: linears, parts: make([]mat.Dense[T], 0, len(net.Layers)+1)}
	for n := range len(net.Layers) + 1 {
		p.u = append(p.u, mat.NewDense[T](size, net.Width(n)))
	}
	return p
}

// run writes the outputs for the samples x to o. Afterwards row i of U₁ … U_L has the activations of sample i.
func (p *inference[T]) run(o, x mat.Dense[T], w mat.Workers) {
	rows.Subtract(p.u[0].RowView(0, x.Rows), x, 0, x.Rows, p.net.Mean)
	activations := func(m int) mat.Dense[T] { return p.u[m].RowView(0, x.Rows) }
	for k, layer := range p.net.Layers {
		parts := p.parts[:0]
		for _, m := range layer.From {
			parts = append(parts, activations(m))
		}
		u := activations(k + 1)
		p.linears[k].apply(u, parts, w)
		vec.Relu(u.Data, u.Data)
	}
	last := len(p.net.Layers)
	p.linears[last].apply(o, append(p.parts[:0], activations(last)), w)
}

// activations returns U₁ … U_L of the first samples of the last run.
func (p *inference[T]) activations(samples int) []mat.Dense[T] {
	views := make([]mat.Dense[T], len(p.net.Layers))
	for k := range views {
		views[k] = p.u[k+1].RowView(0, samples)
	}
	return views
}
