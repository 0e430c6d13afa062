package fit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"ridge/bcd/nn/columns"
	"ridge/internal/words"
)

// mixture says of a column of text most of whose values are numbers which others there are, beginning with those that
// occur most often; "" of any other column. These are often signs for missing values that are not known, of which one
// is enough to make a column text. counts says how often each level occurs.
func (f *fitter) mixture(levels []string, counts []int) string {
	const examples = 3
	numbers, present := 0, 0
	var others []int
	for i, n := range counts {
		if n == 0 {
			continue
		}
		present += n
		if isNumber(levels[i], f.table.DecimalComma) {
			numbers += n
		} else {
			others = append(others, i)
		}
	}
	if 2*numbers <= present || others == nil {
		return ""
	}
	slices.SortStableFunc(others, func(i, j int) int { return cmp.Compare(counts[j], counts[i]) })
	quoted := make([]string, len(others))
	for k, i := range others {
		quoted[k] = strconv.Quote(levels[i])
	}
	return fmt.Sprintf("most values are numbers, but not %s: write ? or nothing where a value is missing",
		words.List(quoted, examples))
}

// isNumber reports whether a text is a number where decimals have a point, or a comma, too.
func isNumber(text string, comma bool) bool {
	if comma {
		text = columns.WithPoint(text)
	}
	_, ok := columns.ParseNumber(text)
	return ok
}
