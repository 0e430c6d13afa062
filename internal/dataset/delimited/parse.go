package delimited

import (
	"fmt"
	"io"
	"math"
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// piece is what is in a block.
type piece struct {
	rows       int
	cells      []float32        // rows×inputs; of text the code in the block's own dictionary
	values     []float64        // rows×targets, likewise
	cols       []*columnContent // nil of a column of numbers without gaps, of which there may be many
	unlabelled int              // rows without a value of a target, which are not among rows
	again      headersAgain
	index      []int32 // of each row among all rows of the block, those without a target, too
	lines      []int32 // of each row the line on which it begins
	done       float64
	bytes      int             // of the block
	foreign    int             // the first line that is not UTF-8; 0: there is none
	rounders   []table.Rounder // of the inputs; empty if nobody wants to know
	err        error
}

// newRounders has seen nothing. Of a file that is to be like another one it is not asked for.
func (p *plan) newRounders() []table.Rounder {
	if p.o.Like != nil {
		return nil
	}
	return make([]table.Rounder, p.inputs)
}

// parse reads the records of a block. skip is how many of them are the header.
func (p *plan) parse(b block, skip int) *piece {
	out := &piece{cols: make([]*columnContent, len(p.cols)), done: b.done, bytes: len(b.text), foreign: b.foreignLine(),
		rounders: p.newRounders()}
	if tooWide(b.text, p.comma) {
		out.err = p.tooWide(b.line)
		return out
	}
	r := newRecords(b.text, p.comma)
	for {
		fields, err := r.read()
		if err == io.EOF {
			return out
		}
		if err != nil {
			out.err = parseError(p.file, err, b.line)
			return out
		}
		if p.fields > 1 && isEmpty(fields) {
			continue
		}
		p.cutEnd(fields)
		if skip > 0 {
			skip--
			continue
		}
		line := b.line + r.line(0) - 1
		if p.repeatable != nil && p.isHeaderAgain(fields) {
			out.again.see(line)
			continue
		}
		if len(fields) != p.fields {
			out.err = &source.FormatError{File: p.file, Line: line,
				Reason: fmt.Sprintf("%s, want %d, as most of the first lines have",
					words.Counted(len(fields), "field"), p.fields)}
			return out
		}
		if !p.labelled(fields) {
			out.unlabelled++
			continue
		}
		p.keep(out, fields, line)
	}
}

// keep adds a row, which begins on a line.
func (p *plan) keep(out *piece, fields []string, line int) {
	targets := len(p.cols) - p.inputs
	out.cells = append(out.cells, make([]float32, p.inputs)...)
	out.values = append(out.values, make([]float64, targets)...)
	out.index = append(out.index, int32(out.rows+out.unlabelled))
	out.lines = append(out.lines, int32(line))
	cells, values := out.cells[out.rows*p.inputs:], out.values[out.rows*targets:]
	for _, k := range p.absent {
		cells[k] = table.Missing
	}
	for i, f := range fields {
		k := p.of[i]
		switch {
		case k < 0:
		case k < p.inputs:
			cells[k] = p.cell(out, k, f, line)
		default:
			values[k-p.inputs] = p.value(out, k, f, line)
		}
	}
	out.rows++
}

// col is what the piece has of column k.
func (p *piece) col(k int) *columnContent {
	if p.cols[k] == nil {
		p.cols[k] = &columnContent{}
	}
	return p.cols[k]
}

// labelled reports whether no target is missing.
func (p *plan) labelled(fields []string) bool {
	for _, at := range p.at {
		if columns.IsMissing(columns.Clean(fields[at])) {
			return false
		}
	}
	return true
}

// cell is an input as it is stored.
func (p *plan) cell(out *piece, k int, field string, line int) float32 {
	if p.cols[k].kind == table.Ignored {
		return table.Missing
	}
	field = columns.Clean(field)
	if p.cols[k].kind == table.Number {
		var v float64
		var ok bool
		if p.decimal == '.' && !p.grouped { // as in most files: without another call for each cell
			v, ok = columns.ParseNumber(field)
		} else {
			v, ok = p.number(k, field)
		}
		if ok && !math.IsInf(float64(float32(v)), 0) { // as ParseCell
			p.seeMarks(out, k, field)
			if out.rounders != nil {
				out.rounders[k].See(v)
			}
			return float32(v)
		}
	}
	if columns.IsMissing(field) && !slices.Contains(p.cols[k].levels, field) { // it may be one of an older model
		out.col(k).missing++
		return table.Missing
	}
	_, number := columns.ParseCell(p.plain(k, field))
	return float32(p.code(out, k, field, number, line))
}

// value is a target as it is stored.
func (p *plan) value(out *piece, k int, field string, line int) float64 {
	field = columns.Clean(field)
	v, number := p.number(k, field)
	if p.cols[k].kind == table.Number && number {
		p.seeMarks(out, k, field)
		if table.IsRounded(p.plain(k, field), v) {
			if seen := &out.col(k).marks; seen.rounded == "" {
				seen.rounded = p.plain(k, field)
			}
		}
		return v
	}
	return float64(p.code(out, k, field, number, line))
}

// code is the code of a text. In a column of numbers it only notes that there is text, and whether it has marks between
// thousands.
func (p *plan) code(out *piece, k int, field string, number bool, line int) int {
	c := out.col(k)
	if p.cols[k].kind == table.Number {
		c.marks.groups.see(field)
		c.marks.pointed = c.marks.pointed || p.cols[k].guessed && isNumber(field)
	}
	return c.code(field, number, line)
}
