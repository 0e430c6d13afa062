package fit

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
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

// tellsRowsApart reports whether the texts of a column tell rows apart and little else: there are more than two, with
// less than two rows for each on average, or many, of which none is in more than three rows, as if rows came again.
func (s *stat) tellsRowsApart() bool {
	const most = 3
	different := s.different()
	return different > 2 && 2*different > s.present || different > fewClasses && slices.Max(s.counts) <= most
}

// occurring are those of the names of the levels that occur.
func (s *stat) occurring(names []string) (list []string) {
	for i, count := range s.counts {
		if count > 0 {
			list = append(list, names[i])
		}
	}
	return list
}

// namesRows reports whether a column with this name may be the number of the row.
func namesRows(name string) bool {
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "", "id", "idx", "index", "no", "no.", "nr", "nr.", "#", "number", "row", "row_id", "rowid", "rownames",
		"row.names", "sample", "unnamed: 0", "x.id", "case", "obs":
		return true
	}
	return false
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
	chosen, span := resolve(o.Scale, stats, t.Divisor)
	f := fitter{table: t, indices: rows, scale: chosen, span: span, unit: cmp.Or(t.Divisor, 1), pieces: o.Pieces}
	in := &columns.Inputs{Scale: chosen, Shape: t.Shape, DecimalComma: t.DecimalComma,
		Columns: make([]columns.Column, len(stats))}
	var wider []int
	for j := range stats {
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
	notes = append(notes, roundingNotes(in, t, stats)...)
	if in.Width() == 0 {
		return nil, nil, source.Bad(t.Source, "no column is left to learn from: %s", strings.Join(notes, "; "))
	}
	return in, notes, nil
}

// asAsked is why a column is dropped that the user wants to be left out.
const asAsked = "left out as asked"

// fitter makes columns from their statistics.
type fitter struct {
	table   *table.Table
	indices []int // of the training rows
	scale   columns.Scale
	span    float64 // the divisor of Common
	unit    float64 // what the format divides by
	pieces  bool
}

// images reports whether the rows are images, or other arrays of more than one dimension.
func (f *fitter) images() bool { return f.table.Shape != nil }

func (f *fitter) column(have *table.Column, s *stat) columns.Column {
	c := columns.Column{Name: have.Name}
	drop := func(format string, args ...any) columns.Column {
		return columns.Column{Name: have.Name, Kind: columns.Dropped, Why: fmt.Sprintf(format, args...)}
	}
	switch {
	case s.ignored:
		return drop(asAsked)
	case s.overflow:
		why := fmt.Sprintf("more than %s different texts", words.Group(table.MaxLevels))
		if mixture := f.mixture(have.Some, slices.Repeat([]int{1}, len(have.Some))); mixture != "" {
			why += ": " + mixture
		}
		return drop("%s", why)
	case s.present == 0:
		return drop("no values")
	case s.numbersOfRows:
		return drop("it numbers the rows")
	case s.text:
		return f.levels(c, have.Levels, s, drop)
	case s.least == s.most && s.missing == 0 && !f.images(): // a pixel may vary in other images
		if have.Rounding.Rounded {
			return drop(
				"its numbers differ only beyond the 24 bits that are kept of each (float32), in which all are %s: "+
					"write what they differ by, such as each less the smallest one",
				plainNumber(s.least))
		}
		return drop("always %s", plainNumber(short(s.least)))
	}
	c.Kind, c.Thousands = columns.Number, have.Thousands
	if s.missing > 0 || !f.images() { // a pixel is never missing if none was in training
		c.Fill = s.mean
	}
	c.Mean, c.Divisor = f.affine(s)
	c.Missing = f.missing(s)
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
			return s.mean, f.unit
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

// levels is a column of text.
func (f *fitter) levels(c columns.Column, names []string, s *stat,
	drop func(string, ...any) columns.Column) columns.Column {
	c.Kind, c.Divisor = columns.Levels, 1
	different := s.different()
	for i, n := range s.counts {
		if n >= 2 && 1000*n >= len(f.indices) {
			c.Levels = append(c.Levels, names[i])
		}
	}
	switch {
	case different == 1 && s.missing == 0:
		return drop("always %q", names[slices.IndexFunc(s.counts, func(n int) bool { return n > 0 })])
	case s.tellsRowsApart() || len(c.Levels) == 0:
		what := cmp.Or(f.mixture(names, s.counts), "an identifier or free text")
		if areDates(s.occurring(names)) {
			what = "dates or times; " + datesAsNumbers
		}
		return drop("%s different texts in %s rows: %s", words.Group(different), words.Group(s.present), what)
	}
	slices.Sort(c.Levels)
	count := make(map[string]int, len(names))
	for i, name := range names {
		count[name] = s.counts[i]
	}
	for _, name := range c.Levels {
		c.Means = append(c.Means, f.share(count[name]))
	}
	c.Missing = f.missing(s)
	return c
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
