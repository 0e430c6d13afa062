package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/internal/report"
	"ridge/internal/tune"
)

const tuneLong = `Find settings by cross-validation: the training samples are divided into folds,
each with its share of each class; every trial is trained on all folds but one,
for each fold and with each of some seeds, and judged by the samples that were
left out. The test samples are not used. At the end the settings with the
smallest mean error are shown, and the command that trains with them.

--data and its flags mean the same as for train, and so do the flags of a
training, which hold for every trial. --grid names the values to try for an
option of train or of its solver: numbers, texts, or multiples of the default
such as x0.3; several options can take multiples together; net has its layers
between dashes. --trials says how many of all combinations are drawn. The first
trial has the defaults, with the default λ and one hidden layer. (train itself
begins with choices, of λ, the hidden layers, --pieces and --input-step, on
tables of up to 1,000 inputs and ten million numbers. A search makes none of
them: it tries values of λ, hidden layers and other options itself, and divides
columns if --pieces yes says so.)

With --out every finished run is a file in a folder, and is never repeated:
after Ctrl-C the same command continues where it stopped; more trials, seeds or
values add to the runs that are there; and several processes may share the work.
`

const tuneExamples = `  train tune --data wine.csv
  train tune --data adult.csv.gz --target income --out adult --trials 40
  train tune --data wine.csv --grid lambda=0.01,0.1,1 --grid net=30,300,100-100
  train tune --data wine.csv --solver adam --grid rate=x0.1,x0.3,x1,x3
  train tune --data boston.csv --grid lambda,lambda-out=x0.1,x1,x10 --seeds 3`

// tuneFlags are the flags of a search.
type tuneFlags struct {
	trainFlags
	grid                 []gridAxis
	trials, folds, seeds int
	out                  string
	jobs                 int
	table                output
}

// notTuned are the flags of train that a search does not have.
var notTuned = []string{
	"validation", "fold", "early-stop", "checkpoint", "checkpoint-every", "resume", "json", "csv", "save", "report",
	"choose-lambda",
}

// newTune returns the command that finds settings.
func newTune() *cobra.Command {
	f := new(tuneFlags)
	cmd := &cobra.Command{
		Use:                   "tune [flags]",
		Short:                 "Find settings by cross-validation",
		Long:                  tuneLong,
		Example:               tuneExamples,
		Args:                  noArguments,
		DisableFlagsInUseLine: true,
		RunE:                  func(cmd *cobra.Command, _ []string) error { return findSettings(cmd, f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.define(flags)
	return cmd
}

func (f *tuneFlags) define(flags *pflag.FlagSet) {
	f.table = output{flag: "--csv"}
	addUp(define(flags, &f.grid, "grid", "OPTION=VALUES", "",
		"values of an option to try; may be given several times: lambda=0.01,0.1; lambda,lambda-out=x0.1,x1,x10, "+
			"which multiplies the defaults; net=30,300,100-100 (default for bcd "+gridText(usualGrid(descent.Method,
			nil))+"; for gradient solvers "+gridText(usualGrid(gradientSolver().Method, nil))+
			"; without options that their own flags set)", f.addAxis))
	define(flags, &f.trials, "trials", "N", "20", "combinations to try, drawn at random, the defaults among them",
		integer(1))
	define(flags, &f.folds, "folds", "K", "5", "folds of the cross-validation", integer(2))
	define(flags, &f.seeds, "seeds", "N", "1",
		"how often all of this is repeated, with newly drawn folds and other first weights", integer(1))
	define(flags, &f.out, "out", "DIR", "", "folder that keeps finished runs, from which a later command continues",
		parseFolder)
	define(flags, &f.table.path, "csv", "FILE", "", "write the trials, one per line; - is standard output", parsePath)
	define(flags, &f.jobs, "jobs", "N", "1", jobsUsage, integer(1))
	group(flags, "Search")

	all := pflag.NewFlagSet("train", pflag.ContinueOnError)
	all.SortFlags = false
	f.trainFlags.define(all)
	all.VisitAll(func(flag *pflag.Flag) {
		if !slices.Contains(notTuned, flag.Name) {
			flags.AddFlag(flag)
		}
	})
	f.onlyYesOrNo(flags)
	flags.Lookup("net").Usage = "widths of the hidden layers of all trials: 300, or 500,500 for two; without this " +
		"flag, the usual grid has several"
}

// findSettings runs a search.
func findSettings(cmd *cobra.Command, f *tuneFlags) error {
	s, err := f.open(cmd)
	if err != nil {
		return err
	}
	search := &tune.Search{
		Trials: s.trials, Folds: f.folds, Seeds: f.seeds, Dir: f.out, Jobs: s.jobs, Prepare: s.prepare,
		Program: programName(),
	}
	line := s.say.progress(int64(search.Total()))
	line.say("starting")
	search.Progress = line.tuning
	end := line.watch(cmd.Context())
	scores, err := search.Run(cmd.Context())
	end()
	s.say.warnings(search.Problems)
	if search.Others > 0 {
		s.say.warn("%d of %d runs in %s were done by another version of this program, by which their errors may "+
			"differ, too: another folder for --out begins anew", search.Others, search.Total(), f.out)
	}
	if errors.Is(err, context.Canceled) {
		if f.out != "" {
			s.say.line("what is finished is kept; the same command goes on with the rest")
		} else {
			s.say.line("with --out DIR what is finished would be kept, and the same command would go on with the rest")
		}
	}
	if err != nil {
		return err
	}
	return f.writeResult(cmd, s, scores)
}

// tuning shows the progress of a search.
func (p *progress) tuning(done, loaded, total int, r tune.Run, waiting string) {
	if !p.ready() {
		return
	}
	p.resumed(loaded)
	text := fmt.Sprintf("run %d/%d, fold %d, %v", done+1, total, r.Fold+1, r.Trial)
	if waiting != "" {
		text += ", waiting for " + waiting
	} else {
		text += p.left(int64(done))
	}
	p.show(int64(done), text)
}

// writeResult writes the result.
func (f *tuneFlags) writeResult(cmd *cobra.Command, s *tuning, scores []tune.Score) error {
	best := scores[0]
	command, usual := s.command(best.Settings)
	r := &report.Tuning{
		Dataset: s.data.Name, Samples: len(s.rows), Folds: f.folds, Seeds: f.seeds, Regression: s.regression(),
		Weight: f.weights.String(),
		Chosen: best.Settings.String(), Command: command, UsualLambda: usual,
		Tested: s.tested,
	}
	for _, c := range scores {
		r.Trials = append(r.Trials, report.TuningTrial{
			Settings: c.Settings.String(), Error: c.Mean, StandardError: c.StandardError, Failed: c.Failed,
			Runs: c.Runs, Seconds: c.Seconds,
		})
		if len(c.Settings) == 0 {
			r.Default, r.GainDeviation = c.Mean, c.GainDeviation(best)
		}
	}
	out := cmd.OutOrStdout()
	table := out
	if f.table.path == standardOutput {
		table = cmd.ErrOrStderr()
	}
	var failed error
	if r.Failed() {
		failed = errors.New("all trials failed: each diverged, or its error was not a number, on some fold")
	}
	return errors.Join(failed, f.table.keep(cmd.Context(), out, r.WriteCSV), r.WriteTable(table, colourful(table)))
}

// command is the one that trains with the settings, and whether it has to say that λ is not to be chosen.
func (s *tuning) command(settings tune.Settings) (command string, usualLambda bool) {
	words := []string{"train"}
	search := []string{"grid", "trials", "folds", "seeds", "out", "csv", "jobs"}
	for _, one := range settings {
		search = append(search, one.Option)
	}
	trial, err := s.plan.set(settings)
	for _, flag := range givenFlags(s.cmd.Flags(), search...) {
		switch text := flag.Value.String(); {
		case err == nil && trial.whyUnused(flag.Name) != nil: // train refuses it
		case flag.NoOptDefVal != "":
			words = append(words, "--"+flag.Name+"="+text)
		default:
			words = append(words, "--"+flag.Name, report.ShellWord(text))
		}
	}
	for _, one := range settings {
		words = append(words, "--"+one.Option, report.ShellWord(flagText(one)))
	}
	fixed := func(name string) bool { return slices.Contains(words, "--"+name) }
	if usualLambda = s.plan.method() == descent.Method && !slices.ContainsFunc(lambdaFixed, fixed); usualLambda {
		words = append(words, "--choose-lambda", "no")
	}
	return strings.Join(words, " "), usualLambda
}

// flagText is the value of a setting as its flag takes it.
func flagText(s tune.Setting) string {
	if s.Option == "net" {
		return strings.ReplaceAll(s.Value, "-", ",")
	}
	return s.Value
}
