package nn

import (
	"math"

	"ridge/bcd/internal/rows"
	"ridge/mat"
)

// ColumnMean returns the mean of each column of x, added up in float64: what [Network].Mean is set
// to in order to centre the inputs. Without a row it is NaN.
func ColumnMean[T mat.Float](x mat.Dense[T], w mat.Workers) []T {
	x = x.View(0, 0, x.Rows, x.Cols) // panics if its fields do not agree
	mean := make([]T, x.Cols)
	for j, sum := range rows.ColumnSums(x, w) {
		mean[j] = T(sum / float64(x.Rows))
		if math.IsInf(sum, 0) || math.IsNaN(sum) {
			mean[j] = meanOfLarge(x.ColView(j, 1))
		}
	}
	return mean
}

// meanOfLarge is the mean of numbers whose sum overflows.
func meanOfLarge[T mat.Float](x mat.Dense[T]) T {
	sum := 0.
	for i := range x.Rows {
		sum += float64(x.At(i, 0)) / float64(x.Rows)
	}
	return T(sum)
}
