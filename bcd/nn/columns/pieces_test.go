package columns

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEachPieceIsAnInput(t *testing.T) {
	in := Inputs{Columns: []Column{{
		Name: "age", Kind: Number, Fill: 3, Mean: 1, Divisor: 2, Missing: &Affine{Mean: 0.5, Divisor: 1},
		Curve:  &Curve{At: []float64{0, 4}, To: []float64{0, 1}, Divisor: 1},
		Pieces: &Pieces{At: []float64{-8, 0, 4}, Means: []float64{0.75, 0.25}, Divisor: 0.5},
	}, {Kind: Number, Divisor: 1}}}
	require.Equal(t, 6, in.Width())
	z := make([]float32, 6)
	for cell, want := range map[float32][]float32{
		-9: {-5, 0, -1.5, -0.5, -0.5, 7}, -8: {-4.5, 0, -1.5, -0.5, -0.5, 7}, -2: {-1.5, 0, 0, -0.5, -0.5, 7},
		0: {-0.5, 0, 0.5, -0.5, -0.5, 7}, 3: {1, 0.75, 0.5, 1, -0.5, 7}, 4: {1.5, 1, 0.5, 1.5, -0.5, 7},
		1e6: {499999.5, 1, 0.5, 1.5, -0.5, 7},
	} {
		in.Apply(z, []float32{cell, 7})
		assert.Equal(t, want, z, cell)
	}
	in.Apply(z, []float32{float32(math.NaN()), 7})
	assert.Equal(t, []float32{1, 0, 0, 0, 0.5, 7}, z, "a missing number has the means")
	assert.Zero(t, testing.AllocsPerRun(10, func() { in.Apply(z, []float32{2, 7}) }))

	d := Description{Inputs: in,
		Outputs: Outputs{Task: Classes, Targets: []Target{{Name: "y"}}, Classes: []string{"a", "b"}}}
	assert.Equal(t, []string{"age", "age, its rank", "age, from -8 to 0", "age, from 0 to 4", "age is missing", "2"},
		d.Names())
	text, err := json.Marshal(d)
	require.NoError(t, err)
	again, err := Decode(text)
	require.NoError(t, err)
	assert.Equal(t, in, again.Inputs)
}

func TestNamesOfPiecesAreThoseOfCells(t *testing.T) {
	for v, want := range map[float64]string{
		float64(float32(0.1)): "0.1", 0.1: "0.1", 0.5: "0.5", 0: "0", math.Copysign(0, -1): "0", 1e300: "1e+300",
	} {
		assert.Equal(t, want, cellText(v))
	}
}

func TestPiecesThatAreRefused(t *testing.T) {
	good := func() *Pieces { return &Pieces{At: []float64{0, 1, 2}, Means: []float64{0.5, 1}, Divisor: 1} }
	for name, change := range map[string]func(c *Column){
		"one end":             func(c *Column) { c.Pieces.At, c.Pieces.Means = c.Pieces.At[:1], nil },
		"no end":              func(c *Column) { c.Pieces.At, c.Pieces.Means = nil, nil },
		"a mean lacks":        func(c *Column) { c.Pieces.Means = c.Pieces.Means[:1] },
		"a mean too many":     func(c *Column) { c.Pieces.Means = []float64{0, 0, 0} },
		"not in order":        func(c *Column) { c.Pieces.At[2] = 1 },
		"not finite":          func(c *Column) { c.Pieces.At[2] = math.Inf(1) },
		"no number":           func(c *Column) { c.Pieces.At[1] = math.NaN() },
		"no mean":             func(c *Column) { c.Pieces.Means[1] = math.NaN() },
		"its range overflows": func(c *Column) { c.Pieces.At[0], c.Pieces.At[2] = -math.MaxFloat64, math.MaxFloat64 },
		"no divisor":          func(c *Column) { c.Pieces.Divisor = 0 },
		"of texts":            func(c *Column) { c.Kind, c.Levels, c.Means = Levels, []string{"a"}, []float64{0} },
		"of nothing":          func(c *Column) { c.Kind = Dropped },
		"missing without one": func(c *Column) { c.Missing = &Affine{} },
	} {
		c := Column{Kind: Number, Divisor: 1, Pieces: good()}
		require.NoError(t, c.validate())
		change(&c)
		assert.Error(t, c.validate(), name)
	}
}
