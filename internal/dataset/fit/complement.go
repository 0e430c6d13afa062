package fit

import (
	"fmt"

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
	if len(others) < least || !f.completes(others) {
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

// completes reports whether just one of these columns and the target is 1 in each row.
func (f *fitter) completes(flags []int) bool {
	width := len(f.table.Inputs)
	for _, i := range f.indices {
		ones := f.table.Values[i]
		for _, j := range flags {
			ones += float64(f.table.Cells[i*width+j])
		}
		if ones != 1 {
			return false
		}
	}
	return true
}
