package lambda

import (
	"context"
	"slices"
	"time"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset/split"
	"ridge/internal/jobs"
	"ridge/internal/report"
	"ridge/mat"
)

const folds = 3

// By how many standard errors another setting must be better than the usual one.
const (
	lambdaMargin  = 1.5
	networkMargin = 0.5
)

// MostUsed is how many rows the choice uses at most: λ is measured in samples, so the best one is the same for more of
// them.
const MostUsed = 2000

// Few is the number of samples below which what a single division into folds finds is chance in good part. So they are
// divided several times, differently each time.
const (
	Few          = 1000
	fewDivisions = 3
)

// Divisions is how often so many samples are divided into folds.
func Divisions(samples int) int {
	if samples < Few {
		return fewDivisions
	}
	return 1
}

// The largest table for which the choice pays: with more samples the usual λ is as good.
const (
	MostSamples = 10000
	MostColumns = 1000
)

// factors are what the usual λ and λ_out are multiplied by, in turn.
var factors = []float64{1. / 16, 1. / 4, 1, 4}

// Least is the number of samples that can be held out in turn.
const Least = 2 * folds

// Worth reports whether the choice pays.
func Worth(samples, columns int) bool {
	return samples >= Least && samples <= MostSamples && columns <= MostColumns
}

// Candidate is a new network, and how many times as long as usual it trains, at least once.
type Candidate[T mat.Float] struct {
	Net    *nn.Network[T]
	Longer int
}

// Task is a training by [bcd.MiniBatches] that the choice is made for.
type Task[T mat.Float] struct {
	// Candidates are what there is to choose from, the usual network first.
	Candidates []Candidate[T]
	Learn      train.Data[T]
	// Recipe returns what to train by, with the usual penalties. Whole in the problem of a fold is the number of
	// samples of Learn.
	Recipe func(train.Problem) (train.Recipe, error)
	Seed   uint64
	// Workers is how many trainings there are at a time. Each has one worker, so that what is chosen does not
	// depend on how many there are.
	Workers mat.Workers
	// Done, if not nil, is called after each of the [Trainings], by any goroutine.
	Done func()
}

// Trainings is the number of trainings of a choice for so many samples, among so many candidates.
func Trainings(samples, candidates int) int {
	return (len(factors) + candidates - 1) * folds * Divisions(samples)
}

// Choose finds λ and λ_out of the usual network by the loss of training samples that are held out, and then, with these,
// the candidate by their loss, or by their errors if there are [Few]. That another network has about the same best λ makes
// the second step cheap: of all pairs of a network and a factor the best one is hardly better (docs/minibatch.md).
func Choose[T mat.Float](ctx context.Context, t Task[T]) (*report.LambdaChoice, error) {
	begin := time.Now()
	divisions, err := divide(t.Learn, t.Seed)
	if err != nil {
		return nil, err
	}
	c := choosing[T]{Task: t, divisions: divisions}
	for _, factor := range factors {
		c.settings = append(c.settings, setting{0, factor})
	}
	if err := c.measure(ctx); err != nil {
		return nil, err
	}
	chosen := betterLambda(c.found)
	for i := 1; i < len(t.Candidates); i++ {
		c.settings = append(c.settings, setting{i, factors[chosen]})
	}
	if err := c.measure(ctx); err != nil {
		return nil, err
	}
	if other := betterNetwork(len(divisions), c.found[chosen], c.found[len(factors):]); other >= 0 {
		chosen = len(factors) + other
	}
	choice := &report.LambdaChoice{Folds: folds, Divisions: len(divisions), Chosen: chosen}
	for i, found := range c.found {
		tried, err := t.tried(c.settings[i])
		if err != nil {
			return nil, err
		}
		tried.Loss = mean(found.losses)
		choice.Tried = append(choice.Tried, tried)
	}
	choice.Seconds = time.Since(begin).Seconds()
	return choice, nil
}

// setting is what a training of the choice has: one of the candidates, and a factor of the usual penalties.
type setting struct {
	candidate int
	factor    float64
}

// choosing is a choice under way.
type choosing[T mat.Float] struct {
	Task[T]
	divisions [][][]int
	settings  []setting
	found     []outcome // of the settings that have been measured
}

// measure trains with the settings that have not been measured yet.
func (c *choosing[T]) measure(ctx context.Context) error {
	type run struct{ setting, division, fold int }
	var runs []run
	measured := len(c.found)
	parts := make([][][]outcome, len(c.settings)-measured)
	for i := range parts {
		parts[i] = make([][]outcome, len(c.divisions))
		for d, division := range c.divisions {
			parts[i][d] = make([]outcome, len(division))
			for fold := range division {
				runs = append(runs, run{i, d, fold})
			}
		}
	}
	err := jobs.ForEach(ctx, c.Workers.Count(), runs, func(ctx context.Context, r run) error {
		var err error
		division := c.divisions[r.division]
		learn, held := pickRows(c.Learn, split.Without(division, r.fold)), pickRows(c.Learn, division[r.fold])
		parts[r.setting][r.division][r.fold], err = c.heldOut(ctx, learn, held, c.settings[measured+r.setting])
		if c.Done != nil {
			c.Done()
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, of := range parts {
		c.found = append(c.found, average(c.divisions, of, c.Learn.X.Rows))
	}
	return nil
}

// tried describes a setting for all samples.
func (t Task[T]) tried(s setting) (report.TriedLambda, error) {
	candidate := t.Candidates[s.candidate]
	recipe, err := t.Recipe(train.ProblemOf(candidate.Net, t.Learn))
	if err != nil {
		return report.TriedLambda{}, err
	}
	o := scaled(recipe, s.factor)
	return report.TriedLambda{
		Hidden: candidate.Net.Spec().Hidden, Epochs: o.Epochs * candidate.Longer, Lambda: o.Lambda, LambdaOut: o.LambdaOut,
	}, nil
}

// Place is that of the candidate that was chosen.
func Place(c *report.LambdaChoice) int { return max(0, c.Chosen-len(factors)+1) }

// Usual reports whether the choice is the usual penalties.
func Usual(c *report.LambdaChoice) bool {
	usual, chosen := c.Tried[slices.Index(factors, 1)], c.Tried[c.Chosen]
	return usual.Lambda == chosen.Lambda && usual.LambdaOut == chosen.LambdaOut
}
