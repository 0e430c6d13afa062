package fit

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

// Each column but the one in question says nothing of the target.
func TestColumnsThatTellTheTargetAreNoted(t *testing.T) {
	const told = ` "paid" alone tells the target: ` +
		"each value goes with one value of the target in all training rows: " +
		"if it is made from the target, or not known before it, leave it out (--drop paid)"
	oneOf := func(list ...float32) func(i int) float32 {
		return func(i int) float32 { return list[i%len(list)] }
	}
	for name, c := range map[string]struct {
		rows         int
		cell, target func(i int) float32
		want         bool
	}{
		"a copy":              {20, modulo(2), modulo(2), true},
		"other names":         {20, oneOf(-0.5, -1.5), modulo(2), true},
		"what is coarser":     {20, modulo(4), modulo(2), true},
		"a gap":               {20, oneOf(nan, 3), modulo(2), true},
		"… with both targets": {40, oneOf(nan, 3, nan, 4), oneOf(0, 0, 1, 1), false},
		"few rows":            {19, modulo(2), modulo(2), false},
		"one exception":       {40, modulo(2), except(modulo(2), 38, 1), false},
		"many values":         {24, modulo(5), modulo(5), false},
		"one target":          {20, modulo(2), oneOf(1), false},
	} {
		t.Run(name, func(t *testing.T) {
			var rows [][]float32
			var values []float64
			for i := range c.rows {
				rows = append(rows, []float32{float32(i/3%2) + 0.5, c.cell(i)})
				values = append(values, float64(c.target(i)))
			}
			tab := tableOf(rows...)
			tab.Values, tab.Targets, tab.At = values, table.Numbers(1), []int{2}
			tab.Inputs[1].Name = "paid"
			_, notes, err := Columns(tab, nil, Options{Workers: 1})
			require.NoError(t, err)
			assert.Equal(t, c.want, strings.Contains(strings.Join(notes, "; "), "column 2"+told), notes)
			if !c.want {
				assert.NotContains(t, strings.Join(notes, "; "), "the target:")
			}
		})
	}
}

func TestSeveralColumnsThatTellTheTargetAreNotedTogether(t *testing.T) {
	var rows [][]float32
	var values []float64
	for i := range 30 {
		rows = append(rows, []float32{float32(i % 2), float32(i % 2), float32(i / 3 % 2)})
		values = append(values, float64(i%2))
	}
	tab := tableOf(rows...)
	tab.Values, tab.Targets, tab.At = values, table.Numbers(1), []int{3}
	_, notes, err := Columns(tab, nil, Options{Workers: 1})
	require.NoError(t, err)
	assert.Contains(t, strings.Join(notes, "; "), "columns 1, 2 each alone tell the target")
	tab.Inputs[0].Name, tab.Inputs[1].Name, tab.Inputs[2].Name = "a", "b", "b"
	_, notes, err = Columns(tab, nil, Options{Workers: 1})
	require.NoError(t, err)
	assert.Contains(t, strings.Join(notes, "; "), "leave them out (--drop a,2)",
		"a name that two columns have says nothing")
}
