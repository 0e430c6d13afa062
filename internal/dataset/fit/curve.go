package fit

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"ridge/bcd/nn/columns"
)

// tailedRatio is the ratio of the standard deviation to the mean distance from the mean above which a column has
// outliers or heavy tails. The ratio is 1.25 for a normal distribution, 1.36 for an exponential one, and 1/(2√p) for a
// share p of far outliers.
const tailedRatio = 2

// quantiles are where a curve has its knots.
var quantiles = []float64{0, 1. / 32, 1. / 8, 2. / 8, 3. / 8, 4. / 8, 5. / 8, 6. / 8, 7. / 8, 31. / 32, 1}

// isTailed reports whether numbers have outliers or heavy tails.
func (s *stat) isTailed() bool { return s.deviation > tailedRatio*s.distance }

// widens reports whether a column of numbers gets more inputs: pieces if there are to be any, and a curve if it has
// outliers. Pixels, and whatever is not standardized, get none.
func (f *fitter) widens(c *columns.Column, s *stat) bool {
	return c.Kind == columns.Number && f.scale == columns.Standard && !f.images() && (f.pieces || s.isTailed())
}

// widen gives each of these columns a curve, pieces, or both, unless too few of its quantiles differ. The columns are
// taken one by one, by several workers, so that what a column gets does not depend on how many there are.
// What they take, three times the column each, is not more than the inputs take that are made next.
func (f *fitter) widen(in []columns.Column, stats []stat, which []int, workers int) {
	workers = max(1, min(workers, len(which), (len(in)+len(which))/3))
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			values := make([]float32, 0, len(f.indices))
			for k := next.Add(1) - 1; k < int64(len(which)); k = next.Add(1) - 1 {
				j := which[k]
				values = f.numbers(values[:0], j)
				if stats[j].isTailed() {
					in[j].Curve = curveWithMoments(values)
				}
				if f.pieces {
					in[j].Pieces = piecesOf(values)
				}
			}
		})
	}
	all.Wait()
}

// numbers appends those of a column in the order of the rows.
func (f *fitter) numbers(values []float32, j int) []float32 {
	width := len(f.table.Inputs)
	for _, i := range f.indices {
		if x := f.table.Cells[i*width+j]; x == x {
			values = append(values, x)
		}
	}
	return values
}

// curveWithMoments also has the mean and the deviation of the curve at the values.
func curveWithMoments(values []float32) *columns.Curve {
	curve := curveOf(values)
	if curve == nil {
		return nil
	}
	ranks := make([]float64, len(values))
	for i, x := range values {
		ranks[i] = curve.Value(float64(x))
	}
	curve.Mean, curve.Divisor = moments(ranks)
	return curve
}

// curveOf goes from quantile to quantile of values, to the share of values below each, those that equal it counted
// half. It is nil if fewer than three quantiles differ.
func curveOf(values []float32) *columns.Curve {
	c := &columns.Curve{}
	for _, p := range quantilesOf(values, quantiles) {
		c.At, c.To = append(c.At, float64(p.value)), append(c.To, float64(p.less+p.upTo)/float64(2*len(values)))
	}
	if len(c.At) < 3 {
		return nil
	}
	return c
}

// quantilesOf are the values at these shares of their ascending order, each once.
func quantilesOf(values []float32, shares []float64) []orderStatistic {
	n := len(values)
	if n == 0 {
		return nil
	}
	at := make([]int, len(shares))
	for i, p := range shares {
		at[i] = min(n-1, int(p*float64(n)))
	}
	return slices.CompactFunc(orderStatistics(values, at), func(a, b orderStatistic) bool { return a.value == b.value })
}

// moments are the mean and the deviation of numbers.
func moments(values []float64) (mean, deviation float64) {
	n, squares := float64(max(1, len(values))), 0.
	for _, v := range values {
		mean += v
	}
	mean /= n
	for _, v := range values {
		squares += float64((v - mean) * (v - mean))
	}
	return mean, math.Sqrt(squares / n)
}
