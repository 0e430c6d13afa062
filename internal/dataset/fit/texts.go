package fit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/words"
)

// The bounds of the levels of a text that are inputs.
const (
	mostLevels  = 1000
	rarestLevel = 1000 // one row in as many
	enoughRows  = 20   // in as many rows a level is not rare, however many rows there are
	mostRows    = 0.95 // but where the levels that are more frequent have as many of the rows with a text
)

// leastOfLevel is how many of n rows a level is in that is not rare.
func leastOfLevel(n int) int { return max(2, (n+rarestLevel-1)/rarestLevel) }

// leastOf is how many rows a level of a text must be in to be an input, whatever the others are in.
func (f *fitter) leastOf() int { return min(leastOfLevel(len(f.indices)), enoughRows) }

// frequent are the levels of a text that are inputs, the most frequent ones first, and of those in as many rows the
// first ones by name. One row in a thousand is enough; of many levels that are all rarer, 20 rows are. Whether a column
// is one of these is not asked of its most frequent level, or of how many levels are rare, as one row more could change
// the answer for all of them. A rarer level is an input until nearly all rows have one. For the same reason the last
// ones of these may be chosen by name among those in as many rows.
func (f *fitter) frequent(names []string, s *stat) (levels []int) {
	for i := range s.counts {
		if s.counts[i] >= f.leastOf() {
			levels = append(levels, i)
		}
	}
	slices.SortFunc(levels, func(a, b int) int {
		return cmp.Or(cmp.Compare(s.counts[b], s.counts[a]), strings.Compare(names[a], names[b]))
	})
	least, covered := leastOfLevel(len(f.indices)), 0
	for k, i := range levels {
		if k == mostLevels || s.counts[i] < least && float64(covered) >= mostRows*float64(s.present) {
			return levels[:k]
		}
		covered += s.counts[i]
	}
	return levels
}

// tellsRowsApart reports whether the texts of a column tell rows apart and little else: there are more than two, with
// less than two rows for each on average, or many, of which none is in more than three rows, as if rows came again.
func (s *stat) tellsRowsApart() bool {
	const most = 3
	different := s.different()
	return different > 2 && 2*different > s.present || different > FewClasses && s.mostOfLevel() <= most
}

// mostOfLevel is how many rows the most frequent level is in.
func (s *stat) mostOfLevel() (n int) {
	for _, count := range s.counts {
		n = max(n, count)
	}
	return n
}

// occurring are those of the names of the levels that occur.
func (s *stat) occurring(names []string) (list []string) {
	for i, count := range s.counts {
		if count > 0 {
			list = append(list, names[i])
		}
	}
	return list
}

// levels makes a column one of text.
func (f *fitter) levels(c *columns.Column, names []string, s *stat) {
	c.Kind, c.Divisor = columns.Levels, 1
	for _, i := range f.frequent(names, s) {
		c.Levels = append(c.Levels, names[i])
	}
	slices.Sort(c.Levels)
	count := make(map[string]int, len(names))
	for i, name := range names {
		count[name] = s.counts[i]
	}
	for _, name := range c.Levels {
		c.Means = append(c.Means, f.share(count[name]))
	}
}

// hasInputs reports whether some levels of a text are inputs.
func (f *fitter) hasInputs(s *stat) bool {
	return !s.tellsRowsApart() && s.mostOfLevel() >= f.leastOf()
}

// whyTextOut is why a column of text is left out, "" if it is not.
func (f *fitter) whyTextOut(names []string, s *stat) string {
	different := s.different()
	switch {
	case different == 1 && s.missing == 0:
		return fmt.Sprintf("always %q", names[slices.IndexFunc(s.counts, func(n int) bool { return n > 0 })])
	case !f.hasInputs(s):
		what := cmp.Or(f.mixture(names, s.counts), f.whyNone(s))
		if areDates(s.occurring(names)) {
			what = "dates or times; " + datesAsNumbers
		}
		return fmt.Sprintf("%s in %s: %s",
			words.Counted(different, "different text"), words.Counted(s.present, "row"), what)
	}
	return ""
}

// whyNone says why none of these texts is an input.
func (f *fitter) whyNone(s *stat) string {
	if s.tellsRowsApart() {
		return "an identifier or free text"
	}
	why := "too rare"
	if s.different() > mostLevels {
		why = "too many"
	}
	return fmt.Sprintf("%s, as none is in more than %s, and an input needs %d",
		why, words.Counted(s.mostOfLevel(), "row"), f.leastOf())
}
