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

// toldByPieces is a choice among two candidates. The first one of the pieces tells the class by its sign, the more
// surely the farther apart the classes are; the columns as they are say nothing.
func toldByPieces(t *testing.T, samples, columns int, apart float64) *choosing[float32] {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 1))
	plain := train.Data[float32]{X: mat.NewDense[float32](samples, 1)}
	pieces := train.Data[float32]{X: mat.NewDense[float32](samples, columns)}
	for i := range samples {
		plain.Labels = append(plain.Labels, i%2)
		for k := range columns {
			pieces.X.Set(i, k, float32(random.NormFloat64()))
		}
		pieces.X.Set(i, 0, pieces.X.At(i, 0)+float32(apart*float64(2*(i%2)-1)))
	}
	pieces.Labels = plain.Labels
	return newChoosing(Task[float32]{
		Candidates: []Candidate[float32]{
			{hingeNetwork(t, 1, 2), 1, hingeNetwork(t, columns, 2)},
			{hingeNetwork(t, 1, 3), 2, hingeNetwork(t, columns, 3)},
		},
		Learn: plain, LearnPieces: pieces, Workers: 2,
		Recipe: defaultsFor(2),
	})
}

// chooseAfter chooses pieces or not, with the outcome that the second candidate has had without them.
func (c *choosing[T]) chooseAfter(t *testing.T, factor float64, plain outcome) {
	t.Helper()
	var err error
	c.divisions, err = divide(c.Learn, MostUsed, c.Seed)
	require.NoError(t, err)
	c.chosen = &trial{setting{1, factor, false, 1}, plain, len(c.divisions)}
	c.tried = []*trial{c.chosen}
	require.NoError(t, c.choosePieces(t.Context()))
}

func TestPiecesAreOfTheChosenCandidate(t *testing.T) {
	const few, many = 60, SmallTable
	equal := func(samples int, losses, errors float64) outcome {
		return outcome{slices.Repeat([]float64{losses}, samples), slices.Repeat([]float64{errors}, samples)}
	}
	sixteenth, quarter, usual := setting{1, 1. / 16, true, 1}, setting{1, 1. / 4, true, 1}, setting{1, 1, true, 1}
	for name, c := range map[string]struct {
		factor float64
		plain  outcome
		tried  []setting
		pieces bool
	}{
		"few samples":                  {1. / 4, equal(few, 1, 1), []setting{quarter}, true},
		"few samples, no fewer errors": {1. / 4, equal(few, 10, 0), []setting{quarter}, false},
		"many samples":                 {1. / 4, equal(many, 10, 0), []setting{quarter, usual, sixteenth}, true},
		"many samples, usual λ":        {1, equal(many, 10, 0), []setting{usual, quarter}, true},
		"many samples, less loss":      {1, equal(many, -1, 0), []setting{usual}, false},
	} {
		choice := toldByPieces(t, len(c.plain.losses), 1, 20)
		choice.chooseAfter(t, c.factor, c.plain)
		var tried []setting
		for _, m := range choice.tried[1:] {
			tried = append(tried, m.setting)
			assert.Equal(t, m.pieces, mean(m.errors) == 0, name)
		}
		assert.Equal(t, c.tried, tried, name)
		assert.Equal(t, c.pieces, choice.chosen.pieces, name)
	}
}

// The usual λ has fewer errors in pieces, by which it is compared with the columns as they are.
func TestWhatIsOpenIsOfThePiecesWithFewerErrors(t *testing.T) {
	choice := toldByPieces(t, SmallTable, 40, 1)
	choice.Recipe = func(p train.Problem) (train.Recipe, error) {
		return bcd.MiniBatches.With(bcd.DefaultBatchOptions(p)), nil
	}
	always := newOutcome(SmallTable)
	for i := range always.losses {
		always.losses[i], always.errors[i] = 10, 1
	}
	choice.chooseAfter(t, 1./16, always)
	require.Less(t, mean(choice.tried[2].errors), mean(choice.tried[1].errors))

	open := outcome{make([]float64, SmallTable), slices.Clone(choice.tried[2].errors)}
	for i := range open.errors {
		open.errors[i] += []float64{2, -1.9}[i%2] // more errors, by less than the noise, and less loss
	}
	choice.chooseAfter(t, 1./16, open)
	var divisions []int
	for _, m := range choice.tried[:3] {
		divisions = append(divisions, m.divisions)
	}
	assert.Equal(t, 1, divisions[1])
	assert.Greater(t, divisions[2], 1)
	assert.Equal(t, divisions[2], divisions[0])
}

// With several workers, one that begins the longest training last would leave the others without work.
func TestTheLongestTrainingsBeginFirst(t *testing.T) {
	choice := toldByPieces(t, 60, 3, 1)
	choice.Workers = 1
	var units []int
	recipe := choice.Recipe
	choice.Recipe = func(p train.Problem) (train.Recipe, error) {
		units = append(units, p.Width)
		return recipe(p)
	}
	divisions, err := divide(choice.Learn, MostUsed, choice.Seed)
	require.NoError(t, err)
	choice.divisions = divisions[:1]
	found, err := choice.measure(t.Context(), 1, []setting{{0, 1, false, 1}, {1, 1, false, 1}})
	require.NoError(t, err)
	assert.Equal(t, []int{3, 3, 3, 2, 2, 2}, units)
	assert.Equal(t, []int{0, 1}, []int{found[0].candidate, found[1].candidate}, "in the order asked for")
	assert.Equal(t, found, choice.tried)
}

func TestPiecesAndMoreSamplesNeedMoreTrainings(t *testing.T) {
	net := hingeNetwork(t, 1, 2)
	for samples, want := range map[int][2]int{
		SmallTable - 1: {36, 45}, SmallTable: {12, 15}, MostUsed: {12, 15}, MostUsed + 1: {12, 18},
		mostAfterLambda + 1: {12, 18},
	} {
		learn := train.Data[float32]{X: mat.NewDense[float32](samples, 1)}
		task := Task[float32]{Candidates: []Candidate[float32]{{Net: net}}, Learn: learn}
		assert.Equal(t, want[0], task.Trainings(), samples)
		assert.Equal(t, min(samples, MostUsed), task.SamplesUsed(), samples)
		task.Candidates[0].InPieces = net
		assert.Equal(t, want[1], task.Trainings(), samples)
		assert.Equal(t, min(samples, mostAfterLambda), task.SamplesUsed(), samples)
	}
}

// The errors of all penalties are known, so that none is trained with: without samples, that would fail.
func TestPiecesHaveLessPenaltyAsLongAsErrorsFall(t *testing.T) {
	for name, c := range map[string]struct {
		errors      [5]float64 // with a 64th of the usual penalties, with a 16th, a quarter, all of them and four times
		start, want int
	}{
		"less and less":           {[5]float64{1, 2, 3, 4, 5}, 4, 0},
		"until errors rise":       {[5]float64{1, 3, 2, 4, 5}, 3, 2},
		"as many errors":          {[5]float64{1, 2, 2, 2, 1}, 2, 2},
		"not more":                {[5]float64{5, 4, 3, 2, 1}, 1, 1},
		"nothing below the least": {[5]float64{1, 1, 1, 1, 1}, 0, 0},
		"the first one diverged":  {[5]float64{9, 9, 5, math.Inf(1), 1}, 3, 2},
		"two diverged":            {[5]float64{1, 2: math.Inf(1), 3: math.Inf(1)}, 3, 3},
	} {
		var choice choosing[float32]
		for i, errors := range c.errors {
			choice.tried = append(choice.tried, &trial{setting{0, math.Ldexp(1, 2*i-6), true, 1},
				outcome{[]float64{0}, []float64{errors}}, penaltyDivisions})
		}
		got, err := choice.lessPenalty(t.Context(), penaltyDivisions, choice.tried[c.start])
		require.NoError(t, err)
		assert.Same(t, choice.tried[c.want], got, name)
		assert.Len(t, choice.tried, len(c.errors), name)
	}
}

// The errors of less differ from those of more by m, with a standard error of ½.
func TestLessPenaltyMustHaveFewerErrorsByTheMargin(t *testing.T) {
	more := outcome{[]float64{1, 1, 1, 1}, []float64{2, 2, 2, 2}}
	for m, place := range map[float64]int{-1: 1, 0: 1, 0.24: 1, 0.26: 0} {
		less := outcome{more.losses, []float64{1 - m, 3 - m, 1 - m, 3 - m}}
		var choice choosing[float32] // without samples: a training would fail
		choice.tried = []*trial{{setting{0, leastInPieces, true, 1}, less, penaltyDivisions},
			{setting{0, 4 * leastInPieces, true, 1}, more, penaltyDivisions}}
		got, err := choice.lessPenalty(t.Context(), penaltyDivisions, choice.tried[1])
		require.NoError(t, err)
		assert.Same(t, choice.tried[place], got, "%g", m)
	}
}

// What pieces have left open is measured in more divisions, and so is what they are compared with next, whether it has
// been in one of them or not.
func TestALambdaOfPiecesIsJudgedInTheSameDivisions(t *testing.T) {
	sixteenth, quarter := setting{1, 1. / 16, true, 1}, setting{1, 1. / 4, true, 1}
	worst := outcome{slices.Repeat([]float64{10}, SmallTable), slices.Repeat([]float64{1}, SmallTable)}
	for _, before := range []int{0, 1} {
		c := toldByPieces(t, SmallTable, 3, 1)
		var err error
		c.divisions, err = divide(c.Learn, MostUsed, c.Seed)
		require.NoError(t, err)
		require.Len(t, c.divisions, 1)
		all, err := c.upTo(fewDivisions)
		require.NoError(t, err)
		require.Len(t, all, fewDivisions)
		want, err := c.measureIn(t.Context(), all[0], all, []setting{sixteenth})
		require.NoError(t, err)

		if before > 0 {
			_, err := c.measure(t.Context(), 1, []setting{sixteenth})
			require.NoError(t, err)
		}
		_, err = c.lessPenalty(t.Context(), fewDivisions, &trial{quarter, worst, fewDivisions})
		require.NoError(t, err)
		require.Equal(t, sixteenth, c.tried[0].setting)
		assert.Equal(t, fewDivisions, c.tried[0].divisions)
		assert.InDeltaSlice(t, want[0].losses, c.tried[0].losses, 1e-9)
		assert.InDeltaSlice(t, want[0].errors, c.tried[0].errors, 1e-9)
	}
}

// One division tells too little of penalties. In the second one the columns as they are may be better, after all.
func TestPiecesAndTheirPenaltiesAreComparedInTwoDivisions(t *testing.T) {
	for name, pieces := range map[string]bool{"pieces tell the class": true, "the columns tell it": false} {
		c := toldByPieces(t, SmallTable, 1, 3)
		if !pieces {
			c.Learn, c.LearnPieces = c.LearnPieces, c.Learn
		}
		losses, errors := slices.Repeat([]float64{10}, SmallTable), slices.Repeat([]float64{0.7}, SmallTable)
		c.chooseAfter(t, 1, outcome{losses, errors})
		assert.Equal(t, pieces, c.chosen.pieces, name)
		require.Greater(t, len(c.tried), 1)
		for _, m := range c.tried {
			assert.Equal(t, penaltyDivisions, m.divisions, "%s: %v", name, m.setting)
		}
	}
}
