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
	assert.Equal(t, bitsOf[T](), bits)
	assert.Equal(t, encode(t, net), encode(t, loaded))
}

func TestSavedAndLoadedNetworkPredictsTheSameBits(t *testing.T) {
	t.Run("float32", testSaveAndLoad[float32])
	t.Run("float64", testSaveAndLoad[float64])
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

func TestOptionalPartsOfAModel(t *testing.T) {
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
	header := `{"__metadata__":{"format":"ridge-network","from":"[[0]]","loss":"hinge","sha256":"SUM","version":"4","widths":"[1,2,1]"},` +
		`"layers.1.bias":{"data_offsets":[8,16],"dtype":"F32","shape":[2]},` +
		`"layers.1.weight":{"data_offsets":[0,8],"dtype":"F32","shape":[2,1]},` +
		`"output.bias":{"data_offsets":[24,28],"dtype":"F32","shape":[1]},` +
		`"output.weight":{"data_offsets":[16,24],"dtype":"F32","shape":[1,2]}}`
	h := sha256.New() // what the checksum is of, as format.md has it
	for _, part := range []any{5, "format", "ridge-network", "from", "[[0]]", "loss", "hinge", "version", "4", "widths", "[1,2,1]",
		"layers.1.weight", "F32", 2, 2, 1, "layers.1.bias", "F32", 1, 2, "output.weight", "F32", 2, 1, 2, "output.bias", "F32", 1, 1} {
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
	if m, ok := h["__metadata__"].(map[string]any); ok && m["version"] == summedVersion { // or nothing but that would be wrong
		m["version"] = sparseVersion
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

func setMetadata(key, value string) func(map[string]any) {
	return func(h map[string]any) { h["__metadata__"].(map[string]any)[key] = value }
}

func setTensor(name, key string, value any) func(map[string]any) {
	return func(h map[string]any) { h[name].(map[string]any)[key] = value }
}

func TestDecodeSaysWhatIsWrong(t *testing.T) {
	good := encode(t, modelNetwork[float32](t))
	headerSize := int(binary.LittleEndian.Uint64(good))
	data := good[8+headerSize:]
	header := string(good[8 : 8+headerSize])
	change := func(body func(map[string]any)) []byte { return rewrite(t, good, body) }
	nan := append([]byte(nil), good...)
	binary.LittleEndian.PutUint32(nan[len(nan)-4:], math.Float32bits(float32(math.NaN())))

	cases := map[string]struct {
		file []byte
		want string
	}{
		"empty":               {nil, "file ends after 0 of the 8 bytes of the header's length"},
		"cut in the length":   {good[:5], "file ends after 5 of the 8 bytes"},
		"cut in the header":   {good[:100], "file ends after 92 of the header's"},
		"cut in the data":     {good[:len(good)-3], `bytes of tensor "input.mean"`},
		"without data":        {good[:8+headerSize], `file ends after 0 of the 48 bytes of tensor "layers.1.weight"`},
		"bytes at the end":    {append(append([]byte(nil), good...), 0), "bytes follow the last tensor"},
		"huge header":         {binary.LittleEndian.AppendUint64(nil, 1<<40), "header of 1099511627776 bytes claimed"},
		"header not there":    {binary.LittleEndian.AppendUint64(nil, maxHeader), "file ends after 0 of the header's"},
		"no JSON":             {withHeader("hello", data), "header is no JSON object"},
		"a list":              {withHeader("[]", data), "header is no JSON object"},
		"header cut":          {withHeader(header[:50], data), "header: "},
		"header with more":    {withHeader(strings.TrimSpace(header)+"{}", data), "follows the JSON object"},
		"no metadata":         {change(func(h map[string]any) { delete(h, "__metadata__") }), `format ""`},
		"metadata no strings": {change(func(h map[string]any) { h["__metadata__"] = map[string]any{"format": 1} }), "header: __metadata__: "},
		"another format":      {change(setMetadata("format", "pt")), `safetensors file with format "pt": want "ridge-network"`},
		"another version":     {change(setMetadata("version", "3")), `version "3" of the format: this program reads versions 1, 2 and 4`},
		"unknown loss":        {change(setMetadata("loss", "huber")), `unknown "huber"`},
		"no widths":           {change(func(h map[string]any) { delete(h["__metadata__"].(map[string]any), "widths") }), `"widths" is missing`},
		"widths no list":      {change(setMetadata("widths", "784")), "metadata: widths: "},
		"width zero":          {change(setMetadata("widths", "[4,3,0,3,2]")), "hidden layer 2 has width 0"},
		"width huge":          {change(setMetadata("widths", "[4,3,9223372036854775807,3,2]")), "has shape"},
		"width too many":      {change(setMetadata("widths", "[4,3,4,3,3,2]")), "6 widths and 3 lists of layers"},
		"from backward":       {change(setMetadata("from", "[[0],[1,2],[0,1,2]]")), "layer 2 reads [1 2]"},
		"from negative":       {change(setMetadata("from", "[[0],[-1,1],[0,1,2]]")), "layer 2 reads [-1 1]"},
		"from empty":          {change(setMetadata("from", "[[],[0,1],[0,1,2]]")), "layer 1 reads []"},
		"from twice":          {change(setMetadata("from", "[[0],[0,0,1],[0,1,2]]")), "layer 2 reads [0 0 1]"},
		"classes":             {change(setMetadata("classes", `["a"]`)), "1 classes for 2 outputs"},
		"tensor missing":      {change(func(h map[string]any) { delete(h, "input.mean") }), "bytes follow the last tensor"},
		"tensors too few":     {change(func(h map[string]any) { delete(h, "input.mean"); delete(h, "output.bias") }), "7 tensors: want at least 8, the weights and biases of 3 hidden layers and the output"},
		"weights missing":     {change(func(h map[string]any) { h["w"] = h["output.bias"]; delete(h, "output.bias") }), `tensor "output.bias" is missing`},
		"another tensor":      {change(func(h map[string]any) { h["w"] = h["input.mean"]; delete(h, "input.mean") }), `tensor "w" does not belong to the network`},
		"shape turned":        {change(setTensor("layers.1.weight", "shape", []int{4, 3})), `"layers.1.weight" has shape [4 3]: want [3 4]`},
		"shape too large":     {change(setTensor("layers.1.weight", "shape", []int{3, 5})), "takes 60"},
		"shape negative":      {change(setTensor("layers.1.weight", "shape", []int{-3, -4})), "has shape [-3 -4]"},
		"shape overflowing":   {change(setTensor("layers.1.weight", "shape", []int64{1 << 31, 1 << 31, 1 << 31})), "has shape"},
		"shape missing":       {change(func(h map[string]any) { delete(h["output.bias"].(map[string]any), "shape") }), "its shape [] takes 4"},
		"offsets overlapping": {change(setTensor("layers.1.bias", "data_offsets", []int{40, 52})), "begins at byte 40 of the data: want 48"},
		"offsets with a gap":  {change(setTensor("layers.1.bias", "data_offsets", []int{52, 64})), "want 48"},
		"offsets negative":    {change(setTensor("layers.1.weight", "data_offsets", []int{-8, 40})), "begins at byte -8"},
		"offsets backward":    {change(setTensor("layers.1.weight", "data_offsets", []int{0, -48})), "takes 48"},
		"offsets three":       {change(setTensor("layers.1.weight", "data_offsets", []int{0, 48, 1})), "has 3 data offsets"},
		"offsets beyond 2^63": {withHeader(`{"a":{"dtype":"F32","shape":[1152921504606846976],"data_offsets":[0,4611686018427387904]},`+
			`"b":{"dtype":"F32","shape":[1152921504606846976],"data_offsets":[4611686018427387904,-9223372036854775808]}}`, nil), `tensor "b" lies in bytes`},
		"unknown type":          {change(setTensor("layers.1.weight", "dtype", "BF16")), `has type "BF16": want F32 or F64`},
		"unknown field":         {change(setTensor("layers.1.weight", "order", "F")), `unknown member "order"`},
		"tensor twice":          {withHeader(strings.Replace(header, `"layers.1.bias"`, `"output.bias"`, 1), data), `tensor "output.bias" is there twice`},
		"metadata key twice":    {withHeader(strings.Replace(header, `"format"`, `"loss":"hinge","format"`, 1), data), `header: __metadata__: "loss" is there twice`},
		"metadata null":         {withHeader(strings.Replace(header, `"ridge-network"`, `null`, 1), data), `"format" is null`},
		"member twice":          {withHeader(strings.Replace(header, `"dtype":"F32"`, `"dtype":"F64","dtype":"F32"`, 1), data), `"dtype" is there twice`},
		"no checksum":           {withHeader(strings.Replace(header, `"sha256"`, `"sha255"`, 1), data), `"sha256" is missing`},
		"another checksum":      {withHeader(strings.Replace(header, `"sha256":"`, `"sha256":"0`, 1), data), "it is not what was written"},
		"metadata twice":        {withHeader(strings.Replace(header, "{", `{"__metadata__":{},`, 1), data), "__metadata__ is there twice"},
		"weight that is NaN":    {nan, `tensor "input.mean": element 3 is NaN`},
		"tensor that is null":   {change(func(h map[string]any) { h["output.bias"] = nil }), "no JSON object"},
		"tensor that is a list": {change(func(h map[string]any) { h["output.bias"] = []int{1} }), `header: tensor "output.bias": `},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Decode[float32](bytes.NewReader(c.file), "net.safetensors")
			var format *FormatError
			require.ErrorAs(t, err, &format)
			assert.Equal(t, "net.safetensors", format.File)
			assert.ErrorContains(t, err, c.want)
		})
	}
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
		"__metadata__":    map[string]string{"format": modelFormat, "version": "1", "loss": "hinge", "widths": "[524288,524288,1]", "from": "[[0]]"},
		"layers.1.weight": map[string]any{"dtype": "F32", "shape": []int{width, width}, "data_offsets": []int64{0, 4 * width * width}},
		"layers.1.bias":   map[string]any{"dtype": "F32", "shape": []int{width}, "data_offsets": []int64{4 * width * width, 4 * width * (width + 1)}},
		"output.weight":   map[string]any{"dtype": "F32", "shape": []int{1, width}, "data_offsets": []int64{4 * width * (width + 1), 4 * width * (width + 2)}},
		"output.bias":     map[string]any{"dtype": "F32", "shape": []int{1}, "data_offsets": []int64{4 * width * (width + 2), 4*width*(width+2) + 4}},
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
