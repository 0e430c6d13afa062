package delimited

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// plan is what was found out about a file: how it is read.
type plan struct {
	file string
	dialect
	header bool
	// repeatable are the fields of the header where a record that has them all is the header again; else nil.
	repeatable []string
	grouped    bool  // a column has separators of thousands
	fields     int   // of each record
	cols       []col // the inputs, then the targets
	inputs     int   // how many of cols are inputs
	late       []int // fields behind the default target, without a value in the first rows
	of         []int // for each field the index of its column, or -1
	absent     []int // the columns that the file does not have
	at         []int // the fields of the targets
	notes      []string
	warnings   []string
	o          table.Options
}

// col is a column that is read.
type col struct {
	name   string
	kind   table.Kind
	levels []string // that another file has
	fixed  bool     // kind and levels are those of another file, or it is left out
	field  int      // -1: the file does not have it
	alike  string   // then: a name that it has and that looks like this one
	// thousands is the mark that separates thousands in its numbers, "" if there is none.
	thousands string
	ambiguous bool // it begins the decimals of the file that this one is to be like
	guessed   bool // only other columns show it
}

// label is how messages call a column.
func (c col) label() string { return table.Label(c.field, c.name) }

// sample reads the records by which the file is judged: a block of them, or more if that has less than ten. It may end
// with a piece of another one: what ends a record depends on the separator, which is not known yet. comma is the one
// that the file names, or 0. open reports whether no record ends in all that was read, unless each line does.
func sample(f *source.File) (text []byte, comma rune, open bool, err error) {
	r, err := f.Reader()
	if err != nil {
		return nil, 0, false, err
	}
	b, err := newBlocks(r, blockSize)
	if err != nil {
		return nil, 0, false, err
	}
	const few = 10
	for size := 2 * blockSize; !b.end && size <= MaxRecord && recordEnds(b.rest, few) < few; size *= 2 {
		if err := b.fill(size); err != nil {
			return nil, 0, false, err
		}
	}
	text = b.rest
	if !b.end {
		n := lastRecordEnd(text)
		open = n == 0
		text = text[:max(n, lastLineEnd(text[:min(len(text), blockSize)]))]
	}
	return text, b.sep, open, nil
}

// newPlan finds out how the file is to be read.
func newPlan(f *source.File, o table.Options) (*plan, error) {
	text, comma, open, err := sample(f)
	if err != nil {
		return nil, err
	}
	if bytes.IndexByte(text, '\r') >= 0 && bytes.IndexByte(text, '\n') < 0 {
		return nil, source.Bad(f.Name(),
			"its lines end in CR without LF: rewrite them, for example with tr '\\r' '\\n'")
	}
	p := &plan{file: f.Name(), o: o}
	var records [][]string
	p.dialect, records = findDialect(text, comma, o)
	if comma == 0 {
		records = p.findOneColumn(text, records)
	}
	switch {
	case len(records) == 0 && open:
		return nil, unclosedQuote(f.Name(), 1)
	case len(records) == 0:
		return nil, p.unreadable(text)
	case len(records[0]) < 2 && comma == 0 && tooWide(text, blank):
		return nil, p.tooWide(1)
	}
	dropHash(records)
	rows := p.withTargets(records)
	if len(rows) < len(records) { // else they have been looked at
		p.findMarks(rows, firstOf(rows))
	}
	p.keepDecimal()
	if err := p.layOut(records, rows); err != nil {
		return nil, err
	}
	p.settleMarks(rows)
	p.findGroups()
	p.findKinds(records)
	p.noteDialect(rows)
	return p, nil
}

// unreadable is the error for a text that begins with no record.
func (p *plan) unreadable(text []byte) error {
	if tooWide(text, p.comma) {
		return p.tooWide(1)
	}
	if _, err := newRecords(text, p.comma).read(); err != nil && len(bytes.TrimSpace(text)) > 0 {
		return parseError(p.file, err, 1)
	}
	return source.Bad(p.file, "is empty")
}

// tooWide is the error for a line with too many fields, or one after it.
func (p *plan) tooWide(line int) error {
	return &source.FormatError{File: p.file, Line: line,
		Reason: fmt.Sprintf("more than %s columns", words.Group(MaxColumns))}
}

// layOut decides which fields are which columns. rows are those of the records that have a target.
func (p *plan) layOut(records, rows [][]string) error {
	p.header = p.o.Header == table.WithHeader ||
		p.o.Header == table.FindHeader &&
			(p.knowsNames(records) || p.findHeader(rows) && !p.isRowOfLayout(records[0]) ||
				p.o.Like == nil && p.liesEvenly(rows))
	p.findRepeatable(records[0])
	header, err := p.findNames(records)
	if err != nil {
		return err
	}
	if p.fields > MaxColumns {
		return p.tooWide(1)
	}
	p.noteTwins(header)
	if p.o.Like != nil {
		return p.layOutLike(header)
	}
	dropped, err := p.findTargets(records, header)
	if err != nil {
		return err
	}
	for _, field := range dropped {
		if slices.Contains(p.at, field) {
			return table.DroppedTarget(p.file, field, header)
		}
	}
	name := func(field int) string {
		if header == nil {
			return ""
		}
		return header[field]
	}
	p.noteTargetTwins(header, dropped)
	for field := range p.fields {
		switch {
		case slices.Contains(dropped, field):
			p.cols = append(p.cols, col{name: name(field), field: field, kind: table.Ignored, fixed: true})
		case !slices.Contains(p.at, field):
			p.cols = append(p.cols, col{name: name(field), field: field})
		}
	}
	p.inputs = len(p.cols)
	for _, field := range p.at {
		p.cols = append(p.cols, col{name: name(field), field: field})
	}
	p.index()
	return nil
}

// index fills p.of and p.absent.
func (p *plan) index() {
	p.of = slices.Repeat([]int{-1}, p.fields)
	for i, c := range p.cols {
		if c.field >= 0 {
			p.of[c.field] = i
		} else {
			p.absent = append(p.absent, i)
		}
	}
}

// findKinds takes every column for numbers in whose rows with a target there is nothing else.
func (p *plan) findKinds(records [][]string) {
	if p.header {
		records = records[1:]
	}
	records = withValues(records, p.at)
	for i := range p.cols {
		c := &p.cols[i]
		if c.fixed {
			continue
		}
		for _, r := range records {
			if p.isHeaderAgain(r) {
				continue
			}
			if c.field < len(r) && !columns.IsMissing(r[c.field]) && !p.isNumber(r[c.field], i) {
				c.kind = table.Text
				break
			}
		}
	}
}

// isNumber reports whether a clean field is a number of column i.
func (p *plan) isNumber(field string, i int) (ok bool) {
	if i < p.inputs {
		_, ok = columns.ParseCell(p.plain(i, field))
	} else {
		_, ok = columns.ParseNumber(p.plain(i, field))
	}
	return ok
}

// noteDialect notes what was found out from these rows.
func (p *plan) noteDialect(rows [][]string) {
	header := "no header"
	if p.header {
		header = "a header"
	}
	separator := p.dialect.String()
	if p.readsCommas(rows) {
		separator += ", decimal commas"
	}
	if p.ended {
		separator += ", a semicolon at the end of each line"
	}
	p.notes = append(p.notes, fmt.Sprintf("%s: %s between %s, %s", p.file, words.Counted(p.fields, "column"), separator,
		header))
}

// readsCommas reports whether rows have a number with a decimal comma that is read as one: those of a column of text
// are not, nor are those of one that is left out.
func (p *plan) readsCommas(rows [][]string) bool {
	if p.decimal != ',' {
		return false
	}
	for _, r := range rows {
		for i, c := range p.cols {
			if c.kind == table.Number && c.field >= 0 && c.field < len(r) && strings.IndexByte(r[c.field], ',') >= 0 &&
				p.isNumber(r[c.field], i) {
				return true
			}
		}
	}
	return false
}
