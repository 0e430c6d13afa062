package gradient

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// TestEveryOptionBelongsToAMethod: one that is in no list would have no flag, and nothing would say so.
func TestEveryOptionBelongsToAMethod(t *testing.T) {
	for _, o := range sgd.everyOption() {
		belongs := func(s *solver) bool { return slices.Contains(s.own, optionName(o.Name)) }
		assert.True(t, slices.Contains(shared, o.Name) || slices.ContainsFunc(solvers, belongs), o.Name)
	}
}

// So would a rate that grows, sooner or later.
func TestDecayIsRefusedWithARateThatGrows(t *testing.T) {
	of := func(gamma, decay float64) error {
		o := sgd.defaults
		o.Policy, o.RateStep, o.RateGamma, o.Rate, o.Decay = Step, 10, gamma, 0.5, decay
		return methodOf(sgd).With(o).Check(train.Problem{Bits: 64})
	}
	var option *nn.OptionError
	require.ErrorAs(t, of(2, 1), &option)
	assert.Equal(t, "decay: rate-gamma 2 makes the rate grow, and with it the fraction of the weights that a batch "+
		"takes away: want a rate-gamma of 1 at most, or no decay", option.Error())
	assert.NoError(t, of(1, 1))
	assert.NoError(t, of(2, 0))
}

// A fraction above 1 would turn the signs of all weights with every batch.
func TestDecayTakesNoMoreThanTheWeightsAway(t *testing.T) {
	for _, c := range []struct {
		solver             *solver
		rate, input, decay float64
		want               string // "": good
	}{
		{adamW, 2, 1, 0.5, ""},
		{adamW, 2, 0.1, 0.5, ""},
		{adamW, 2, 1, 1, "decay: 1 times rate 2 is 2, want 1 at most"},
		{adamW, 2, 0.1, 1, "decay: 1 times rate 2 is 2, want 1 at most"},
		{kfac, 0.5, 4, 0.75, "decay: 0.75 times rate 0.5 and input-step 4 is 1.5, want 1 at most"},
		{sgd, 1e18, 1, 0, ""},
	} {
		o := c.solver.defaults
		o.Rate, o.InputStep, o.Decay = c.rate, c.input, c.decay
		err := methodOf(c.solver).With(o).Check(train.Problem{Bits: 64})
		if c.want == "" {
			assert.NoError(t, err, "%+v", c)
			continue
		}
		var option *nn.OptionError
		require.ErrorAs(t, err, &option, "%+v", c)
		assert.Contains(t, err.Error(), c.want)
	}
}
