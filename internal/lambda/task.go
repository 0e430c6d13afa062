package lambda

import (
	"slices"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

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
	// Workers is how many goroutines all trainings have. There are as many trainings at a time, and where these are
	// fewer, each has its share of the goroutines. What is chosen depends on neither.
	Workers mat.Workers
	// AtATime is how many trainings there are at a time, at most. 0 stands for any number.
	AtATime int
	// Done, if not nil, is called after each training, by any goroutine.
	Done func()
	// Record has the trainings that need not be repeated, and gets the others. Nil: nothing is kept.
	Record *Record
}

// Asks reports whether there is anything to choose.
func (t Task[T]) Asks() bool { return !t.UsualPenalties || t.InputSteps }

// What names what is chosen.
func (t Task[T]) What() string { return what(t.UsualPenalties) }

// TrainingsForLambda is the number of trainings of a choice of λ alone, for so many samples.
func TrainingsForLambda(samples int) int { return len(factors) * folds * Divisions(samples) }

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

// SamplesUsed is about the number of samples, with copies, that a choice has in all folds of a division.
func (t Task[T]) SamplesUsed() int {
	samples, most := t.Learn.X.Rows, t.mostForLambda()
	if t.asksForMore() {
		most = mostAfterLambda
	}
	all := int64(min(samples, most)) * int64(t.Whole()) // more than an int of 32 bits holds
	return int((all + int64(samples) - 1) / int64(max(1, samples)))
}

// Trainings is the number of trainings of the choice, without those that depend on what the first ones show: of another
// λ for columns in pieces, and of more divisions where one leaves it open whether pieces are better.
func (t Task[T]) Trainings() int {
	settings := 1
	if !t.UsualPenalties {
		settings = len(factors) + len(t.Candidates) - 1
		if t.measuresUsualAgain() {
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

// asksForMore reports whether there is more to choose than λ.
func (t Task[T]) asksForMore() bool { return len(t.Candidates) > 1 || t.triesPieces() || t.InputSteps }

// measuresUsualAgain reports whether the usual network is measured once more after λ is chosen, by as many samples as
// the later choices have.
func (t Task[T]) measuresUsualAgain() bool {
	return !t.UsualPenalties && t.asksForMore() && min(t.Learn.X.Rows, mostAfterLambda) > t.mostForLambda()
}

// mostForLambda is how many of the samples the choice of λ uses at most.
func (t Task[T]) mostForLambda() int {
	if len(t.Learn.Labels) == 0 {
		return MaxSamples(0)
	}
	return MaxSamples(slices.Max(t.Learn.Labels) + 1)
}
