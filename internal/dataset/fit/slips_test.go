package fit

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
)

func TestNumbersThatStandForNoneAreNoted(t *testing.T) {
	for name, c := range map[string]struct {
		cells []float32
		want  string
	}{
		"below": {[]float32{-999, 20, 21.5, -999, 19, -999},
			"column 1 has -999 in 3 rows, far from its other numbers, which are from 19 to 21.5: if it stands for a " +
				"missing value"},
		"above": {[]float32{9999, 2, 9999, nan, 1, 9999},
			"column 1 has 9999 in 3 rows, far from its other numbers, which are from 1 to 2:"},
		"twice":        {[]float32{-999, 20, 21.5, -999, 19, 18}, ""},
		"not so far":   {[]float32{99, 99, 99, 80, 12, 45}, ""},
		"just as far":  {[]float32{99, 99, 99, 45, 72, 60}, ""},
		"other digits": {[]float32{-998, 20, 21.5, -998, 19, -998}, ""},
		"one nine":     {[]float32{9, 9, 9, 1, 2, 1}, ""},
		"fractions":    {[]float32{99.5, 99.5, 99.5, 1, 2, 1}, ""},
		"nothing else": {[]float32{99, 99, 99, nan}, ""},
		"the others are one": {[]float32{99, 99, 99, 1, 1, 1},
			"column 1 has 99 in 3 rows, far from its other numbers, which are from 1 to 1:"},
	} {
		t.Run(name, func(t *testing.T) {
			var rows [][]float32
			for i, x := range c.cells {
				rows = append(rows, []float32{x, float32(i)})
			}
			_, notes, err := Columns(tableOf(rows...), nil, Options{Scale: columns.Auto, Workers: 1})
			require.NoError(t, err)
			text := strings.Join(notes, "\n")
			assert.Equal(t, c.want != "", strings.Contains(text, "stands for a missing value"), text)
			assert.Contains(t, text, c.want)
		})
	}
}

// A number that is not written with nines has to occur often, beside many others.
func TestOtherNumbersThatStandForNoneAreNoted(t *testing.T) {
	measured := func(i int) float32 { return float32(i%50) / 2 }
	for name, c := range map[string]struct {
		none  float32 // takes the place of the first numbers
		times int
		cell  func(i int) float32
		want  string
	}{
		"often": {-200, 20, measured,
			"column 1 has -200 in 20 rows, far from its other numbers, which are from 0 to 24.5:"},
		"above":         {77.5, 30, measured, "column 1 has 77.5 in 30 rows"},
		"rarely":        {-200, 19, measured, ""},
		"not so far":    {-24, 60, measured, ""},
		"few others":    {-200, 60, modulo(21), "column 1 has -200 in 60 rows"},
		"too few":       {-200, 60, modulo(20), ""},
		"two numbers":   {0, 60, func(int) float32 { return 1 }, ""},
		"nines, rarely": {-999, 3, modulo(3), "column 1 has -999 in 3 rows"},
	} {
		t.Run(name, func(t *testing.T) {
			var rows [][]float32
			for i := range 200 {
				rows = append(rows, []float32{c.cell(i), float32(i)})
				if i < c.times {
					rows[i][0] = c.none
				}
			}
			_, notes, err := Columns(tableOf(rows...), nil, Options{Scale: columns.Auto, Workers: 1})
			require.NoError(t, err)
			text := strings.Join(notes, "\n")
			assert.Equal(t, c.want != "", strings.Contains(text, "stands for a missing value"), text)
			assert.Contains(t, text, c.want)
		})
	}
}

// As float32 they are powers of ten.
func TestEightNinesAreNotedAsTheyAreWritten(t *testing.T) {
	for name, c := range map[string]struct {
		none    float32
		inexact float64
		want    string
	}{
		"eight":           {99999999, 99999999, "column 1 has 99999999 in 3 rows, far from its other numbers"},
		"ten":             {9999999999, 9999999999, "column 1 has 9999999999 in 3 rows"},
		"below":           {-9999999999, -9999999999, "column 1 has -9999999999 in 3 rows"},
		"a power of ten":  {1e8, 0, ""},
		"another is long": {1e8, 16777217, ""},
		"other digits":    {99999998, 99999998, ""},
	} {
		tab := tableOf([]float32{c.none, 1}, []float32{0, 2}, []float32{c.none, 3}, []float32{1, 4},
			[]float32{c.none, 5})
		tab.Inputs[0].Rounding.Inexact = c.inexact
		_, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
		require.NoError(t, err)
		text := strings.Join(notes, "\n")
		assert.Equal(t, c.want != "", strings.Contains(text, "stands for a missing value"), name)
		assert.Contains(t, text, c.want, name)
	}
}

func TestTextsThatDifferOnlyInCapitalsAreNoted(t *testing.T) {
	_, notes, err := Columns(texts("f", "m", "F"), nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	assert.Contains(t, notes,
		`column 2: the texts "F" and "f" differ only in capitals: if they are one, write them alike`)
	_, notes, err = Columns(texts("f", "m", "FF"), nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	assert.Len(t, notes, 1)
	tab := tableOf([]float32{0, 1}, []float32{1, 0}, []float32{0, 1}, []float32{1, 0})
	for j := range 2 {
		withText(tab, j, "a", "A")
	}
	_, notes, err = Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	assert.Len(t, notes, 3, "both columns")
}
