package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/bcd/nn"
	"ridge/internal/dataset"
	"ridge/mat"
)

// modelFlags is what a command that uses a trained network is asked for.
type modelFlags struct {
	model, data, part string
	workers           int
}

func (f *modelFlags) define(flags *pflag.FlagSet) {
	define(flags, &f.model, "model", "FILE", "", "the network, as train --save wrote it; required", nonEmpty("the name of a file"))
	defineData(flags, &f.data)
	define(flags, &f.part, "part", "PART", "test", "which of the samples: test or train", part)
	defineWorkers(flags, &f.workers)
}

func part(text string) (string, error) {
	if text != "test" && text != "train" {
		return "", want(text, "test or train")
	}
	return text, nil
}

// answers is what a network says to samples.
type answers struct {
	network []int     // the widths of all layers
	classes []string  // that it can answer
	class   []int     // its answer to each sample
	score   []float64 // the output of that class
	dataset string
	labels  []int // of the samples, among classes; -1 for a class that the network does not know
	unknown []string
}

// ask runs the samples that the flags name through the network that they name, in
// the precision that it was trained in.
func (f *modelFlags) ask(cmd *cobra.Command) (*answers, error) {
	if err := requireFlags(cmd, "model"); err != nil {
		return nil, err
	}
	bits, err := nn.Precision(f.model)
	if err != nil {
		return nil, err
	}
	if bits == 64 {
		return askAs[float64](cmd, f)
	}
	return askAs[float32](cmd, f)
}

func askAs[T mat.Float](cmd *cobra.Command, f *modelFlags) (*answers, error) {
	net, err := nn.Load[T](f.model)
	if err != nil {
		return nil, err
	}
	set, err := dataset.Open(cmd.Context(), f.data)
	if err != nil {
		return nil, err
	}
	samples := set.Test
	if f.part == "train" {
		samples = set.Train
	}
	if samples.Dim != net.Inputs {
		return nil, fmt.Errorf("%s takes %d inputs, the samples of %s have %d: it was trained on other data",
			f.model, net.Inputs, set.Name, samples.Dim)
	}
	outputs, err := net.Scores(dense[T](samples), mat.Workers(f.workers))
	if err != nil {
		return nil, err
	}
	return newAnswers(net, outputs, set, samples), nil
}

func newAnswers[T mat.Float](net *nn.Network[T], outputs mat.Dense[T], set *dataset.Set, samples dataset.Samples) *answers {
	a := &answers{
		network: net.Widths(),
		classes: classNames(net),
		class:   make([]int, outputs.Rows),
		score:   make([]float64, outputs.Rows),
		dataset: set.Name,
		labels:  make([]int, outputs.Rows),
	}
	for i := range outputs.Rows {
		o := outputs.Row(i)
		a.class[i] = nn.Argmax(o)
		a.score[i] = float64(o[a.class[i]])
	}
	index := make([]int, len(set.Classes))
	for i, class := range set.Classes {
		if index[i] = slices.Index(a.classes, class); index[i] < 0 {
			a.unknown = append(a.unknown, class)
		}
	}
	for i, label := range samples.Labels {
		a.labels[i] = index[label]
	}
	return a
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

// labelled returns an error unless the network knows all classes of the data set.
func (a *answers) labelled(model string) error {
	if a.unknown == nil {
		return nil
	}
	return fmt.Errorf("%s has classes that %s was not trained on: %s; it knows %s",
		a.dataset, model, strings.Join(a.unknown, ", "), strings.Join(a.classes, ", "))
}
