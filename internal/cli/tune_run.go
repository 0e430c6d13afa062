package cli

import (
	"context"
	"math"
	"time"

	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/internal/jobs"
	"ridge/internal/tune"
)

// prepare makes a run ready.
func (s *tuning) prepare(r tune.Run) (tune.Job, error) {
	shared, err := s.fold(r.Seed, r.Fold)
	if err != nil {
		return tune.Job{}, err
	}
	plan, err := s.plan.trial(r.Trial)
	if err != nil {
		return tune.Job{}, err
	}
	plan.seed += uint64(r.Seed)
	plan.workers = jobs.Workers(plan.workers, s.jobs)
	set := *shared // its targets are replaced by standardized ones
	if plan, err = plan.forTargets(&set, s.cmd.Flags().Changed("loss")); err != nil {
		return tune.Job{}, err
	}
	standardizeTargets(&set)
	p := parts{train: set.Train, validation: set.Validation, test: set.Test}
	if err := plan.repeat(s.flags.weights, &set, &p); err != nil {
		return tune.Job{}, err
	}
	t := &training{cmd: s.cmd, flags: &s.flags.trainFlags, plan: plan, loaded: loaded{set: &set, samples: p}}
	if plan.precision == 64 {
		return (&trainRun[float64]{training: t}).job()
	}
	return (&trainRun[float32]{training: t}).job()
}

// job is the training as a run of a search.
func (r *trainRun[T]) job() (tune.Job, error) {
	r.learn = trainData[T](r.samples.train)
	var err error
	if r.net, err = newNetwork(r.plan, r.set, r.learn.X); err != nil {
		return tune.Job{}, err
	}
	recipe, err := r.plan.recipe(r.problem())
	if err != nil {
		return tune.Job{}, err
	}
	identity := func() ([]byte, error) {
		about := r.identity(recipe)
		about.Program = "" // a search may go on with another version of the program
		return about.Encode()
	}
	return tune.Job{Identity: identity, Train: func(ctx context.Context) (tune.Outcome, error) {
		return r.judge(ctx, recipe)
	}}, nil
}

// judge trains, and returns the error on the validation samples at the end.
func (r *trainRun[T]) judge(ctx context.Context, recipe train.Recipe) (tune.Outcome, error) {
	begin := time.Now()
	trace, err := train.Run(ctx, r.net, samplesOf(r.learn, r.samples), recipe, train.Control{Workers: r.plan.workers})
	o := tune.Outcome{Error: math.NaN(), Seconds: time.Since(begin).Seconds()}
	switch {
	case bcd.Failed(err):
		o.Failed = err.Error()
		return o, nil
	case err != nil:
		return o, err
	}
	if len(trace) > 0 {
		o.Error = trace[len(trace)-1].ValidationError
	}
	if math.IsNaN(o.Error) || math.IsInf(o.Error, 0) {
		o.Failed = "the error is not a number"
	}
	return o, nil
}
