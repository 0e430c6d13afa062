package cli

import (
	"cmp"
	"errors"
	"fmt"

	"ridge/bcd/nn"
	"ridge/internal/dataset"
	"ridge/internal/tune"
)

// checkTrials makes sure, before the first run, that each trial can be trained: values that are right one by one may
// not go together, and the memory may not suffice for all networks.
func (s *tuning) checkTrials() error {
	set, samples, err := s.firstFold()
	if err != nil {
		return err
	}
	for _, trial := range s.trials {
		if err := s.checkTrial(trial, set, samples); err != nil {
			return err
		}
	}
	return nil
}

// checkTrial is checkTrials for one of them, on a fold of so many samples.
func (s *tuning) checkTrial(trial tune.Settings, set *dataset.Set, samples int) error {
	f, err := s.flags.with(trial)
	if err != nil {
		return usagef("--grid: the trial %v: %w", trial, err)
	}
	spec := specFor(set, f.net, f.skips)
	if err, ok := errors.AsType[*nn.SpecError](spec.Validate()); ok {
		return usagef("--grid: the trial %v: --skip: %s", trial, err.Reason)
	}
	if err := cmp.Or(f.checkMemory(spec, samples, set), f.checkShare(spec, samples, set)); err != nil {
		return fmt.Errorf("--grid: the trial %v: %w", trial, err)
	}
	return nil
}
