package fit

import (
	"math"
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// scatter is how far the numbers of a column are from their mean; 0 where nothing depends on it.
type scatter struct {
	deviation float64
	distance  float64 // on average
}

// measure goes over the training rows twice, or once if nothing depends on the scatter. The number of workers changes
// no bit.
func measure(t *table.Table, rows []int, o Options) []stat {
	stats := make([]stat, len(t.Inputs))
	for j, c := range t.Inputs {
		stats[j] = stat{text: c.Kind == table.Text, ignored: c.Kind == table.Ignored, overflow: c.Overflow,
			numbersOfRows: numbersTheRows(t, j),
			least:         math.Inf(1), most: math.Inf(-1), counts: make([]int, len(c.Levels))}
	}
	const cells = 16 // a cache line of them
	scattered := needsScatter(t, o.Scale)
	parallel(len(stats), cells, o.Workers, func(from, to int) { measureColumns(t, rows, stats, from, to, scattered) })
	return stats
}

// needsScatter reports whether something depends on the scatter: the choice of a scale, the scale, or a note about
// numbers that were rounded.
func needsScatter(t *table.Table, s columns.Scale) bool {
	return s == columns.Standard || s == columns.Auto && t.Divisor == 0 ||
		slices.ContainsFunc(t.Inputs, func(c table.Column) bool { return c.Rounding.Inexact != 0 })
}

// sums is what is added up of the numbers of a column, next to that of its neighbours. Codes of texts are added up,
// too, and not used.
type sums struct {
	least, most float64
	sum         float64
	present     int
}

// measureColumns measures columns from … to−1.
func measureColumns(t *table.Table, rows []int, stats []stat, from, to int, scattered bool) {
	width, stats := len(stats), stats[from:to]
	all := make([]sums, len(stats))
	var texts []int
	for j := range stats {
		all[j].least, all[j].most = math.Inf(1), math.Inf(-1)
		if stats[j].text && !stats[j].ignored {
			texts = append(texts, j)
		}
	}
	for _, i := range rows {
		cells := t.Cells[i*width+from:][:len(all)]
		addNumbers(all, cells)
		for _, j := range texts {
			if x := cells[j]; x >= 0 {
				stats[j].counts[int(x)]++
			}
		}
	}
	for j := range stats {
		s, a := &stats[j], &all[j]
		if s.ignored {
			continue
		}
		s.present, s.missing = a.present, len(rows)-a.present
		if !s.text {
			s.least, s.most, s.mean = a.least, a.most, a.sum/float64(max(1, a.present))
		}
	}
	if scattered {
		measureScatter(t, rows, stats, from)
	}
}

// addNumbers adds the cells of a row.
func addNumbers(all []sums, cells []float32) {
	for j, x := range cells {
		if x != x {
			continue
		}
		a, v := &all[j], float64(x)
		if v < a.least {
			a.least = v
		}
		if v > a.most {
			a.most = v
		}
		a.sum += v
		a.present++
	}
}

// measureScatter measures those of the columns of numbers, the first of which has the index from in the table.
func measureScatter(t *table.Table, rows []int, stats []stat, from int) {
	type column struct{ mean, squares, distance float64 }
	all := make([]column, len(stats))
	for j := range stats {
		all[j].mean = stats[j].mean
	}
	width := len(t.Inputs)
	for _, i := range rows {
		for j, x := range t.Cells[i*width+from:][:len(all)] {
			if x == x {
				c := &all[j]
				d := float64(x) - c.mean
				c.squares += float64(d * d) // rounded, on every processor: no fused operation
				c.distance += math.Abs(d)
			}
		}
	}
	for j := range stats {
		if s := &stats[j]; !s.text {
			n := float64(max(1, s.present))
			s.scatter = scatter{math.Sqrt(all[j].squares / n), all[j].distance / n}
		}
	}
}
