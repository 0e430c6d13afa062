package fit

import (
	"math"
	"slices"

	"ridge/bcd/nn/columns"
)

// tailed is how many times the mean distance from the mean the deviation is in a column with outliers or heavy tails:
// 1.25 is normal, 1.36 exponential; a share p of far outliers has 1/(2√p).
const tailed = 2

// quantiles are where a curve has its knots.
var quantiles = []float64{0, 1. / 32, 1. / 8, 2. / 8, 3. / 8, 4. / 8, 5. / 8, 6. / 8, 7. / 8, 31. / 32, 1}

// isTailed reports whether numbers have outliers or heavy tails.
func (s *stat) isTailed() bool { return s.deviation > tailed*s.distance }

// needsRank reports whether a column needs a curve. Pixels, and whatever is not standardized, have none.
func (f *fitter) needsRank(c *columns.Column, s *stat) bool {
	return c.Kind == columns.Number && f.scale == columns.Standard && f.table.Shape == nil && s.isTailed()
}

// rank gives a column of numbers its curve, unless it has less than three different quantiles.
func (f *fitter) rank(c *columns.Column, j int) {
	curve := curveOf(f.sorted(j))
	if curve == nil {
		return
	}
	width := len(f.table.Inputs)
	curve.Mean, curve.Divisor = moments(func(do func(v float64)) {
		for _, i := range f.indices {
			if x := f.table.Cells[i*width+j]; x == x {
				do(curve.Value(float64(x)))
			}
		}
	})
	if curve.Divisor > 0 {
		c.Curve = curve
	}
}

// sorted returns the numbers of a column in ascending order.
func (f *fitter) sorted(j int) []float32 {
	width := len(f.table.Inputs)
	values := make([]float32, 0, len(f.indices))
	for _, i := range f.indices {
		if x := f.table.Cells[i*width+j]; x == x {
			values = append(values, x)
		}
	}
	slices.Sort(values)
	return values
}

// curveOf goes from quantile to quantile of sorted values, to the share of values below each, those that equal it
// counted half. It is nil if fewer than three quantiles differ.
func curveOf(values []float32) *columns.Curve {
	n := len(values)
	c := &columns.Curve{}
	for _, p := range quantiles {
		if n == 0 {
			break
		}
		v := values[min(n-1, int(p*float64(n)))]
		if k := len(c.At); k > 0 && float64(v) <= c.At[k-1] {
			continue
		}
		from, _ := slices.BinarySearch(values, v)
		to, _ := slices.BinarySearch(values, math.Nextafter32(v, float32(math.Inf(1))))
		c.At, c.To = append(c.At, float64(v)), append(c.To, float64(from+to)/float64(2*n))
	}
	if len(c.At) < 3 {
		return nil
	}
	return c
}

// moments are the mean and the deviation of numbers.
func moments(each func(do func(v float64))) (mean, deviation float64) {
	n, squares := 0., 0.
	each(func(v float64) { mean += v; n++ })
	mean /= max(1, n)
	each(func(v float64) { squares += float64((v - mean) * (v - mean)) })
	return mean, math.Sqrt(squares / max(1, n))
}
