package lambda

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
)

// The losses of longer steps differ from the usual ones by m, with a standard error of ½.
func TestALongerInputStepMustHaveLessLossAndNoMoreErrors(t *testing.T) {
	usual := outcome{[]float64{5, 5, 5, 5}, []float64{1, 0, 1, 0}}
	longer := func(m float64, errors ...float64) outcome {
		return outcome{[]float64{4 - m, 6 - m, 4 - m, 6 - m}, errors}
	}
	same, fewer, none, more := []float64{0, 1, 0, 1}, []float64{0, 0, 0, 1}, make([]float64, 4), []float64{1, 1, 1, 0}
	diverged := slices.Repeat([]float64{math.Inf(1)}, 4)
	for name, c := range map[string]struct {
		longer []outcome
		want   int
	}{
		"less loss":                {[]outcome{longer(0.8, same...)}, 0},
		"within the noise":         {[]outcome{longer(0.7, fewer...)}, -1},
		"more errors":              {[]outcome{longer(2, more...)}, -1},
		"more loss":                {[]outcome{longer(-2, none...)}, -1},
		"the first of two alike":   {[]outcome{longer(0.8, fewer...), longer(2, fewer...)}, 0},
		"fewer errors":             {[]outcome{longer(2, same...), longer(0.8, fewer...)}, 1},
		"fewest errors":            {[]outcome{longer(2, none...), longer(0.8, fewer...)}, 0},
		"fewest within the noise":  {[]outcome{longer(2, fewer...), longer(0.7, none...)}, 0},
		"a training that diverges": {[]outcome{{diverged, diverged}, longer(2, same...)}, 1},
	} {
		assert.Equal(t, c.want, betterInputStep(usual, c.longer), name)
	}
	assert.Equal(t, -1, betterInputStep(outcome{diverged, diverged}, []outcome{{diverged, diverged}}))
	usual.losses[0], usual.errors[0] = math.Inf(1), math.Inf(1) // in one fold
	assert.Equal(t, 1, betterInputStep(usual, []outcome{{diverged, diverged}, longer(2, same...)}))
}

// steps are those of a choice, relative to the first one.
func steps(c *Choice) (list []float64) {
	for _, tried := range c.Tried {
		list = append(list, tried.InputStep/c.Tried[0].InputStep)
	}
	return list
}

// repeatedly are samples of a checkerboard, so many.
func repeatedly(samples int) train.Data[float32] {
	board := traintest.Checkerboard[float32]()
	some := make([]int, samples)
	for i := range some {
		some[i] = i % board.X.Rows
	}
	return pickRows(board, some)
}

// shortSteps is a choice among steps that are far too short for one epoch, of which the usual one is the worst.
func shortSteps(t *testing.T, samples int) Task[float32] {
	t.Helper()
	return Task[float32]{
		Candidates: []Candidate[float32]{{Net: hingeNetwork(t, 2, 20), Longer: 1}},
		Learn:      repeatedly(samples), Seed: 1, Workers: 2, UsualPenalties: true, InputSteps: true,
		Recipe: func(p train.Problem) (train.Recipe, error) {
			o := bcd.DefaultBatchOptions(p)
			o.Epochs, o.InputStep = 1, 0.01
			return bcd.MiniBatches.With(o), nil
		},
	}
}

func TestTheInputStepIsChosenByHeldOutSamples(t *testing.T) {
	task, done := shortSteps(t, SmallTable), 0
	task.Workers, task.Done = 1, func() { done++ }
	choice, err := Choose(t.Context(), task)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{1, 1.5, 2}, steps(choice), 1e-12)
	require.NotZero(t, choice.Chosen)
	assert.Less(t, choice.Tried[choice.Chosen].Loss, choice.Tried[0].Loss)
	assert.True(t, choice.OtherInputStep)
	assert.False(t, choice.OtherPenalties)
	assert.Equal(t, choice.Tried[0].Lambda, choice.Tried[2].Lambda)
	assert.Equal(t, task.Trainings(), done)

	task.Workers, task.Done = 3, nil
	again, err := Choose(t.Context(), task)
	require.NoError(t, err)
	assert.Equal(t, measured(choice), measured(again), "whatever the number of workers")
}

// The last question has the λ of the first one, and more samples than that if there are more.
func TestTheInputStepIsChosenAfterLambda(t *testing.T) {
	for samples, want := range map[int][]int{
		MostUsed:            {2000, 2000, 2000, 2000, 2000, 2000},
		mostAfterLambda + 1: {2000, 2000, 2000, 2000, 8000, 8000, 8000},
	} {
		task := shortSteps(t, samples)
		task.UsualPenalties = false
		choice, err := Choose(t.Context(), task)
		require.NoError(t, err)
		var used []int
		for _, tried := range choice.Tried {
			used = append(used, tried.Samples)
		}
		assert.Equal(t, want, used)
		last := choice.Tried[len(used)-3:]
		if samples == MostUsed {
			last = choice.Tried[len(used)-2:]
		}
		alone := task
		alone.InputSteps = false
		before, err := Choose(t.Context(), alone)
		require.NoError(t, err)
		chosen := before.Tried[before.Chosen].Lambda
		require.NotEqual(t, choice.Tried[slices.Index(factors, 1)].Lambda, chosen, "it is not the usual one")
		for _, tried := range last {
			assert.Equal(t, chosen, tried.Lambda)
		}
		assert.Equal(t, len(used)*folds, task.Trainings())
		assert.Equal(t, min(samples, mostAfterLambda), task.SamplesUsed())
	}
}

func TestWhereThereIsNoInputStepToChoose(t *testing.T) {
	given := shortSteps(t, SmallTable)
	assert.Equal(t, "the input step", given.What())
	given.InputSteps = false
	assert.False(t, given.Asks())
	given.UsualPenalties = false
	assert.True(t, given.Asks())
	assert.Equal(t, "λ", given.What())
	assert.Equal(t, TrainingsForLambda(SmallTable), given.Trainings())
}

// Without a choice of λ all samples that the last question may have are there from the beginning.
func TestTheInputStepAloneIsChosenByAllItsSamples(t *testing.T) {
	for samples, chosen := range map[int]int{900: 2, mostAfterLambda + 1: 1} { // of 900 the longest has fewest errors
		task, done := shortSteps(t, samples), 0
		task.Workers, task.Done = 1, func() { done++ }
		choice, err := Choose(t.Context(), task)
		require.NoError(t, err)
		require.Len(t, choice.Tried, 1+len(inputSteps))
		assert.Equal(t, task.Trainings(), done)
		assert.True(t, choice.InputStepAlone)
		for _, tried := range choice.Tried {
			assert.Equal(t, min(samples, mostAfterLambda), tried.Samples)
			assert.GreaterOrEqual(t, tried.Error, choice.Tried[choice.Chosen].Error)
		}
		assert.Equal(t, chosen, choice.Chosen, samples)
	}
}

func TestTheChosenSettingIsJudgedByMoreSamples(t *testing.T) {
	for samples, again := range map[int]bool{MostUsed: false, MostUsed + 1: true} {
		c := newChoosing(shortSteps(t, samples))
		c.UsualPenalties = false
		c.Candidates = append(c.Candidates, c.Candidates[0])
		require.NoError(t, c.chooseLambda(t.Context()))
		before, chosen := len(c.tried), c.asked
		require.NoError(t, c.chooseNetwork(t.Context()))
		require.Len(t, c.divisions, 1)
		assert.Len(t, slices.Concat(c.divisions[0]...), samples)
		usual := c.asked.setting
		other := usual
		other.candidate = 1
		want := []setting{other}
		if again {
			chosen, want = c.tried[before], []setting{usual, other}
		}
		var tried []setting
		for _, m := range c.tried[before:] {
			tried = append(tried, m.setting)
		}
		assert.Equal(t, want, tried)
		assert.Same(t, chosen, c.chosen, "the same network twice")
	}
}

// The network, the penalties and the pieces are those that are chosen by then.
func TestLongerInputStepsAreOfTheChosenSetting(t *testing.T) {
	c := toldByPieces(t, 60, 3, 1)
	c.InputSteps = true
	var err error
	c.divisions, err = divide(c.Learn, mostAfterLambda, c.Seed)
	require.NoError(t, err)
	chosen := &trial{setting{1, 1. / 4, true, 1}, newOutcome(60), 1}
	c.chosen = chosen
	require.NoError(t, c.chooseInputStep(t.Context()))
	assert.Same(t, chosen, c.chosen, "nothing is better than no loss")
	require.Len(t, c.tried, len(inputSteps))
	want := chosen.setting
	for i, step := range inputSteps {
		want.inputStep = step
		assert.Equal(t, want, c.tried[i].setting)
	}
}

// What pieces have left open is measured in more divisions, and so are the steps.
func TestTheInputStepHasTheDivisionsOfTheChosenSetting(t *testing.T) {
	c := newChoosing(shortSteps(t, SmallTable))
	require.NoError(t, c.chooseLambda(t.Context()))
	usual := c.chosen
	require.NoError(t, c.measureMore(t.Context(), 2, usual))
	require.NoError(t, c.chooseInputStep(t.Context()))
	require.NotSame(t, usual, c.chosen)
	both, err := c.upTo(2)
	require.NoError(t, err)
	want, err := c.measureIn(t.Context(), both[0], both, []setting{c.chosen.setting})
	require.NoError(t, err)
	assert.Equal(t, 2, c.chosen.divisions)
	assert.InDelta(t, mean(want[0].losses), mean(c.chosen.losses), 1e-12)
	assert.InDelta(t, mean(want[0].errors), mean(c.chosen.errors), 1e-12)
	assert.Len(t, c.chosen.losses, SmallTable)
}

// A step that is longer than the usual one is so for all samples, too.
func TestAnInputStepIsThatOfAllSamples(t *testing.T) {
	task := shortSteps(t, SmallTable)
	told, err := task.describe(setting{0, 4, false, 1.5})
	require.NoError(t, err)
	usual, err := task.describe(setting{0, 1, false, 1})
	require.NoError(t, err)
	assert.InEpsilon(t, 0.015, told.InputStep, 1e-12)
	assert.InEpsilon(t, 0.01, usual.InputStep, 1e-12)
	assert.InEpsilon(t, 4*usual.Lambda, told.Lambda, 0.06)
}
