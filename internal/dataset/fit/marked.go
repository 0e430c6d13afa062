package fit

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// markedNumber is a number as people write it, which is not among those that are read: with a per cent or currency
// sign, separators of thousands, a decimal comma or the minus sign of typesetting.
var markedNumber = regexp.MustCompile(
	`^[-+−]?[$€£¥]?\s?[-+−]?(\d+|\d{1,3}([,'’ \x{a0}\x{202f}]\d{3})+|\d{1,3}(\.\d{3})+)?([.,]\d+)?` +
		`[\s\x{a0}\x{202f}]?[%$€£¥]?$`)

// markedColumns are the columns of text that would be numbers if they were written otherwise, the first of them each
// with an example, and how many more there are: those of which nine tenths of the values are numbers, plain or marked,
// and more are marked than are neither.
func markedColumns(t *table.Table, stats []stat) (examples map[int]string, more int) {
	examples = map[int]string{}
	for j := range stats {
		switch example := markedTexts(&t.Inputs[j], &stats[j], t.DecimalComma); {
		case example == "":
		case len(examples) == mostListed:
			more++
		default:
			examples[j] = example
		}
	}
	return examples, more
}

// markedNotes say what markedColumns has found: of columns that are inputs, of those that are left out, and of those of
// which only the gaps are inputs, in a note each.
func markedNotes(in *columns.Inputs, t *table.Table, examples map[int]string, more int) []string {
	var notes []string
	for _, what := range []string{"", leftOut, leftOutButGaps} {
		var labels, like []string
		for _, j := range slices.Sorted(maps.Keys(examples)) {
			if whatBecame(&in.Columns[j]) == what {
				labels = append(labels, table.Label(table.Position(j, t.At), t.Inputs[j].Name))
				like = append(like, strconv.Quote(examples[j]))
			}
		}
		if labels != nil {
			notes = append(notes, markedNote(what, labels, like))
		}
	}
	if more > 0 {
		notes = append(notes, fmt.Sprintf("%d more columns of text look like numbers", more))
	}
	return notes
}

// What becomes of a column of text whose levels are no inputs.
const (
	leftOut        = " left out"
	leftOutButGaps = leftOut + ", but for whether a value is there"
)

// whatBecame is one of these, or "".
func whatBecame(c *columns.Column) string {
	switch {
	case c.Kind == columns.Dropped:
		return leftOut
	case hasOnlyGaps(c):
		return leftOutButGaps
	}
	return ""
}

// markedNote is the note about some columns with these examples, of which this became.
func markedNote(what string, labels, like []string) string {
	is, they, its := "is", "it is", "its"
	if len(labels) > 1 {
		is, they, its = "are", "they are", "their"
	}
	if what != "" {
		is += what + ": " + they
	}
	return fmt.Sprintf(
		"%s %s text, but %s values look like numbers, such as %s: to have them read as numbers, write them with a "+
			"decimal point and a plain minus, without %%, currency signs and thousands separators",
		table.Columns(labels, mostListed), is, its, words.And(slices.Compact(like), mostListed))
}

// markedTexts returns the first marked number of a column that is one of marked numbers, or else "". Of more texts than
// are told apart, some decide. Where decimals have a comma, a number with one is a plain number.
func markedTexts(c *table.Column, s *stat, comma bool) (example string) {
	levels, counts, present := c.Levels, s.counts, s.present
	if c.Overflow {
		levels, counts, present = c.Some, slices.Repeat([]int{1}, len(c.Some)), len(c.Some)
	}
	marked, other := 0, 0
	for i, n := range counts {
		if n == 0 || isNumber(levels[i], comma) {
			continue
		}
		if !strings.ContainsAny(levels[i], "0123456789") || !markedNumber.MatchString(levels[i]) {
			other += n
			continue
		}
		if marked += n; example == "" {
			example = levels[i]
		}
	}
	if marked <= other || 10*other > present {
		return ""
	}
	return example
}
