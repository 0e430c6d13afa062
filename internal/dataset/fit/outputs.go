package fit

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// FewClasses is up to how many different values of a target are classes that need not be balanced ([TaskOf]).
const FewClasses = 20

// The bounds of TaskOf for more values.
const (
	averageEach = 8    // the average count that they need
	rarestShare = 0.05 // the share of the average count that the rarest of them needs
)

// leastDeviation is the smallest deviation of the targets of a regression. Squares of errors that are smaller by the
// accuracy of float64 are still normal numbers.
const leastDeviation = 0x1p-459

// TaskOf says whether numbers are classes or measurements. It looks only at how often each
// value occurs, never at the values: numbers are classes if there are just two different
// ones; if there are at most 20 and none occurs only once; or if there are more, and the
// rarest of them, with at least two samples, occurs at least a twentieth as often as they do
// on average, which is at least 8 times. Measured numbers rarely repeat, unless rows do, and
// when they were rounded so much that they do, those far from the middle are rare.
func TaskOf(values []float64) columns.Task {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	different, least := 0, len(sorted)
	for from := 0; from < len(sorted); different++ {
		to := from + 1
		for to < len(sorted) && sorted[to] == sorted[from] {
			to++
		}
		least = min(least, to-from)
		from = to
	}
	average := float64(len(values)) / float64(max(1, different))
	switch {
	case different == 2,
		least >= 2 && different <= FewClasses,
		least >= 2 && average >= averageEach && float64(least) >= rarestShare*average:
		return columns.Classes
	}
	return columns.Regression
}

// Outputs decides what the targets of a table are. columns.Classes are all that occur in it;
// means and deviations are those of these rows, or of all if rows is nil. For a regression the targets of the table
// become numbers ([Numbers]). The error is a *source.FormatError.
func Outputs(t *table.Table, rows []int, task columns.Task) (*columns.Outputs, error) {
	o := &columns.Outputs{Task: task, At: t.At, Arrays: t.Arrays}
	for _, c := range t.Targets {
		o.Targets = append(o.Targets, columns.Target{Name: c.Name, Thousands: c.Thousands})
	}
	if len(t.Targets) == 0 {
		return nil, source.Bad(t.Source, "it has no target: what is to be predicted is missing")
	}
	if task == columns.AutoTask {
		switch {
		case len(t.Targets) > 1:
			o.Task = columns.Regression
		case t.Targets[0].Kind == table.Text:
			o.Task = columns.Classes
			if err := checkNames(o, t); err != nil {
				return nil, err
			}
		case t.Labels:
			o.Task = columns.Classes
		default:
			o.Task = TaskOf(t.Values)
		}
	}
	if o.Task == columns.Regression {
		return o, fitNumbers(o, t, rows)
	}
	return o, fitClasses(o, t)
}

// checkNames refuses texts that can't be classes: more than FewClasses of them that are measurements, or more than one
// for two rows, which are names of samples, like the text inputs that are left out.
func checkNames(o *columns.Outputs, t *table.Table) error {
	names := sortedClasses(t)
	if len(names) <= FewClasses {
		return nil
	}
	hint := measurements(names, t)
	if hint == "" {
		if 2*len(names) <= t.Rows {
			return nil
		}
		hint = "is another column the target?"
	}
	return bad(o, t, 0,
		"%s different texts in %s rows, such as %q, are hardly classes; %s (the task classes takes them for that)",
		words.Group(len(names)), words.Group(t.Rows), names[0], hint)
}

// measurements says what to do if texts are numbers that stand for quantities: nearly all are numbers, perhaps with
// marks, and if none has any, they don't occur as often as classes do. It is "" otherwise, and if the format says that
// they are classes.
func measurements(names []string, t *table.Table) string {
	numbers, marked := 0, false
	for _, name := range names {
		_, plain := columns.ParseNumber(name)
		_, ok := columns.ParseNumber(unmarked.Replace(name))
		if plain || ok {
			numbers++
		}
		marked = marked || ok && !plain
	}
	switch {
	case t.Labels || 10*numbers < 9*len(names):
		return ""
	case marked:
		return "if they are numbers, write them with a decimal point, without marks for thousands, currencies " +
			"and percent"
	case TaskOf(t.Values) == columns.Classes:
		return ""
	}
	return "if they are quantities, write all of them as numbers"
}

// unmarked removes what people write into numbers.
var unmarked = strings.NewReplacer(",", "", "'", "", " ", "", "\u00a0", "", "\u202f", "", "%", "", "$", "", "€", "",
	"£", "", "¥", "")

// bad is the error about the values of target k of a table.
func bad(o *columns.Outputs, t *table.Table, k int, format string, args ...any) error {
	e := &source.FormatError{File: cmp.Or(t.TargetSource, t.Source), Reason: fmt.Sprintf(format, args...)}
	if t.At != nil {
		e.Column = table.Label(t.At[k], o.Targets[k].Name)
	}
	return e
}

func fitClasses(o *columns.Outputs, t *table.Table) error {
	if len(t.Targets) > 1 {
		return source.Bad(t.Source, "classes need one target, there are %d", len(t.Targets))
	}
	if o.Numeric = t.Targets[0].Kind == table.Number; o.Numeric {
		values := slices.Clone(t.Values)
		slices.Sort(values)
		for _, v := range slices.Compact(values) {
			o.Classes = append(o.Classes, cmp.Or(t.Targets[0].Spelled[v], columns.FormatNumber(v)))
		}
	} else {
		o.Classes = sortedClasses(t)
	}
	switch n := len(o.Classes); {
	case n == 1 && o.Numeric:
		return oneValue(o, t, 0, t.Values[0], nil)
	case n == 1:
		return bad(o, t, 0, "all samples are of the class %q", o.Classes[0])
	case n > table.MaxLevels:
		return bad(o, t, 0, "%s different numbers are too many classes: is it a regression?", words.Group(n))
	}
	return nil
}

// sortedClasses are the levels that occur.
func sortedClasses(t *table.Table) []string {
	occurs := make([]bool, len(t.Targets[0].Levels))
	for _, v := range t.Values {
		occurs[int(v)] = true
	}
	var names []string
	for i, name := range t.Targets[0].Levels {
		if occurs[i] {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		x, isNumber := columns.ParseNumber(a)
		y, both := columns.ParseNumber(b)
		if isNumber && both {
			return cmp.Or(cmp.Compare(x, y), strings.Compare(a, b))
		}
		return cmp.Or(boolOrder(isNumber, both), strings.Compare(a, b))
	})
	return names
}

// boolOrder puts numbers before text.
func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

func fitNumbers(o *columns.Outputs, t *table.Table, rows []int) error {
	if err := Numbers(o, t); err != nil {
		return err
	}
	n := len(o.Targets)
	for k := range t.Targets {
		sum, count, least, most := 0., 0, math.Inf(1), math.Inf(-1)
		each := func(do func(y float64)) {
			if rows == nil {
				for i := k; i < len(t.Values); i += n {
					do(t.Values[i])
				}
			}
			for _, i := range rows {
				do(t.Values[i*n+k])
			}
		}
		each(func(y float64) { sum, count, least, most = sum+y, count+1, min(least, y), max(most, y) })
		mean, squares := sum/float64(count), 0.
		each(func(y float64) { squares += float64((y - mean) * (y - mean)) })
		target := &o.Targets[k]
		target.Mean, target.Divisor = mean, math.Sqrt(squares/float64(count))
		switch {
		case least == most:
			return oneValue(o, t, k, least, rows)
		case !finite(target.Mean) || !finite(target.Divisor):
			return bad(o, t, k,
				"the numbers are too large to have a deviation: divide all by the same one, such as %.0e",
				math.Pow(10, math.Floor(math.Log10(max(-least, most)))))
		case target.Divisor < leastDeviation:
			return bad(o, t, k,
				"the numbers differ by too little to have a deviation, as their squares are too close to 0: multiply "+
					"all by the same one")
		}
	}
	return nil
}

// oneValue is the error for a target that is the same in all of these rows, or in all if rows is nil, perhaps since
// codes of many digits were rounded.
func oneValue(o *columns.Outputs, t *table.Table, k int, v float64, rows []int) error {
	all := "all samples have the value " + columns.FormatNumber(v)
	if rows != nil {
		all = "all training samples have the value " + columns.FormatNumber(v)
	}
	if math.Abs(v) >= 1<<53 && v == math.Trunc(v) {
		return bad(o, t, k,
			"%s in the 53 bits that are kept of each (float64): if these are codes, write text (n%.0f); of "+
				"quantities, subtract the smallest one", all, v)
	}
	return bad(o, t, k, "%s", all)
}

// finite reports whether a number is neither infinite nor NaN: less itself, each of those is NaN.
func finite[T float32 | float64](v T) bool { return v-v == 0 }
