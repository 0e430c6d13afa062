package delimited

import (
	"cmp"
	"maps"
	"slices"
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

// roundedNotes are about targets with whole numbers that are rounded.
func (c *collector) roundedNotes() []string {
	if c.o.Like != nil {
		return nil
	}
	labels, example := c.columnsWith(func(_ int, m marks) string { return m.rounded })
	if labels == nil {
		return nil
	}
	v, _ := columns.ParseNumber(example)
	return []string{table.RoundedNote(c.file, "target "+words.List(labels, mostLabels)+" has", example, v,
		"write text (n"+example+")")}
}

// zerosNotes are about inputs with numbers that begin with zeros, which are lost: of a code, such as a ZIP code, they
// are a part.
func (c *collector) zerosNotes() []string {
	if c.o.Like != nil {
		return nil
	}
	labels, example := c.columnsWith(func(_ int, m marks) string { return m.zeros })
	if labels == nil {
		return nil
	}
	return []string{c.zerosNote(table.Columns(labels, mostLabels), example)}
}

func (c *collector) zerosNote(columns, example string) string {
	return table.ZerosNote(c.file, columns, example, "write text (n"+example+")")
}
