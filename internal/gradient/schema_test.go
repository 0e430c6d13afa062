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
