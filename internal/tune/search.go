package tune

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"

	"ridge/internal/jobs"
	"ridge/internal/report"
)

// Run is a training: of a trial, without a fold, with a seed.
type Run struct {
	Trial Settings
	Fold  int // from 0
	Seed  int // from 0
}

// Outcome is how a run ended.
type Outcome struct {
	// Error is that of the samples of the fold.
	Error float64
	// Failed says why there is no error: the training diverged.
	Failed  string
	Seconds float64
}

// Job is a run that is ready to start.
type Job struct {
	// Identity returns JSON that names all that the outcome depends on. It is called before Train, and only if the
	// outcome is kept.
	Identity func() ([]byte, error)
	// Train trains, and returns an error if the search can't go on.
	Train func(context.Context) (Outcome, error)
}

// Search is a cross-validation of trials.
type Search struct {
	Trials       []Settings
	Folds, Seeds int
	// Dir is where finished runs are kept; empty: nowhere.
	Dir string
	// Jobs is how many runs there are at a time; 0 stands for 1.
	Jobs int
	// Prepare makes a run ready. It may be called by several goroutines at a time. Runs without the same fold
	// follow each other.
	Prepare func(Run) (Job, error)
	// Progress, if not nil, is told of runs that begin or wait; never by two goroutines at a time. loaded is how many
	// of those that are done were kept in Dir, and took no time.
	Progress func(done, loaded, total int, r Run, waiting string)
	// Problems lists files that were left out, for people.
	Problems []string
	// Program is what trains, and is kept with a run: another version may come to other errors. Others is how many of
	// the runs that were kept in Dir are by another one.
	Program string
	Others  int

	mutex        sync.Mutex
	done, loaded int
}

// Score is the result of a trial.
type Score struct {
	Settings Settings
	// Mean is that of the errors of all runs, infinite if one failed. StandardError is that of Mean.
	Mean, StandardError float64
	Runs, Failed        int
	Seconds             float64   // mean of a run
	errors              []float64 // of the runs, in the order of seeds and folds
}

// Total is the number of runs.
func (s *Search) Total() int { return len(s.Trials) * s.Folds * s.Seeds }

// Run does all that is left to do and returns the scores, the best first; of equal ones the one that was
// first among the trials.
func (s *Search) Run(ctx context.Context) ([]Score, error) {
	outcomes := make([][]Outcome, len(s.Trials)) // in the order of seeds and folds, whichever run ends first
	for i := range outcomes {
		outcomes[i] = make([]Outcome, s.Seeds*s.Folds)
	}
	err := jobs.Share(ctx, s.Jobs, s.tasks(), func(ctx context.Context, t task, wait bool) (busy bool, err error) {
		outcome, busy, err := s.one(ctx, t.Run, wait)
		if err == nil && !busy {
			outcomes[t.trial][t.place] = *outcome
		}
		return busy, err
	})
	if err != nil {
		return nil, err
	}
	return s.scores(outcomes), nil
}

// task is a run, and where its outcome belongs.
type task struct {
	Run
	trial int
	place int // in the order of seeds and folds
}

// tasks returns all runs, in the order in which they begin.
func (s *Search) tasks() []task {
	var tasks []task
	for seed := range s.Seeds {
		for fold := range s.Folds {
			for i, t := range s.Trials {
				tasks = append(tasks, task{Run{t, fold, seed}, i, seed*s.Folds + fold})
			}
		}
	}
	return tasks
}

// scores judges the trials. Those whose means differ by rounding alone stay in their order.
func (s *Search) scores(outcomes [][]Outcome) []Score {
	scores := make([]Score, len(s.Trials))
	for i, list := range outcomes {
		scores[i] = newScore(s.Trials[i], list)
	}
	slices.SortStableFunc(scores, func(a, b Score) int {
		if report.IsTie(a.Mean, b.Mean) {
			return 0
		}
		return cmp.Compare(a.Mean, b.Mean)
	})
	return scores
}

func newScore(settings Settings, list []Outcome) Score {
	c := Score{Settings: settings, Runs: len(list)}
	n := float64(len(list))
	for _, o := range list {
		c.Seconds += o.Seconds / n
		if o.Failed != "" || math.IsNaN(o.Error) {
			c.Failed++
			continue
		}
		c.errors = append(c.errors, o.Error)
	}
	c.Mean = sumOf(c.errors) / n
	if c.Failed > 0 {
		c.Mean, c.StandardError = math.Inf(1), math.NaN()
		return c
	}
	c.StandardError = deviation(c.errors)
	return c
}

// GainDeviation is the standard error of how much larger the mean error is than that of another trial of the search.
// All trials have the same folds, and what is hard about a fold is hard for both: the differences of the runs vary by
// less than the errors. It is NaN if a run failed.
func (c Score) GainDeviation(other Score) float64 {
	if c.Failed > 0 || other.Failed > 0 || len(c.errors) != len(other.errors) {
		return math.NaN()
	}
	differences := make([]float64, len(c.errors))
	for i, e := range c.errors {
		differences[i] = e - other.errors[i]
	}
	return deviation(differences)
}

// deviation is the standard error of the mean.
func deviation(numbers []float64) float64 {
	n := float64(len(numbers))
	mean, squares := sumOf(numbers)/n, 0.0
	for _, v := range numbers {
		squares += (v - mean) * (v - mean)
	}
	return math.Sqrt(squares / (n - 1) / n)
}

// sumOf is the sum, which does not depend on the order: trials with the same errors in other runs are equal.
func sumOf(numbers []float64) float64 {
	sum := 0.0
	for _, v := range slices.Sorted(slices.Values(numbers)) {
		sum += v
	}
	return sum
}
