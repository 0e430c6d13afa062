package fit

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// TestNumbersWhereTrainingHadOnlyZerosCountForNothing: no weight has learnt what they mean, or in which unit they are.
func TestNumbersWhereTrainingHadOnlyZerosCountForNothing(t *testing.T) {
	tab := tableOf([]float32{1, 0}, []float32{2, nan}, []float32{3, 0}, []float32{4, 250000}, []float32{4, nan})
	in, _, err := Columns(tab, []int{0, 1, 2}, Options{Scale: columns.Standard, Workers: 1})
	require.NoError(t, err)
	require.Equal(t, 3, in.Width(), "a number, another one, and whether that is missing")
	row := make([]float32, 3)
	in.Apply(row, tab.Cells[2*3:2*4])
	assert.InDelta(t, 0, row[1], 1e-30)
	missing := row[2]
	in.Apply(row, tab.Cells[2*4:2*5])
	assert.Zero(t, row[1])
	assert.Equal(t, float32(1), row[2]-missing, "that it is there counts")
}

// A column that never varies in training has a divisor in its own unit: that of the other numbers of its array, or its
// own number. Inputs then don't depend on the unit in other samples, either.
func TestConstantsHaveADivisorInTheirUnit(t *testing.T) {
	zeros := tableOf([]float32{0, 0, 0}, []float32{0, 0, 0})
	zeros.Shape = []int{3, 1}
	array := func(constant float32) *table.Table {
		a := tableOf([]float32{1, constant, 50}, []float32{3, constant, 150}, []float32{2, constant, 250})
		a.Shape = []int{3, 1}
		return a
	}
	for name, c := range map[string]struct {
		table   *table.Table
		divisor float64
	}{
		"in an array":       {array(0), 200},
		"large in an array": {array(-5000), 5000},
		"with gaps":         {tableOf([]float32{1, 40, 5}, []float32{3, nan, 1}), 40},
		"0 with gaps":       {tableOf([]float32{1, 0, 5}, []float32{3, nan, 1}), 0x1p126},
		"0 in an array":     {zeros, 1},
	} {
		in := fit(t, c.table, columns.Standard)
		assert.Equal(t, columns.Number, in.Columns[1].Kind, name)
		assert.Equal(t, c.divisor, in.Columns[1].Divisor, name)
	}
	pixels := array(0)
	pixels.Divisor = 255
	assert.EqualValues(t, 255, fit(t, pixels, columns.Standard).Columns[1].Divisor)
	assert.EqualValues(t, 1, fit(t, array(7), columns.Center).Columns[1].Divisor)
}
