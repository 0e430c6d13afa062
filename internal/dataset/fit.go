package dataset

import (
	"errors"
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

// fitted is data whose columns and targets are fitted to the training samples of some parts.
type fitted struct {
	*Raw
	description *columns.Description
	notes       []string // about the columns
	parts       Parts
}

// fit fits inputs and outputs to the training samples.
func (d *Raw) fit(p Parts) (*fitted, error) {
	t := d.table
	if len(p.Train) == 1 && t.Shape == nil { // in which all columns are always the same
		return nil, oneRow(t)
	}
	in, notes, err := fit.Columns(t, p.Train,
		fit.Options{Scale: d.request.Scale, Pieces: d.request.Pieces, Workers: d.request.Workers})
	if err == nil {
		err = d.checkAbsent(in)
	}
	if err != nil {
		return nil, err
	}
	out := &d.Outputs
	if out.Task == columns.Regression {
		if out, err = fit.Outputs(t, p.Train, columns.Regression); err != nil {
			return nil, err
		}
	}
	if d.request.Scale == columns.Auto && in.Scale == columns.Common {
		notes = append(notes, "all columns seem to share a unit: they are centred, and divided by one number")
	}
	return &fitted{d, &columns.Description{Inputs: *in, Outputs: *out}, notes, p}, nil
}

// InPieces returns the same data, whose sets have their columns in pieces ([Request.Pieces]).
func (d *Raw) InPieces() *Raw {
	divided := *d
	divided.request.Pieces = true
	return &divided
}

// Learning is Set without validation and test samples, but refused as if it had them. More inputs than most are a
// *[WideError]; they are not made.
func (d *Raw) Learning(p Parts, most int) (*Set, error) {
	f, err := d.fit(p)
	if err != nil {
		return nil, err
	}
	if inputs := f.description.Inputs.Width(); inputs > most {
		return nil, &WideError{d.Name, inputs, most}
	}
	return f.copyTrain()
}

// copyTrain makes the set without validation and test samples, if there is memory for all.
func (f *fitted) copyTrain() (*Set, error) {
	rows := len(f.parts.Train) + len(f.parts.Validation) + len(f.parts.Test)
	budget, err := f.checkInputs(&f.description.Inputs, rows+f.testRows())
	if err != nil {
		return nil, err
	}
	set := f.newSet(budget)
	set.Train, err = f.copyRows(f.parts.Train)
	return set, err
}

// Set turns the columns into inputs, fitted to the samples of p.Train. It copies, so that d can make other sets with
// other parts.
func (d *Raw) Set(p Parts) (*Set, error) {
	f, err := d.fit(p)
	if err != nil {
		return nil, err
	}
	return f.copyAll()
}

// copyAll makes the set, and leaves the data as they are.
func (f *fitted) copyAll() (*Set, error) {
	set, err := f.copyTrain()
	if err != nil {
		return nil, err
	}
	if set.Validation, err = f.copyRows(f.parts.Validation); err != nil {
		return nil, err
	}
	if set.Test, err = f.copyRows(f.parts.Test); err != nil || f.test == nil {
		return set, err
	}
	x, err := fit.Matrix(&f.description.Inputs, f.test, nil, f.request.Workers)
	if err != nil {
		return nil, err
	}
	set.Test = f.testSamples(x)
	return set, nil
}

// copyRows makes samples of rows of the table.
func (f *fitted) copyRows(rows []int) (Samples, error) {
	x, err := fit.Matrix(&f.description.Inputs, f.table, slices.Clip(append([]int{}, rows...)), f.request.Workers)
	if err != nil {
		return Samples{}, err
	}
	values := table.PickRows(f.table.Values, rows, len(f.table.Targets))
	places := table.Places{Lines: table.Pick(f.table.Lines, rows), Files: table.Pick(f.table.Files, rows)}
	return f.samples(x, table.Pick(f.labels, rows), values, places), nil
}

// tables are all whose cells are in memory while the inputs are made of them.
func (d *Raw) tables() []*table.Table {
	if d.test != nil {
		return []*table.Table{d.table, d.test}
	}
	return []*table.Table{d.table}
}

// checkInputs refuses inputs that do not fit into memory together with the tables, and returns how much memory is left
// for what is made of them, and how much is taken.
func (d *Raw) checkInputs(in *columns.Inputs, rows int) (Budget, error) {
	budget, err := checkInputs(in, d.request.options(), rows, d.tables()...)
	ofTexts := 0
	for _, c := range in.Columns {
		ofTexts += len(c.Levels)
	}
	if _, ok := errors.AsType[*memory.LimitError](err); ok && 2*ofTexts > in.Width() {
		err = fmt.Errorf("%w: %s", err, mostLevels(in, d.table.At))
	}
	return budget, err
}

func checkInputs(in *columns.Inputs, o table.Options, rows int, tables ...*table.Table) (Budget, error) {
	t, cells, size := tables[0], int64(0), int64(0)
	for _, t := range tables {
		cells, size = cells+t.Bytes(), size+t.Size
	}
	need := memory.Product(4, int64(rows), int64(in.Width()))
	left, taken := o.Left(tables...)
	what := fmt.Sprintf("%s rows of %s inputs, made of %s columns,",
		words.Group(rows), words.Group(in.Width()), words.Group(len(in.Columns)))
	if need > left {
		return Budget{}, &table.ShareError{
			File: t.Source, What: what, Need: need, Size: size, Limit: left, Hint: mostLevels(in, t.At),
			Memory: memory.Sum(need, taken),
		}
	}
	return Budget{Taken: taken + need, Left: left - need}, memory.Check(max(0, o.Limit-cells), need, t.Source+": "+what)
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

// newSet is the set without samples.
func (f *fitted) newSet(budget Budget) *Set {
	set := &Set{
		Name: f.Name, Classes: f.Outputs.Classes, Random: f.table.Random, LikeMNIST: f.table.LikeMNIST,
		Drawn: f.test == nil && len(f.parts.Test) > 0, Description: f.description,
		Budget: budget, Remarks: f.And(table.Remarks{Notes: f.notes}),
	}
	if warning := fit.DroppedWarning(&f.description.Inputs); warning != "" {
		set.Warnings = append(set.Warnings, warning)
	}
	return set
}

// testRows is how many rows the test part has that is a table of its own.
func (d *Raw) testRows() int {
	if d.test == nil {
		return 0
	}
	return d.test.Rows
}

// testSamples makes samples of inputs x of the test part that is a table of its own.
func (f *fitted) testSamples(x []float32) Samples {
	return f.samples(x, f.held, f.test.Values, f.test.Places)
}

// samples makes samples of a part: with labels for classes, or with targets for a regression, never with both.
func (f *fitted) samples(x []float32, labels []int, values []float64, at table.Places) Samples {
	s := Samples{X: x, Labels: labels, Lines: at.Lines, Files: at.Files, Dim: f.description.Inputs.Width()}
	if f.Outputs.Task == columns.Regression {
		s.Targets, s.Outputs = values, len(f.Outputs.Targets)
	}
	return s
}
