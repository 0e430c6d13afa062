package lambda

import (
	"context"
	"slices"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/report"
	"ridge/mat"
)

const folds = 3

// By how many standard errors another setting must be better than the usual one.
const (
	lambdaMargin  = 1.5
	networkMargin = 0.5
)

// MostUsed is how many rows the choice of λ uses at most: λ is measured in samples, so the best one is the same for
// more of them.
const MostUsed = 2000

// MostFor is how many rows it uses at most for so many classes, 0 for a regression: more if there are many, as a class
// that a fold has none of can only be missed, whatever λ is.
func MostFor(classes int) int {
	const each = 10
	return min(MostAfterLambda, max(MostUsed, each*classes))
}

// Shows reports whether what a choice holds out of so many samples, of so many classes, can show anything: there are at
// least two of a class, on average, one to learn it by and one to judge.
func Shows(samples, classes int) bool { return min(samples, MostFor(classes)) >= 2*classes }

// MostAfterLambda is how many rows all later choices use at most, of layers, pieces and the input step: what these gain
// depends on the number of rows.
const MostAfterLambda = 8000

// Few is the number of samples below which what a single division into folds finds is chance in good part. So they are
// divided several times, differently each time.
const (
	Few          = 1000
	fewDivisions = 3
)

// Divisions is how often so many samples are divided into folds. Where one division leaves it open whether columns are
// better in pieces, there are more for that question, up to [fewDivisions] of up to [MostAfterLambda] samples, and
// there are two for the penalties of pieces.
func Divisions(samples int) int {
	if samples < Few {
		return fewDivisions
	}
	return 1
}

// The choice is made for at most so many columns and numbers (samples times columns). It trains with no more than
// [MostAfterLambda] samples however many there are, but that takes long where they have many columns, as images do.
const (
	MostColumns = 1000
	MostNumbers = 10_000_000
)

// factors are what the usual λ and λ_out are multiplied by, in turn.
var factors = []float64{1. / 16, 1. / 4, 1, 4}

// Least is the number of samples that can be held out in turn.
const Least = 2 * folds

// Worth reports whether the choice pays.
func Worth(samples, columns int) bool {
	return samples >= Least && columns <= MostColumns && samples <= MostNumbers/max(1, columns)
}

// Candidate is a new network, and how many times as long as usual it trains, at least once.
type Candidate[T mat.Float] struct {
	Net    *nn.Network[T]
	Longer int
	// InPieces is the same network for LearnPieces of the [Task]; nil if that is not to be tried.
	InPieces *nn.Network[T]
}

// Task is a training by [bcd.MiniBatches] that the choice is made for.
type Task[T mat.Float] struct {
	// Candidates are what there is to choose from, the usual network first.
	Candidates []Candidate[T]
	Learn      train.Data[T]
	// Copies are how many times each sample of Learn is trained with, and its loss counts, at least once; nil: once.
	// Copies are held out together.
	Copies []int
	// Recipe returns what to train by, with the usual penalties. Whole in the problem of a fold is the number of
	// samples of Learn, with copies.
	Recipe func(train.Problem) (train.Recipe, error)
	// UsualPenalties leaves λ and λ_out as they are. There is one candidate then, without pieces.
	UsualPenalties bool
	// InputSteps is set if longer steps of the weights that read the input are tried. With [bcd.SpectralAllMetric] they
	// have no length of their own, and there is nothing to try.
	InputSteps bool
	// LearnPieces are the samples of Learn with their columns of numbers in pieces (columns.Pieces).
	LearnPieces train.Data[T]
	Seed        uint64
	// Workers is how many trainings there are at a time. Each has one worker, so that what is chosen does not
	// depend on how many there are.
	Workers mat.Workers
	// Done, if not nil, is called after each training, by any goroutine.
	Done func()
	// Record has the trainings that need not be repeated, and gets the others. Nil: nothing is kept.
	Record *Record
}

// Asks reports whether there is anything to choose.
func (t Task[T]) Asks() bool { return !t.UsualPenalties || t.InputSteps }

// What names what is chosen.
func (t Task[T]) What() string { return report.ChoiceOf(t.UsualPenalties) }

// Trainings is the number of trainings of a choice of λ alone, for so many samples.
func Trainings(samples int) int { return len(factors) * folds * Divisions(samples) }

// Whole is the number of samples of Learn, with copies.
func (t Task[T]) Whole() int {
	if t.Copies == nil {
		return t.Learn.X.Rows
	}
	all := 0
	for _, n := range t.Copies {
		all += n
	}
	return all
}

// MostUsed is about the number of samples, with copies, that a choice has in all folds of a division.
func (t Task[T]) MostUsed() int {
	samples, most := t.Learn.X.Rows, t.mostForLambda()
	if t.asksForMore() {
		most = MostAfterLambda
	}
	return (min(samples, most)*t.Whole() + samples - 1) / max(1, samples)
}

// Trainings is the number of trainings of the choice, without those that depend on what the first ones show: of another
// λ for columns in pieces, and of more divisions where one leaves it open whether pieces are better.
func (t Task[T]) Trainings() int {
	settings := 1
	if !t.UsualPenalties {
		settings = len(factors) + len(t.Candidates) - 1
		if t.growsAfterLambda() {
			settings++
		}
	}
	if t.triesPieces() {
		settings++
	}
	if t.InputSteps {
		settings += len(inputSteps)
	}
	return settings * folds * Divisions(t.Learn.X.Rows)
}

// Choice is what was chosen.
type Choice struct {
	report.LambdaChoice
	// Candidate is the place of the chosen one.
	Candidate int
	// OtherPenalties and OtherInputStep are set if they are not the usual ones.
	OtherPenalties, OtherInputStep bool
}

// Choose finds λ and λ_out of the usual network by the loss of training samples that are held out, unless they are to
// be the usual ones. All later choices are by up to [MostAfterLambda] samples: with these penalties, the candidate by
// its loss, or, below [Few] samples, by its errors; then whether it has its columns in pieces: in the same way, but
// never with more errors, and whatever the loss if the errors are clearly fewer. Where one division says one thing of
// pieces by its losses and another one, not clearly, by its errors, there are more. Columns in pieces get smaller
// penalties as long as these have fewer errors, in two divisions at least. The last question is whether the weights
// that read the input go farther: if the loss is clearly lower, and never with more errors. That another network has
// about the same best λ makes the later steps cheap: of all pairs of a network and a factor the best one is hardly
// better (docs/experiments.md).
func Choose[T mat.Float](ctx context.Context, t Task[T]) (*Choice, error) {
	c := newChoosing(t)
	c.Record.begin()
	divisions, asked, err := c.chooseLambda(ctx)
	if err != nil {
		return nil, err
	}
	divisions, chosen, err := c.chooseNetwork(ctx, divisions, asked)
	if err != nil {
		return nil, err
	}
	if t.triesPieces() {
		if chosen, err = c.choosePieces(ctx, divisions, chosen); err != nil {
			return nil, err
		}
	}
	if t.InputSteps {
		if chosen, err = c.chooseInputStep(ctx, divisions, chosen); err != nil {
			return nil, err
		}
	}
	choice, err := c.conclude(asked, chosen)
	if err != nil {
		return nil, err
	}
	choice.Divisions, choice.Seconds = len(divisions), c.Record.seconds()
	return choice, nil
}

// chooseLambda chooses λ and λ_out of the usual network, and returns the place of that setting, and the divisions that
// it was measured in.
func (c *choosing[T]) chooseLambda(ctx context.Context) (divisions [][][]int, chosen int, err error) {
	most, usual := c.mostForLambda(), []setting{{0, 1, false, 1}}
	if c.UsualPenalties {
		most = MostAfterLambda
	} else {
		usual = nil
		for _, factor := range factors {
			usual = append(usual, setting{0, factor, false, 1})
		}
	}
	if divisions, err = divide(c.Learn, most, c.Seed); err != nil {
		return nil, 0, err
	}
	if err := c.measure(ctx, divisions, usual); err != nil || c.UsualPenalties {
		return divisions, 0, err
	}
	return divisions, betterLambda(outcomes(c.tried)), nil
}

// chooseNetwork measures the other candidates with the penalties of a setting, by up to [MostAfterLambda] samples, and
// that setting, too, if it has been measured by fewer. It returns the divisions of these samples, and the place of the
// best.
func (c *choosing[T]) chooseNetwork(ctx context.Context, divisions [][][]int, asked int) ([][][]int, int, error) {
	usual := c.tried[asked].setting
	chosen, from := asked, len(c.tried)
	var settings []setting
	if !c.UsualPenalties && c.growsAfterLambda() {
		var err error
		if divisions, err = divide(c.Learn, MostAfterLambda, c.Seed); err != nil {
			return nil, 0, err
		}
		settings = append(settings, usual)
		chosen, from = from, from+1
	}
	for i := 1; i < len(c.Candidates); i++ {
		settings = append(settings, setting{i, usual.factor, false, 1})
	}
	if err := c.measure(ctx, divisions, settings); err != nil {
		return nil, 0, err
	}
	return divisions, betterNetwork(len(divisions), outcomes(c.tried), chosen, from), nil
}

// conclude describes what was tried. Losses are compared with those of the chosen setting, or, of other samples, with
// those of the one that these have asked for.
func (c *choosing[T]) conclude(asked, chosen int) (*Choice, error) {
	best := c.tried[chosen]
	choice := &Choice{
		LambdaChoice: report.LambdaChoice{InputStepAlone: c.UsualPenalties, Folds: folds, Chosen: chosen},
		Candidate:    best.candidate, OtherPenalties: best.factor != 1, OtherInputStep: best.inputStep != 1,
	}
	for _, m := range c.tried {
		tried, err := c.describe(m.setting)
		if err != nil {
			return nil, err
		}
		tried.Loss, tried.Error, tried.Divisions = mean(m.losses), mean(m.errors), m.divisions
		tried.Samples = len(m.losses)
		reference := best
		if len(reference.losses) != tried.Samples {
			reference = c.tried[asked]
		}
		tried.Difference, tried.StandardError = difference(m.losses, reference.losses)
		choice.Tried = append(choice.Tried, tried)
	}
	return choice, nil
}

// setting is what a training of the choice has: one of the candidates, a factor of the usual penalties, whether its
// columns are in pieces, and a factor of the usual step of the weights that read the input.
type setting struct {
	candidate int
	factor    float64
	pieces    bool
	inputStep float64
}

// of returns the network of a setting and its samples.
func (t Task[T]) of(s setting) (*nn.Network[T], train.Data[T]) {
	if s.pieces {
		return t.Candidates[s.candidate].InPieces, t.LearnPieces
	}
	return t.Candidates[s.candidate].Net, t.Learn
}

// describe is a setting for all samples.
func (t Task[T]) describe(s setting) (report.TriedLambda, error) {
	net, learn := t.of(s)
	problem := train.ProblemOf(net, learn)
	problem.Samples = t.Whole()
	recipe, err := t.Recipe(problem)
	if err != nil {
		return report.TriedLambda{}, err
	}
	o := scaled(recipe, s)
	return report.TriedLambda{
		Hidden: net.Spec().Hidden, Epochs: o.Epochs * t.Candidates[s.candidate].Longer, Lambda: o.Lambda,
		LambdaOut: o.LambdaOut, Pieces: s.pieces, InputStep: o.InputStep,
	}, nil
}

// asksForMore reports whether there is more to choose than λ.
func (t Task[T]) asksForMore() bool { return len(t.Candidates) > 1 || t.triesPieces() || t.InputSteps }

// mostForLambda is how many of the samples the choice of λ uses at most.
func (t Task[T]) mostForLambda() int {
	if len(t.Learn.Labels) == 0 {
		return MostFor(0)
	}
	return MostFor(slices.Max(t.Learn.Labels) + 1)
}

// growsAfterLambda reports whether the later choices use more samples than that of λ.
func (t Task[T]) growsAfterLambda() bool {
	return t.asksForMore() && min(t.Learn.X.Rows, MostAfterLambda) > t.mostForLambda()
}
