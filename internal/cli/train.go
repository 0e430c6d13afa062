package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"ridge/bcd/nn/columns"
	"ridge/bcd/train"
	"ridge/internal/checkpoint"
	"ridge/internal/report"
	"ridge/mat"
)

// runTrain runs a training.
func runTrain(cmd *cobra.Command, f *trainFlags) error {
	toStream(cmd.OutOrStdout(), &f.json, &f.csv, &f.save, &f.report)
	if err := checkBinary(cmd.OutOrStdout(), f.save); err != nil {
		return err
	}
	t := &training{cmd: cmd, flags: f, say: newSpeaker(cmd)}
	var err error
	if t.plan, err = f.plan(cmd.Flags()); err != nil {
		return err
	}
	if t.keeper, err = newKeeper(&f.keep, identifyingFlags(cmd.Flags()), t.say); err != nil {
		return err
	}
	defer t.keeper.close()
	defer t.keeper.watchRequests()()
	limitGCWhileReading(cmd.Context())
	if err := t.load(); err != nil {
		return err
	}
	limitGCWhileTraining(cmd.Context())
	t.say.warnings(t.samples.warnings(t.set))
	if t.plan.precision == 64 {
		return (&trainRun[float64]{training: t}).run()
	}
	return (&trainRun[float32]{training: t}).run()
}

// run trains. Whatever ends the training, the results up to there are written before the error is returned, if there
// are any.
func (r *trainRun[T]) run() error {
	if err := r.prepare(); err != nil {
		return err
	}
	if err := r.begin(); err != nil {
		return err
	}
	trainErr := r.optimize()
	if interrupted(trainErr) {
		r.keeper.advise()
	}
	if len(r.report.Trace) == 0 && trainErr != nil {
		// The weights are still random: an existing file is worth more.
		return r.nothingSaved(trainErr)
	}
	return errors.Join(trainErr, r.finish())
}

// finish writes the results. The network is written before the rest is measured, which takes a pass over all test
// samples: whoever interrupts the program again then has it. If its reader may keep it waiting it is not the first.
func (r *trainRun[T]) finish() error {
	calibrated := inPart("validation", calibrate(r.net, r.samples, r.plan.workers))
	save := r.saving()
	if save.mayWait() == 1 {
		return errors.Join(calibrated, r.measure(), r.writeResults(save))
	}
	return errors.Join(calibrated, r.write(save), r.measure(), r.writeResults())
}

// begin begins the report, finds the state to go on from, and shows the choice.
func (r *trainRun[T]) begin() error {
	recipe, err := r.plan.recipe(r.problem())
	if err != nil {
		return err
	}
	r.report = r.newReport(recipe)
	r.say.warnings(r.samples.scarce(r.report))
	line := r.say.progress(int64(recipe.Rounds()))
	if err := r.keeper.begin(recipe, func() checkpoint.Identity { return r.identity(recipe) }); err != nil {
		return err
	}
	r.shown = newLive(r.cmd, r.flags, r.report, line)
	return nil
}

// nothingSaved says that nothing was saved, and returns err.
func (t *training) nothingSaved(err error) error {
	t.say.line("no network was saved: no %s was finished", t.plan.method().Round)
	return err
}

// measure computes what is reported about the network besides its errors.
func (r *trainRun[T]) measure() error {
	w, samples := r.plan.workers, r.samples
	ctx := context.WithoutCancel(r.cmd.Context()) // what an interrupted training has learnt is measured, too
	var errValidation, errTest error
	r.report.ValidationFit, errValidation = accuracyOf(ctx, r.net, samples.validation, w)
	r.report.TestFit, errTest = accuracyOf(ctx, r.net, samples.test, w)
	errValidation, errTest = inPart("validation", errValidation), inPart("test", errTest)
	var errConfusion error
	if labels := samples.test.Labels; labels != nil {
		var answers []int
		if answers, errConfusion = answersOf(ctx, len(labels), scores(r.net, samples.test, w)); errConfusion == nil {
			r.report.TestConfusion = report.CountConfusion(labels, answers)
		}
	}
	return errors.Join(errValidation, errTest, inPart("test", errConfusion))
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

// optimize trains the network, with a progress line.
func (r *trainRun[T]) optimize() error {
	line, k, earlyStop := r.shown.line, r.keeper, r.flags.keep.earlyStop
	line.say("starting")
	defer line.watch(r.cmd.Context())()

	begin := time.Now()
	control := train.Control{
		Workers: r.plan.workers, KeepBest: true, EarlyStop: earlyStop, Checkpoints: k.checkpoints(),
	}
	round := line.epoch
	if r.plan.method().Round == "iteration" {
		round = line.iteration
	}
	control.Progress = func(epoch train.Epoch) {
		r.shown.add(train.Trace{epoch})
		round(epoch)
	}
	done, before := 0, 0. // epochs and seconds, until it was resumed
	k.Resumed = func(t train.Trace) {
		k.closeState()
		if done = len(t); done > 0 {
			before = t[done-1].Seconds
		}
		line.resumed(done)
		r.shown.add(t)
	}
	trace, err := train.Run(r.cmd.Context(), r.net, samplesOf(r.learn, r.samples), r.report.Recipe, control)
	if err == nil && done == len(trace) {
		k.note("%s", k.overNote(done, trace.Idle()))
	}
	r.report.Trace, r.report.Seconds = trace, before+time.Since(begin).Seconds()
	r.report.Ended = ending(err, earlyStop, trace.Idle())
	return err
}

// samplesOf are the samples of a training by their use; learn is those to train on.
func samplesOf[T mat.Float](learn train.Data[T], p parts) train.Samples[T] {
	return train.Samples[T]{Train: learn, Validation: trainData[T](p.validation), Test: trainData[T](p.test),
		ValidationWeights: p.judged}
}

// newReport is the report of a run that has not begun.
func (r *trainRun[T]) newReport(recipe train.Recipe) *report.Run {
	f, net, set, samples := r.flags, r.net, r.set, r.samples
	out := &report.Run{
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
			Weighted:   f.weights.Classes(set.Classes),
			Preparation: report.Preparation{
				Scale:  set.Description.Inputs.Scale,
				Pieces: set.Description.Inputs.InPieces(),
			},
		},
		Solver:     r.plan.solver.String(),
		Network:    net.Widths(),
		Parameters: int(net.Spec().Weights()),
		Init:       r.plan.init,
		Loss:       r.plan.loss,
		Centred:    net.Mean != nil,
		Seed:       r.plan.seed,
		Recipe:     recipe,
		Machine: report.Machine{ISA: selectedISA().String(), Workers: r.plan.workers.Count(),
			Precision: r.plan.precision},
		Provenance: r.provenance(),
	}
	out.Command, out.Choice = arguments(r.cmd.Flags()), r.choice
	if set.Random {
		out.Fold = f.fold
	}
	if set.Description.Outputs.Task == columns.Regression {
		out.Targets = set.Description.Outputs.Names()
	}
	return out
}

// result is a file that was asked for, and what writes it.
type result struct {
	output
	write func() error
}

// saving is the file of the network.
func (r *trainRun[T]) saving() result {
	to := r.flags.save
	return result{to, func() error {
		if to.path != "" {
			r.net.Metadata = r.origin()
		}
		return to.keep(r.cmd.Context(), r.cmd.OutOrStdout(), r.net.Encode)
	}}
}

// write writes a result, and notes for the report that it is there.
func (r *trainRun[T]) write(one result) error {
	err := one.write()
	if err == nil && one.path != "" && one.path != standardOutput {
		r.report.Saved = append(r.report.Saved, one.path)
	}
	return err
}

// writeResults writes the files that were asked for, those given here among them, and the facts below the table. If one
// fails the others are still written, and those that may have to wait for a reader come last; the very last is the
// page, which names the others.
func (r *trainRun[T]) writeResults(results ...result) error {
	ctx, out, f := r.cmd.Context(), r.cmd.OutOrStdout(), r.flags
	errs := []error{r.shown.end()}
	results = append(results, result{f.json, func() error { return f.json.keep(ctx, out, r.report.WriteJSON) }})
	if f.csv.path != standardOutput { // which has it already
		results = append(results, result{f.csv, func() error { return r.shown.csv.finish(r.report.WriteCSV) }})
	}
	slices.SortStableFunc(results, func(a, b result) int { return a.mayWait() - b.mayWait() })
	results = append(results, result{f.report, r.writePage})
	for _, one := range results {
		errs = append(errs, r.write(one))
	}
	table := tableStream(r.cmd, f)
	_, err := io.WriteString(table, "\n")
	return errors.Join(append(errs, err, r.report.WriteFacts(table, colourful(table)))...)
}

// writePage writes the page, if it was asked for.
func (r *trainRun[T]) writePage() error {
	to := r.flags.report
	if to.path == "" {
		return nil
	}
	p, err := runPage(context.WithoutCancel(r.cmd.Context()), r.report, r.pageSamples())
	if err != nil {
		return err
	}
	return to.keep(r.cmd.Context(), r.cmd.OutOrStdout(), p.Write)
}
