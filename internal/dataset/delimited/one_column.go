package delimited

import (
	"slices"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// findOneColumn looks at records that a separator makes of a text. If each line is rather a value of the only input of
// the layout, such as 1,5 is with a decimal comma, it returns the lines as records, and the dialect is that of a table
// of one column: programs write no separator into it.
func (p *plan) findOneColumn(text []byte, records [][]string) [][]string {
	isSplit := func(r []string) bool { return len(r) > 1 }
	if p.o.Like == nil || !p.o.Unlabelled || !slices.ContainsFunc(records, isSplit) {
		return records
	}
	c, ok := p.onlyInput()
	if !ok {
		return records
	}
	for _, comma := range separators {
		if comma == blank || comma == p.comma || tooWide(text, comma) {
			continue
		}
		lines := sampled(text, comma)
		if fields, share := commonLength(lines); fields == 1 && share == 1 && p.areValues(lines, c) {
			p.dialect = dialect{comma: comma}
			p.findMarks(lines, firstOf(lines))
			return lines
		}
	}
	return records
}

// areValues reports whether lines are values of the only input of the layout, below its name or another one: if it is
// of numbers all of them, and if it is of text one at least, known to the layout, that has the separator in it.
func (p *plan) areValues(lines [][]string, c input) bool {
	first := lines[0][0]
	named := c.Name != "" && columns.UTF8(first) == c.Name
	switch {
	case !named && len(p.o.Like.Inputs) > 1: // without names all have to be there
		return false
	case p.o.Header == table.WithoutHeader, p.o.Header == table.FindHeader && !named && c.isValue(first):
	case !named && strings.ContainsRune(first, p.comma): // several names
		return false
	default:
		lines = lines[1:]
	}
	if c.Kind == table.Text {
		return slices.ContainsFunc(lines, func(line []string) bool {
			return strings.ContainsRune(line[0], p.comma) && slices.Contains(c.Levels, columns.UTF8(line[0]))
		})
	}
	return len(lines) > 0 && !slices.ContainsFunc(lines, func(line []string) bool { return !c.isValue(line[0]) })
}

// input is a column of a layout whose numbers may have decimal commas.
type input struct {
	table.LayoutColumn
	commas bool
}

// onlyInput is the input of the layout that a file with names must have, if there is just one.
func (p *plan) onlyInput() (in input, ok bool) {
	like := p.o.Like
	in.commas = like.DecimalComma
	for _, c := range like.Inputs {
		if len(like.Inputs) == 1 || isWanted(c) {
			if ok {
				return input{}, false
			}
			in.LayoutColumn, ok = c, true
		}
	}
	return in, ok
}

// isValue reports whether a line is a value of the input, for all that the layout says.
func (in input) isValue(line string) bool {
	if in.Kind == table.Text || columns.IsMissing(line) || isNumber(line) ||
		in.commas && isNumber(columns.WithPoint(line)) {
		return true
	}
	mark := in.Thousands
	if mark == "" {
		mark = columns.ThousandsMark(line)
	}
	return mark != "" && isNumber(columns.WithoutThousands(line, mark))
}
