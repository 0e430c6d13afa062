// Package delimited reads tables of text: CSV, TSV, and relatives with semicolons, bars or
// white space between the fields.
//
// What is not written in such a file is found out: the separator, whether fractions are
// written with a point or a comma, whether there is a header, and which columns are
// numbers. A column is of text if any of its fields is neither a number nor a sign for a
// missing value ([columns.IsMissing]).
//
// The text is cut into blocks of whole records, which are parsed in parallel
// (encoding/csv), and goes into typed columns at once: it is never held as a whole. When a
// column that begins with numbers turns out to have text, or marks between thousands, the file is read again.
package delimited

import (
	"ridge/internal/dataset/ordered"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// Format is tables of text. It takes any text, so that it must be the last to be asked.
var Format = table.Format{Name: "CSV", Match: match, Read: read}

func match(p source.Probe) bool {
	return !p.Dir && !p.Binary()
}

func read(f *source.File, o table.Options) (*table.Table, error) {
	p, err := newPlan(f, o)
	if err != nil {
		return nil, err
	}
	// At the most: columns are tried as numbers with points between thousands that are a guess, as numbers without, as
	// numbers with marks between thousands that they have shown themselves, and as text.
	for range 4 {
		c, err := p.pass(f)
		if err != nil {
			return nil, err
		}
		if !c.changed {
			return c.finish()
		}
		if err := c.reconsider(); err != nil {
			return nil, err
		}
	}
	return nil, source.Bad(f.Name(), "changed while it was read")
}

// pass reads the file from its beginning to its end.
func (p *plan) pass(f *source.File) (*collector, error) {
	r, err := f.Reader()
	if err != nil {
		return nil, err
	}
	b, err := newBlocks(r, blockSize)
	if err != nil {
		return nil, err
	}
	b.lines = p.comma == blank
	type job struct {
		block
		skip int
	}
	first := true
	next := func() (job, error) {
		j := job{}
		if first && p.header {
			j.skip = 1
		}
		first = false
		var err error
		j.block, err = b.next()
		return j, err
	}
	c := newCollector(p, f.Size())
	err = ordered.Map(p.o.Workers, next, func(j job) *piece { return p.parse(j.block, j.skip) }, c.take)
	c.lost = r.Lost()
	return c, err
}
