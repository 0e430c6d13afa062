package fit

import (
	"fmt"
	"math"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// rowsForEach is how many rows there must be, on average, for each value of a column that tells the target.
const rowsForEach = 5

// tellingNotes name columns of which each value comes with one and the same value of the target in all training rows.
// Measurements hardly ever do that; what was written down when the target was known does.
func (f *fitter) tellingNotes(in *columns.Inputs) []string {
	if f.images() || len(f.table.Targets) != 1 || len(f.indices) < leastRows {
		return nil
	}
	var telling suspects
	for j, c := range in.Columns {
		if c.Kind != columns.Dropped && f.tells(j, hasOnlyGaps(&c)) {
			telling.add(f.table, j)
		}
	}
	if telling.labels == nil {
		return nil
	}
	verb, them := "alone tells the target", "it is made from the target, or not known before it, leave it out"
	if len(telling.labels) > 1 {
		verb, them = "each alone tell the target", "they are made from the target, or not known before it, "+
			"leave them out"
	}
	return []string{fmt.Sprintf("%s %s: each value goes with one value of the target in all training rows: if %s (%s)",
		table.Columns(telling.labels, mostListed), verb, them, telling.flag())}
}

// tells reports whether the values of a column, missing being one of them, determine a target that varies; or whether
// that alone does which are missing. It reads until one value has two targets, or there are too many values, which is
// soon in most columns.
func (f *fitter) tells(j int, onlyGaps bool) bool {
	width, targets := len(f.table.Inputs), map[uint32]float64{}
	varies, first := false, f.table.Values[f.indices[0]]
	for _, i := range f.indices {
		x, target := f.table.Cells[i*width+j], f.table.Values[i]
		key := math.Float32bits(x)
		switch {
		case x != x:
			key = math.Float32bits(float32(math.NaN()))
		case onlyGaps:
			key = 0
		}
		known, seen := targets[key]
		switch {
		case seen && known != target:
			return false
		case !seen && (len(targets)+1)*rowsForEach > len(f.indices):
			return false
		}
		targets[key] = target
		varies = varies || target != first
	}
	return varies
}
