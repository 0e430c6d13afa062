package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ridge/asm"
	"ridge/bcd"
	"ridge/internal/dataset"
	"ridge/internal/report"
	"ridge/mat"
)

// train carries out the command line of a training run.
func train(cmd *cobra.Command, f *trainFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	set, err := dataset.Open(cmd.Context(), f.data)
	if err != nil {
		return err
	}
	samples, err := cut(set, f.validation, f.limit)
	if err != nil {
		return err
	}
	if names := absent(samples.train, set.Classes); names != nil {
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: --limit or --validation leaves no training sample of class %s: the network can't learn it\n", strings.Join(names, ", "))
	}
	if f.precision == 64 {
		return trainAs[float64](cmd, f, set, samples)
	}
	return trainAs[float32](cmd, f, set, samples)
}

// trainAs trains in the precision of T. Whatever ends the training, the results up
// to there are written before the error is returned, if there are any.
func trainAs[T mat.Float](cmd *cobra.Command, f *trainFlags, set *dataset.Set, samples parts) error {
	train := data[T](samples.train)
	net, err := newNetwork(f, set, train.X)
	if err != nil {
		return err
	}
	trace, elapsed, trainErr := optimize(cmd, f, net, train, samples)
	if len(trace) == 0 && trainErr != nil {
		// The weights are still the random ones: older files are worth more.
		fmt.Fprintln(cmd.ErrOrStderr(), "nothing saved: no iteration was finished")
		return trainErr
	}
	r := newRun(f, net, set, samples)
	r.Trace, r.Seconds, r.Ended = trace, elapsed.Seconds(), ending(trainErr)
	if err := writeResults(cmd, f, r, net.Encode); err != nil {
		return err
	}
	return trainErr
}

// ending says why a training ended before its time.
func ending(err error) string {
	switch {
	case err == nil:
		return "within the tolerance"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	default:
		return "failed"
	}
}

// newNetwork returns the network before the training.
func newNetwork[T mat.Float](f *trainFlags, set *dataset.Set, x mat.Dense[T]) (*bcd.Network[T], error) {
	spec := bcd.Spec{Inputs: x.Cols, Hidden: f.net, Outputs: len(set.Classes), Skips: f.skips}
	net, err := bcd.NewNetwork[T](spec, f.loss, f.seed)
	if err != nil {
		return nil, err
	}
	net.Classes = set.Classes
	if f.center {
		net.Mean = bcd.ColumnMean(x, mat.Workers(f.workers))
	}
	return net, nil
}

// optimize trains the network, with a progress line.
func optimize[T mat.Float](cmd *cobra.Command, f *trainFlags, net *bcd.Network[T], train bcd.Data[T], samples parts) (bcd.Trace, time.Duration, error) {
	line := newProgress(cmd.ErrOrStderr(), int64(f.iterations))
	line.say("starting")
	defer line.watch(cmd.Context())()

	o := bcd.DefaultOptions[T]()
	o.Objective, o.Gamma, o.Lambda, o.LambdaOut = f.objective, f.gamma, f.lambda, f.lambdaOut
	o.Theta, o.Iterations, o.Tolerance, o.BlockTolerance = f.theta, f.iterations, f.tolerance, f.blocks()
	o.Workers = mat.Workers(f.workers)
	o.Validation, o.Test = data[T](samples.validation), data[T](samples.test)
	o.Progress = line.iteration

	begin := time.Now()
	trace, err := bcd.Train(cmd.Context(), net, train, o)
	return trace, time.Since(begin), err
}

// newRun returns the report of a run that has not begun.
func newRun[T mat.Float](f *trainFlags, net *bcd.Network[T], set *dataset.Set, samples parts) *report.Run {
	isa, _ := asm.Selected() // run has seen to the error
	return &report.Run{
		Dataset:    set.Name,
		Train:      samples.train.Len(),
		Validation: samples.validation.Len(),
		Test:       samples.test.Len(),
		Classes:    len(set.Classes),
		Network:    net.Widths(),
		Parameters: parameters(net),
		Objective:  f.objective,
		Loss:       f.loss,
		Gamma:      f.gamma,
		Lambda:     f.lambda,
		LambdaOut:  f.lambdaOut,
		Theta:      f.theta.String(),
		Centred:    f.center,
		Seed:       f.seed,
		ISA:        isa.String(),
		Workers:    mat.Workers(f.workers).Count(),
		Precision:  f.precision,
		Planned:    f.iterations,
	}
}

// parameters counts the weights and biases.
func parameters[T mat.Float](net *bcd.Network[T]) int {
	n := net.V.Rows * net.V.Cols
	for _, l := range net.Layers {
		n += l.W.Rows * l.W.Cols
	}
	return n
}

// writeResults writes the files that were asked for, and the table: to standard
// error if standard output is taken by a file. One that fails does not keep the
// others from being written.
func writeResults(cmd *cobra.Command, f *trainFlags, r *report.Run, encode func(io.Writer) error) error {
	out := cmd.OutOrStdout()
	files := []struct {
		output
		encode func(io.Writer) error
	}{{f.save, encode}, {f.json, r.WriteJSON}, {f.csv, r.WriteCSV}}
	var errs []error
	table := out
	for _, file := range files {
		err := file.write(out, file.encode)
		switch {
		case err != nil:
			errs = append(errs, err)
		case file.path == standardOutput:
			table = cmd.ErrOrStderr()
		case file.path != "":
			r.Saved = append(r.Saved, file.path)
		}
	}
	return errors.Join(append(errs, r.WriteTable(table, colourful(table)))...)
}
