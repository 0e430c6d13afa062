package cli

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/internal/checkpoint"
	"ridge/internal/dataset"
	"ridge/internal/lambda"
	"ridge/mat"
)

// lambdaFixed are the flags with which there is nothing to choose.
var lambdaFixed = []string{"lambda", "lambda-out", "l1"}

// lambdaGiven names the flag that leaves nothing to choose, "" if there is none.
func lambdaGiven(set *pflag.FlagSet) string {
	i := slices.IndexFunc(lambdaFixed, set.Changed)
	if i < 0 {
		return ""
	}
	return lambdaFixed[i]
}

// extent is how much a training learns from.
type extent struct {
	samples, inputs int
	images          bool // [dataset.Set.LikeMNIST]
}

// extentOf is that of a training, without what --weight repeats.
func extentOf(p parts, set *dataset.Set) extent {
	return extent{p.once.Len(), p.once.Dim, set.LikeMNIST}
}

// mayChoose reports whether a training begins with a choice.
func (f *trainFlags) mayChoose(cmd *cobra.Command, e extent) bool {
	if f.method() != bcd.MiniBatches.Method || lambdaGiven(cmd.Flags()) != "" || e.samples < lambda.MinSamples {
		return false
	}
	return f.chooseLambda == "yes" || f.chooseLambda == "auto" && lambda.Affordable(e.samples, e.inputs) &&
		(!e.images || e.samples >= lambda.SmallTable)
}

// mayChooseLambda reports whether that choice is one of λ, and not of the step of the weights that read the input
// alone.
func (f *trainFlags) mayChooseLambda(cmd *cobra.Command, e extent) bool {
	return (f.chooseLambda == "yes" || !e.images) && f.mayChoose(cmd, e)
}

// mayDivide reports whether that choice may try columns in pieces, which make no fewer inputs.
func (f *trainFlags) mayDivide(cmd *cobra.Command, e extent) bool {
	return f.pieces == "auto" && e.inputs <= lambda.MostColumns && f.mayChooseLambda(cmd, e)
}

// checkChoice returns an error if --choose-lambda yes asks for a choice that there can't be with the other flags.
func (f *trainFlags) checkChoice(set *pflag.FlagSet) error {
	if f.chooseLambda != "yes" {
		return nil
	}
	fixed := lambdaGiven(set)
	switch {
	case f.method() != bcd.MiniBatches.Method:
		return usagef("--choose-lambda yes: it applies only to the mini-batches of --solver %v", descent)
	case fixed != "":
		return usagef("--choose-lambda yes: --%s leaves nothing to choose", fixed)
	}
	return nil
}

// chooses reports whether the training begins with a choice. It is an error if --choose-lambda yes asks for one, and
// there are too few samples.
func (f *trainFlags) chooses(cmd *cobra.Command, set *dataset.Set, p parts) (bool, error) {
	if f.chooseLambda == "yes" && p.once.Len() < lambda.MinSamples {
		return false, usagef("--choose-lambda yes: %d training samples can't be held out in turn, want at least %d",
			p.once.Len(), lambda.MinSamples)
	}
	if note := f.noChoiceNote(cmd, set, p); note != "" {
		tell(cmd.ErrOrStderr(), []string{note})
		return false, nil
	}
	return f.mayChoose(cmd, extentOf(p, set)), nil
}

// hiddenLayers are what the choice tries besides the usual ones, for a multiple of the usual epochs.
type hiddenLayers struct {
	hidden []int
	longer int
}

// otherLayers have two layers, with which many tables have smaller errors than with one
// (docs/experiments.md).
var otherLayers = []hiddenLayers{{[]int{300, 100}, 1}, {[]int{100, 100}, 3}}

// choosesLayers reports whether the choice is one of the hidden layers, too: on tables of any size, if they are not
// given.
func choosesLayers(cmd *cobra.Command, set *dataset.Set) bool {
	return !cmd.Flags().Changed("net") && !set.LikeMNIST
}

// choice is the choice to be made, and how much memory is left for its trainings.
func (s *setup[T]) choice(cmd *cobra.Command, f *trainFlags,
	divided *dividedData) (task lambda.Task[T], left int64, err error) {
	task = lambda.Task[T]{Learn: distinct(s.samples, s.learn), Copies: s.samples.copies, Recipe: f.recipe, Seed: f.seed,
		UsualPenalties: !f.mayChooseLambda(cmd, extentOf(s.samples, s.set))}
	if task.InputSteps, err = f.asksInputSteps(cmd, s.problem()); err != nil {
		return task, 0, err
	}
	if task.Candidates, err = s.candidates(cmd, f); err != nil || divided == nil {
		return task, s.set.Left, err
	}
	left, err = addPieces(cmd, f, &task, s.set, divided)
	return task, left, err
}

// record is what is known of the choice among some networks.
func (s *setup[T]) record(f *trainFlags, k *keeper, from []lambda.Candidate[T]) (*choiceRecord, error) {
	recipe, err := f.recipe(s.problem())
	if err != nil {
		return nil, err
	}
	return newChoiceRecord(k, recipe, func() checkpoint.Identity {
		return choiceIdentity(f, s, recipe, from)
	})
}

// asksInputSteps reports whether a choice is one of the step of the weights that read the input, too: if it is not
// given, and has a length of its own. Whether it has is the same for all networks of the choice, with and without
// columns in pieces.
func (f *trainFlags) asksInputSteps(cmd *cobra.Command, p train.Problem) (bool, error) {
	recipe, err := f.recipe(p)
	if err != nil || cmd.Flags().Changed("input-step") {
		return false, err
	}
	return recipe.Options().(*bcd.BatchOptions).Metric != bcd.SpectralAllMetric, nil
}

// candidates are the networks that there are to choose from, the usual one first. None is longer than the epochs that
// are given, or too large for the memory.
func (s *setup[T]) candidates(cmd *cobra.Command, f *trainFlags) ([]lambda.Candidate[T], error) {
	list := []lambda.Candidate[T]{{Net: s.net, Longer: 1}}
	if !choosesLayers(cmd, s.set) {
		return list, nil
	}
	for _, layers := range otherLayers {
		if layers.longer > 1 && cmd.Flags().Changed("epochs") {
			continue
		}
		other := *f
		other.net = layers.hidden
		net, err := newNetwork(&other, s.set, s.learn.X)
		if dataset.TooLarge(err) {
			tellLeftOut(cmd, "--net "+widthsText(layers.hidden, ","), err)
			continue // it was not asked for
		}
		if err != nil {
			return nil, err
		}
		list = append(list, lambda.Candidate[T]{Net: net, Longer: layers.longer})
	}
	return list, nil
}

// addPieces adds the candidates' networks for columns in pieces to a choice, unless these would be the same, too many,
// or too large for the memory that the plain set leaves. It returns what is left.
func addPieces[T mat.Float](cmd *cobra.Command, f *trainFlags, task *lambda.Task[T], plain *dataset.Set,
	d *dividedData) (left int64, err error) {
	end := during(cmd, "dividing columns")
	set, err := d.data.Learning(d.parts, lambda.MostColumns)
	end()
	if _, wide := errors.AsType[*dataset.WideError](err); wide || tooLargeInPieces(cmd, err) {
		return plain.Left, nil // it was not asked for
	}
	if err == nil {
		err = f.regress(cmd, set)
	}
	if err != nil || !set.Description.Inputs.InPieces() {
		return plain.Left, err
	}
	samples, err := f.weighted(set)
	if tooLargeInPieces(cmd, err) {
		return plain.Left, nil
	}
	if err != nil {
		return plain.Left, err
	}
	set.Left = max(0, set.Left-plain.Bytes())
	all := trainData[T](samples.train)
	task.LearnPieces = distinct(samples, all)
	for i := range task.Candidates {
		same := *f
		same.net = task.Candidates[i].Net.Spec().Hidden
		task.Candidates[i].InPieces, err = newNetwork(&same, set, all.X)
		if err != nil {
			break
		}
	}
	if tooLargeInPieces(cmd, err) {
		for i := range task.Candidates {
			task.Candidates[i].InPieces = nil
		}
		return plain.Left, nil
	}
	return set.Left, err
}
