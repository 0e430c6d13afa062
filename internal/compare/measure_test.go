package compare

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset"
)

func TestMeasureTellsTheTimeOfWhatHasNotRun(t *testing.T) {
	dir := t.TempDir()
	s, set := testStudy(t, dir)
	o, err := s.Outlook()
	require.NoError(t, err)
	var measured []string
	say := func(solver string, n Network) { measured = append(measured, solver+" "+n.String()) }
	require.NoError(t, s.Measure(t.Context(), o, set, say))
	assert.Equal(t, []string{"bcd 6", "adam 6", "bcd 5", "adam 5", "bcd 2x4", "adam 2x4"}, measured)
	assert.Positive(t, o.Left(1))
	finished, _ := o.Count()
	assert.Zero(t, finished)
	assert.Empty(t, contents(t, dir), "it keeps no result")

	measured = nil
	require.NoError(t, s.Measure(t.Context(), o, set, say))
	assert.Empty(t, measured, "what is known is not measured")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o, err = s.Outlook()
	require.NoError(t, err)
	assert.ErrorIs(t, s.Measure(ctx, o, set, nil), context.Canceled)
}

// TestTheLastSixthIsHeldOut: of MNIST the last 10,000 training images, and no other.
func TestTheLastSixthIsHeldOut(t *testing.T) {
	all := dataset.Samples{X: make([]float32, 60000), Labels: make([]int, 60000), Dim: 1}
	fit, held, err := split(all)
	require.NoError(t, err)
	assert.Equal(t, 50000, fit.Len())
	assert.Equal(t, 10000, held.Len())
	assert.Same(t, &all.X[0], &fit.X[0])
	assert.Same(t, &all.X[50000], &held.X[0])
	assert.Equal(t, DataFacts{Train: 50000, Validation: 10000}, tuningData(DataFacts{Train: 60000, Test: 10000}))
}

func TestLimitTakesTheFirstTrainingSamples(t *testing.T) {
	set := digits(t)
	plan := testPlan()
	plan.Limit = 60
	s, err := NewStudy(plan, set, t.TempDir())
	require.NoError(t, err)
	assert.Equal(t, 60, s.data.Train)
	limited := plan.limited(set.Train)
	assert.Equal(t, 60, limited.Len())
	assert.Same(t, &set.Train.X[0], &limited.X[0])
	plan.Limit = 5
	_, err = NewStudy(plan, set, t.TempDir())
	assert.ErrorContains(t, err, "the last sixth is held out")
}

// A machine that stood still during one of three runs says nothing about the next one.
func TestTheTimeLeftIsNotThatOfARunThatStoodStill(t *testing.T) {
	r := rate{}
	network := Network{Hidden: []int{4}}
	for _, wall := range []float64{10, 1800, 11} {
		result := &Result{Run: Run{Settings: Settings{Solver: "adam"}, Network: network},
			Data: DataFacts{Train: 100, Inputs: 3}, Wall: wall}
		result.Trace = make([]Epoch, 2)
		r.add(result)
	}
	assert.InDelta(t, 11./(2*100), r.of("adam", network, 3), 1e-12)
	wider := Network{Hidden: []int{8}}
	assert.InEpsilon(t, 11./(2*100)*wider.weights(3)/network.weights(3), r.of("sgd", wider, 3), 1e-12, "by the weights")
}

// What is done once in a training is in the first epoch, and not counted for each.
func TestMeasuringCountsTheSecondEpoch(t *testing.T) {
	r := rate{}
	network := Network{Hidden: []int{4}}
	result := &Result{Run: Run{Settings: Settings{Solver: "bcd"}, Network: network},
		Data: DataFacts{Train: 100, Inputs: 3},
		Wall: 10}
	result.Trace = []Epoch{{Seconds: 6}, {Seconds: 8}}
	r.addMeasured(result)
	assert.InDelta(t, (2+1)/100., r.of("bcd", network, 3), 1e-12)
}
