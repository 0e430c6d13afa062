package nn

import (
	"bytes"
	"encoding/binary"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// sparseNetwork has sparse hidden layers, an empty row and an empty column among them,
// and a dense output.
func sparseNetwork[T mat.Float](t testing.TB) *Network[T] {
	net, err := New(Spec{Inputs: 19, Hidden: []int{8, 6}, Outputs: 2, Skips: []Skip{{0, 2}}}, Hinge[T]{}, Init{}, 11)
	require.NoError(t, err)
	output := net.V.Clone()
	thin(net, 0.2, 3)
	mat.Copy(net.V, output)
	w := net.Layers[0].W
	for j := range 19 {
		w.Set(3, j, 0)
	}
	for i := range w.Rows {
		w.Set(i, 4, 0)
		w.Set(i, 19, T(i)) // the biases
	}
	return net
}

func testSaveAndLoadSparse[T mat.Float](t *testing.T) {
	net := sparseNetwork[T](t)
	path := filepath.Join(t.TempDir(), "net.safetensors")
	require.NoError(t, net.Save(path))
	loaded, err := Load[T](path)
	require.NoError(t, err)
	assert.Equal(t, net, loaded)
	bits, err := Precision(path)
	require.NoError(t, err)
	assert.Equal(t, mat.Bits[T](), bits)
	file := encode(t, net)
	assert.Equal(t, file, encode(t, loaded))

	dense := net.Clone()
	for i := range dense.Layers {
		for j, v := range dense.Layers[i].W.Data {
			if v == 0 {
				dense.Layers[i].W.Data[j] = 1
			}
		}
	}
	assert.Less(t, len(file), len(encode(t, dense)))
}

func TestSparseNetworksAreSavedSparse(t *testing.T) {
	t.Run("float32", testSaveAndLoadSparse[float32])
	t.Run("float64", testSaveAndLoadSparse[float64])
}

func TestDecodeConvertsPrecisionOfSparseNetworks(t *testing.T) {
	wide := sparseNetwork[float64](t)
	narrow, err := Decode[float32](bytes.NewReader(encode(t, wide)), "x")
	require.NoError(t, err)
	for i, v := range wide.Layers[0].W.Data {
		assert.Equal(t, float32(v), narrow.Layers[0].W.Data[i])
	}
}

func TestLayerOfZerosIsSavedSparse(t *testing.T) {
	net := sparseNetwork[float64](t)
	thin(net, 0, 1)
	again, err := Decode[float64](bytes.NewReader(encode(t, net)), "x")
	require.NoError(t, err)
	assert.Equal(t, net, again)
	assert.True(t, isSparse(net))
}

// The bytes that format.md promises, put together by hand: a layer of which two of eight
// weights are not zero, and a dense output.
func TestSparseModelFileIsSafetensors(t *testing.T) {
	net := &Network[float32]{
		Inputs: 8, Loss: Hinge[float32]{},
		Layers: []Layer[float32]{{[]int{0}, mat.DenseOf(1, 9, []float32{0, 0, 1, 0, 0, 0, 2, 0, 3})}},
		V:      mat.DenseOf(1, 2, []float32{5, 6}),
	}
	header := compactJSON(t, `{
		"__metadata__": {
			"format": "ridge-network", "from": "[[0]]", "loss": "hinge", "version": "2", "widths": "[8,1,1]"
		},
		"layers.1.bias": {"data_offsets": [8, 12], "dtype": "F32", "shape": [1]},
		"layers.1.weight.columns": {"data_offsets": [20, 28], "dtype": "I32", "shape": [2]},
		"layers.1.weight.starts": {"data_offsets": [28, 36], "dtype": "I32", "shape": [2]},
		"layers.1.weight.values": {"data_offsets": [0, 8], "dtype": "F32", "shape": [2]},
		"output.bias": {"data_offsets": [16, 20], "dtype": "F32", "shape": [1]},
		"output.weight": {"data_offsets": [12, 16], "dtype": "F32", "shape": [1, 1]}}`)
	want := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	want = append(want, header...)
	for _, v := range []float32{1, 2, 3, 5, 6} {
		want = binary.LittleEndian.AppendUint32(want, math.Float32bits(v))
	}
	for _, i := range []uint32{2, 6, 0, 2} {
		want = binary.LittleEndian.AppendUint32(want, i)
	}
	assert.Equal(t, want, rewrite(t, encode(t, net), func(map[string]any) {}), "as version 2 has it")
	again, err := Decode[float32](bytes.NewReader(want), "x")
	require.NoError(t, err)
	assert.Equal(t, net, again)
}

// setIndex changes element k of a tensor of indices.
func setIndex(t testing.TB, file []byte, name string, k int, value int32) []byte {
	t.Helper()
	c, err := readHeader(bytes.NewReader(file))
	require.NoError(t, err)
	changed := bytes.Clone(file)
	data := 8 + binary.LittleEndian.Uint64(file)
	binary.LittleEndian.PutUint32(changed[data+uint64(c.tensors[name].Offsets[0])+uint64(4*k):], uint32(value))
	return changed
}

func TestDecodeSaysWhatIsWrongWithSparseWeights(t *testing.T) {
	const name = "layers.1.weight"
	good := encode(t, sparseNetwork[float32](t))
	index := func(tensor string, k int, value int32) []byte { return setIndex(t, good, name+tensor, k, value) }
	change := func(body func(map[string]any)) []byte { return rewrite(t, good, body) }
	for title, c := range map[string]struct {
		file []byte
		want string
	}{
		"version 1":           {change(setMetadata("version", "1")), `tensor "layers.1.weight" is missing`},
		"starts late":         {index(".starts", 0, 1), `"layers.1.weight.starts" goes from 1 to`},
		"ends early":          {index(".starts", 8, 1), `want 0 to`},
		"row that ends first": {index(".starts", 2, 0), `row 1 goes from`},
		"row beyond the end":  {index(".starts", 2, 1000), `row 1 goes from`},
		"row below 0":         {index(".starts", 1, -1), `row 0 goes from 0 to -1`},
		"column too large": {index(".columns", 0, 19),
			`"layers.1.weight.columns": element 0 is 19 in row 0: want ascending columns below 19`},
		"column below 0": {index(".columns", 0, -1), "element 0 is -1"},
		"values of integers": {change(setTensor(name+".values", "dtype", "I32")),
			`tensor "layers.1.weight.values" has type I32: want F32 or F64`},
		"columns of numbers": {change(setTensor(name+".columns", "dtype", "F32")),
			`tensor "layers.1.weight.columns" has type F32: want I32`},
		"dense integers": {change(setTensor("output.bias", "dtype", "I32")),
			`tensor "output.bias" has type I32: want F32 or F64`},
		"values in a matrix": {change(func(h map[string]any) {
			v := h[name+".values"].(map[string]any)
			v["shape"] = []any{v["shape"].([]any)[0], 1}
		}), "want a list"},
		"no columns": {change(func(h map[string]any) {
			h["x"] = h[name+".columns"]
			delete(h, name+".columns")
		}), `tensor "layers.1.weight.columns" is missing`},
		"rows of another": {change(func(h map[string]any) {
			h[name+".starts"], h["layers.2.weight.starts"] = h["layers.2.weight.starts"], h[name+".starts"]
		}), `tensor "layers.1.weight.starts" has shape [7]: want [9]`},
	} {
		t.Run(title, func(t *testing.T) {
			_, err := Decode[float32](bytes.NewReader(c.file), "net")
			var format *FormatError
			require.ErrorAs(t, err, &format)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// A sparse file may claim gigabytes of zeros in some bytes; it is not believed.
func TestDecodeRefusesWeightsThatAreTooSparse(t *testing.T) {
	header := compactJSON(t, `{
		"__metadata__": {
			"format": "ridge-network", "from": "[[0]]", "loss": "hinge", "version": "2", "widths": "[1073741824,1,1]"
		},
		"layers.1.weight.values": {"data_offsets": [0, 0], "dtype": "F32", "shape": [0]},
		"layers.1.bias": {"data_offsets": [0, 4], "dtype": "F32", "shape": [1]},
		"output.weight": {"data_offsets": [4, 8], "dtype": "F32", "shape": [1, 1]},
		"output.bias": {"data_offsets": [8, 12], "dtype": "F32", "shape": [1]},
		"layers.1.weight.columns": {"data_offsets": [12, 12], "dtype": "I32", "shape": [0]},
		"layers.1.weight.starts": {"data_offsets": [12, 20], "dtype": "I32", "shape": [2]}}`)
	_, err := Decode[float32](bytes.NewReader(withHeader(header, make([]byte, 20))), "x")
	assert.EqualError(t, err, `x: tensor "layers.1.weight.values" has 0 of 1×1073741824 weights: `+
		"want at least one value or row for 256 weights")

	// What is too sparse for the file is written dense.
	net := &Network[float32]{Inputs: 2000, Loss: Hinge[float32]{},
		Layers: []Layer[float32]{{[]int{0}, mat.NewDense[float32](1, 2001)}}, V: mat.NewDense[float32](1, 2)}
	again, err := Decode[float32](bytes.NewReader(encode(t, net)), "x")
	require.NoError(t, err)
	assert.Equal(t, net, again)
	assert.False(t, isSparse(net))
}

// On 32 bits a sparse file of some megabytes may claim more zeros than there are addresses.
func TestWeightsBeyondTheAddressesAreRefused(t *testing.T) {
	for _, c := range [][2]int{{1, math.MaxInt}, {1, math.MaxInt / 8}, {8, math.MaxInt / 64}, {math.MaxInt / 16, 2}} {
		_, err := buildWeights[float64](&container{}, "layers.1.weight", "layers.1.bias", c[0], c[1])
		require.ErrorContains(t, err, "more than there are addresses for", "%d×%d", c[0], c[1])
		require.ErrorAs(t, err, new(malformed))
	}
}

// isSparse reports whether any weights of the network are stored as a sparse matrix.
func isSparse[T mat.Float](n *Network[T]) bool {
	for _, l := range n.Layers {
		if _, sparse := storedSparse(l.W); sparse {
			return true
		}
	}
	_, sparse := storedSparse(n.V)
	return sparse
}
