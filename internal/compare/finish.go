package compare

import (
	"context"

	"ridge/internal/dataset"
)

// finish trains all networks with the settings that were chosen, on all training
// samples, and measures the test error after every epoch.
func (s *Study) finish(ctx context.Context, c *Choice, set *dataset.Set) error {
	on := s.samples(s.plan.limited(set.Train), dataset.Samples{Dim: set.Train.Dim}, set.Test)
	return s.do(ctx, s.finals(c), on)
}

// finals returns the final runs: all solvers on a network with one seed, then with the next seed, so that the runs that
// an interruption leaves are comparable.
func (s *Study) finals(c *Choice) []Run {
	var runs []Run
	for _, network := range s.plan.Networks {
		var bySolver [][]Run
		for _, solver := range s.plan.Solvers {
			bySolver = append(bySolver, s.plan.finals(c.Settings(solver, network), network))
		}
		for seed := range s.plan.Seeds {
			for _, list := range bySolver {
				runs = append(runs, list[seed])
			}
		}
	}
	return runs
}
