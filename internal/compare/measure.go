package compare

import (
	"cmp"
	"context"
	"slices"

	"ridge/internal/dataset"
	"ridge/mat"
)

// measuredSamples is how many training samples a run has that only measures time.
const measuredSamples = 2000

// Measure trains each solver on each network without a finished run for two epochs of a few
// samples, on one worker, so that [Outlook.Seconds] knows the speed of this machine. The second
// epoch counts, because the first one includes what is done once in a training. It keeps no result.
// say, if not nil, is told what is measured.
func (s *Study) Measure(ctx context.Context, o *Outlook, set *dataset.Set, say func(solver string, n Network)) error {
	train := s.plan.limited(set.Train)
	few := train.Head(measuredSamples)
	// The test samples in the same proportion as in the real runs.
	test := set.Test.Head(max(1, set.Test.Len()*few.Len()/train.Len()))
	on := s.samples(few, dataset.Samples{Dim: train.Dim}, test)
	for _, network := range s.plan.Networks {
		for _, solver := range s.plan.Solvers {
			if len(o.rate[group{solver, network.String()}]) > 0 {
				continue
			}
			if say != nil {
				say(solver, network)
			}
			result, err := on.run(ctx,
				Run{stageTune, gentlest(solver), network, tuningSeeds[0], 2, s.plan.chooses(solver)}, mat.Workers(1),
				nil)
			if err != nil {
				return err
			}
			o.rate.addMeasured(result)
		}
	}
	return nil
}

// addMeasured takes note of the second of two epochs, and of half of the time of both that is
// not training, which is mostly evaluation. The choice of λ has as many epochs as the training.
func (r rate) addMeasured(result *Result) {
	if len(result.Trace) < 2 {
		r.add(result)
		return
	}
	first, both := float64(result.Trace[0].Seconds), float64(result.Trace[1].Seconds)
	r.addEpoch(result, both-first+(result.Wall-both+result.Choice.seconds())/2)
}

// gentlest returns the settings of the shortest steps, which should not diverge.
func gentlest(solver string) Settings {
	return slices.MinFunc(trialsOf(solver, Combinations), func(a, b Settings) int {
		return cmp.Compare(a.longest(), b.longest())
	})
}

// longest is the length of the steps, in a unit of the solver's own.
func (s Settings) longest() (step float64) {
	s.each(func(a axis, v float64) {
		if a.step {
			step = v
		}
	})
	return step
}
