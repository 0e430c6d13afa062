package fit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// markedNumber is a number as people write it, which is not among those that are read: with a per cent or currency sign,
// separators of thousands, a decimal comma or the minus sign of typesetting.
var markedNumber = regexp.MustCompile(`^[-+−]?[$€£¥]?\s?[-+−]?(\d+|\d{1,3}([,'’ \x{a0}\x{202f}]\d{3})+|\d{1,3}(\.\d{3})+)?([.,]\d+)?[\s\x{a0}\x{202f}]?[%$€£¥]?$`)

// markedNotes say which columns of text would be numbers if they were written otherwise: those of which nine tenths of
// the values are numbers, plain or marked, and more are marked than are neither.
func markedNotes(t *table.Table, stats []stat) []string {
	var notes []string
	more := 0
	for j := range stats {
		example := markedTexts(&t.Inputs[j], &stats[j])
		if example == "" {
			continue
		}
		if len(notes) == most {
			more++
			continue
		}
		notes = append(notes, fmt.Sprintf("column %s is text, but its values look like numbers, such as %q: to have them read as numbers, write them with a decimal point and a plain minus, without %%, currency signs and marks for thousands",
			table.Label(table.Position(j, t.At), t.Inputs[j].Name), example))
	}
	if more > 0 {
		notes = append(notes, fmt.Sprintf("%d more columns of text look like numbers", more))
	}
	return notes
}

// markedTexts returns the first marked number of a column that is one of marked numbers, or else "". Of more texts than
// are told apart, some decide.
func markedTexts(c *table.Column, s *stat) (example string) {
	levels, counts, present := c.Levels, s.counts, s.present
	if c.Overflow {
		levels, counts, present = c.Some, slices.Repeat([]int{1}, len(c.Some)), len(c.Some)
	}
	marked, other := 0, 0
	for i, n := range counts {
		if _, plain := columns.ParseNumber(levels[i]); plain || n == 0 {
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
