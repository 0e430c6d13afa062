package cli

import (
	"context"
	"math"
	"time"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/jobs"
	"ridge/internal/tune"
	"ridge/mat"
)

// prepare makes a run ready.
func (s *tuning) prepare(r tune.Run) (tune.Job, error) {
	shared, err := s.fold(r.Seed, r.Fold)
	if err != nil {
		return tune.Job{}, err
	}
	f, err := s.flags.with(r.Trial)
	if err != nil {
		return tune.Job{}, err
	}
	f.seed += uint64(r.Seed)
	f.workers = int(jobs.Workers(mat.Workers(f.workers), s.flags.jobs))
	set := *shared // its targets are replaced by standardized ones
	if err := f.regress(s.cmd, &set); err != nil {
		return tune.Job{}, err
	}
	p := parts{train: set.Train, validation: set.Validation, test: set.Test}
	if err := f.repeat(&set, &p); err != nil {
		return tune.Job{}, err
	}
	if f.precision == 64 {
		return job[float64](f, &set, p)
	}
	return job[float32](f, &set, p)
}

// job is a run in the precision of T.
func job[T mat.Float](f *trainFlags, set *dataset.Set, p parts) (tune.Job, error) {
	learn := trainData[T](p.train)
	net, err := newNetwork(f, set, learn.X)
	if err != nil {
		return tune.Job{}, err
	}
	recipe, err := f.recipe(train.ProblemOf(net, learn))
	if err != nil {
		return tune.Job{}, err
	}
	about := identity(f, net, recipe, set, p)
	about.Program = "" // a search may go on with another version of the program
	text, err := about.Encode()
	return tune.Job{Identity: text, Train: func(ctx context.Context) (tune.Outcome, error) {
		return judge(ctx, f, net, learn, p, recipe)
	}}, err
}

// judge trains, and returns the error on the validation samples at the end.
func judge[T mat.Float](ctx context.Context, f *trainFlags, net *nn.Network[T], learn train.Data[T], p parts,
	recipe train.Recipe) (tune.Outcome, error) {
	begin := time.Now()
	trace, err := train.Run(ctx, net, samplesOf(learn, p), recipe, train.Control{Workers: mat.Workers(f.workers)})
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
