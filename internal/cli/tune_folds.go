package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/spf13/cobra"

	"ridge/bcd/nn/columns"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/dataset/split"
	"ridge/internal/memory"
	"ridge/internal/tune"
	"ridge/mat"
)

// searched is the data of a search, which is divided again and again.
type searched struct {
	flags  *tuneFlags
	cmd    *cobra.Command
	data   *dataset.Data
	rows   []int // to train on and judge by; the test samples are not among them
	trials []tune.Settings

	mutex sync.Mutex // of what follows
	folds map[int][][]int
	at    [2]int       // seed and fold of
	set   *dataset.Set // the last that was made
}

// open reads the data and draws the trials.
func (f *tuneFlags) open(cmd *cobra.Command) (*searched, error) {
	if err := f.check(cmd.Flags()); err != nil {
		return nil, err
	}
	if f.jobs > 1 && f.workers > 1 {
		return nil, usagef("--workers %d: with --jobs %d each run has one worker", f.workers, f.jobs)
	}
	if err := f.checkGrid(); err != nil {
		return nil, err
	}
	if err := f.checkPlaces(); err != nil {
		return nil, err
	}
	readGarbage(cmd.Context())
	data, err := dataset.Read(cmd.Context(), f.request(f.seed, mat.Workers(f.workers).Count()))
	if err != nil {
		return nil, err
	}
	parts, err := data.Divide()
	if e, ok := errors.AsType[*dataset.HoldOutError](err); ok {
		return nil, usagef("--split %v: %s: %w", f.split, e.Set, e.Err)
	}
	if err != nil {
		return nil, err
	}
	tell(cmd.ErrOrStderr(), data.Notes)
	warn(cmd, data.Warnings)
	s := &searched{flags: f, cmd: cmd, data: data, rows: parts.Train, folds: map[int][][]int{}, at: [2]int{-1, -1}}
	if f.limit > len(s.rows) {
		return nil, usagef("--limit %d: %s has %d training samples", f.limit, data.Name, len(s.rows))
	}
	if f.limit > 0 {
		s.rows = s.rows[:f.limit]
	}
	warn(cmd, leftOut(absent(dataset.Samples{Labels: data.Labels(s.rows)}, data.Outputs.Classes)))
	if f.folds > len(s.rows) {
		return nil, usagef("--folds %d: %s has %d training samples", f.folds, data.Name, len(s.rows))
	}
	if err := s.count(); err != nil {
		return nil, err
	}
	if err := s.draw(); err != nil {
		return nil, err
	}
	if err := s.checkRuns(); err != nil {
		return nil, err
	}
	return s, s.fewerJobs()
}

// checkPlaces makes sure that the results can be kept, and do not take the place of the data.
func (f *tuneFlags) checkPlaces() error {
	if f.out != "" {
		if err := makeFolder(f.out); err != nil {
			return fmt.Errorf("--out %s: %w", f.out, reason(err))
		}
	}
	return cmp.Or(checkOutputs(f.table), f.checkNoInputs(f.table))
}

// mostRuns bounds the number of runs, as a list of all of them is kept.
const mostRuns = 1_000_000

// checkRuns makes sure that the runs can be done.
func (s *searched) checkRuns() error {
	if s.flags.folds > mostRuns/len(s.trials)/s.flags.seeds {
		return usagef("%d trials, %d folds and %d seeds are too many: want at most %d runs",
			len(s.trials), s.flags.folds, s.flags.seeds, mostRuns)
	}
	return nil
}

// count says how many samples the training has that the search is for, with the copies that --weight makes.
func (s *searched) count() error {
	s.flags.whole = len(s.rows)
	if s.regression() {
		return nil
	}
	set, err := s.fold(0, 0)
	if err != nil {
		return err
	}
	s.flags.whole, err = s.flags.weights.counted(set, s.data.Labels(s.rows))
	return err
}

// samples is how many samples a run on a set has, with their copies.
func (s *searched) samples(set *dataset.Set) (int, error) {
	if s.regression() {
		return set.Train.Len(), nil
	}
	return s.flags.weights.counted(set, set.Train.Labels)
}

// draw chooses the trials.
func (s *searched) draw() error {
	f := s.flags
	grid := f.grid
	if grid == nil {
		grid = usualGrid(f.method(), func(name string) bool { return s.cmd.Flags().Changed(name) || f.unused(name) })
		if err := s.leaveOutTooWide(grid); err != nil {
			return err
		}
	}
	set, err := s.fold(0, 0)
	if err != nil {
		return err
	}
	// What is known of the columns once they are fitted; the other folds have much the same.
	tell(s.cmd.ErrOrStderr(), set.Notes[len(s.data.Notes):])
	warn(s.cmd, set.Warnings[len(s.data.Warnings):])
	p := train.Problem{
		Samples: f.whole, Inputs: set.Train.Dim, Layers: len(f.net), Width: f.net[len(f.net)-1], Bits: f.precision,
		Regression: s.regression(), Loss: f.loss,
	}
	resolved, err := f.resolve(grid, p)
	if err != nil {
		return err
	}
	m := f.method()
	recipe, err := f.recipe(p)
	if err != nil {
		return err
	}
	defaults := map[string]string{"net": widthsText(f.net, "-")}
	for _, o := range m.Options {
		defaults[o.Name] = o.Text(recipe.Options())
		if v, ok := fraction(o, recipe.Options()); ok {
			defaults[o.Name] = rounded(v)
		}
	}
	s.trials = resolved.Trials(f.trials, f.seed, defaults)
	return nil
}

// leaveOutTooWide takes the networks out of the usual grid, other than those of the usual width, of which one training
// takes too much because of what the data holds, and says so. It is the same on all machines.
func (s *searched) leaveOutTooWide(grid []gridAxis) error {
	f := s.flags
	i := slices.IndexFunc(grid, func(a gridAxis) bool { return a.options[0] == "net" })
	if i < 0 {
		return nil
	}
	set, err := s.fold(0, 0)
	if err != nil {
		return err
	}
	samples, err := s.samples(set)
	if err != nil {
		return err
	}
	var fitting []string
	for _, text := range grid[i].values {
		width, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		spec := specFor(set, []int{width}, nil)
		need, err := f.need(spec, samples)
		if err != nil {
			return err
		}
		tooWide := width > usualWidth && need > set.Left
		if !tooWide {
			fitting = append(fitting, text)
			continue
		}
		tell(s.cmd.ErrOrStderr(), []string{fmt.Sprintf("the search leaves --net %s out: %v; %s",
			text, &memory.LimitError{What: f.what(spec, samples), Need: need, Limit: set.Left},
			allowing(need, set))})
	}
	grid[i].values = fitting
	return nil
}

// fewerJobs lowers --jobs to as many runs as there are cores and memory for.
func (s *searched) fewerJobs() error {
	if s.flags.jobs == 1 {
		return nil
	}
	set, err := s.fold(0, 0)
	if err != nil {
		return err
	}
	samples, err := s.samples(set)
	if err != nil {
		return err
	}
	var most needs
	var copied int64
	if samples > set.Train.Len() { // each run has its own
		copied = memory.Product(4*int64(set.Train.Dim)+8, int64(samples))
	}
	for _, trial := range s.trials {
		f, err := s.flags.with(trial)
		if err != nil {
			return err
		}
		spec := specFor(set, f.net, f.skips)
		caused, err := f.need(causedByData(spec), samples)
		if err != nil {
			return err
		}
		all, err := f.need(spec, samples)
		if err != nil {
			return err
		}
		most = most.most(needs{memory.Sum(caused, copied), memory.Sum(all, copied)})
	}
	jobs := most.atATime(s.flags.jobs, set.Left)
	tellJobs(s.cmd.ErrOrStderr(), s.flags.jobs, jobs)
	s.flags.jobs = jobs
	return nil
}

func (s *searched) regression() bool { return s.data.Outputs.Task == columns.Regression }

// fold is the set of a fold: the preparation of the columns is fitted to the other folds alone.
func (s *searched) fold(seed, fold int) (*dataset.Set, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.at == [2]int{seed, fold} {
		return s.set, nil
	}
	if s.folds[seed] == nil {
		folds, err := s.data.Folds(s.rows, s.flags.folds, s.flags.seed+uint64(seed))
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
