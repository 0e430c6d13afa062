package source

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
)

// gzipMagic are the first bytes of data that is compressed with gzip.
const gzipMagic = "\x1f\x8b"

// errBehind says that something else follows the compressed data.
var errBehind = errors.New("not gzip")

// members is the content of one or more pieces of compressed data, one behind the other. compress/gzip reads them, too,
// but does not tell a piece that is cut off from a few bytes that are none.
type members struct {
	from *bufio.Reader
	r    *gzip.Reader
}

func newMembers(from *bufio.Reader) (*members, error) {
	r, err := gzip.NewReader(from)
	if err != nil {
		return nil, err
	}
	r.Multistream(false)
	return &members{from, r}, nil
}

// Read implements io.Reader.
func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.r.Read(p)
		if err == io.EOF {
			err = m.next()
		}
		if n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
	}
}

// next goes on to the next piece. It is io.EOF if there is nothing more.
func (m *members) next() error {
	begin, err := m.from.Peek(len(gzipMagic))
	switch {
	case len(begin) == 0:
		return err
	case !bytes.HasPrefix([]byte(gzipMagic), begin):
		return errBehind
	}
	if err := m.r.Reset(m.from); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	m.r.Multistream(false)
	return nil
}
