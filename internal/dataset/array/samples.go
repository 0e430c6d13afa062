package array

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// open reads the header of an array in a file of its own.
func open(f *source.File) (*stream, error) {
	r, err := f.Reader()
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(f.Head(), []byte(npyMagic)) || source.Ext(f.Path) == ".npy" {
		return openNPY(r)
	}
	return openIDX(r)
}

// readFile reads a file that is an array, and its labels.
func readFile(f *source.File, o table.Options) (*table.Table, error) {
	t, err := readWith(f, f, o)
	if err == nil {
		noteLabels(t, o)
	}
	return t, err
}

// noteLabels says where the labels for a network come from, whose user has not said it.
func noteLabels(t *table.Table, o table.Options) {
	if o.Like != nil && t.TargetSource != "" {
		t.Notes = append(t.Notes, fmt.Sprintf("%s: its labels are those of %s", t.Source, t.TargetSource))
	}
}

// readWith reads a file of a folder, which opens the file of its labels.
func readWith(folder, f *source.File, o table.Options) (*table.Table, error) {
	s, err := open(f)
	if err != nil {
		return nil, err
	}
	if len(s.shape) == 1 {
		return nil, s.bad("is a label file, with one number a sample: name the file with the samples (with one " +
			"feature they have the shape n×1)")
	}
	return readSamples(s, o, func() (*labels, error) { return findLabels(folder, f, s, o) })
}

// lacksTarget reports whether an array has no target if it has no labels: none of its columns can be one.
func lacksTarget(s *stream, o table.Options) bool {
	return len(s.shape) > 2 && o.Like == nil && !o.Unlabelled && len(o.Targets) == 0
}

// readSamples reads an array of samples. find reads the labels that do not come from it,
// or returns nil.
func readSamples(s *stream, o table.Options, find func() (*labels, error)) (*table.Table, error) {
	if s.each() > math.MaxInt32 {
		return nil, s.bad("header says %s of shape %v: want at most %d numbers each",
			s.what(), s.shape[1:], math.MaxInt32)
	}
	// The labels first: they are small, and their number is one that the samples must have.
	l, err := find()
	if err != nil {
		return nil, err
	}
	rest := o
	switch {
	case l == nil && lacksTarget(s, o):
		return nil, source.Bad(s.r.Name(), "there is no file with its labels next to it: name one as the target")
	case l != nil:
		if int64(l.rows) != s.shape[0] {
			return nil, source.Bad(l.source, "%d labels for the %d %s of %s", l.rows, s.shape[0], s.what(), s.r.Name())
		}
		rest = beside(o, 2*int64(len(l.values)))
	}
	s.wantRounding(o)
	cells, err := numbers[float32](s, rest)
	if err != nil {
		return nil, err
	}
	t := &table.Table{Source: s.r.Name(), Size: max(0, s.r.Stored()), Rows: int(s.shape[0]),
		Inputs: table.Numbers(int(s.each())), Cells: cells, Shape: s.sampleShape()}
	if s.pixels() {
		t.Divisor = 255
	}
	s.rounded(t)
	if l != nil {
		join(t, l)
	} else {
		err = cutTargets(t, o)
	}
	if err != nil {
		return nil, err
	}
	if t.DropUnlabelled(); t.Rows == 0 {
		return nil, s.bad("none of its %s has a value of the target", s.what())
	}
	if s.Kind == 'f' { // no integer is missing
		t.CountMissing()
	}
	return t, nil
}

// join adds labels to a table without any.
func join(t *table.Table, l *labels) {
	t.Targets, t.Values, t.TargetSource, t.Arrays = l.columns, l.values, l.source, l.chosen
	t.Labels = l.bytes || t.Divisor > 0 && !l.floats
	t.Notes = append(t.Notes, l.notes...)
}

// cutTargets takes the targets out of the columns of a table.
func cutTargets(t *table.Table, o table.Options) (err error) {
	width := len(t.Inputs)
	var at []int
	switch {
	case o.Like != nil:
		at, err = o.Like.Fits(t.Source, width)
		if err == nil && at == nil && !o.Unlabelled {
			where := ""
			if len(o.Like.At) > 0 {
				where = fmt.Sprintf(", which was column %d of the samples in the training", o.Like.At[0]+1)
			}
			return source.NoTarget(t.Source,
				"it has %d columns, which are the inputs alone: the target is missing%s", width, where)
		}
	case o.Unlabelled:
	default:
		var dropped []int
		if dropped, err = table.FindColumns(t.Source, o.Drop, nil, width); err == nil {
			at, err = table.FindTargets(t.Source, o.Targets, nil, width, table.LastOf(width, dropped))
		}
	}
	if err != nil || at == nil {
		return err
	}
	t.At, t.Targets = at, table.Numbers(len(at))
	if o.Unlabelled {
		t.At, t.Targets, t.Notes = nil, nil, append(t.Notes, table.UnreadNote(t.Source, at))
	}
	var inputs []int
	for j := range width {
		if !slices.Contains(at, j) {
			inputs = append(inputs, j)
		}
	}
	row := make([]float32, width)
	for i := range t.Rows {
		copy(row, t.Cells[i*width:])
		for k := range t.Targets {
			t.Values = append(t.Values, float64(row[at[k]]))
		}
		for k, j := range inputs {
			t.Cells[i*len(inputs)+k] = row[j]
		}
	}
	t.Cells = t.Cells[:t.Rows*len(inputs)]
	if err := checkRounding(t); err != nil {
		return err
	}
	t.Inputs, t.Shape = table.Pick(t.Inputs, inputs), nil
	return nil
}
