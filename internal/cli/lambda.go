package cli

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/compare"
	"ridge/internal/dataset"
	"ridge/internal/dataset/split"
	"ridge/internal/report"
	"ridge/mat"
)

// The choice of λ. The best λ of tables differs by factors of more than a hundred: noisy tables need a large one, and
// few samples of a clear rule next to none. No count of rows or columns shows which it is, but held-out samples do, and
// for small tables they are affordable.
const (
	lambdaFolds   = 3
	lambdaSamples = 2000  // rows that the choice uses: λ is a number of samples, and the same for more of them
	lambdaMost    = 10000 // samples: with more of them the usual λ is as good, and the choice does not pay
	lambdaColumns = 1000
	lambdaErrors  = 1.5 // standard errors by which another λ must be better than the usual one
)

// lambdaFactors are what the usual λ and λ_out are multiplied by, in turn.
var lambdaFactors = []float64{1. / 16, 1. / 4, 1, 4}

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
	fits := f.method() == bcd.MiniBatches.Method && fixed == "" && p.train.Len() >= 2*lambdaFolds
	if f.choose != "yes" {
		small := p.train.Len() <= lambdaMost && p.train.Dim <= lambdaColumns
		return fits && small && f.choose == "auto" && !set.Random, nil
	}
	switch {
	case f.method() != bcd.MiniBatches.Method:
		return false, usagef("--choose-lambda yes: it is for the mini-batches of --solver %v", descent)
	case fixed != "":
		return false, usagef("--choose-lambda yes: --%s leaves nothing to choose", fixed)
	case !fits:
		return false, usagef("--choose-lambda yes: %d training samples can't be held out in turn, want at least %d", p.train.Len(), 2*lambdaFolds)
	}
	return true, nil
}

// chooseLambda finds λ and λ_out by the loss of training samples that are held out, and makes them the options of the
// training. Each run has one worker, so that what is chosen does not depend on how many there are.
func chooseLambda[T mat.Float](cmd *cobra.Command, f *trainFlags, net *nn.Network[T], learn train.Data[T]) (*report.LambdaChoice, error) {
	begin, ctx := time.Now(), cmd.Context()
	folds, err := lambdaParts(learn, f.seed)
	if err != nil {
		return nil, err
	}
	type run struct{ factor, fold int }
	var runs []run
	losses := make([][][]float64, len(lambdaFactors))
	for i := range lambdaFactors {
		losses[i] = make([][]float64, len(folds))
		for fold := range folds {
			runs = append(runs, run{i, fold})
		}
	}
	line := newProgress(cmd.ErrOrStderr(), int64(len(runs)))
	line.say("choosing λ")
	end := line.watch(ctx)
	var done atomic.Int64
	var drawing sync.Mutex
	err = compare.ForEach(ctx, mat.Workers(f.workers).Count(), runs, func(ctx context.Context, r run) error {
		var err error
		losses[r.factor][r.fold], err = heldOut(ctx, f, net, pickRows(learn, split.Without(folds, r.fold)), pickRows(learn, folds[r.fold]), lambdaFactors[r.factor])
		n := done.Add(1)
		drawing.Lock()
		defer drawing.Unlock()
		line.trial("choosing λ", n)
		return err
	})
	end()
	if err != nil {
		return nil, err
	}
	recipe, err := f.recipe(train.ProblemOf(net, learn))
	if err != nil {
		return nil, err
	}
	choice := &report.LambdaChoice{Folds: len(folds)}
	all := make([][]float64, len(losses))
	for i, factor := range lambdaFactors {
		for _, list := range losses[i] {
			all[i] = append(all[i], list...)
		}
		o := scaledLambda(recipe, factor)
		choice.Tried = append(choice.Tried, report.TriedLambda{Lambda: o.Lambda, LambdaOut: o.LambdaOut, Loss: mean(all[i])})
	}
	choice.Chosen = better(all)
	if factor := lambdaFactors[choice.Chosen]; factor != 1 {
		f.setLambda(choice.Tried[choice.Chosen])
	}
	choice.Seconds = time.Since(begin).Seconds()
	return choice, nil
}

// setLambda makes the penalties options of the training.
func (f *trainFlags) setLambda(t report.TriedLambda) {
	f.options["lambda"] = strconv.FormatFloat(t.Lambda, 'g', -1, 64)
	f.options["lambda-out"] = strconv.FormatFloat(t.LambdaOut, 'g', -1, 64)
}

// lambdaParts divides the samples of the choice.
func lambdaParts[T mat.Float](learn train.Data[T], seed uint64) ([][]int, error) {
	n := learn.X.Rows
	some, _, err := split.HoldOut(n, learn.Labels, max(0, n-lambdaSamples), seed)
	if err != nil {
		return nil, err
	}
	var labels []int
	if learn.Labels != nil {
		for _, i := range some {
			labels = append(labels, learn.Labels[i])
		}
	}
	folds, err := split.Folds(len(some), labels, lambdaFolds, seed)
	for _, fold := range folds {
		for k, i := range fold {
			fold[k] = some[i]
		}
	}
	return folds, err
}

// pickRows copies samples.
func pickRows[T mat.Float](d train.Data[T], indices []int) train.Data[T] {
	out := train.Data[T]{X: mat.NewDense[T](len(indices), d.X.Cols)}
	if d.Regression() {
		out.Targets = mat.NewDense[T](len(indices), d.Targets.Cols)
	}
	for k, i := range indices {
		copy(out.X.Row(k), d.X.Row(i))
		if d.Regression() {
			copy(out.Targets.Row(k), d.Targets.Row(i))
		} else {
			out.Labels = append(out.Labels, d.Labels[i])
		}
	}
	return out
}

// heldOut are the losses of samples after a training on others, infinite if it diverges.
func heldOut[T mat.Float](ctx context.Context, f *trainFlags, net *nn.Network[T], learn, held train.Data[T], factor float64) ([]float64, error) {
	problem := train.ProblemOf(net, learn)
	recipe, err := f.recipe(problem)
	if err != nil {
		return nil, err
	}
	net = net.Clone()
	o := triedOptions(recipe, factor, problem)
	_, err = train.Run(ctx, net, train.Samples[T]{Train: learn}, bcd.MiniBatches.With(o), train.Control{Workers: 1})
	_, diverged := errors.AsType[*train.DivergedError](err)
	_, failed := errors.AsType[*bcd.BlockError](err)
	switch {
	case diverged || failed:
		return slices.Repeat([]float64{math.Inf(1)}, held.X.Rows), nil
	case err != nil:
		return nil, err
	}
	return lossesOf(net, held)
}

// lossesOf are those of some samples, infinite where the outputs have overflowed.
func lossesOf[T mat.Float](net *nn.Network[T], d train.Data[T]) ([]float64, error) {
	scores, err := net.Scores(d.X, 1)
	if err != nil {
		return nil, err
	}
	losses, y := make([]float64, d.X.Rows), make([]T, scores.Cols)
	for i := range losses {
		d.WriteTargets(y, net.Loss, i)
		losses[i] = net.Loss.Value(scores.Row(i), y)
		if math.IsNaN(losses[i]) {
			losses[i] = math.Inf(1)
		}
	}
	return losses, nil
}

// triedOptions are the options of a recipe with its penalties multiplied. They have no more epochs than the default for
// so many samples: a user who asks for a million epochs, to end early, does not want twelve such trainings first.
func triedOptions(r train.Recipe, factor float64, p train.Problem) bcd.BatchOptions {
	o := scaledLambda(r, factor)
	o.Epochs = min(o.Epochs, bcd.DefaultBatchOptions(p).Epochs)
	return o
}

// scaledLambda are the options of a recipe with its penalties multiplied.
func scaledLambda(r train.Recipe, factor float64) bcd.BatchOptions {
	o := *r.Options().(*bcd.BatchOptions)
	if factor == 1 {
		return o
	}
	return o.WithLambda(factor)
}

// better returns the index of the smallest mean loss, or that of the usual penalty unless the smallest loss is lower by
// more than the noise: a number of standard errors of the differences, sample by sample.
func better(losses [][]float64) int {
	usual := slices.Index(lambdaFactors, 1)
	best := usual
	for i := range lambdaFactors {
		if mean(losses[i]) < mean(losses[best]) {
			best = i
		}
	}
	if best == usual || math.IsInf(mean(losses[usual]), 1) {
		return best
	}
	differences := make([]float64, len(losses[best]))
	for i := range differences {
		differences[i] = losses[usual][i] - losses[best][i]
	}
	center, squares, n := mean(differences), 0., float64(len(differences))
	for _, d := range differences {
		squares += (d - center) * (d - center)
	}
	if center > lambdaErrors*math.Sqrt(squares)/n { // squares/n is the variance, over n that of the mean
		return best
	}
	return usual
}

func mean(list []float64) float64 {
	sum := 0.
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}
