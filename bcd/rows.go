package bcd

import "ridge/mat"

// rowBlock is how many samples one worker takes at a time.
const rowBlock = 512

// forRows calls body on blocks of the rows lo … hi−1, on w workers. The blocks do
// not depend on w.
func forRows(w mat.Workers, lo, hi int, body func(lo, hi int)) {
	blocks := (hi - lo + rowBlock - 1) / rowBlock
	mat.Parallel(w, blocks, func(i int) {
		from := lo + i*rowBlock
		body(from, min(from+rowBlock, hi))
	})
}

// sumRows adds up what body returns for blocks of the rows 0 … n−1, in the order of
// the blocks, so that the sum does not depend on w.
func sumRows(w mat.Workers, n int, body func(lo, hi int) float64) float64 {
	parts := make([]float64, (n+rowBlock-1)/rowBlock)
	forRows(w, 0, n, func(lo, hi int) { parts[lo/rowBlock] = body(lo, hi) })
	var sum float64
	for _, p := range parts {
		sum += p
	}
	return sum
}

// sumColumns adds up, for each of cols columns, what body adds to sums for blocks of
// the rows 0 … n−1, in the order of the blocks.
func sumColumns(w mat.Workers, n, cols int, body func(lo, hi int, sums []float64)) []float64 {
	parts := make([][]float64, (n+rowBlock-1)/rowBlock)
	forRows(w, 0, n, func(lo, hi int) {
		sums := make([]float64, cols)
		body(lo, hi, sums)
		parts[lo/rowBlock] = sums
	})
	total := make([]float64, cols)
	for _, sums := range parts {
		for j, v := range sums {
			total[j] += v
		}
	}
	return total
}

// columnSums returns the sums of the columns of m, added up in float64.
func columnSums[T mat.Float](m mat.Dense[T], w mat.Workers) []float64 {
	return sumColumns(w, m.Rows, m.Cols, func(lo, hi int, sums []float64) {
		for i := lo; i < hi; i++ {
			for j, v := range m.Row(i) {
				sums[j] += float64(v)
			}
		}
	})
}

// columnSquares returns the squared 2-norms of the columns of m.
func columnSquares[T mat.Float](m mat.Dense[T], w mat.Workers) []float64 {
	return sumColumns(w, m.Rows, m.Cols, func(lo, hi int, sums []float64) {
		for i := lo; i < hi; i++ {
			for j, v := range m.Row(i) {
				sums[j] += float64(v) * float64(v)
			}
		}
	})
}

// ColumnMean returns the mean of each column of x, added up in float64: what
// [Network].Mean is set to in order to centre the inputs. x must have a row.
func ColumnMean[T mat.Float](x mat.Dense[T], w mat.Workers) []T {
	mean := make([]T, x.Cols)
	for j, sum := range columnSums(x, w) {
		mean[j] = T(sum / float64(x.Rows))
	}
	return mean
}

// subtractRow subtracts v from rows lo … hi−1 of src and writes them to dst, which
// has hi−lo rows. A nil v stands for zeros.
func subtractRow[T mat.Float](dst, src mat.Dense[T], lo, hi int, v []T) {
	for i := lo; i < hi; i++ {
		d := dst.Row(i - lo)
		copy(d, src.Row(i))
		for j, m := range v {
			d[j] -= m
		}
	}
}

// fillBias sets every row of z to the biases of w.
func fillBias[T mat.Float](z, w mat.Dense[T]) {
	b := make([]T, w.Rows)
	for i := range b {
		b[i] = w.At(i, w.Cols-1)
	}
	for i := range z.Rows {
		copy(z.Row(i), b)
	}
}

// affine computes Z := [parts, 1]·Wᵀ. The columns of W are those of the parts side
// by side and the bias.
func affine[T mat.Float](z, w mat.Dense[T], parts []mat.Dense[T], workers mat.Workers) {
	forRows(workers, 0, z.Rows, func(lo, hi int) { fillBias(z.RowView(lo, hi-lo), w) })
	col := 0
	for _, p := range parts {
		mat.Gemm(mat.NoTrans, mat.Trans, 1, p, w.ColView(col, p.Cols), 1, z, workers)
		col += p.Cols
	}
}
