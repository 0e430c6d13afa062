package fit

import (
	"fmt"
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// complementNote names columns of 0 and 1 of which one is 1 wherever the target is 0, and none where it is 1, in all
// training rows: together they tell it, as the names of other classes do that have a column each. "" if there are none.
func (f *fitter) complementNote(in *columns.Inputs) string {
	const least = 2 // a single one is told of by tellingNotes
	if f.images() || len(f.table.Targets) != 1 || len(f.indices) < leastRows || !f.isFlag() {
		return ""
	}
	var others []int
	for j, c := range in.Columns {
		if c.Kind == columns.Number && f.excludes(j) {
			others = append(others, j)
		}
	}
	if others = f.completing(others); len(others) < least {
		return ""
	}
	var found suspects
	for _, j := range others {
		found.add(f.table, j)
	}
	return fmt.Sprintf("%s and the target are 0 but for a single 1 in all training rows: if that stands for classes, "+
		"the others tell which rows are of this one, so leave them out (%s)",
		table.Columns(found.labels, mostListed), found.flag())
}

// isFlag reports whether the target is 0 or 1, and not always the same.
func (f *fitter) isFlag() bool {
	if f.table.Targets[0].Kind != table.Number {
		return false
	}
	ones := 0
	for _, i := range f.indices {
		switch f.table.Values[i] {
		case 0:
		case 1:
			ones++
		default:
			return false
		}
	}
	return 0 < ones && ones < len(f.indices)
}

// excludes reports whether a column is 0 or 1, and 0 wherever the target is 1.
func (f *fitter) excludes(j int) bool {
	width := len(f.table.Inputs)
	for _, i := range f.indices {
		if x := f.table.Cells[i*width+j]; x != 0 && (x != 1 || f.table.Values[i] != 0) {
			return false
		}
	}
	return true
}

// completing are the columns that together with the target are 1 just once in each row, nil if there are none: of some
// that are 0 or 1, the first ones that are never 1 where an earlier one is.
func (f *fitter) completing(flags []int) (some []int) {
	covered := make([]bool, len(f.indices))
	for k, i := range f.indices {
		covered[k] = f.table.Values[i] == 1
	}
	width := len(f.table.Inputs)
	for _, j := range flags {
		is := func(k int) bool { return f.table.Cells[f.indices[k]*width+j] == 1 }
		overlaps := false
		for k := 0; k < len(covered) && !overlaps; k++ {
			overlaps = covered[k] && is(k)
		}
		if overlaps {
			continue
		}
		some = append(some, j)
		for k := range covered {
			covered[k] = covered[k] || is(k)
		}
	}
	if slices.Contains(covered, false) {
		return nil
	}
	return some
}
