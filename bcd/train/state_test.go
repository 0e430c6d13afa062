package train

import (
	"bytes"
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
