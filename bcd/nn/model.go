package nn

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/renameio/v2/maybe"

	"ridge/bcd/nn/columns"
	"ridge/mat"
)

// A model file is a safetensors file (format.md says what is in it).

const (
	modelFormat   = "ridge-network"
	denseVersion  = "1"
	sparseVersion = "2" // some weights are sparse
)

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
	loss    string
	classes []string

	columns     *columns.Description
	temperature float64
}

// metadata describes the network in the strings that safetensors allows.
func (n *Network[T]) metadata() (map[string]string, error) {
	m := map[string]string{"format": modelFormat, "version": denseVersion, "loss": fileLoss(n.Loss.Name())}
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
	return m, n.describeColumns(m)
}

// fileLoss is what a file calls a loss. Files have always called the cross-entropy hinge, as what a
// network predicts does not depend on it.
func fileLoss(name string) string {
	if name == (Softmax[float64]{}).Name() {
		return Hinge[float64]{}.Name()
	}
	return name
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
	d.loss = c.metadata["loss"]
	if err := c.parseColumns(d); err != nil {
		return nil, err
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
	if _, err := ParseLoss[float64](d.loss); err != nil {
		return malformedf("metadata: %v", err)
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
