package lambda

import (
	"context"
	"slices"

	"ridge/mat"
)

const folds = 3

// By how many standard errors another setting must be better than the usual one.
const (
	lambdaMargin  = 1.5
	networkMargin = 0.5
)

// MostUsed is how many rows the choice of λ uses at most: λ is measured in samples, so the best one is the same for
// more of them.
const MostUsed = 2000

// MaxSamples is how many rows it uses at most for so many classes, 0 for a regression: more if there are many, as a
// class that a fold has none of can only be missed, whatever λ is.
func MaxSamples(classes int) int {
	const each = 10
	return min(mostAfterLambda, max(MostUsed, each*classes))
}

// mostAfterLambda is how many rows all later choices use at most, of layers, pieces and the input step: what these gain
// depends on the number of rows.
const mostAfterLambda = 8000

// factors are what the usual λ and λ_out are multiplied by, in turn.
var factors = []float64{1. / 16, 1. / 4, 1, 4}

// Choose finds λ and λ_out of the usual network by the loss of training samples that are held out, unless they are to
// be the usual ones. All later choices are by up to [mostAfterLambda] samples: with these penalties, the candidate by
// its loss, or, below [SmallTable] samples, by its errors; then whether it has its columns in pieces: in the same way,
// but never with more errors, and whatever the loss if the errors are clearly fewer. Where one division says one thing
// of pieces by its losses and another one, not clearly, by its errors, there are more. Columns in pieces get smaller
// penalties as long as these have fewer errors, in two divisions at least. The last question is whether the weights
// that read the input go farther: if the loss is clearly lower, and never with more errors. That another network has
// about the same best λ makes the later steps cheap: of all pairs of a network and a factor the best one is hardly
// better (docs/experiments.md).
func Choose[T mat.Float](ctx context.Context, t Task[T]) (*Choice, error) {
	c := newChoosing(t)
	c.Record.begin()
	for _, choose := range []func(context.Context) error{
		c.chooseLambda, c.chooseNetwork, c.choosePieces, c.chooseInputStep,
	} {
		if err := choose(ctx); err != nil {
			return nil, err
		}
	}
	return c.conclude()
}

// chooseLambda chooses λ and λ_out of the usual network.
func (c *choosing[T]) chooseLambda(ctx context.Context) (err error) {
	most, settings := c.mostForLambda(), []setting{usualSetting}
	if c.UsualPenalties {
		most = mostAfterLambda
	} else {
		settings = nil
		for _, factor := range factors {
			s := usualSetting
			s.factor = factor
			settings = append(settings, s)
		}
	}
	if c.divisions, err = divide(c.Learn, most, c.Seed); err != nil {
		return err
	}
	found, err := c.measure(ctx, len(c.divisions), settings)
	if err != nil {
		return err
	}
	c.asked = found[0]
	if !c.UsualPenalties {
		c.asked = found[betterLambda(outcomes(found))]
	}
	c.chosen = c.asked
	return nil
}

// chooseNetwork measures the other candidates with the chosen penalties, by up to [mostAfterLambda] samples, and the
// usual network, too, if it has been measured by fewer. From here on the divisions are those of these samples.
func (c *choosing[T]) chooseNetwork(ctx context.Context) (err error) {
	var settings []setting
	again := c.measuresUsualAgain()
	if again {
		if c.divisions, err = divide(c.Learn, mostAfterLambda, c.Seed); err != nil {
			return err
		}
		settings = append(settings, c.asked.setting)
	}
	for i := 1; i < len(c.Candidates); i++ {
		other := c.asked.setting
		other.candidate = i
		settings = append(settings, other)
	}
	found, err := c.measure(ctx, len(c.divisions), settings)
	if err != nil {
		return err
	}
	if again {
		c.chosen, found = found[0], found[1:]
	}
	if other := betterNetwork(len(c.divisions), c.chosen.outcome, outcomes(found)); other >= 0 {
		c.chosen = found[other]
	}
	return nil
}

// conclude describes what was tried. Losses are compared with those of the chosen setting, or, of other samples, with
// those of the one that these have asked for.
func (c *choosing[T]) conclude() (*Choice, error) {
	choice := &Choice{
		InputStepAlone: c.UsualPenalties, Folds: folds, Divisions: len(c.divisions),
		Chosen:    slices.Index(c.tried, c.chosen),
		Candidate: c.chosen.candidate, OtherPenalties: c.chosen.factor != 1, OtherInputStep: c.chosen.inputStep != 1,
	}
	for _, m := range c.tried {
		tried, err := c.describe(m.setting)
		if err != nil {
			return nil, err
		}
		tried.Loss, tried.Error, tried.Divisions = mean(m.losses), mean(m.errors), m.divisions
		tried.Samples = len(m.losses)
		reference := c.chosen
		if len(reference.losses) != tried.Samples {
			reference = c.asked
		}
		tried.Difference, tried.StandardError = difference(m.losses, reference.losses)
		choice.Tried = append(choice.Tried, tried)
	}
	choice.Seconds = c.Record.seconds()
	return choice, nil
}
