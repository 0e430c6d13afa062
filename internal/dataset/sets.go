package dataset

import (
	"fmt"
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/fit"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
	"ridge/internal/words"
)

// oneRow is the error for a table of which a single row is left for the training.
func oneRow(t *table.Table) error {
	if t.Rows <= 2 {
		return source.Bad(t.Source, "with %s there is one to learn from: too few", words.Counted(t.Rows, "row"))
	}
	return source.Bad(t.Source, "one training row of %s is left, too few to learn from: hold out fewer (--split, "+
		"--validation)", words.Group(t.Rows))
}

// describe fits inputs and outputs to the training rows of a table.
func (d *Data) describe(t *table.Table, rows []int) (*columns.Description, []string, error) {
	if len(rows) == 1 && t.Shape == nil { // in which all columns are always the same
		return nil, nil, oneRow(t)
	}
	in, notes, err := fit.Columns(t, rows,
		fit.Options{Scale: d.request.Scale, Pieces: d.request.Pieces, Workers: d.request.Workers})
	if err == nil {
		err = d.checkAbsent(in)
	}
	if err != nil {
		return nil, nil, err
	}
	out := &d.Outputs
	if out.Task == columns.Regression {
		if out, err = fit.Outputs(t, rows, columns.Regression); err != nil {
			return nil, nil, err
		}
	}
	if d.request.Scale == columns.Auto && in.Scale == columns.Common {
		notes = append(notes, "all columns seem to share a unit: they are centred, and divided by one number")
	}
	return &columns.Description{Inputs: *in, Outputs: *out}, notes, nil
}

// InPieces returns the same data, whose sets have their columns in pieces ([Request.Pieces]).
func (d *Data) InPieces() *Data {
	divided := *d
	divided.request.Pieces = true
	return &divided
}

// Learning is Set without validation and test samples, but refused as if it had them. More inputs than most are a
// *[WideError]; they are not made.
func (d *Data) Learning(p Parts, most int) (*Set, error) {
	description, notes, err := d.describe(d.table, p.Train)
	if err != nil {
		return nil, err
	}
	if inputs := description.Inputs.Width(); inputs > most {
		return nil, &WideError{d.Name, inputs, most}
	}
	return d.learning(description, notes, p)
}

// learning is Learning after the columns have been fitted.
func (d *Data) learning(description *columns.Description, notes []string, p Parts) (*Set, error) {
	rows := len(p.Train) + len(p.Validation) + len(p.Test)
	left, taken, err := d.checkInputs(&description.Inputs, rows+d.testRows())
	if err != nil {
		return nil, err
	}
	set := d.newSet(description, notes, p)
	set.Left, set.Taken = left, taken
	set.Train, err = d.part(&description.Inputs, p.Train)
	return set, err
}

// Set turns the columns into inputs, fitted to the samples of p.Train. It copies, so that d can make other sets with
// other parts.
func (d *Data) Set(p Parts) (*Set, error) {
	description, notes, err := d.describe(d.table, p.Train)
	if err != nil {
		return nil, err
	}
	return d.copied(description, notes, p)
}

// copied is Set after the columns have been fitted.
func (d *Data) copied(description *columns.Description, notes []string, p Parts) (*Set, error) {
	set, err := d.learning(description, notes, p)
	if err != nil {
		return nil, err
	}
	in := &set.Description.Inputs
	if set.Validation, err = d.part(in, p.Validation); err != nil {
		return nil, err
	}
	if set.Test, err = d.part(in, p.Test); err != nil || d.test == nil {
		return set, err
	}
	x, err := fit.Matrix(in, d.test, nil, d.request.Workers)
	if err != nil {
		return nil, err
	}
	set.Test = d.testSamples(x, in)
	return set, nil
}

// part copies rows of the table as samples.
func (d *Data) part(in *columns.Inputs, rows []int) (Samples, error) {
	x, err := fit.Matrix(in, d.table, slices.Clip(append([]int{}, rows...)), d.request.Workers)
	if err != nil {
		return Samples{}, err
	}
	values := pickRows(d.table.Values, rows, len(d.table.Targets))
	return d.samples(x, table.Pick(d.labels, rows), values, table.Pick(d.table.Lines, rows), in.Width()), nil
}

// Bytes is how much memory the inputs take.
func (s *Set) Bytes() int64 {
	return memory.Product(4, int64(len(s.Train.X)+len(s.Validation.X)+len(s.Test.X)))
}

// tables are those that the set is made of.
func (d *Data) tables() []*table.Table {
	if d.test != nil {
		return []*table.Table{d.table, d.test}
	}
	return []*table.Table{d.table}
}

// checkInputs refuses inputs that do not fit into memory together with the tables, and returns how much memory is left
// for what is made of them, and how much is taken.
func (d *Data) checkInputs(in *columns.Inputs, rows int) (left, taken int64, err error) {
	return checkInputs(in, d.request.options(), rows, d.tables()...)
}

func checkInputs(in *columns.Inputs, o table.Options, rows int, tables ...*table.Table) (left, taken int64, err error) {
	t, cells, size := tables[0], int64(0), int64(0)
	for _, t := range tables {
		cells, size = cells+t.Bytes(), size+t.Size
	}
	need := memory.Product(4, int64(rows), int64(in.Width()))
	left, taken = o.Left(tables...)
	what := fmt.Sprintf("%s rows of %s inputs, made of %s columns,",
		words.Group(rows), words.Group(in.Width()), words.Group(len(in.Columns)))
	if need > left {
		return 0, 0, &table.ShareError{
			File: t.Source, What: what, Need: need, Size: size, Limit: left, Hint: mostLevels(in, t.At),
			Memory: memory.Sum(need, taken),
		}
	}
	return left - need, taken + need, memory.Check(max(0, o.Limit-cells), need, t.Source+": "+what)
}

// mostLevels says which columns to leave out so that there are fewer inputs.
func mostLevels(in *columns.Inputs, at []int) string {
	most := 0
	for j, c := range in.Columns {
		if len(c.Levels) > len(in.Columns[most].Levels) {
			most = j
		}
	}
	levels := len(in.Columns[most].Levels)
	if levels == 0 {
		return "leave columns out"
	}
	return fmt.Sprintf("each text of a column is an input; leave out those with many, such as column %s with %s",
		table.Label(table.Position(most, at), in.Columns[most].Name), words.Group(levels))
}

// newSet is a set without samples.
func (d *Data) newSet(description *columns.Description, notes []string, p Parts) *Set {
	set := &Set{
		Name: d.Name, Classes: d.Outputs.Classes, Random: d.table.Random, LikeMNIST: d.table.LikeMNIST,
		Drawn: d.test == nil && len(p.Test) > 0, Description: description,
		Notes: append(slices.Clone(d.Notes), notes...), Warnings: slices.Clone(d.Warnings),
	}
	if warning := fit.DroppedWarning(&description.Inputs); warning != "" {
		set.Warnings = append(set.Warnings, warning)
	}
	return set
}

// testRows is how many rows the test part has that is a table of its own.
func (d *Data) testRows() int {
	if d.test == nil {
		return 0
	}
	return d.test.Rows
}

// testSamples are those of the test part that is a table of its own; x are their inputs.
func (d *Data) testSamples(x []float32, in *columns.Inputs) Samples {
	return d.samples(x, d.held, d.test.Values, d.test.Lines, in.Width())
}

// samples are those of a part.
func (d *Data) samples(x []float32, labels []int, values []float64, lines []int32, dim int) Samples {
	s := Samples{X: x, Labels: labels, Lines: lines, Dim: dim}
	if d.Outputs.Task == columns.Regression {
		s.Targets, s.Outputs = values, len(d.Outputs.Targets)
	}
	return s
}

// pickRows are these rows of a row-major matrix.
func pickRows(all []float64, rows []int, width int) []float64 {
	out := make([]float64, 0, len(rows)*width)
	for _, i := range rows {
		out = append(out, all[i*width:(i+1)*width]...)
	}
	return out
}
