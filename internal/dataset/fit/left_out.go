package fit

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// asAsked is why a column is dropped that the user wants to be left out.
const asAsked = "left out as asked"

// leftOut says of each column why it is left out, "" if it is not, and has the statistics of the others. None of it
// depends on the scale, in which a column that is left out has no say.
func (f *fitter) leftOut(stats []stat) (why []string, kept []stat) {
	why = make([]string, len(stats))
	for j := range stats {
		if why[j] = f.whyOut(&f.table.Inputs[j], &stats[j]); why[j] == "" {
			kept = append(kept, stats[j])
		}
	}
	return why, kept
}

// without is a column whose values are left out: of a text that lacks some, whether a row has one is still an input, if
// both happens in one row of a thousand.
func (f *fitter) without(have *table.Column, s *stat, why string) columns.Column {
	c := columns.Column{Name: have.Name, Kind: columns.Dropped, Why: why}
	if least := leastOfLevel(len(f.indices)); s.text && min(s.present, s.missing) >= least {
		c.Kind, c.Divisor, c.Missing = columns.Levels, 1, f.missing(s)
	}
	return c
}

// NeverUsed says of each column whether it is left out whichever rows train: it numbers the rows, has no values, or is
// always the same. It is about columns of numbers, and nil for arrays of more than one dimension.
func NeverUsed(t *table.Table) []bool {
	if t.Shape != nil || t.Rows == 0 {
		return nil
	}
	never := make([]bool, len(t.Inputs))
	var same []int // columns that have been the same up to some row
	for j := range never {
		if t.Inputs[j].Kind != table.Number {
			continue
		}
		if never[j] = numbersTheRows(t, j); !never[j] {
			same = append(same, j)
		}
	}
	for i := 1; i < t.Rows && len(same) > 0; i++ {
		row := t.Cells[i*len(never):]
		same = slices.DeleteFunc(same, func(j int) bool {
			x, first := row[j], t.Cells[j]
			return x != first && (x == x || first == first)
		})
	}
	for _, j := range same {
		never[j] = true
	}
	return never
}

// numbersTheRows reports whether a column numbers the rows, by what it has and how it is called.
func numbersTheRows(t *table.Table, j int) bool {
	return j == 0 && len(t.Inputs) > 1 && t.Inputs[j].Counts && namesRows(t.Inputs[j].Name)
}

// hasOnlyGaps reports whether all that the network learns of a column is whether it has a value.
func hasOnlyGaps(c *columns.Column) bool { return c.Kind == columns.Levels && c.Levels == nil }

func (f *fitter) whyOut(have *table.Column, s *stat) string {
	switch {
	case s.ignored:
		return asAsked
	case s.overflow:
		why := fmt.Sprintf("more than %s different texts", words.Group(table.MaxLevels))
		if mixture := f.mixture(have.Some, slices.Repeat([]int{1}, len(have.Some))); mixture != "" {
			why += ": " + mixture
		}
		return why
	case s.present == 0:
		return "no values"
	case s.numbersOfRows:
		return "it numbers the rows"
	case s.text:
		return f.whyTextOut(have.Levels, s)
	case s.least == s.most && s.missing == 0 && !f.images(): // a pixel may vary in other images
		if have.Rounding.Rounded {
			return fmt.Sprintf(
				"its numbers differ only beyond the 24 bits that are kept of each (float32), in which all are %s: "+
					"write what they differ by, such as each less the smallest one",
				plainNumber(s.least))
		}
		return "always " + plainNumber(short(s.least))
	}
	return ""
}

// rowNames are names of the number of the row, without capitals, white space and punctuation.
var rowNames = []string{"", "id", "idx", "index", "no", "nr", "number", "num", "row", "rowid", "rowno", "rownumber",
	"rownames", "serialno", "serialnumber", "slno", "sno", "srno", "sample", "unnamed0", "xid", "case", "obs"}

// timeWords are words for when, which the number of a row may be.
var timeWords = []string{"time", "date", "year", "quarter", "month", "week", "day", "hour", "minute", "second",
	"period"}

// namesRows reports whether a column with this name may be the number of the row. One called time or day_id may not:
// it says when, and the rows may be in that order. X is what R calls a column without a name; x may be a measurement.
func namesRows(name string) bool {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	when := slices.ContainsFunc(timeWords, func(word string) bool { return strings.HasPrefix(plain, word) })
	return slices.Contains(rowNames, plain) || name == "X" || isIdentifierName(name) && !when
}
