package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/compare"
	"ridge/internal/dataset"
	"ridge/internal/files"
	"ridge/internal/lambda"
	"ridge/internal/memory"
	"ridge/internal/report"
	"ridge/mat"
)

const compareLong = `Compare solvers: train several networks with each of them, with several seeds,
and report the test errors and the times.

First the settings of every solver are tuned, on some of the networks
(--tune-on): with the same number of trials for each, on the first five sixths
of the training samples, judged by the last sixth. All trials are trained for an
eighth of the epochs, the better half for a quarter, and so on; the last ones
with three seeds, of which the mean counts. The test samples are not used. The
other networks take their settings from the tuned ones of the same --init: a
network deeper than all of these takes those of the deepest, a shallower one
those of the shallowest, and one in between takes the settings with the best
mean rank.

Then each network is trained on all training samples, once for each seed. The
test error is that of the last epoch. Times are those of the training alone.

--data is read, and its columns prepared, as by train; a fifth of a table is
held out as test samples (--split), the same for all. With --choose-lambda yes,
each training of bcd begins with the choice of λ that train makes on tables of
up to 1,000 inputs and ten million numbers, here whatever the size.

Every finished run is a file in the folder of --out and is never repeated: after
Ctrl-C, or with more networks, solvers or seeds, the same command continues
where it stopped. The trials of a solver do not depend on the others, so solvers
can run one after the other; a last command with all of them then only makes the
report. Which networks are tuned depends on all networks: to change these later,
give --tune-on. The settings tried are in internal/compare/space.go.

At the end the folder also has report.html, a page with all results;
results.csv, tuning.csv with all trials, and for each network a picture of the
test error against epochs and seconds, error-NETWORK.svg and .png. --report DIR
--pack FILE puts all runs into a small file to keep, and --report FILE makes the
report from it. Under the name runs.jsonl.gz in the folder of --out its runs
count as finished, too.
`

const compareExamples = `  train compare --quick --out quick
  train compare --data mnist --out mnist --plan
  train compare --out d --solver bcd,adam --net 300 --net 50,50 --skip 0:2
  train compare --out d --net 50,50,50 --net 50,50,50 --init gaussian:0.01
  train compare --data letter.csv --target lettre --out l --net 100 --epochs 40
  train compare --report mnist --markdown results.md --pack runs.jsonl.gz
  train compare --report runs.jsonl.gz`

// newCompare returns the command that compares solvers.
func newCompare() *cobra.Command {
	f := new(compareFlags)
	cmd := &cobra.Command{
		Use:                   "compare --out DIR [flags]",
		Short:                 "Compare solvers on several networks, with tuned settings",
		Long:                  compareLong,
		Example:               compareExamples,
		Args:                  noArguments,
		DisableFlagsInUseLine: true,
		RunE:                  func(cmd *cobra.Command, _ []string) error { return compareSolvers(cmd, f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.define(flags)
	return cmd
}

// compareSolvers runs a comparison.
func compareSolvers(cmd *cobra.Command, f *compareFlags) error {
	if cmd.Flags().Changed("report") {
		return f.reportOnly(cmd)
	}
	if err := f.checkRun(cmd); err != nil {
		return err
	}
	plan, err := f.plan()
	if err != nil {
		return err
	}
	plan.DataFlags = readingWords(cmd.Flags())
	if err := f.checkOut(); err != nil {
		return err
	}
	say := newSpeaker(cmd)
	set, err := f.load(cmd, say)
	if err != nil {
		return err
	}
	if err := f.checkSamples(plan, set); err != nil {
		return err
	}
	study, err := compare.NewStudy(plan, set, f.out)
	if err != nil {
		return err
	}
	say.warnings(leftOut(absent(set.Train.Head(plan.LimitOf(set)), set.Classes)))
	most := mostNeeds(plan, set)
	f.fewerJobs(say, most, set)
	study.Jobs, study.Workers = f.jobs, mat.Workers(f.workers)
	study.Choices = choicesAtATime(most, f.jobs, set)
	if f.onlyPlan {
		return f.showPlan(cmd, say, study, set)
	}
	if err := f.makeOut(); err != nil {
		return err
	}
	summary, err := runStudy(cmd.Context(), say, study, set)
	say.warnings(study.Problems())
	if err != nil {
		return err
	}
	return f.show(cmd, summary)
}

// show writes the files of a comparison and prints its table.
func (f *compareFlags) show(cmd *cobra.Command, summary *compare.Summary) error {
	summary.Command = commandOf(summary.Plan(), summary.Dataset, summary.Jobs)
	if err := writeSummaryFiles(cmd.Context(), output{"--out", f.out}, summary); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if err := summary.WriteTable(out, colourful(out)); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\nMore is in %s; the report: train compare --report %[1]s\n", report.ShellWord(f.out))
	return err
}

// checkRun refuses flags that do not fit together, or not with a comparison that is run.
func (f *compareFlags) checkRun(cmd *cobra.Command) error {
	for _, name := range []string{"markdown", "pack"} {
		if cmd.Flags().Changed(name) {
			return usagef("--%s: it needs --report, after the runs", name)
		}
	}
	return requireFlags(cmd, "out")
}

// checkOut makes sure that the path can be a folder, and that nothing that is written there is read as data.
func (f *compareFlags) checkOut() error {
	if files.Exists(f.out) && !isFolder(f.out) {
		return fmt.Errorf("--out %s: not a directory", f.out)
	}
	for _, name := range []string{resultsName, tuningName, pageName} {
		o := output{"--out", filepath.Join(f.out, name)}
		if err := f.checkNoInputs(o); err != nil {
			return err
		}
	}
	return nil
}

// makeOut makes the folder, and reports whether the table can be written into it.
func (f *compareFlags) makeOut() error {
	if err := makeFolder(f.out); err != nil {
		return fmt.Errorf("--out %s: %w", f.out, reason(err))
	}
	table := filepath.Join(f.out, resultsName)
	if err := (output{"--out", table}).check(); err != nil {
		return fmt.Errorf("--out %s: %w", table, reason(err))
	}
	return nil
}

// load reads the set. A table is put into random order, because settings are judged by the last
// samples.
func (f *compareFlags) load(cmd *cobra.Command, say *speaker) (*dataset.Set, error) {
	if err := f.dataFlags.check(cmd.Flags()); err != nil {
		return nil, err
	}
	const drawn = 1 // the seed of the test samples, which are the same for all runs
	r := f.request(drawn, mat.Workers(f.workers).Count())
	r.Shuffle = true
	limitGCWhileReading(cmd.Context())
	end := say.reading(cmd.Context(), f.data, f.test)
	set, err := dataset.Load(cmd.Context(), r)
	end()
	switch {
	case err != nil:
		return nil, f.explain(err)
	case set.Classes == nil:
		return nil, fmt.Errorf(
			"%s is a regression: solvers are compared on classes only (--task classes makes a class of each number); "+
				"train tune finds settings for a regression", set.Name)
	case set.Test.Len() == 0:
		return nil, usagef("--split %v: %s then has no test samples to compare the solvers by", f.split, set.Name)
	}
	say.notes(set.Notes)
	say.warnings(set.Warnings)
	return set, nil
}

// checkSamples makes sure that there are as many samples as the flags ask for, and that the networks have room.
func (f *compareFlags) checkSamples(plan compare.Plan, set *dataset.Set) error {
	if err := f.checkLimit(set.Name, set.Train.Len(), 0); err != nil {
		return err
	}
	if n := plan.TuningSamples(set); f.chooseLambda && n < lambda.MinSamples {
		return usagef("--choose-lambda yes: the %d samples to tune on can't be held out in turn, want at least %d",
			n, lambda.MinSamples)
	}
	return checkNetworks(plan, set)
}

// checkNetworks refuses networks that take too much memory: for the machine, or because of what the data holds.
func checkNetworks(plan compare.Plan, set *dataset.Set) error {
	for _, n := range plan.Networks {
		what := fmt.Sprintf("the networks %v, between %d inputs and %d classes,", n, set.Train.Dim, len(set.Classes))
		need := needsOf(plan, n, set)
		err := errors.Join(memory.CheckFree(need.all, what), refuseShare(need.caused, set, what))
		if err != nil {
			return err
		}
	}
	return nil
}

// needsOf is the memory that a training of a network takes, by the solver that takes most.
func needsOf(plan compare.Plan, n compare.Network, set *dataset.Set) needs {
	const bytes = 4
	samples := plan.LimitOf(set)
	problem := train.Problem{
		Samples: samples, Inputs: set.Train.Dim, Layers: len(n.Hidden), Width: n.Hidden[len(n.Hidden)-1],
		Bits: 8 * bytes,
	}
	of := func(spec nn.Spec) int64 {
		return memory.Product(bytes, plan.Numbers(problem, spec))
	}
	spec := specFor(set, n.Hidden, n.Skips)
	return needs{of(causedByData(spec)), of(spec)}
}

// mostNeeds is what the largest training takes, of those that choose λ, too.
func mostNeeds(plan compare.Plan, set *dataset.Set) (most needs) {
	for _, n := range plan.Networks {
		most = most.most(needsOf(plan, n, set))
	}
	if plan.ChooseLambda { // its trainings copy their rows
		rows := min(plan.LimitOf(set), lambda.MaxSamples(len(set.Classes)))
		copied := memory.Product(4*int64(set.Train.Dim), int64(rows))
		most = needs{memory.Sum(most.caused, copied), memory.Sum(most.all, copied)}
	}
	return most
}

// fewerJobs lowers --jobs to as many runs as there are workers, cores and memory for, if one needs as much as most.
func (f *compareFlags) fewerJobs(say *speaker, most needs, set *dataset.Set) {
	asked := jobsWithin(f.jobs, f.workers)
	jobs := most.atATime(asked, set.Left)
	say.fewerJobs(asked, jobs)
	f.jobs = jobs
}

// choicesAtATime is how many trainings the choice of λ of each job may have at a time.
func choicesAtATime(most needs, jobs int, set *dataset.Set) int {
	return max(1, most.atATime(math.MaxInt, set.Left)/jobs)
}

// runStudy runs what is left to do, with a progress line.
func runStudy(ctx context.Context, say *speaker, study *compare.Study, set *dataset.Set) (*compare.Summary, error) {
	outlook, err := study.Outlook()
	if err != nil {
		return nil, err
	}
	_, all := outlook.Count()
	line := say.progress(int64(all))
	line.say("starting")
	study.Progress = line.comparison
	end := line.watch(ctx)
	summary, err := study.Run(ctx, set)
	end()
	if errors.Is(err, context.Canceled) {
		if outlook, lookErr := study.Outlook(); lookErr == nil {
			done, all := outlook.Count()
			if done == all {
				say.line("all %d runs are finished; the same command makes the report", all)
			} else {
				say.line("%d of %d runs are finished; the same command goes on with the others", done, all)
			}
		}
	}
	return summary, err
}

// comparison shows the progress of a comparison.
func (p *progress) comparison(c compare.Progress) {
	if !p.ready() {
		return
	}
	text := fmt.Sprintf("run %d/%d, %s", c.Done+1, c.Total, c.Doing)
	if c.Left >= 0 {
		text += fmt.Sprintf(", %v left", c.Left.Round(time.Second))
	}
	p.show(int64(c.Done), text)
}

// showPlan writes which runs are left, and how long they will take.
func (f *compareFlags) showPlan(cmd *cobra.Command, say *speaker, study *compare.Study, set *dataset.Set) error {
	outlook, err := study.Outlook()
	if err != nil {
		return err
	}
	plan, timed := study.Plan(), int64(0)
	line := say.progress(int64(len(plan.Solvers) * len(plan.Networks)))
	end := line.watch(cmd.Context())
	err = study.Measure(cmd.Context(), outlook, set, func(solver string, n compare.Network) {
		line.show(timed, fmt.Sprintf("timing %s on %v", solver, n))
		timed++
	})
	end()
	if err != nil {
		return err
	}
	return writeOutlook(cmd.OutOrStdout(), outlook, f.jobs)
}

// writeOutlook writes what there is to run.
func writeOutlook(w io.Writer, o *compare.Outlook, jobs int) error {
	var list report.Plan
	for _, row := range o.Rows {
		list.Rows = append(list.Rows, report.PlanRow{
			Stage: row.Stage, Solver: row.Solver, Network: row.Network.String(), Epochs: row.Epochs,
			Runs: row.Runs, Finished: row.Finished, Seconds: o.Seconds(row),
		})
	}
	list.Seconds = o.Left(jobs)
	return list.WriteTable(w, colourful(w))
}
