package fit

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// The last of several columns of 0 and 1, one for each class, is not to be predicted from the others.
func TestColumnsThatTellTheTargetTogetherAreNoted(t *testing.T) {
	const note = `columns 2 "bumps", 3 "stains" and the target are 0 but for a single 1 in all training rows: if ` +
		"that stands for classes, the others tell which rows are of this one, so leave them out (--drop bumps,stains)"
	for name, c := range map[string]struct {
		change func(row []float32, y *float64, i int)
		want   string
	}{
		"one for each class": {func([]float32, *float64, int) {}, note},
		"two of them": {func(row []float32, _ *float64, i int) {
			if i == 7 {
				row[1], row[2] = 1, 1
			}
		}, ""},
		"none of them": {func(row []float32, y *float64, i int) {
			if i == 7 {
				row[1], row[2], *y = 0, 0, 0
			}
		}, ""},
		"a rare flag beside them": {
			func(row []float32, _ *float64, i int) { row[3] = float32(i / 6 % 2 * (i % 3 % 2)) },
			note,
		},
		"a rare flag before them": {
			func(row []float32, _ *float64, i int) { row[0] = float32(i / 6 % 2 * (i % 3 % 2)) },
			note,
		},
		"a gap": {func(row []float32, _ *float64, i int) {
			if i == 7 {
				row[1] = nan
			}
		}, ""},
		"an amount":     {func(row []float32, _ *float64, _ int) { row[1] *= 2 }, ""},
		"other targets": {func(_ []float32, y *float64, _ int) { *y = *y + 1 }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var rows [][]float32
			var values []float64
			for i := range 30 {
				row, y := []float32{float32(i) / 7, 0, 0, float32(i % 2)}, float64(i%3/2)
				if i%3 < 2 {
					row[1+i%3] = 1
				}
				c.change(row, &y, i)
				rows, values = append(rows, row), append(values, y)
			}
			tab := tableOf(rows...)
			for j, name := range []string{"size", "bumps", "stains", "steel"} {
				tab.Inputs[j].Name = name
			}
			tab.Targets, tab.Values, tab.At = table.Numbers(1), values, []int{4}
			_, notes, err := Columns(tab, nil, Options{Scale: columns.Center, Workers: 1})
			require.NoError(t, err)
			if c.want == "" {
				assert.NotContains(t, strings.Join(notes, "; "), "a single 1")
				return
			}
			assert.Contains(t, notes, c.want)
		})
	}
}
