package dataset

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/fit"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// Raw is what was read, before anything is fitted to it; a cross-validation divides it again and again. Its methods do
// not change it.
type Raw struct {
	// Name is the name of the set.
	Name string
	// Outputs is what the targets are. For a regression Mean and Divisor of its targets are
	// those of all samples; a [Set] has those of its training samples.
	Outputs columns.Outputs
	table.Remarks

	request      Request
	table, test  *table.Table
	labels, held []int // of the rows of table and test; nil for a regression
}

// Read reads the files of a request.
func Read(ctx context.Context, r Request) (*Raw, error) {
	r = r.withDefaults()
	t, name, err := readNamed(ctx, r.Data, r.options())
	if err != nil {
		return nil, err
	}
	d, err := newRaw(t, name, r)
	if err != nil || r.Test == "" {
		return d, err
	}
	return d, d.readTest(ctx)
}

// newRaw makes labels of targets.
func newRaw(t *table.Table, name string, r Request) (*Raw, error) {
	outputs, err := fit.Outputs(t, nil, r.Task)
	if err != nil {
		return nil, r.orAnother(err, t)
	}
	d := &Raw{Name: name, Outputs: *outputs, request: r, table: t, test: t.Test,
		Remarks: t.Remarks.And(table.Remarks{})}
	if len(r.Targets) == 0 && len(t.At) == 1 {
		of := ""
		if r.Drop != nil {
			of = " of those that are left"
		}
		d.Notes = append(d.Notes,
			fmt.Sprintf("the target is the last column%s, %s", of, table.Label(t.At[0], t.Targets[0].Name)))
	}
	d.sayTask()
	d.doubtTarget()
	d.Remarks = d.And(fit.TargetRemarks(outputs, t))
	for _, note := range []string{fit.DatesNote(outputs), fit.AlikeNote(outputs), fit.OneHotNote(outputs, t)} {
		if note != "" {
			d.Notes = append(d.Notes, note)
		}
	}
	if d.labels, err = d.labelsOf(t); err != nil {
		return nil, err
	}
	if d.test != nil && r.Test == "" {
		d.held, err = d.labelsOf(d.test)
	}
	return d, err
}

// orAnother adds to the error about a target that nobody has named how to name another, and which it may be.
func (r Request) orAnother(err error, t *table.Table) error {
	bad, ok := errors.AsType[*source.FormatError](err)
	if !ok || len(r.Targets) > 0 || len(t.At) != 1 {
		return err
	}
	hint := "--target N names another one"
	if label, name := fit.AnotherTarget(t); label != "" {
		hint = fmt.Sprintf("if column %s is what to predict, say so (--target %s)", label, name)
	}
	bad.Reason += "; it is the target as none was named: " + hint
	return bad
}

// doubtTarget adds what there is to say if nobody has said which column is the target: that another one has the name of
// a target, or that the first column, and not the last one, seems to be it.
func (d *Raw) doubtTarget() {
	if len(d.request.Targets) > 0 {
		return
	}
	if warning := fit.FirstColumnWarning(&d.Outputs, d.table); warning != "" &&
		d.request.Task != columns.Regression {
		d.Warnings = append(d.Warnings, warning)
	}
	d.Remarks = d.And(fit.AnotherTargetRemarks(&d.Outputs, d.table))
}

// sayTask adds a note that says whether numbers in the target were taken for classes or for a regression: a warning if
// the numbers of a regression look like those of classes, or if so many are taken for classes that they may be rounded
// quantities, and are not up to 100 that are numbered from 0 or 1.
func (d *Raw) sayTask() {
	if d.request.Task != columns.AutoTask || len(d.table.Targets) != 1 || d.table.Targets[0].Kind != table.Number ||
		d.table.Labels {
		return
	}
	values := slices.Compact(slices.Sorted(slices.Values(d.table.Values)))
	if n := len(d.Outputs.Classes); d.Outputs.Task == columns.Classes && n > fit.FewClasses && !fit.Count(values) {
		d.Warnings = append(d.Warnings,
			fmt.Sprintf("the numbers of the target are taken for %d classes, without an order: if they are "+
				"quantities, say --task regression, else --task classes", n))
		return
	}
	if d.Outputs.Task == columns.Classes {
		d.Notes = append(d.Notes,
			fmt.Sprintf(
				"the numbers of the target are taken for %d classes (--task regression predicts them as quantities)",
				len(d.Outputs.Classes)))
		return
	}
	if len(d.table.Values) >= suspectEach*len(values) && fit.Count(values) {
		d.Warnings = append(d.Warnings,
			fmt.Sprintf(
				"the numbers of the target, all whole ones from %.0f to %.0f, are to be predicted as quantities, a "+
					"regression, as some, or all, are too rare for classes: if they stand for classes, say --task "+
					"classes, else --task regression",
				values[0], values[len(values)-1]))
		return
	}
	d.Notes = append(d.Notes,
		fmt.Sprintf(
			"the numbers of the target, %s different ones, are to be predicted: a regression (--task classes makes a "+
				"class of each)",
			words.Group(len(values))))
}

// suspectEach is how often numbers occur, on average, that somebody may mean as classes though fit.TaskOf does not take
// them for that; it wants more.
const suspectEach = 5

// labelsOf are the classes of a table's rows, nil for a regression, whose targets become numbers (fit.Numbers).
func (d *Raw) labelsOf(t *table.Table) ([]int, error) {
	if d.Outputs.Task == columns.Regression {
		return nil, fit.Numbers(&d.Outputs, t)
	}
	labels, notes, err := fit.Labels(&d.Outputs, t)
	d.Notes = append(d.Notes, notes...)
	return labels, err
}

// readTest reads the file of the test samples, whose columns are those of the table.
func (d *Raw) readTest(ctx context.Context) (err error) {
	r := d.request
	o := r.options()
	o = o.Without(d.table.Bytes())
	o.Targets, o.Drop = nil, nil
	o.Like = layoutOf(d.table)
	t, name, err := readNamed(ctx, r.Test, o)
	if err != nil {
		return err
	}
	d.Remarks = d.And(t.Remarks)
	if t.Test != nil { // a whole set: its test part is meant
		t = t.Test
	}
	if len(t.Inputs) != len(d.table.Inputs) {
		return source.Bad(t.Source, "samples of %d columns, but those of %s have %d",
			len(t.Inputs), d.table.Source, len(d.table.Inputs))
	}
	if d.test != nil {
		d.Notes = append(d.Notes, fmt.Sprintf("the test part of %s is left out: %s takes its place", d.Name, name))
	}
	d.test = t
	d.held, err = d.labelsOf(t)
	return err
}

// checkAbsent refuses test samples without a column that training uses.
func (d *Raw) checkAbsent(in *columns.Inputs) error {
	var names []string
	alike := "" // what explains the first of them that looks like another name
	for j, c := range in.Columns {
		if d.test == nil || !d.test.Inputs[j].Absent || c.Kind == columns.Dropped {
			continue
		}
		names = append(names, strconv.Quote(c.Name))
		if twin := d.test.Inputs[j].Alike; twin != "" && alike == "" {
			alike = "; " + table.TwinNote(c.Name, twin)
		}
	}
	if names != nil {
		return source.Bad(d.test.Source, "%s%s", table.WithoutColumns(names), alike)
	}
	return nil
}

// layoutOf is the layout of the file that a table comes from. In columns that no training uses there may be anything.
func layoutOf(t *table.Table) *table.Layout {
	l := &table.Layout{At: t.At, DecimalComma: t.DecimalComma, Shape: t.Shape, Arrays: t.Arrays}
	never := fit.NeverUsed(t)
	for j, c := range t.Inputs {
		// Spare: perhaps it is left out.
		column := table.LayoutColumn{Name: c.Name, Kind: c.Kind, Levels: c.Levels, Thousands: c.Thousands, Spare: true}
		if c.Overflow || never != nil && never[j] {
			column.Kind = table.Ignored
		}
		l.Inputs = append(l.Inputs, column)
	}
	for _, c := range t.Targets {
		l.Targets = append(l.Targets, table.LayoutColumn{Name: c.Name, Kind: c.Kind, Thousands: c.Thousands})
	}
	return l
}
