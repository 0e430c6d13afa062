package cli

import (
	"context"

	"github.com/spf13/cobra"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/internal/dataset"
	"ridge/internal/report"
	"ridge/mat"
)

// standardizeTargets puts the targets of a set into units of their deviations, if they are numbers.
func standardizeTargets(set *dataset.Set) {
	o := &set.Description.Outputs
	if o.Task != columns.Regression {
		return
	}
	for _, s := range []*dataset.Samples{&set.Train, &set.Validation, &set.Test} {
		if s.Targets != nil {
			s.Targets = o.Standardize(s.Targets)
		}
	}
}

// accuracyOf says how well the network predicts the numbers of samples, whose targets are standardized; nil for
// classes or without samples.
func accuracyOf[T mat.Float](ctx context.Context, net *nn.Network[T], s dataset.Samples,
	w mat.Workers) ([]report.Accuracy, error) {
	if s.Targets == nil || s.Len() == 0 {
		return nil, nil
	}
	o := &net.Columns.Outputs
	f, truth := report.NewFit(o.Names()), make([]float64, s.Outputs)
	err := scores(net, s, w)(ctx, func(i int, outputs []float64) error {
		copy(truth, s.Targets[i*s.Outputs:])
		o.Restore(truth)
		o.Restore(outputs)
		f.Add(truth, outputs)
		return nil
	})
	if err != nil {
		return nil, err // an accuracy of some of the samples would be taken for that of all
	}
	return f.Accuracy(), nil
}

// evalNumbers is eval for a regression.
func (q *question) evalNumbers(ctx context.Context) (*report.Regression, error) {
	k, names := len(q.outputs.Targets), q.outputs.Names()
	n := len(q.truth) / k
	whole, fits, partOf := report.NewFit(names), map[string]*report.Fit{}, make([]string, n)
	for _, s := range q.parts {
		fits[s.part] = report.NewFit(names)
		for _, i := range s.rows {
			partOf[i] = s.part
		}
	}
	err := q.each(ctx, func(i int, outputs []float64) error {
		q.outputs.Restore(outputs)
		truth := q.truth[i*k : (i+1)*k]
		whole.Add(truth, outputs)
		if f := fits[partOf[i]]; f != nil {
			f.Add(truth, outputs)
		}
		return nil
	})
	r := &report.Regression{Model: q.model, Network: q.network, Dataset: q.dataset, Part: q.part, Samples: n,
		Accuracy: whole.Accuracy()}
	if rows := q.rows(); rows != nil {
		r.Samples, r.Accuracy = len(rows), fits[q.part].Accuracy()
	}
	for _, s := range q.others() {
		r.Others = append(r.Others,
			report.PartAccuracy{Part: s.part, Samples: len(s.rows), Accuracy: fits[s.part].Accuracy()})
	}
	return r, err
}

// checkNumbers returns an error for flags that a regression does not have.
func (f *predictFlags) checkNumbers(cmd *cobra.Command) error {
	for _, name := range []string{"top", "scores", "probabilities"} {
		if cmd.Flags().Changed(name) {
			return usagef("--%s: %s predicts numbers and no classes", name, f.model)
		}
	}
	return nil
}

// predictNumbers is predict for a regression.
func (q *question) predictNumbers(ctx context.Context, out report.PredictionWriter) error {
	return ended(out, q.each(ctx, func(i int, outputs []float64) error {
		q.outputs.Restore(outputs)
		return out.Write(i, outputs)
	}))
}
