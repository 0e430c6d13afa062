package page

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCalibrationCountsByProbability(t *testing.T) {
	var c Calibrator
	require.Nil(t, c.Calibration())
	for i := range 10 {
		c.Add(0.75, i < 5)
		c.Add(1, true)
	}
	c.Add(math.NaN(), true)
	c.Add(1.5, true)
	got := c.Calibration()
	require.Len(t, got.Bins, 2)
	assert.Equal(t, CalibrationBin{Count: 10, Right: 5, Probability: 0.75}, got.Bins[0])
	assert.Equal(t, CalibrationBin{Count: 10, Right: 10, Probability: 1}, got.Bins[1])
	assert.InDelta(t, 10*0.25/20, got.Error, 1e-12)
	assert.Equal(t, "M334.0 116.0L424.0 28.0", got.Path())
	assert.Equal(t, "28.0", got.Bins[1].Place().High)

	text := written(t, &Page{Title: "T", Samples: "the test samples", Calibration: got})
	for _, want := range []string{
		"Calibration, by the test samples", "12.5 points",
		"10 answers with a probability of 75.0 % on average, of which 50.0 % are right",
	} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "ZgotmplZ")
}

func TestManyLinesHaveALegendOfSeveralRows(t *testing.T) {
	var series []Series
	for range 14 {
		series = append(series, Series{"solver", []float64{1, 2}})
	}
	c := NewChart("Errors", "epoch", 0, false, series...)
	seen := map[[2]int]bool{}
	for _, l := range c.Lines {
		seen[[2]int{l.Colour, l.Dash}] = true
	}
	assert.Len(t, seen, 14, "told apart")
	assert.Equal(t, "304.0", c.Lines[13].LegendY)
	assert.Equal(t, 312, c.Height)
	text := written(t,
		&Page{Charts: []Chart{c},
			Tables: []Table{{Title: "Table", Header: []string{"<a>", "b"}, Rows: [][]string{{"x", "1"}}}}})
	assert.Equal(t, 14, strings.Count(text, ">solver</text>"))
	assert.Contains(t, text, "&lt;a&gt;")
}
