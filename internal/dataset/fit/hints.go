package fit

import (
	"fmt"
	"slices"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// targetNames are what columns to predict are often called.
var targetNames = []string{"target", "class", "label", "labels", "y", "outcome"}

func isTargetName(name string) bool {
	return slices.Contains(targetNames, strings.ToLower(strings.TrimSpace(name)))
}

// called reports whether a column has this name, but for capitals and white space.
func called(c table.Column, name string) bool {
	return strings.EqualFold(strings.TrimSpace(c.Name), name)
}

// AnotherTarget is an input that is called what columns to predict are called, for a table whose target nobody has
// named: how messages call it, and what --target calls it. Both are "" if there is none, or more than one, or the
// target has such a name, too. A column y beside one called x is a coordinate.
func AnotherTarget(t *table.Table) (label, name string) {
	if found := anotherTarget(t); found >= 0 {
		return calledBoth(t, found)
	}
	return "", ""
}

// calledBoth is how messages call an input, and what --target calls it.
func calledBoth(t *table.Table, input int) (label, name string) {
	var s suspects
	s.add(t, input)
	return s.labels[0], s.words[0]
}

// anotherTarget is the index of [AnotherTarget] among the inputs, -1 if there is none.
func anotherTarget(t *table.Table) int {
	if len(t.Targets) != 1 || isTargetName(t.Targets[0].Name) {
		return -1
	}
	coordinates := slices.ContainsFunc(t.Inputs, func(c table.Column) bool { return called(c, "x") })
	found := -1
	for j, c := range t.Inputs {
		switch {
		case c.Kind == table.Ignored || !isTargetName(c.Name), coordinates && called(c, "y"):
		case found >= 0:
			return -1
		default:
			found = j
		}
	}
	return found
}

// AnotherTargetRemarks is about the input that is [AnotherTarget], if there is one, where o predicts the column that
// nobody has named. It is a warning; but a note if that input is called y, or if the target is measured and it is
// called class or outcome: many things are called so.
func AnotherTargetRemarks(o *columns.Outputs, t *table.Table) (r table.Remarks) {
	found := anotherTarget(t)
	if found < 0 {
		return r
	}
	label, name := calledBoth(t, found)
	text := fmt.Sprintf("column %s is taken for an input: if it is what to predict, say so (--target %s)", label, name)
	often := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return called(t.Inputs[found], name) })
	}
	if often("y") || o.Task == columns.Regression && often("class", "outcome") {
		r.Notes = []string{text}
	} else {
		r.Warnings = []string{text}
	}
	return r
}

// OneHotNote is a note about several targets of a regression that are 0 but for a 1 in each row, as classes are often
// written; "" for others.
func OneHotNote(o *columns.Outputs, t *table.Table) string {
	n := len(t.Targets)
	if o.Task != columns.Regression || n < 2 || t.Rows == 0 {
		return ""
	}
	for i := range t.Rows {
		ones := 0
		for _, v := range t.Values[i*n : (i+1)*n] {
			if v != 0 && v != 1 {
				return ""
			}
			ones += int(v)
		}
		if ones != 1 {
			return ""
		}
	}
	return fmt.Sprintf(
		"one of the %d targets is 1 and the others are 0 in each row: if that stands for classes, put their names or "+
			"numbers into one column, as %d numbers are predicted here", n, n)
}
