package delimited

import (
	"cmp"
	"fmt"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// marks is what is known of how the numbers of a column are written.
type marks struct {
	thousand string // the first number that may have a separator of thousands in place of its decimal mark: 1,234
	decimal  bool   // another number has a decimal mark for certain: 1,5
	zeros    string // of an input, the first whole number that begins with a zero: 01234
	spelled  spellings
	groups   groups // that texts in a column of numbers have
	pointed  bool   // a number has a decimal point for certain, in a column where points were to separate thousands
	grouped  string // the first number with a mark between thousands, in a column that has them
	rounded  string // of a target, the first whole number that float64 does not hold: 9007199254740993
}

// add adds what comes later in the file.
func (m *marks) add(later marks) {
	if m.thousand == "" {
		m.thousand = later.thousand
	}
	if m.zeros == "" {
		m.zeros = later.zeros
	}
	if m.rounded == "" {
		m.rounded = later.rounded
	}
	if m.grouped == "" {
		m.grouped = later.grouped
	}
	m.groups.add(later.groups)
	m.spelled.add(later.spelled)
	m.decimal = m.decimal || later.decimal
	m.pointed = m.pointed || later.pointed
}

// seeMarks notes how a number of column k is written. Where commas separate the fields, no other column shows that
// decimals have a comma, so nothing is known of points.
func (p *plan) seeMarks(out *piece, k int, field string) {
	if beginsWithZero(field) {
		seen := &out.col(k).marks
		if k >= p.inputs {
			seen.spelled.see(field)
		} else if seen.zeros == "" {
			seen.zeros = field
		}
		return
	}
	if p.grouped && p.seeGroups(out, k, field) || p.comma == ',' {
		return
	}
	at := strings.IndexByte(field, p.decimal)
	if at < 0 {
		return
	}
	seen := &out.col(k).marks
	switch {
	case !mayBeThousand(field, at):
		seen.decimal = true
	case seen.thousand == "":
		seen.thousand = field
	}
}

// mayBeThousand reports whether a number with a mark at a place has one to three digits before it, which do not begin
// with a zero, and three after it.
func mayBeThousand(field string, at int) bool {
	before, after := strings.TrimLeft(field[:at], "+-"), field[at+1:]
	return len(before) >= 1 && len(before) <= 3 && before[0] != '0' && len(after) == 3 && allDigits(after)
}

// columnsWith are the columns that have a number of a kind, which of returns, "" if column k has none, and the first of
// these numbers.
func (c *collector) columnsWith(of func(k int, m marks) string) (labels []string, example string) {
	for k, s := range c.state {
		if number := of(k, s.marks); number != "" {
			labels, example = append(labels, c.cols[k].label()), cmp.Or(example, number)
		}
	}
	return labels, example
}

// mostLabels is how many columns a note or a warning names.
const mostLabels = 5

// thousandsWarnings are about columns all of whose decimal marks may separate thousands: commas, and points if another
// column has decimal commas.
func (c *collector) thousandsWarnings() []string {
	comma := ""
	if c.decimal != ',' {
		if comma = cmp.Or(c.decimalComma(), c.groupedComma()); comma == "" {
			return nil
		}
	}
	labels, example := c.columnsWith(func(_ int, m marks) string {
		if m.decimal {
			return ""
		}
		return m.thousand
	})
	switch {
	case labels == nil:
		return nil
	case comma != "":
		return []string{pointsWarning(c.file, labels, example, comma)}
	}
	return []string{fmt.Sprintf(
		"%s: %s: %s is read as %s, with a decimal comma, but the comma might separate thousands, as each number with "+
			"a comma has three digits after it: write thousands without separators (%s), or decimals with a point in "+
			"all columns (%[4]s)",
		c.file, table.Columns(labels, mostLabels), example, columns.WithPoint(example),
		strings.Replace(example, ",", "", 1))}
}

// warnPoints warns of the fields with points that might separate thousands, as comma is a number with a decimal comma.
func (p *plan) warnPoints(rows [][]string, pointed []bool, comma string) {
	var labels []string
	example := ""
	for j, found := range pointed {
		if !found || j >= len(p.of) {
			continue
		}
		labels = append(labels, p.cols[p.of[j]].label())
		for _, r := range rows {
			if example == "" && j < len(r) && isNumber(r[j]) && strings.IndexByte(r[j], '.') >= 0 {
				example = r[j]
			}
		}
	}
	p.warnings = append(p.warnings, pointsWarning(p.file, labels, example, comma))
}

// pointsWarning is about columns all of whose points may separate thousands, such as that of an example, in a file with
// decimal commas such as that of another number.
func pointsWarning(file string, labels []string, example, comma string) string {
	marks, advice := "points between thousands", ""
	if strings.IndexByte(comma, ',') >= 0 {
		marks = "decimal commas"
		advice = fmt.Sprintf(", or decimals with a point in all columns (%s)",
			columns.WithPoint(strings.ReplaceAll(comma, ".", "")))
	}
	return fmt.Sprintf(
		"%s: %s: %s is read with a decimal point, but the point might separate thousands, as each number with a "+
			"point has three digits after it, and there are %s (%s): write thousands without separators (%s)%s",
		file, table.Columns(labels, mostLabels), example, marks, comma, strings.Replace(example, ".", "", 1), advice)
}

// decimalComma is a number with a decimal comma for certain in one of the columns of text, "" if they have none, or
// another file has said that they are text. Columns of numbers have no levels.
func (c *collector) decimalComma() string {
	if c.o.Like != nil {
		return ""
	}
	for _, s := range c.state {
		for _, level := range s.dict.Levels() {
			at := strings.IndexByte(level, ',')
			if at >= 0 && !mayBeThousand(level, at) && isNumber(columns.WithPoint(level)) {
				return level
			}
		}
	}
	return ""
}
