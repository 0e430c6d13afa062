package lambda

import (
	"context"

	"ridge/internal/dataset/split"
	"ridge/internal/jobs"
	"ridge/mat"
)

// choosing is a choice under way.
type choosing[T mat.Float] struct {
	Task[T]
	tried []trial
}

// trial is what a setting has come to in some divisions.
type trial struct {
	setting
	outcome
	divisions int
}

func outcomes(of []trial) (list []outcome) {
	for _, m := range of {
		list = append(list, m.outcome)
	}
	return list
}

// measure trains with more settings in some divisions.
func (c *choosing[T]) measure(ctx context.Context, divisions [][][]int, settings []setting) error {
	found, err := c.measureIn(ctx, divisions[0], divisions, settings)
	if err != nil {
		return err
	}
	for i, s := range settings {
		c.tried = append(c.tried, trial{s, found[i], len(divisions)})
	}
	return nil
}

// measureIn trains with some settings in all folds of some divisions. The outcomes are in the order of the samples in
// one division.
func (c *choosing[T]) measureIn(ctx context.Context, order [][]int, divisions [][][]int,
	settings []setting) ([]outcome, error) {
	type run struct{ setting, division, fold int }
	var runs []run
	parts := make([][][]outcome, len(settings))
	for i := range parts {
		parts[i] = make([][]outcome, len(divisions))
		for d, division := range divisions {
			parts[i][d] = make([]outcome, len(division))
			for fold := range division {
				runs = append(runs, run{i, d, fold})
			}
		}
	}
	err := jobs.ForEach(ctx, c.Workers.Count(), runs, func(ctx context.Context, r run) error {
		var err error
		division := divisions[r.division]
		parts[r.setting][r.division][r.fold], err = c.heldOut(ctx, settings[r.setting], split.Without(division, r.fold),
			division[r.fold])
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
