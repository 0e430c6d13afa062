package nn

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"ridge/internal/words"
	"ridge/mat"
)

// The container of the model files: safetensors, which is
//
//	8 bytes      length of the header, little-endian
//	the header   JSON: {"__metadata__": {string: string}, name: {"dtype", "shape", "data_offsets"}, …}
//	the tensors  one after the other without gaps, row-major, little-endian
//
// It is simple enough to be written here: existing libraries read whole files into memory, or leave duplicate names and
// gaps to the caller.

// maxHeader is the longest header that is written and read. The format allows 100 million bytes, but reading that takes
// four times as much memory. The header of a network takes some hundred bytes for each layer, class and column.
const maxHeader = 64_000_000

// maxMembers is how many tensors there may be, and how many members of the metadata: each takes a multiple of its
// length in memory.
const maxMembers = 100_000

const metadataKey = "__metadata__"

// container is a decoded safetensors file.
type container struct {
	metadata map[string]string
	tensors  map[string]*tensor
	sum      string // the checksum of what was read
}

// tensor is one entry of the header and, once it was read, its data.
type tensor struct {
	DType   string  `json:"dtype"`
	Shape   []int64 `json:"shape"`
	Offsets []int64 `json:"data_offsets"` // where the data begins and ends

	name string
	raw  []byte
}

// indexType is the type of the indices of sparse matrices.
const indexType = "I32"

// elementSize returns the bytes of one element, or 0 for a type that is used neither for weights nor for indices here.
func (t *tensor) elementSize() int64 {
	switch t.DType {
	case "F32", indexType:
		return 4
	case "F64":
		return 8
	default:
		return 0
	}
}

// dtypeOf is what safetensors calls T.
func dtypeOf[T mat.Float]() string {
	if mat.IsFloat32[T]() {
		return "F32"
	}
	return "F64"
}

// malformed is an error in a file, whose name the caller adds.
type malformed string

func (m malformed) Error() string { return string(m) }

func malformedf(format string, args ...any) error { return malformed(fmt.Sprintf(format, args...)) }

// readHeader reads the length and the header. It allocates in proportion to what r holds, whatever length is claimed.
func readHeader(r io.Reader) (*container, error) {
	var length [8]byte
	if n, err := io.ReadFull(r, length[:]); err != nil {
		return nil, shortRead(err, fmt.Sprintf("file ends after %d of the 8 bytes of the header's length", n))
	}
	size := binary.LittleEndian.Uint64(length[:])
	if size > maxHeader {
		return nil, malformedf(
			"it is no safetensors model, or damaged: its first 8 bytes claim a header of %d bytes, of at most %d",
			size, maxHeader)
	}
	text, err := readUpTo(r, int64(size))
	if err != nil {
		return nil, err
	}
	if uint64(len(text)) < size {
		return nil, malformedf("file ends after %d of the header's %d bytes", len(text), size)
	}
	c, err := parseHeader(text)
	if err != nil {
		return nil, malformedf("it is damaged, or no safetensors file: %v", err)
	}
	return c, c.checkLayout()
}

// readUpTo reads n bytes, or what there is until the end.
func readUpTo(r io.Reader, n int64) ([]byte, error) {
	var b bytes.Buffer
	_, err := io.CopyN(&b, r, n)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b.Bytes(), err
}

// shortRead turns an early end of the file into an error of the file's format; other errors stay.
func shortRead(err error, reason string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return malformed(reason)
	}
	return err
}

// parseHeader goes through the outer object by hand, because encoding/json lets the last of several equal keys win.
func parseHeader(text []byte) (*container, error) {
	c := &container{tensors: map[string]*tensor{}}
	if len(text) == 0 || text[0] != '{' {
		return nil, malformed("header is not a JSON object")
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	if _, err := dec.Token(); err != nil {
		return nil, malformedf("header: %.200v", err)
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, malformedf("header: %.200v", err)
		}
		if err := c.parseEntry(dec, key.(string)); err != nil {
			return nil, err
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, malformedf("header: %.200v", err)
	}
	if rest := strings.TrimSpace(string(text[dec.InputOffset():])); rest != "" {
		return nil, malformedf("header: %.20q follows the JSON object", rest)
	}
	return c, nil
}

func (c *container) parseEntry(dec *json.Decoder, name string) error {
	if name == metadataKey {
		if c.metadata != nil {
			return malformedf("header: %s occurs twice", name)
		}
		var err error
		if c.metadata, err = parseMetadata(dec); err != nil {
			return malformedf("header: %s: %.200v", name, err)
		}
		return nil
	}
	if c.tensors[name] != nil {
		return malformedf("header: tensor %.60q occurs twice", name)
	}
	t := &tensor{name: name}
	if err := t.parse(dec); err != nil {
		return malformedf("header: tensor %.60q: %.200v", name, err)
	}
	if len(t.Offsets) != 2 {
		return malformedf("header: tensor %.60q has %d data offsets: want 2", name, len(t.Offsets))
	}
	if len(c.tensors) == maxMembers {
		return malformedf("header: more than %d tensors", maxMembers)
	}
	c.tensors[name] = t
	return nil
}

// parseMetadata reads an object of strings, and makes sure that each name is there once, which encoding/json does not.
func parseMetadata(dec *json.Decoder) (map[string]string, error) {
	metadata := map[string]string{}
	err := eachMember(dec, func(key string) error {
		if _, twice := metadata[key]; twice {
			return fmt.Errorf("%.60q occurs twice", key)
		}
		if len(metadata) == maxMembers {
			return fmt.Errorf("more than %d members", maxMembers)
		}
		var value *string
		if err := dec.Decode(&value); err != nil {
			return err
		}
		if value == nil {
			return fmt.Errorf("%.60q is null", key)
		}
		metadata[key] = *value
		return nil
	})
	return metadata, err
}

// parse reads the entry of a tensor.
func (t *tensor) parse(dec *json.Decoder) error {
	seen := map[string]bool{}
	return eachMember(dec, func(key string) error {
		if seen[key] {
			return fmt.Errorf("%.60q occurs twice", key)
		}
		seen[key] = true
		switch key {
		case "dtype":
			return dec.Decode(&t.DType)
		case "shape":
			return dec.Decode(&t.Shape)
		case "data_offsets":
			return dec.Decode(&t.Offsets)
		}
		return fmt.Errorf("unknown member %.60q", key)
	})
}

// eachMember goes through an object and lets read take the value of each member.
func eachMember(dec *json.Decoder, read func(key string) error) error {
	switch token, err := dec.Token(); {
	case err != nil:
		return err
	case token != json.Delim('{'):
		return errors.New("it is not a JSON object")
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		if err := read(key.(string)); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

// ordered returns the tensors in the order of their data.
func (c *container) ordered() []*tensor {
	return slices.SortedFunc(maps.Values(c.tensors), func(a, b *tensor) int {
		return cmp.Or(slices.Compare(a.Offsets, b.Offsets), strings.Compare(a.name, b.name))
	})
}

// checkLayout makes sure that every tensor's shape and type agree with its bytes,
// and that these follow each other without a gap.
func (c *container) checkLayout() error {
	var end int64
	for _, t := range c.ordered() {
		if t.elementSize() == 0 {
			return malformedf("tensor %.60q has type %.20q: want F32 or F64, or I32 for indices", t.name, t.DType)
		}
		size := t.elementSize()
		for _, d := range t.Shape {
			if d < 0 || d > 0 && size > math.MaxInt64/d {
				return malformedf("tensor %.60q has shape %v", t.name, words.Short[int64](t.Shape))
			}
			size *= d
		}
		if t.Offsets[0] != end {
			return malformedf("tensor %.60q begins at byte %d of the data: want %d, where the one before ends",
				t.name, t.Offsets[0], end)
		}
		if t.Offsets[1]-end != size || t.Offsets[1] < end {
			return malformedf("tensor %.60q lies in bytes %d to %d of the data: its shape %v takes %d",
				t.name, end, t.Offsets[1], words.Short[int64](t.Shape), size)
		}
		end = t.Offsets[1]
	}
	return nil
}

// readData reads the data of all tensors, after which r must be at its end. Like
// readHeader it allocates in proportion to what r has.
func (c *container) readData(r io.Reader) error {
	sum := newSummer(c.metadata)
	tensors := c.ordered()
	for _, t := range tensors {
		sum.tensor(t.name, t.DType, t.Shape)
	}
	for _, t := range tensors {
		size := t.Offsets[1] - t.Offsets[0]
		var err error
		if t.raw, err = readUpTo(r, size); err != nil {
			return err
		}
		if int64(len(t.raw)) < size {
			return malformedf("file ends after %d of the %d bytes of tensor %q", len(t.raw), size, t.name)
		}
		sum.Write(t.raw)
	}
	c.sum = sum.String()
	switch n, err := io.CopyN(io.Discard, r, 1); {
	case n > 0:
		return malformed("bytes follow the last tensor")
	case !errors.Is(err, io.EOF):
		return err
	}
	return nil
}

// copyTensor converts a tensor's elements, row by row, to dst, which has as many, and releases the bytes. An element
// that is not a finite number of type T is an error.
func copyTensor[T mat.Float](dst mat.Dense[T], t *tensor) error {
	size := int(t.elementSize())
	for i := range dst.Rows {
		for j := range dst.Cols {
			k := i*dst.Cols + j
			b := t.raw[k*size:]
			var v float64
			if size == 4 {
				v = float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
			} else {
				v = math.Float64frombits(binary.LittleEndian.Uint64(b))
			}
			if w := T(v); w-w != 0 {
				return malformedf("tensor %q: element %d is %v: want a finite number of %d bits",
					t.name, k, v, mat.Bits[T]())
			}
			dst.Set(i, j, T(v))
		}
	}
	t.raw = nil
	return nil
}
