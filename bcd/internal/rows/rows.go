// Package rows works on matrices with a row for each sample, block by block. The blocks do not
// depend on the number of workers, and sums are added up in the order of the blocks, so that the
// results do not depend on it either.
package rows

import (
	"ridge/bcd/vec"
	"ridge/mat"
)

// Block is how many rows one worker takes at a time.
const Block = 512

// Blocks is the number of blocks of n rows.
func Blocks(n int) int { return (n + Block - 1) / Block }

// For calls body on blocks of the rows lo … hi−1, on w workers.
func For(w mat.Workers, lo, hi int, body func(lo, hi int)) {
	mat.Parallel(w, Blocks(hi-lo), func(i int) {
		from := lo + i*Block
		body(from, min(from+Block, hi))
	})
}

// Band is how many rows of a matrix of weights or activations one worker takes at a time.
const Band = 32

// Bands is the number of bands of n rows.
func Bands(n int) int { return (n + Band - 1) / Band }

// EachBand calls body on the bands of n rows, on w workers.
func EachBand(w mat.Workers, n int, body func(from, to int)) { vec.NewLoop(body).Run(n, Band, w) }

// Sharing is how many of w workers share a pass over the given number of elements: one if the pass would end before the
// others have begun.
func Sharing(w mat.Workers, elements int) mat.Workers {
	const alone = 1 << 15 // some microseconds
	if elements <= alone {
		return 1
	}
	return w
}

// Sum adds up what body returns for blocks of the rows 0 … n−1.
func Sum(w mat.Workers, n int, body func(lo, hi int) float64) float64 {
	parts := make([]float64, Blocks(n))
	For(w, 0, n, func(lo, hi int) { parts[lo/Block] = body(lo, hi) })
	var sum float64
	for _, p := range parts {
		sum += p
	}
	return sum
}

// SumColumns adds up, for each of cols columns, what body adds to sums for blocks of the rows
// 0 … n−1.
func SumColumns(w mat.Workers, n, cols int, body func(lo, hi int, sums []float64)) []float64 {
	parts := make([][]float64, Blocks(n))
	For(w, 0, n, func(lo, hi int) {
		sums := make([]float64, cols)
		body(lo, hi, sums)
		parts[lo/Block] = sums
	})
	total := make([]float64, cols)
	for _, sums := range parts {
		for j, v := range sums {
			total[j] += v
		}
	}
	return total
}

// ColumnSums returns the sums of the columns of m, added up in float64.
func ColumnSums[T mat.Float](m mat.Dense[T], w mat.Workers) []float64 {
	return SumColumns(w, m.Rows, m.Cols, func(lo, hi int, sums []float64) {
		for i := lo; i < hi; i++ {
			for j, v := range m.Row(i) {
				sums[j] += float64(v)
			}
		}
	})
}

// ColumnSquares returns the squared 2-norms of the columns of m.
func ColumnSquares[T mat.Float](m mat.Dense[T], w mat.Workers) []float64 {
	return SumColumns(w, m.Rows, m.Cols, func(lo, hi int, sums []float64) {
		for i := lo; i < hi; i++ {
			for j, v := range m.Row(i) {
				sums[j] += float64(v) * float64(v)
			}
		}
	})
}

// Subtract subtracts v from rows lo … hi−1 of src and writes them to dst, which has hi−lo rows.
// A nil v stands for zeros.
func Subtract[T mat.Float](dst, src mat.Dense[T], lo, hi int, v []T) {
	for i := lo; i < hi; i++ {
		SubtractFrom(dst.Row(i-lo), src.Row(i), v)
	}
}

// SubtractFrom writes x less v to dst. A nil v stands for zeros.
func SubtractFrom[T mat.Float](dst, x, v []T) {
	if v == nil {
		copy(dst, x)
		return
	}
	vec.ScaledDifference(dst, 1, x, v, x)
}

// NonFinite returns the index of the first NaN or Inf in x, or −1.
func NonFinite[T mat.Float](x []T) int {
	for i, v := range x {
		if v-v != 0 {
			return i
		}
	}
	return -1
}

// FirstNonFinite returns the row and column of the first element of m that is NaN or Inf, in the order of
// rows, or −1, −1. For up to a block of rows, and for one worker, it allocates nothing.
func FirstNonFinite[T mat.Float](m mat.Dense[T], w mat.Workers) (i, j int) {
	if m.Rows <= Block || w.Count() == 1 {
		return firstNonFinite(m, 0, m.Rows)
	}
	found := make([][2]int, Blocks(m.Rows))
	For(w, 0, m.Rows, func(lo, hi int) {
		i, j := firstNonFinite(m, lo, hi)
		found[lo/Block] = [2]int{i, j}
	})
	for _, at := range found {
		if at[0] >= 0 {
			return at[0], at[1]
		}
	}
	return -1, -1
}

func firstNonFinite[T mat.Float](m mat.Dense[T], lo, hi int) (i, j int) {
	for i := lo; i < hi; i++ {
		if largest := mat.AbsMax(m.Row(i)); largest-largest != 0 { // NaN or Inf
			return i, NonFinite(m.Row(i))
		}
	}
	return -1, -1
}
