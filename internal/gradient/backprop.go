package gradient

import (
	"ridge/bcd/nn"
	"ridge/bcd/vec"
	"ridge/mat"
)

// backprop computes the gradients of a network on batches of up to a given size. Row
// i of its buffers belongs to sample i of the batch. With a last column of ones,
// U_n is what the biases multiply as well; as layer n−1 is the last that layer n
// reads, [.., U_{n−1}, 1] are side by side the columns that W_n has.
type backprop[T mat.Float] struct {
	net   *nn.Network[T]
	w     mat.Workers
	parts [][]part       // parts[n−1] is what layer n reads, the output after layer L
	u     []mat.Dense[T] // U₀ = X, U₁ … U_L, each with a column of ones
	du    []mat.Dense[T] // gradients by U_n, then by Z_n; none at 0
	o     mat.Dense[T]   // outputs, then the gradient by them
	grad  []mat.Dense[T] // gradients by W₁ … W_L and V

	size     int       // samples in the batch under way
	layer    int       // of the mask under way
	maskRows func(int) // maskPiece as a value, made once
	blocks   int       // of rows that are masked at a time
}

// part is a layer m that another layer reads.
type part struct {
	m         int
	col, cols int  // its columns of W, with the biases in the last part
	width     int  // d_m: cols without the biases
	first     bool // whether this is where the backward pass meets layer m first
}

// newBackprop returns one with buffers for batches of size samples.
func newBackprop[T mat.Float](net *nn.Network[T], size int, w mat.Workers) *backprop[T] {
	b := &backprop[T]{net: net, w: w, du: make([]mat.Dense[T], 1)}
	widths := net.Widths()
	layers := len(net.Layers)
	for _, d := range widths[:layers+1] {
		u := mat.NewDense[T](size, d+1)
		u.ColView(d, 1).Fill(1)
		b.u = append(b.u, u)
	}
	for _, d := range widths[1 : layers+1] {
		b.du = append(b.du, mat.NewDense[T](size, d))
	}
	b.o = mat.NewDense[T](size, net.V.Rows)
	for n := 1; n <= layers+1; n++ {
		w := b.weights(n)
		b.grad = append(b.grad, mat.NewDense[T](w.Rows, w.Cols))
		b.parts = append(b.parts, partsOf(b.reads(n), widths))
	}
	seen := make([]bool, layers+1)
	for n := layers; n >= 0; n-- {
		for i := range b.parts[n] {
			p := &b.parts[n][i]
			p.first, seen[p.m] = !seen[p.m], true
		}
	}
	b.maskRows = b.maskPiece
	return b
}

// partsOf lays the layers of from side by side, and the biases beside the last.
func partsOf(from, widths []int) []part {
	var parts []part
	col := 0
	for _, m := range from {
		parts = append(parts, part{m: m, col: col, cols: widths[m], width: widths[m]})
		col += widths[m]
	}
	parts[len(parts)-1].cols++
	return parts
}

// weights returns W_n, or V for n = L+1.
func (b *backprop[T]) weights(n int) mat.Dense[T] {
	if n > len(b.net.Layers) {
		return b.net.V
	}
	return b.net.Layers[n-1].W
}

// reads returns the layers that layer n reads, ascending.
func (b *backprop[T]) reads(n int) []int {
	if n > len(b.net.Layers) {
		return []int{len(b.net.Layers)}
	}
	return b.net.Layers[n-1].From
}

// input returns the rows of X that a batch of size samples is to be written to,
// size×d₀, and makes it the batch of the passes to come.
func (b *backprop[T]) input(size int) mat.Dense[T] {
	b.size = size
	return b.u[0].View(0, 0, size, b.net.Inputs)
}

// forward computes U₁ … U_L and returns the outputs, to be overwritten with the
// gradient by them.
func (b *backprop[T]) forward() mat.Dense[T] {
	layers := len(b.net.Layers)
	for n := 1; n <= layers; n++ {
		u := b.u[n].RowView(0, b.size)
		b.affine(u.ColView(0, u.Cols-1), n)
		vec.Relu(u.Data, u.Data) // the ones stay
	}
	o := b.o.RowView(0, b.size)
	b.affine(o, layers+1)
	return o
}

// affine computes Z_n = A_n·W_nᵀ.
func (b *backprop[T]) affine(z mat.Dense[T], n int) {
	var beta T
	for _, p := range b.parts[n-1] {
		mat.Gemm(mat.NoTrans, mat.Trans, 1, b.activations(p), b.weights(n).ColView(p.col, p.cols), beta, z, b.w)
		beta = 1
	}
}

// activations returns the columns of A that are a part's.
func (b *backprop[T]) activations(p part) mat.Dense[T] { return b.u[p.m].View(0, 0, b.size, p.cols) }

// backward computes the gradients by all weights, given that by the outputs: with
// G_n that by Z_n, ∂W_n = G_nᵀA_n, and G_n·W_{n,m} is what layer n adds to ∂U_m.
func (b *backprop[T]) backward() {
	layers := len(b.net.Layers)
	b.spread(layers+1, b.o.RowView(0, b.size))
	for n := layers; n >= 1; n-- {
		g := b.du[n].RowView(0, b.size)
		b.throughRelu(n)
		b.spread(n, g)
	}
}

// spread computes what g, the gradient by Z_n, adds to those by W_n and by the layers
// that n reads.
func (b *backprop[T]) spread(n int, g mat.Dense[T]) {
	for _, p := range b.parts[n-1] {
		mat.Gemm(mat.Trans, mat.NoTrans, 1, g, b.activations(p), 0, b.grad[n-1].ColView(p.col, p.cols), b.w)
		if p.m == 0 {
			continue
		}
		var beta T = 1
		if p.first {
			beta = 0
		}
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, g, b.weights(n).ColView(p.col, p.width), beta, b.du[p.m].RowView(0, b.size), b.w)
	}
}

// throughRelu turns ∂U_n into ∂Z_n.
func (b *backprop[T]) throughRelu(n int) {
	b.layer = n
	b.blocks = blockRows(b.du[n].Cols)
	mat.Parallel(b.w, ceilDiv(b.size, b.blocks), b.maskRows)
}

func (b *backprop[T]) maskPiece(i int) {
	g, u := b.du[b.layer], b.u[b.layer]
	for r := i * b.blocks; r < min((i+1)*b.blocks, b.size); r++ {
		vec.ReluGrad(g.Row(r), u.Row(r)[:g.Cols])
	}
}
