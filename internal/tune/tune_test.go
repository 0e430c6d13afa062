package tune

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/files"
)

var grid = Grid{
	{Options: []string{"lambda", "lambda-out"}, Values: [][]string{{"1", "2"}, {"3", "6"}}},
	{Options: []string{"net"}, Values: [][]string{{"30"}, {"300"}, {"30-30"}}},
}

func shown(trials []Settings) []string {
	var texts []string
	for _, t := range trials {
		texts = append(texts, t.String())
	}
	return texts
}

func TestTrialsBeginWithTheDefaults(t *testing.T) {
	defaults := map[string]string{"lambda": "1", "lambda-out": "2", "net": "300"}
	all := shown(grid.Trials(100, 7, defaults))
	assert.Len(t, all, 6, "one of the six combinations is the defaults")
	assert.Equal(t, "defaults", all[0])
	assert.NotContains(t, all, "lambda 1, lambda-out 2, net 300")
	assert.Contains(t, all, "lambda 3, lambda-out 6, net 30-30")
	assert.Equal(t, all[:3], shown(grid.Trials(3, 7, defaults)), "fewer are the first of more")
	assert.NotEqual(t, all, shown(grid.Trials(100, 8, defaults)))
	assert.Equal(t, []string{"defaults"}, shown(Grid{}.Trials(5, 1, nil)))
	assert.Equal(t, []string{"defaults"}, shown(grid.Trials(1, 1, nil)))
}

func TestBadGridsAreRefused(t *testing.T) {
	require.NoError(t, grid.Check())
	many := Axis{Options: []string{"step"}}
	for range 2000 {
		many.Values = append(many.Values, []string{"1"})
	}
	for want, g := range map[string]Grid{
		"net occurs twice":             {grid[1], grid[1]},
		"step has no values":           {{Options: []string{"step"}}},
		"more than 10000 combinations": {grid[0], grid[1], many},
	} {
		assert.ErrorContains(t, g.Check(), want)
	}
}

// search returns one whose errors are errorOf of its runs, and the count of those that were trained.
func search(dir string, trials []Settings, errorOf func(Run) float64) (*Search, *atomic.Int64) {
	trained := new(atomic.Int64)
	s := &Search{Trials: trials, Folds: 2, Seeds: 2, Dir: dir}
	s.Prepare = func(r Run) (Job, error) {
		identity := func() ([]byte, error) {
			if dir == "" {
				return nil, errors.New("nobody reads it")
			}
			return fmt.Appendf(nil, `{"trial": %q, "fold": %d, "seed": %d}`, r.Trial, r.Fold, r.Seed), nil
		}
		return Job{identity, func(context.Context) (Outcome, error) {
			trained.Add(1)
			if e := errorOf(r); e >= 0 {
				return Outcome{Error: e, Seconds: 1}, nil
			}
			return Outcome{Failed: "diverged", Error: math.NaN()}, nil
		}}, nil
	}
	return s, trained
}

func TestTheSmallestMeanErrorWins(t *testing.T) {
	trials := grid.Trials(4, 1, nil)
	for _, jobs := range []int{1, 3} {
		s, trained := search("", trials, func(r Run) float64 {
			switch r.Trial.String() {
			case trials[1].String():
				return 0.1 + 0.02*float64(r.Fold)
			case trials[2].String():
				return -float64(r.Fold) // fails in one fold
			}
			return 0.5
		})
		s.Jobs = jobs
		scores, err := s.Run(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 16, trained.Load())
		assert.Equal(t, trials[1], scores[0].Settings)
		assert.InDelta(t, 0.11, scores[0].Mean, 1e-12)
		assert.InDelta(t, math.Sqrt(4*1e-4/3/4), scores[0].StandardError, 1e-12)
		assert.Equal(t, trials[0], scores[1].Settings, "of equal ones the first")
		assert.Equal(t, trials[2], scores[3].Settings)
		assert.True(t, math.IsInf(scores[3].Mean, 1))
		assert.Equal(t, 2, scores[3].Failed)
	}
}

// The means of 0.1, 0.2, 0.3 and 0 are two numbers if they are added in two orders.
func TestTrialsWithTheSameErrorsAreEqual(t *testing.T) {
	trials := grid.Trials(2, 1, nil)
	errors := []float64{0.1, 0.2, 0.3, 0}
	for _, first := range []int{0, 1} {
		s, _ := search("", trials, func(r Run) float64 {
			at := 2*r.Seed + r.Fold
			if r.Trial.String() == trials[first].String() {
				return errors[at]
			}
			return []float64{0.3, 0.2, 0.1, 0}[at]
		})
		scores, err := s.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, scores[0].Mean, scores[1].Mean)
		assert.Equal(t, trials[0], scores[0].Settings, "of equal ones the first")
	}
}

// Five wrong samples of 15 are five in whichever runs they are, but sums of other fractions are rounded in other ways.
func TestTrialsWithAsManyErrorsStayInTheirOrder(t *testing.T) {
	outcomes := func(wrong ...float64) (list []Outcome) {
		for _, w := range wrong {
			list = append(list, Outcome{Error: w / 15})
		}
		return list
	}
	s := Search{Trials: grid.Trials(2, 1, nil)}
	require.NotEqual(t, newScore(nil, outcomes(0, 0, 5)).Mean, newScore(nil, outcomes(1, 1, 3)).Mean)
	for _, all := range [][][]Outcome{
		{outcomes(0, 0, 5), outcomes(1, 1, 3)}, {outcomes(1, 1, 3), outcomes(0, 0, 5)},
	} {
		assert.Equal(t, s.Trials[0], s.scores(all)[0].Settings)
	}
	assert.Equal(t, s.Trials[1], s.scores([][]Outcome{outcomes(1, 1, 3), outcomes(0, 0, 4)})[0].Settings)
}

// The errors of a trial are those of its runs in the order of seeds and folds, whichever ends first.
func TestScoresDoNotDependOnWhichRunEndsFirst(t *testing.T) {
	trials := grid.Trials(1, 1, nil)
	s, _ := search("", trials, func(r Run) float64 { return 0.1 + 0.2*float64(r.Fold) + 0.4*float64(r.Seed) })
	s.Jobs = 4
	last := make(chan struct{})
	prepare := s.Prepare
	s.Prepare = func(r Run) (Job, error) {
		job, err := prepare(r)
		train := job.Train
		job.Train = func(ctx context.Context) (Outcome, error) {
			if r.Seed == 0 && r.Fold == 0 {
				<-last
			} else if r.Seed == 1 && r.Fold == 1 {
				close(last)
			}
			return train(ctx)
		}
		return job, err
	}
	scores, err := s.Run(t.Context())
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{0.1, 0.3, 0.5, 0.7}, scores[0].errors, 1e-15)
}

// One fold is harder than the other by far more than the trials differ.
func TestAGainIsJudgedByTheDifferencesOfRuns(t *testing.T) {
	trials := grid.Trials(3, 1, nil)
	s, _ := search("", trials, func(r Run) float64 {
		e := 0.1 + 0.6*float64(r.Fold)
		switch r.Trial.String() {
		case trials[1].String():
			return e - 0.02 - 0.01*float64(r.Seed)
		case trials[2].String():
			return -1 // fails
		}
		return e
	})
	scores, err := s.Run(t.Context())
	require.NoError(t, err)
	best, usual := scores[0], scores[1]
	require.Equal(t, trials[1], best.Settings)
	assert.Greater(t, usual.StandardError, 0.1)
	assert.InDelta(t, 0.025, usual.Mean-best.Mean, 1e-12)
	assert.InDelta(t, math.Sqrt(4*25e-6/3/4), usual.GainDeviation(best), 1e-12)
	assert.Zero(t, usual.GainDeviation(usual))
	assert.True(t, math.IsNaN(usual.GainDeviation(scores[2])))
}

func TestASearchGoesOnWhereItWas(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	trials := grid.Trials(3, 1, nil)
	fail := func(r Run) float64 { return float64(len(r.Trial)) / 10 }
	ctx, cancel := context.WithCancel(t.Context())
	s, trained := search(dir, trials, func(r Run) float64 {
		if r.Fold == 1 {
			cancel()
		}
		return fail(r)
	})
	_, err := s.Run(ctx)
	require.ErrorIs(t, err, context.Canceled)
	before := trained.Load()

	s, trained = search(dir, trials, fail)
	scores, err := s.Run(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 12-before, trained.Load())
	s, trained = search(dir, grid.Trials(4, 1, nil), fail)
	kept := 0
	s.Progress = func(_, loaded, _ int, _ Run, _ string) { kept = loaded }
	_, err = s.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 12, kept)
	assert.EqualValues(t, 4, trained.Load(), "a trial more")
	s, _ = search("", trials, fail)
	fresh, err := s.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, fresh, scores, "as if nothing had happened")
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

// Errors of two versions of the program may differ by more than the trials do.
func TestRunsOfAnotherProgramAreCounted(t *testing.T) {
	dir := t.TempDir()
	constant := func(Run) float64 { return 0.25 }
	for _, c := range []struct {
		program        string
		trials, others int
	}{{"old", 1, 0}, {"new", 2, 4}, {"new", 2, 4}, {"old", 2, 4}, {"third", 3, 8}} {
		s, _ := search(dir, grid.Trials(c.trials, 1, nil), constant)
		s.Program = c.program
		_, err := s.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, c.others, s.Others, c)
		assert.Empty(t, s.Problems)
	}
}

func TestFilesThatAreNotWhatTheyWereAreTrainedAgain(t *testing.T) {
	dir := t.TempDir()
	trials := grid.Trials(2, 1, nil)
	constant := func(Run) float64 { return 0.25 }
	s, _ := search(dir, trials, constant)
	_, err := s.Run(t.Context())
	require.NoError(t, err)
	paths, err := filepath.Glob(filepath.Join(dir, "tune_*.json"))
	require.NoError(t, err)
	require.Len(t, paths, 8)
	text, err := os.ReadFile(paths[0])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(paths[0], []byte(strings.Replace(string(text), "0.25", "0.01", 1)), 0o644))
	require.NoError(t, os.WriteFile(paths[1], text, 0o644)) // that of another run
	require.NoError(t, os.WriteFile(paths[2], nil, 0o644))

	s, trained := search(dir, trials, constant)
	scores, err := s.Run(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 3, trained.Load())
	assert.Len(t, s.Problems, 3)
	assert.Equal(t, 0.25, scores[0].Mean)
}

func TestTwoProcessesShareAFolder(t *testing.T) {
	dir := t.TempDir()
	trials := grid.Trials(2, 1, nil)
	s, _ := search(dir, trials, func(Run) float64 { return 0.5 })
	job, err := s.Prepare(Run{trials[1], 1, 0})
	require.NoError(t, err)
	identity, err := job.Identity()
	require.NoError(t, err)
	path, err := s.path(identity)
	require.NoError(t, err)
	lock, _, err := files.TryLock(files.LockPath(path))
	require.NoError(t, err)
	require.NotNil(t, lock)
	var waited int
	s.Progress = func(_, _, _ int, r Run, waiting string) {
		if waiting == "" {
			return
		}
		waited++
		assert.Equal(t, 1, r.Fold)
		assert.NoError(t, save(path, identity, "", Outcome{Error: 0.125}))
		assert.NoError(t, lock.Unlock())
	}
	scores, err := s.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, waited)
	assert.Equal(t, (3*0.5+0.125)/4, scores[0].Mean, "the other's result counts")
}

func TestAnErrorEndsTheSearch(t *testing.T) {
	s, _ := search("", grid.Trials(3, 1, nil), func(Run) float64 { return 0 })
	prepare, broken := s.Prepare, errors.New("no memory")
	s.Prepare = func(r Run) (Job, error) {
		if r.Fold == 1 {
			return Job{}, broken
		}
		return prepare(r)
	}
	_, err := s.Run(t.Context())
	assert.ErrorIs(t, err, broken)

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	s, _ = search(file, grid.Trials(1, 1, nil), func(Run) float64 { return 0 })
	_, err = s.Run(t.Context())
	assert.Error(t, err, "the folder can't be made")
}
