package delimited

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// findHeader reports whether the first of the records has the names of the columns.
//
// It does if it is 0, 1, 2 … or 1, 2, 3 …, as programs number columns without names, or if it names most columns of
// numbers ([dialect.namesNumbers]). Otherwise it does if none of its fields is a number or a sign for a missing value,
// and either some column has numbers only below it, or all columns are text, and the fields of the first record are
// different from each other and do not occur again below.
func (d *dialect) findHeader(records [][]string) bool {
	if len(records) < 2 {
		return false
	}
	first, rest := records[0], records[1:]
	if countsUp(first) {
		return !slices.ContainsFunc(rest, func(r []string) bool { return slices.Equal(r, first) })
	}
	if d.namesNumbers(first, rest) {
		return true
	}
	for j, f := range first {
		if d.isNumberAt(j, f) || f != "" && columns.IsMissing(f) {
			return false
		}
	}
	again := hasDuplicates(first)
	for j, f := range first {
		if f != "" && d.onlyNumbers(j, first, rest) {
			return true
		}
		again = again || slices.ContainsFunc(rest, func(r []string) bool {
			return j < len(r) && r[j] == f && !columns.IsMissing(f)
		})
	}
	return !again
}

// onlyNumbers reports whether field j of the records has numbers and no texts. Records that are the same as the first
// one do not count: files that were joined may have the whole header again.
func (d *dialect) onlyNumbers(j int, first []string, rest [][]string) bool {
	numbers := false
	for _, r := range rest {
		switch {
		case j >= len(r) || columns.IsMissing(r[j]):
		case d.isNumberAt(j, r[j]):
			numbers = true
		case !slices.Equal(r, first):
			return false
		}
	}
	return numbers
}

func (d *dialect) isNumberAt(j int, field string) bool {
	_, ok := columns.ParseNumber(d.numberAt(j, field))
	return ok
}

// namesNumbers reports whether the first record has texts, two or more, in most of the columns of numbers, and a number
// in no other column. The rest of the columns of numbers may have names that are no texts: NA is sodium, 2019 a year.
// All names must be different, and of few records that says little.
func (d *dialect) namesNumbers(first []string, rest [][]string) bool {
	const few = 4
	isText := func(j int) bool { return !columns.IsMissing(first[j]) && !d.isNumberAt(j, first[j]) }
	named, numbers, texts := 0, 0, 0
	for j := range first {
		if isText(j) {
			texts++
		}
	}
	if texts < 2 || 1+len(rest) < few || hasDuplicates(first) {
		return false
	}
	for j, f := range first {
		switch {
		case d.onlyNumbers(j, first, rest):
			numbers++
			if isText(j) {
				named++
			}
		case d.isNumberAt(j, f):
			return false
		}
	}
	return named >= 2 && 2*named > numbers
}

// suspectHeader warns of a first line that was taken for a row, and has the only text of a column of numbers, or the
// only class of the target that occurs once. Of few rows that says little.
func (c *collector) suspectHeader(t *table.Table) []string {
	const few = 10
	if c.header || c.o.Like != nil || c.o.Header != table.FindHeader || t.Rows < few {
		return nil
	}
	for k, col := range c.cols {
		s := &c.state[k]
		alone := col.kind == table.Text && s.line == int(c.lines[0]) && s.present-s.numbers == 1
		text := s.text
		if k >= c.inputs && col.kind == table.Text && !alone {
			text, alone = firstIsAlone(t, k-c.inputs)
		}
		if alone {
			return []string{fmt.Sprintf("%s: %q of column %s is on line %d alone: if that line has the names of the "+
				"columns, %s", c.file, text, col.label(), c.lines[0], c.namesAreHere())}
		}
	}
	return nil
}

// namesAreHere says what to do if the first row that is kept has the names of the columns.
func (c *collector) namesAreHere() string {
	if c.above > 0 {
		return "remove the lines above it"
	}
	return "--header yes"
}

// firstIsAlone reports whether the class that target k has in the first row is the only one that occurs once.
func firstIsAlone(t *table.Table, k int) (class string, alone bool) {
	counts := make([]int, len(t.Targets[k].Levels))
	for i := k; i < len(t.Values); i += len(t.Targets) {
		counts[int(t.Values[i])]++
	}
	first := int(t.Values[k])
	for level, n := range counts {
		if (n == 1) != (level == first) {
			return "", false
		}
	}
	return t.Targets[k].Levels[first], true
}

// countsUp reports whether the fields are consecutive integers from 0 or 1 on, but for one
// at either end that is text or empty, and at least three.
func countsUp(fields []string) bool {
	if n := len(fields); n > 0 && !isInteger(fields[0]) {
		fields = fields[1:]
	} else if n > 0 && !isInteger(fields[n-1]) {
		fields = fields[:n-1]
	}
	if len(fields) < 3 || fields[0] != "0" && fields[0] != "1" {
		return false
	}
	from, _ := strconv.Atoi(fields[0])
	for i, f := range fields {
		if f != strconv.Itoa(from+i) {
			return false
		}
	}
	return true
}

// liesEvenly reports whether the first of the records has names that are numbers, such as years or wavelengths: four or
// more with the same distance between neighbours, and no number elsewhere, while no other record is like that. Of few
// records that says little.
func (d *dialect) liesEvenly(records [][]string) bool {
	const few = 4
	if len(records) < few {
		return false
	}
	step, ok := d.steps(records[0])
	return ok && step != 0 && !slices.ContainsFunc(records[1:], func(r []string) bool {
		_, ok := d.steps(r)
		return ok
	})
}

// steps returns the distance of the numbers among the fields if they lie side by side, are at least four and have the
// same distance, but for what was rounded. The others must be text or empty.
func (d *dialect) steps(fields []string) (step float64, ok bool) {
	const least, rounded = 4, 0.01
	var numbers []float64
	last := 0
	for j, f := range fields {
		v, number := columns.ParseNumber(d.numberAt(j, f))
		switch {
		case number && (numbers == nil || last == j-1):
			numbers, last = append(numbers, v), j
		case number || f != "" && columns.IsMissing(f):
			return 0, false
		}
	}
	if len(numbers) < least {
		return 0, false
	}
	step = numbers[1] - numbers[0]
	for i := 2; i < len(numbers); i++ {
		if math.Abs(numbers[i]-numbers[i-1]-step) > rounded*math.Abs(step) {
			return 0, false
		}
	}
	return step, true
}

func isInteger(field string) bool {
	_, err := strconv.Atoi(field)
	return err == nil
}

// hasDuplicates reports whether a name occurs twice. A column without a name has none.
func hasDuplicates(fields []string) bool {
	seen := map[string]bool{}
	for _, f := range fields {
		if f != "" && seen[f] {
			return true
		}
		seen[f] = true
	}
	return false
}

// findNames finds out how many fields a record has, and returns the names of the columns, nil without a header.
//
// The header may lack one name. If the last field of all lines below is empty, they merely end in a separator: the last
// column has no name. Otherwise it is as R writes tables: it names the columns of values only, not the first, which has
// the names of the rows. It may also be the header alone that ends in a separator.
func (p *plan) findNames(records [][]string) ([]string, error) {
	if !p.header {
		p.fields, _ = commonLength(records)
		return nil, nil
	}
	header, rest := records[0], records[1:]
	p.fields = len(header)
	n, share := commonLength(rest)
	switch {
	case len(rest) == 0 || n == p.fields:
		return names(header, p.fields, 0), nil
	case n == p.fields+1 && endEmpty(rest, n), n == p.fields-1 && n > 0 && header[n] == "":
		p.fields = n
		return names(header, n, 0), nil
	case n == p.fields+1:
		p.fields = n
		p.notes = append(p.notes,
			fmt.Sprintf(
				"%s: the header has one name less than the lines have fields: the first column has no name, as in "+
					"tables that R writes", p.file))
		return names(header, n, 1), nil
	case 2*share > 1:
		return nil, &source.FormatError{File: p.file, Line: 1, Reason: fmt.Sprintf(
			"%s, but most of the lines below have %d: if it is a title or a comment, take it away",
			words.Counted(p.fields, "field"), n)}
	}
	return names(header, p.fields, 0), nil
}

// dropHash takes the # away with which a line of names begins for numpy.savetxt and gnuplot, where it is a field of its
// own, one more than the lines below have. Where the line ends in a separator, that is the one more, and # is a name.
func dropHash(records [][]string) {
	first, rest := records[0], records[1:]
	if n, _ := commonLength(rest); n > 0 && len(first) == n+1 && first[0] == "#" && first[n] != "" {
		records[0] = first[1:]
	}
}

// endEmpty reports whether the last of n fields is empty in all records with n fields.
func endEmpty(records [][]string, n int) bool {
	return !slices.ContainsFunc(records, func(r []string) bool { return len(r) == n && r[n-1] != "" })
}

// names returns the names of count columns: the fields of a header, cleaned, from column from on.
func names(header []string, count, from int) []string {
	names := make([]string, count)
	for j, f := range header[:min(len(header), count)] {
		names[from+j] = columns.UTF8(strings.TrimSpace(f))
	}
	return names
}

// noteTwins notes the first columns of the same name, and how many more there are.
func (p *plan) noteTwins(header []string) {
	at, more, note := map[string]int{}, 0, ""
	for field, name := range header {
		first, again := at[name]
		switch {
		case name == "":
		case !again:
			at[name] = field
		case note != "":
			more++
		default:
			note = fmt.Sprintf("%s: columns %d and %d are both called %q", p.file, first+1, field+1, name)
		}
	}
	switch {
	case more == 1:
		note += ", and 1 more column has the name of another"
	case more > 1:
		note += fmt.Sprintf(", and %d more columns have the name of another", more)
	}
	if note != "" {
		p.notes = append(p.notes, note)
	}
}

// noteTargetTwins notes the first column of inputs that has the name of the target: often it is a copy of it.
func (p *plan) noteTargetTwins(header []string, dropped []int) {
	for field, name := range header {
		if name == "" || slices.Contains(p.at, field) || slices.Contains(dropped, field) {
			continue
		}
		if slices.ContainsFunc(p.at, func(at int) bool { return header[at] == name }) {
			p.notes = append(p.notes,
				fmt.Sprintf(
					"%s: column %d has the name of the target, %q: if it is a copy, leave it out (--drop %[2]d)",
					p.file, field+1, name))
			return
		}
	}
}
