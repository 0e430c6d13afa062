package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/internal/dataset"
	"ridge/internal/words"
	"ridge/mat"
)

// modelFacts are what a network says of itself.
type modelFacts struct {
	model       string // the file
	network     []int  // the widths of all layers
	classes     []string
	temperature float64
	outputs     *columns.Outputs // nil if the network does not know them
}

// factsOf is what a network says of itself that was read from a file.
func factsOf[T mat.Float](file string, net *nn.Network[T]) modelFacts {
	facts := modelFacts{model: file, network: net.Widths(), classes: classNames(net), temperature: net.Temperature}
	if net.Columns != nil {
		facts.outputs = &net.Columns.Outputs
	}
	return facts
}

// numbers reports whether the network predicts numbers and no classes.
func (m *modelFacts) numbers() bool { return m.outputs != nil && m.outputs.Task == columns.Regression }

// question is a network and the samples that it is asked about.
type question struct {
	modelFacts
	say     *speaker
	unknown []string // notes about texts that the network knows nothing of, which go below the answers

	dataset string
	part    string     // "test", "train" … or report.WholeFile
	parts   []usedRows // what the training did with the samples, if they are those of its file
	weights validationWeights
	files   []string  // that the samples are, if each is one; else nil
	labels  []int     // of the samples, among classes; nil if nobody asked for them
	truth   []float64 // … or the numbers that a regression should predict, a row for each sample

	each        eachOutput
	pageSamples func() pageSamples // for a page
}

// eachOutput calls visit with the outputs for one sample after the other, which are only valid during the call.
type eachOutput func(ctx context.Context, visit func(i int, outputs []float64) error) error

// findTruth finds what the answers should be, and what the training did with the samples.
func (q *question) findTruth(cmd *cobra.Command, f *modelFlags, origin string, set *dataset.Set,
	samples dataset.Samples) (err error) {
	if q.numbers() {
		q.truth = samples.Targets
	} else if q.labels, err = q.labelsOf(samples, set.Classes); err != nil {
		return err
	}
	// A set with a test part of its own says by that what has trained, and leaves no origin.
	if q.part == "test" || origin == "" && set.LikeMNIST {
		return nil
	}
	return q.recognize(cmd, f, origin, samples)
}

// labelsOf are the labels of samples by the names of their classes.
func (q *question) labelsOf(samples dataset.Samples, classes []string) ([]int, error) {
	const most = 20
	at := make(map[string]int, len(q.classes))
	for i, class := range q.classes {
		at[class] = i
	}
	index := make([]int, len(classes))
	var unknown []string
	for i, class := range classes {
		var known bool
		if index[i], known = at[class]; !known {
			unknown = append(unknown, class)
		}
	}
	if unknown != nil {
		return nil, fmt.Errorf("%s has classes that %s was not trained on: %s; it knows %s",
			q.dataset, q.model, words.Names(unknown, most), words.Names(q.classes, most))
	}
	labels := make([]int, len(samples.Labels))
	for i, label := range samples.Labels {
		labels[i] = index[label]
	}
	return labels, nil
}

// classNames are the names of the outputs: numbers, if the model has none.
func classNames[T mat.Float](net *nn.Network[T]) []string {
	if net.Classes != nil {
		return net.Classes
	}
	names := make([]string, net.V.Rows)
	for i := range names {
		names[i] = fmt.Sprint(i)
	}
	return names
}

// scores runs the samples through the network, in blocks whose outputs take a few megabytes at
// most.
func scores[T mat.Float](net *nn.Network[T], samples dataset.Samples, w mat.Workers) eachOutput {
	const most, outputs = 4096, 1 << 22
	block := max(1, min(most, outputs/net.V.Rows))
	return func(ctx context.Context, visit func(int, []float64) error) error {
		row := make([]float64, net.V.Rows)
		for lo := 0; lo < samples.Len(); lo += block {
			part := samples.Slice(lo, min(lo+block, samples.Len()))
			o, err := net.Scores(denseOf[T](part), w)
			if e, ok := errors.AsType[*nn.OverflowError](err); ok {
				e.Sample += lo
			}
			if err != nil {
				return err
			}
			for i := range o.Rows {
				for k, v := range o.Row(i) {
					row[k] = float64(v)
				}
				if err := visit(lo+i, row); err != nil {
					return err
				}
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return nil
	}
}

// usedRows are the rows of a file that a training used for the same purpose.
type usedRows struct {
	part string
	rows []int
}
