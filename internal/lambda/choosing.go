package lambda

import (
	"cmp"
	"context"
	"slices"

	"ridge/internal/dataset/split"
	"ridge/internal/jobs"
	"ridge/mat"
)

// choosing is a choice under way.
type choosing[T mat.Float] struct {
	Task[T]
	// divisions are those that settings are measured in. Where they leave a question open there are more for it (upTo).
	divisions []division
	tried     []*trial
	asked     *trial // has the penalties that were chosen by the usual network
	chosen    *trial // so far
}

func newChoosing[T mat.Float](t Task[T]) *choosing[T] {
	if t.Record == nil {
		t.Record = new(Record)
	}
	return &choosing[T]{Task: t}
}

// trial is a setting with what it has come to in so many divisions.
type trial struct {
	setting
	outcome
	divisions int
}

func outcomes(of []*trial) (list []outcome) {
	for _, m := range of {
		list = append(list, m.outcome)
	}
	return list
}

// measure trains with more settings in the first count divisions.
func (c *choosing[T]) measure(ctx context.Context, count int, settings []setting) ([]*trial, error) {
	divisions, err := c.upTo(count)
	if err != nil {
		return nil, err
	}
	found, err := c.measureIn(ctx, divisions[0], divisions, settings)
	if err != nil {
		return nil, err
	}
	var trials []*trial
	for i, s := range settings {
		trials = append(trials, &trial{s, found[i], len(divisions)})
	}
	c.tried = append(c.tried, trials...)
	return trials, nil
}

// measureIn trains with some settings in all folds of some divisions. The outcomes are in the order of the samples in
// one division.
func (c *choosing[T]) measureIn(ctx context.Context, order division, divisions []division,
	settings []setting) ([]outcome, error) {
	type run struct{ setting, division, fold int }
	var runs []run
	parts := make([][][]outcome, len(settings))
	for i := range parts {
		parts[i] = make([][]outcome, len(divisions))
		for d, folds := range divisions {
			parts[i][d] = make([]outcome, len(folds))
			for fold := range folds {
				runs = append(runs, run{i, d, fold})
			}
		}
	}
	// The longest ones begin first, so that no worker is left with one of them in the end.
	slices.SortStableFunc(runs, func(a, b run) int {
		return cmp.Compare(c.work(settings[b.setting]), c.work(settings[a.setting]))
	})
	atATime, each := c.sharing(len(runs))
	err := jobs.ForEach(ctx, atATime, runs, func(ctx context.Context, r run) error {
		var err error
		folds := divisions[r.division]
		parts[r.setting][r.division][r.fold], err = c.recorded(ctx, settings[r.setting],
			split.Without(folds, r.fold), folds[r.fold], each)
		if c.Done != nil {
			c.Done()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var found []outcome
	for _, of := range parts {
		found = append(found, average(order, divisions, of, c.Learn.X.Rows))
	}
	return found, nil
}

// sharing is how many of some trainings there are at a time, and how many workers each has.
func (t Task[T]) sharing(trainings int) (atATime int, each mat.Workers) {
	atATime = max(1, min(t.Workers.Count(), trainings))
	if t.AtATime > 0 {
		atATime = min(atATime, t.AtATime)
	}
	return atATime, jobs.Workers(t.Workers, atATime)
}

// work is about how long a training with a setting takes: the weights, as often as they are trained.
func (c *choosing[T]) work(s setting) int64 {
	net, _ := c.of(s)
	return net.Spec().Weights() * int64(c.Candidates[s.candidate].Longer)
}

// recorded is the outcome for rows after a training on others: that of the record, if it has one.
func (c *choosing[T]) recorded(ctx context.Context, s setting, on, rows []int, w mat.Workers) (outcome, error) {
	name := c.trainingName(s, on, rows)
	if o, ok := c.Record.find(name, len(rows)); ok {
		return o, nil
	}
	o, err := c.heldOut(ctx, s, on, rows, w)
	if err == nil {
		c.Record.add(name, o)
	}
	return o, err
}
