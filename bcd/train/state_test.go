package train

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// everything has a field of each kind.
type everything struct {
	Whole, Up int
	Truth     bool
	Number    float64
	Many      []int
	Single    []float32
	Matrix    mat.Dense[float64]
	List      []float64
	Text      string
	Measured  map[string]float64
	Batches   *Batches
}

func (e *everything) state(s *State) {
	s.Int("whole", &e.Whole)
	s.Count("up", &e.Up, 7)
	s.Bool("truth", &e.Truth)
	s.In("inner", func(s *State) { s.Float("number", &e.Number) })
	s.Ints("many", e.Many)
	Elements(s, "single", e.Single)
	Matrix(s, "matrix", e.Matrix)
	s.Floats("list", &e.List, 5)
	s.Text("text", &e.Text)
	s.Values("measured", &e.Measured)
	s.In("batches", e.Batches.State)
}

// full returns one of some sizes, with numbers in it.
func full(batches int) *everything {
	e := &everything{
		Whole: -3, Up: 7, Truth: true, Number: math.Copysign(0, -1), Many: make([]int, 5000),
		Single: make([]float32, 9001),
		Matrix: mat.NewDense[float64](3, 4), List: []float64{math.Inf(1), 2}, Text: "text",
		Measured: map[string]float64{"b": 1, "a": 2}, Batches: NewBatches(20, 3, 1),
	}
	for i := range e.Many {
		e.Many[i] = -i
	}
	for i := range e.Single {
		e.Single[i] = float32(i) / 3
	}
	for i := range e.Matrix.Data {
		e.Matrix.Data[i] = float64(i) / 7
	}
	for range batches {
		e.Batches.Next()
	}
	return e
}

// empty returns one of the same sizes without them.
func empty() *everything {
	return &everything{Many: make([]int, 5000), Single: make([]float32, 9001), Matrix: mat.NewDense[float64](3, 4),
		Batches: NewBatches(20, 3, 9)}
}

func saved(t testing.TB, e *everything) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, WriteState(&b, []byte("about it"), e.state))
	return b.Bytes()
}

func TestStateComesBack(t *testing.T) {
	for batches := range 20 {
		e := full(batches)
		file := saved(t, e)
		about, err := CheckState(bytes.NewReader(file))
		require.NoError(t, err)
		assert.Equal(t, "about it", string(about))
		got := empty()
		require.NoError(t, ReadState(bytes.NewReader(file), got.state))
		assert.Equal(t, e, got)
		assert.True(t, math.Signbit(got.Number))
		for range 15 {
			assert.Equal(t, e.Batches.Next(), got.Batches.Next())
		}
	}
}

// TestDamagedStatesAreRefused: any byte that is another one, any part that is missing, anything that
// follows.
func TestDamagedStatesAreRefused(t *testing.T) {
	e := full(5)
	e.Many, e.Single = e.Many[:9], e.Single[:9]
	file := saved(t, e)
	refuse := func(b []byte, what string, at int) {
		_, checked := CheckState(bytes.NewReader(b))
		got := empty()
		got.Many, got.Single = got.Many[:9], got.Single[:9]
		restored := ReadState(bytes.NewReader(b), got.state)
		for _, err := range []error{checked, restored} {
			var stateError *StateError
			require.ErrorAs(t, err, &stateError, "%s %d", what, at)
		}
	}
	for i := range file {
		b := bytes.Clone(file)
		b[i] ^= 1 << (i % 8)
		refuse(b, "byte", i)
		refuse(file[:i], "length", i)
	}
	refuse(append(bytes.Clone(file), 0), "more than", len(file))
}

// TestCountsOfNumbersThatOverflowAreRefused: 2⁶¹ numbers of 8 bytes are none, by the size of all in 64 bits.
func TestCountsOfNumbersThatOverflowAreRefused(t *testing.T) {
	var file bytes.Buffer
	w := newSectionWriter(&file)
	require.NoError(t, w.bytes(aboutName, nil))
	require.NoError(t, w.write(binary.LittleEndian.AppendUint64([]byte{1, 'x', byte(kindFloat64)}, 1<<61)))
	require.NoError(t, w.finish())
	require.NoError(t, w.end())
	_, err := CheckState(&file)
	var stateError *StateError
	require.ErrorAs(t, err, &stateError)
	assert.ErrorContains(t, err, "claims 2305843009213693952 numbers")
}

// TestStatesOfOtherTrainingsAreRefused: undamaged ones, with other fields.
func TestStatesOfOtherTrainingsAreRefused(t *testing.T) {
	for name, change := range map[string]func(e *everything){
		"fewer numbers":  func(e *everything) { e.Many = e.Many[1:] },
		"another shape":  func(e *everything) { e.Matrix = mat.NewDense[float64](3, 5) },
		"fewer samples":  func(e *everything) { e.Batches = NewBatches(19, 3, 1) },
		"a sample twice": func(e *everything) { e.Batches.order[3] = e.Batches.order[4] },
		"no such sample": func(e *everything) { e.Batches.order[3] = 20 },
		"a sample below": func(e *everything) { e.Batches.order[3] = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			e := full(3)
			change(e)
			var stateError *StateError
			require.ErrorAs(t, ReadState(bytes.NewReader(saved(t, e)), empty().state), &stateError)
		})
	}
	e := full(1)
	e.Up = 8
	var stateError *StateError
	require.ErrorAs(t, WriteState(io.Discard, nil, e.state), &stateError, "not a possible state")
	assert.ErrorContains(t, WriteState(io.Discard, make([]byte, aboutLimit+1), e.state), "want at most")
}

// TestReadingErrorsAreNotThoseOfTheFile: a disk that fails says nothing about what is on it.
func TestReadingErrorsAreNotThoseOfTheFile(t *testing.T) {
	file := saved(t, full(2))
	failing := errors.New("the disk is on fire")
	for _, n := range []int{0, 5, 30, 1000, len(file) - 1} {
		r := func() io.Reader { return io.MultiReader(bytes.NewReader(file[:n]), failingReader{failing}) }
		_, err := CheckState(r())
		require.ErrorIs(t, err, failing)
		require.ErrorIs(t, ReadState(r(), empty().state), failing)
	}
	for _, n := range []int{0, 100, len(file) - 1} {
		require.ErrorIs(t, WriteState(&failingWriter{n, failing}, []byte("about it"), full(2).state), failing)
	}
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

type failingWriter struct {
	room int
	err  error
}

func (f *failingWriter) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, f.err
	}
	return len(b), nil
}

// FuzzState: no bytes make reading panic, and none are taken for a state but those that writing it
// again would give.
func FuzzState(f *testing.F) {
	e := full(4)
	e.Many, e.Single = e.Many[:3], e.Single[:3]
	f.Add(saved(f, e))
	f.Add([]byte(stateMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		about, err := CheckState(bytes.NewReader(b))
		got := empty()
		got.Many, got.Single = got.Many[:3], got.Single[:3]
		if ReadState(bytes.NewReader(b), got.state) != nil {
			return
		}
		require.NoError(t, err)
		var again bytes.Buffer
		require.NoError(t, WriteState(&again, about, got.state))
		require.Equal(t, b, again.Bytes())
	})
}

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
		net, never := testNetwork(t), func(Moment) bool { return false }
		restored := Control{KeepBest: true, Checkpoints: &Checkpoints{Due: never, Resume: bytes.NewReader(state)}}
		trace, err := runToy(t.Context(), net, data, epochs, restored)
		require.NoError(t, err)
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
		Progress: func(s Step) {
			if s.Epoch == 2 {
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

// TestAStateLeavesOutWhatIsBetweenTheRowsOfAView: what stands between the rows is neither saved nor overwritten.
func TestAStateLeavesOutWhatIsBetweenTheRowsOfAView(t *testing.T) {
	a := mat.DenseOf(3, 3, []float64{1, 2, -1, 3, 4, -1, 5, 6, -1})
	b := mat.DenseOf(3, 3, []float64{0, 0, 7, 0, 0, 7, 0, 0, 7})
	var file bytes.Buffer
	require.NoError(t, WriteState(&file, nil, func(s *State) { Matrix(s, "a", a.ColView(0, 2)) }))
	require.NoError(t, ReadState(&file, func(s *State) { Matrix(s, "a", b.ColView(0, 2)) }))
	assert.Equal(t, []float64{1, 2, 7, 3, 4, 7, 5, 6, 7}, b.Data)
}

// TestStatesOfWeightsThatAreNotFiniteAreRefused with the place of the first one.
func TestStatesOfWeightsThatAreNotFiniteAreRefused(t *testing.T) {
	for name, v := range map[string]float64{"NaN": math.NaN(), "+Inf": math.Inf(1), "-Inf": math.Inf(-1)} {
		net := testNetwork(t)
		last := net.Weights(len(net.Layers) + 1)
		last.Set(1, 2, v)
		var file bytes.Buffer
		require.NoError(t, WriteState(&file, nil, func(s *State) { Weights(s, "net", net) }))
		err := ReadState(&file, func(s *State) { Weights(s, "net", testNetwork(t)) })
		var stateError *StateError
		require.ErrorAs(t, err, &stateError)
		assert.ErrorContains(t, err, fmt.Sprintf("net.layer %d: weight (1, 2) is %s", len(net.Layers)+1, name))
	}
}
