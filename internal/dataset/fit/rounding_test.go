package fit

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

func TestColumnsThatRoundingMakesCoarseAreNoted(t *testing.T) {
	for name, c := range map[string]struct {
		cells   []float32
		inexact float64
		noted   bool
	}{
		"seconds of an hour":     {[]float32{1700000123, 1700003000, 1700001500}, 1700000123, true},
		"seconds of ten years":   {[]float32{1400000123, 1500000000, 1700000000}, 1400000123, false},
		"a step of a thousandth": {[]float32{1700000000 - 147000, 1700000000, 1700000000 + 147000}, 1700000001, true},
		"a step of less":         {[]float32{1700000000 - 171000, 1700000000, 1700000000 + 171000}, 1700000001, false},
		"large, and float32":     {[]float32{1700000128, 1700000256, 1700000384}, 0, false},
		"below zero":             {[]float32{-20000002, -20000004, 3 - 20000003}, -20000001, true},
		"fractions":              {[]float32{0.1, 0.2, 0.3}, 0.1, false},
		"fractions far away":     {[]float32{1000.0001, 1000.0002, 1000.0005}, 1000.0001, true},
	} {
		tab := tableOf(c.cells[:1], c.cells[1:2], c.cells[2:])
		tab.Inputs[0].Name, tab.Inputs[0].Rounding.Inexact = "time", c.inexact
		for _, scale := range []columns.Scale{columns.Auto, columns.None} {
			_, notes, err := Columns(tab, nil, Options{Scale: scale, Workers: 1})
			require.NoError(t, err, name)
			assert.Equal(t, c.noted, len(notes) == 1, "%s: %q", name, notes)
		}
	}
	tab := tableOf([]float32{1700000123}, []float32{1700003000})
	tab.Inputs[0] = table.Column{Name: "time", Rounding: table.Rounding{Inexact: 1700000123}}
	_, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	assert.Equal(t, []string{"columns with numbers of more than the 24 bits that are kept of each (float32): " +
		`1 "time" (1700000123 becomes 1700000128): ` +
		"if the last digits matter, write what the numbers differ by, such as each less the smallest one"}, notes)
}

func TestNumbersThatAreAlwaysTheSameAreWrittenOut(t *testing.T) {
	for x, want := range map[float32]string{
		2e7: "always 20000000", 0.1: "always 0.1", -5: "always -5",
		0: "always 0", 1e20: "always 1e+20", 1e-9: "always 1e-09",
	} {
		_, _, err := Columns(tableOf([]float32{x}, []float32{x}), nil, Options{Scale: columns.Auto, Workers: 1})
		assert.ErrorContains(t, err, want)
	}
}
