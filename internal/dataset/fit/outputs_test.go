package fit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// targets makes a table that has nothing but a target of numbers.
func targets(values ...float64) *table.Table {
	return &table.Table{Source: "t", Rows: len(values), Targets: table.Numbers(1), Values: values, At: []int{0}}
}

func textTargets(levels []string, codes ...float64) *table.Table {
	t := targets(codes...)
	t.Targets[0] = table.Column{Name: "y", Kind: table.Text, Levels: levels}
	return t
}

// times repeats values as often as counts says.
func times(counts ...int) []float64 {
	var values []float64
	for v, n := range counts {
		values = append(values, slices.Repeat([]float64{float64(v) - 2.5}, n)...)
	}
	return values
}

func TestDecideByHowOftenValuesOccur(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var normal, balanced, ages []float64
	for range 5000 {
		normal = append(normal, r.NormFloat64())
		balanced = append(balanced, float64(r.IntN(100)))
		ages = append(ages, math.Round(40+10*r.NormFloat64()))
	}
	for name, c := range map[string]struct {
		values []float64
		want   columns.Task
	}{
		"two values":              {times(9997, 3), columns.Classes},
		"two values, one once":    {times(3, 1), columns.Classes},
		"three":                   {times(59, 71, 48), columns.Classes},
		"seven, some rare":        {times(20, 163, 1457, 2198, 880, 175, 5), columns.Classes},
		"ratings, one only once":  {times(20, 30, 1, 40), columns.Regression},
		"26 letters":              {times(slices.Repeat([]int{769}, 26)...), columns.Classes},
		"40 faces of 10 each":     {times(slices.Repeat([]int{10}, 40)...), columns.Classes},
		"100 classes":             {balanced, columns.Classes},
		"measured":                {normal, columns.Regression},
		"measured and rounded":    {ages, columns.Regression},
		"twenty, each twice":      {times(slices.Repeat([]int{2}, 20)...), columns.Classes},
		"rows that come twice":    {times(slices.Repeat([]int{2}, 1000)...), columns.Regression},
		"rows that come 7 times":  {times(slices.Repeat([]int{7}, 21)...), columns.Regression},
		"21 of 8 each":            {times(slices.Repeat([]int{8}, 21)...), columns.Classes},
		"many, the rarest a 20th": {times(append(slices.Repeat([]int{40}, 25), 2)...), columns.Classes},
		"many, the rarest less":   {times(append(slices.Repeat([]int{50}, 25), 2)...), columns.Regression},
		"one":                     {[]float64{3}, columns.Regression},
	} {
		assert.Equal(t, c.want, TaskOf(c.values), name)
		for i := range c.values {
			c.values[i] = math.Exp(c.values[i]/50) * 1e-9
		}
		assert.Equal(t, c.want, TaskOf(c.values), "%s, measured otherwise", name)
	}
}

func TestClassesAreNamedAndSorted(t *testing.T) {
	for _, c := range []struct {
		table   *table.Table
		task    columns.Task
		classes []string
		numeric bool
		labels  []int
	}{
		{targets(10, 2, -1, 10), columns.Classes, []string{"-1", "2", "10"}, true, []int{2, 1, 0, 2}},
		{targets(0, 0.5, 0, 0.5), columns.AutoTask, []string{"0", "0.5"}, true, []int{0, 1, 0, 1}},
		{targets(20240131, 1e6), columns.Classes, []string{"1000000", "20240131"}, true, []int{1, 0}},
		{textTargets([]string{"no", "yes", "absent", "NO"}, 1, 0, 3, 0), columns.AutoTask, []string{"NO", "no", "yes"},
			false, []int{2, 1, 0, 1}},
		{textTargets([]string{"10", "9", "x"}, 0, 1, 2), columns.AutoTask, []string{"9", "10", "x"}, false,
			[]int{1, 0, 2}},
	} {
		o, err := Outputs(c.table, nil, c.task)
		require.NoError(t, err)
		require.NoError(t, valid(o))
		assert.Equal(t, columns.Classes, o.Task)
		assert.Equal(t, c.classes, o.Classes)
		assert.Equal(t, c.numeric, o.Numeric)
		labels, notes, err := Labels(o, c.table)
		require.NoError(t, err)
		assert.Equal(t, c.labels, labels)
		assert.Empty(t, notes)
	}
}

func TestClassesOfAnotherFile(t *testing.T) {
	o, err := Outputs(textTargets([]string{"<=50K", ">50K", "a", "A"}, 0, 1, 2, 3), nil, columns.AutoTask)
	require.NoError(t, err)
	labels, notes, err := Labels(o, textTargets([]string{">50K.", "<=50K"}, 0, 1, 0))
	require.NoError(t, err)
	assert.Equal(t, []string{"<=50K", ">50K"}, []string{o.Classes[labels[1]], o.Classes[labels[0]]})
	assert.Equal(t, []string{`the class ">50K." is taken for ">50K"`}, notes)
	cities, err := Outputs(textTargets([]string{"Bern", "Köln"}, 0, 1), nil, columns.AutoTask)
	require.NoError(t, err)
	labels, notes, err = Labels(cities, textTargets([]string{"Ko\u0308ln"}, 0))
	require.NoError(t, err)
	assert.Equal(t, []int{1}, labels)
	assert.Equal(t, []string{`the class "Ko\u0308ln" is taken for "K\u00f6ln"`}, notes)

	_, _, err = Labels(o, textTargets([]string{"a."}, 0))
	assert.ErrorContains(t, err,
		`t: column 1 "y": the class "a." of sample 1 is not in the training data, which has <=50K, >50K, A, a`,
		"it may be two of them")
	_, _, err = Labels(o, textTargets([]string{"unused"}, -1))
	assert.ErrorContains(t, err, "is not in the training data")

	o, err = Outputs(targets(1, 2), nil, columns.Classes)
	require.NoError(t, err)
	_, _, err = Labels(o, targets(1, 3))
	assert.ErrorContains(t, err, `the class "3" of sample 2 is not in the training data, which has 1, 2`)
	labels, _, err = Labels(o, textTargets([]string{"1.0", "2"}, 1, 0))
	require.NoError(t, err)
	assert.Equal(t, []int{1, 0}, labels)

	o.Classes = []string{"1e+06", "2.0240131e+07"} // as older programs named them
	labels, _, err = Labels(o, targets(20240131, 1e6))
	require.NoError(t, err)
	assert.Equal(t, []int{1, 0}, labels)
}

func TestRegressionStandardizesItsTargets(t *testing.T) {
	tab := &table.Table{Source: "t", Rows: 3, Targets: table.Numbers(2), Values: []float64{1, 10, 3, 30, 8, 90},
		At: []int{0, 1}}
	o, err := Outputs(tab, nil, columns.AutoTask)
	require.NoError(t, err)
	require.NoError(t, valid(o))
	assert.Equal(t, columns.Regression, o.Task)
	assert.Equal(t, columns.Target{Mean: 4, Divisor: math.Sqrt(26. / 3)}, o.Targets[0])
	z := o.Standardize(tab.Values)
	for k := range 2 {
		assert.InDelta(t, 0, z[k]+z[k+2]+z[k+4], 1e-12)
		assert.InDelta(t, 3, z[k]*z[k]+z[k+2]*z[k+2]+z[k+4]*z[k+4], 1e-12)
	}
	o.Restore(z)
	assert.InDeltaSlice(t, tab.Values, z, 1e-12)

	o, err = Outputs(tab, []int{0, 1}, columns.Regression)
	require.NoError(t, err)
	assert.Equal(t, columns.Target{Mean: 2, Divisor: 1}, o.Targets[0], "of the training rows")
}

func TestTargetsThatCannotBeLearnt(t *testing.T) {
	two := &table.Table{Source: "t", Rows: 2, Targets: table.Numbers(2), Values: []float64{1, 2, 3, 4}, At: []int{0, 1}}
	var people, amounts []string
	var codes []float64
	for i := range 21 {
		people = append(people, fmt.Sprintf("user%02d", i))
		amounts = append(amounts, fmt.Sprintf("$1,%03d.%d", 10*i, i))
		codes = append(codes, float64(i))
	}
	mixed := func(amounts int) *table.Table { // of 30
		var texts []string
		var codes []float64
		for i := range 30 {
			text := fmt.Sprintf("$1,%03d", 10*i)
			if i >= amounts {
				text = fmt.Sprintf("user%02d", i)
			}
			texts, codes = append(texts, text), append(codes, float64(i))
		}
		return textTargets(texts, codes...)
	}
	for name, c := range map[string]struct {
		table *table.Table
		task  columns.Task
		want  string
	}{
		"names of rows": {textTargets(people, codes...), columns.AutoTask,
			`column 1 "y": 21 different texts in 21 rows, such as "user00", are hardly classes; ` +
				"is another column the target?"},
		"amounts": {textTargets(amounts, codes...), columns.AutoTask,
			`such as "$1,000.0", are hardly classes; if they are numbers, write them with a decimal point, without`},
		"nine tenths":   {mixed(27), columns.AutoTask, "are hardly classes; if they are numbers"},
		"fewer amounts": {mixed(26), columns.AutoTask, "are hardly classes; is another column the target?"},
		"none":          {&table.Table{Source: "t"}, columns.AutoTask, "it has no target"},
		"one class": {textTargets([]string{"a"}, 0, 0), columns.AutoTask,
			`column 1 "y": all samples are of the class "a"`},
		"one number":      {targets(3, 3, 3), columns.AutoTask, `all samples have the value 3`},
		"two for classes": {two, columns.Classes, "classes need one target, there are 2"},
		"text as numbers": {textTargets([]string{"1", "x"}, 0, 1), columns.Regression,
			`a regression predicts numbers, and "x" is none`},
		"all the same": {targets(2, 2), columns.Regression, "all samples have the value 2"},
		"the same tenths": {targets(slices.Repeat([]float64{.1}, 10)...), columns.Regression,
			"all samples have the value 0.1"},
		"too large": {targets(1e299, -2e300), columns.Regression,
			"too large to have a deviation: divide all by the same one, such as 1e+300"},
		"the largest": {targets(math.MaxFloat64, 0), columns.Regression,
			"too large to have a deviation: divide all by the same one, such as 1e+308"},
		"too small": {targets(1e-300, 2e-300), columns.Regression, "differ by too little to have a deviation"},
		"nearly so": {targets(1e-139, 2e-139), columns.Regression, "differ by too little to have a deviation"},
	} {
		_, err := Outputs(c.table, nil, c.task)
		assert.ErrorContains(t, err, c.want, name)
	}
	_, err := Outputs(targets(1e-137, 2e-137), nil, columns.Regression)
	assert.NoError(t, err, "small, but large enough")
	o, err := Outputs(textTargets(people, codes...), nil, columns.Classes)
	require.NoError(t, err, "if it is asked for")
	assert.Len(t, o.Classes, 21)
}

// Names of classes may be numbers. In a table they are text only if others are not, which may be slips.
func TestNamesThatAreNumbers(t *testing.T) {
	named := func(names, rowsEach int, name func(i int) string) *table.Table {
		var texts []string
		var codes []float64
		for i := range names {
			texts = append(texts, name(i))
			codes = append(codes, slices.Repeat([]float64{float64(i)}, rowsEach)...)
		}
		return textTargets(texts, codes...)
	}
	plain := func(i int) string { return fmt.Sprintf("%05d", i) }
	lettered := func(i int) string {
		if i < 3 {
			return string(rune('A' + i))
		}
		return strconv.Itoa(i)
	}
	grouped := func(i int) string {
		if i < 3 {
			return fmt.Sprintf("%d,000", i+1)
		}
		return strconv.Itoa(i)
	}
	for name, c := range map[string]struct {
		table  *table.Table
		labels bool // by the nature of the format
		want   string
	}{
		"numbers, often":             {named(43, 8, plain), false, ""},
		"numbers, rarely":            {named(43, 7, plain), false, "hardly classes; if they are quantities"},
		"numbers as labels":          {named(43, 3, plain), true, ""},
		"numbers that name samples":  {named(43, 1, plain), true, "hardly classes; is another column"},
		"codes with letters, often":  {named(60, 8, lettered), false, ""},
		"codes with letters, rarely": {named(60, 7, lettered), false, "hardly classes; if they are quantities"},
		"a few with marks":           {named(60, 8, grouped), false, "hardly classes; if they are numbers"},
		"labels with marks":          {named(60, 8, grouped), true, ""},
	} {
		c.table.Labels = c.labels
		o, err := Outputs(c.table, nil, columns.AutoTask)
		if c.want != "" {
			assert.ErrorContains(t, err, c.want, name)
			continue
		}
		if assert.NoError(t, err, name) {
			assert.Equal(t, columns.Classes, o.Task, name)
		}
	}
}

// valid tells what is wrong with outputs.
func valid(o *columns.Outputs) error {
	d := columns.Description{Outputs: *o}
	return d.Validate()
}

func TestClassesThatLookAlikeAreNoted(t *testing.T) {
	assert.Equal(t, `the classes "No" and "no" differ only in capitals: if they are one, write them alike`,
		AlikeNote(&columns.Outputs{Classes: []string{"No", "Yes", "no", "YEAH"}}))
	assert.Equal(t, `the classes "NO", "No" and "no", and "Yes" and "yes" differ only in capitals: `+
		"if they are one, write them alike",
		AlikeNote(&columns.Outputs{Classes: []string{"NO", "No", "Yes", "no", "yes"}}))
	assert.Equal(t, `the classes "YES", "YEs", "YeS", "Yes", "yES" and 1 more differ only in capitals: `+
		"if they are one, write them alike",
		AlikeNote(&columns.Outputs{Classes: []string{"YES", "YEs", "YeS", "Yes", "yES", "yes"}}))
	assert.Equal(t, `the classes "K\u00f6ln" and "Ko\u0308ln" differ only in how letters are encoded: if they are `+
		"one, write them alike", AlikeNote(&columns.Outputs{Classes: []string{"Bern", "Köln", "Ko\u0308ln"}}))
	var many []string
	for _, c := range "abcdefg" {
		many = append(many, string(c), strings.ToUpper(string(c)))
	}
	assert.Contains(t, AlikeNote(&columns.Outputs{Classes: many}),
		`, and "e" and "E", and those of 2 more names differ only in capitals`)
	assert.Empty(t, AlikeNote(&columns.Outputs{Classes: []string{"No", "not", "yes"}}))
}

func TestOneValueOfManyDigitsMayHaveBeenSeveral(t *testing.T) {
	const want = "all samples have the value 1.152921504606847e+18 in the 53 bits that are kept of each (float64): " +
		"if these are codes, write text (n1152921504606846976); of quantities, subtract the smallest one"
	for _, task := range []columns.Task{columns.AutoTask, columns.Classes, columns.Regression} {
		_, err := Outputs(targets(1<<60, 1<<60), nil, task)
		assert.ErrorContains(t, err, want, task)
		_, err = Outputs(targets(1<<50, 1<<50), nil, task)
		assert.NotContains(t, err.Error(), "53 bits", task)
	}
}

// Of many zeros and few other numbers the others may all be test samples.
func TestTrainingSamplesWithOneValueAreCalledSo(t *testing.T) {
	_, err := Outputs(targets(0, 7, 0, 0), []int{0, 2, 3}, columns.Regression)
	assert.EqualError(t, err, "t: column 1: all training samples have the value 0")
}
