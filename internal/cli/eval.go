package cli

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"ridge/bcd/nn"
	"ridge/internal/report"
)

const evalLong = `Measure a trained network on labelled samples: the error, and the confusion
matrix (rows are the true classes, columns the predictions). The recall of a
class is the fraction of its samples that are predicted as that class, its
precision the fraction of the samples so predicted that belong to it. The
balanced accuracy is the mean of the recalls. For a regression it shows the root
of the mean squared error (RMSE) and the mean absolute error (MAE), in units of
the target, and the fraction of the variance that is explained (R²).

--data takes raw rows, as train does: the preparation of the columns is part of
the model. A table has the columns that training had, in any order if both have
a header. The file that train divided is recognized by its rows: then the test
samples are judged, as in the training, and the errors of its other parts are
shown apart. Of any other table all rows are taken, and a note says if many of
them have trained the network. Of the training samples it shows the error that
the finished network has; train shows that of its batches, each before its step.
The network computes in the precision that it was trained in.
`

const evalExamples = `  train eval --model digits.safetensors
  train eval --model mnist.safetensors --data mnist --json eval.json
  train eval --model adult.safetensors --data adult-test.csv.gz`

// newEval returns the command that measures a network.
func newEval() *cobra.Command {
	var f modelFlags
	jsonOutput, html := output{flag: "--json"}, output{flag: "--report"}
	cmd := &cobra.Command{
		Use:                   "eval --model FILE [flags]",
		Short:                 "Measure a trained network: errors and confusion matrix",
		Long:                  evalLong,
		Example:               evalExamples,
		Args:                  noArguments,
		DisableFlagsInUseLine: true,
		RunE:                  func(cmd *cobra.Command, _ []string) error { return eval(cmd, &f, jsonOutput, html) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.define(flags, partsOfFiles, evalPartUsage)
	defineJSON(flags, &jsonOutput.path,
		"write the result as one JSON object, to standard output without a FILE or with -; the table then goes to "+
			"standard error")
	define(flags, &html.path, "report", "FILE", "",
		"write an HTML page: confusion matrix, the samples that are classified worst, weights as images; - is "+
			"standard output", parsePath)
	group(flags, "Flags")
	return cmd
}

func eval(cmd *cobra.Command, f *modelFlags, jsonOutput, html output) error {
	defer limitGCWhileReading(cmd.Context())()
	toStream(cmd.OutOrStdout(), &jsonOutput, &html)
	if err := checkDistinct(output{"--model", f.model}, jsonOutput, html); err != nil {
		return err
	}
	if err := checkNoInput("--model", f.model, jsonOutput, html); err != nil {
		return err
	}
	if err := checkNoInput("--data", f.data, jsonOutput, html); err != nil {
		return err
	}
	if err := checkOutputs(jsonOutput, html); err != nil {
		return err
	}
	q, err := f.ask(cmd, true, nil)
	if err != nil {
		return err
	}
	if o := q.outputs; o != nil && o.At == nil { // else the labels are columns of the samples
		if err := checkNoLabels("--data", f.data, nil, o.Arrays, jsonOutput, html); err != nil {
			return err
		}
	}
	e, err := q.evaluate(cmd.Context())
	if err != nil {
		return err
	}
	return writeEvaluation(cmd, jsonOutput, html, q, e)
}

// evaluate compares the answers with the truth.
func (q *question) evaluate(ctx context.Context) (evaluation, error) {
	defer q.say.during(ctx, computing)()
	if q.numbers() {
		return q.evalNumbers(ctx)
	}
	return q.evalClasses(ctx)
}

// computing is what is done while a network answers.
const computing = "computing the answers"

// evalClasses is eval for classes.
func (q *question) evalClasses(ctx context.Context) (*report.Evaluation, error) {
	answers, err := answersOf(ctx, len(q.labels), q.each)
	if err != nil {
		return nil, err
	}
	e := &report.Evaluation{
		Model:     q.model,
		Network:   q.network,
		Dataset:   q.dataset,
		Part:      q.part,
		Classes:   q.classes,
		Confusion: report.CountConfusion(pick(q.labels, q.rows()), pick(answers, q.rows())),
	}
	for _, other := range q.others() {
		e.Others = append(e.Others, other.mistakes(q.labels, answers, q.weights))
	}
	e.Weighted = q.weights.errorOf(usedRows{q.part, q.rows()}, q.labels, answers)
	return e, nil
}

// answersOf says which classes so many samples are taken for. each visits their outputs.
func answersOf(ctx context.Context, samples int, each eachOutput) ([]int, error) {
	answers := make([]int, samples)
	err := each(ctx, func(i int, outputs []float64) error {
		answers[i] = nn.Argmax(outputs)
		return nil
	})
	return answers, err
}

// evaluation is the output of eval.
type evaluation interface {
	WriteJSON(w io.Writer) error
	WriteTable(w io.Writer, colour bool) error
}

// writeEvaluation writes it; the table goes to standard error if standard output is in use. If one output fails the
// others are still written.
func writeEvaluation(cmd *cobra.Command, jsonOutput, html output, q *question, e evaluation) error {
	out := cmd.OutOrStdout()
	var errs []error
	if html.path != "" {
		p, err := evaluationPage(cmd.Context(), e, q.model, q.pageSamples())
		if err == nil {
			err = html.write(cmd.Context(), out, p.Write)
		}
		errs = append(errs, err)
	}
	err := jsonOutput.write(cmd.Context(), out, e.WriteJSON)
	errs = append(errs, err)
	if err != nil && jsonOutput.path == standardOutput {
		return errors.Join(errs...) // whoever reads it has left, or there is no room
	}
	if jsonOutput.path == standardOutput || html.path == standardOutput {
		out = cmd.ErrOrStderr()
	}
	errs = append(errs, e.WriteTable(out, colourful(out)))
	q.say.notes(q.unknown)
	return errors.Join(errs...)
}
