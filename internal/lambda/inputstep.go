package lambda

import "context"

// inputSteps are what the usual step of the weights that read the input is multiplied by, in turn.
var inputSteps = []float64{1.5, 2}

// By how many standard errors the loss of a longer step must be lower.
const inputStepMargin = 1.5

// chooseInputStep returns the place of the chosen setting, or of the same with a longer step of the weights that read
// the input if that is better, in as many divisions as the chosen one: in pieces it has more than these.
func (c *choosing[T]) chooseInputStep(ctx context.Context, divisions [][][]int, chosen int) (int, error) {
	usual := c.tried[chosen]
	divisions, err := c.upTo(usual.divisions, divisions)
	if err != nil {
		return 0, err
	}
	first := len(c.tried)
	var longer []setting
	for _, times := range inputSteps {
		s := usual.setting
		s.inputStep = times
		longer = append(longer, s)
	}
	if err := c.measure(ctx, divisions, longer); err != nil {
		return 0, err
	}
	if better := betterInputStep(usual.outcome, outcomes(c.tried[first:])); better >= 0 {
		return first + better, nil
	}
	return chosen, nil
}

// betterInputStep returns the index of the longer step with the fewest errors of those that have a loss lower by more
// than the noise and no more errors than the usual one; −1 if there is none. Longer steps fit samples more closely, so
// the loss alone does not show whether that is over-fitting.
func betterInputStep(usual outcome, longer []outcome) int {
	best, fewest := -1, mean(usual.errors)
	for i, l := range longer {
		errors := mean(l.errors)
		if lower(usual.losses, l.losses) > inputStepMargin && (errors < fewest || best < 0 && errors == fewest) {
			best, fewest = i, errors
		}
	}
	return best
}
