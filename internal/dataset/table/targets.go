package table

import (
	"slices"
	"strconv"

	"ridge/internal/dataset/source"
)

// FindTargets returns the positions, from 0, of the columns to predict among all columns
// of a file: those that are asked for by a name, which goes first, or by a number from 1,
// or else the column last. names is nil if the columns have none. There must be a column
// left.
func FindTargets(file string, asked, names []string, count, last int) ([]int, error) {
	if len(asked) == 0 {
		asked = []string{strconv.Itoa(last + 1)}
		names = nil
	}
	var at []int
	for _, target := range asked {
		i, err := findColumn(file, target, names, count)
		if err != nil {
			return nil, err
		}
		if slices.Contains(at, i) {
			return nil, source.Bad(file, "column %s is asked for twice", Label(i, target))
		}
		at = append(at, i)
	}
	if len(at) >= count {
		return nil, source.Bad(file,
			"the target is all that it has (columns: %d): what it is predicted from must be there, too", count)
	}
	return at, nil
}

// FindColumns returns the positions, from 0 and ascending, of columns that are asked for as in [FindTargets].
func FindColumns(file string, asked, names []string, count int) ([]int, error) {
	var at []int
	for _, column := range asked {
		i, err := findColumn(file, column, names, count)
		if err != nil {
			return nil, err
		}
		at = append(at, i)
	}
	slices.Sort(at)
	return slices.Compact(at), nil
}

// LastOf is the last of count columns that is not among these; 0 if all are.
func LastOf(count int, without []int) int {
	for i := count - 1; i > 0; i-- {
		if !slices.Contains(without, i) {
			return i
		}
	}
	return 0
}

// Drop makes columns Ignored that are asked for by a name, which goes first, or by a number from 1, among all columns
// of the file. A target can't be dropped, nor a part of an image.
func (t *Table) Drop(asked []string) error {
	if t.Shape != nil {
		return source.Bad(t.Source, "its samples are images or arrays of shape %v: no part of them can be left out",
			t.Shape)
	}
	count := len(t.Inputs) + len(t.At)
	var names []string
	for i := range count {
		if k := slices.Index(t.At, i); k >= 0 {
			names = append(names, t.Targets[k].Name)
		} else {
			names = append(names, t.Inputs[inputAt(i, t.At)].Name)
		}
	}
	if !slices.ContainsFunc(names, func(name string) bool { return name != "" }) {
		names = nil
	}
	at, err := FindColumns(t.Source, asked, names, count)
	if err != nil {
		return err
	}
	for _, i := range at {
		if slices.Contains(t.At, i) {
			return DroppedTarget(t.Source, i, names)
		}
		t.Inputs[inputAt(i, t.At)].Kind = Ignored
	}
	return nil
}

// DroppedTarget is the error for a target, the column at a position, that is to be left out.
func DroppedTarget(file string, at int, names []string) error {
	name := ""
	if names != nil {
		name = names[at]
	}
	return source.Bad(file, "column %s is the target, and it can't be left out: choose another target, or drop others",
		Label(at, name))
}

// inputAt is the index of the input at a position among all columns of a file whose targets are at these positions: the
// inverse of [Position].
func inputAt(position int, targets []int) int {
	input := position
	for _, at := range targets {
		if at < position {
			input--
		}
	}
	return input
}

// findColumn is the position, from 0, of the column that is asked for by a name, which goes first, or by a number from
// 1.
func findColumn(file, asked string, names []string, count int) (int, error) {
	if i := slices.Index(names, asked); i >= 0 {
		if j := slices.Index(names[i+1:], asked); j >= 0 {
			return 0, source.Bad(file, "columns %d and %d are both called %q: ask for one by its number",
				i+1, i+j+2, asked)
		}
		return i, nil
	}
	if n, err := strconv.Atoi(asked); err == nil && n >= 1 && n <= count {
		return n - 1, nil
	}
	return 0, &TargetError{File: file, Target: asked, Names: names, Count: count}
}
