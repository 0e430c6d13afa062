package lambda

import (
	"bytes"
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
)

// saved is a record as a file.
func saved(t *testing.T, r *Record) []byte {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, train.WriteState(&file, nil, r.State))
	return file.Bytes()
}

// Only trainings that have ended are in the record, and these are not repeated.
func TestAChoiceThatWasCutOffGoesOnWhereItWas(t *testing.T) {
	task := toldByPieces(t, SmallTable, 3, 1).Task
	task.InputSteps, task.Workers = true, 1
	trained, recipe := 0, task.Recipe
	task.Recipe = func(p train.Problem) (train.Recipe, error) {
		trained++
		return recipe(p)
	}
	want, err := Choose(t.Context(), task)
	require.NoError(t, err)
	all := trained
	for _, before := range []int{0, 1, 14, all - len(want.Tried)} {
		ctx, cut := context.WithCancel(t.Context())
		first, done := task, 0
		first.Record = new(Record)
		first.Done = func() {
			if done++; done == before {
				cut()
			}
		}
		if before == 0 {
			cut()
		}
		_, err := Choose(ctx, first)
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, before, first.Record.Len())

		second := task
		second.Record = new(Record)
		require.NoError(t, train.ReadState(bytes.NewReader(saved(t, first.Record)), second.Record.State))
		require.Equal(t, before, second.Record.Len())
		trained, done = 0, 0
		second.Done = func() { done++ }
		got, err := Choose(t.Context(), second)
		require.NoError(t, err)
		assert.Equal(t, all-before, trained)
		assert.Equal(t, all-len(want.Tried), done, "those of the record count as done")
		assert.GreaterOrEqual(t, got.Seconds, first.Record.spent)
		got.Seconds = want.Seconds
		assert.Equal(t, want, got)
	}
}

func TestTheSecondsOfAChoiceAreThoseOfAllItsParts(t *testing.T) {
	const earlier = 1000
	r := &Record{spent: earlier}
	r.begin()
	restored := new(Record)
	require.NoError(t, train.ReadState(bytes.NewReader(saved(t, r)), restored.State))
	assert.GreaterOrEqual(t, restored.spent, float64(earlier))
	assert.InDelta(t, earlier, restored.spent, 100)
	assert.InDelta(t, earlier, r.spent, 0, "saving does not count twice")
}

func TestImpossibleRecordsAreRefused(t *testing.T) {
	for name, o := range map[string]outcome{
		"no number":       {[]float64{0, math.NaN()}, []float64{0, 0}},
		"negative":        {[]float64{0, 0}, []float64{0, -1}},
		"another length":  {[]float64{0, 0}, []float64{0}},
		"negative losses": {[]float64{math.Inf(-1)}, []float64{1}},
	} {
		r := &Record{found: map[string]outcome{"training": o}}
		var restored Record
		err := train.ReadState(bytes.NewReader(saved(t, r)), restored.State)
		require.ErrorAs(t, err, new(*train.StateError), name)
	}
	possible := &Record{found: map[string]outcome{"training": {[]float64{math.Inf(1), 0}, []float64{1, 0}}}}
	require.NoError(t, train.ReadState(bytes.NewReader(saved(t, possible)), new(Record).State))
}

// A record of other sections can't be read, and the choice is made anew: whoever changes them raises the version, as
// for the states of trainings, which package golden has a test of.
func TestRecordsOfAVersionHaveTheseSections(t *testing.T) {
	r := &Record{found: map[string]outcome{"one": {[]float64{3, 4}, []float64{0, 1}}, "two": {}}}
	version, sections := traintest.Sections(t, saved(t, r))
	assert.Equal(t, "ridge state 4", version)
	assert.Equal(t, []string{
		"b 0 about", "d 1 seconds", "i 1 trainings",
		"b 3 training", "i 1 losses count", "d 2 losses", "i 1 errors count", "d 2 errors",
		"b 3 training", "i 1 losses count", "d 0 losses", "i 1 errors count", "d 0 errors",
		"e 0",
	}, sections)
}

func TestTrainingsAreToldApart(t *testing.T) {
	task := toldByPieces(t, 60, 3, 1).Task
	on, rows := []int{1, 2}, []int{3}
	names := map[string]bool{}
	for _, s := range []setting{
		{0, 1, false, 1}, {1, 1, false, 1}, {0, 4, false, 1}, {0, 1, true, 1}, {0, 1, false, 1.5},
	} {
		names[task.trainingName(s, on, rows)] = true
	}
	for _, samples := range [][2][]int{{{1}, {2, 3}}, {{2, 1}, {3}}, {{1, 2}, {4}}, {{1, 2, 3}, nil}} {
		names[task.trainingName(setting{0, 1, false, 1}, samples[0], samples[1])] = true
	}
	longer := task
	longer.Candidates = append([]Candidate[float32]{}, task.Candidates...)
	longer.Candidates[0].Longer++
	names[longer.trainingName(setting{0, 1, false, 1}, on, rows)] = true
	assert.Len(t, names, 10)
}

// A record of other samples has outcomes of another length.
func TestAnOutcomeOfOtherSamplesIsNotUsed(t *testing.T) {
	var r Record
	r.add("training", newOutcome(3))
	_, ok := r.find("training", 3)
	assert.True(t, ok)
	for name, samples := range map[string]int{"training": 4, "another": 3} {
		_, ok := r.find(name, samples)
		assert.False(t, ok)
	}
}
