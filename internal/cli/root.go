package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

const trainLong = `Train a network of ReLU layers by block coordinate descent: every update of the
weights is a ridge regression, every update of the hidden variables a bounded
quadratic program, and there is no learning rate. Without flags it trains on the
handwritten digits that are part of the program and prints a table, within
seconds.

Mini-batches (--batch) generalize best: each goes part of the way to the
solution of its ridge regressions, which remember the batches before it. With
--batch 0 all samples are one batch, every block is solved, and the objective
never rises.

--solver trains by stochastic gradients instead, with Caffe's updates or newer
ones, for comparison.

On a terminal one line shows the progress. Ctrl-C, SIGTERM or a hang-up ends the
training; the last finished epoch or iteration counts, and the table, --json,
--csv, --save and --report then hold the results so far. A second Ctrl-C ends
the program at once. The training error is that of an epoch's batches, each
before its step; train eval shows that of the finished network. Errors are
fractions in files and percent in tables. NO_COLOR=1 keeps colours out of the
tables.

--data takes tables (CSV, TSV, LIBSVM, NPY, NPZ, IDX), plain or .gz, folders of
images by class, and folders with four IDX files laid out like MNIST's. What a
file does not state is detected and printed: separators, a header, which columns
are text, whether numbers are classes. Missing values are filled in, text
becomes one input for each level, columns of numbers are standardized, and
divided into pieces if that helps, and all of this becomes part of the model,
which therefore takes raw rows. A fifth of a table is held out as test samples
(--split).

RIDGE_ISA=avx512, avx2 or generic selects an instruction set other than the
machine's best one. RIDGE_CACHE names another folder for fetched data sets.

Exit codes:
  0    done
  1    failed: bad data, a bad model or file, or a training that diverged
  2    the command line is wrong, or RIDGE_ISA or RIDGE_BLOCKS can't be followed
  130  interrupted; results up to the last finished epoch are saved
  141  the reader of standard output went away; files are still written
`

const trainExamples = `  train
  train --net 500,500 --skip 0:2 --save digits.safetensors
  train --data mnist --net 300 --validation 10000 --json run.json
  train --batch 0 --iterations 50 --tolerance 0.01
  train --data mnist --solver adam --loss softmax --rate 2e-3
  train --data wine.csv
  train --data adult.csv.gz --target income --test adult-test.csv.gz
  train --data ~/fashion --objective tikhonov --loss squared --theta 0.9
  train eval --model digits.safetensors --data digits
  train predict --model digits.safetensors --data digits > classes.csv`

// newTrain returns the program's command with all its subcommands.
func newTrain() *cobra.Command {
	f := new(trainFlags)
	cmd := &cobra.Command{
		Use:           "train [flags]",
		Short:         "Train a network of ReLU layers by block coordinate descent",
		Long:          trainLong,
		Example:       trainExamples,
		Args:          noArguments,
		Version:       moduleVersion(),
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return runTrain(cmd, f) },

		DisableFlagsInUseLine: true,
	}
	cmd.SetHelpFunc(help)
	cmd.SetUsageFunc(usage)
	cmd.SetFlagErrorFunc(flagError)
	cmd.Flags().SortFlags = false
	f.define(cmd.Flags())
	cmd.SetHelpCommand(newHelp(cmd))
	cmd.AddCommand(newCompare(), newTune(), newEval(), newPredict(), newExport(), newFetch(), newVersion(), newMan())
	completeFlags(cmd)
	return cmd
}

// newHelp returns the command that shows the help of another. Unlike cobra's own it fails for a command that does not
// exist.
func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:                   "help [COMMAND]",
		Short:                 "Show the help of a command",
		DisableFlagsInUseLine: true,
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil {
				return usageError{err}
			}
			if len(rest) > 0 {
				return usagef("no command %q%s", strings.Join(args, " "),
					didYouMean(suggestions(rest[0], commandNames(cmd))))
			}
			return cmd.Help()
		},
	}
}
