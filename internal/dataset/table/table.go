package table

import (
	"math"
	"slices"

	"ridge/bcd/nn/columns"
)

// Kind says what a column holds.
type Kind int

// The kinds of column.
const (
	Number  Kind = iota // cells are numbers
	Text                // cells are levels: one of a list of strings
	Ignored             // cells are not looked at, and all missing
)

// String returns "numbers", "text" or "nothing".
func (k Kind) String() string {
	return [...]string{"numbers", "text", "nothing"}[k]
}

// Column describes a column of a table.
type Column struct {
	// Name is from the header, or of another name that the format has; "" without one.
	Name string
	Kind Kind
	// Levels are the different strings of a column of text, in the order in which they
	// first occur. A cell is an index into it, or -1: another string.
	Levels []string
	// Field is where a column of inputs stands among all columns of the file, from 0.
	Field int
	// Missing is how many cells of the file have no value.
	Missing int
	// Overflow is set for a column of text with more levels than MaxLevels: an identifier
	// or free text. It has no Levels, and all cells are missing; Some are the first of its texts.
	Overflow bool
	Some     []string
	// Absent is set for a column that the file does not have, though the one that it has to be like does. All cells are
	// missing.
	Absent bool
	// Alike is the name of another column of that file that looks like this one, if it is absent; "" if there is none.
	Alike string
	// Rounding is that of a column of numbers. It is not known of a file that had to be like another one.
	Rounding Rounding
	// Spelled is how numbers of a target are written in every row that has them, if they begin with a zero: of 2139 it
	// may be 02139. Other numbers have no text in it.
	Spelled map[float64]string
	// Thousands is the mark that separates thousands in a column of numbers, "." or ","; the other one is then the
	// decimal mark. It is "" if there is none.
	Thousands string
	// Counts is set for a column that numbers the rows of the file from 0 or 1 on.
	Counts bool
}

// MaxLevels is the most levels that are told apart in a column.
const MaxLevels = 1 << 16

// Table is the content of a file.
type Table struct {
	// Source is what errors call the file.
	Source string
	// Size is how many bytes the files of the table take where they lie, packed or not; 0 if they are part of the
	// program.
	Size int64
	Rows int
	// Inputs describe the columns of Cells, which is Rows×len(Inputs), row-major. NaN is a
	// missing value, an integer the level of a text column.
	Inputs []Column
	Cells  []float32
	// Targets describe the columns of Values, which is Rows×len(Targets), row-major; there
	// are none if the file has none or none were asked for. No value is missing.
	Targets []Column
	Values  []float64
	Places
	Nature
	// At are the positions of the targets among all columns of the file, counted from 0;
	// nil if the targets are no columns of it.
	At []int
	// Shape is that of an image, {height, width} or {height, width, 3}, or of another array
	// of more than one dimension; nil if an input is just a row. Its product is len(Inputs).
	Shape []int
	// Divisor is the largest value that an input can have by the nature of the format, 255
	// for bytes that are pixels; 0 if there is none.
	Divisor float64
	// Test is the test part, if the format has one of its own; its columns are the same.
	Test *Table
	Remarks
}

// Nature is what the format says of the content, or the way in which it is written.
type Nature struct {
	// Labels is set if the targets are classes by the nature of the format.
	Labels bool
	// Random is set if the rows are in random order by the making of the format, so that the last
	// ones are as good to judge by as any: the sets in the layout of MNIST, but for those that are sorted.
	Random bool
	// LikeMNIST is set if the format is that of images in the layout of MNIST, sorted or not: what suits these, such as
	// the network, is known.
	LikeMNIST bool
	// DecimalComma is set if fractions have a comma in the place of the point.
	DecimalComma bool
}

// Remarks are what people are told about a file.
type Remarks struct {
	// Notes say what was found out about the file and what was left out.
	Notes []string
	// Warnings say what may have been misunderstood, or is likely to be a mistake.
	Warnings []string
}

// And returns these remarks and more, in slices of their own.
func (r Remarks) And(more Remarks) Remarks {
	return Remarks{slices.Concat(r.Notes, more.Notes), slices.Concat(r.Warnings, more.Warnings)}
}

// Places are where people find what messages say about a row or a target.
type Places struct {
	// Lines are those of the file on which the rows begin, from 1; nil if it has none.
	Lines []int32
	// Files are those that the rows are, if each is one, as they lie in the folder that was named; else nil.
	Files []string
	// TargetSource is what errors call the file of the targets if it is another one.
	TargetSource string
	// Arrays are those that the samples and the targets come from, if somebody chose them; else nil.
	Arrays *columns.Arrays
}

// Bytes is about how much memory the table takes.
func (t *Table) Bytes() int64 {
	return Bytes(int64(t.Rows), int64(len(t.Inputs)), int64(len(t.Targets)))
}

// Numbers returns n columns of numbers without names.
func Numbers(n int) []Column {
	all := make([]Column, n)
	for j := range all {
		all[j].Field = j
	}
	return all
}

// CountMissing sets the number of missing cells of each input column.
func (t *Table) CountMissing() {
	for j := range t.Inputs {
		t.Inputs[j].Missing = 0
	}
	width := len(t.Inputs)
	for i := 0; i < len(t.Cells); i += width {
		for j, x := range t.Cells[i : i+width] {
			if x != x {
				t.Inputs[j].Missing++
			}
		}
	}
}

// Permute puts the rows into another order, in place: row i becomes the one that was row
// order[i]. order has each row once.
func (t *Table) Permute(order []int) {
	inputs, targets := len(t.Inputs), len(t.Targets)
	if slices.IsSorted(order) {
		return
	}
	t.Lines, t.Files = Pick(t.Lines, order), Pick(t.Files, order)
	cells, values := make([]float32, inputs), make([]float64, targets)
	done := make([]bool, len(order))
	for start := range order {
		if done[start] {
			continue
		}
		// Follow the cycle: each row comes to where the one before it has left.
		copy(cells, t.Cells[start*inputs:])
		copy(values, t.Values[start*targets:])
		i := start
		for ; order[i] != start; i = order[i] {
			from := order[i]
			copy(t.Cells[i*inputs:(i+1)*inputs], t.Cells[from*inputs:])
			copy(t.Values[i*targets:(i+1)*targets], t.Values[from*targets:])
			done[i] = true
		}
		copy(t.Cells[i*inputs:], cells)
		copy(t.Values[i*targets:], values)
		done[i] = true
	}
}

// Pick returns the elements of these indices, nil of nil.
func Pick[T any](all []T, indices []int) []T {
	if all == nil {
		return nil
	}
	out := make([]T, len(indices))
	for k, i := range indices {
		out[k] = all[i]
	}
	return out
}

// PickRows returns these rows of a row-major matrix, nil of nil.
func PickRows[T any](all []T, rows []int, width int) []T {
	if all == nil {
		return nil
	}
	out := make([]T, 0, len(rows)*width)
	for _, i := range rows {
		out = append(out, all[i*width:(i+1)*width]...)
	}
	return out
}

// DropUnlabelled leaves out the rows of which a target is NaN, and notes it.
func (t *Table) DropUnlabelled() {
	inputs, targets := len(t.Inputs), len(t.Targets)
	kept := 0
	for i := range t.Rows {
		values := t.Values[i*targets : (i+1)*targets]
		if slices.ContainsFunc(values, math.IsNaN) {
			continue
		}
		if t.Lines != nil {
			t.Lines[kept] = t.Lines[i]
		}
		if kept < i {
			copy(t.Cells[kept*inputs:], t.Cells[i*inputs:(i+1)*inputs])
			copy(t.Values[kept*targets:], values)
		}
		kept++
	}
	if kept < t.Rows {
		t.Notes = append(t.Notes, UnlabelledNote(t.Source, t.Rows-kept))
		t.Lines = t.Lines[:min(kept, len(t.Lines))]
		t.Rows, t.Cells, t.Values = kept, t.Cells[:kept*inputs], t.Values[:kept*targets]
	}
}

// Position is where the input of this index stands among all columns of a file whose
// targets are at these positions, all from 0.
func Position(input int, targets []int) int {
	for _, at := range slices.Sorted(slices.Values(targets)) {
		if at <= input {
			input++
		}
	}
	return input
}

// Missing is the value of a cell without a value.
var Missing = float32(math.NaN())
