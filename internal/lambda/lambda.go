package lambda

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset/split"
	"ridge/internal/jobs"
	"ridge/internal/report"
	"ridge/mat"
)

const (
	folds      = 3
	deviations = 1.5 // standard errors by which another λ must be better than the usual one
)

// MostUsed is how many rows the choice uses at most: λ is measured in samples, so the best one is the same for more of
// them.
const MostUsed = 2000

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

// Trainings is the number of trainings of a choice among the given number of candidates.
func Trainings(candidates int) int { return (len(factors) + candidates - 1) * folds }

// Choose finds λ and λ_out of the usual network, and then, with these, the candidate, by the loss of training samples that
// are held out. That another network has about the same best λ makes the second step cheap: of all pairs of a network
// and a factor the best one is hardly better (docs/minibatch.md).
func Choose[T mat.Float](ctx context.Context, t Task[T]) (*report.LambdaChoice, error) {
	begin := time.Now()
	parts, err := divide(t.Learn, t.Seed)
	if err != nil {
		return nil, err
	}
	c := choosing[T]{Task: t, parts: parts}
	for _, factor := range factors {
		c.settings = append(c.settings, setting{0, factor})
	}
	if err := c.measure(ctx); err != nil {
		return nil, err
	}
	chosen := better(c.losses)
	for i := 1; i < len(t.Candidates); i++ {
		c.settings = append(c.settings, setting{i, factors[chosen]})
	}
	if err := c.measure(ctx); err != nil {
		return nil, err
	}
	for i := len(factors); i < len(c.losses); i++ {
		if mean(c.losses[i]) < mean(c.losses[chosen]) {
			chosen = i
		}
	}
	choice := &report.LambdaChoice{Folds: len(parts), Chosen: chosen}
	for i, losses := range c.losses {
		tried, err := t.tried(c.settings[i])
		if err != nil {
			return nil, err
		}
		tried.Loss = mean(losses)
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
	parts    [][]int
	settings []setting
	losses   [][]float64 // of all samples, for the settings that have been measured
}

// measure trains with the settings that have no losses yet.
func (c *choosing[T]) measure(ctx context.Context) error {
	type run struct{ setting, fold int }
	var runs []run
	measured := len(c.losses)
	losses := make([][][]float64, len(c.settings)-measured)
	for i := range losses {
		losses[i] = make([][]float64, len(c.parts))
		for fold := range c.parts {
			runs = append(runs, run{i, fold})
		}
	}
	err := jobs.ForEach(ctx, c.Workers.Count(), runs, func(ctx context.Context, r run) error {
		var err error
		learn, held := pickRows(c.Learn, split.Without(c.parts, r.fold)), pickRows(c.Learn, c.parts[r.fold])
		losses[r.setting][r.fold], err = c.heldOut(ctx, learn, held, c.settings[measured+r.setting])
		if c.Done != nil {
			c.Done()
		}
		return err
	})
	for _, of := range losses {
		c.losses = append(c.losses, slices.Concat(of...))
	}
	return err
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

// divide divides the samples of the choice.
func divide[T mat.Float](learn train.Data[T], seed uint64) ([][]int, error) {
	n := learn.X.Rows
	some, _, err := split.HoldOut(n, learn.Labels, max(0, n-MostUsed), seed)
	if err != nil {
		return nil, err
	}
	var labels []int
	if learn.Labels != nil {
		for _, i := range some {
			labels = append(labels, learn.Labels[i])
		}
	}
	parts, err := split.Folds(len(some), labels, folds, seed)
	for _, fold := range parts {
		for k, i := range fold {
			fold[k] = some[i]
		}
	}
	return parts, err
}

// pickRows copies samples.
func pickRows[T mat.Float](d train.Data[T], indices []int) train.Data[T] {
	out := train.Data[T]{X: mat.NewDense[T](len(indices), d.X.Cols)}
	if d.Regression() {
		out.Targets = mat.NewDense[T](len(indices), d.Targets.Cols)
	}
	for k, i := range indices {
		copy(out.X.Row(k), d.X.Row(i))
		if d.Regression() {
			copy(out.Targets.Row(k), d.Targets.Row(i))
		} else {
			out.Labels = append(out.Labels, d.Labels[i])
		}
	}
	return out
}

// heldOut are the losses of samples after a training on others, infinite if it diverges.
func (t Task[T]) heldOut(ctx context.Context, learn, held train.Data[T], s setting) ([]float64, error) {
	candidate := t.Candidates[s.candidate]
	problem := train.ProblemOf(candidate.Net, learn)
	problem.Whole = t.Learn.X.Rows
	recipe, err := t.Recipe(problem)
	if err != nil {
		return nil, err
	}
	net := candidate.Net.Clone()
	o := options(recipe, s.factor, problem)
	o.Epochs *= candidate.Longer
	_, err = train.Run(ctx, net, train.Samples[T]{Train: learn}, bcd.MiniBatches.With(o), train.Control{Workers: 1})
	_, diverged := errors.AsType[*train.DivergedError](err)
	_, failed := errors.AsType[*bcd.BlockError](err)
	switch {
	case diverged || failed:
		return slices.Repeat([]float64{math.Inf(1)}, held.X.Rows), nil
	case err != nil:
		return nil, err
	}
	return lossesOf(net, held)
}

// lossesOf are those of some samples, infinite where the outputs have overflowed.
func lossesOf[T mat.Float](net *nn.Network[T], d train.Data[T]) ([]float64, error) {
	scores, err := net.Scores(d.X, 1)
	if err != nil {
		return nil, err
	}
	losses, y := make([]float64, d.X.Rows), make([]T, scores.Cols)
	for i := range losses {
		d.WriteTargets(y, net.Loss, i)
		losses[i] = net.Loss.Value(scores.Row(i), y)
		if math.IsNaN(losses[i]) {
			losses[i] = math.Inf(1)
		}
	}
	return losses, nil
}

// options are the options of a recipe with its penalties multiplied. They have no more epochs than the default for the
// problem: a user who asks for a million epochs, to end early, does not want twelve such trainings first.
func options(r train.Recipe, factor float64, p train.Problem) bcd.BatchOptions {
	o := scaled(r, factor)
	o.Epochs = min(o.Epochs, bcd.DefaultBatchOptions(p).Epochs)
	return o
}

// scaled are the options of a recipe with its penalties multiplied.
func scaled(r train.Recipe, factor float64) bcd.BatchOptions {
	o := *r.Options().(*bcd.BatchOptions)
	if factor == 1 {
		return o
	}
	return o.WithLambda(factor)
}

// better returns the index of the factor with the smallest mean loss, or that of the usual penalty unless the smallest loss is
// lower by more than the noise: a number of standard errors of the differences, sample by sample.
func better(losses [][]float64) int {
	usual := slices.Index(factors, 1)
	best := usual
	for i := range losses {
		if mean(losses[i]) < mean(losses[best]) {
			best = i
		}
	}
	if best == usual || math.IsInf(mean(losses[usual]), 1) {
		return best
	}
	differences := make([]float64, len(losses[best]))
	for i := range differences {
		differences[i] = losses[usual][i] - losses[best][i]
	}
	center, squares, n := mean(differences), 0., float64(len(differences))
	for _, d := range differences {
		squares += (d - center) * (d - center)
	}
	if center > deviations*math.Sqrt(squares)/n { // squares/n is the variance, over n that of the mean
		return best
	}
	return usual
}

func mean(list []float64) float64 {
	sum := 0.
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}
