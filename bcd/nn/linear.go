package nn

import (
	"fmt"

	"ridge/bcd/internal/rows"
	"ridge/mat"
)

// Affine computes Z := [parts, 1]·Wᵀ, the pre-activations of a layer with weights W. The columns
// of W are those of the parts side by side and the bias; it panics if they are not.
func Affine[T mat.Float](z, w mat.Dense[T], parts []mat.Dense[T], workers mat.Workers) {
	columns := 1
	for _, p := range parts {
		columns += p.Cols
	}
	if columns != w.Cols {
		panic(fmt.Sprintf("nn: Affine: parts and biases have %d columns, the weights %d", columns, w.Cols))
	}
	rows.For(workers, 0, z.Rows, func(lo, hi int) { FillBias(z.RowView(lo, hi-lo), w) })
	addProducts(z, w, parts, workers)
}

// addProducts adds to z what the parts contribute to it.
func addProducts[T mat.Float](z, w mat.Dense[T], parts []mat.Dense[T], workers mat.Workers) {
	col := 0
	for _, p := range parts {
		mat.Gemm(mat.NoTrans, mat.Trans, 1, p, w.ColView(col, p.Cols), 1, z, workers)
		col += p.Cols
	}
}

// FillBias sets every row of z to the biases of the weights w, their last column.
func FillBias[T mat.Float](z, w mat.Dense[T]) {
	if z.Cols != w.Rows || w.Rows < 0 || w.Cols < 1 {
		panic(fmt.Sprintf("nn: FillBias: %d outputs, and weights of %d", z.Cols, w.Rows))
	}
	if z.Rows == 0 {
		return
	}
	first := z.Row(0)
	for k := range first {
		first[k] = w.At(k, w.Cols-1)
	}
	for i := 1; i < z.Rows; i++ {
		copy(z.Row(i), first)
	}
}

// linear is the linear part of a layer, ready for products with many samples.
type linear[T mat.Float] struct {
	w      mat.Dense[T] // with the biases
	sparse *csr[T]      // without them; nil if dense products are faster
}

// newLinear chooses between dense and sparse products, whichever is faster (docs/sparse.md has the measurements).
func newLinear[T mat.Float](w mat.Dense[T]) linear[T] {
	// The cost of a weight in a sparse product, and that of transposing an input or output, relative to the cost of a
	// weight in a dense product.
	const weight, unit = 7, 50
	l := linear[T]{w: w}
	if nonzero, all := CountNonzero(w); weight*nonzero+unit*(w.Rows+w.Cols) < all {
		l.sparse = newCSR(w.ColView(0, w.Cols-1))
	}
	return l
}

// linears returns the linear parts of all layers, with the output last, for the given number of samples. For few
// samples it does not pay to look at all the weights.
func (net *Network[T]) linears(samples int) []linear[T] {
	const few = 64
	prepare := newLinear[T]
	if samples < few {
		prepare = func(w mat.Dense[T]) linear[T] { return linear[T]{w: w} }
	}
	var ls []linear[T]
	for _, layer := range net.Layers {
		ls = append(ls, prepare(layer.W))
	}
	return append(ls, prepare(net.V))
}

// apply computes Z := [parts, 1]·Wᵀ as [Affine] does. Several workers share dense products, which allocate nothing.
func (l *linear[T]) apply(z mat.Dense[T], parts []mat.Dense[T], w mat.Workers) {
	if l.sparse == nil {
		FillBias(z, l.w)
		addProducts(z, l.w, parts, w)
		return
	}
	// A sparse row is multiplied by samples that lie side by side, in a strip that stays in the cache.
	const strip = 128
	in, bias := l.sparse.cols, l.w.Cols-1
	size := min(strip, z.Rows)
	room := make([]T, (in+z.Cols)*size)
	for lo := 0; lo < z.Rows; lo += size {
		samples := min(size, z.Rows-lo)
		x, y := mat.DenseOf(in, samples, room[:in*samples]), mat.DenseOf(z.Cols, samples,
			room[in*size:][:z.Cols*samples])
		row := 0
		for _, p := range parts {
			mat.TransposeTo(x.RowView(row, p.Cols), p.RowView(lo, samples))
			row += p.Cols
		}
		for i := range y.Rows {
			y.RowView(i, 1).Fill(l.w.At(i, bias))
		}
		l.sparse.times(y, x)
		mat.TransposeTo(z.RowView(lo, samples), y)
	}
}
