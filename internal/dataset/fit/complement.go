package fit

import (
	"cmp"
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
// that are 0 or 1, those that are never 1 where one with more ones is, as a rare flag among the others may be.
func (f *fitter) completing(flags []int) (some []int) {
	covered := make([]bool, len(f.indices))
	for k, i := range f.indices {
		covered[k] = f.table.Values[i] == 1
	}
	for _, j := range f.byOnes(flags) {
		if slices.ContainsFunc(f.onesOf(j), func(k int) bool { return covered[k] }) {
			continue
		}
		some = append(some, j)
		for _, k := range f.onesOf(j) {
			covered[k] = true
		}
	}
	if slices.Contains(covered, false) {
		return nil
	}
	slices.Sort(some)
	return some
}

// byOnes are these columns, those with the most ones first.
func (f *fitter) byOnes(flags []int) []int {
	ones := map[int]int{}
	for _, j := range flags {
		ones[j] = len(f.onesOf(j))
	}
	return slices.SortedStableFunc(slices.Values(flags), func(a, b int) int { return cmp.Compare(ones[b], ones[a]) })
}

// onesOf are the training rows in which a column is 1, as indices into those of all training rows.
func (f *fitter) onesOf(j int) (rows []int) {
	for k, i := range f.indices {
		if f.table.Cells[i*len(f.table.Inputs)+j] == 1 {
			rows = append(rows, k)
		}
	}
	return rows
}
