package delimited

import (
	"cmp"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// columnBytes is about the memory for what is known of a column while text is read, besides that for any column.
const columnBytes = 1000

// collector makes a table of the pieces of a file.
type collector struct {
	*plan
	builder    *table.Builder
	state      []columnContent
	lines      []int32 // on which the rows begin
	unlabelled int
	above      int // rows without a target above the first one that is kept
	again      headersAgain
	foreign    int     // the first line that is not UTF-8; 0: there is none
	lost       bool    // some characters of the file are no UTF-16
	changed    bool    // a column that was taken for numbers has text: nothing is kept any more
	from       float64 // what the first column counts from
	counts     bool    // the first column counts the rows so far, including those without a target
	garbage    int64   // bytes of text that were read since the last collection
	rounders   []table.Rounder
}

func newCollector(p *plan, size int64) *collector {
	c := &collector{
		plan:     p,
		builder:  table.NewBuilder(p.file, size, p.inputs, len(p.cols)-p.inputs, p.o),
		state:    make([]columnContent, len(p.cols)),
		rounders: p.newRounders(),
	}
	for k := range p.cols {
		for _, level := range p.cols[k].levels {
			c.state[k].dict.Code(level)
		}
	}
	return c
}

// take adds a piece.
func (c *collector) take(p *piece) error {
	for k, col := range p.cols {
		if col == nil {
			continue
		}
		if err := c.takeColumn(k, p); err != nil {
			return err
		}
	}
	if p.err != nil {
		return p.err
	}
	before := c.builder.Rows() + c.unlabelled
	c.unlabelled += p.unlabelled
	c.again.add(p.again)
	if c.foreign == 0 {
		c.foreign = p.foreign
	}
	if c.changed {
		return nil
	}
	c.count(p, before)
	for k := range p.rounders {
		c.rounders[k].Add(p.rounders[k])
	}
	extra := columnBytes * int64(len(c.cols))
	for k := range c.state {
		extra += c.state[k].dict.Bytes()
	}
	c.builder.Extra(extra)
	return c.append(p)
}

// append keeps the rows of a piece. Room for as many as there will be is taken when a thirty-second of the file has
// made the estimate of their number a good one.
func (c *collector) append(p *piece) error {
	rows := int64(c.builder.Rows() + p.rows)
	c.collectGarbage(p)
	expect := rows
	if p.done > 0 {
		expect = int64(min(float64(rows)/p.done, math.MaxInt64/4))
	}
	if p.done < 1./32 {
		expect = min(expect, 2*rows)
	} else if p.done < 1 {
		expect += expect / 16
	}
	if err := c.builder.Append(p.rows, p.cells, p.values, expect); err != nil {
		return err
	}
	c.lines = append(c.lines, p.lines...)
	return nil
}

// collectGarbage has the strings of the records collected now and then. The runtime would
// wait for as much garbage as there are cells, which doubles the memory of a large table.
// They have no pointers, so that a collection takes next to no time.
func (c *collector) collectGarbage(p *piece) {
	c.garbage += int64(p.bytes)
	if c.garbage > max(16<<20, c.builder.Bytes()/16) {
		c.garbage = 0
		runtime.GC()
	}
}

// takeColumn adds what a piece has of a column, and puts the codes of the whole file in
// place of those of the piece.
func (c *collector) takeColumn(k int, p *piece) error {
	in, out := p.cols[k], &c.state[k]
	out.add(in)
	if c.cols[k].kind != table.Text {
		if in.line > 0 && c.cols[k].fixed && (c.cols[k].thousands != "" || out.marks.groups.mark() == "") {
			return c.noNumber(k, "")
		}
		c.changed = c.changed || in.line > 0
		return nil
	}
	codes := make([]int, len(in.dict.Levels()))
	for i, level := range in.dict.Levels() {
		code, ok := out.dict.Code(level)
		if !ok {
			code, out.overflow = -1, true
		}
		codes[i] = code
	}
	if k < c.inputs {
		recode(p.cells, k, c.inputs, codes)
	} else {
		recode(p.values, k-c.inputs, len(c.cols)-c.inputs, codes)
	}
	if out.overflow && k >= c.inputs {
		return &source.FormatError{File: c.file, Column: c.cols[k].label(),
			Reason: fmt.Sprintf("the target has more than %s different texts, such as %q", words.Group(table.MaxLevels),
				out.dict.Levels()[0])}
	}
	return nil
}

// recode changes the codes of column k of rows of width elements; NaN and -1 stay.
func recode[T float32 | float64](rows []T, k, width int, codes []int) {
	for i := k; i < len(rows); i += width {
		if rows[i] >= 0 {
			rows[i] = T(codes[int(rows[i])])
		}
	}
}

// count follows whether the first column numbers the rows, and sees which the first one is that is kept. before is how
// many come before the piece.
func (c *collector) count(p *piece, before int) {
	if c.builder.Rows() == 0 && p.rows > 0 {
		c.above = before + int(p.index[0])
		c.from = float64(p.cells[0]) - float64(c.above)
		c.counts = c.cols[0].field == 0 && c.cols[0].kind == table.Number && (c.from == 0 || c.from == 1)
	}
	for i := 0; c.counts && i < p.rows; i++ {
		c.counts = p.cells[i*c.inputs] == float32(c.from+float64(before+int(p.index[i])))
	}
}

// finish returns the table.
func (c *collector) finish() (*table.Table, error) {
	if err := cmp.Or(c.lateError(), c.mixedError()); err != nil {
		return nil, err
	}
	columns := make([]table.Column, len(c.cols))
	for k := range c.cols {
		s := &c.state[k]
		columns[k] = table.Column{Name: c.cols[k].name, Kind: c.cols[k].kind, Missing: s.missing,
			Field: max(0, c.cols[k].field), Absent: c.cols[k].field < 0, Alike: c.cols[k].alike}
		if columns[k].Kind == table.Number {
			columns[k].Thousands = c.cols[k].thousands
		}
		if columns[k].Kind == table.Text {
			columns[k].Levels, columns[k].Overflow = s.dict.Levels(), s.overflow
		}
	}
	t := c.builder.Table(c.file, columns[:c.inputs], columns[c.inputs:])
	switch {
	case t.Rows == 0:
		return nil, c.noRows()
	case t.Rows == 1 && !c.header && c.o.Like == nil && !c.o.Unlabelled && allText(columns):
		return nil, &source.FormatError{File: c.file, Line: 1,
			Reason: "it is the only line and has no numbers: a header without rows"}
	}
	t.At, t.Notes, t.Lines, t.DecimalComma = c.at, c.notes, c.lines, c.decimal == ','
	if c.foreign > 0 {
		t.Notes = append(t.Notes,
			fmt.Sprintf("%s: line %d is not UTF-8: texts that are not are read as Windows-1252", c.file, c.foreign))
	}
	if c.lost {
		t.Notes = append(t.Notes,
			c.file+": some of its characters are not valid UTF-16, and are read as U+FFFD: is the file complete?")
	}
	t.Notes = slices.Concat(t.Notes, c.again.notes(c.file), c.thousandsNotes(), c.zerosNotes(), c.roundedNotes())
	if note := c.emptyNote(columns); note != "" {
		t.Notes = append(t.Notes, note)
	}
	thousands := c.thousandsWarnings()
	if thousands == nil {
		thousands = c.alone
	}
	t.Warnings = slices.Concat(c.warnings, thousands, c.suspectHeader(t), c.shiftWarning(t))
	c.sayUnlabelled(t)
	c.spell(t)
	columns[0].Counts = c.counts && t.Rows > 2
	for k := range t.Inputs {
		if c.rounders != nil {
			t.Inputs[k].Rounding = c.rounders[k].Rounding
		}
		if t.Inputs[k].Overflow && !c.cols[k].fixed {
			t.Inputs[k].Some, t.Inputs[k].Levels = slices.Clone(t.Inputs[k].Levels[:someTexts]), nil
			for i := k; i < len(t.Cells); i += c.inputs {
				t.Cells[i] = table.Missing
			}
		}
	}
	return t, nil
}

// emptyNote is about empty lines between rows of a single column, which are none: a missing value may be meant, whose
// answer would lack among those of the others. It is "" where there are none, or a text may have lines of its own.
func (c *collector) emptyNote(all []table.Column) string {
	ownLines := func(t table.Column) bool {
		return slices.ContainsFunc(t.Levels, func(level string) bool { return strings.Contains(level, "\n") })
	}
	if c.fields > 1 || !c.o.Unlabelled || slices.ContainsFunc(all, ownLines) {
		return ""
	}
	n := len(c.lines)
	empty := int(c.lines[n-1]-c.lines[0]) - (n - 1) - c.again.count
	if empty <= 0 {
		return ""
	}
	return fmt.Sprintf("%s: %s between the rows, and none of them is a row: write ? where a value is missing", c.file,
		words.Counted(empty, "empty line"))
}

// someTexts is how many texts are kept of a column that has too many of them.
const someTexts = 1000

// allText reports whether no column is of numbers.
func allText(all []table.Column) bool {
	return !slices.ContainsFunc(all, func(c table.Column) bool { return c.Kind != table.Text })
}

// noRows is the error for a file of which no row is left.
func (c *collector) noRows() error {
	switch {
	case c.unlabelled > 0:
		return source.NoTarget(c.file, "none of its %s rows has a value of the target", words.Group(c.unlabelled))
	case c.header:
		return source.Bad(c.file, "it has a header and no rows")
	default:
		return source.Bad(c.file, "it has no rows")
	}
}
