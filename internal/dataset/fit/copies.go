package fit

import (
	"math"
	"slices"

	"ridge/internal/dataset/table"
)

// isMeasured reports whether the target has more different numbers in the training rows than few classes are.
func (f *fitter) isMeasured() bool {
	if f.table.Targets[0].Kind != table.Number {
		return false
	}
	different := map[float64]bool{}
	for _, i := range f.indices {
		if different[f.table.Values[i]] = true; len(different) > FewClasses {
			return true
		}
	}
	return false
}

// isCopy reports whether the numbers of a column are those of a measured target in all rows that have both, perhaps in
// another unit. Of most columns a few rows tell that they are not.
func (f *fitter) isCopy(j int) bool {
	const few = 64
	some := f.indices
	if len(some) > few {
		some = make([]int, few) // from all over the table, which may be sorted
		for k := range some {
			some[k] = f.indices[k*len(f.indices)/few]
		}
	}
	return f.onLine(j, some) && (len(some) == len(f.indices) || f.onLine(j, f.indices))
}

// onLine reports whether a straight line leads from the numbers of a column to the target in at least leastRows rows,
// with a mean error of at most a thousandth of the mean distance of the target from its median. The one row in a
// hundred that is farthest from it does not count: in a correlation a single row that is far off in both would.
func (f *fitter) onLine(j int, rows []int) bool {
	const accuracy = 1e-3
	var x, y []float64
	width := len(f.table.Inputs)
	for _, i := range rows {
		if v := f.table.Cells[i*width+j]; v == v {
			x, y = append(x, float64(v)), append(y, f.table.Values[i])
		}
	}
	n := len(x)
	if n < leastRows {
		return false
	}
	meanX, meanY := 0., 0.
	for i := range x {
		meanX, meanY = meanX+x[i]/float64(n), meanY+y[i]/float64(n)
	}
	squares, products := 0., 0.
	for i := range x {
		squares += float64((x[i] - meanX) * (x[i] - meanX))
		products += float64((x[i] - meanX) * (y[i] - meanY))
	}
	slope, errors, distances := products/squares, 0., 0.
	median, farthest := middle(y)
	for i := range x {
		if distance := math.Abs(y[i] - median); distance <= farthest {
			distances += distance
			errors += math.Abs(y[i] - meanY - float64(slope*(x[i]-meanX)))
		}
	}
	return distances > 0 && errors <= accuracy*distances // false without a slope, which is NaN then
}

// middle returns the median of numbers, and the largest distance from it of those that remain without the one in a
// hundred, but at least one, that is farthest.
func middle(numbers []float64) (median, farthest float64) {
	sorted := slices.Sorted(slices.Values(numbers))
	n := len(sorted)
	median = sorted[n/2]
	for i, v := range sorted {
		sorted[i] = math.Abs(v - median)
	}
	slices.Sort(sorted)
	return median, sorted[n-1-max(1, int(rarelyFar*float64(n)))]
}

// divides reports whether a target has two values, one where the numbers of a column are small, the other where they
// are large, with many rows of each, and no wider gap between the two sides than there is inside of one. Where there is
// one the classes are groups that differ in the column, as species do; where there is none, a number was divided.
func (f *fitter) divides(j int) bool {
	const many = 100
	width, values := len(f.table.Inputs), f.table.Values
	first, other, varies := values[f.indices[0]], 0., false
	var sides [2][]float64
	least, most := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, i := range f.indices {
		x, k := float64(f.table.Cells[i*width+j]), 0
		if values[i] != first {
			if varies && values[i] != other {
				return false
			}
			k, other, varies = 1, values[i], true
		}
		if x != x {
			continue
		}
		least[k], most[k] = min(least[k], x), max(most[k], x)
		if least[0] <= most[1] && least[1] <= most[0] {
			return false
		}
		sides[k] = append(sides[k], x)
	}
	if min(len(sides[0]), len(sides[1])) < many {
		return false
	}
	between := max(least[0]-most[1], least[1]-most[0])
	return between <= max(widestGap(sides[0]), widestGap(sides[1]))
}

// widestGap is the largest distance of numbers that are neighbours; it sorts them.
func widestGap(numbers []float64) (widest float64) {
	slices.Sort(numbers)
	for i := 1; i < len(numbers); i++ {
		widest = max(widest, numbers[i]-numbers[i-1])
	}
	return widest
}
