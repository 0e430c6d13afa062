package lambda

import (
	"context"
	"math"
)

// inputSteps are what the usual step of the weights that read the input is multiplied by, in turn.
var inputSteps = []float64{1.5, 2}

// By how many standard errors the loss of a longer step must be lower.
const inputStepMargin = 1.5

// chooseInputStep takes a longer step of the weights that read the input if that is better than the chosen setting, in
// as many divisions as that: in pieces it has more than the others.
func (c *choosing[T]) chooseInputStep(ctx context.Context) error {
	if !c.InputSteps {
		return nil
	}
	var longer []setting
	for _, times := range inputSteps {
		s := c.chosen.setting
		s.inputStep = times
		longer = append(longer, s)
	}
	found, err := c.measure(ctx, c.chosen.divisions, longer)
	if err != nil {
		return err
	}
	if better := betterInputStep(c.chosen.outcome, outcomes(found)); better >= 0 {
		c.chosen = found[better]
	}
	return nil
}

// betterInputStep returns the index of the longer step with the fewest errors of those that have a loss lower by more
// than the noise and no more errors than the usual one; −1 if there is none. Longer steps fit samples more closely, so
// the loss alone does not show whether that is over-fitting.
func betterInputStep(usual outcome, longer []outcome) int {
	best, fewest := -1, mean(usual.errors)
	for i, l := range longer {
		errors := mean(l.errors)
		clearly := lower(usual.losses, l.losses) > inputStepMargin ||
			math.IsInf(mean(usual.losses), 1) && !math.IsInf(mean(l.losses), 1) // no deviation is a number there
		if clearly && (errors < fewest || best < 0 && errors == fewest) {
			best, fewest = i, errors
		}
	}
	return best
}
