package bcd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/google/renameio/v2/maybe"

	"ridge/mat"
)

// A model file is a safetensors file (format.md says what is in it).

const (
	modelFormat   = "ridge-network"
	denseVersion  = "1"
	sparseVersion = "2" // some weights are sparse
)

// FormatError says what is wrong with a model file.
type FormatError struct {
	File   string // as it was named to Load or Decode
	Reason string
}

// Error begins with the name of the file.
func (e *FormatError) Error() string { return e.File + ": " + e.Reason }

// Save writes the network to a file, by way of a temporary file that takes its place
// at the end: nobody ever sees half of a network. (Windows can't do that.) A network
// that is not valid, with weights that are not finite say, is not written; the error
// is a *[SpecError].
func (n *Network[T]) Save(path string) error {
	var b bytes.Buffer
	if err := n.Encode(&b); err != nil {
		return err
	}
	if err := maybe.WriteFile(path, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("saving the network: %w", err)
	}
	return nil
}

// Encode writes the network in the format of [Network.Save]. The same network gives
// the same bytes.
func (n *Network[T]) Encode(w io.Writer) error {
	if err := n.Validate(); err != nil {
		return err
	}
	metadata, err := n.metadata()
	if err != nil {
		return err
	}
	return writeTensors(w, metadata, n.tensors())
}

// Load reads a network from a file that [Network.Save] wrote, in either precision. A
// file that is none is a *[FormatError].
func Load[T mat.Float](path string) (*Network[T], error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Decode[T](f, path)
}

// Decode reads what [Network.Encode] wrote, and nothing may follow it. Weights of 64
// bits are rounded if T has 32. name stands for r in errors; mistakes in the data are
// *[FormatError]s. Memory is a small multiple of what r has, whatever it claims; of
// sparse weights, up to 256 numbers for each one that is stored.
func Decode[T mat.Float](r io.Reader, name string) (*Network[T], error) {
	n, err := decode[T](r)
	return n, inFile(err, name)
}

// Precision returns the number of bits, 32 or 64, of the weights in a file, the
// larger one if they are mixed. It reads the header only.
func Precision(path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	c, err := readHeader(f)
	if err == nil {
		_, err = c.description()
	}
	if err != nil {
		return 0, inFile(err, path)
	}
	for _, t := range c.tensors {
		if t.DType == "F64" {
			return 64, nil
		}
	}
	return 32, nil
}

// inFile adds the name of the file to an error of reading it.
func inFile(err error, name string) error {
	var m malformed
	switch {
	case err == nil:
		return nil
	case errors.As(err, &m):
		return &FormatError{name, m.Error()}
	default:
		return fmt.Errorf("reading %s: %w", name, err)
	}
}

func decode[T mat.Float](r io.Reader) (*Network[T], error) {
	c, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	d, err := c.description()
	if err != nil {
		return nil, err
	}
	if err := c.checkTensors(d); err != nil {
		return nil, err
	}
	if err := c.readData(r); err != nil {
		return nil, err
	}
	return build[T](c, d)
}

// description is what the metadata say about a network.
type description struct {
	widths  []int   // of all layers, positive
	from    [][]int // what hidden layer n reads, at n−1
	loss    Loss
	classes []string
}

// metadata describes the network in the strings that safetensors allows.
func (n *Network[T]) metadata() (map[string]string, error) {
	m := map[string]string{"format": modelFormat, "version": denseVersion, "loss": n.Loss.String()}
	if n.isSparse() {
		m["version"] = sparseVersion
	}
	var from [][]int
	for _, l := range n.Layers {
		from = append(from, l.From)
	}
	values := map[string]any{"widths": n.Widths(), "from": from}
	if n.Classes != nil {
		values["classes"] = n.Classes
	}
	for key, value := range values {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		m[key] = string(text)
	}
	return m, nil
}

// description is the inverse of metadata, with everything checked.
func (c *container) description() (*description, error) {
	if format := c.metadata["format"]; format != modelFormat {
		return nil, malformedf("safetensors file with format %.40q: want %q", format, modelFormat)
	}
	if version := c.metadata["version"]; version != denseVersion && version != sparseVersion {
		return nil, malformedf("version %.40q of the format: this program reads versions %s and %s", version, denseVersion, sparseVersion)
	}
	d := &description{}
	if err := c.parse("widths", &d.widths); err != nil {
		return nil, err
	}
	if err := c.parse("from", &d.from); err != nil {
		return nil, err
	}
	if _, ok := c.metadata["classes"]; ok {
		if err := c.parse("classes", &d.classes); err != nil {
			return nil, err
		}
	}
	var err error
	if d.loss, err = ParseLoss(c.metadata["loss"]); err != nil {
		return nil, malformedf("metadata: %v", err)
	}
	return d, d.check()
}

// check makes sure that the description is one of a network.
func (d *description) check() error {
	if len(d.widths) < 3 || len(d.from) != len(d.widths)-2 {
		return malformedf("metadata: %d widths and %d lists of layers: want those of the input, the hidden layers and the output, and a list for each hidden layer", len(d.widths), len(d.from))
	}
	spec := Spec{Inputs: d.widths[0], Hidden: d.widths[1 : len(d.widths)-1], Outputs: d.widths[len(d.widths)-1]}
	if err := spec.Validate(); err != nil {
		return malformedf("metadata: %v", err)
	}
	for i, from := range d.from {
		if err := checkReads(i+1, from); err != nil {
			return malformedf("metadata: %v", err)
		}
	}
	if d.classes != nil && len(d.classes) != spec.Outputs {
		return malformedf("metadata: %d classes for %d outputs", len(d.classes), spec.Outputs)
	}
	return nil
}

func (c *container) parse(key string, value any) error {
	text, ok := c.metadata[key]
	if !ok {
		return malformedf("metadata: %q is missing", key)
	}
	if err := json.Unmarshal([]byte(text), value); err != nil {
		return malformedf("metadata: %s: %v", key, err)
	}
	return nil
}

const (
	outputWeight = "output.weight"
	outputBias   = "output.bias"
	inputMean    = "input.mean"
)

func layerWeight(n int) string { return fmt.Sprintf("layers.%d.weight", n) }
func layerBias(n int) string   { return fmt.Sprintf("layers.%d.bias", n) }

// tensors lists the network's weights under their names. Indices come last: numbers of 64
// bits begin at a multiple of 8.
func (n *Network[T]) tensors() []namedTensor[T] {
	var ts, indices []namedTensor[T]
	add := func(weightName, biasName string, w mat.Dense[T]) {
		in := w.Cols - 1
		if s, sparse := storedSparse(w); sparse {
			k := len(s.values)
			ts = append(ts, namedTensor[T]{name: sparseValues(weightName), shape: []int{k}, m: mat.DenseOf(1, k, s.values)})
			indices = append(indices,
				namedTensor[T]{name: sparseColumns(weightName), shape: []int{k}, indices: s.columns},
				namedTensor[T]{name: sparseStarts(weightName), shape: []int{w.Rows + 1}, indices: s.starts})
		} else {
			ts = append(ts, namedTensor[T]{name: weightName, shape: []int{w.Rows, in}, m: w.ColView(0, in)})
		}
		ts = append(ts, namedTensor[T]{name: biasName, shape: []int{w.Rows}, m: w.ColView(in, 1)})
	}
	for i, l := range n.Layers {
		add(layerWeight(i+1), layerBias(i+1), l.W)
	}
	add(outputWeight, outputBias, n.V)
	if n.Mean != nil {
		ts = append(ts, namedTensor[T]{name: inputMean, shape: []int{n.Inputs}, m: mat.DenseOf(1, n.Inputs, n.Mean)})
	}
	return append(ts, indices...)
}

// wanted lists the tensors that the file of a network of the description has.
func (c *container) wanted(d *description) (map[string]wanted, error) {
	want := map[string]wanted{}
	add := func(weightName, biasName string, rows int, in int64) error {
		want[biasName] = wanted{shape: []int64{int64(rows)}}
		return c.wantWeights(want, weightName, rows, in)
	}
	for i, from := range d.from {
		var in int64
		for _, m := range from {
			in += int64(d.widths[m])
		}
		if err := add(layerWeight(i+1), layerBias(i+1), d.widths[i+1], in); err != nil {
			return nil, err
		}
	}
	if c.tensors[inputMean] != nil {
		want[inputMean] = wanted{shape: []int64{int64(d.widths[0])}}
	}
	last := len(d.widths) - 1
	return want, add(outputWeight, outputBias, d.widths[last], int64(d.widths[last-1]))
}

// checkTensors makes sure that the file has the tensors of the network and no others.
func (c *container) checkTensors(d *description) error {
	// Metadata can list a layer in some bytes. Only the tensors, which take more, make
	// it worth the memory for names and shapes.
	if least := 2 * (len(d.from) + 1); len(c.tensors) < least {
		return malformedf("%d tensors: want at least %d, the weights and biases of %d hidden layers and the output", len(c.tensors), least, len(d.from))
	}
	want, err := c.wanted(d)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		t := c.tensors[name]
		if t == nil {
			return malformedf("tensor %q is missing", name)
		}
		if !slices.Equal(t.Shape, want[name].shape) {
			return malformedf("tensor %q has shape %v: want %v", name, t.Shape, want[name].shape)
		}
		if err := want[name].checkType(t); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.tensors)) {
		if _, known := want[name]; !known {
			return malformedf("tensor %.60q does not belong to the network", name)
		}
	}
	return nil
}

// build makes a network of tensors that were checked and read.
func build[T mat.Float](c *container, d *description) (*Network[T], error) {
	n := &Network[T]{Inputs: d.widths[0], Loss: d.loss, Classes: d.classes}
	for i, from := range d.from {
		in := fanIn(d.widths, from)
		w, err := buildWeights[T](c, layerWeight(i+1), layerBias(i+1), d.widths[i+1], in)
		if err != nil {
			return nil, err
		}
		n.Layers = append(n.Layers, Layer[T]{from, w})
	}
	last := len(d.widths) - 1
	var err error
	if n.V, err = buildWeights[T](c, outputWeight, outputBias, d.widths[last], d.widths[last-1]); err != nil {
		return nil, err
	}
	if t := c.tensors[inputMean]; t != nil {
		n.Mean = make([]T, n.Inputs)
		if err := copyTensor(mat.DenseOf(1, n.Inputs, n.Mean), t); err != nil {
			return nil, err
		}
	}
	if err := n.Validate(); err != nil {
		return nil, malformed(err.Error())
	}
	return n, nil
}

// buildWeights joins weights and biases.
func buildWeights[T mat.Float](c *container, weightName, biasName string, rows, in int) (mat.Dense[T], error) {
	w := mat.NewDense[T](rows, in+1)
	if err := fillWeights(w.ColView(0, in), c, weightName); err != nil {
		return w, err
	}
	return w, copyTensor(w.ColView(in, 1), c.tensors[biasName])
}
