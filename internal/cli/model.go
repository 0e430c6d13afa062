package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/internal/dataset"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/files"
	"ridge/internal/words"
	"ridge/mat"
)

// modelFlags are the flags of a command that uses a trained network.
type modelFlags struct {
	model, data, part string
	header            table.Header
	workers           int
	memory            int64
}

// define adds them; parts are the values of --part, which usage explains.
func (f *modelFlags) define(flags *pflag.FlagSet, parts []string, usage string) {
	define(flags, &f.model, "model", "FILE", "", "the network, as train --save wrote it; required",
		nonEmpty("the name of a file"))
	defineData(flags, &f.data)
	define(flags, &f.header, "header", "WHETHER", "auto",
		"whether a table begins with the names of its columns: yes, no, or auto to detect it", table.ParseHeader)
	defineMemory(flags, &f.memory)
	define(flags, &f.part, "part", "PART", "test", usage, parsePart(parts))
	defineWorkers(flags, &f.workers)
}

// question is a network and the samples that it is asked about.
type question struct {
	model       string // the file
	network     []int  // the widths of all layers
	classes     []string
	temperature float64
	outputs     *columns.Outputs // nil if the network does not know them
	unknown     []string         // notes about texts that it knows nothing of, which go below the answers

	dataset string
	part    string     // "test", "train" … or "all"
	uses    []usedRows // what the training did with the samples, if they are those of its file
	judge   validationWeights
	labels  []int     // of the samples, among classes; nil if nobody asked for them
	truth   []float64 // … or the numbers that a regression should predict, a row for each sample

	// each calls visit with the outputs for one sample after the other, which are only valid during
	// the call.
	each func(ctx context.Context, visit func(i int, outputs []float64) error) error
	look func() look // for a page
}

// ask reads the network and the samples that the flags name. The network computes in the precision
// that it was trained in.
func (f *modelFlags) ask(cmd *cobra.Command, labelled bool) (*question, error) {
	if err := requireFlags(cmd, "model"); err != nil {
		return nil, err
	}
	model, err := readModel(cmd.Context(), f.model)
	if err != nil {
		return nil, err
	}
	if model.Precision() == 64 {
		return askAs[float64](cmd, f, model, labelled)
	}
	return askAs[float32](cmd, f, model, labelled)
}

// readModel reads a model, which may come through a pipe.
func readModel(ctx context.Context, path string) (*nn.Model, error) {
	file, err := files.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return nn.ReadModel(files.Reader(ctx, file), path)
}

func askAs[T mat.Float](cmd *cobra.Command, f *modelFlags, model *nn.Model, labelled bool) (*question, error) {
	net, err := nn.NetworkOf[T](model)
	if err != nil {
		return nil, err
	}
	if net.Columns != nil && net.Columns.Inputs.Shape == nil && !cmd.Flags().Changed("data") {
		return nil, usagef("--data FILE is required: %s was trained on a table, which is not %s", f.model, f.data)
	}
	set, err := f.load(cmd, net.Columns, labelled)
	if err != nil && !cmd.Flags().Changed("data") {
		return nil, fmt.Errorf("without --data it reads %s: %w", f.data, err)
	}
	if err != nil {
		return nil, err
	}
	tell(cmd.ErrOrStderr(), set.Notes)
	warn(cmd, set.Warnings)
	samples, part, err := f.choosePart(set)
	if err != nil {
		return nil, err
	}
	if samples.Dim != net.Inputs {
		return nil, fmt.Errorf("%s takes %d inputs, the samples of %s have %d: it was trained on other data",
			f.model, net.Inputs, set.Name, samples.Dim)
	}
	q := &question{model: f.model, network: net.Widths(), classes: classNames(net), temperature: net.Temperature,
		dataset: set.Name, part: part, unknown: set.Unknown}
	q.each = scores(net, samples, mat.Workers(f.workers))
	if net.Columns != nil {
		q.outputs = &net.Columns.Outputs
	}
	switch {
	case !labelled:
	case q.numbers():
		q.truth = samples.Targets
	default:
		q.labels, err = q.labelsOf(samples, set.Classes)
	}
	if err == nil && labelled && part != "test" {
		err = q.recognize(cmd, f, net.Metadata[originKey], samples)
	}
	if err == nil && q.uses == nil && part == "all" && f.part != "all" && cmd.Flags().Changed("part") {
		err = usagef("--part %s: %s has no parts", f.part, set.Name)
	}
	q.look = func() look {
		judged := samples
		if rows := q.rows(); rows != nil {
			judged = samples.Pick(rows)
		}
		return newLook(net, q.part, judged, pick(q.labels, q.rows()), mat.Workers(f.workers))
	}
	return q, err
}

// choosePart are the samples of a set that --part names, if it has a test part of its own; else all.
func (f *modelFlags) choosePart(set *dataset.Set) (samples dataset.Samples, part string, err error) {
	switch {
	case set.Test.Len() == 0:
		return set.Train, "all", nil
	case f.part == "test":
		return set.Test, f.part, nil
	case f.part == "train":
		return set.Train, f.part, nil
	}
	return samples, "", usagef("--part %s: %s has a test and a training part: want test or train", f.part, set.Name)
}

// numbers reports whether the network predicts numbers and no classes.
func (q *question) numbers() bool { return q.outputs != nil && q.outputs.Task == columns.Regression }

// load reads the samples as the network has to see them. A network that was saved without a description of
// its columns takes sets whose inputs do not depend on a training: pixels.
func (f *modelFlags) load(cmd *cobra.Command, d *columns.Description, labelled bool) (*dataset.Set, error) {
	if d == nil {
		if info, err := os.Stat(f.data); f.data == source.Stdin || err == nil && !info.IsDir() {
			return nil, fmt.Errorf(
				"%s does not say how the columns that it was trained on were prepared, as an older program saved it: "+
					"train it again to use it with %s", f.model, f.data)
		}
		return dataset.Open(cmd.Context(), f.data)
	}
	set, err := dataset.LoadLike(cmd.Context(), dataset.Request{
		Data: f.data, Header: f.header, Memory: f.memory, Workers: mat.Workers(f.workers).Count(),
	}, d, labelled)
	if e, ok := errors.AsType[*dataset.FormatError](err); ok && e.NoTarget && labelled {
		return nil, fmt.Errorf("samples for %s: %w: there is nothing to compare the answers with; train predict, with "+
			"the same --model and --data, writes them", f.model, e)
	} else if ok {
		return nil, fmt.Errorf("samples for %s: %w", f.model, e)
	}
	return set, err
}

// scores runs the samples through the network, in blocks whose outputs take a few megabytes at
// most.
func scores[T mat.Float](net *nn.Network[T], samples dataset.Samples,
	w mat.Workers) func(context.Context, func(int, []float64) error) error {
	const most, outputs = 4096, 1 << 22
	block := max(1, min(most, outputs/net.V.Rows))
	return func(ctx context.Context, visit func(int, []float64) error) error {
		row := make([]float64, net.V.Rows)
		for lo := 0; lo < samples.Len(); lo += block {
			part := samples.Slice(lo, min(lo+block, samples.Len()))
			o, err := net.Scores(dense[T](part), w)
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

// labelsOf are the labels of samples by the names of their classes.
func (q *question) labelsOf(samples dataset.Samples, classes []string) ([]int, error) {
	const most = 20
	index := make([]int, len(classes))
	var unknown []string
	for i, class := range classes {
		if index[i] = slices.Index(q.classes, class); index[i] < 0 {
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
