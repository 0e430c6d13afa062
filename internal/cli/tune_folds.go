package cli

import (
	"sync"

	"github.com/spf13/cobra"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset"
	"ridge/internal/dataset/split"
	"ridge/internal/tune"
)

// tuning is the data of a search, which is divided again and again.
type tuning struct {
	flags  *tuneFlags
	plan   trainingPlan // of the defaults
	cmd    *cobra.Command
	say    *speaker
	jobs   int // runs at a time
	data   *dataset.Raw
	rows   []int // to train on and judge by; the test samples are not among them
	tested bool  // there are test samples
	trials []tune.Settings

	mutex sync.Mutex // of what follows
	folds map[int][][]int
	at    [2]int       // seed and fold of
	set   *dataset.Set // the last that was made
}

// setWhole sets how many samples the training has that the search is for, with the copies that --weight makes.
func (s *tuning) setWhole() error {
	s.plan.whole = len(s.rows)
	if s.regression() && s.flags.weights.Given() {
		return s.flags.weights.refuseRegression(s.data.Name)
	}
	if s.regression() {
		return nil
	}
	set, err := s.fold(0, 0)
	if err != nil {
		return err
	}
	s.plan.whole, err = s.flags.weights.counted(set, s.data.Labels(s.rows))
	return err
}

// samples is how many samples a run on a set has, with their copies.
func (s *tuning) samples(set *dataset.Set) (int, error) {
	if s.regression() {
		return set.Train.Len(), nil
	}
	return s.flags.weights.counted(set, set.Train.Labels)
}

func (s *tuning) regression() bool { return s.data.Outputs.Task == columns.Regression }

// firstFold is a set for what is much the same for all folds, and how many samples a run on it has, with their copies.
func (s *tuning) firstFold() (set *dataset.Set, samples int, err error) {
	if set, err = s.fold(0, 0); err == nil {
		samples, err = s.samples(set)
	}
	return set, samples, err
}

// fold is the set of a fold: the preparation of the columns is fitted to the other folds alone.
func (s *tuning) fold(seed, fold int) (*dataset.Set, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.at == [2]int{seed, fold} {
		return s.set, nil
	}
	if s.folds[seed] == nil {
		folds, err := s.data.Folds(s.rows, s.flags.folds, s.plan.seed+uint64(seed))
		if err != nil {
			return nil, err
		}
		s.folds[seed] = folds
	}
	folds := s.folds[seed]
	s.set, s.at = nil, [2]int{-1, -1} // before the next one takes memory
	set, err := s.data.Set(dataset.Parts{Train: split.Without(folds, fold), Validation: folds[fold]})
	if err != nil {
		return nil, err
	}
	if set.Test = (dataset.Samples{Dim: set.Train.Dim}); s.regression() {
		set.Test.Outputs = set.Train.Outputs
	}
	s.set, s.at = set, [2]int{seed, fold}
	return set, nil
}
