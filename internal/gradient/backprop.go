package gradient

import (
	"ridge/bcd/nn"
	"ridge/bcd/vec"
	"ridge/mat"
)

// backprop computes the gradients of a network on batches. The forward pass is that of [nn.Pass];
// as there, row i of each matrix belongs to sample i of the batch.
type backprop[T mat.Float] struct {
	*nn.Pass[T]
	net     *nn.Network[T]
	workers mat.Workers
	parts   [][]part       // parts[n−1] is what layer n reads, the output after layer L
	du      []mat.Dense[T] // gradients by U_n, then by Z_n; none at 0
	grad    []mat.Dense[T] // gradients by W₁ … W_L and V
	mask    mask[T]
}

// part is a layer that another layer reads.
type part struct {
	nn.Part
	first bool // whether this is where the backward pass meets the layer first
}

// newBackprop returns a backprop with buffers for batches of size samples.
func newBackprop[T mat.Float](net *nn.Network[T], size int, w mat.Workers) *backprop[T] {
	b := &backprop[T]{Pass: nn.NewPassInPlace(net, size, w), net: net, workers: w, du: make([]mat.Dense[T], 1)}
	layers := len(net.Layers)
	for n := 1; n <= layers+1; n++ {
		weights := net.Weights(n)
		b.grad = append(b.grad, mat.NewDense[T](weights.Rows, weights.Cols))
		var parts []part
		for _, p := range net.Parts(n) {
			parts = append(parts, part{Part: p})
		}
		b.parts = append(b.parts, parts)
		if n <= layers {
			b.du = append(b.du, mat.NewDense[T](size, weights.Rows))
		}
	}
	seen := make([]bool, layers+1)
	for n := layers; n >= 0; n-- {
		for i := range b.parts[n] {
			p := &b.parts[n][i]
			p.first, seen[p.Layer] = !seen[p.Layer], true
		}
	}
	b.mask.loop = vec.NewLoop(b.mask.rows)
	return b
}

// backward computes the gradients with respect to all weights. The gradient with respect to the
// outputs has been written in their place. With G_n the gradient with respect to Z_n, ∂W_n =
// G_nᵀA_n, and layer n adds G_n·W_{n,m} to ∂U_m.
func (b *backprop[T]) backward() {
	for n := len(b.net.Layers) + 1; n >= 1; n-- {
		g := b.derivative(n)
		b.gradientOf(n, g)
		b.passDown(n, g)
	}
}

// derivatives computes only the G_n of all layers, from that of the outputs, which has
// been written in their place.
func (b *backprop[T]) derivatives() {
	for n := len(b.net.Layers) + 1; n >= 1; n-- {
		b.passDown(n, b.derivative(n))
	}
}

// derivative returns G_n, once all layers that read layer n have passed theirs down.
func (b *backprop[T]) derivative(n int) mat.Dense[T] {
	g := b.slope(n)
	if n <= len(b.net.Layers) {
		b.mask.run(g, b.A[n], b.workers)
	}
	return g
}

// slope is where G_n is after backward or derivatives.
func (b *backprop[T]) slope(n int) mat.Dense[T] {
	if n > len(b.net.Layers) {
		return b.Outputs()
	}
	return b.du[n].RowView(0, b.Rows)
}

// gradientOf computes the gradient with respect to W_n, given g = G_n. Where no element of it would be a normal number,
// as deep below the output of a network with small weights, it is 0: arithmetic with subnormal numbers takes many times
// as long. That by the biases, which read ones, is computed all the same.
func (b *backprop[T]) gradientOf(n int, g mat.Dense[T]) {
	for _, p := range b.parts[n-1] {
		grad, a := b.grad[n-1].ColView(p.Column, p.Columns()), b.A[p.Layer].View(0, 0, b.Rows, p.Columns())
		if underflows(g, a.ColView(0, p.Width)) {
			grad.ColView(0, p.Width).Fill(0)
			grad, a = grad.ColView(p.Width, grad.Cols-p.Width), a.ColView(p.Width, a.Cols-p.Width)
		}
		mat.Gemm(mat.Trans, mat.NoTrans, 1, g, a, 0, grad, b.workers)
	}
}

// underflows reports whether no element of gᵀa can be a normal number. It reads rows only until they tell that one can
// be, of nearly all matrices the first one.
func underflows[T mat.Float](g, a mat.Dense[T]) bool {
	var mostG, mostA T
	for i := range g.Rows {
		mostG, mostA = max(mostG, mat.AbsMax(g.Row(i))), max(mostA, mat.AbsMax(a.Row(i)))
		if !(float64(g.Rows)*float64(mostG)*float64(mostA) < float64(mat.SmallestNormal[T]())) {
			return false
		}
	}
	return true
}

// passDown adds the contribution of g = G_n to the gradients with respect to the layers
// that n reads.
func (b *backprop[T]) passDown(n int, g mat.Dense[T]) {
	w := b.net.Weights(n)
	for _, p := range b.parts[n-1] {
		if p.Layer == 0 {
			continue
		}
		var beta T = 1
		if p.first {
			beta = 0
		}
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, g, w.ColView(p.Column, p.Width), beta, b.du[p.Layer].RowView(0, b.Rows),
			b.workers)
	}
}

// mask turns gradients by U_n into gradients by Z_n, and subnormal ones into 0.
type mask[T mat.Float] struct {
	g, u mat.Dense[T]
	loop *vec.Loop // over their rows
}

func (m *mask[T]) run(g, u mat.Dense[T], w mat.Workers) {
	m.g, m.u = g, u
	m.loop.Run(g.Rows, vec.BlockRows(g.Cols), w)
}

func (m *mask[T]) rows(from, to int) {
	for r := from; r < to; r++ {
		vec.ReluGrad(m.g.Row(r), m.u.Row(r)[:m.g.Cols])
		vec.Flush(m.g.Row(r), mat.SmallestNormal[T]())
	}
}
