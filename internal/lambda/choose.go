package lambda

import (
	"context"

	"ridge/internal/report"
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

// MostFor is how many rows it uses at most for so many classes, 0 for a regression: more if there are many, as a class
// that a fold has none of can only be missed, whatever λ is.
func MostFor(classes int) int {
	const each = 10
	return min(mostAfterLambda, max(MostUsed, each*classes))
}

// mostAfterLambda is how many rows all later choices use at most, of layers, pieces and the input step: what these gain
// depends on the number of rows.
const mostAfterLambda = 8000

// factors are what the usual λ and λ_out are multiplied by, in turn.
var factors = []float64{1. / 16, 1. / 4, 1, 4}

// Choice is what was chosen.
type Choice struct {
	report.LambdaChoice
	// Candidate is the place of the chosen one.
	Candidate int
	// OtherPenalties and OtherInputStep are set if they are not the usual ones.
	OtherPenalties, OtherInputStep bool
}

// Choose finds λ and λ_out of the usual network by the loss of training samples that are held out, unless they are to
// be the usual ones. All later choices are by up to [mostAfterLambda] samples: with these penalties, the candidate by
// its loss, or, below [Few] samples, by its errors; then whether it has its columns in pieces: in the same way, but
// never with more errors, and whatever the loss if the errors are clearly fewer. Where one division says one thing of
// pieces by its losses and another one, not clearly, by its errors, there are more. Columns in pieces get smaller
// penalties as long as these have fewer errors, in two divisions at least. The last question is whether the weights
// that read the input go farther: if the loss is clearly lower, and never with more errors. That another network has
// about the same best λ makes the later steps cheap: of all pairs of a network and a factor the best one is hardly
// better (docs/experiments.md).
func Choose[T mat.Float](ctx context.Context, t Task[T]) (*Choice, error) {
	c := newChoosing(t)
	c.Record.begin()
	divisions, asked, err := c.chooseLambda(ctx)
	if err != nil {
		return nil, err
	}
	divisions, chosen, err := c.chooseNetwork(ctx, divisions, asked)
	if err != nil {
		return nil, err
	}
	if t.triesPieces() {
		if chosen, err = c.choosePieces(ctx, divisions, chosen); err != nil {
			return nil, err
		}
	}
	if t.InputSteps {
		if chosen, err = c.chooseInputStep(ctx, divisions, chosen); err != nil {
			return nil, err
		}
	}
	choice, err := c.conclude(asked, chosen)
	if err != nil {
		return nil, err
	}
	choice.Divisions, choice.Seconds = len(divisions), c.Record.seconds()
	return choice, nil
}

// chooseLambda chooses λ and λ_out of the usual network, and returns the place of that setting, and the divisions that
// it was measured in.
func (c *choosing[T]) chooseLambda(ctx context.Context) (divisions [][][]int, chosen int, err error) {
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
	if divisions, err = divide(c.Learn, most, c.Seed); err != nil {
		return nil, 0, err
	}
	if err := c.measure(ctx, divisions, settings); err != nil || c.UsualPenalties {
		return divisions, 0, err
	}
	return divisions, betterLambda(outcomes(c.tried)), nil
}

// chooseNetwork measures the other candidates with the penalties of a setting, by up to [mostAfterLambda] samples, and
// that setting, too, if it has been measured by fewer. It returns the divisions of these samples, and the place of the
// best.
func (c *choosing[T]) chooseNetwork(ctx context.Context, divisions [][][]int, asked int) ([][][]int, int, error) {
	usual := c.tried[asked].setting
	chosen, from := asked, len(c.tried)
	var settings []setting
	if c.measuresUsualAgain() {
		var err error
		if divisions, err = divide(c.Learn, mostAfterLambda, c.Seed); err != nil {
			return nil, 0, err
		}
		settings = append(settings, usual)
		chosen, from = from, from+1
	}
	for i := 1; i < len(c.Candidates); i++ {
		other := usual
		other.candidate = i
		settings = append(settings, other)
	}
	if err := c.measure(ctx, divisions, settings); err != nil {
		return nil, 0, err
	}
	return divisions, betterNetwork(len(divisions), outcomes(c.tried), chosen, from), nil
}

// conclude describes what was tried. Losses are compared with those of the chosen setting, or, of other samples, with
// those of the one that these have asked for.
func (c *choosing[T]) conclude(asked, chosen int) (*Choice, error) {
	best := c.tried[chosen]
	choice := &Choice{
		LambdaChoice: report.LambdaChoice{InputStepAlone: c.UsualPenalties, Folds: folds, Chosen: chosen},
		Candidate:    best.candidate, OtherPenalties: best.factor != 1, OtherInputStep: best.inputStep != 1,
	}
	for _, m := range c.tried {
		tried, err := c.describe(m.setting)
		if err != nil {
			return nil, err
		}
		tried.Loss, tried.Error, tried.Divisions = mean(m.losses), mean(m.errors), m.divisions
		tried.Samples = len(m.losses)
		reference := best
		if len(reference.losses) != tried.Samples {
			reference = c.tried[asked]
		}
		tried.Difference, tried.StandardError = difference(m.losses, reference.losses)
		choice.Tried = append(choice.Tried, tried)
	}
	return choice, nil
}
