package delimited

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// spellings are how whole numbers of a target are written that begin with a zero, as codes do: of 2139 it is 02139.
// There are none beyond the most classes that a target may have.
type spellings map[float64]spelling

type spelling struct {
	text  string
	rows  int  // that have it
	other bool // another text has the same number: 02139 and 002139
}

// see counts a field that begins with a zero.
func (s *spellings) see(field string) {
	v, _ := columns.ParseNumber(field)
	s.put(v, spelling{text: field, rows: 1})
}

// add adds what comes later in the file.
func (s *spellings) add(later spellings) {
	for v, one := range later {
		s.put(v, one)
	}
}

func (s *spellings) put(v float64, one spelling) {
	if *s == nil {
		*s = spellings{}
	}
	before, known := (*s)[v]
	if !known && len(*s) >= table.MaxLevels {
		return
	}
	if known {
		one.other = one.other || before.other || before.text != one.text
		one.text, one.rows = before.text, before.rows+one.rows
	}
	(*s)[v] = one
}

// spell says in the columns of the targets how their numbers are written, if that is not how numbers are: those that
// begin with a zero in each row that has them. A note names one that is not always written in the same way.
func (c *collector) spell(t *table.Table) {
	for k := range t.Targets {
		spelled := c.state[c.inputs+k].marks.spelled
		rows := make(map[float64]int, len(spelled))
		for i := k; i < len(t.Values) && len(spelled) > 0; i += len(t.Targets) {
			if _, ok := spelled[t.Values[i]]; ok {
				rows[t.Values[i]]++
			}
		}
		texts, unclear := map[float64]string{}, ""
		for _, v := range slices.Sorted(maps.Keys(spelled)) {
			if one := spelled[v]; !one.other && one.rows == rows[v] {
				texts[v] = one.text
			} else {
				unclear = cmp.Or(unclear, one.text)
			}
		}
		t.Targets[k].Spelled = texts
		if unclear != "" && c.o.Like == nil {
			t.Notes = append(t.Notes, c.zerosNote("target "+c.cols[c.inputs+k].label(), unclear))
		}
	}
}

// beginsWithZero reports whether a field is digits alone, the first of several a zero, as codes have it.
func beginsWithZero(field string) bool {
	return len(field) > 1 && field[0] == '0' && allDigits(field)
}

// allDigits reports whether there is nothing else.
func allDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// isRounded reports whether a field is a whole number that became another one, v, as it has more than 53 bits: it is
// asked only of |v| ≥ 2⁵³. Quantities never need them, but codes differ in their last digits.
func isRounded(field string, v float64) bool {
	digits := strings.TrimLeft(field, "+-")
	return allDigits(digits) && strings.TrimLeft(digits, "0") != strconv.FormatFloat(math.Abs(v), 'f', 0, 64)
}

// roundedNotes are about targets with whole numbers that are rounded.
func (c *collector) roundedNotes() []string {
	if c.o.Like != nil {
		return nil
	}
	labels, example := c.columnsWith(func(m marks) string { return m.rounded })
	if labels == nil {
		return nil
	}
	v, _ := columns.ParseNumber(example)
	return []string{fmt.Sprintf(
		"%s: target %s has whole numbers of more than the 53 bits that are kept of each (float64): %s becomes %s: if "+
			"they are codes, write text (n%[3]s)",
		c.file, words.List(labels, mostLabels), example, strconv.FormatFloat(v, 'f', 0, 64))}
}

// zerosNotes are about inputs with numbers that begin with zeros, which are lost: of a code, such as a ZIP code, they
// are a part.
func (c *collector) zerosNotes() []string {
	if c.o.Like != nil {
		return nil
	}
	labels, example := c.columnsWith(func(m marks) string { return m.zeros })
	if labels == nil {
		return nil
	}
	return []string{c.zerosNote(table.Columns(labels, mostLabels), example)}
}

func (c *collector) zerosNote(columns, example string) string {
	return table.ZerosNote(c.file, columns, example, "write text (n"+example+")")
}
