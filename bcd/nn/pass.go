package nn

import (
	"fmt"

	"ridge/bcd/internal/rows"
	"ridge/bcd/vec"
	"ridge/mat"
)

// Part is the columns of a layer's weights that multiply one of the layers that it reads.
type Part struct {
	Layer  int // that is read
	Column int // where they begin
	Width  int // how many: d of that layer
	// Last reports whether the biases' column follows. It does for the layer before, which a layer reads last.
	Last bool
}

// Columns is Width, plus one if the biases are next.
func (p Part) Columns() int {
	if p.Last {
		return p.Width + 1
	}
	return p.Width
}

// Parts returns those of layer n, 1 … L+1, in the order of the columns.
func (net *Network[T]) Parts(n int) []Part {
	var parts []Part
	column := 0
	reads := net.Reads(n)
	for i, m := range reads {
		p := Part{Layer: m, Column: column, Width: net.Width(m), Last: i == len(reads)-1}
		parts = append(parts, p)
		column += p.Width
	}
	return parts
}

// Pass is the forward pass for training: it takes batches of samples through a network, and keeps what the layers
// compute. Row i of its matrices belongs to sample i of the batch. What it computes depends on the weights at the time;
// nothing is allocated.
//
// The biases are weights of a column of ones here, so that one product makes the pre-activations
// and one the gradient by all weights. [Network.Scores] adds them separately, and so rounds differently.
type Pass[T mat.Float] struct {
	// A has the activations of layers 0 … L, those of 0 being the centred samples, each with a last
	// column of ones.
	A []mat.Dense[T]
	// Z has the pre-activations of layers 1 … L+1, of which the last are the outputs; Z[0] is empty.
	Z []mat.Dense[T]
	// Rows is the number of samples of the batch under way.
	Rows int

	net     *Network[T]
	parts   [][]Part // of layer n
	inPlace bool
	workers mat.Workers
	gather  gathering[T]
	relu    rectification[T]
}

// NewPass returns a pass for batches of up to size samples. It panics if the layers of the network do not fit together.
func NewPass[T mat.Float](net *Network[T], size int, w mat.Workers) *Pass[T] {
	return newPass("NewPass", net, size, false, w)
}

// NewPassInPlace is [NewPass] in less memory: activations take the place of pre-activations, and of Z only the outputs
// are kept.
func NewPassInPlace[T mat.Float](net *Network[T], size int, w mat.Workers) *Pass[T] {
	return newPass("NewPassInPlace", net, size, true, w)
}

func newPass[T mat.Float](name string, net *Network[T], size int, inPlace bool, w mat.Workers) *Pass[T] {
	if err := net.checkShape(); err != nil {
		panic("nn: " + name + ": " + err.Error())
	}
	layers := len(net.Layers)
	p := &Pass[T]{net: net, inPlace: inPlace, workers: w,
		parts: make([][]Part, layers+2), Z: make([]mat.Dense[T], layers+2)}
	for n := range layers + 1 {
		width := net.Width(n)
		a := mat.NewDense[T](size, width+1)
		a.ColView(width, 1).Fill(1)
		p.A = append(p.A, a)
	}
	for n := 1; n <= layers+1; n++ {
		p.parts[n] = net.Parts(n)
		if n <= layers && inPlace {
			p.Z[n] = p.A[n].ColView(0, net.Width(n))
		} else {
			p.Z[n] = mat.NewDense[T](size, net.Weights(n).Rows)
		}
	}
	p.gather.init(net)
	p.relu.loop = vec.NewLoop(p.relu.rows)
	return p
}

// Gather makes the given samples of x the batch, and centres them.
func (p *Pass[T]) Gather(x mat.Dense[T], samples []int) {
	if len(p.A) == 0 || x.Cols != p.A[0].Cols-1 || len(samples) > p.A[0].Rows {
		panic(fmt.Sprintf("nn: Pass.Gather: %d samples of %d features: want those that NewPass has made room for",
			len(samples), x.Cols))
	}
	for _, i := range samples {
		if i < 0 || i >= x.Rows {
			panic(fmt.Sprintf("nn: Pass.Gather: sample %d of %d", i, x.Rows))
		}
	}
	p.Rows = len(samples)
	p.gather.run(p.A[0].View(0, 0, p.Rows, x.Cols), x, samples, p.workers)
}

// Activations returns those of layer n, 0 … L, without the column of ones.
func (p *Pass[T]) Activations(n int) mat.Dense[T] {
	checkLayer(n, 0, len(p.A))
	return p.A[n].View(0, 0, p.Rows, p.A[n].Cols-1)
}

// Preactivations returns those of layer n, 1 … L+1.
func (p *Pass[T]) Preactivations(n int) mat.Dense[T] {
	checkLayer(n, 1, len(p.Z))
	return p.Z[n].RowView(0, p.Rows)
}

// checkLayer panics unless first ≤ n < end.
func checkLayer(n, first, end int) {
	if n < first || n >= end {
		panic(fmt.Sprintf("nn: layer %d of a pass with layers %d to %d", n, first, end-1))
	}
}

// Outputs returns the outputs.
func (p *Pass[T]) Outputs() mat.Dense[T] { return p.Preactivations(len(p.Z) - 1) }

// Forward computes all layers.
func (p *Pass[T]) Forward() {
	for n := 1; n < len(p.Z); n++ {
		p.ForwardLayer(n)
	}
}

// ForwardLayer computes layer n, 1 … L+1, from those that it reads.
func (p *Pass[T]) ForwardLayer(n int) {
	z, w := p.Preactivations(n), p.net.Weights(n)
	beta := T(0)
	for _, part := range p.parts[n] {
		a := p.A[part.Layer].View(0, 0, p.Rows, part.Columns())
		mat.Gemm(mat.NoTrans, mat.Trans, 1, a, w.ColView(part.Column, part.Columns()), beta, z, p.workers)
		beta = 1
	}
	if n <= len(p.net.Layers) {
		p.relu.run(p.Activations(n), z, p.workers)
	}
}

// rectification computes activations from pre-activations, which may be the same.
type rectification[T mat.Float] struct {
	a, z mat.Dense[T]
	loop *vec.Loop // over their rows
}

func (r *rectification[T]) run(a, z mat.Dense[T], w mat.Workers) {
	r.a, r.z = a, z
	r.loop.Run(z.Rows, vec.BlockRows(z.Cols), w)
}

func (r *rectification[T]) rows(from, to int) {
	for row := from; row < to; row++ {
		vec.Relu(r.a.Row(row), r.z.Row(row))
	}
}

// gathering copies samples.
type gathering[T mat.Float] struct {
	mean    []T // nil: none
	dst, x  mat.Dense[T]
	samples []int
	loop    *vec.Loop // over them
}

func (g *gathering[T]) init(net *Network[T]) {
	g.mean = net.Mean
	g.loop = vec.NewLoop(g.rows)
}

func (g *gathering[T]) run(dst, x mat.Dense[T], samples []int, w mat.Workers) {
	g.dst, g.x, g.samples = dst, x, samples
	g.loop.Run(len(samples), vec.BlockRows(x.Cols), w)
}

func (g *gathering[T]) rows(from, to int) {
	for r := from; r < to; r++ {
		rows.SubtractFrom(g.dst.Row(r), g.x.Row(g.samples[r]), g.mean)
	}
}
