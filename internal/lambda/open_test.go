package lambda

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/mat"
)

// The errors of the columns as they are differ from those in pieces by m, with a standard error of ½.
func TestPiecesAreOpenWhereLossesAndErrorsDisagree(t *testing.T) {
	plain := outcome{[]float64{1, 1, 1, 1}, []float64{2, 2, 2, 2}}
	few := func(loss, m float64) outcome {
		return outcome{[]float64{loss, loss, loss, loss}, []float64{1 - m, 3 - m, 1 - m, 3 - m}}
	}
	inf := slices.Repeat([]float64{math.Inf(1)}, 4)
	diverged := outcome{inf, inf}
	for name, c := range map[string]struct {
		plain, pieces outcome
		open          bool
	}{
		"more loss, fewer errors":          {plain, few(2, 0.74), true},
		"more loss, clearly fewer errors":  {plain, few(2, 0.76), false},
		"less loss, more errors":           {plain, few(0, -0.74), true},
		"less loss, clearly more errors":   {plain, few(0, -0.76), false},
		"less loss, fewer errors":          {plain, few(0, 0.5), false},
		"more loss, more errors":           {plain, few(2, -0.5), false},
		"less loss, as many errors":        {plain, few(0, 0), false},
		"as much loss, fewer errors":       {plain, few(1, 0.5), false},
		"in pieces it diverges":            {plain, diverged, false},
		"without it diverges":              {diverged, plain, false},
		"with and without pieces diverges": {diverged, diverged, false},
	} {
		assert.Equal(t, c.open, leavesPiecesOpen([]outcome{few(9, 9), c.plain, few(9, 9), c.pieces}, 1), name)
	}
}

func TestTheOutcomesOfMoreDivisionsArePooled(t *testing.T) {
	one := outcome{[]float64{1, 2}, []float64{0, 1}}
	two := pooled(one, outcome{[]float64{3, 0}, []float64{1, 1}}, 1./2)
	assert.Equal(t, outcome{[]float64{2, 1}, []float64{0.5, 1}}, two)
	assert.Equal(t, outcome{[]float64{3.5, 1.75}, []float64{0.375, 1}},
		pooled(two, outcome{[]float64{8, 4}, []float64{0, 1}}, 1./4))
	assert.Equal(t, []float64{1, 2}, one.losses)
}

func TestAnotherDivisionHasTheSameSamplesInOtherFolds(t *testing.T) {
	learn := train.Data[float32]{X: mat.NewDense[float32](3000, 1)}
	for i := range learn.X.Rows {
		learn.Labels = append(learn.Labels, i%3)
	}
	divisions, err := divide(learn, 1)
	require.NoError(t, err)
	sorted := func(division [][]int) []int { return slices.Sorted(slices.Values(slices.Concat(division...))) }
	for _, seed := range []uint64{2, 3} {
		other, err := divideAgain(learn, divisions[0], seed)
		require.NoError(t, err)
		assert.Equal(t, sorted(divisions[0]), sorted(other))
		require.Len(t, other, folds)
		for i, fold := range other {
			assert.NotSubset(t, divisions[0][i], fold)
			zeros := 0
			for _, sample := range fold {
				if learn.Labels[sample] == 0 {
					zeros++
				}
			}
			assert.InDelta(t, MostUsed/folds/3, zeros, 2, "each fold has its share of a class")
		}
		slices.Reverse(divisions[0])
		again, err := divideAgain(learn, divisions[0], seed)
		require.NoError(t, err)
		assert.Equal(t, other, again, "the order of the samples does not matter")
	}
}

// In pieces the network and the samples are the same here, so that further divisions do not settle anything.
func TestAnOpenChoiceOfPiecesIsMadeByThreeDivisions(t *testing.T) {
	const samples = 30
	learn := train.Data[float32]{X: mat.NewDense[float32](samples, 1)}
	plain, pieces := newOutcome(samples), newOutcome(samples)
	for i := range samples {
		learn.X.Set(i, 0, float32(i))
		learn.Labels = append(learn.Labels, i%2)
		plain.losses[i], plain.errors[i], pieces.errors[i] = 1, 4, float64(3+2*(i%2))
	}
	pieces.errors[0] = 0 // fewer, by less than a standard error
	net := hingeNetwork(t, 1, 2)
	for name, c := range map[string]struct {
		loss             float64 // in pieces
		divisions, count int
		trainings        int
	}{
		"open":        {4, 1, fewDivisions, 2 * folds * (fewDivisions - 1)},
		"not open":    {0, 1, 1, 0},
		"few samples": {4, fewDivisions, fewDivisions, 0},
	} {
		done := 0
		choice := choosing[float32]{Task: Task[float32]{
			Candidates: []Candidate[float32]{{Net: net, Longer: 1, InPieces: net}}, Learn: learn, LearnPieces: learn,
			Recipe: func(p train.Problem) (train.Recipe, error) {
				return bcd.MiniBatches.With(bcd.DefaultBatchOptions(p)), nil
			},
			Workers: 1, Done: func() { done++ },
		}}
		first := make([][]int, folds)
		for i := range samples {
			pieces.losses[i] = c.loss
			first[i%folds] = append(first[i%folds], i)
		}
		choice.divisions = slices.Repeat([][][]int{first}, c.divisions)
		choice.settings = []setting{{0, 1, false}, {0, 1, true}}
		choice.found, choice.counts = []outcome{plain, pieces}, []int{c.divisions, c.divisions}
		want := []outcome{plain, {slices.Clone(pieces.losses), pieces.errors}}
		for d := c.divisions; d < c.count; d++ {
			next, err := divideAgain(learn, first, choice.Seed+uint64(d))
			require.NoError(t, err)
			same, err := choice.measureIn(t.Context(), [][][]int{next}, choice.settings[:1])
			require.NoError(t, err)
			held, err := choice.heldOut(t.Context(), choice.settings[0], slices.Concat(next[1:]...), next[0])
			require.NoError(t, err)
			for k, sample := range next[0] {
				place := slices.Index(slices.Concat(first...), sample)
				assert.Equal(t, held.losses[k], same[0].losses[place], "in the order of the first division")
			}
			for k := range want {
				want[k] = pooled(want[k], same[0], 1/float64(d+1))
			}
		}
		done = 0 // of what is wanted
		require.NoError(t, choice.settlePieces(t.Context(), 0))
		assert.Equal(t, c.trainings, done, name)
		assert.Equal(t, []int{c.count, c.count}, choice.counts, name)
		assert.Equal(t, want, choice.found, name)
	}
}

// Of 24 tables of noise some are better in pieces by their losses and worse by their errors, or the other way round.
func TestAChoiceThatIsOpenHasMoreTrainings(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	net := hingeNetwork(t, 1, 2)
	open := 0
	for range 24 {
		plain := train.Data[float32]{X: mat.NewDense[float32](Few, 1)}
		pieces := train.Data[float32]{X: mat.NewDense[float32](Few, 1)}
		for i := range Few {
			plain.Labels = append(plain.Labels, random.IntN(2))
			plain.X.Set(i, 0, float32(random.NormFloat64()))
			pieces.X.Set(i, 0, float32(random.NormFloat64()))
		}
		pieces.Labels = plain.Labels
		done := 0
		task := Task[float32]{
			Candidates: []Candidate[float32]{{Net: net, Longer: 1, InPieces: net}}, Learn: plain, LearnPieces: pieces,
			Recipe: func(p train.Problem) (train.Recipe, error) {
				o := bcd.DefaultBatchOptions(p)
				o.Epochs = 1
				return bcd.MiniBatches.With(o), nil
			},
			Workers: 1, Done: func() { done++ },
		}
		choice, err := Choose(t.Context(), task)
		require.NoError(t, err)
		more := choice.Tried[len(factors)].Divisions - 1
		assert.Equal(t, task.Trainings()+2*folds*more, done)
		if more > 0 {
			open++
		}
		assert.Equal(t, 1, choice.Divisions)
	}
	assert.Positive(t, open)
	assert.Less(t, open, 20)
}
