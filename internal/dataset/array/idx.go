package array

import (
	"encoding/binary"
	"fmt"
	"io"

	"ridge/internal/dataset/source"
)

// idxTypes are the element types of the IDX format.
var idxTypes = map[byte]Type{
	0x08: {'u', 1, true},
	0x09: {'i', 1, true},
	0x0b: {'i', 2, true},
	0x0c: {'i', 4, true},
	0x0d: {'f', 4, true},
	0x0e: {'f', 8, true},
}

// maxDims is the most dimensions of an array.
const maxDims = 8

// isIDX reports whether a file begins like one of the format.
func isIDX(head []byte) bool {
	if len(head) < 8 || head[0] != 0 || head[1] != 0 || head[3] == 0 || head[3] > maxDims {
		return false
	}
	_, ok := idxTypes[head[2]]
	return ok
}

// openIDX reads the header of an IDX file.
func openIDX(r *source.Reader) (*stream, error) {
	s := &stream{r: r}
	var magic [4]byte
	n, err := io.ReadFull(r, magic[:])
	if n == 4 {
		t, ok := idxTypes[magic[2]]
		dims := int(magic[3])
		if magic[0] != 0 || magic[1] != 0 || !ok || dims == 0 || dims > maxDims {
			return nil, s.bad("is not an IDX file (magic %#08x)", binary.BigEndian.Uint32(magic[:]))
		}
		s.Type, s.shape = t, make([]int64, dims)
		var more int
		head := make([]byte, 4*dims)
		more, err = io.ReadFull(r, head)
		n += more
		for i := range s.shape {
			s.shape[i] = int64(binary.BigEndian.Uint32(head[4*i:]))
		}
	}
	switch {
	case err == io.EOF && n == 0:
		return nil, s.bad("is empty")
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return nil, s.bad("ends inside the header, after %d of %d bytes", n, 4+4*max(1, len(s.shape)))
	case err != nil:
		return nil, err
	}
	return s, nil
}

// pixels reports whether samples are images of bytes: of two dimensions, or three of which the
// last is red, green and blue, or a single grey.
func (h *header) pixels() bool {
	return h.Type.Kind == 'u' && h.Size == 1 &&
		(len(h.shape) == 3 || len(h.shape) == 4 && h.shape[3] == 3 || h.oneChannel())
}

// oneChannel reports whether samples have the shape that Keras gives to grey images: (height, width, 1).
func (h *header) oneChannel() bool { return len(h.shape) == 4 && h.shape[3] == 1 }

// sampleShape is the shape of a sample, nil if it is just a row. A single channel is none.
func (h *header) sampleShape() (shape []int) {
	if len(h.shape) < 3 {
		return nil
	}
	of := h.shape[1:]
	if h.oneChannel() {
		of = of[:2]
	}
	for _, n := range of {
		shape = append(shape, int(n))
	}
	return shape
}

// what is what the first dimension counts, for messages.
func (h *header) what() string {
	switch {
	case h.pixels():
		return "images"
	case len(h.shape) == 1:
		return "labels"
	default:
		return "samples"
	}
}

// describe says what an array is: "8-bit unsigned integers of shape [60000 28 28]".
func (h *header) describe() string { return fmt.Sprintf("%s of shape %v", h.Type, h.shape) }
