package fit

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

const (
	// farAway is how many times the range of the middle half a number lies beyond that range to be far from the others.
	farAway = 10
	// rarelyFar is the largest share of the numbers that are far. If there are more, that is how they are distributed.
	rarelyFar = 0.01
)

// TargetRemarks warn of targets of a regression that number the rows, or have numbers that seem to stand for missing
// values, or are far from the others. Notes are about heavy tails, and codes.
func TargetRemarks(o *columns.Outputs, t *table.Table) (r table.Remarks) {
	if o.Task != columns.Regression {
		return r
	}
	n := len(t.Targets)
	for k := range t.Targets {
		if note := codesNote(t, k); note != "" {
			r.Notes = append(r.Notes, note)
		}
		values := make([]float64, t.Rows)
		for i := range values {
			values[i] = t.Values[i*n+k]
		}
		label := "the target"
		if t.At != nil {
			label = "target " + table.Label(t.At[k], t.Targets[k].Name)
		}
		s, none := spreadOf(values), noneInTarget(label, values)
		switch {
		case t.At != nil && numbersRows(values):
			r.Warnings = append(r.Warnings,
				label+" numbers the rows, so that there is nothing to predict: --target names another column")
		case none != "":
			r.Warnings = append(r.Warnings, none)
		case s.far > 0:
			r.Warnings = append(r.Warnings,
				fmt.Sprintf(
					"%s: %s of %s numbers %s far from the others, such as %s %s; half of them are from %s to %s. If "+
						"it is a mistake, correct it or leave the row out: in the squared loss such a number "+
						"outweighs all others",
					label, words.Group(s.far), words.Group(t.Rows),
					map[bool]string{true: "is", false: "are"}[s.far == 1],
					plainNumber(values[s.farthest]), placeOf(t, s.farthest), plainNumber(s.lower),
					plainNumber(s.upper)))
		case s.tailed:
			r.Notes = append(r.Notes,
				fmt.Sprintf(
					"%s has outliers or a heavy tail, up to %s, where half of its numbers are from %s to %s: the "+
						"squared loss cares most for the largest ones; its logarithm may be easier to predict",
					label, plainNumber(values[s.farthest]), plainNumber(s.lower), plainNumber(s.upper)))
		}
	}
	return r
}

// noneInTarget warns of a number of a target that seems to stand for a missing value; "" if there is none.
func noneInTarget(label string, values []float64) string {
	for _, end := range []float64{slices.Min(values), slices.Max(values)} {
		if n, from, to := standsForNone(slices.Values(values), end, isNines(end)); n > 0 {
			return fmt.Sprintf("%s is %s in %s, far from its other numbers, which are from %s to %s: if that stands "+
				"for a missing value, leave these rows out, as it is predicted like any other number",
				label, plainNumber(end), words.Counted(n, "row"), plainNumber(from), plainNumber(to))
		}
	}
	return ""
}

// numbersRows reports whether values are 0, 1, 2 … or 1, 2, 3 …, and too many for that to be chance.
func numbersRows(values []float64) bool {
	if len(values) < leastRows || values[0] != 0 && values[0] != 1 {
		return false
	}
	for i, v := range values {
		if v != values[0]+float64(i) {
			return false
		}
	}
	return true
}

// placeOf says where a row is.
func placeOf(t *table.Table, row int) string {
	switch {
	case t.Lines != nil && t.Lines[row] == 1 && t.At != nil: // a text with columns
		return "on line 1 (if that is a header: --header yes)"
	case t.Lines != nil:
		return fmt.Sprintf("on line %d", t.Lines[row])
	}
	return fmt.Sprintf("of sample %d", row+1)
}

// spread is how numbers are distributed.
type spread struct {
	lower, upper float64 // of the middle half
	farthest     int     // the index of the number that is farthest from it
	far          int     // how many are far from the others, if they are few
	tailed       bool    // by the rule for columns (stat.isTailed)
}

func spreadOf(values []float64) spread {
	sorted := slices.Sorted(slices.Values(values))
	s := spread{lower: sorted[len(sorted)/4], upper: sorted[len(sorted)-1-len(sorted)/4]}
	beyond := func(v float64) float64 { return max(s.lower-v, v-s.upper) }
	far, mean := 0, 0.
	for i, v := range values {
		if beyond(v) > beyond(values[s.farthest]) {
			s.farthest = i
		}
		if beyond(v) > farAway*(s.upper-s.lower) {
			far++
		}
		mean += v / float64(len(values))
	}
	if s.upper > s.lower && far <= max(1, int(rarelyFar*float64(len(values)))) {
		s.far = far
	}
	squares, distance := 0., 0.
	for _, v := range values {
		squares += float64((v - mean) * (v - mean))
		distance += math.Abs(v - mean)
	}
	n := float64(len(values))
	s.tailed = (&stat{scatter: scatter{math.Sqrt(squares / n), distance / n}}).isTailed()
	return s
}

// codesNote is about numbers of target k that begin with a zero, which may be codes rather than quantities; "" if there
// are none.
func codesNote(t *table.Table, k int) string {
	spelled := t.Targets[k].Spelled
	if len(spelled) == 0 {
		return ""
	}
	example := spelled[slices.Min(slices.Collect(maps.Keys(spelled)))]
	return table.ZerosNote(t.Source, "target "+table.Label(t.At[k], t.Targets[k].Name), example,
		"--task classes makes a class of each")
}
