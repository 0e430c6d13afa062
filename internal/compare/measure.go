package compare

import (
	"context"
	"slices"

	"ridge/internal/dataset"
	"ridge/mat"
)

// measuredSamples is how many training samples a run has that only tells the time.
const measuredSamples = 2000

// Measure trains each solver on each network for one epoch of a few samples, on one
// worker, where there is no finished run to go by, so that [Outlook.Seconds] knows what
// this machine takes. It keeps no result. say, if not nil, is told what is measured.
func (s *Study) Measure(ctx context.Context, o *Outlook, set *dataset.Set, say func(solver string, n Network)) error {
	train := s.plan.limited(set.Train)
	few := train.Head(measuredSamples)
	// As many to measure with, in proportion, as the runs have.
	test := set.Test.Head(max(1, set.Test.Len()*few.Len()/train.Len()))
	on := parts(set.Name, len(set.Classes), few, dataset.Samples{Dim: train.Dim}, test)
	for _, network := range s.plan.Networks {
		for _, solver := range s.plan.Solvers {
			if o.rate[group{solver, network.String()}].n > 0 {
				continue
			}
			if say != nil {
				say(solver, network)
			}
			result, err := on.run(ctx, Run{stageTune, gentlest(solver), network, tuningSeeds[0], 1}, mat.Workers(1), nil)
			if err != nil {
				return err
			}
			o.rate.add(result)
		}
	}
	return nil
}

// gentlest returns the settings of the shortest steps, which should not diverge.
func gentlest(solver string) Settings {
	return slices.MinFunc(Space(solver, Combinations), func(a, b Settings) int {
		return compareFloats(a.Rate+a.Step, b.Rate+b.Step) // one of the two is 0
	})
}
