package report

import (
	"io"
	"slices"

	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/internal/gradient"
)

// The names in JSON are an interface to other programs: add, but don't rename. Options are named by their keys; the
// oldest ones keep their places, and are null where the method has no such option.

// earlyOptions and lateOptions are the keys of options before and after the results.
var (
	earlyOptions = []string{"step", "input_step", "damping"}
	lateOptions  = []string{"learning_rate", "rate_policy", "momentum", "momentum2", "rms_decay", "delta",
		"weight_decay"}
)

// traceMeasures are the numbers of an epoch that all traces have, those of one method alone among them.
var traceMeasures = []string{
	"iteration", bcd.ObjectiveBefore, bcd.ObjectiveAfterU, bcd.ObjectiveAfterV, bcd.ObjectiveAfterW, bcd.Stationarity,
	bcd.Distance,
	"train_error", "validation_error", "test_error", "seconds", "forward_loss", bcd.Eta, bcd.Halvings,
	gradient.LearningRate, bcd.Nonzero,
}

// WriteJSON writes the run as one JSON object. Its objective and errors are those
// after the iteration or epoch whose network is kept.
func (r *Run) WriteJSON(w io.Writer) error {
	kept := r.kept()
	out := slices.Concat(r.facts(), r.members(earlyOptions), object{
		{"iterations", len(r.Trace)},
		{"seconds", r.Seconds},
		{"best_epoch", r.bestEpoch()},
		{"train_error", kept.TrainError},
		{"validation_error", kept.ValidationError},
		{"test_error", kept.TestError},
		{"objective", kept.Value(bcd.ObjectiveAfterW)},
		{"stationarity", kept.Value(bcd.Stationarity)},
	}, r.members([]string{"l1"}), object{{"nonzero", kept.Value(bcd.Nonzero)}}, r.members(lateOptions))
	out = append(out, r.members(r.otherOptions(out))...)
	return writeJSON(w, append(out, member{"trace", r.traceObjects()}))
}

// bestEpoch is the number of the epoch whose network is kept, nil if there was no validation error to choose by.
func (r *Run) bestEpoch() any {
	if best := r.Trace.Best(); best > 0 {
		return best
	}
	return nil
}

// facts are the members about what was asked for.
func (r *Run) facts() object {
	var objective, fold, batch, weight any
	if name := r.objective(); name != "" {
		objective = name
	}
	if r.Weight != "" {
		weight = r.Weight
	}
	if r.Validation > 0 && r.Fold > 0 {
		fold = r.Fold
	}
	if batch = r.option("batch"); batch == nil {
		batch = 0 // full batches
	}
	return append(object{
		{"solver", r.Solver},
		{"objective_kind", objective},
		{"loss", r.Loss},
		{"network", r.Network},
		{"init", r.Init.String()},
		{"dataset", r.Dataset},
		{"train_samples", r.Train},
		{"validation_samples", r.Validation},
		{"test_samples", r.Test},
		{"classes", r.Names},
		{"scale", string(r.Scale)},
		{"pieces", r.Pieces},
		{"centred", r.Centred},
		{"weight", weight},
		{"targets", r.Targets},
		{"validation_accuracy", accuracyObjects(r.ValidationFit)},
		{"test_accuracy", accuracyObjects(r.TestFit)},
		{"test_recall", r.recalls()},
		{"test_balanced_accuracy", r.balancedAccuracy()},
		{"test_guess_error", r.guessError()},
		{"fold", fold}, // null: no sample was held out, or they were drawn
		{"seed", r.Seed},
		{"isa", r.ISA},
		{"workers", r.Workers},
		{"precision", r.Precision},
		{"batch", batch},
	}, r.provenance()...)
}

// provenance are the members about how to repeat the run; what is not known is null.
func (r *Run) provenance() object {
	known := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	number := func(n int) any {
		if n == 0 {
			return nil
		}
		return n
	}
	return object{
		{"command", r.Command},
		{"skips", r.Skips},
		{"limit", number(r.Limit)},
		{"early_stop", number(r.EarlyStop)},
		{"lambda_choice", choice{r.Choice}.object()},
		{"samples_sha256", known(r.Hash)},
		{"commit", known(r.Commit)},
		{"modified", r.Modified},
		{"version", known(r.Version)},
	}
}

// members are options by their keys, null where the method does not have them.
func (r *Run) members(keys []string) object {
	var out object
	for _, key := range keys {
		var value any
		for _, o := range r.Recipe.Method().Options {
			if o.Key == key {
				value = r.option(o.Name)
			}
		}
		out = append(out, member{key, value})
	}
	return out
}

// otherOptions are the keys of the method's options that are not there yet.
func (r *Run) otherOptions(there object) []string {
	var keys []string
	for _, o := range r.Recipe.Method().Options {
		has := slices.ContainsFunc(there, func(m member) bool { return m.name == o.Key })
		if !has {
			keys = append(keys, o.Key)
		}
	}
	return keys
}

// traceObjects are the epochs.
func (r *Run) traceObjects() []object {
	columns := traceMeasures
	for _, name := range r.otherMeasures() {
		columns = append(slices.Clip(columns), name)
	}
	list := make([]object, len(r.Trace))
	for i, e := range r.Trace {
		for _, name := range columns {
			list[i] = append(list[i], member{name, epochValue(e, name)})
		}
	}
	return list
}

// epochValue is a number of an epoch by the name of its column.
func epochValue(e train.Epoch, name string) float64 {
	if of, ok := epochColumns[name]; ok {
		return of(e)
	}
	return e.Value(name)
}
