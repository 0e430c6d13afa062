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
		assert.Equal(t, c.open, leavesPiecesOpen(c.plain, c.pieces), name)
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
	divisions, err := divide(learn, MostUsed, 1)
	require.NoError(t, err)
	sorted := func(of division) []int { return slices.Sorted(slices.Values(slices.Concat(of...))) }
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
		choice := newChoosing(Task[float32]{
			Candidates: []Candidate[float32]{{Net: net, Longer: 1, InPieces: net}}, Learn: learn, LearnPieces: learn,
			Recipe: func(p train.Problem) (train.Recipe, error) {
				return bcd.MiniBatches.With(bcd.DefaultBatchOptions(p)), nil
			},
			Workers: 1, Done: func() { done++ },
		})
		first := make(division, folds)
		for i := range samples {
			pieces.losses[i] = c.loss
			first[i%folds] = append(first[i%folds], i)
		}
		settings := []setting{{0, 1, false, 1}, {0, 1, true, 1}}
		choice.divisions = []division{first}
		choice.tried = []*trial{{settings[0], plain, c.divisions}, {settings[1], pieces, c.divisions}}
		want := []outcome{plain, {slices.Clone(pieces.losses), pieces.errors}}
		for d := c.divisions; d < c.count; d++ {
			next, err := divideAgain(learn, first, choice.Seed+uint64(d))
			require.NoError(t, err)
			same, err := choice.measureIn(t.Context(), first, []division{next}, settings[:1])
			require.NoError(t, err)
			held, err := choice.heldOut(t.Context(), settings[0], slices.Concat(next[1:]...), next[0], 1)
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
		require.NoError(t, choice.settlePieces(t.Context(), choice.tried[0], choice.tried[1]))
		assert.Equal(t, c.trainings, done, name)
		for i, m := range choice.tried {
			assert.Equal(t, &trial{settings[i], want[i], c.count}, m, name)
		}
	}
}

// Of 24 tables of noise some are better in pieces by their losses and worse by their errors, or the other way round.
func TestAChoiceThatIsOpenHasMoreTrainings(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	net := hingeNetwork(t, 1, 2)
	open := 0
	for range 24 {
		plain := train.Data[float32]{X: mat.NewDense[float32](SmallTable, 1)}
		pieces := train.Data[float32]{X: mat.NewDense[float32](SmallTable, 1)}
		for i := range SmallTable {
			plain.Labels = append(plain.Labels, random.IntN(2))
			plain.X.Set(i, 0, float32(random.NormFloat64()))
			pieces.X.Set(i, 0, float32(random.NormFloat64()))
		}
		pieces.Labels = plain.Labels
		done := 0
		task := Task[float32]{
			Candidates: []Candidate[float32]{{Net: net, Longer: 1, InPieces: net}}, Learn: plain, LearnPieces: pieces,
			Recipe:  defaultsFor(1),
			Workers: 1, Done: func() { done++ },
		}
		choice, err := Choose(t.Context(), task)
		require.NoError(t, err)
		divisions, most := 0, 0
		for _, tried := range choice.Tried {
			divisions, most = divisions+tried.Divisions, max(most, tried.Divisions)
		}
		assert.Equal(t, folds*divisions, done)
		assert.Equal(t, most, choice.Tried[choice.Chosen].Divisions)
		if most > 1 {
			open++
		}
		assert.Equal(t, 1, choice.Divisions)
	}
	assert.Positive(t, open)
	assert.Less(t, open, 20)
}

// Of more samples than the choice of λ uses, the chosen setting is measured once more for the question of pieces.
func TestPiecesAreJudgedByMoreSamples(t *testing.T) {
	const samples = MostUsed + 30
	learn := train.Data[float32]{X: mat.NewDense[float32](samples, 1)}
	for i := range samples {
		learn.X.Set(i, 0, float32(i%7))
		learn.Labels = append(learn.Labels, i%7%2)
	}
	net, done := hingeNetwork(t, 1, 2), 0
	task := Task[float32]{
		Candidates: []Candidate[float32]{{Net: net, Longer: 1, InPieces: net}}, Learn: learn, LearnPieces: learn,
		Recipe:  defaultsFor(1),
		Workers: 1, Done: func() { done++ },
	}
	assert.Equal(t, samples, task.SamplesUsed())
	choice, err := Choose(t.Context(), task)
	require.NoError(t, err)
	for i, tried := range choice.Tried {
		want := MostUsed
		if i >= len(factors) {
			want = samples
		}
		assert.Equal(t, want, tried.Samples)
		assert.Equal(t, i > len(factors), tried.Pieces)
	}
	again := choice.Tried[len(factors)]
	zero := 0
	for _, tried := range choice.Tried[:len(factors)] {
		if tried.Difference == 0 && tried.StandardError == 0 {
			zero++
			assert.Equal(t, again.Lambda, tried.Lambda, "the chosen one is what the others differ from")
		}
	}
	assert.Equal(t, 1, zero)
	assert.Equal(t, task.Trainings()+folds*(len(choice.Tried)-len(factors)-2), done)

	divisions, err := divide(train.Data[float32]{X: mat.NewDense[float32](mostAfterLambda+1, 1)}, mostAfterLambda, 1)
	require.NoError(t, err)
	require.Len(t, divisions, 1)
	assert.Len(t, slices.Concat(divisions[0]...), mostAfterLambda)
}

// Small penalties are best for the columns as they are, and far too small for many inputs that say nothing. The first
// one of these may tell the class.
func TestPiecesMayHaveTheUsualLambda(t *testing.T) {
	const columns = 40
	for name, signal := range map[string]float64{"pieces are noise": 0, "pieces tell the class": 2} {
		random := rand.New(rand.NewPCG(1, 1))
		plain := train.Data[float32]{X: mat.NewDense[float32](SmallTable, 2)}
		pieces := train.Data[float32]{X: mat.NewDense[float32](SmallTable, columns)}
		for i := range SmallTable {
			angle, label := 12*random.Float64(), i%2
			radius := angle + math.Pi*float64(label) // of two spirals
			plain.X.Set(i, 0, float32(radius*math.Cos(angle)))
			plain.X.Set(i, 1, float32(radius*math.Sin(angle)))
			plain.Labels = append(plain.Labels, label)
			for k := range columns {
				pieces.X.Set(i, k, float32(random.NormFloat64()))
			}
			pieces.X.Set(i, 0, pieces.X.At(i, 0)+float32(signal*float64(2*label-1)))
		}
		pieces.Labels = plain.Labels
		task := Task[float32]{
			Candidates: []Candidate[float32]{{hingeNetwork(t, 2, 40), 1, hingeNetwork(t, columns, 40)}},
			Learn:      plain, LearnPieces: pieces, Workers: 2,
			Recipe: func(p train.Problem) (train.Recipe, error) {
				return bcd.MiniBatches.With(bcd.DefaultBatchOptions(p)), nil
			},
		}
		choice, err := Choose(t.Context(), task)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(choice.Tried), len(factors)+2)
		same, usual := choice.Tried[len(factors)], choice.Tried[len(factors)+1]
		assert.True(t, same.Pieces && usual.Pieces)
		assert.Less(t, same.Lambda, usual.Lambda)
		assert.Equal(t, choice.Tried[2].Lambda, usual.Lambda)
		if signal == 0 {
			assert.Less(t, choice.Chosen, len(factors), name)
		} else {
			assert.Equal(t, len(factors)+1, choice.Chosen, name)
			assert.Equal(t, penaltyDivisions, usual.Divisions)
			assert.Zero(t, usual.StandardError, "the others differ from what is chosen in the end")
			assert.Positive(t, same.StandardError)
		}
	}
}
