package bcd

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
)

func TestNamesOfObjectives(t *testing.T) {
	for _, o := range []Objective{Fenchel, Tikhonov} {
		have, err := ParseObjective(o.String())
		require.NoError(t, err)
		assert.Equal(t, o, have)
	}
	_, err := ParseObjective("")
	assert.EqualError(t, err, `objective: unknown "": want fenchel or tikhonov`)
}

func TestSchedulesAreReadFromTheirTexts(t *testing.T) {
	for _, c := range []struct {
		text string
		want []float64 // θ₁, θ₂, θ₃
	}{
		{"1", []float64{1, 1, 1}},
		{"0.9", []float64{0.9, 0.9, 0.9}},
		{"1/t^2", []float64{1, 0.25, 1. / 9}},
		{"1/t", []float64{1, 0.5, 1. / 3}},
		{"1/t^0.5", []float64{1, 1 / math.Sqrt(2), 1 / math.Sqrt(3)}},
	} {
		s, err := ParseSchedule(c.text)
		require.NoError(t, err)
		assert.Equal(t, c.text, s.String())
		for i, want := range c.want {
			assert.Equal(t, want, s.Theta(i+1))
		}
	}
	assert.InDelta(t, 0.01, proximal(0.9), 1e-15)
	assert.Equal(t, "1", Schedule{}.String())
	assert.Equal(t, 1.0, Schedule{}.Theta(5))
	for _, text := range []string{
		"0", "-0.1", "1.01", "NaN", "Inf", "", "t^2", "1/t^", "1/t^0", "1/t^-1", "1/t^Inf", "1/t^NaN", "1/t2",
	} {
		_, err := ParseSchedule(text)
		var option *nn.OptionError
		require.ErrorAs(t, err, &option, text)
		assert.Equal(t, "theta", option.Option)
	}
}

// The part of the iterate after t = 1 that is left after n iterations is Π(1−θ_t) for
// t = 2 … n: (n+1)/2n of 1/t², 1/n of 1/t.
func TestWhatSchedulesKeep(t *testing.T) {
	const n = 1000
	for text, want := range map[string]float64{
		"1/t^2": (n + 1.) / (2 * n),
		"1/t":   1. / n,
		"0.5":   math.Pow(0.5, n-1),
		"1":     0,
	} {
		s, err := ParseSchedule(text)
		require.NoError(t, err)
		kept := 1.0
		for k := 2; k <= n; k++ {
			kept *= 1 - s.Theta(k)
		}
		assert.InEpsilon(t, 1+want, 1+kept, 1e-12, text)
	}
}
