package table

import (
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/words"
)

// Layout is how the columns of a file that was read before lay in it.
type Layout struct {
	Inputs  []LayoutColumn
	Targets []LayoutColumn
	// At are the positions of the targets among all columns, counted from 0; nil if they
	// were no columns of the file.
	At []int
	// Shape is that of a [Table].
	Shape []int
	// Arrays are those of the file, if somebody chose them.
	Arrays *columns.Arrays
	// DecimalComma is that of the file.
	DecimalComma bool
}

// LayoutColumn is a column of a [Layout].
type LayoutColumn struct {
	Name string // "" without one
	Kind Kind
	// Levels are the known levels of text; all others are treated alike, and may be the cell -1.
	Levels []string
	// Thousands is that of a [Column].
	Thousands string
	// Spare says that the file need not have it if its columns have names.
	Spare bool
}

// Named reports whether an input has a name.
func (l *Layout) Named() bool {
	return slices.ContainsFunc(l.Inputs, func(c LayoutColumn) bool { return c.Name != "" })
}

// SameOrder reports whether samples of two shapes have their numbers in the same order, as far as anybody knows: those
// of one dimension, or without a shape, may be of any, and dimensions of 1 change nothing.
func SameOrder(a, b []int) bool {
	longer := func(shape []int) []int {
		return slices.DeleteFunc(slices.Clone(shape), func(n int) bool { return n == 1 })
	}
	a, b = longer(a), longer(b)
	return len(a) < 2 || len(b) < 2 || slices.Equal(a, b)
}

// Fits returns an error unless a file of count columns without names can be one of this layout:
// inputs and targets, or only the inputs, whether there are then targets or not. at are the
// positions of the targets in it.
func (l *Layout) Fits(file string, count int) (at []int, err error) {
	switch inputs := len(l.Inputs); {
	case count == inputs+len(l.At) && l.At != nil:
		return l.At, nil
	case count == inputs:
		return nil, nil
	case len(l.At) > 0:
		return nil, source.Bad(file, "it has %s, want %d, or %d with the target",
			words.Counted(count, "column"), inputs, inputs+len(l.At))
	default:
		return nil, source.Bad(file, "it has %s, want %d", words.Counted(count, "column"), inputs)
	}
}
