package delimited

import (
	"fmt"
	"slices"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// groups are the marks that fields show to separate thousands, as the points of 1.549,34 do.
type groups struct{ points, commas bool }

// see looks at a clean field.
func (g *groups) see(field string) { g.seeMark(columns.ThousandsMark(field)) }

func (g *groups) seeMark(mark string) {
	switch mark {
	case ".":
		g.points = true
	case ",":
		g.commas = true
	}
}

// add adds what was seen elsewhere in the column.
func (g *groups) add(others groups) {
	g.points, g.commas = g.points || others.points, g.commas || others.commas
}

// mark is the one that separates thousands in the column: "" if there is none, or if fields contradict each other.
func (g groups) mark() string {
	switch g {
	case groups{points: true}:
		return "."
	case groups{commas: true}:
		return ","
	}
	return ""
}

// findThousands returns for each field of the records the mark that separates thousands, "" if none does; nil if there
// are no marks.
func findThousands(records [][]string) []string {
	var seen []groups
	for _, r := range records {
		for j, f := range r {
			mark := columns.ThousandsMark(f)
			if mark == "" {
				continue
			}
			if j >= len(seen) {
				seen = append(seen, make([]groups, j+1-len(seen))...)
			}
			seen[j].seeMark(mark)
		}
	}
	var marks []string
	for _, g := range seen {
		marks = append(marks, g.mark())
	}
	return marks
}

// pointsBesideCommas tells of each field whether points separate thousands in it, as may be guessed from decimal commas
// or from points between thousands in other fields, and returns the first number with such; nil if they don't.
func (d *dialect) pointsBesideCommas(records [][]string, header []string) (pointed []bool, comma string) {
	if pointed = d.groupedPoints(records); pointed != nil {
		comma = d.decimalComma(records, header)
	}
	if comma == "" {
		return nil, ""
	}
	return pointed, comma
}

// groupedPoints tells of each field whether it has numbers with a point, if each point in a number may separate
// thousands, as in 1.549, and the separator is no comma; nil if one can't. It may be shorter than a record.
func (d *dialect) groupedPoints(records [][]string) (pointed []bool) {
	if d.comma == ',' {
		return nil
	}
	for _, r := range records {
		for j, f := range r {
			at := strings.IndexByte(f, '.')
			if at < 0 || d.groupsOf(j) == "." || !isNumber(f) {
				continue
			}
			if d.groupsOf(j) == "," || !mayBeThousand(f, at) {
				return nil
			}
			if j >= len(pointed) {
				pointed = append(pointed, make([]bool, j+1-len(pointed))...)
			}
			pointed[j] = true
		}
	}
	return pointed
}

// decimalComma is the first number of which the comma can't but begin its decimals, as in 0,5 and in 1.549,5, or that
// leaves no other mark for them, as 3.992.483; "" if there is none. In a field that other records have texts in it may
// be a list of two, or a code.
func (d *dialect) decimalComma(records [][]string, header []string) string {
	var texts []bool
	for _, r := range records {
		for j, f := range r {
			at := strings.IndexByte(f, ',')
			grouped := d.groupsOf(j) == "." && columns.ThousandsMark(f) == "."
			if at < 0 && !grouped {
				continue
			}
			if grouped || d.groupsOf(j) == "." || !mayBeThousand(f, at) && isNumber(columns.WithPoint(f)) {
				if texts == nil {
					texts = d.haveText(records, header)
				}
				if !texts[j] {
					return f
				}
			}
		}
	}
	return ""
}

// haveText tells of each field whether some record has something else than a number in it, with whatever decimal mark.
func (d *dialect) haveText(records [][]string, header []string) (texts []bool) {
	for _, r := range records {
		if len(r) > len(texts) {
			texts = append(texts, make([]bool, len(r)-len(texts))...)
		}
		if slices.Equal(r, header) {
			continue
		}
		for j, f := range r {
			number := columns.IsMissing(f) || isNumber(d.numberAt(j, f)) ||
				d.groupsOf(j) == "" && isNumber(columns.WithPoint(f))
			texts[j] = texts[j] || !number
		}
	}
	return texts
}

// group makes a mark the one that separates thousands in the fields at j.
func (d *dialect) group(j int, mark string) {
	for len(d.thousands) <= j {
		d.thousands = append(d.thousands, "")
	}
	d.thousands[j] = mark
}

// groupsOf is the mark that separates thousands in the fields at j.
func (d *dialect) groupsOf(j int) string {
	if j < 0 || j >= len(d.thousands) {
		return ""
	}
	return d.thousands[j]
}

// numberAt is the number of field j with a decimal point and without separators of thousands.
func (d *dialect) numberAt(j int, field string) string {
	if mark := d.groupsOf(j); mark != "" {
		return columns.WithoutThousands(field, mark)
	}
	return d.point(field)
}

// plain is the number of column k with a decimal point and without separators of thousands.
func (p *plan) plain(k int, field string) string {
	if p.decimal == '.' && !p.grouped { // as in most files
		return field
	}
	return p.rewritten(k, field)
}

// number reads a number of column k.
func (p *plan) number(k int, field string) (v float64, ok bool) {
	switch {
	case p.grouped && p.cols[k].thousands != "":
		return columns.ParseNumber(p.cols[k].ungrouped(field))
	case p.decimal == ',':
		return columns.ParseWithComma(field)
	default:
		return columns.ParseNumber(field)
	}
}

// rewritten is plain where numbers may not be plain as they are.
func (p *plan) rewritten(k int, field string) string {
	if p.grouped && p.cols[k].thousands != "" {
		return p.cols[k].ungrouped(field)
	}
	return p.point(field)
}

// ungrouped is a number without separators of thousands. It is "" of 1.549 where a point begins the decimals of the
// other file, and only other fields of this one show that points separate thousands.
func (c *col) ungrouped(field string) string {
	if c.ambiguous && strings.Count(field, c.thousands) == 1 && columns.ThousandsMark(field) == "" {
		return ""
	}
	return columns.WithoutThousands(field, c.thousands)
}

// group makes a mark that the file shows the one that separates thousands in column k.
func (p *plan) group(k int, mark string) {
	decimal := "."
	if p.o.Like != nil && p.o.Like.DecimalComma {
		decimal = ","
	}
	c := &p.cols[k]
	c.thousands, c.ambiguous = mark, c.fixed && mark == decimal
	p.grouped = p.grouped || mark != ""
}

// seeGroups notes a mark between thousands, and reports whether column k has any.
func (p *plan) seeGroups(out *piece, k int, field string) bool {
	mark := p.cols[k].thousands
	if mark != "" && strings.Contains(field, mark) {
		if seen := &out.col(k).marks; seen.grouped == "" {
			seen.grouped = field
		}
	}
	return mark != ""
}

// findGroups decides by the sampled rows in which columns there are separators of thousands, unless the file is to be
// like another one that has them.
func (p *plan) findGroups() {
	for k := range p.cols {
		if c := &p.cols[k]; c.thousands == "" {
			p.group(k, p.groupsOf(c.field))
			c.guessed = p.guessed && c.thousands == "."
		} else {
			p.grouped = true
		}
	}
}

// settleMarks finds out how numbers are written once it is known which fields are columns of numbers, or may be: only
// these show it. Numbers of a column that another file has, too, are read as there, unless they themselves show that
// points separate thousands.
func (p *plan) settleMarks(rows [][]string) {
	rows = p.withoutTexts(rows)
	var header []string
	if p.header {
		header = rows[0] // as it is among the rows
	}
	if p.o.Like == nil {
		p.findMarks(rows, header)
		p.findPointsAlone(rows)
		return
	}
	p.findOwnMarks(rows, header)
	p.keepDecimal()
	if pointed, comma := p.pointsBesideCommas(rows, header); p.decimal == ',' && pointed != nil {
		p.warnPoints(rows, pointed, comma)
	}
}

// keepDecimal reads decimal commas if the file that this one is to be like has some, as it is when a program reads a
// row of its own (columns.Inputs.ParseRow).
func (p *plan) keepDecimal() {
	if p.o.Like != nil && p.o.Like.DecimalComma {
		p.decimal = ','
	}
}

// withoutTexts are these rows, empty where the fields are left out, or are text in the file that this one is to be
// like.
func (p *plan) withoutTexts(rows [][]string) [][]string {
	isText := func(k int) bool { return k < 0 || p.cols[k].kind != table.Number }
	if !slices.ContainsFunc(p.of, isText) {
		return rows
	}
	kept := make([][]string, len(rows))
	for i, r := range rows {
		kept[i] = slices.Clone(r)
		for j := range r {
			if j < len(p.of) && isText(p.of[j]) {
				kept[i][j] = ""
			}
		}
	}
	return kept
}

// reconsider decides how the columns that were taken for numbers, and have other texts, are read the next time: as
// numbers again if it is only now that fields have shown a mark between thousands, or that there are none.
func (c *collector) reconsider() error {
	refuted := slices.ContainsFunc(c.state, func(s columnContent) bool { return s.marks.pointed })
	for k := range c.cols {
		s, col := &c.state[k], &c.plan.cols[k]
		if refuted && col.guessed {
			c.plan.group(k, "")
			col.guessed = false
			continue
		}
		if s.line == 0 || col.kind != table.Number {
			continue
		}
		if mark := s.marks.groups.mark(); col.thousands == "" && mark != "" {
			c.plan.group(k, mark)
		} else if col.fixed {
			return c.noNumber(k, "")
		} else {
			col.kind = table.Text
		}
	}
	return nil
}

// thousandsNotes name the columns of numbers with separators of thousands.
func (c *collector) thousandsNotes() []string {
	var notes []string
	for _, mark := range []string{".", ","} {
		labels, example := c.columnsWith(func(k int, m marks) string {
			if c.cols[k].thousands != mark {
				return ""
			}
			return m.grouped
		})
		if labels == nil {
			continue
		}
		name := map[string]string{".": "points", ",": "commas"}[mark]
		notes = append(notes, fmt.Sprintf("%s: %s: %s separate thousands: %s is read as %s", c.file,
			table.Columns(labels, mostLabels), name, example, columns.WithoutThousands(example, mark)))
	}
	return notes
}

// groupedComma is a number with a decimal comma in a column where points separate thousands, "" if there is none.
func (c *collector) groupedComma() string {
	k := slices.IndexFunc(c.state, func(s columnContent) bool { return strings.IndexByte(s.marks.grouped, ',') >= 0 })
	if k < 0 || c.cols[k].thousands != "." {
		return ""
	}
	return c.state[k].marks.grouped
}
