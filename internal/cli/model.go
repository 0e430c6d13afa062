package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/internal/dataset"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/files"
	"ridge/internal/report"
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
		pathTo("the name of a file"))
	defineData(flags, &f.data)
	define(flags, &f.header, "header", "WHETHER", "auto",
		"whether a table begins with the names of its columns: yes, no, or auto to detect it", table.ParseHeader)
	defineMemory(flags, &f.memory)
	define(flags, &f.part, "part", "PART", "test", usage, parsePart(parts))
	defineWorkers(flags, &f.workers)
}

// ask reads the network and the samples that the flags name. The network computes in the precision that it was trained
// in. check, if not nil, refuses what does not go with the network before samples are read.
func (f *modelFlags) ask(cmd *cobra.Command, labelled bool, check func(*modelFacts) error) (*question, error) {
	if err := requireFlags(cmd, "model"); err != nil {
		return nil, err
	}
	model, err := readModel(cmd.Context(), f.model)
	if err != nil {
		return nil, err
	}
	if model.Precision() == 64 {
		return askAs[float64](cmd, f, model, labelled, check)
	}
	return askAs[float32](cmd, f, model, labelled, check)
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

func askAs[T mat.Float](cmd *cobra.Command, f *modelFlags, model *nn.Model, labelled bool,
	check func(*modelFacts) error) (*question, error) {
	net, err := nn.NetworkOf[T](model)
	if err != nil {
		return nil, err
	}
	if net.Columns != nil && net.Columns.Inputs.Shape == nil && !cmd.Flags().Changed("data") {
		return nil, usagef("--data FILE is required: %s was trained on a table, which is not %s", f.model, f.data)
	}
	facts := factsOf(f.model, net)
	if check != nil {
		if err := check(&facts); err != nil {
			return nil, err
		}
	}
	say := newSpeaker(cmd)
	set, samples, part, err := samplesFor(cmd, f, say, net, labelled)
	if err != nil {
		return nil, err
	}
	w := mat.Workers(f.workers)
	q := &question{
		modelFacts: facts, say: say, unknown: set.Unknown, dataset: set.Name, part: part,
		files: samples.Files, each: scores(net, samples, w),
	}
	q.pageSamples = func() pageSamples {
		judged, rows := samples, q.rows()
		if rows != nil {
			judged = samples.Pick(rows)
		}
		shown := newPageSamples(net, q.part, judged, pick(q.labels, rows), w)
		shown.rows = rows
		return shown
	}
	if labelled {
		if err := q.findTruth(cmd, f, net.Metadata[originKey], set, samples); err != nil {
			return nil, err
		}
	}
	if q.parts == nil && part == report.WholeFile && f.part != report.WholeFile && cmd.Flags().Changed("part") {
		return nil, usagef("--part %s: %s has no parts", f.part, set.Name)
	}
	return q, nil
}

// samplesFor are the set and those of its samples that the flags name, as the network has to see them.
func samplesFor[T mat.Float](cmd *cobra.Command, f *modelFlags, say *speaker, net *nn.Network[T],
	labelled bool) (set *dataset.Set, samples dataset.Samples, part string, err error) {
	if set, err = f.loadAndTell(cmd, say, net.Columns, labelled); err != nil {
		return nil, samples, "", err
	}
	samples, part, err = f.choosePart(set)
	if err == nil && samples.Dim != net.Inputs {
		err = fmt.Errorf("%s takes %d inputs, the samples of %s have %d: it was trained on other data",
			f.model, net.Inputs, set.Name, samples.Dim)
	}
	return set, samples, part, err
}

// choosePart are the samples of a set that --part names, if it has a test part of its own; else all.
func (f *modelFlags) choosePart(set *dataset.Set) (samples dataset.Samples, part string, err error) {
	switch {
	case set.Test.Len() == 0 && set.LikeMNIST && f.part == "test": // the test images of such a set alone
		return set.Train, f.part, nil
	case set.Test.Len() == 0 && !set.HasTest:
		return set.Train, report.WholeFile, nil
	case f.part == "test":
		return set.Test, f.part, nil
	case f.part == "train":
		return set.Train, f.part, nil
	}
	return samples, "", usagef("--part %s: %s has a test and a training part: want test or train", f.part, set.Name)
}

// loadAndTell is load, and says what was found.
func (f *modelFlags) loadAndTell(cmd *cobra.Command, say *speaker, d *columns.Description,
	labelled bool) (*dataset.Set, error) {
	end := say.reading(cmd.Context(), f.data)
	set, err := f.load(cmd, d, labelled)
	end()
	if err != nil && !cmd.Flags().Changed("data") {
		return nil, fmt.Errorf("without --data it reads %s: %w", f.data, err)
	}
	if err != nil {
		return nil, err
	}
	say.notes(set.Notes)
	say.warnings(set.Warnings)
	return set, nil
}

// load reads the samples as the network has to see them. A network that was saved without a description of
// its columns takes sets whose inputs do not depend on a training: pixels.
func (f *modelFlags) load(cmd *cobra.Command, d *columns.Description, labelled bool) (*dataset.Set, error) {
	r := dataset.Request{Data: f.data, Header: f.header, Memory: f.memory, Workers: mat.Workers(f.workers).Count()}
	if d == nil {
		if info, err := os.Stat(f.data); f.data == source.Stdin || err == nil && !info.IsDir() {
			return nil, fmt.Errorf(
				"%s does not say how the columns that it was trained on were prepared, as an older program saved it: "+
					"train it again to use it with %s", f.model, f.data)
		}
		return dataset.OpenWithin(cmd.Context(), r)
	}
	set, err := dataset.LoadPart(cmd.Context(), r, d, labelled, f.part)
	if e, ok := errors.AsType[*dataset.FormatError](err); ok && e.NoTarget && labelled {
		return nil, fmt.Errorf("samples for %s: %w: there is nothing to compare the answers with; train predict, with "+
			"the same --model and --data, writes them", f.model, e)
	} else if ok {
		return nil, fmt.Errorf("samples for %s: %w", f.model, e)
	}
	return set, err
}
