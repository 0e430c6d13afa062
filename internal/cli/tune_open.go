package cli

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/mat"
)

// open reads the data and draws the trials.
func (f *tuneFlags) open(cmd *cobra.Command) (*tuning, error) {
	toStream(cmd.OutOrStdout(), &f.table)
	if err := f.check(cmd.Flags()); err != nil {
		return nil, err
	}
	if f.jobs > 1 && f.workers > 1 {
		return nil, usagef("--workers %d: with --jobs %d the runs share the cores", f.workers, f.jobs)
	}
	if err := f.checkGrid(); err != nil {
		return nil, err
	}
	if err := f.checkPlaces(); err != nil {
		return nil, err
	}
	readGarbage(cmd.Context())
	data, parts, err := f.readAndDivide(cmd)
	if e, ok := errors.AsType[*dataset.HoldOutError](err); ok {
		return nil, usagef("--split %v: %s: %w", f.split, e.Set, e.Err)
	}
	if err != nil {
		return nil, err
	}
	tell(cmd.ErrOrStderr(), data.Notes)
	warn(cmd, data.Warnings)
	s := &tuning{flags: f, cmd: cmd, data: data, rows: parts.Train, folds: map[int][][]int{}, at: [2]int{-1, -1}}
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
	if err := s.setWhole(); err != nil {
		return nil, err
	}
	if err := s.draw(); err != nil {
		return nil, err
	}
	if err := s.checkRuns(); err != nil {
		return nil, err
	}
	if err := s.checkTrials(); err != nil {
		return nil, err
	}
	if err := s.fewerJobs(); err != nil || f.out == "" {
		return s, err
	}
	if err := makeFolder(f.out); err != nil {
		return nil, fmt.Errorf("--out %s: %w", f.out, reason(err))
	}
	return s, nil
}

// readAndDivide reads the data, and sets test samples aside.
func (f *tuneFlags) readAndDivide(cmd *cobra.Command) (*dataset.Raw, dataset.Parts, error) {
	defer during(cmd, reading(f.data))()
	data, err := dataset.Read(cmd.Context(), f.request(f.seed, mat.Workers(f.workers).Count()))
	if err != nil {
		return nil, dataset.Parts{}, err
	}
	parts, err := data.Divide()
	return data, parts, err
}

// checkPlaces makes sure that the results can be kept, and do not take the place of the data.
func (f *tuneFlags) checkPlaces() error {
	table := f.table
	if f.out != "" {
		if err := checkFolder(f.out); err != nil {
			return fmt.Errorf("--out %s: %w", f.out, reason(err))
		}
		if slices.Contains(missingFolders(f.out), filepath.Dir(table.path)) {
			table.path = "" // its folder is made with that of the runs
		}
	}
	return cmp.Or(checkDistinct(output{"--out", f.out}, f.table), checkOutputs(table), f.checkNoInputs(f.table))
}

// mostRuns bounds the number of runs, as a list of all of them is kept.
const mostRuns = 1_000_000

// checkRuns makes sure that the runs can be done.
func (s *tuning) checkRuns() error {
	if s.flags.folds > mostRuns/len(s.trials)/s.flags.seeds {
		return usagef("%d trials, %d folds and %d seeds are too many: want at most %d runs",
			len(s.trials), s.flags.folds, s.flags.seeds, mostRuns)
	}
	return nil
}

// draw chooses the trials.
func (s *tuning) draw() error {
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
