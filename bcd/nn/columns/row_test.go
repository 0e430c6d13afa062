package columns

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A field with a comma may be a fraction or have a separator of thousands: only the training file tells.
func TestADecimalCommaIsReadIfTheTrainingFileHadSome(t *testing.T) {
	plain := &Inputs{Columns: []Column{{Kind: Number, Divisor: 1}}}
	comma := &Inputs{Columns: plain.Columns, DecimalComma: true}
	cells := make([]float32, 1)
	for field, want := range map[string]float32{
		"1,70": 1.7, " -,5 ": -0.5, "+3,": 3, "1,234": 1.234, "12": 12, "1.5": 1.5, "1,5e3": 1500,
		"0,12345678901234567": 0.12345678901234567, "?": nan,
	} {
		require.NoError(t, comma.ParseRow(cells, []string{field}), field)
		assert.Equal(t, math.Float32bits(want), math.Float32bits(cells[0]), field)
	}
	for _, field := range []string{"101,234,567", "1.2345,5", "1,2345.5", ",", "-,", "1,e5x", "1e39,0"} {
		assert.ErrorContains(t, comma.ParseRow(cells, []string{field}), "is not a number", field)
		assert.ErrorContains(t, plain.ParseRow(cells, []string{field}), "is not a number", field)
	}
	for _, field := range []string{"1,70", "1,234", ",5"} {
		assert.ErrorContains(t, plain.ParseRow(cells, []string{field}), "is not a number", field)
	}
	row := []string{"-123456,7890123"}
	assert.Zero(t, testing.AllocsPerRun(50, func() { _ = comma.ParseRow(cells, row) }))
}

// A text that stands for a missing value by now was one like any other when an older model was trained.
func TestALevelOfAnOlderModelIsNotMissing(t *testing.T) {
	in := &Inputs{Columns: []Column{{Kind: Levels, Divisor: 1, Levels: []string{"#REF!"}, Means: []float64{0}}}}
	cells := make([]float32, 1)
	for field, want := range map[string]float32{"#REF!": 0, "a": -1, `\N`: nan, "": nan} {
		require.NoError(t, in.ParseRow(cells, []string{field}))
		assert.Equal(t, math.Float32bits(want), math.Float32bits(cells[0]), field)
	}
}

// Of a text that says too little only the gaps are an input.
func TestAColumnOfTextMayHaveNoLevels(t *testing.T) {
	d, err := Decode([]byte(`{"inputs": {"scale": "standard", "columns": [
		{"name": "cabin", "kind": "levels", "divisor": 1, "why": "names", "missing": {"mean": 0.75, "divisor": 1}}]},
		"outputs": {"task": "classes", "targets": [{}], "classes": ["a", "b"]}}`))
	require.NoError(t, err)
	assert.Equal(t, []string{"cabin is missing"}, d.Names())
	cells, x := make([]float32, 1), make([]float32, 1)
	for field, want := range map[string]float32{"C85": -0.75, "": 0.25} {
		require.NoError(t, d.Inputs.ParseRow(cells, []string{field}))
		d.Inputs.Apply(x, cells)
		assert.Equal(t, want, x[0])
	}
}
