package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/internal/report"
)

const predictLong = `Write what a trained network predicts for samples, as CSV on standard output:
the index of the sample, counted from 0, its class, and the score, which is the
network's largest output. For a regression it writes the predicted numbers, in
units of the targets. Of images it also writes the file, as it lies in the
folder of --data. --json writes one object per line instead.

--data takes raw rows, as train does, with or without the target, which is
ignored: the preparation of the columns is part of the model. A table has the
columns that training had, in any order if both have a header. - is standard
input.

Scores are not probabilities: a larger score means a likelier class, and for the
squared hinge loss 0 is undecided. A model has a temperature T if it was trained
with the loss softmax or softmax2 (T = 1), or with --validation, which fits T;
the probability of a class is then e^(score/T), divided by the sum over all
classes.
`

const predictExamples = `  train predict --model digits.safetensors > classes.csv
  train predict --model mnist.safetensors --data mnist --part train
  train predict --model wine.safetensors --data - --json --top 3 < rows.csv`

// predictFlags are the flags of predict.
type predictFlags struct {
	modelFlags
	scores, probabilities bool
	json                  output
	top                   int
}

func (f *predictFlags) define(flags *pflag.FlagSet) {
	f.modelFlags.define(flags, partsOfSets, partUsage)
	define(flags, &f.top, "top", "K", "1", "write the K best classes", integer(1))
	define(flags, &f.scores, "scores", "", "false", "write the scores of all classes, too",
		parseBoolean).NoOptDefVal = "true"
	define(flags, &f.probabilities, "probabilities", "", "false", "write a probability next to each class",
		parseBoolean).NoOptDefVal = "true"
	f.json = output{flag: "--json"}
	defineJSON(flags, &f.json.path,
		"write JSON lines in place of CSV, with the probabilities if there are any, to standard output without a "+
			"FILE or with -")
	group(flags, "Flags")
}

// newPredict returns the command that predicts with a network.
func newPredict() *cobra.Command {
	var f predictFlags
	cmd := &cobra.Command{
		Use:                   "predict --model FILE [flags]",
		Short:                 "Write the classes that a trained network predicts, as CSV",
		Long:                  predictLong,
		Example:               predictExamples,
		Args:                  noArguments,
		DisableFlagsInUseLine: true,
		RunE:                  func(cmd *cobra.Command, _ []string) error { return predict(cmd, &f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.define(flags)
	return cmd
}

// check returns an error if the flags are not for the network.
func (f *predictFlags) check(cmd *cobra.Command, m *modelFacts) error {
	if m.numbers() {
		return f.checkNumbers(cmd)
	}
	if f.probabilities && m.temperature == 0 {
		return fmt.Errorf(
			"--probabilities: the scores of %s can't be turned into probabilities: it was trained neither with "+
				"--loss softmax or softmax2 nor with --validation, by which they are calibrated", f.model)
	}
	return nil
}

func predict(cmd *cobra.Command, f *predictFlags) error {
	defer limitGCWhileReading(cmd.Context())()
	toStream(cmd.OutOrStdout(), &f.json)
	if err := f.checkPlaces(); err != nil {
		return err
	}
	q, err := f.ask(cmd, false, func(m *modelFacts) error { return f.check(cmd, m) })
	if err != nil {
		return err
	}
	if err := f.answer(cmd, q); err != nil {
		return err
	}
	q.say.notes(q.unknown)
	return nil
}

// answer writes the predictions.
func (f *predictFlags) answer(cmd *cobra.Command, q *question) error {
	if q.numbers() {
		return f.write(cmd, q.say, &report.NumberPredictions{Targets: q.outputs.Names(), Files: q.files},
			func(out report.PredictionWriter) error { return q.predictNumbers(cmd.Context(), out) })
	}
	p := &report.Predictions{Classes: q.classes, Files: q.files, Scores: f.scores, Top: f.top,
		Temperature: q.temperature, Probabilities: f.probabilities}
	return f.write(cmd, q.say, p, func(out report.PredictionWriter) error {
		return ended(out, q.each(cmd.Context(), out.Write))
	})
}

// ended writes what is left of predictions, which have ended with err: even if there are more to come, the last line
// is whole. A number that is cut off is one, too.
func ended(out report.PredictionWriter, err error) error {
	flushed := out.Flush()
	if err == nil || flushed == nil {
		return cmp.Or(err, flushed)
	}
	if errors.Is(err, flushed) {
		return err // it could not be written before
	}
	return errors.Join(err, flushed)
}

// checkPlaces makes sure that the predictions take the place of no input.
func (f *predictFlags) checkPlaces() error {
	to := f.json
	if to.path == "" {
		to.path = standardOutput
	}
	return cmp.Or(checkDistinct(output{"--model", f.model}, f.json), checkNoInput("--model", f.model, to),
		checkNoInput("--data", f.data, to), checkOutputs(f.json))
}

// predictions are those of classes or of numbers.
type predictions interface {
	CSV(io.Writer) (report.PredictionWriter, error)
	JSON(io.Writer) report.PredictionWriter
}

// write has the predictions written to the file of --json as JSON, or else to standard output as CSV, line by line.
func (f *predictFlags) write(cmd *cobra.Command, say *speaker, p predictions,
	answer func(report.PredictionWriter) error) error {
	waits := f.json.path != "" && f.json.path != standardOutput
	if waits || !isTerminal(cmd.OutOrStdout()) { // which shows the lines as they come
		defer say.during(cmd.Context(), computing)()
	}
	if f.json.path == "" {
		out, err := p.CSV(plain(cmd.OutOrStdout()))
		if err != nil {
			return err
		}
		return answer(out)
	}
	encode := func(w io.Writer) error { return answer(p.JSON(w)) }
	if f.json.path == standardOutput {
		return encode(plain(cmd.OutOrStdout()))
	}
	return f.json.write(cmd.Context(), cmd.OutOrStdout(), encode)
}
