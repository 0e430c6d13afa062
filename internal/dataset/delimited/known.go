package delimited

import (
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// knowsNames reports whether the first record is a header since half of it or more are names that the layout has, each
// as often as there. Names that are numbers, as programs number columns, may be the values of a row as well: then it is
// a header if it is that of the training data or has the inputs in their order, or if it alone has all of them.
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
	return found > 0 && (slices.Equal(header, namesInFile(like)) || slices.Equal(header, inputNames(like)) ||
		aloneHasAll(records, inputNames(like)))
}

// inputNames are the names of the inputs of a layout.
func inputNames(like *table.Layout) []string {
	all := make([]string, len(like.Inputs))
	for j, c := range like.Inputs {
		all[j] = c.Name
	}
	return all
}

// aloneHasAll reports whether the first record has all of at least four different names, and no other record has, of
// which there must be one.
func aloneHasAll(records [][]string, wanted []string) bool {
	const few = 4
	wanted = slices.Compact(slices.Sorted(slices.Values(wanted)))
	hasAll := func(record []string) bool {
		sorted := slices.Sorted(slices.Values(names(record, len(record), 0)))
		return !slices.ContainsFunc(wanted, func(name string) bool {
			_, found := slices.BinarySearch(sorted, name)
			return !found
		})
	}
	return len(wanted) >= few && len(records) > 1 && hasAll(records[0]) &&
		!slices.ContainsFunc(records[1:], hasAll)
}

// isRowWithoutNames reports whether a record is a row, as far as its content tells, of a layout without names: it has
// nothing but numbers where there must be some, and a number or a text that the layout knows. Such a row is not taken
// for a header because of what is below it: it would be lost.
func (p *plan) isRowWithoutNames(record []string) bool {
	like := p.o.Like
	if like == nil || like.Named() {
		return false
	}
	at, err := like.Fits(p.file, len(record))
	if err != nil {
		return false
	}
	known, rest := false, like.Inputs
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
			return false
		}
	}
	return known
}
