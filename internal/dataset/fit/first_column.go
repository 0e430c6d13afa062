package fit

import (
	"fmt"
	"math"
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// FirstColumnWarning warns that the classes may be the first column, for a table without a header whose target nobody
// has named; "" if nothing says so.
func FirstColumnWarning(o *columns.Outputs, t *table.Table) string {
	named := func(c table.Column) bool { return c.Name != "" }
	if len(t.At) != 1 || t.At[0] == 0 || len(t.Inputs) == 0 || slices.ContainsFunc(t.Targets, named) ||
		slices.ContainsFunc(t.Inputs, named) {
		return ""
	}
	what := ""
	switch {
	case firstAloneIsText(o, t):
		what = "the only text,"
	case firstAloneIsNumbered(t):
		what = "the only one with few whole numbers, as classes have,"
	default:
		return ""
	}
	return fmt.Sprintf("column 1 is %s and is taken for an input, as the target is column %d: if it is what to "+
		"predict, say so (--target 1)", what, t.At[0]+1)
}

// firstAloneIsText reports whether the first column is the only text, with less than half as many levels as rows, where
// the target has numbers that are taken for classes. Where the target is measured, a text is an input like others.
func firstAloneIsText(o *columns.Outputs, t *table.Table) bool {
	texts := 0
	for _, c := range t.Inputs {
		if c.Kind == table.Text {
			texts++
		}
	}
	first := t.Inputs[0]
	levels := len(first.Levels)
	return o.Task == columns.Classes && o.Numeric && texts == 1 && first.Kind == table.Text && !first.Overflow &&
		levels > 1 && 2*levels < t.Rows
}

// firstAloneIsNumbered reports whether the first column has a few whole numbers from 0 or 1 on, as classes have, where
// the target is measured and so are all other inputs, of which there are some: a single input may be a dose.
func firstAloneIsNumbered(t *table.Table) bool {
	if t.Targets[0].Kind != table.Number || TaskOf(t.Values) != columns.Regression || len(t.Inputs) == 1 ||
		!numbered(t, 0) {
		return false
	}
	for j, c := range t.Inputs[1:] {
		if c.Kind == table.Text || numbered(t, 1+j) {
			return false
		}
	}
	return true
}

// numbered reports whether an input has numbers that [TaskOf] would take for up to [FewClasses] classes, none is
// missing, and they are those of [Count].
func numbered(t *table.Table, input int) bool {
	different := make(map[float32]int, FewClasses+1)
	for i := range t.Rows {
		v := t.Cells[i*len(t.Inputs)+input]
		if different[v]++; len(different) > FewClasses || math.IsNaN(float64(v)) {
			return false
		}
	}
	values := make([]float64, 0, len(different))
	for v, rows := range different {
		if values = append(values, float64(v)); rows < 2 {
			return false
		}
	}
	slices.Sort(values)
	return t.Inputs[input].Kind == table.Number && len(values) > 1 && Count(values)
}

// Count reports whether these numbers, different ones in ascending order, are all whole ones from 0 or 1 on, up to 100
// of them, as classes are often numbered. It needs at least one.
func Count(numbers []float64) bool {
	const most = 100
	for i, v := range numbers {
		if v != numbers[0]+float64(i) {
			return false
		}
	}
	return len(numbers) <= most && (numbers[0] == 0 || numbers[0] == 1)
}
