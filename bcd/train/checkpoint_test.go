package train

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRunSavesAndResumes: the loop's own part of the state is its trace, its time and its networks.
func TestRunSavesAndResumes(t *testing.T) {
	data := Samples[float64]{Train: testData[float64](30, 5, 3, 1), Validation: testData[float64](20, 5, 3, 2),
		Test: testData[float64](20, 5, 3, 3)}
	epochs := func(o *toyOptions) { o.Epochs = 6 }
	whole := testNetwork(t)
	want, err := runToy(t.Context(), whole, data, epochs, Control{KeepBest: true})
	require.NoError(t, err)

	var moments []Moment
	var states [][]byte
	c := Control{KeepBest: true, Checkpoints: &Checkpoints{
		About: []byte("toy"),
		Due:   func(m Moment) bool { moments = append(moments, m); return true },
		Save: func(write func(io.Writer) error) error {
			var b bytes.Buffer
			err := write(&b)
			states = append(states, b.Bytes())
			return err
		},
	}}
	_, err = runToy(t.Context(), testNetwork(t), data, epochs, c)
	require.NoError(t, err)
	assert.Equal(t, []Moment{EpochEnd, EpochEnd, EpochEnd, EpochEnd, EpochEnd, Finished}, moments)
	for i, state := range states {
		trained := []int{}
		net := testNetwork(t)
		restored := Control{KeepBest: true, Checkpoints: &Checkpoints{Resume: bytes.NewReader(state)},
			Progress: func(e Epoch) { trained = append(trained, e.Epoch) }}
		trace, err := runToy(t.Context(), net, data, epochs, restored)
		require.NoError(t, err)
		assert.Equal(t, []int{2, 3, 4, 5, 6}[i:], trained, "what was done is not done again")
		assert.Equal(t, whole.V.Data, net.V.Data, "from state %d", i)
		require.Len(t, trace, len(want))
		for e := range trace {
			assert.GreaterOrEqual(t, trace[e].Seconds, 0.)
			trace[e].Seconds = want[e].Seconds
		}
		assert.Equal(t, want, trace)
	}
}

// TestCheckpointsNeedNoDue: a training may go on from a state and save none.
func TestCheckpointsNeedNoDue(t *testing.T) {
	data := Samples[float64]{Train: testData[float64](30, 5, 3, 1)}
	var state bytes.Buffer
	save := &Checkpoints{Due: func(at Moment) bool { return at == Finished },
		Save: func(write func(io.Writer) error) error { return write(&state) }}
	whole, net := testNetwork(t), testNetwork(t)
	_, err := runToy(t.Context(), whole, data, nil, Control{Checkpoints: save})
	require.NoError(t, err)
	_, err = runToy(t.Context(), net, data, nil, Control{Checkpoints: &Checkpoints{Resume: &state}})
	require.NoError(t, err)
	assert.Equal(t, whole.V.Data, net.V.Data)

	assert.PanicsWithValue(t, "train: Run: Checkpoints have a Due that asks for a state, and no Save", func() {
		_, _ = runToy(t.Context(), net, data, nil,
			Control{Checkpoints: &Checkpoints{Due: func(Moment) bool { return true }}})
	})
}

// TestCancelledRunsAreSaved: whoever is stopped has the state of that moment, and the error of the
// context.
func TestCancelledRunsAreSaved(t *testing.T) {
	data := Samples[float64]{Train: testData[float64](30, 5, 3, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	var moments []Moment
	c := Control{
		Progress: func(e Epoch) {
			if e.Epoch == 2 {
				cancel()
			}
		},
		Checkpoints: &Checkpoints{
			Due:  func(m Moment) bool { moments = append(moments, m); return m == Cancelled },
			Save: func(write func(io.Writer) error) error { return write(io.Discard) },
		},
	}
	trace, err := runToy(ctx, testNetwork(t), data, nil, c)
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, trace, 2)
	assert.Equal(t, []Moment{EpochEnd, Cancelled}, moments)

	failing := errors.New("the disk is full")
	c = Control{Checkpoints: &Checkpoints{Due: func(Moment) bool { return true },
		Save: func(func(io.Writer) error) error { return failing }}}
	trace, err = runToy(t.Context(), testNetwork(t), data, nil, c)
	require.ErrorIs(t, err, failing)
	assert.Len(t, trace, 1, "what was finished stays")
}

// TestUnfitStatesLeaveTheNetwork as it is.
func TestUnfitStatesLeaveTheNetwork(t *testing.T) {
	data := Samples[float64]{Train: testData[float64](30, 5, 3, 1)}
	net, first := testNetwork(t), testNetwork(t)
	c := Control{Checkpoints: &Checkpoints{Due: func(Moment) bool { return false },
		Resume: bytes.NewReader(saved(t, full(1)))}}
	_, err := runToy(t.Context(), net, data, nil, c)
	var stateError *StateError
	require.ErrorAs(t, err, &stateError)
	assert.Equal(t, first, net)
}

// TestStatesThatFailLateLeaveTheNetwork, too, although the trace of another training has a best epoch.
func TestStatesThatFailLateLeaveTheNetwork(t *testing.T) {
	data := Samples[float64]{Train: testData[float64](30, 5, 3, 1), Validation: testData[float64](20, 5, 3, 2)}
	var state bytes.Buffer
	save := &Checkpoints{Due: func(at Moment) bool { return at == Finished },
		Save: func(write func(io.Writer) error) error { return write(&state) }}
	_, err := runToy(t.Context(), testNetwork(t), data, nil, Control{KeepBest: true, Checkpoints: save})
	require.NoError(t, err)
	net, first := testNetwork(t), testNetwork(t)
	cut := &Checkpoints{Due: func(Moment) bool { return false },
		Resume: bytes.NewReader(state.Bytes()[:state.Len()-20])}
	trace, err := runToy(t.Context(), net, data, nil, Control{KeepBest: true, Checkpoints: cut})
	var stateError *StateError
	require.ErrorAs(t, err, &stateError)
	assert.Equal(t, first, net)
	assert.Empty(t, trace)
}

// TestStatesHaveTheBestNetworkIfItIsKept: what ends a training early goes by the trace alone.
func TestStatesHaveTheBestNetworkIfItIsKept(t *testing.T) {
	data := Samples[float64]{Train: testData[float64](30, 5, 3, 1), Validation: testData[float64](20, 5, 3, 2)}
	length := func(c Control) int {
		var state bytes.Buffer
		c.Checkpoints = &Checkpoints{Due: func(at Moment) bool { return at == Finished },
			Save: func(write func(io.Writer) error) error { return write(&state) }}
		_, err := runToy(t.Context(), testNetwork(t), data, nil, c)
		require.NoError(t, err)
		return state.Len()
	}
	plain := length(Control{})
	assert.Equal(t, plain, length(Control{EarlyStop: 100}))
	assert.Less(t, plain, length(Control{KeepBest: true}))
}
