package fit

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// The folders of images and the strings of an array are text, whatever they are.
func TestTextsThatAreNumbersCanBeRegressed(t *testing.T) {
	ages := textTargets([]string{"25", "3.5", "-1e1", "not used"}, 0, 1, 2, 0)
	o, err := Outputs(ages, nil, columns.Regression)
	require.NoError(t, err)
	assert.Equal(t, []float64{25, 3.5, -10, 25}, ages.Values)
	assert.Equal(t, []table.Column{{Name: "y"}}, ages.Targets)
	assert.InDelta(t, 10.875, o.Targets[0].Mean, 1e-12)
	again, err := Outputs(ages, []int{0, 1}, columns.Regression)
	require.NoError(t, err)
	assert.InDelta(t, 14.25, again.Targets[0].Mean, 1e-12)

	two := &table.Table{Source: "t", Rows: 2, At: []int{0, 1}, Values: []float64{7, 1, 8, 0},
		Targets: []table.Column{{}, {Kind: table.Text, Levels: []string{"5", "6"}}}}
	_, err = Outputs(two, nil, columns.AutoTask)
	require.NoError(t, err)
	assert.Equal(t, []float64{7, 6, 8, 5}, two.Values)

	classes := textTargets([]string{"25", "3.5"}, 0, 1)
	o, err = Outputs(classes, nil, columns.AutoTask)
	require.NoError(t, err)
	assert.Equal(t, columns.Classes, o.Task, "unless it is asked for")
	assert.Equal(t, []float64{0, 1}, classes.Values)

	_, err = Outputs(textTargets([]string{"25", "cat", "dog"}, 0, 2, 1), nil, columns.Regression)
	assert.EqualError(t, err, `t: column 1 "y": a regression predicts numbers, and "dog" is none`)
}
