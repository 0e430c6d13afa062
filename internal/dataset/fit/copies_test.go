package fit

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

// toldBy are the notes of a table of a column "x" beside one that says nothing, for a target of numbers.
func toldBy(t *testing.T, rows int, row func(i int) (x float32, target float64)) string {
	t.Helper()
	var cells [][]float32
	var values []float64
	for i := range rows {
		x, target := row(i)
		cells, values = append(cells, []float32{x, float32(i/3%2) + 0.5}), append(values, target)
	}
	tab := tableOf(cells...)
	tab.Values, tab.Targets, tab.At = values, table.Numbers(1), []int{2}
	tab.Inputs[0].Name = "x"
	_, notes, err := Columns(tab, nil, Options{Workers: 1})
	require.NoError(t, err)
	return strings.Join(notes, "; ")
}

func TestACopyOfAMeasuredTargetIsNoted(t *testing.T) {
	const told = `column 1 "x" alone tells the target: the numbers are those of the target, perhaps in another ` +
		"unit, in all training rows that have one: if it is made from the target, or not known before it, leave it " +
		"out (--drop x)"
	r := rand.New(rand.NewPCG(1, 2))
	measured := make([]float64, 500)
	for i := range measured {
		measured[i] = r.NormFloat64()
	}
	for name, c := range map[string]struct {
		rows int
		row  func(i int) (x float32, target float64)
		want bool
	}{
		"the same": {500, func(i int) (float32, float64) { return float32(measured[i]), measured[i] }, true},
		"few rows": {19, func(i int) (float32, float64) { return float32(measured[i]), measured[i] }, false},
		"another unit": {500, func(i int) (float32, float64) {
			return float32(32 + 1.8*measured[i]), measured[i]
		}, true},
		"the other way": {500, func(i int) (float32, float64) {
			return float32(-1e-9 * measured[i]), 1e9 + 1e3*measured[i]
		}, true},
		"where there is one": {500, func(i int) (float32, float64) {
			if i%7 == 0 {
				return nan, measured[i]
			}
			return float32(measured[i]), measured[i]
		}, true},
		"sorted, mostly 0": {500, func(i int) (float32, float64) {
			y := max(0, float64(i)-350)
			return float32(y), y
		}, true},
		"nearly": {500, func(i int) (float32, float64) {
			return float32(measured[i] + 0.01*measured[499-i]), measured[i]
		}, false},
		"another curve": {500, func(i int) (float32, float64) {
			return float32(measured[i] * measured[i]), measured[i]
		}, false},
		"an outlier in both": {500, func(i int) (float32, float64) {
			if i == 250 {
				return 1e6, 1e6
			}
			return float32(measured[i]), measured[499-i]
		}, false},
		"one exception": {500, func(i int) (float32, float64) {
			if i == 249 {
				return 9, measured[i]
			}
			return float32(measured[i]), measured[i]
		}, false},
	} {
		notes := toldBy(t, c.rows, c.row)
		assert.Equal(t, c.want, strings.Contains(notes, told), "%s: %s", name, notes)
		assert.Equal(t, c.want, strings.Contains(notes, "the target:"), "%s: %s", name, notes)
	}
}

func TestANumberThatWasDividedIntoTwoClassesIsNoted(t *testing.T) {
	const told = `column 1 "x" alone tells the target: one class has all the smaller numbers, the other all the ` +
		"larger ones in the training rows: if it is made from the target, or not known before it, leave it out " +
		"(--drop x)"
	r := rand.New(rand.NewPCG(1, 2))
	measured := make([]float32, 1000)
	for i := range measured {
		measured[i] = float32(r.NormFloat64())
	}
	above := func(x, limit float32) float64 {
		if x > limit {
			return 1
		}
		return 2
	}
	for name, c := range map[string]struct {
		rows int
		row  func(i int) (x float32, target float64)
		want bool
	}{
		"positive":     {1000, func(i int) (float32, float64) { return measured[i], above(measured[i], 0) }, true},
		"in a corner":  {1000, func(i int) (float32, float64) { return measured[i], above(measured[i], 1) }, true},
		"a rare class": {1000, func(i int) (float32, float64) { return measured[i], above(measured[i], 1.6) }, false},
		"few rows":     {150, func(i int) (float32, float64) { return measured[i], above(measured[i], 0) }, false},
		"groups": {1000, func(i int) (float32, float64) {
			return measured[i] + float32(20*(i%2)), float64(i % 2)
		}, false},
		"a third class": {1000, func(i int) (float32, float64) {
			return measured[i], above(measured[i], 0) + above(measured[i], 1)
		}, false},
		"one exception": {1000, func(i int) (float32, float64) {
			if i == 999 {
				return -5, 1
			}
			return measured[i], above(measured[i], 0)
		}, false},
		"where there is one": {1000, func(i int) (float32, float64) {
			if i%7 == 0 {
				return nan, above(measured[i], 0)
			}
			return measured[i], above(measured[i], 0)
		}, true},
	} {
		notes := toldBy(t, c.rows, c.row)
		assert.Equal(t, c.want, strings.Contains(notes, told), "%s: %s", name, notes)
		assert.Equal(t, c.want, strings.Contains(notes, "the target:"), "%s: %s", name, notes)
	}
}
