package fit

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
)

func TestTargetsFarFromTheOthersAreAWarning(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	drawn := func(of func() float64, more ...float64) []float64 {
		var values []float64
		for range 1000 {
			values = append(values, of())
		}
		return append(values, more...)
	}
	for name, c := range map[string]struct {
		values        []float64
		warning, note string
	}{
		"normal":      {drawn(r.NormFloat64), "", ""},
		"uniform":     {drawn(r.Float64), "", ""},
		"exponential": {drawn(r.ExpFloat64), "", ""},
		"one is wrong": {drawn(r.Float64, 1e6),
			"1 of 1,001 numbers is far from the others, such as 1000000 of sample 1001; half of them are from 0.2", ""},
		"two are wrong": {drawn(r.Float64, -1e6, 1e3),
			"2 of 1,002 numbers are far from the others, such as -1000000 of sample 1001;", ""},
		"one of few": {[]float64{1, 2, 3, 4, 999},
			"1 of 5 numbers is far from the others, such as 999 of sample 5; half of them are from 2 to 4", ""},
		"two of few": {[]float64{1, 2, 3, 4, 5, 6, 7, 999, -999}, "", "has outliers or a heavy tail, up to -999"},
		"a heavy tail": {drawn(func() float64 {
			return math.Exp(2 * r.NormFloat64())
		}), "", "has outliers or a heavy tail, up to "},
		"mostly zero": {drawn(func() float64 {
			return math.Floor(r.Float64()*1.05) * 100
		}), "", "has outliers or a heavy tail, up to 100, where half of its numbers are from 0 to 0"},
		"rarely not zero": {append(make([]float64, 1000), 100, 100, 100), "",
			"has outliers or a heavy tail, up to 100, where half of its numbers are from 0 to 0"},
		"one value":  {[]float64{1}, "", ""},
		"not so far": {drawn(r.Float64, 5), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := TargetRemarks(&columns.Outputs{Task: columns.Regression}, targets(c.values...))
			assert.Len(t, r.Warnings, map[bool]int{true: 1}[c.warning != ""])
			assert.Len(t, r.Notes, map[bool]int{true: 1}[c.note != ""])
			for _, text := range append(r.Warnings, r.Notes...) {
				assert.Contains(t, text, "target 1")
				assert.Contains(t, text, c.warning+c.note)
			}
		})
	}
}

// A missing value that is written as a number is no reason to take logarithms.
func TestTargetsThatStandForNoneAreAWarning(t *testing.T) {
	measured := func(i int) float64 { return float64(i%97) / 8 }
	for name, c := range map[string]struct {
		none  float64 // takes the place of the first numbers
		times int
		want  string
	}{
		"often": {-200, 40,
			"target 3 is -200 in 40 rows, far from its other numbers, which are from 0 to 12: if"},
		"nines above": {999, 12, "target 3 is 999 in 12 rows, far from its other numbers, which are from 0 to 12: if"},
		"not so far":  {-12, 40, ""},
		"rarely":      {-200, 19, ""},
		"none":        {0, 0, ""},
	} {
		values := make([]float64, 1000)
		for i := range values {
			if values[i] = measured(i); i < c.times {
				values[i] = c.none
			}
		}
		tab := targets(values...)
		tab.At = []int{2}
		for _, unit := range []float64{1, 0.5} {
			if unit != 1 && c.none == 999 {
				continue // which is no longer written with nines
			}
			for i := range tab.Values {
				tab.Values[i] *= unit
			}
			r := TargetRemarks(&columns.Outputs{Task: columns.Regression, Targets: []columns.Target{{}}}, tab)
			all := strings.Join(slices.Concat(r.Warnings, r.Notes), "\n")
			assert.Equal(t, c.want != "", strings.Contains(all, "stands for a missing value"), name)
			if c.want != "" {
				assert.NotContains(t, all, "logarithm", name)
				require.Len(t, r.Warnings, 1, name)
			}
			if unit == 1 && c.want != "" {
				assert.Contains(t, r.Warnings[0], c.want, name)
			}
		}
	}
}

func TestTargetsAreJudgedOneByOneAndNamed(t *testing.T) {
	tab := targets(1, 10, 2, 20, 3, 30, 4, 40, 5, 1e5)
	tab.Rows, tab.Targets, tab.At = 5, append(tab.Targets, tab.Targets[0]), []int{0, 4}
	tab.Targets[1].Name = "price"
	tab.Lines = []int32{2, 3, 4, 5, 7}
	r := TargetRemarks(&columns.Outputs{Task: columns.Regression}, tab)
	assert.Empty(t, r.Notes)
	assert.Equal(t, []string{`target 5 "price": ` +
		"1 of 5 numbers is far from the others, such as 100000 on line 7; half of them are from 20 to 40. " +
		"If it is a mistake, correct it or leave the row out: " +
		"in the squared loss such a number outweighs all others"}, r.Warnings)
	tab.Lines = []int32{4, 3, 2, 5, 1}
	r = TargetRemarks(&columns.Outputs{Task: columns.Regression}, tab)
	require.Len(t, r.Warnings, 1)
	assert.Contains(t, r.Warnings[0], "such as 100000 on line 1 (if that is a header: --header yes); half of them")
	assert.Empty(t, TargetRemarks(&columns.Outputs{Task: columns.Classes}, tab))
}

func TestATargetThatNumbersTheRowsIsAWarning(t *testing.T) {
	counting := func(from float64, n int) []float64 {
		values := make([]float64, n)
		for i := range values {
			values[i] = from + float64(i)
		}
		return values
	}
	swapped := counting(1, 30)
	swapped[3], swapped[4] = swapped[4], swapped[3]
	for name, c := range map[string]struct {
		values []float64
		at     []int
		warned bool
	}{
		"from 0":         {counting(0, 30), []int{2}, true},
		"from 1":         {counting(1, 20), []int{2}, true},
		"few":            {counting(1, 19), []int{2}, false},
		"years":          {counting(1990, 30), []int{2}, false},
		"another order":  {swapped, []int{2}, false},
		"a file of them": {counting(0, 30), nil, false},
	} {
		tab := targets(c.values...)
		tab.At = c.at
		warnings := TargetRemarks(&columns.Outputs{Task: columns.Regression}, tab).Warnings
		if !c.warned {
			assert.Empty(t, warnings, name)
			continue
		}
		require.Len(t, warnings, 1, name)
		const want = "target 3 numbers the rows, so that there is nothing to predict: --target names"
		assert.Contains(t, warnings[0], want, name)
	}
}
