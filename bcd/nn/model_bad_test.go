package nn

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// badModel is a file that is no model, and what is said of it.
type badModel struct {
	file []byte
	want string
}

// goodModel is a file in its parts.
func goodModel(t *testing.T) (good []byte, header string, data []byte) {
	t.Helper()
	good = encode(t, modelNetwork[float32](t))
	size := int(binary.LittleEndian.Uint64(good))
	return good, string(good[8 : 8+size]), good[8+size:]
}

// decodeSays decodes bad models.
func decodeSays(t *testing.T, cases map[string]badModel) {
	t.Helper()
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

func TestDecodeSaysWhatIsWrongWithTheFile(t *testing.T) {
	good, header, data := goodModel(t)
	decodeSays(t, map[string]badModel{
		"empty":             {nil, "file ends after 0 of the 8 bytes of the header's length"},
		"cut in the length": {good[:5], "file ends after 5 of the 8 bytes"},
		"cut in the header": {good[:100], "file ends after 92 of the header's"},
		"cut in the data":   {good[:len(good)-3], `bytes of tensor "input.mean"`},
		"without data": {good[:len(good)-len(data)],
			`file ends after 0 of the 48 bytes of tensor "layers.1.weight"`},
		"bytes at the end": {append(append([]byte(nil), good...), 0), "bytes follow the last tensor"},
		"huge header": {binary.LittleEndian.AppendUint64(nil, 1<<40),
			"it is no safetensors model, or damaged: its first 8 bytes claim a header of 1099511627776 bytes"},
		"many members": {withHeader(`{"__metadata__":{"k":"v"`+manyMembers()+`}}`, nil),
			"more than 100000 members"},
		"header not there": {binary.LittleEndian.AppendUint64(nil, maxHeader), "file ends after 0 of the header's"},
		"no JSON":          {withHeader("hello", data), "header is not a JSON object"},
		"a list":           {withHeader("[]", data), "header is not a JSON object"},
		"header cut":       {withHeader(header[:50], data), "header: "},
		"header with more": {withHeader(strings.TrimSpace(header)+"{}", data), "follows the JSON object"},
	})
}

func TestDecodeSaysWhatIsWrongWithTheMetadata(t *testing.T) {
	good, _, _ := goodModel(t)
	change := func(body func(map[string]any)) []byte { return rewrite(t, good, body) }
	decodeSays(t, map[string]badModel{
		"no metadata": {change(func(h map[string]any) { delete(h, "__metadata__") }), `format ""`},
		"of another program, in four dimensions": {change(func(h map[string]any) {
			delete(h, "__metadata__")
			setTensor("layers.1.weight", "shape", []int{3, 2, 2, 1})(h)
		}), `safetensors file with format ""`},
		"metadata no strings": {change(func(h map[string]any) {
			h["__metadata__"] = map[string]any{"format": 1}
		}), "header: __metadata__: "},
		"another format": {change(setMetadata("format", "pt")),
			`safetensors file with format "pt": want "ridge-network"`},
		"another version": {change(setMetadata("version", "3")),
			`version "3" of the format: this program reads versions 1, 2 and 4`},
		"unknown loss": {change(setMetadata("loss", "nonsense")), `unknown "nonsense"`},
		"no widths": {change(func(h map[string]any) {
			delete(h["__metadata__"].(map[string]any), "widths")
		}), `"widths" is missing`},
		"widths no list": {change(setMetadata("widths", "784")), "metadata: widths: "},
		"width zero":     {change(setMetadata("widths", "[4,3,0,3,2]")), "hidden layer 2 has width 0"},
		"width huge":     {change(setMetadata("widths", fmt.Sprintf("[4,3,%d,3,2]", math.MaxInt))), "has shape"},
		"width no int": {change(setMetadata("widths", fmt.Sprintf("[4,3,%d,3,2]", uint64(math.MaxInt)+1))),
			"metadata: widths: "},
		"width too many": {change(setMetadata("widths", "[4,3,4,3,3,2]")), "6 widths and 3 lists of layers"},
		"from backward":  {change(setMetadata("from", "[[0],[1,2],[0,1,2]]")), "layer 2 reads [1 2]"},
		"from negative":  {change(setMetadata("from", "[[0],[-1,1],[0,1,2]]")), "layer 2 reads [-1 1]"},
		"from empty":     {change(setMetadata("from", "[[],[0,1],[0,1,2]]")), "layer 1 reads []"},
		"from twice":     {change(setMetadata("from", "[[0],[0,0,1],[0,1,2]]")), "layer 2 reads [0 0 1]"},
		"classes":        {change(setMetadata("classes", `["a"]`)), "1 classes for 2 outputs"},
	})
}

func TestDecodeSaysWhatIsWrongWithTensors(t *testing.T) {
	good, _, _ := goodModel(t)
	change := func(body func(map[string]any)) []byte { return rewrite(t, good, body) }
	decodeSays(t, map[string]badModel{
		"tensor missing": {change(func(h map[string]any) {
			delete(h, "input.mean")
		}), "bytes follow the last tensor"},
		"tensors too few": {change(func(h map[string]any) {
			delete(h, "input.mean")
			delete(h, "output.bias")
		}), "7 tensors: want at least 8, the weights and biases of 3 hidden layers and the output"},
		"weights missing": {change(func(h map[string]any) {
			h["w"] = h["output.bias"]
			delete(h, "output.bias")
		}), `tensor "output.bias" is missing`},
		"another tensor": {change(func(h map[string]any) {
			h["w"] = h["input.mean"]
			delete(h, "input.mean")
		}), `tensor "w" does not belong to the network`},
		"shape turned": {change(setTensor("layers.1.weight", "shape", []int{4, 3})),
			`"layers.1.weight" has shape [4 3]: want [3 4]`},
		"shape too large": {change(setTensor("layers.1.weight", "shape", []int{3, 5})), "takes 60"},
		"shape negative":  {change(setTensor("layers.1.weight", "shape", []int{-3, -4})), "has shape [-3 -4]"},
		"shape overflowing": {change(setTensor("layers.1.weight", "shape", []int64{1 << 31, 1 << 31, 1 << 31})),
			"has shape"},
		"shape missing": {change(func(h map[string]any) {
			delete(h["output.bias"].(map[string]any), "shape")
		}), "its shape [] takes 4"},
		"offsets overlapping": {change(setTensor("layers.1.bias", "data_offsets", []int{40, 52})),
			"begins at byte 40 of the data: want 48"},
		"offsets with a gap": {change(setTensor("layers.1.bias", "data_offsets", []int{52, 64})), "want 48"},
		"offsets negative": {change(setTensor("layers.1.weight", "data_offsets", []int{-8, 40})),
			"begins at byte -8"},
		"offsets backward": {change(setTensor("layers.1.weight", "data_offsets", []int{0, -48})), "takes 48"},
		"offsets three": {change(setTensor("layers.1.weight", "data_offsets", []int{0, 48, 1})),
			"has 3 data offsets"},
		"offsets beyond 2^63": {withHeader(compactJSON(t, `{
			"a": {"dtype": "F32", "shape": [1152921504606846976],
				"data_offsets": [0, 4611686018427387904]},
			"b": {"dtype": "F32", "shape": [1152921504606846976],
				"data_offsets": [4611686018427387904, -9223372036854775808]}}`), nil),
			`tensor "b" lies in bytes`},
		"unknown type": {change(setTensor("layers.1.weight", "dtype", "BF16")), `has type "BF16": want F32 or F64`},
	})
}

func TestDecodeTakesNothingTwiceAndNoOtherWeights(t *testing.T) {
	good, header, data := goodModel(t)
	change := func(body func(map[string]any)) []byte { return rewrite(t, good, body) }
	nan := bytes.Clone(good)
	binary.LittleEndian.PutUint32(nan[len(nan)-4:], math.Float32bits(float32(math.NaN())))
	decodeSays(t, map[string]badModel{
		"unknown field": {change(setTensor("layers.1.weight", "order", "F")), `unknown member "order"`},
		"tensor twice": {withHeader(strings.Replace(header, `"layers.1.bias"`, `"output.bias"`, 1), data),
			`tensor "output.bias" occurs twice`},
		"metadata key twice": {withHeader(strings.Replace(header, `"format"`, `"loss":"hinge","format"`, 1), data),
			`header: __metadata__: "loss" occurs twice`},
		"metadata null": {withHeader(strings.Replace(header, `"ridge-network"`, `null`, 1), data),
			`"format" is null`},
		"member twice": {
			withHeader(strings.Replace(header, `"dtype":"F32"`, `"dtype":"F64","dtype":"F32"`, 1), data),
			`"dtype" occurs twice`,
		},
		"no checksum": {withHeader(strings.Replace(header, `"sha256"`, `"sha255"`, 1), data),
			`"sha256" is missing`},
		"another checksum": {withHeader(strings.Replace(header, `"sha256":"`, `"sha256":"0`, 1), data),
			"it is damaged: its checksum is"},
		"metadata twice": {withHeader(strings.Replace(header, "{", `{"__metadata__":{},`, 1), data),
			"__metadata__ occurs twice"},
		"weight that is NaN":  {nan, `tensor "input.mean": element 3 is NaN`},
		"tensor that is null": {change(func(h map[string]any) { h["output.bias"] = nil }), "not a JSON object"},
		"tensor that is a list": {change(func(h map[string]any) {
			h["output.bias"] = []int{1}
		}), `header: tensor "output.bias": `},
	})
}

// Errors show the beginning of what a file has: a header of 64 MB must not become a message of as many.
func TestErrorsAreShortWhateverTheFileHas(t *testing.T) {
	good, header, data := goodModel(t)
	sparse := encode(t, sparseNetwork[float32](t))
	long, digits := slices.Repeat([]int{1}, 10_000), strings.Repeat("1", 10_000)
	change := func(model []byte, body func(map[string]any)) []byte { return rewrite(t, model, body) }
	text := func(old, text string) []byte { return withHeader(strings.Replace(header, old, text, 1), data) }
	for name, c := range map[string]badModel{
		"shape too large":    {change(good, setTensor("layers.1.weight", "shape", append(long, 13))), "takes 52"},
		"shape too long":     {change(good, setTensor("layers.1.weight", "shape", append(long, 12))), "want [3 4]"},
		"shape overflowing":  {change(good, setTensor("layers.1.weight", "shape", append(long, -1))), "has shape [1 "},
		"shape no list":      {change(sparse, lengthenValues), "want a list"},
		"shape no integers":  {text(`"shape":[`, `"shape":[0.`+digits+","), "header: tensor "},
		"from ends early":    {change(good, setMetadata("from", fromList(long, 0))), "as the last"},
		"from not ascending": {change(good, setMetadata("from", fromList(long, 1))), "ascending"},
		"from no integers":   {change(good, setMetadata("from", "[[0."+digits+"]]")), "metadata: from: "},
		"loss":               {change(good, setMetadata("loss", digits)), "want hinge"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode[float32](bytes.NewReader(c.file), "x")
			require.ErrorContains(t, err, c.want)
			assert.Less(t, len(err.Error()), 600)
		})
	}
}

// lengthenValues makes the values of sparse weights a tensor of many dimensions.
func lengthenValues(h map[string]any) {
	v := h["layers.1.weight.values"].(map[string]any)
	v["shape"] = append(slices.Repeat([]any{1}, 10_000), v["shape"].([]any)[0])
}

// fromList is a list of layers, of which the second one has the list and another element.
func fromList(list []int, last int) string {
	text, err := json.Marshal([][]int{{0}, append(list, last), {0, 1, 2}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// manyMembers is one member too many, behind another one.
func manyMembers() string {
	var b strings.Builder
	for i := range maxMembers {
		fmt.Fprintf(&b, `,"%d":""`, i)
	}
	return b.String()
}
