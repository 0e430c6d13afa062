package delimited

import (
	"fmt"
	"iter"
	"slices"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// layOutLike finds the columns of another file: by their names if both files have them,
// or else by their positions.
func (p *plan) layOutLike(header []string) error {
	like := p.o.Like
	if header != nil && like.Named() {
		if err := p.layOutByName(header); err != nil {
			return err
		}
	} else if err := p.layOutByPosition(); err != nil {
		return err
	}
	p.index()
	if at := p.unreadTargets(); at != nil {
		p.notes = append(p.notes, table.UnreadNote(p.file, at))
	}
	return nil
}

// unreadTargets are the fields that are taken for targets which nobody asks for, by their places alone.
func (p *plan) unreadTargets() (at []int) {
	if p.o.Like == nil || !p.o.Unlabelled || p.header && p.o.Like.Named() {
		return nil
	}
	for field, k := range p.of {
		if k < 0 {
			at = append(at, field)
		}
	}
	return at
}

// shiftWarning warns of a first column that counts the rows, where the targets are known by their places alone: it may
// be one more than in the training data, so that each other one is taken for its neighbour. One that counted there
// without a name was left out.
func (c *collector) shiftWarning(t *table.Table) []string {
	if !c.counts || t.Rows < 3 || c.unreadTargets() == nil {
		return nil
	}
	return []string{c.file + ": column 1 counts the rows: if that of the training data did not, it may be one more " +
		"than there, the target is missing, and each column is taken for the one before it: then take it away"}
}

func likeCol(c table.LayoutColumn, field int) col {
	return col{name: c.Name, kind: c.Kind, levels: c.Levels, fixed: true, field: field, thousands: c.Thousands}
}

// fewAbsent is how many ignored or spare columns a file may always lack. Otherwise it may lack at most twice as many as
// it has: absent columns take memory in each row, which must not be far more than the row's text.
const fewAbsent = 32

func (p *plan) layOutByName(header []string) error {
	like := p.o.Like
	if slices.Equal(header, namesInFile(like)) {
		return p.layOutByPosition() // even if two have the same name
	}
	if err := p.checkRepeated(header); err != nil {
		return err
	}
	var missing []string
	alike := "" // what explains the first of them that looks like another name
	twins := twinsAmong(header)
	absent := 0
	add := func(c table.LayoutColumn, field int) {
		switch {
		case field >= 0:
			p.cols = append(p.cols, likeCol(c, field))
		case (c.Kind == table.Ignored || c.Spare) && absent < max(fewAbsent, 2*len(header)):
			absent++
			col := likeCol(c, -1)
			if c.Spare {
				col.alike = twins(c.Name)
			}
			p.cols = append(p.cols, col)
		default:
			missing = append(missing, fmt.Sprintf("%q", c.Name))
			if twin := twins(c.Name); twin != "" && alike == "" {
				alike = "; " + table.TwinNote(c.Name, twin)
			}
		}
	}
	inputs, targets := fieldsByName(like, header)
	for j, c := range like.Inputs {
		add(c, inputs[j])
	}
	p.inputs = len(p.cols)
	bad := source.Bad
	if missing == nil {
		bad = source.NoTarget
	}
	if !p.o.Unlabelled {
		for k, c := range like.Targets {
			add(c, targets[k])
		}
	}
	if missing != nil {
		isField := func(field int) bool { return field >= 0 }
		if p.o.Header == table.FindHeader && !slices.ContainsFunc(slices.Concat(inputs, targets), isField) {
			alike += "; if its first line is a row, say --header no"
		}
		return bad(p.file, "%s%s", table.WithoutColumns(missing), alike)
	}
	for _, c := range p.cols[p.inputs:] {
		p.at = append(p.at, c.field)
	}
	p.noteIgnored(header)
	return nil
}

// twinsAmong returns what finds the first of the names that looks like another one, "" if there is none.
func twinsAmong(names []string) (twin func(name string) string) {
	var first map[string]string
	return func(name string) string {
		if first == nil {
			first = firstAlike(names)
		}
		return first[table.AlikeKey(name)]
	}
}

// firstAlike has the first of the names that look alike, by what they share.
func firstAlike(names []string) map[string]string {
	first := make(map[string]string, len(names))
	for _, name := range slices.Backward(names) {
		first[table.AlikeKey(name)] = name
	}
	return first
}

// fieldsByName are the fields of a header that have the names of the inputs and of the targets, -1 for those that it
// lacks. Columns that share a name, or have none, are paired in the order that they have in both files, wherever the
// others are.
func fieldsByName(like *table.Layout, header []string) (inputs, targets []int) {
	left := make(map[string][]int, len(header))
	for field, name := range header {
		left[name] = append(left[name], field)
	}
	take := func(c table.LayoutColumn) int {
		fields := left[c.Name]
		if len(fields) == 0 {
			return -1
		}
		left[c.Name] = fields[1:]
		return fields[0]
	}
	inputs, targets = make([]int, len(like.Inputs)), make([]int, len(like.Targets))
	for c := range inFile(like) {
		if c.target {
			targets[c.index] = take(like.Targets[c.index])
		} else {
			inputs[c.index] = take(like.Inputs[c.index])
		}
	}
	if like.At == nil { // they came from elsewhere
		for k, c := range like.Targets {
			targets[k] = take(c)
		}
	}
	return inputs, targets
}

// checkRepeated refuses a header in which a name occurs more or less often than in the training data: it can't be told
// which of its columns is missing or new. It does not matter if training used none of them.
func (p *plan) checkRepeated(header []string) error {
	here, there, used := make(map[string]int), make(map[string]int), make(map[string]bool)
	for _, name := range header {
		here[name]++
	}
	names := namesInFile(p.o.Like)
	for _, name := range names {
		there[name]++
	}
	for _, c := range slices.Concat(p.o.Like.Inputs, p.o.Like.Targets) {
		used[c.Name] = used[c.Name] || c.Kind != table.Ignored
	}
	for _, name := range names {
		if n, want := here[name], there[name]; n > 0 && n != want && used[name] {
			return source.Bad(p.file,
				"it has %s, and the training data has %d: which is which can't be told; give each column a name of "+
					"its own, or have as many in both",
				columnsCalled(n, name), want)
		}
	}
	return nil
}

// columnsCalled says in words that n columns have a name.
func columnsCalled(n int, name string) string {
	columns := "columns"
	if n == 1 {
		columns = "column"
	}
	if name == "" {
		return fmt.Sprintf("%d %s without a name", n, columns)
	}
	return fmt.Sprintf("%d %s called %q", n, columns, name)
}

// noteIgnored notes which columns the layout does not have.
func (p *plan) noteIgnored(header []string) {
	known := map[string]bool{}
	for _, c := range slices.Concat(p.o.Like.Inputs, p.o.Like.Targets) {
		known[c.Name] = true
	}
	var ignored []string
	for field, name := range header {
		if !known[name] {
			ignored = append(ignored, table.Label(field, name))
		}
	}
	const most = 5
	if len(ignored) > 0 {
		p.notes = append(p.notes,
			fmt.Sprintf("%s: not in the training data, and so left out: %s", p.file, table.Columns(ignored, most)))
	}
}

// columnInFile is an input or a target of a layout.
type columnInFile struct {
	target bool
	index  int
}

// inFile goes over the columns of a layout in the order that they have in the file.
func inFile(like *table.Layout) iter.Seq[columnInFile] {
	return func(yield func(columnInFile) bool) {
		input := 0
		for field := range len(like.Inputs) + len(like.At) {
			c := columnInFile{target: true, index: slices.Index(like.At, field)}
			if c.index < 0 {
				c = columnInFile{index: input}
				input++
			}
			if !yield(c) {
				return
			}
		}
	}
}

// namesInFile are the names of all columns of the file of this layout.
func namesInFile(like *table.Layout) []string {
	var all []string
	for c := range inFile(like) {
		if c.target {
			all = append(all, like.Targets[c.index].Name)
		} else {
			all = append(all, like.Inputs[c.index].Name)
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
		return source.NoTarget(p.file, "it has %d columns, which are the inputs alone: the target is missing", p.fields)
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
