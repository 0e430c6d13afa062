package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/bcd/train"
	"ridge/internal/checkpoint"
	"ridge/internal/dataset"
	"ridge/internal/report"
	"ridge/mat"
)

// runTrain runs a training.
func runTrain(cmd *cobra.Command, f *trainFlags) error {
	toStream(cmd.OutOrStdout(), &f.json, &f.csv, &f.save, &f.report)
	if err := f.check(cmd.Flags()); err != nil {
		return err
	}
	k, err := newKeeper(&f.keep, identifyingFlags(cmd.Flags()), newSpeaker(cmd))
	if err != nil {
		return err
	}
	defer k.close()
	defer k.watchRequests()()
	readGarbage(cmd.Context())
	set, divided, err := f.load(cmd)
	if err != nil {
		return err
	}
	samples, err := f.weighted(set)
	if err != nil {
		return err
	}
	boundGarbage(cmd.Context())
	warn(cmd, samples.warnings(set))
	if f.precision == 64 {
		return trainAs[float64](cmd, f, set, samples, divided, k)
	}
	return trainAs[float32](cmd, f, set, samples, divided, k)
}

// trainAs trains in the precision of T. Whatever ends the training, the results up
// to there are written before the error is returned, if there are any.
func trainAs[T mat.Float](cmd *cobra.Command, f *trainFlags, set *dataset.Set, samples parts,
	divided *dividedData, k *keeper) error {
	s, choice, err := setUp[T](cmd, f, set, samples, divided, k)
	if interrupted(err) {
		k.advise()
	}
	if err != nil {
		return err
	}
	r, err := newRun(f, s)
	if err != nil {
		return err
	}
	warn(cmd, s.samples.scarce(r))
	r.Command, r.Choice = f.arguments(cmd), choice
	line := newProgress(cmd.ErrOrStderr(), int64(r.Recipe.Rounds()))
	k.line.Store(line)
	if err := k.begin(r.Recipe, func() checkpoint.Identity {
		return identity(f, s.net, r.Recipe, s.set, s.samples)
	}); err != nil {
		return err
	}
	shown := newLive(cmd, f, r, line)
	trainErr := optimize(cmd, f, s, shown, k)
	if interrupted(trainErr) {
		k.advise()
	}
	if len(r.Trace) == 0 && trainErr != nil {
		// The weights are still random: an existing file is worth more.
		return nothingSaved(cmd, f, trainErr)
	}
	trainErr = errors.Join(trainErr, measure(cmd.Context(), f, s.net, s.samples, r))
	if f.save.path != "" {
		s.net.Metadata = origin(f, s.set, s.samples)
	}
	return errors.Join(trainErr,
		writeResults(cmd, f, shown, s.net.Encode, pageSamplesOf(f, s.net, s.samples)))
}

// nothingSaved says that nothing was saved, and returns err.
func nothingSaved(cmd *cobra.Command, f *trainFlags, err error) error {
	fmt.Fprintf(cmd.ErrOrStderr(), "no network was saved: no %s was finished\n", f.method().Round)
	return err
}

// measure computes what is reported about the network besides its errors.
func measure[T mat.Float](ctx context.Context, f *trainFlags, net *nn.Network[T], samples parts, r *report.Run) error {
	w := mat.Workers(f.workers)
	err := inPart("validation", calibrate(net, samples, w))
	ctx = context.WithoutCancel(ctx) // what an interrupted training has learnt is measured, too
	var errValidation, errTest error
	r.ValidationFit, errValidation = accuracyOf(ctx, net, samples.validation, w)
	r.TestFit, errTest = accuracyOf(ctx, net, samples.test, w)
	errValidation, errTest = inPart("validation", errValidation), inPart("test", errTest)
	var errConfusion error
	if labels := samples.test.Labels; labels != nil {
		var answers []int
		if answers, errConfusion = answersOf(ctx, len(labels), scores(net, samples.test, w)); errConfusion == nil {
			r.TestConfusion = report.CountConfusion(labels, answers)
		}
	}
	return errors.Join(err, errValidation, errTest, inPart("test", errConfusion))
}

// inPart says which samples an error is about.
func inPart(part string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s samples: %w", part, err)
}

// ending says why a training ended before its time.
func ending(err error, earlyStop, left int) string {
	switch {
	case err == nil && earlyStop > 0 && left >= earlyStop:
		return fmt.Sprintf("no smaller validation error for %d", earlyStop)
	case err == nil:
		return "within the tolerance"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	default:
		return "failed"
	}
}

// optimize trains the network, with a progress line. The report is that of the run.
func optimize[T mat.Float](cmd *cobra.Command, f *trainFlags, s *setup[T], shown *live, k *keeper) error {
	line, r := shown.line, shown.run
	line.say("starting")
	defer line.watch(cmd.Context())()

	begin := time.Now()
	control := train.Control{
		Workers: mat.Workers(f.workers), KeepBest: true, EarlyStop: f.keep.earlyStop, Checkpoints: k.checkpoints(),
	}
	round := line.epoch
	if f.method().Round == "iteration" {
		round = line.iteration
	}
	control.Progress = func(step train.Step) {
		shown.add(train.Trace{step})
		round(step)
	}
	done, before := 0, 0. // epochs and seconds, until it was resumed
	k.Resumed = func(t train.Trace) {
		if done = len(t); done > 0 {
			before = t[done-1].Seconds
		}
		line.resumed(done)
		shown.add(t)
	}
	var err error
	r.Trace, err = train.Run(cmd.Context(), s.net, samplesOf(s.learn, s.samples), r.Recipe, control)
	if err == nil && done == len(r.Trace) {
		k.say("%s", k.overNote(done, r.Trace.Idle()))
	}
	r.Seconds, r.Ended = before+time.Since(begin).Seconds(), ending(err, f.keep.earlyStop, r.Trace.Idle())
	return err
}

// samplesOf are the samples of a training by their use; learn is those to train on.
func samplesOf[T mat.Float](learn train.Data[T], p parts) train.Samples[T] {
	return train.Samples[T]{Train: learn, Validation: trainData[T](p.validation), Test: trainData[T](p.test),
		ValidationWeights: p.judged}
}

// newRun returns the report of a run that has not begun.
func newRun[T mat.Float](f *trainFlags, s *setup[T]) (*report.Run, error) {
	net, set, samples := s.net, s.set, s.samples
	recipe, err := f.recipe(s.problem())
	if err != nil {
		return nil, err
	}
	r := &report.Run{
		Samples: report.Samples{
			Dataset:    set.Name,
			Train:      samples.train.Len(),
			Validation: samples.validation.Len(),
			Test:       samples.test.Len(),
			Classes:    len(set.Classes),
			Names:      set.Classes,
			Largest:    largestClass(samples.test, set.Classes),
			Drawn:      set.Drawn,
			Weight:     f.weights.String(),
			Distinct:   samples.once.Len(),
			Weighted:   f.weights.classes(set.Classes),
			Preparation: report.Preparation{
				Scale:  set.Description.Inputs.Scale,
				Pieces: set.Description.Inputs.InPieces(),
			},
		},
		Solver:     f.solver.String(),
		Network:    net.Widths(),
		Parameters: int(net.Spec().Weights()),
		Init:       f.init,
		Loss:       f.loss,
		Centred:    net.Mean != nil,
		Seed:       f.seed,
		Recipe:     recipe,
		Machine: report.Machine{ISA: selectedISA().String(), Workers: mat.Workers(f.workers).Count(),
			Precision: f.precision},
		Provenance: provenance(f, set, samples),
	}
	if set.Random {
		r.Fold = f.fold
	}
	if set.Description.Outputs.Task == columns.Regression {
		r.Targets = set.Description.Outputs.Names()
	}
	return r, nil
}

// writeResults writes the files that were asked for, and the facts below the table. If one fails the others are still
// written, and those that may have to wait for a reader come last.
func writeResults(cmd *cobra.Command, f *trainFlags, shown *live, encode func(io.Writer) error,
	judged pageSamples) error {
	r, out := shown.run, cmd.OutOrStdout()
	errs := []error{shown.end()}
	type result struct {
		output
		write func() error
	}
	results := []result{
		{f.save, func() error { return f.save.keep(cmd.Context(), out, encode) }},
		{f.json, func() error { return f.json.keep(cmd.Context(), out, r.WriteJSON) }},
	}
	if f.csv.path != standardOutput { // which has it already
		results = append(results, result{f.csv, func() error { return shown.csv.finish(r.WriteCSV) }})
	}
	slices.SortStableFunc(results, func(a, b result) int { return a.mayWait() - b.mayWait() })
	for _, one := range results {
		err := one.write()
		switch {
		case err != nil:
			errs = append(errs, err)
		case one.path != "" && one.path != standardOutput:
			r.Saved = append(r.Saved, one.path)
		}
	}
	if f.report.path != "" {
		p, err := runPage(context.WithoutCancel(cmd.Context()), r, judged)
		if err == nil {
			err = f.report.keep(cmd.Context(), out, p.Write)
		}
		if errs = append(errs, err); err == nil && f.report.path != standardOutput {
			r.Saved = append(r.Saved, f.report.path)
		}
	}
	table := tableStream(cmd, f)
	_, err := io.WriteString(table, "\n")
	return errors.Join(append(errs, err, r.WriteFacts(table, colourful(table)))...)
}
