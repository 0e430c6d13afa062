package nn

import (
	"errors"
	"fmt"
	"io"
	"os"

	"ridge/mat"
)

// Model is a model file that has been read to its end; the precision of the network to be made from it is still open.
type Model struct {
	c    *container
	d    *description
	name string
}

// ReadModel reads what [Network.Encode] wrote; nothing may follow it. Errors call r by name, and those in the data are
// *[FormatError]s. The memory it takes is a small multiple of what r holds, whatever r claims.
func ReadModel(r io.Reader, name string) (*Model, error) {
	c, d, err := read(r)
	if err != nil {
		return nil, inFile(err, name)
	}
	return &Model{c, d, name}, nil
}

// Precision returns the number of bits, 32 or 64, of the weights, the larger one if they are
// mixed, and 0 once a network has been made from it.
func (m *Model) Precision() int {
	if m.c == nil {
		return 0
	}
	for _, t := range m.c.tensors {
		if t.DType == "F64" {
			return 64
		}
	}
	return 32
}

// NetworkOf makes the network of a model. This can be done once: the model's memory becomes the network's. Weights of
// 64 bits are rounded if T has 32. Sparse weights take the memory of up to 256 numbers for each one that is stored. The
// error is a *[FormatError], or one without a type if a network has been made of the model already.
func NetworkOf[T mat.Float](m *Model) (*Network[T], error) {
	if m.c == nil {
		return nil, fmt.Errorf("%s: a network has been made of it already", m.name)
	}
	damage := m.c.checkSum()
	n, err := build[T](m.c, m.d)
	err = because(err, damage)
	m.c = nil
	if err != nil {
		return nil, inFile(err, m.name)
	}
	return n, nil
}

// Load reads a network from a file that [Network.Save] wrote, in either precision. For other files the error is a
// *[FormatError].
func Load[T mat.Float](path string) (*Network[T], error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Decode[T](f, path)
}

// Decode is [ReadModel] followed by [NetworkOf].
func Decode[T mat.Float](r io.Reader, name string) (*Network[T], error) {
	m, err := ReadModel(r, name)
	if err != nil {
		return nil, err
	}
	return NetworkOf[T](m)
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
	return (&Model{c: c}).Precision(), nil
}

// inFile adds the name of the file to an error in reading it.
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

// read reads all of a file and checks that its parts fit each other.
func read(r io.Reader) (*container, *description, error) {
	c, err := readHeader(r)
	if err != nil {
		return nil, nil, err
	}
	d, err := c.description()
	if err == nil {
		err = c.checkTensors(d)
	}
	if err != nil {
		return nil, nil, c.damagedIf(err, r)
	}
	return c, d, c.readData(r)
}
