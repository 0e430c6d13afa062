package fit

import (
	"fmt"
	"math"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// rowsForEach is how many rows there must be, on average, for each value of a column that tells the target.
const rowsForEach = 5

// tellingNotes name columns that alone tell the target of all training rows: each of their values comes with one and
// the same value of the target, or they are the target in another unit, or two classes are made by dividing their
// numbers. Measurements hardly ever do that; what was written down when the target was known does.
func (f *fitter) tellingNotes(in *columns.Inputs) (notes []string) {
	if f.images() || len(f.table.Targets) != 1 || len(f.indices) < leastRows {
		return nil
	}
	measured := f.isMeasured()
	ways := []struct {
		how     string
		tells   func(j int, c *columns.Column) bool
		telling suspects
	}{
		{how: "each value goes with one value of the target in all training rows",
			tells: func(j int, c *columns.Column) bool { return f.tells(j, hasOnlyGaps(c)) }},
		{how: "the numbers are those of the target, perhaps in another unit, in all training rows that have one",
			tells: func(j int, c *columns.Column) bool { return measured && c.Kind == columns.Number && f.isCopy(j) }},
		{how: "one class has all the smaller numbers, the other all the larger ones in the training rows",
			tells: func(j int, c *columns.Column) bool { return c.Kind == columns.Number && f.divides(j) }},
	}
	for j := range in.Columns {
		c := &in.Columns[j]
		for k := range ways {
			if c.Kind != columns.Dropped && ways[k].tells(j, c) {
				ways[k].telling.add(f.table, j)
				break
			}
		}
	}
	for _, way := range ways {
		if way.telling.labels != nil {
			notes = append(notes, tellingNote(&way.telling, way.how))
		}
	}
	return notes
}

// tellingNote says how columns tell the target.
func tellingNote(s *suspects, how string) string {
	verb, them := "alone tells the target", "it is made from the target, or not known before it, leave it out"
	if len(s.labels) > 1 {
		verb, them = "each alone tell the target", "they are made from the target, or not known before it, "+
			"leave them out"
	}
	return fmt.Sprintf("%s %s: %s: if %s (%s)", table.Columns(s.labels, mostListed), verb, how, them, s.flag())
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
