package fit

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// stat is what the training rows tell about a raw column.
type stat struct {
	text        bool
	ignored     bool
	present     int
	missing     int
	least, most float64 // of numbers
	mean        float64
	scatter
	counts        []int // of each level of a text
	overflow      bool
	numbersOfRows bool
}

// different is how many levels of a text occur.
func (s *stat) different() (n int) {
	for _, count := range s.counts {
		n += min(count, 1)
	}
	return n
}

// Options say how columns are fitted.
type Options struct {
	Scale columns.Scale
	// Pieces divides columns of numbers that are standardized into [columns.Pieces].
	Pieces bool
	// Workers is how many goroutines there may be. It changes no bit.
	Workers int
}

// Columns decides how the columns of a table are prepared, by the given rows, or by all if rows is nil. The notes tell
// people what is not obvious. If no column is left the error is a *source.FormatError.
func Columns(t *table.Table, rows []int, o Options) (*columns.Inputs, []string, error) {
	if rows == nil {
		rows = make([]int, t.Rows)
		for i := range rows {
			rows[i] = i
		}
	}
	stats := measure(t, rows, o)
	f := fitter{table: t, indices: rows, unit: cmp.Or(t.Divisor, 1), pieces: o.Pieces}
	why, kept := f.leftOut(stats)
	f.scale, f.span = resolve(o.Scale, kept, t.Divisor)
	f.widest = f.widestOf(kept)
	in := &columns.Inputs{Scale: f.scale, Shape: t.Shape, DecimalComma: t.DecimalComma,
		Columns: make([]columns.Column, len(stats))}
	var wider []int
	for j := range stats {
		if why[j] != "" {
			in.Columns[j] = f.without(&t.Inputs[j], &stats[j], why[j])
			continue
		}
		in.Columns[j] = f.column(&t.Inputs[j], &stats[j])
		if f.widens(&in.Columns[j], &stats[j]) {
			wider = append(wider, j)
		}
	}
	f.widen(in.Columns, stats, wider, o.Workers)
	marked, more := markedColumns(t, stats)
	notes := append(notes(in, t.At, stats, marked), markedNotes(in, t, marked, more)...)
	notes = append(notes, f.slipNotes(in, stats)...)
	notes = append(notes, f.identifierNotes(in)...)
	notes = append(notes, f.tellingNotes(in)...)
	if note := f.complementNote(in); note != "" {
		notes = append(notes, note)
	}
	notes = append(notes, roundingNotes(in, t, stats)...)
	if in.Width() == 0 {
		return nil, nil, source.Bad(t.Source, "no column is left to learn from: %s", strings.Join(notes, "; "))
	}
	return in, notes, nil
}

// fitter makes columns from their statistics.
type fitter struct {
	table   *table.Table
	indices []int // of the training rows
	scale   columns.Scale
	span    float64 // the divisor of Common
	widest  float64 // the largest range of a column whose unit others share; 0 if none does
	unit    float64 // what the format divides by
	pieces  bool
}

// images reports whether the rows are images, or other arrays of more than one dimension.
func (f *fitter) images() bool { return f.table.Shape != nil }

// column prepares a column that is not left out.
func (f *fitter) column(have *table.Column, s *stat) columns.Column {
	c := columns.Column{Name: have.Name, Missing: f.missing(s)}
	if s.text {
		f.levels(&c, have.Levels, s)
		return c
	}
	c.Kind, c.Thousands, c.Fill = columns.Number, have.Thousands, s.mean
	c.Mean, c.Divisor = f.affine(s)
	return c
}

// plainNumber is a number without an exponent, unless it would have many zeros.
func plainNumber(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 1e-4 || a >= 1e15) {
		return columns.FormatNumber(v)
	}
	return strconv.FormatFloat(v+0, 'f', -1, 64)
}

// short is the number of the fewest digits that is the same as float32, which v is.
func short(v float64) float64 {
	w, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', -1, 32), 64)
	return w
}

// farthestInput is the largest input that a number of the training rows becomes by columns.Standard. Of n rows one may
// be √n standard deviations from the mean, and then has nearly all of the column's variance: as an input of that size
// it decides about the steps of all weights in whatever batch it is in.
const farthestInput = 20

// affine is the mean and the divisor of a column of numbers.
func (f *fitter) affine(s *stat) (mean, divisor float64) {
	switch f.scale {
	case columns.Standard:
		if s.deviation == 0 {
			return s.mean, f.ofConstant(s)
		}
		return s.mean, max(s.deviation, max(s.most-s.mean, s.mean-s.least)/farthestInput)
	case columns.Common:
		return s.mean, f.span
	case columns.Center:
		return s.mean, f.unit
	default:
		return 0, f.unit
	}
}

// widestOf is the largest range of the numbers of an array, which share a unit, as far as anybody knows.
func (f *fitter) widestOf(stats []stat) (widest float64) {
	if !f.images() {
		return 0
	}
	for _, s := range stats {
		widest = max(widest, s.most-s.least)
	}
	return widest
}

// ofConstant is the divisor of a column that never varies in training, but may in other samples: a number in its unit,
// so that inputs don't depend on that, nor become far larger than all that the network has learnt from. A column of 0
// and gaps says nothing of its unit. Other numbers of it become next to nothing, as nothing is learnt for them: else
// the first weights, which stay as they are drawn, would have the last word about such a row.
func (f *fitter) ofConstant(s *stat) float64 {
	const vanishing = 0x1p126 // 1 over it is normal in float32
	own := max(math.Abs(s.mean), f.widest)
	switch {
	case f.table.Divisor != 0:
		return f.unit
	case own > 0:
		return own
	case f.images():
		return f.unit
	}
	return vanishing
}

// share is the mean of an input that is 1 in n rows.
func (f *fitter) share(n int) float64 {
	if f.scale == columns.None {
		return 0
	}
	return float64(n) / float64(len(f.indices))
}

// missing is the input that tells of missing values, nil if there are none.
func (f *fitter) missing(s *stat) *columns.Affine {
	if s.missing == 0 {
		return nil
	}
	return &columns.Affine{Mean: f.share(s.missing), Divisor: 1}
}
