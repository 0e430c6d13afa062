package cli

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/checkpoint"
	"ridge/internal/dataset"
	"ridge/internal/lambda"
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
	samples, inputs, classes int
	images                   bool // [dataset.Set.LikeMNIST]
}

// canChoose reports whether a training could begin with a choice: --choose-lambda says whether it does.
func (t *training) canChoose(e extent) bool {
	return t.plan.method() == bcd.MiniBatches.Method && lambdaGiven(t.cmd.Flags()) == "" &&
		e.samples >= lambda.MinSamples
}

// mayChoose reports whether a training begins with a choice.
func (t *training) mayChoose(e extent) bool {
	asked := t.flags.chooseLambda
	return t.canChoose(e) && (asked == "yes" || asked == "auto" && e.pays())
}

// pays reports whether the choice is worth its time.
func (e extent) pays() bool {
	enough := lambda.CanJudge(e.samples, e.classes)
	if e.images {
		enough = e.samples >= lambda.SmallTable
	}
	return enough && lambda.Affordable(e.samples, e.inputs)
}

// mayChooseLambda reports whether that choice is one of λ, and not of the step of the weights that read the input
// alone.
func (t *training) mayChooseLambda(e extent) bool {
	return (t.flags.chooseLambda == "yes" || !e.images) && t.mayChoose(e)
}

// mayDivide reports whether that choice may try columns in pieces, which make no fewer inputs.
func (t *training) mayDivide(e extent) bool {
	return t.flags.pieces == "auto" && e.inputs <= lambda.MostColumns && t.mayChooseLambda(e)
}

// checkChoice returns an error if --choose-lambda yes asks for a choice that there can't be with the other flags.
func (f *trainFlags) checkChoice(set *pflag.FlagSet, m *train.Method) error {
	if f.chooseLambda != "yes" {
		return nil
	}
	fixed := lambdaGiven(set)
	switch {
	case m != bcd.MiniBatches.Method:
		return usagef("--choose-lambda yes: it applies only to the mini-batches of --solver %v", descent)
	case fixed != "":
		return usagef("--choose-lambda yes: --%s leaves nothing to choose", fixed)
	}
	return nil
}

// chooses reports whether the training begins with a choice. It is an error if --choose-lambda yes asks for one, and
// there are too few samples.
func (t *training) chooses() (bool, error) {
	if n := t.samples.once.Len(); t.flags.chooseLambda == "yes" && n < lambda.MinSamples {
		return false, usagef("--choose-lambda yes: %d training samples can't be held out in turn, want at least %d",
			n, lambda.MinSamples)
	}
	if note := t.noChoiceNote(); note != "" {
		t.say.note("%s", note)
		return false, nil
	}
	return t.mayChoose(t.extent()), nil
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

// task is the choice to be made, and how much memory is left for its trainings.
func (r *trainRun[T]) task() (task lambda.Task[T], left int64, err error) {
	task = lambda.Task[T]{Learn: distinct(r.samples, r.learn), Copies: r.samples.copies, Recipe: r.plan.recipe,
		Seed: r.plan.seed, UsualPenalties: !r.mayChooseLambda(r.extent())}
	if task.InputSteps, err = r.asksInputSteps(); err != nil {
		return task, 0, err
	}
	if task.Candidates, err = r.candidates(); err != nil || r.divided == nil {
		return task, r.set.Left, err
	}
	left, err = r.addPieces(&task)
	return task, left, err
}

// record is what is known of the choice among some networks.
func (r *trainRun[T]) record(from []lambda.Candidate[T]) (*choiceRecord, error) {
	recipe, err := r.plan.recipe(r.problem())
	if err != nil {
		return nil, err
	}
	return newChoiceRecord(r.keeper, recipe, func() checkpoint.Identity { return r.choiceIdentity(recipe, from) })
}

// asksInputSteps reports whether a choice is one of the step of the weights that read the input, too: if it is not
// given, and has a length of its own. Whether it has is the same for all networks of the choice, with and without
// columns in pieces.
func (r *trainRun[T]) asksInputSteps() (bool, error) {
	recipe, err := r.plan.recipe(r.problem())
	if err != nil || r.cmd.Flags().Changed("input-step") {
		return false, err
	}
	return recipe.Options().(*bcd.BatchOptions).Metric != bcd.SpectralAllMetric, nil
}

// candidates are the networks that there are to choose from, the usual one first. None is longer than the epochs that
// are given, or too large for the memory.
func (r *trainRun[T]) candidates() ([]lambda.Candidate[T], error) {
	list := []lambda.Candidate[T]{{Net: r.net, Longer: 1}}
	if !choosesLayers(r.cmd, r.set) {
		return list, nil
	}
	for _, layers := range otherLayers {
		if layers.longer > 1 && r.cmd.Flags().Changed("epochs") {
			continue
		}
		net, err := newNetwork(r.plan.withHidden(layers.hidden), r.set, r.learn.X)
		if dataset.TooLarge(err) {
			r.keeper.leaveOut("--net "+widthsText(layers.hidden, ","), err)
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
func (r *trainRun[T]) addPieces(task *lambda.Task[T]) (left int64, err error) {
	left, err = r.tryPieces(task)
	if _, wide := errors.AsType[*dataset.WideError](err); wide || r.keeper.tooLargeInPieces(err) {
		return r.set.Left, nil // they were not asked for
	}
	return left, err
}

// tryPieces is addPieces for pieces that fit: an error leaves the choice as it was.
func (r *trainRun[T]) tryPieces(task *lambda.Task[T]) (left int64, err error) {
	end := r.say.during(r.cmd.Context(), "dividing columns")
	set, err := r.divided.data.Learning(r.divided.parts, lambda.MostColumns)
	end()
	if err != nil || !set.Description.Inputs.InPieces() {
		return r.set.Left, err
	}
	standardizeTargets(set)
	samples, err := r.weighted(set)
	if err != nil {
		return 0, err
	}
	set.Left = max(0, set.Left-r.set.Bytes())
	all := trainData[T](samples.train)
	networks := make([]*nn.Network[T], len(task.Candidates))
	for i, c := range task.Candidates {
		if networks[i], err = newNetwork(r.plan.withHidden(c.Net.Spec().Hidden), set, all.X); err != nil {
			return 0, err
		}
	}
	task.LearnPieces = distinct(samples, all)
	for i, net := range networks {
		task.Candidates[i].InPieces = net
	}
	return set.Left, nil
}
