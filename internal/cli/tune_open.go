package cli

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/tune"
	"ridge/mat"
)

// open reads the data, draws the trials, and makes sure that they can be run.
func (f *tuneFlags) open(cmd *cobra.Command) (*tuning, error) {
	toStream(cmd.OutOrStdout(), &f.table)
	plan, err := f.checked(cmd)
	if err != nil {
		return nil, err
	}
	limitGCWhileReading(cmd.Context())
	s, err := f.readSearch(cmd, plan)
	if err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		s.setWhole, s.draw, s.checkRuns, s.checkTrials, s.fewerJobs, s.makeFolder,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// checked is the training that the flags ask for, if they go together.
func (f *tuneFlags) checked(cmd *cobra.Command) (trainingPlan, error) {
	plan, err := f.plan(cmd.Flags())
	if err == nil {
		err = f.checkGrid(plan)
	}
	if err == nil {
		err = f.checkPlaces()
	}
	return plan, err
}

// readSearch reads the data of a search, says what was detected, and takes the samples that --limit leaves.
func (f *tuneFlags) readSearch(cmd *cobra.Command, plan trainingPlan) (*tuning, error) {
	say := newSpeaker(cmd)
	data, parts, err := f.readAndDivide(cmd.Context(), say)
	if err != nil {
		return nil, f.explain(err)
	}
	say.notes(data.Notes)
	say.warnings(data.Warnings)
	rows := parts.Train
	if err := f.checkLimit(data.Name, len(rows), 0); err != nil {
		return nil, err
	}
	if f.limit > 0 {
		rows = rows[:f.limit]
	}
	say.warnings(leftOut(absent(dataset.Samples{Labels: data.Labels(rows)}, data.Outputs.Classes)))
	if f.folds > len(rows) {
		return nil, usagef("--folds %d: %s has %d training samples", f.folds, data.Name, len(rows))
	}
	return &tuning{flags: f, plan: plan, cmd: cmd, say: say, jobs: jobsWithin(f.jobs, f.workers),
		data: data, rows: rows, tested: data.HasTest(parts), folds: map[int][][]int{}, at: [2]int{-1, -1}}, nil
}

// makeFolder makes the folder of the runs, if they are kept.
func (s *tuning) makeFolder() error {
	if s.flags.out == "" {
		return nil
	}
	if err := makeFolder(s.flags.out); err != nil {
		return fmt.Errorf("--out %s: %w", s.flags.out, reason(err))
	}
	return nil
}

// readAndDivide reads the data, and sets test samples aside.
func (f *tuneFlags) readAndDivide(ctx context.Context, say *speaker) (*dataset.Raw, dataset.Parts, error) {
	defer say.reading(ctx, f.data, f.test)()
	data, err := dataset.Read(ctx, f.request(f.seed, mat.Workers(f.workers).Count()))
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
	f, plan := s.flags, s.plan
	grid := f.grid
	if grid == nil {
		grid = usualGrid(plan.method(),
			func(name string) bool { return s.cmd.Flags().Changed(name) || plan.whyUnused(name) != nil })
		if err := s.leaveOutTooWide(grid); err != nil {
			return err
		}
	}
	set, err := s.fold(0, 0)
	if err != nil {
		return err
	}
	// What is known of the columns once they are fitted; the other folds have much the same.
	s.say.notes(set.Notes[len(s.data.Notes):])
	s.say.warnings(set.Warnings[len(s.data.Warnings):])
	p := train.Problem{
		Samples: plan.whole, Inputs: set.Train.Dim, Layers: len(plan.net), Width: plan.net[len(plan.net)-1],
		Bits: plan.precision, Regression: s.regression(), Loss: plan.loss,
	}
	resolved, err := plan.resolve(grid, p)
	if err != nil {
		return err
	}
	m := plan.method()
	recipe, err := plan.recipe(p)
	if err != nil {
		return err
	}
	defaults := map[string]string{"net": widthsText(plan.net, "-")}
	for _, o := range m.Options {
		defaults[o.Name] = o.Text(recipe.Options())
		if v, ok := fraction(o, recipe.Options()); ok {
			defaults[o.Name] = rounded(v)
		}
	}
	s.trials, err = s.distinct(resolved.Trials(math.MaxInt, plan.seed, defaults), defaults)
	return err
}

// distinct are the first trials of a list, as many as there shall be, without the settings that they do not use, as
// train refuses these. What is then another trial, or the defaults, is left out.
func (s *tuning) distinct(all []tune.Settings, defaults map[string]string) ([]tune.Settings, error) {
	var list []tune.Settings
	seen := map[string]bool{}
	for _, trial := range all {
		p, err := s.plan.set(trial)
		if err != nil {
			return nil, err
		}
		used := slices.DeleteFunc(trial, func(one tune.Setting) bool { return p.whyUnused(one.Option) != nil })
		isUsual := !slices.ContainsFunc(used, func(one tune.Setting) bool { return one.Value != defaults[one.Option] })
		if name := used.String(); !seen[name] && (!isUsual || trial == nil) {
			seen[name] = true
			list = append(list, used)
		}
		if len(list) == s.flags.trials {
			break
		}
	}
	return list, nil
}
