package cli

import (
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
		err := s.checkTrial(trial, set, samples)
		switch {
		case err == nil:
		case len(trial) == 0: // of the defaults
			return err
		case s.flags.grid == nil:
			return fmt.Errorf("the trial %v: %w", trial, err)
		default:
			return fmt.Errorf("--grid: the trial %v: %w", trial, err)
		}
	}
	return nil
}

// checkTrial is checkTrials for one of them, on a fold of so many samples with their copies.
func (s *tuning) checkTrial(trial tune.Settings, set *dataset.Set, samples int) error {
	p, err := s.plan.trial(trial)
	if err != nil {
		return usageError{err}
	}
	spec := p.spec(set)
	if err, ok := errors.AsType[*nn.SpecError](spec.Validate()); ok {
		return usagef("--skip: %s", err.Reason)
	}
	fit := func(samples int) error { return p.checkFits(spec, samples, set) }
	if err = fit(samples); err != nil && s.flags.weights.Given() {
		_, _, err = s.flags.weights.repeated(set, set.Train, fit) // says which weights fit
	}
	return err
}
