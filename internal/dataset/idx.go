package dataset

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"
)

// The two kinds of IDX file that are read, by their first four bytes.
const (
	magicLabels = 0x801 // unsigned bytes, one dimension
	magicImages = 0x803 // unsigned bytes, three dimensions
)

// Images are grey pictures of one size.
type Images struct {
	Count, Rows, Cols int
	// Pixels is Count×(Rows·Cols), row-major; intensities in [0, 1].
	Pixels []float32
}

// ReadImages reads an IDX file of images, plain or gzip-compressed, to its end; the
// bytes 0..255 become intensities 0..1. Errors call the file name; those about its
// content are *[FormatError]. Without images, or with images without pixels, the
// file is in error.
//
// Memory follows what r delivers, not what the header claims: at most twice the
// pixels read, and just the pixels (if they fit 256 MiB) when r has a method
// Size() int64 that bounds its length, as bytes.Reader does.
func ReadImages(r io.Reader, name string) (*Images, error) {
	s, err := openStream(r, name)
	if err != nil {
		return nil, err
	}
	dims, err := s.header(magicImages)
	if err != nil {
		return nil, err
	}
	count, rows, cols := dims[0], dims[1], dims[2]
	switch {
	case count == 0:
		return nil, s.bad("header says 0 images, want at least one")
	case rows == 0 || cols == 0:
		return nil, s.bad("header says images of %d×%d pixels, want at least one pixel", rows, cols)
	}
	total, ok := product(dims)
	if !ok {
		return nil, s.bad("header says %d images of %d×%d pixels, more than can be addressed", count, rows, cols)
	}
	pixels, err := elements(s, total, &intensities)
	if err != nil {
		return nil, s.ended(err, "images", count, len(pixels)/(int(rows)*int(cols)))
	}
	return &Images{Count: int(count), Rows: int(rows), Cols: int(cols), Pixels: pixels}, nil
}

// ReadLabels reads an IDX file of labels, plain or gzip-compressed, to its end.
// Errors and memory are as with [ReadImages].
func ReadLabels(r io.Reader, name string) ([]byte, error) {
	s, err := openStream(r, name)
	if err != nil {
		return nil, err
	}
	dims, err := s.header(magicLabels)
	if err != nil {
		return nil, err
	}
	if dims[0] == 0 {
		return nil, s.bad("header says 0 labels, want at least one")
	}
	total, ok := product(dims)
	if !ok {
		return nil, s.bad("header says %d labels, more than can be addressed", dims[0])
	}
	labels, err := elements(s, total, &identity)
	if err != nil {
		return nil, s.ended(err, "labels", dims[0], len(labels))
	}
	return labels, nil
}

// header reads the magic number, which must be want, and the dimensions that
// follow it.
func (s *stream) header(want uint32) ([]uint32, error) {
	head := make([]byte, 4+4*(want&0xff))
	n, err := s.readFull(head[:4])
	if n == 4 {
		if magic := binary.BigEndian.Uint32(head); magic != want {
			return nil, s.bad("is %s, want %s", kindOf(magic), kindOf(want))
		}
		var more int
		more, err = s.readFull(head[4:])
		n += more
	}
	switch {
	case err == io.EOF && n == 0:
		return nil, s.bad("is empty")
	case err == io.EOF:
		return nil, s.bad("ends inside the header, after %d of %d bytes", n, len(head))
	case err != nil:
		return nil, s.fail(err)
	}
	dims := make([]uint32, want&0xff)
	for i := range dims {
		dims[i] = binary.BigEndian.Uint32(head[4+4*i:])
	}
	return dims, nil
}

// kindOf says what a file with this magic number is.
func kindOf(magic uint32) string {
	switch {
	case magic == magicLabels:
		return "a label file (magic 0x801)"
	case magic == magicImages:
		return "an image file (magic 0x803)"
	case magic>>8 == 0x08:
		return fmt.Sprintf("an IDX file of unsigned bytes in %d dimensions (magic %#x)", magic&0xff, magic)
	case magic>>16 == 0 && idxTypes[byte(magic>>8)] != "":
		return fmt.Sprintf("an IDX file of %s (magic %#x)", idxTypes[byte(magic>>8)], magic)
	default:
		return fmt.Sprintf("not an IDX file (magic %#08x)", magic)
	}
}

// idxTypes are the element types of the format that nothing here reads.
var idxTypes = map[byte]string{
	0x09: "signed bytes",
	0x0b: "16-bit integers",
	0x0c: "32-bit integers",
	0x0d: "32-bit floats",
	0x0e: "64-bit floats",
}

// product multiplies dimensions; ok is false if an int cannot index as many
// float32 bytes. Three dimensions of 32 bits do not fit 64.
func product(dims []uint32) (n int, ok bool) {
	p := uint64(1)
	for _, d := range dims {
		var over uint64
		over, p = bits.Mul64(p, uint64(d))
		if over != 0 {
			return 0, false
		}
	}
	return int(p), p <= math.MaxInt/4
}

// What an element of a file becomes in memory.
var (
	intensities = byteTable(func(b byte) float32 { return float32(b) / 255 })
	identity    = byteTable(func(b byte) byte { return b })
)

func byteTable[T any](f func(byte) T) (t [256]T) {
	for b := range t {
		t[b] = f(byte(b))
	}
	return t
}

const (
	chunk = 64 << 10 // bytes decoded at a time, and the least that is allocated for
	trust = 64 << 20 // most elements that are allocated for before they have been seen
)

// elements reads exactly total bytes, which must be all that is left, and returns
// value[b] for each. With an error come the elements that were read before it.
//
// The first allocation takes what the header claims only as far as the file can
// possibly hold it; from there the slice doubles as data arrives.
func elements[T any](s *stream, total int, value *[256]T) ([]T, error) {
	out := make([]T, 0, min(total, max(chunk, min(s.mayHold, trust))))
	buf := make([]byte, min(total, chunk))
	for len(out) < total {
		n, err := s.r.Read(buf[:min(len(buf), total-len(out))])
		if len(out)+n > cap(out) {
			grown := make([]T, len(out), min(total, 2*cap(out)))
			copy(grown, out)
			out = grown
		}
		for _, b := range buf[:n] {
			out = append(out, value[b])
		}
		// An error that comes with the last byte is met again by expectEnd.
		if err != nil && len(out) < total {
			return out, err
		}
	}
	return out, s.expectEnd()
}

// ended explains an error of elements, which stopped after got of the claimed
// number of images or labels.
func (s *stream) ended(err error, what string, claimed uint32, got int) error {
	switch {
	case err == io.EOF:
		return s.bad("header says %d %s, file ends after %d", claimed, what, got)
	case err == io.ErrUnexpectedEOF && got == int(claimed): // a checksum cut off, or junk behind it
		return s.bad("header says %d %s, the compressed data is damaged after the last", claimed, what)
	case err == io.ErrUnexpectedEOF:
		return s.bad("header says %d %s, the compressed data is cut off after %d", claimed, what, got)
	case err == errTrailing:
		return s.bad("header says %d %s, but more data follows them", claimed, what)
	default:
		return s.fail(err)
	}
}
