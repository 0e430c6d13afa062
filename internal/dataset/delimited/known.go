package delimited

import (
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// knowsNames reports whether the first record is a header since half of it or more are names that the layout has, each
// as often as there. Names that are numbers, as programs number columns, may be the values of a row as well: for these
// see [plan.knowsNumbers].
func (p *plan) knowsNames(records [][]string) bool {
	like := p.o.Like
	if like == nil {
		return false
	}
	left := map[string]int{}
	for _, c := range slices.Concat(like.Inputs, like.Targets) {
		left[c.Name]++
	}
	header := names(records[0], len(records[0]), 0)
	found, numbers := 0, 0
	for _, name := range header {
		if name == "" || left[name] == 0 {
			continue
		}
		left[name]--
		found++
		if _, ok := columns.ParseNumber(name); ok {
			numbers++
		}
	}
	if numbers < found {
		return 2*found >= len(header)
	}
	return found > 0 && (isHeaderOf(like, header) || p.knowsNumbers(records))
}

// suits says how well the records go with the layout, as far as their separator is in question: 3 if the first one has
// names that it knows, 2 if one of the first two can be a row and has a number or a text that it knows, 1 if one can be
// a row. It is 0 without a layout.
func (p *plan) suits(records [][]string) (well int) {
	switch {
	case p.o.Like == nil:
		return 0
	case p.knowsNames(records):
		return 3
	}
	for _, r := range records[:min(2, len(records))] {
		switch can, known := p.asRow(r); {
		case known:
			return 2
		case can:
			well = 1
		}
	}
	return well
}

// isHeaderOf reports whether a header has the names of a layout in their order: all of them, those of the inputs, or
// either without columns that need not be there, as training left them out or as they have no name. R does not name
// the first column.
func isHeaderOf(like *table.Layout, header []string) bool {
	type keep func(table.LayoutColumn) bool
	for _, kept := range []keep{
		func(table.LayoutColumn) bool { return true },
		func(c table.LayoutColumn) bool { return c.Name != "" },
		isWanted,
	} {
		var all, inputs []string
		for c := range inFile(like) {
			switch {
			case c.target:
				all = append(all, like.Targets[c.index].Name)
			case kept(like.Inputs[c.index]):
				name := like.Inputs[c.index].Name
				all, inputs = append(all, name), append(inputs, name)
			}
		}
		if slices.Equal(header, all) || slices.Equal(header, inputs) {
			return true
		}
	}
	return false
}

// isWanted reports whether a file in which columns have names must have this one.
func isWanted(c table.LayoutColumn) bool { return c.Name != "" && c.Kind != table.Ignored }

// knowsNumbers reports whether the first record, and no other, has the names of all inputs that are wanted, in any
// order. There must be at least four, or a text in it that no row could have there. If columns are spare, any four
// different names will do if nothing else is in it.
func (p *plan) knowsNumbers(records [][]string) bool {
	const few = 4
	known, wanted, spare := map[string]bool{}, map[string]bool{}, false
	for _, c := range p.o.Like.Inputs {
		known[c.Name] = c.Name != ""
		spare = spare || c.Spare
		if isWanted(c) {
			wanted[c.Name] = true
		}
	}
	for _, c := range p.o.Like.Targets {
		known[c.Name] = c.Name != ""
	}
	hasAll := func(header []string) bool {
		found := map[string]bool{}
		for _, name := range header {
			if wanted[name] {
				found[name] = true
			}
		}
		return len(found) == len(wanted)
	}
	areNames := func(header []string) bool {
		return !hasDuplicates(header) && !slices.ContainsFunc(header, func(name string) bool { return !known[name] })
	}
	first := records[0]
	switch {
	case len(wanted) >= few && alone(records, hasAll), spare && len(first) >= few && alone(records, areNames):
		return true
	case len(wanted) == 0 || !p.hasText(first):
		return false
	}
	can, _ := p.asRow(first)
	return !can && alone(records, hasAll)
}

// alone reports whether something holds for the first record, and for no other, of which there must be one. Those that
// are the same as the first do not count: files that were joined have their header again.
func alone(records [][]string, holds func(header []string) bool) bool {
	first, others := names(records[0], len(records[0]), 0), false
	if !holds(first) {
		return false
	}
	for _, r := range records[1:] {
		other := names(r, len(r), 0)
		if slices.Equal(first, other) {
			continue
		}
		if others = true; holds(other) {
			return false
		}
	}
	return others
}

// hasText reports whether a field of a record is neither a number nor missing.
func (p *plan) hasText(record []string) bool {
	for field, text := range record {
		if !columns.IsMissing(text) && !isNumber(p.numberAt(field, text)) {
			return true
		}
	}
	return false
}

// isRowOfLayout reports whether a record in which no names are known is a row of the layout, as far as its content
// tells: it can be one, and has a number or a text that the layout knows. Such a row is not taken for a header because
// of what is below it: it would be lost. But where there are names, a record that counts may stand for them.
func (p *plan) isRowOfLayout(record []string) bool {
	if p.o.Like == nil || p.o.Like.Named() && countsUp(record) {
		return false
	}
	can, known := p.asRow(record)
	return can && known
}

// asRow reports whether a record can be a row of the layout, by its length and since it has nothing but numbers where
// there must be some; and whether it then has a number or a text that the layout knows.
func (p *plan) asRow(record []string) (can, known bool) {
	like := p.o.Like
	at, err := like.Fits(p.file, len(record))
	if err != nil {
		return false, false
	}
	rest := like.Inputs
	for field, text := range record {
		var c table.LayoutColumn
		if k := slices.Index(at, field); k >= 0 {
			c = like.Targets[k]
		} else {
			c, rest = rest[0], rest[1:]
		}
		switch {
		case c.Kind == table.Ignored || columns.IsMissing(text):
		case c.Kind == table.Text:
			known = known || slices.Contains(c.Levels, columns.UTF8(text))
		case isNumber(p.numberAt(field, text)) || isNumber(columns.WithoutThousands(text, c.Thousands)):
			known = true
		default:
			return false, false
		}
	}
	return true, known
}
