package lambda

import (
	"context"
	"errors"
	"math"
	"slices"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset/split"
	"ridge/mat"
)

// SmallTable is the number of samples below which what a single division into folds finds is chance in good part. So
// they are divided several times, differently each time.
const (
	SmallTable   = 1000
	fewDivisions = 3
)

// Divisions is how often so many samples are divided into folds. Where one division leaves it open whether columns are
// better in pieces, there are more for that question, up to [fewDivisions] of up to [mostAfterLambda] samples, and
// there are two for the penalties of pieces.
func Divisions(samples int) int {
	if samples < SmallTable {
		return fewDivisions
	}
	return 1
}

// division is the samples of each fold.
type division [][]int

// divide divides at most so many of the samples into folds, several times if they are few.
func divide[T mat.Float](learn train.Data[T], most int, seed uint64) ([]division, error) {
	n := learn.X.Rows
	some, _, err := split.HoldOut(n, learn.Labels, max(0, n-most), seed)
	if err != nil {
		return nil, err
	}
	divisions := make([]division, Divisions(len(some)))
	for d := range divisions {
		if divisions[d], err = divideSome(learn, some, seed+uint64(d)); err != nil {
			return nil, err
		}
	}
	return divisions, nil
}

// divideAgain divides the samples of a division into folds in another way.
func divideAgain[T mat.Float](learn train.Data[T], folds division, seed uint64) (division, error) {
	some := slices.Concat(folds...)
	slices.Sort(some)
	return divideSome(learn, some, seed)
}

// upTo returns the divisions, and more of the same samples until there are count.
func (c *choosing[T]) upTo(count int) ([]division, error) {
	divisions := slices.Clip(c.divisions)
	for len(divisions) < count {
		next, err := divideAgain(c.Learn, divisions[0], c.Seed+uint64(len(divisions)))
		if err != nil {
			return nil, err
		}
		divisions = append(divisions, next)
	}
	return divisions, nil
}

// divideSome divides some of the samples into folds.
func divideSome[T mat.Float](learn train.Data[T], some []int, seed uint64) (division, error) {
	var labels []int
	if learn.Labels != nil {
		for _, i := range some {
			labels = append(labels, learn.Labels[i])
		}
	}
	divided, err := split.Folds(len(some), labels, folds, seed)
	if err != nil {
		return nil, err
	}
	for _, fold := range divided {
		for k, i := range fold {
			fold[k] = some[i]
		}
	}
	return divided, nil
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

// repeated are indices of samples, each as often as there are copies of the sample.
func (t Task[T]) repeated(indices []int) []int {
	if t.Copies == nil {
		return indices
	}
	var out []int
	for _, i := range indices {
		out = append(out, slices.Repeat([]int{i}, t.Copies[i])...)
	}
	return out
}

// weigh multiplies the outcomes of samples by their numbers of copies, divided by the mean number of all samples.
func (t Task[T]) weigh(o outcome, indices []int) outcome {
	if t.Copies == nil {
		return o
	}
	each := float64(t.Learn.X.Rows) / float64(t.Whole())
	for k, i := range indices {
		o.losses[k] *= each * float64(t.Copies[i])
		o.errors[k] *= each * float64(t.Copies[i])
	}
	return o
}

// heldOut is the outcome for rows after a training on others: infinite losses if it diverges.
func (t Task[T]) heldOut(ctx context.Context, s setting, on, rows []int, w mat.Workers) (outcome, error) {
	net, all := t.of(s)
	learn, held := pickRows(all, t.repeated(on)), pickRows(all, rows)
	problem := train.ProblemOf(net, learn)
	problem.Whole = t.Whole()
	recipe, err := t.Recipe(problem)
	if err != nil {
		return outcome{}, err
	}
	net = net.Clone()
	o := options(recipe, s, problem)
	o.Epochs *= t.Candidates[s.candidate].Longer
	_, err = train.Run(ctx, net, train.Samples[T]{Train: learn}, bcd.MiniBatches.With(o), train.Control{Workers: w})
	switch {
	case bcd.Failed(err):
		infinite := slices.Repeat([]float64{math.Inf(1)}, held.X.Rows)
		return outcome{infinite, infinite}, nil
	case err != nil:
		return outcome{}, err
	}
	found, err := outcomeOf(net, held, w)
	if err != nil {
		return outcome{}, err
	}
	return t.weigh(found, rows), nil
}

// outcomeOf judges a network by some samples. Losses are infinite where the outputs have overflowed.
func outcomeOf[T mat.Float](net *nn.Network[T], d train.Data[T], w mat.Workers) (outcome, error) {
	scores, err := net.Scores(d.X, w)
	if _, overflow := errors.AsType[*nn.OverflowError](err); err != nil && !overflow {
		return outcome{}, err
	}
	o, y := newOutcome(d.X.Rows), make([]T, scores.Cols)
	for i := range o.losses {
		d.WriteTargets(y, net.Loss, i)
		o.losses[i] = net.Loss.Value(scores.Row(i), y)
		if math.IsNaN(o.losses[i]) {
			o.losses[i] = math.Inf(1)
		}
		switch {
		case d.Regression():
			o.errors[i] = o.losses[i]
		case d.Wrong(scores.Row(i), i):
			o.errors[i] = 1
		}
	}
	return o, nil
}

// options are the options of a recipe with what a setting multiplies. They have no more epochs than the default for the
// problem: a user who asks for a million epochs, to end early, does not want twelve such trainings first.
func options(r train.Recipe, s setting, p train.Problem) bcd.BatchOptions {
	o := scaled(r, s)
	o.Epochs = min(o.Epochs, bcd.DefaultBatchOptions(p).Epochs)
	return o
}

// scaled are the options of a recipe with its penalties, and the step of the weights that read the input, multiplied.
func scaled(r train.Recipe, s setting) bcd.BatchOptions {
	o := *r.Options().(*bcd.BatchOptions)
	o.InputStep *= s.inputStep
	if s.factor == 1 {
		return o
	}
	return o.WithLambda(s.factor)
}
