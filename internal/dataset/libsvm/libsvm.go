// Package libsvm reads the format of LIBSVM and SVMlight: a line a sample, its label, and
// INDEX:VALUE for each value that is not zero, with ascending indices.
//
//	+1 1:0.708333 2:1 5:-0.105023 # a comment
//
// Indices count from 1, or from 0 if one of them is 0. The table is dense and its columns
// have the indices for names, so that a test file's are the same ones. The file is read
// twice: first to learn how large the table is, since one index can claim any size.
package libsvm

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
	"ridge/internal/words"
)

// Format is the format of LIBSVM.
var Format = table.Format{Name: "LIBSVM", Match: match, Read: read}

// match reports whether a text begins with lines of the format, one of them with a value.
func match(p source.Probe) bool {
	if p.Dir || p.Binary() {
		return false
	}
	if slices.Contains([]string{".libsvm", ".svm", ".svmlight"}, p.Ext) {
		return true
	}
	text, values := p.Head, false
	if !p.All { // the last field may be cut off, and the first line alone may be longer than this
		text = text[:max(0, bytes.LastIndexAny(text, " \t\n"))]
	}
	lines := 0
	for line := range bytes.Lines(text) {
		if lines++; lines > 100 {
			break
		}
		s, err := parse(string(line))
		if err != nil {
			return false
		}
		values = values || len(s.values) > 0
	}
	return values
}

// maxLine is the most bytes of a line.
const maxLine = 16 << 20

// Sparser data is refused: as a table it would take some hundred times the memory of the file, most of it for columns
// that are nearly empty.
const (
	perValue        = 256     // cells that there may be for each value and line of the file
	perValueColumns = 4       // and columns for each value
	minCells        = 1 << 16 // cells and columns that there may be in any case
)

// sizes is the result of the first pass.
type sizes struct {
	rows, values int64
	least, most  int64 // the smallest and the largest index; 0 without values
	queries      bool  // there are qid
}

func read(f *source.File, o table.Options) (*table.Table, error) {
	if len(o.Targets) > 0 && o.Like == nil {
		return nil, source.Bad(f.Name(),
			"the target of a LIBSVM file is what its lines begin with: no column can be chosen")
	}
	var z sizes
	if err := lines(f, func(s *sample) error { z.add(s); return nil }); err != nil {
		return nil, err
	}
	if z.rows == 0 {
		return nil, source.Bad(f.Name(), "is empty")
	}
	base, width := z.layout(o.Like)
	if err := z.check(f, width, o); err != nil {
		return nil, err
	}
	return fill(f, o, z, base, width)
}

func (z *sizes) add(s *sample) {
	z.rows++
	z.queries = z.queries || s.query
	if len(s.values) == 0 {
		return
	}
	first, last := s.values[0].index, s.values[len(s.values)-1].index
	if z.values == 0 {
		z.least = first
	}
	z.values += int64(len(s.values))
	z.least, z.most = min(z.least, first), max(z.most, last)
}

// layout is the index of the first column and the number of columns.
func (z *sizes) layout(like *table.Layout) (base, width int64) {
	if base = 1; z.values > 0 {
		base = min(z.least, 1)
	}
	if like == nil {
		return base, z.most - base + 1
	}
	if len(like.Inputs) > 0 {
		if n, err := strconv.ParseInt(like.Inputs[0].Name, 10, 64); err == nil {
			base = n
		}
	}
	return base, int64(len(like.Inputs))
}

// describe notes what there is, and warns of what may have been misunderstood.
func (z *sizes) describe(t *table.Table, o table.Options, base, width int64) {
	from, to := base, base+width-1
	if o.Like != nil {
		from, to = z.least, z.most
		if doubt := z.doubt(base, width); doubt != "" {
			t.Warnings = append(t.Warnings, t.Source+": "+doubt)
		}
	}
	t.Notes = append(t.Notes,
		fmt.Sprintf("%s: LIBSVM, %s rows, indices from %d to %d", t.Source, words.Group(z.rows), from, to))
	if z.queries {
		t.Notes = append(t.Notes, t.Source+": qid is ignored: nothing here ranks")
	}
}

// doubt says that the file seems to count from another index than the training data, whose columns are width from base
// on; "" if it does not. A column that is 0 in all samples has no index, so that one of the two may have none of its
// first column.
func (z *sizes) doubt(base, width int64) string {
	const shifted = ": if it counts from %d and they from %d, each column is taken for its neighbour: renumber one " +
		"of them"
	switch {
	case z.values == 0:
		return ""
	case base == 1 && z.least == 0:
		return fmt.Sprintf("it has index 0, but the training samples count from 1"+shifted, 0, 1)
	case base == 0 && z.least > 0 && z.most >= width:
		return fmt.Sprintf("it has no index 0, but index %d, and the training samples have indices from 0 to %d"+
			shifted, z.most, width-1, 1, 0)
	}
	return ""
}

// bytes is how much memory the samples take.
func (z *sizes) bytes(width int64) int64 { return table.Bytes(z.rows, width, 1) }

// check refuses what does not fit, or claims more than the file holds.
func (z *sizes) check(f *source.File, width int64, o table.Options) error {
	file := f.Name()
	if width == 0 {
		return source.Bad(file, "none of its samples has a value that is not zero")
	}
	cells := memory.Product(z.rows, width)
	if o.Like == nil &&
		(cells > max(minCells, perValue*(z.values+z.rows)) || width > max(minCells, perValueColumns*z.values)) {
		return source.Bad(file,
			"%s rows of %s columns, the largest index, are %s of memory for %s values that are not zero: want at "+
				"most %d cells and %d columns for each",
			words.Group(z.rows), words.Group(width), memory.Bytes(memory.Product(cells, 4)), words.Group(z.values),
			perValue, perValueColumns)
	}
	return o.Check(file, f.Size(), z.bytes(width),
		fmt.Sprintf("%s rows of %s columns", words.Group(z.rows), words.Group(width)), z.bytes(width))
}

// fill makes the table in the second pass.
func fill(f *source.File, o table.Options, z sizes, base, width int64) (*table.Table, error) {
	t := &table.Table{Source: f.Name(), Size: f.Size(), Rows: int(z.rows), Inputs: table.Numbers(int(width)),
		Cells: make([]float32, z.rows*width)}
	for j := range t.Inputs {
		t.Inputs[j].Name = strconv.FormatInt(base+int64(j), 10)
	}
	if !o.Unlabelled {
		t.Targets, t.Values = table.Numbers(1), make([]float64, 0, z.rows)
	}
	rest, row, beyond := t.Cells, int64(0), 0
	long := sample{} // the first whose label is rounded
	rounders := make([]table.Rounder, width)
	err := lines(f, func(s *sample) error {
		if row++; row > z.rows {
			return source.Bad(f.Name(), "changed while it was read")
		}
		for _, v := range s.values {
			if at := v.index - base; at >= 0 && at < width {
				rest[at] = float32(v.value)
				rounders[at].See(v.value)
			} else {
				beyond++
			}
		}
		rest = rest[width:]
		if !o.Unlabelled {
			t.Values = append(t.Values, s.label)
			if long.text == "" && table.IsRounded(s.text, s.label) {
				long = *s
			}
		}
		return nil
	})
	if err == nil && row < z.rows {
		err = source.Bad(f.Name(), "changed while it was read")
	}
	if err != nil {
		return nil, err
	}
	for j := range rounders {
		t.Inputs[j].Rounding = rounders[j].Rounding
	}
	t.CountMissing()
	z.describe(t, o, base, width)
	if long.text != "" && o.Like == nil {
		t.Notes = append(t.Notes, table.RoundedNote(f.Name(), "the labels have", long.text, long.label,
			"number them from 0"))
	}
	if beyond > 0 {
		t.Notes = append(t.Notes,
			fmt.Sprintf("%s: %s values are left out: the training data has no column for them",
				f.Name(), words.Group(beyond)))
	}
	return t, nil
}

// lines calls each for every sample of the file.
func lines(f *source.File, each func(*sample) error) error {
	r, err := f.Reader()
	if err != nil {
		return err
	}
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, source.Buffer), maxLine)
	number := 0
	bad := func(reason string) error {
		return &source.FormatError{File: f.Name(), Line: number, Reason: reason}
	}
	for scanner.Scan() {
		number++
		s, err := parse(scanner.Text())
		if err != nil && scanner.Err() != nil {
			return scanner.Err() // what comes before it may be half a line
		}
		if err != nil {
			return bad(err.Error())
		}
		if s.empty {
			continue
		}
		if err := each(s); err != nil {
			return err
		}
	}
	if scanner.Err() == bufio.ErrTooLong {
		number++
		return bad(fmt.Sprintf("has more than %d MB", maxLine>>20))
	}
	return scanner.Err()
}

// sample is what a line says.
type sample struct {
	label  float64
	text   string // of the label
	values []value
	query  bool // it has a qid
	empty  bool // there is nothing on the line but perhaps a comment
}

type value struct {
	index int64
	value float64 // NaN: missing
}

// maxIndex is the largest that the format's own tools take.
const maxIndex = 1<<31 - 1

// parse reads a line.
func parse(line string) (*sample, error) {
	line = strings.TrimPrefix(line, "\ufeff")
	if i := strings.IndexByte(line, '#'); i >= 0 {
		line = line[:i]
	}
	s := &sample{}
	first := true
	for field := range strings.FieldsSeq(line) {
		if first {
			var ok bool
			if s.label, ok = columns.ParseNumber(field); !ok {
				return nil, badLabel(field)
			}
			s.text, first = field, false
			continue
		}
		if strings.HasPrefix(field, "qid:") {
			s.query = true
			continue
		}
		v, err := parseValue(field)
		if err != nil {
			return nil, err
		}
		if n := len(s.values); n > 0 && s.values[n-1].index >= v.index {
			return nil, fmt.Errorf("index %d comes after %d: want ascending indices", v.index, s.values[n-1].index)
		}
		s.values = append(s.values, v)
	}
	s.empty = first
	return s, nil
}

func badLabel(field string) error {
	if strings.Contains(field, ",") {
		return fmt.Errorf("%q is more than one label: a sample has one", field)
	}
	return fmt.Errorf("the label %q is not a number", field)
}

// parseValue reads INDEX:VALUE.
func parseValue(field string) (v value, err error) {
	index, text, ok := strings.Cut(field, ":")
	if !ok {
		return v, fmt.Errorf("%q is not INDEX:VALUE", field)
	}
	if v.index, err = strconv.ParseInt(index, 10, 64); err != nil || v.index < 0 || v.index > maxIndex {
		return v, fmt.Errorf("%q: the index is not a number from 0 to %d", field, maxIndex)
	}
	if v.value, ok = columns.ParseNumber(text); !ok || math.IsInf(float64(float32(v.value)), 0) {
		if !columns.IsMissing(text) {
			return v, fmt.Errorf("%q: the value is not a number", field)
		}
		v.value = math.NaN()
	}
	return v, nil
}
