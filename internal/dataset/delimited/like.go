package delimited

import (
	"fmt"
	"slices"
	"strings"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// knowsNames reports whether a record is a header since half of it or more are the names
// that the layout has.
func (p *plan) knowsNames(record []string) bool {
	if p.o.Like == nil {
		return false
	}
	known := map[string]bool{}
	for _, c := range slices.Concat(p.o.Like.Inputs, p.o.Like.Targets) {
		known[c.Name] = c.Name != ""
	}
	found := 0
	for _, f := range record {
		if known[f] {
			found++
		}
	}
	return found > 0 && 2*found >= len(record)
}

// layOutLike finds the columns of another file: by their names if both files have them,
// or else by their positions.
func (p *plan) layOutLike(header []string) error {
	like := p.o.Like
	byName := header != nil && slices.ContainsFunc(like.Inputs, func(c table.LayoutColumn) bool { return c.Name != "" })
	if byName {
		if err := p.layOutByName(header); err != nil {
			return err
		}
	} else if err := p.layOutByPosition(); err != nil {
		return err
	}
	p.index()
	return nil
}

func likeCol(c table.LayoutColumn, field int) col {
	return col{name: c.Name, kind: c.Kind, levels: c.Levels, fixed: true, field: field}
}

// fewAbsent is how many columns a file may always lack that are ignored or spare. More of them may be twice as many as it has: they
// take memory in each row, which must not be far more than the row's text.
const fewAbsent = 32

func (p *plan) layOutByName(header []string) error {
	like := p.o.Like
	var missing []string
	alike := "" // what explains the first that it can
	absent := 0
	fields := make(map[string][]int, len(header))
	for field, name := range header {
		fields[name] = append(fields[name], field)
	}
	add := func(c table.LayoutColumn) { // columns of one name in their order
		field := -1
		if left := fields[c.Name]; len(left) > 0 {
			field, fields[c.Name] = left[0], left[1:]
		}
		switch {
		case field >= 0:
			p.cols = append(p.cols, likeCol(c, field))
		case (c.Kind == table.Ignored || c.Spare) && absent < max(fewAbsent, 2*len(header)):
			absent++
			p.cols = append(p.cols, likeCol(c, -1))
		default:
			missing = append(missing, fmt.Sprintf("%q", c.Name))
			if alike == "" {
				alike = differsInCapitals(c.Name, header)
			}
		}
	}
	if slices.Equal(header, namesInFile(like)) {
		return p.layOutByPosition() // even if two have the same name
	}
	if err := p.checkRepeated(header); err != nil {
		return err
	}
	for _, c := range like.Inputs {
		add(c)
	}
	p.inputs = len(p.cols)
	if !p.o.Unlabelled {
		for _, c := range like.Targets {
			add(c)
		}
	}
	if missing != nil {
		return source.Bad(p.file, "it has no column %s, which the training data has%s", strings.Join(missing, ", "), alike)
	}
	for _, c := range p.cols[p.inputs:] {
		p.at = append(p.at, c.field)
	}
	p.sayIgnored(header)
	return nil
}

// checkRepeated refuses a header with other numbers of columns of one name than the training data has: which of them is missing or new
// can't be told.
func (p *plan) checkRepeated(header []string) error {
	here, there := make(map[string]int), make(map[string]int)
	for _, name := range header {
		here[name]++
	}
	names := namesInFile(p.o.Like)
	for _, name := range names {
		there[name]++
	}
	for _, name := range names {
		if n, want := here[name], there[name]; n > 0 && n != want {
			return source.Bad(p.file, "it has %d columns called %q, and the training data has %d: which is which can't be told", n, name, want)
		}
	}
	return nil
}

// differsInCapitals names the column of a header that has this name but for its capitals; "" if there is none.
func differsInCapitals(name string, header []string) string {
	for _, other := range header {
		if strings.EqualFold(name, other) {
			return fmt.Sprintf("; it has %q: capitals matter in names", other)
		}
	}
	return ""
}

// sayIgnored notes which columns the layout does not have.
func (p *plan) sayIgnored(header []string) {
	used := slices.Concat(p.o.Like.Inputs, p.o.Like.Targets)
	var ignored []string
	for field, name := range header {
		if !slices.ContainsFunc(used, func(c table.LayoutColumn) bool { return c.Name == name }) {
			ignored = append(ignored, table.Label(field, name))
		}
	}
	const most = 5
	if len(ignored) > 0 {
		p.notes = append(p.notes, fmt.Sprintf("%s: left out, as the training data does not have them: columns %s", p.file, table.List(ignored, most)))
	}
}

// namesInFile are the names of all columns of the file of this layout.
func namesInFile(like *table.Layout) []string {
	all := make([]string, len(like.Inputs)+len(like.At))
	rest := like.Inputs
	for field := range all {
		if k := slices.Index(like.At, field); k >= 0 {
			all[field] = like.Targets[k].Name
		} else {
			all[field], rest = rest[0].Name, rest[1:]
		}
	}
	return all
}

func (p *plan) layOutByPosition() error {
	like := p.o.Like
	at, err := like.Fits(p.file, p.fields)
	if err != nil {
		return err
	}
	if at == nil && !p.o.Unlabelled {
		return source.Bad(p.file, "it has %d columns, which are the inputs alone: the target is missing", p.fields)
	}
	rest := like.Inputs
	for field := range p.fields {
		if !slices.Contains(at, field) {
			p.cols = append(p.cols, likeCol(rest[0], field))
			rest = rest[1:]
		}
	}
	p.inputs = len(p.cols)
	if p.o.Unlabelled {
		return nil
	}
	p.at = at
	for k, field := range at {
		p.cols = append(p.cols, likeCol(like.Targets[k], field))
	}
	return nil
}
