package nn

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func modelNetwork[T mat.Float](t testing.TB) *Network[T] {
	net, err := New(testSpecs["skips"], Squared[T]{}, Init{}, 11)
	require.NoError(t, err)
	net.Mean = []T{0.5, -1, 0, 3}
	net.Classes = []string{"cat", "dög \"1\""}
	for i := range net.Layers {
		net.Layers[i].W.Set(0, net.Layers[i].W.Cols-1, T(0.1)*T(i+1)) // a bias
	}
	return net
}

func encode[T mat.Float](t testing.TB, net *Network[T]) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, net.Encode(&b))
	return b.Bytes()
}

func testSaveAndLoad[T mat.Float](t *testing.T) {
	net := modelNetwork[T](t)
	path := filepath.Join(t.TempDir(), "net.safetensors")
	require.NoError(t, net.Save(path))
	loaded, err := Load[T](path)
	require.NoError(t, err)
	assert.Equal(t, net, loaded)

	x := testSamples[T](50, 4, 1)
	want, err := net.Scores(x, 1)
	require.NoError(t, err)
	have, err := loaded.Scores(x, 1)
	require.NoError(t, err)
	assert.Equal(t, want.Data, have.Data)

	bits, err := Precision(path)
	require.NoError(t, err)
	assert.Equal(t, mat.Bits[T](), bits)
	assert.Equal(t, encode(t, net), encode(t, loaded))
}

func TestSavedAndLoadedNetworkPredictsTheSameBits(t *testing.T) {
	t.Run("float32", testSaveAndLoad[float32])
	t.Run("float64", testSaveAndLoad[float64])
}

// unregistered is a loss that files do not know, whatever it is called.
type unregistered struct {
	Squared[float64]
	name string
}

func (u unregistered) Name() string { return u.name }

// TestALossThatIsNotRegisteredIsNotSaved, as the file could not be read.
func TestALossThatIsNotRegisteredIsNotSaved(t *testing.T) {
	for _, name := range []string{"my", "", "\xe4"} {
		net := modelNetwork[float64](t)
		net.Loss = unregistered{name: name}
		path := filepath.Join(t.TempDir(), "net")
		err := net.Save(path)
		require.ErrorAs(t, err, new(*SpecError), name)
		assert.ErrorContains(t, err, "RegisterLoss")
		assert.NoFileExists(t, path)
	}
}

func TestDecodeConvertsPrecision(t *testing.T) {
	wide := modelNetwork[float64](t)
	narrow, err := Decode[float32](bytes.NewReader(encode(t, wide)), "x")
	require.NoError(t, err)
	for i, v := range wide.V.Data {
		assert.Equal(t, float32(v), narrow.V.Data[i])
	}
	again, err := Decode[float64](bytes.NewReader(encode(t, narrow)), "x")
	require.NoError(t, err)
	for i, v := range narrow.V.Data {
		assert.Equal(t, float64(v), again.V.Data[i])
	}
}

func TestAModelNeedsNoMeanAndNoClasses(t *testing.T) {
	net := modelNetwork[float32](t)
	net.Mean, net.Classes = nil, nil
	have, err := Decode[float32](bytes.NewReader(encode(t, net)), "x")
	require.NoError(t, err)
	assert.Nil(t, have.Mean)
	assert.Nil(t, have.Classes)
}

// The bytes that format.md promises, put together by hand.
func TestModelFileIsSafetensors(t *testing.T) {
	net := &Network[float32]{
		Inputs: 1, Loss: Hinge[float32]{},
		Layers: []Layer[float32]{{[]int{0}, mat.DenseOf(2, 2, []float32{1, 2, 3, 4})}},
		V:      mat.DenseOf(1, 3, []float32{5, 6, 7}),
	}
	header := compactJSON(t, `{
		"__metadata__": {
			"format": "ridge-network", "from": "[[0]]", "loss": "hinge",
			"sha256": "SUM", "version": "4", "widths": "[1,2,1]"
		},
		"layers.1.bias": {"data_offsets": [8, 16], "dtype": "F32", "shape": [2]},
		"layers.1.weight": {"data_offsets": [0, 8], "dtype": "F32", "shape": [2, 1]},
		"output.bias": {"data_offsets": [24, 28], "dtype": "F32", "shape": [1]},
		"output.weight": {"data_offsets": [16, 24], "dtype": "F32", "shape": [1, 2]}}`)
	h := sha256.New() // what the checksum is of, as format.md has it
	for _, part := range []any{
		5, "format", "ridge-network", "from", "[[0]]", "loss", "hinge", "version", "4", "widths", "[1,2,1]",
		"layers.1.weight", "F32", 2, 2, 1,
		"layers.1.bias", "F32", 1, 2,
		"output.weight", "F32", 2, 1, 2,
		"output.bias", "F32", 1, 1,
	} {
		if text, ok := part.(string); ok {
			h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(text))))
			h.Write([]byte(text))
			continue
		}
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(part.(int))))
	}
	for _, v := range []float32{1, 3, 2, 4, 5, 6, 7} {
		h.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
	}
	header = strings.Replace(header, "SUM", hex.EncodeToString(h.Sum(nil)), 1)
	header += strings.Repeat(" ", (8-len(header)%8)%8)
	want := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	want = append(want, header...)
	for _, v := range []float32{1, 3, 2, 4, 5, 6, 7} {
		want = binary.LittleEndian.AppendUint32(want, math.Float32bits(v))
	}
	assert.Equal(t, want, encode(t, net))
}

// rewrite takes a model apart, lets change work on its header, and puts it together.
func rewrite(t testing.TB, file []byte, change func(h map[string]any)) []byte {
	t.Helper()
	size := binary.LittleEndian.Uint64(file)
	var h map[string]any
	require.NoError(t, json.Unmarshal(file[8:8+size], &h))
	change(h)
	if m, ok := h["__metadata__"].(map[string]any); ok && m["version"] == summedVersion {
		m["version"] = sparseVersion // which has no checksum: it would be all that is wrong
		delete(m, sumKey)
	}
	text, err := json.Marshal(h)
	require.NoError(t, err)
	return withHeader(string(text), file[8+size:])
}

func withHeader(header string, data []byte) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), data...)
}

// compactJSON takes the spaces out of JSON that is written for people.
func compactJSON(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, json.Compact(&b, []byte(text)))
	return b.String()
}

func setMetadata(key, value string) func(map[string]any) {
	return func(h map[string]any) { h["__metadata__"].(map[string]any)[key] = value }
}

func setTensor(name, key string, value any) func(map[string]any) {
	return func(h map[string]any) { h[name].(map[string]any)[key] = value }
}

func TestDecodeRefusesWeightsThatOverflow(t *testing.T) {
	net := modelNetwork[float64](t)
	net.V.Set(0, 0, 1e200)
	file := encode(t, net)
	_, err := Decode[float64](bytes.NewReader(file), "net")
	require.NoError(t, err)
	_, err = Decode[float32](bytes.NewReader(file), "net")
	assert.EqualError(t, err, `net: tensor "output.weight": element 0 is 1e+200: want a finite number of 32 bits`)
}

// A header may claim a terabyte of weights; memory follows what the file has.
func TestDecodeAllocatesForWhatThereIs(t *testing.T) {
	const width = 1 << 19
	header, err := json.Marshal(map[string]any{
		"__metadata__": map[string]string{"format": modelFormat, "version": "1", "loss": "hinge",
			"widths": "[524288,524288,1]", "from": "[[0]]"},
		"layers.1.weight": map[string]any{"dtype": "F32", "shape": []int{width, width},
			"data_offsets": []int64{0, 4 * width * width}},
		"layers.1.bias": map[string]any{"dtype": "F32", "shape": []int{width},
			"data_offsets": []int64{4 * width * width, 4 * width * (width + 1)}},
		"output.weight": map[string]any{"dtype": "F32", "shape": []int{1, width},
			"data_offsets": []int64{4 * width * (width + 1), 4 * width * (width + 2)}},
		"output.bias": map[string]any{"dtype": "F32", "shape": []int{1},
			"data_offsets": []int64{4 * width * (width + 2), 4*width*(width+2) + 4}},
	})
	require.NoError(t, err)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = Decode[float32](bytes.NewReader(withHeader(string(header), make([]byte, 100))), "x")
	runtime.ReadMemStats(&after)
	assert.ErrorContains(t, err, "file ends after 100 of the 1099511627776 bytes")
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

// So may the metadata claim a million layers.
func TestDecodeCountsTensorsBeforeItNamesThem(t *testing.T) {
	const layers = 100_000
	c := &container{tensors: map[string]*tensor{}}
	d := &description{widths: slices.Repeat([]int{1}, layers+2), from: slices.Repeat([][]int{{0}}, layers)}
	allocations := testing.AllocsPerRun(1, func() {
		assert.ErrorContains(t, c.checkTensors(d), "0 tensors: want at least 200002")
	})
	assert.Less(t, allocations, 100.0)
}

type brokenReader struct{ io.Reader }

var errBroken = errors.New("disk on fire")

func (r brokenReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err == io.EOF {
		err = errBroken
	}
	return n, err
}

func TestReadErrorsAreNotMistakesOfTheFile(t *testing.T) {
	good := encode(t, modelNetwork[float32](t))
	for _, cut := range []int{4, 100, len(good) - 10, len(good)} {
		_, err := Decode[float32](brokenReader{bytes.NewReader(good[:cut])}, "net")
		require.ErrorIs(t, err, errBroken, "after %d bytes", cut)
		assert.ErrorContains(t, err, "reading net: ")
	}
}

func TestLoadAndPrecisionWithoutAModel(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none")
	_, err := Load[float32](missing)
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = Precision(missing)
	assert.ErrorIs(t, err, os.ErrNotExist)

	text := filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(text, []byte("not a model at all"), 0o600))
	var format *FormatError
	_, err = Precision(text)
	require.ErrorAs(t, err, &format)
	assert.Equal(t, text, format.File)
}

func TestSaveNeverWritesABrokenNetworkOrHalfOfOne(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "net.safetensors")
	net := modelNetwork[float32](t)
	require.NoError(t, net.Save(path))
	before, err := os.ReadFile(path)
	require.NoError(t, err)

	net.V.Set(0, 0, float32(math.NaN()))
	var spec *SpecError
	require.ErrorAs(t, net.Save(path), &spec)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1)

	err = modelNetwork[float32](t).Save(filepath.Join(dir, "no", "such", "folder"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}
