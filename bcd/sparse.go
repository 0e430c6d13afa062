package bcd

import "ridge/mat"

// csr is a matrix in compressed sparse rows: those of row i are values[k] in column
// columns[k], ascending, for k from starts[i] up to starts[i+1].
type csr[T mat.Float] struct {
	cols    int
	starts  []int32
	columns []int32
	values  []T
}

// newCSR takes the elements of m that are not zero.
func newCSR[T mat.Float](m mat.Dense[T]) *csr[T] {
	s := &csr[T]{cols: m.Cols, starts: make([]int32, 1, m.Rows+1), columns: []int32{}}
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			if v != 0 {
				s.columns = append(s.columns, int32(j))
				s.values = append(s.values, v)
			}
		}
		s.starts = append(s.starts, int32(len(s.values)))
	}
	return s
}

// rows is the number of rows.
func (s *csr[T]) rows() int { return len(s.starts) - 1 }

// times computes y := S·x + y.
func (s *csr[T]) times(y, x mat.Dense[T]) {
	for i := range s.rows() {
		k, end := s.starts[i], s.starts[i+1]
		for ; k+4 <= end; k += 4 {
			c, v := s.columns[k:k+4], s.values[k:k+4]
			mat.Axpyf([4]T(v), x.Row(int(c[0])), x.Row(int(c[1])), x.Row(int(c[2])), x.Row(int(c[3])), y.Row(i))
		}
		for ; k < end; k++ {
			mat.Axpy(s.values[k], x.Row(int(s.columns[k])), y.Row(i))
		}
	}
}

// linear is the linear part of a layer, ready for products with many samples.
type linear[T mat.Float] struct {
	w      mat.Dense[T] // with the biases
	sparse *csr[T]      // without them; nil if dense products are faster
}

// newLinear chooses the faster of the two products (docs/sparse.md has the measurements).
func newLinear[T mat.Float](w mat.Dense[T]) linear[T] {
	// What a weight costs in a sparse product, and an input or output, which is
	// transposed, in terms of what a weight costs in a dense one.
	const weight, unit = 7, 50
	l := linear[T]{w: w}
	if nonzero, all := countNonzero(w); weight*nonzero+unit*(w.Rows+w.Cols) < all {
		l.sparse = newCSR(w.ColView(0, w.Cols-1))
	}
	return l
}

// linears returns those of all layers, the output being the last, for so many samples. Few
// samples are not worth a look at all the weights.
func (n *Network[T]) linears(samples int) []linear[T] {
	const few = 64
	prepare := newLinear[T]
	if samples < few {
		prepare = func(w mat.Dense[T]) linear[T] { return linear[T]{w: w} }
	}
	var ls []linear[T]
	for _, layer := range n.Layers {
		ls = append(ls, prepare(layer.W))
	}
	return append(ls, prepare(n.V))
}

// apply computes Z := [parts, 1]·Wᵀ as affine does, on one worker.
func (l *linear[T]) apply(z mat.Dense[T], parts []mat.Dense[T]) {
	if l.sparse == nil {
		affine(z, l.w, parts, 1)
		return
	}
	// A sparse row meets samples that lie side by side, in a strip that stays in the cache.
	const strip = 128
	in, bias := l.sparse.cols, l.w.Cols-1
	size := min(strip, z.Rows)
	room := make([]T, (in+z.Cols)*size)
	for lo := 0; lo < z.Rows; lo += size {
		samples := min(size, z.Rows-lo)
		x, y := mat.DenseOf(in, samples, room[:in*samples]), mat.DenseOf(z.Cols, samples, room[in*size:][:z.Cols*samples])
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
