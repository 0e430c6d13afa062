package columns

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestACurveAddsAnInput(t *testing.T) {
	in := Inputs{Columns: []Column{{
		Kind: Number, Fill: 3, Mean: 1, Divisor: 2, Missing: &Affine{Mean: 0.5, Divisor: 1},
		Curve: &Curve{At: []float64{-8, 0, 4, 8}, To: []float64{0, 0.25, 0.75, 0.75}, Mean: 0.5, Divisor: 0.25},
	}}}
	require.Equal(t, 3, in.Width())
	z := make([]float32, 3)
	for cell, want := range map[float32][]float32{
		-8: {-4.5, -2, -0.5}, -1e6: {-500000.5, -2, -0.5}, -4: {-2.5, -1.5, -0.5}, 0: {-0.5, -1, -0.5},
		1: {0, -0.5, -0.5},
		4: {1.5, 1, -0.5}, 6: {2.5, 1, -0.5}, 8: {3.5, 1, -0.5}, 1e6: {499999.5, 1, -0.5},
	} {
		in.Apply(z, []float32{cell})
		assert.Equal(t, want, z, cell)
	}
	in.Apply(z, []float32{float32(math.NaN())})
	assert.Equal(t, []float32{1, 0, 0.5}, z)
	assert.Zero(t, testing.AllocsPerRun(10, func() { in.Apply(z, []float32{2}) }))

	d := Description{Inputs: in,
		Outputs: Outputs{Task: Classes, Targets: []Target{{Name: "y"}}, Classes: []string{"a", "b"}}}
	assert.Equal(t, []string{"1", "1, its rank", "1 is missing"}, d.Names())
	text, err := json.Marshal(d)
	require.NoError(t, err)
	again, err := Decode(text)
	require.NoError(t, err)
	assert.Equal(t, in, again.Inputs)
}

func TestCurvesThatAreRefused(t *testing.T) {
	good := func() *Curve { return &Curve{At: []float64{0, 1, 2}, To: []float64{0, 0.5, 1}, Divisor: 1} }
	for name, change := range map[string]func(c *Column){
		"one number":          func(c *Column) { c.Curve.At, c.Curve.To = c.Curve.At[:1], c.Curve.To[:1] },
		"a value lacks":       func(c *Column) { c.Curve.To = c.Curve.To[:2] },
		"not in order":        func(c *Column) { c.Curve.At[2] = 1 },
		"it falls":            func(c *Column) { c.Curve.To[2] = 0.25 },
		"not finite":          func(c *Column) { c.Curve.At[2] = math.Inf(1) },
		"no number":           func(c *Column) { c.Curve.To[0] = math.NaN() },
		"its range overflows": func(c *Column) { c.Curve.At[0], c.Curve.At[2] = -math.MaxFloat64, math.MaxFloat64 },
		"no divisor":          func(c *Column) { c.Curve.Divisor = 0 },
		"of texts":            func(c *Column) { c.Kind, c.Levels, c.Means = Levels, []string{"a"}, []float64{0} },
		"of nothing":          func(c *Column) { c.Kind = Dropped },
	} {
		c := Column{Kind: Number, Divisor: 1, Curve: good()}
		require.NoError(t, c.validate())
		change(&c)
		assert.Error(t, c.validate(), name)
	}
}
