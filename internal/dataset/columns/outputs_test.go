package columns

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
		want   Task
	}{
		"two values":              {times(9997, 3), Classes},
		"two values, one once":    {times(3, 1), Classes},
		"three":                   {times(59, 71, 48), Classes},
		"seven, some rare":        {times(20, 163, 1457, 2198, 880, 175, 5), Classes},
		"ratings, one only once":  {times(20, 30, 1, 40), Regression},
		"26 letters":              {times(slices.Repeat([]int{769}, 26)...), Classes},
		"40 faces of 10 each":     {times(slices.Repeat([]int{10}, 40)...), Classes},
		"100 classes":             {balanced, Classes},
		"measured":                {normal, Regression},
		"measured and rounded":    {ages, Regression},
		"twenty, each twice":      {times(slices.Repeat([]int{2}, 20)...), Classes},
		"many, the rarest a 20th": {times(append(slices.Repeat([]int{40}, 25), 2)...), Classes},
		"many, the rarest less":   {times(append(slices.Repeat([]int{50}, 25), 2)...), Regression},
		"one":                     {[]float64{3}, Regression},
	} {
		assert.Equal(t, c.want, Decide(c.values), name)
		for i := range c.values {
			c.values[i] = math.Exp(c.values[i]/50) * 1e-9
		}
		assert.Equal(t, c.want, Decide(c.values), "%s, measured otherwise", name)
	}
}

func TestClassesAreNamedAndSorted(t *testing.T) {
	for _, c := range []struct {
		table   *table.Table
		task    Task
		classes []string
		numeric bool
		labels  []int
	}{
		{targets(10, 2, -1, 10), Classes, []string{"-1", "2", "10"}, true, []int{2, 1, 0, 2}},
		{targets(0, 0.5, 0, 0.5), AutoTask, []string{"0", "0.5"}, true, []int{0, 1, 0, 1}},
		{textTargets([]string{"no", "yes", "absent", "NO"}, 1, 0, 3, 0), AutoTask, []string{"NO", "no", "yes"}, false, []int{2, 1, 0, 1}},
		{textTargets([]string{"10", "9", "x"}, 0, 1, 2), AutoTask, []string{"9", "10", "x"}, false, []int{1, 0, 2}},
	} {
		o, err := FitOutputs(c.table, nil, c.task)
		require.NoError(t, err)
		require.NoError(t, o.validate())
		assert.Equal(t, Classes, o.Task)
		assert.Equal(t, c.classes, o.Classes)
		assert.Equal(t, c.numeric, o.Numeric)
		labels, notes, err := o.Labels(c.table)
		require.NoError(t, err)
		assert.Equal(t, c.labels, labels)
		assert.Empty(t, notes)
	}
}

func TestClassesOfAnotherFile(t *testing.T) {
	o, err := FitOutputs(textTargets([]string{"<=50K", ">50K", "a", "A"}, 0, 1, 2, 3), nil, AutoTask)
	require.NoError(t, err)
	labels, notes, err := o.Labels(textTargets([]string{">50K.", "<=50K"}, 0, 1, 0))
	require.NoError(t, err)
	assert.Equal(t, []string{"<=50K", ">50K"}, []string{o.Classes[labels[1]], o.Classes[labels[0]]})
	assert.Equal(t, []string{`the class ">50K." is taken for ">50K"`}, notes)

	_, _, err = o.Labels(textTargets([]string{"a."}, 0))
	assert.ErrorContains(t, err, `t: column 1 "y": the class "a." of sample 1 is not in the training data, which has <=50K, >50K, A, a`, "it may be two of them")
	_, _, err = o.Labels(textTargets([]string{"unused"}, -1))
	assert.ErrorContains(t, err, "is not in the training data")

	o, err = FitOutputs(targets(1, 2), nil, Classes)
	require.NoError(t, err)
	_, _, err = o.Labels(targets(1, 3))
	assert.ErrorContains(t, err, `the class "3" of sample 2 is not in the training data, which has 1, 2`)
	labels, _, err = o.Labels(textTargets([]string{"1.0", "2"}, 1, 0))
	require.NoError(t, err)
	assert.Equal(t, []int{1, 0}, labels)
}

func TestRegressionStandardizesItsTargets(t *testing.T) {
	tab := &table.Table{Source: "t", Rows: 3, Targets: table.Numbers(2), Values: []float64{1, 10, 3, 30, 8, 90}, At: []int{0, 3}}
	o, err := FitOutputs(tab, nil, AutoTask)
	require.NoError(t, err)
	require.NoError(t, o.validate())
	assert.Equal(t, Regression, o.Task)
	assert.Equal(t, Target{Mean: 4, Divisor: math.Sqrt(26. / 3)}, o.Targets[0])
	z := o.Standardize(tab.Values)
	for k := range 2 {
		assert.InDelta(t, 0, z[k]+z[k+2]+z[k+4], 1e-12)
		assert.InDelta(t, 3, z[k]*z[k]+z[k+2]*z[k+2]+z[k+4]*z[k+4], 1e-12)
	}
	o.Restore(z)
	assert.InDeltaSlice(t, tab.Values, z, 1e-12)

	o, err = FitOutputs(tab, []int{0, 1}, Regression)
	require.NoError(t, err)
	assert.Equal(t, Target{Mean: 2, Divisor: 1}, o.Targets[0], "of the training rows")
}

func TestTargetsThatCannotBeLearnt(t *testing.T) {
	two := &table.Table{Source: "t", Rows: 2, Targets: table.Numbers(2), Values: []float64{1, 2, 3, 4}, At: []int{0, 1}}
	for name, c := range map[string]struct {
		table *table.Table
		task  Task
		want  string
	}{
		"none":            {&table.Table{Source: "t"}, AutoTask, "it has no target"},
		"one class":       {textTargets([]string{"a"}, 0, 0), AutoTask, `column 1 "y": all samples are of the class "a"`},
		"one number":      {targets(3, 3, 3), AutoTask, `all samples are of the class "3"`},
		"two for classes": {two, Classes, "classes need one target, there are 2"},
		"text as numbers": {textTargets([]string{"1", "x"}, 0, 1), Regression, `a regression predicts numbers, and "x" is none`},
		"all the same":    {targets(2, 2), Regression, "all samples have the value 2"},
		"too large":       {targets(1e300, -1e300), Regression, "too large to have a deviation"},
	} {
		_, err := FitOutputs(c.table, nil, c.task)
		assert.ErrorContains(t, err, c.want, name)
	}
}

func TestParseTask(t *testing.T) {
	task, err := ParseTask("regression")
	require.NoError(t, err)
	assert.Equal(t, Regression, task)
	_, err = ParseTask("guess")
	assert.ErrorContains(t, err, `no task "guess": want auto, classes or regression`)
}
