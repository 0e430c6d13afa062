package delimited

import (
	"fmt"
	"maps"
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// findMarks takes column k for numbers after all, if all of them have the same marks.
func (p *plan) findMarks(k int, records [][]string) {
	c := &p.cols[k]
	fields := presentFields(records, c.field)
	if c.marks = columns.FindMarks(fields, p.decimal == ','); c.marks == nil {
		return
	}
	c.kind = table.Number
	if p.marked == nil {
		p.marked = make(map[int]string)
	}
	p.marked[k] = fields[0]
}

// asText takes column k for text, after one of its fields was none of the numbers that it was taken for.
func (p *plan) asText(k int) {
	p.cols[k].kind, p.cols[k].marks = table.Text, nil
	delete(p.marked, k)
}

// number reads a clean field as a number of column k.
func (p *plan) number(k int, field string) (v float64, ok bool) {
	if marks := p.cols[k].marks; marks != nil {
		return marks.Number(field, p.decimal == ',')
	}
	return columns.ParseNumber(p.point(field))
}

// presentFields are the fields of a column that are not missing.
func presentFields(records [][]string, field int) []string {
	var present []string
	for _, r := range records {
		if field < len(r) && !columns.IsMissing(r[field]) {
			present = append(present, r[field])
		}
	}
	return present
}

// markedNotes say, with an example of each, which columns have numbers with marks.
func (c *collector) markedNotes() []string {
	const most = 5
	var examples []string
	for _, k := range slices.Sorted(maps.Keys(c.marked)) {
		v, _ := c.number(k, c.marked[k])
		examples = append(examples, fmt.Sprintf("%s (%s is %s)", c.cols[k].label(), c.marked[k], columns.FormatNumber(v)))
	}
	if examples == nil {
		return nil
	}
	return []string{fmt.Sprintf("%s: read as numbers: columns %s", c.file, table.List(examples, most))}
}
