package nn

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"unicode/utf8"

	"ridge/bcd/nn/columns"
)

// A model file is a safetensors file (format.md says what is in it).

// The versions of the format. Files are written with a checksum. Their version number differs in more than one bit from
// those of the versions without one, so that no single bit error hides the checksum.
const (
	modelFormat   = "ridge-network"
	denseVersion  = "1"
	sparseVersion = "2" // some weights are sparse
	summedVersion = "4" // with a checksum; some weights may be sparse
)

// Encode writes the network in the format of [Network.Save]. The same network gives the same bytes. The error is a
// *[SpecError] if the network is not valid, or if [ParseLoss] does not know its loss, as the file could not be read.
func (net *Network[T]) Encode(w io.Writer) error {
	if err := net.Validate(); err != nil {
		return err
	}
	if name := net.Loss.Name(); !slices.Contains(LossNames(), name) {
		return &SpecError{fmt.Sprintf("the loss %.60q is not known to model files: RegisterLoss adds it", name)}
	}
	metadata, err := net.metadata()
	if err != nil {
		return err
	}
	return writeTensors(w, metadata, net.tensors())
}

// description is what the metadata says about a network.
type description struct {
	widths  []int   // of all layers, positive
	from    [][]int // what hidden layer n reads, at n−1
	loss    string
	classes []string

	columns     *columns.Description
	temperature float64
	others      map[string]string // the metadata that the format gives no meaning
}

// metadata describes the network in the strings that safetensors allows.
func (net *Network[T]) metadata() (map[string]string, error) {
	m := map[string]string{}
	maps.Copy(m, net.Metadata)
	m["format"], m["version"], m["loss"] = modelFormat, summedVersion, net.Loss.Name()
	var from [][]int
	for _, l := range net.Layers {
		from = append(from, l.From)
	}
	values := map[string]any{"widths": net.Widths(), "from": from}
	if net.Classes != nil {
		values["classes"] = net.Classes
	}
	for key, value := range values {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		m[key] = string(text)
	}
	return m, net.describeColumns(m)
}

// reserved are the keys of the metadata that the format gives a meaning.
var reserved = []string{"format", "version", sumKey, "widths", "from", "loss", "classes", columnsKey, temperatureKey}

// checkMetadata returns a *[SpecError] unless the texts can be stored and have no key of the format.
func checkMetadata(metadata map[string]string) error {
	if most := maxMembers - len(reserved); len(metadata) > most {
		return &SpecError{fmt.Sprintf("metadata: %d texts: want at most %d", len(metadata), most)}
	}
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		if slices.Contains(reserved, key) {
			return &SpecError{fmt.Sprintf("metadata: the key %q belongs to the format", key)}
		}
		if !utf8.ValidString(key) || !utf8.ValidString(metadata[key]) {
			return &SpecError{fmt.Sprintf("metadata: %.40q is not UTF-8", key)}
		}
	}
	return nil
}

// otherMetadata are the texts that the format gives no meaning, nil of none.
func (c *container) otherMetadata() map[string]string {
	var others map[string]string
	for key, text := range c.metadata {
		if slices.Contains(reserved, key) {
			continue
		}
		if others == nil {
			others = map[string]string{}
		}
		others[key] = text
	}
	return others
}

// description is the inverse of metadata, with everything checked.
func (c *container) description() (*description, error) {
	if format := c.metadata["format"]; format != modelFormat {
		return nil, malformedf("safetensors file with format %.40q: want %q", format, modelFormat)
	}
	if version := c.metadata["version"]; !slices.Contains([]string{denseVersion, sparseVersion, summedVersion},
		version) {
		return nil, malformedf("version %.40q of the format: this program reads versions %s, %s and %s",
			version, denseVersion, sparseVersion, summedVersion)
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
	d.loss, d.others = c.metadata["loss"], c.otherMetadata()
	if err := c.parseColumns(d); err != nil {
		return nil, err
	}
	return d, d.check()
}

// check makes sure that the description fits a network.
func (d *description) check() error {
	if len(d.widths) < 3 || len(d.from) != len(d.widths)-2 {
		return malformedf(
			"metadata: %d widths and %d lists of layers: want those of the input, the hidden layers and the output, "+
				"and a list for each hidden layer", len(d.widths), len(d.from))
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
		return malformedf("metadata: %s: %.200v", key, err)
	}
	return nil
}
