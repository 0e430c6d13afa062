package cli

import (
	"math"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/spf13/cobra"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/lambda"
	"ridge/internal/memory"
	"ridge/internal/report"
	"ridge/mat"
)

// lambdaFixed are the flags with which there is nothing to choose.
var lambdaFixed = []string{"lambda", "lambda-out", "l1", "weight"}

// lambdaChoice says when λ is chosen: auto, yes or no.
type lambdaChoice string

func parseChoice(text string) (lambdaChoice, error) {
	switch text {
	case "auto", "yes", "no":
		return lambdaChoice(text), nil
	}
	return "", want(text, "auto, yes or no")
}

// choosesLambda reports whether the training begins with the choice of λ.
func (f *trainFlags) choosesLambda(cmd *cobra.Command, set *dataset.Set, p parts) (bool, error) {
	fixed := ""
	for _, name := range lambdaFixed {
		if cmd.Flags().Changed(name) {
			fixed = name
		}
	}
	fits := f.method() == bcd.MiniBatches.Method && fixed == "" && p.train.Len() >= lambda.Least
	if f.choose != "yes" {
		return fits && lambda.Worth(p.train.Len(), p.train.Dim) && f.choose == "auto" && !set.Random, nil
	}
	switch {
	case f.method() != bcd.MiniBatches.Method:
		return false, usagef("--choose-lambda yes: it applies only to the mini-batches of --solver %v", descent)
	case fixed != "":
		return false, usagef("--choose-lambda yes: --%s leaves nothing to choose", fixed)
	case !fits:
		return false, usagef("--choose-lambda yes: %d training samples can't be held out in turn, want at least %d", p.train.Len(), lambda.Least)
	}
	return true, nil
}

// shape is what the choice tries besides the usual hidden layers: other ones, for a multiple of the usual epochs.
type shape struct {
	hidden []int
	longer int
}

// otherShapes have two layers, with which many tables have smaller errors than with one
// (docs/minibatch.md).
var otherShapes = []shape{{[]int{300, 100}, 1}, {[]int{100, 100}, 3}}

// choosesLayers reports whether the choice of λ is one of the hidden layers, too: on tables, if they are not given.
func choosesLayers(cmd *cobra.Command, set *dataset.Set, p parts) bool {
	given := cmd.Flags().Changed("net") || cmd.Flags().Changed("skip")
	return !given && !set.Random && lambda.Worth(p.train.Len(), p.train.Dim)
}

// candidates are what there is to choose from, the usual network first. None is longer than the epochs that are given.
func candidates[T mat.Float](cmd *cobra.Command, f *trainFlags, set *dataset.Set, p parts, usual *nn.Network[T], x mat.Dense[T]) ([]lambda.Candidate[T], error) {
	list := []lambda.Candidate[T]{{Net: usual, Longer: 1}}
	if !choosesLayers(cmd, set, p) {
		return list, nil
	}
	for _, s := range otherShapes {
		if s.longer > 1 && cmd.Flags().Changed("epochs") {
			continue
		}
		other := *f
		other.net = s.hidden
		net, err := newNetwork(&other, set, x)
		if err != nil {
			return nil, err
		}
		list = append(list, lambda.Candidate[T]{Net: net, Longer: s.longer})
	}
	return list, nil
}

// chooseLambda sets the options of the training to the chosen λ and λ_out, and to more epochs if the chosen candidate
// has them, and returns the candidate's network.
func chooseLambda[T mat.Float](cmd *cobra.Command, f *trainFlags, from []lambda.Candidate[T], learn train.Data[T], left int64) (*nn.Network[T], *report.LambdaChoice, error) {
	workers := mat.Workers(math.MaxInt)
	for _, candidate := range from {
		w, err := f.choiceWorkers(specOf(candidate.Net), learn.X.Rows, left)
		if err != nil {
			return nil, nil, err
		}
		workers = min(workers, w)
	}
	line := newProgress(cmd.ErrOrStderr(), int64(lambda.Trainings(learn.X.Rows, len(from))))
	line.say("choosing λ")
	end := line.watch(cmd.Context())
	var done atomic.Int64
	var drawing sync.Mutex
	choice, err := lambda.Choose(cmd.Context(), lambda.Task[T]{
		Candidates: from, Learn: learn, Recipe: f.recipe, Seed: f.seed, Workers: workers,
		Done: func() {
			n := done.Add(1)
			drawing.Lock()
			defer drawing.Unlock()
			line.trial("choosing λ", n)
		},
	})
	end()
	if err != nil {
		return nil, nil, err
	}
	tried, chosen := choice.Tried[choice.Chosen], from[lambda.Place(choice)]
	if !lambda.Usual(choice) {
		f.setLambda(tried)
	}
	if chosen.Longer > 1 {
		f.options["epochs"] = strconv.Itoa(tried.Epochs)
	}
	f.net = tried.Hidden
	return chosen.Net, choice, nil
}

// choiceWorkers is how many trainings of the choice run at a time: as many as fit into the memory that is left.
func (f *trainFlags) choiceWorkers(spec nn.Spec, samples int, left int64) (mat.Workers, error) {
	fold := *f
	fold.whole, fold.net = samples, spec.Hidden
	samples = min(samples, lambda.MostUsed)
	numbers, err := fold.numbers(spec, samples)
	if err != nil {
		return 0, err
	}
	each := memory.Product(int64(f.precision/8), memory.Sum(numbers, memory.Product(int64(samples), int64(spec.Inputs))))
	return mat.Workers(max(1, min(int64(mat.Workers(f.workers).Count()), left/each))), nil
}

// specOf is the shape of a network.
func specOf[T mat.Float](net *nn.Network[T]) nn.Spec {
	widths := net.Widths()
	return nn.Spec{Inputs: widths[0], Hidden: widths[1 : len(widths)-1], Outputs: widths[len(widths)-1]}
}

// setLambda sets the options of the training to the chosen penalties.
func (f *trainFlags) setLambda(t report.TriedLambda) {
	f.options["lambda"] = strconv.FormatFloat(t.Lambda, 'g', -1, 64)
	f.options["lambda-out"] = strconv.FormatFloat(t.LambdaOut, 'g', -1, 64)
}
