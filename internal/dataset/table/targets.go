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
		i, err := findTarget(file, target, names, count)
		if err != nil {
			return nil, err
		}
		if slices.Contains(at, i) {
			return nil, source.Bad(file, "column %s is asked for twice", Label(i, target))
		}
		at = append(at, i)
	}
	if len(at) >= count {
		return nil, source.Bad(file, "the target is all that it has (columns: %d): what it is predicted from must be there, too", count)
	}
	return at, nil
}

func findTarget(file, target string, names []string, count int) (int, error) {
	if i := slices.Index(names, target); i >= 0 {
		if j := slices.Index(names[i+1:], target); j >= 0 {
			return 0, source.Bad(file, "columns %d and %d are both called %q: ask for one by its number", i+1, i+j+2, target)
		}
		return i, nil
	}
	if n, err := strconv.Atoi(target); err == nil && n >= 1 && n <= count {
		return n - 1, nil
	}
	return 0, &TargetError{File: file, Target: target, Names: names, Count: count}
}

// Fits returns an error unless a file of so many columns without names can be one of this
// layout: inputs and targets, or only the inputs, whether there are then targets or not.
// at are the positions of the targets in it.
func (l *Layout) Fits(file string, count int) (at []int, err error) {
	switch inputs := len(l.Inputs); {
	case count == inputs+len(l.At) && l.At != nil:
		return l.At, nil
	case count == inputs:
		return nil, nil
	case len(l.At) > 0:
		return nil, source.Bad(file, "it has %d columns, want %d, or %d with the target", count, inputs, inputs+len(l.At))
	default:
		return nil, source.Bad(file, "it has %d columns, want %d", count, inputs)
	}
}
