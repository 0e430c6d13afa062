package fit

import (
	"math"
	"slices"

	"ridge/bcd/nn/columns"
)

// The numbers of a curve have no unit.
const (
	// tailed is how many times the mean distance from the mean the deviation is in a column with outliers or heavy
	// tails: 1.25 is normal, 1.36 exponential; a share p of far outliers has 1/(2√p).
	tailed = 2
	// reach is how far beyond the quantiles 1/32 and 31/32 the bounds are, in distances between these: 11 deviations
	// to each side if the column is normal.
	reach = 3
	// sampled is how many rows the quantiles are taken from, evenly spread.
	sampled = 1 << 14
)

// quantiles are where a curve has its knots.
var quantiles = []float64{0, 1. / 32, 1. / 8, 2. / 8, 3. / 8, 4. / 8, 5. / 8, 6. / 8, 7. / 8, 31. / 32, 1}

// isTailed reports whether a column needs a curve. Pixels, and whatever is not standardized, have none.
func (f *fitter) isTailed(c *columns.Column, s *stat) bool {
	return c.Kind == columns.Number && f.scale == columns.Standard && f.table.Shape == nil && s.deviation > tailed*s.distance
}

// tame gives a column of numbers its curve, unless it has less than three different quantiles, and fits the column anew
// to its bounded cells.
func (f *fitter) tame(c *columns.Column, j int) {
	curve := curveOf(f.sample(j))
	if curve == nil {
		return
	}
	width := len(f.table.Inputs)
	each := func(do func(v float64)) {
		for _, i := range f.indices {
			if x := f.table.Cells[i*width+j]; x == x {
				do(curve.Bound(float64(x)))
			}
		}
	}
	mean, deviation := moments(each)
	curve.Mean, curve.Divisor = moments(func(do func(v float64)) { each(func(v float64) { do(curve.Value(v)) }) })
	if deviation > 0 && curve.Divisor > 0 {
		c.Fill, c.Mean, c.Divisor, c.Curve = mean, mean, deviation, curve
	}
}

// sample returns numbers of a column in ascending order.
func (f *fitter) sample(j int) []float64 {
	n, width := len(f.indices), len(f.table.Inputs)
	var values []float64
	for k := range min(n, sampled) {
		i := f.indices[k*n/min(n, sampled)]
		if x := f.table.Cells[i*width+j]; x == x {
			values = append(values, float64(x))
		}
	}
	slices.Sort(values)
	return values
}

// curveOf goes from quantile to quantile of sorted values, to the share of values below each, those that equal it
// counted half, and on to the bounds. It is nil if there is nothing between the first and the last quantile.
func curveOf(values []float64) *columns.Curve {
	n := len(values)
	if n == 0 {
		return nil
	}
	quantile := func(p float64) float64 { return values[min(n-1, int(p*float64(n)))] }
	low, high := quantile(1./32), quantile(31./32)
	low, high = low-float64(reach*(high-low)), high+float64(reach*(high-low))
	if low == high {
		low, high = values[0], values[n-1]
	}
	c := &columns.Curve{}
	add := func(v, rank float64) {
		if k := len(c.At); k == 0 || v > c.At[k-1] {
			c.At, c.To = append(c.At, v), append(c.To, rank)
		}
	}
	rank := func(v float64) float64 {
		from, _ := slices.BinarySearch(values, v)
		to, _ := slices.BinarySearch(values, math.Nextafter(v, math.Inf(1)))
		return float64(from+to) / float64(2*n)
	}
	add(low, rank(max(low, values[0])))
	for _, p := range quantiles {
		v := min(max(quantile(p), low), high)
		add(v, rank(v))
	}
	knots := len(c.At)
	add(high, c.To[knots-1])
	if different := knots; different < 3 || different == 3 && low < values[0] {
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
