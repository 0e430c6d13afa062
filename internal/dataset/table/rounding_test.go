package table

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRoundingOfAColumn(t *testing.T) {
	for name, c := range map[string]struct {
		numbers []float64
		want    Rounding
	}{
		"nothing":                  {nil, Rounding{}},
		"gaps":                     {[]float64{math.NaN()}, Rounding{}},
		"float32":                  {[]float64{1 << 24, 0.5, -3}, Rounding{}},
		"one number":               {[]float64{0.1, 0.1, math.NaN(), 0.1}, Rounding{Inexact: 0.1}},
		"two that become one":      {[]float64{20000001, 20000000, 20000000}, Rounding{true, 20000001}},
		"… the first is exact":     {[]float64{20000000, 20000001}, Rounding{true, 20000001}},
		"two that stay two":        {[]float64{20000001, 20000003}, Rounding{false, 20000001}},
		"two zeros":                {[]float64{0, math.Copysign(0, -1)}, Rounding{}},
		"zero and next to nothing": {[]float64{0, 1e-300}, Rounding{true, 1e-300}},
	} {
		for cut := range len(c.numbers) + 1 { // in one go and in two parts
			var all, later Rounder
			for i, v := range c.numbers {
				if i < cut {
					all.See(v)
				} else {
					later.See(v)
				}
			}
			all.Add(later)
			assert.Equal(t, c.want, all.Rounding, "%s, cut at %d", name, cut)
		}
	}
}

// Numbers that became one in the later rows are not those of a column that is one throughout.
func TestRoundingInLaterRowsIsRelativeToTheFirstNumber(t *testing.T) {
	var all, later Rounder
	all.See(1)
	later.See(20000000)
	later.See(20000001)
	all.Add(later)
	assert.False(t, all.Rounded)
}

func TestStepsOfFloat32(t *testing.T) {
	assert.EqualValues(t, 2, Step(1<<24))
	assert.EqualValues(t, 2, Step(-1<<24))
	assert.EqualValues(t, 128, Step(1700000123))
	assert.EqualValues(t, 0x1p-23, Step(1))
}
