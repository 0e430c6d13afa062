package compare

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"ridge/internal/dataset"
	"ridge/internal/words"
	"ridge/mat"
)

// Study is a comparison on a data set, with the folder that it keeps its results in.
type Study struct {
	plan  Plan
	data  DataFacts // of the final runs
	store *store

	// Jobs is how many runs there are at a time. 0 stands for 1.
	Jobs int
	// Choices is how many trainings the choice of λ before a training has at a time, at most. 0 stands for any number.
	Choices int
	// Workers is the number of goroutines of all runs at a time, which share them.
	Workers mat.Workers
	// Progress, if not nil, is called when a run starts, after its epochs, and when it
	// ends; never by two goroutines at a time.
	Progress func(Progress)

	trained func(Run)  // told of each run that is trained; nil but in tests
	mutex   sync.Mutex // of the outlook and of Progress
	outlook *Outlook
}

// Progress is how far a comparison is.
type Progress struct {
	Done, Total int           // runs
	Left        time.Duration // of all the others, or less than 0 if nothing is known yet
	Doing       string        // which run, and which of its epochs
}

// NewStudy returns a study in the folder dir, in which finished runs are found as files or
// in an archive of the name [ArchiveName]. Nothing is written before a run
// begins. The error is that of [Plan.Validate], or there are too few samples, or a *sealed.FileError:
// the folder has results of other samples.
func NewStudy(p Plan, set *dataset.Set, dir string) (*Study, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	train := p.limited(set.Train)
	if n := train.Len(); n < heldOutOneIn {
		return nil, fmt.Errorf(
			"%s has %d training samples: want at least %d, as the last sixth is held out for the tuning",
			set.Name, n, heldOutOneIn)
	}
	results, err := openStore(dir)
	if err != nil {
		return nil, err
	}
	data := dataOf(&p, set)
	if err := results.refuseOthers(data); err != nil {
		return nil, err
	}
	return &Study{plan: p, data: data, store: results}, nil
}

// Plan returns what is compared.
func (s *Study) Plan() Plan { return s.plan }

// Run does everything that is left to do and returns the report. When ctx is cancelled the runs under way are
// abandoned, and the next Run continues after the finished ones.
func (s *Study) Run(ctx context.Context, set *dataset.Set) (*Summary, error) {
	var err error
	if s.outlook, err = s.Outlook(); err != nil {
		return nil, err
	}
	kept, err := s.store.savePlan(s.plan, s.data)
	if err != nil {
		return nil, err
	}
	if kept != "" {
		s.store.problems = append(s.store.problems,
			fmt.Sprintf("the folder had another plan, which is kept as %s", kept))
	}
	s.store.sweepLocks()
	choice, err := s.tune(ctx, set.Train)
	if err != nil {
		return nil, err
	}
	if err := s.finish(ctx, choice, set); err != nil {
		return nil, err
	}
	return s.summary()
}

// Problems lists files that were left out, and whatever else one should know about the folder.
func (s *Study) Problems() []string { return s.store.problems }

// reportEpoch reports that a run is after its n-th epoch.
func (s *Study) reportEpoch(r Run, n int) {
	s.reportProgress(r, fmt.Sprintf("epoch %d/%d", n, r.Epochs))
}

// reportProgress reports what is done about a run.
func (s *Study) reportProgress(r Run, what string) {
	if s.Progress == nil || s.outlook == nil {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	p := Progress{Left: -1, Doing: fmt.Sprintf("%s %s %v, %s", r.Stage, r.Settings.Solver, r.Network, what)}
	p.Done, p.Total = s.outlook.Count()
	if left := s.outlook.Left(max(1, s.Jobs)); !math.IsNaN(left) {
		p.Left = words.Duration(left)
	}
	s.Progress(p)
}
