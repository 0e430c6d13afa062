package dataset

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
)

// stream is the unpacked content of a file.
type stream struct {
	name    string
	r       io.Reader
	mayHold int // most bytes that r can deliver; 0 if that is not known
}

// deflateRatio is the most by which deflate can shrink anything: two bits for a
// match of 258 bytes (RFC 1951, 3.2.5).
const deflateRatio = 1032

// openStream looks at the first bytes of r to learn whether it is compressed.
func openStream(r io.Reader, name string) (*stream, error) {
	s := &stream{name: name}
	if sized, ok := r.(interface{ Size() int64 }); ok {
		s.mayHold = int(min(sized.Size(), math.MaxInt/deflateRatio))
	}
	buffered := bufio.NewReaderSize(r, chunk)
	s.r = buffered
	// A short file fails here as well; whoever reads on will meet its end.
	if magic, _ := buffered.Peek(2); string(magic) != "\x1f\x8b" {
		return s, nil
	}
	unpacked, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, s.fail(err)
	}
	s.r = unpacked
	s.mayHold *= deflateRatio
	return s, nil
}

// readFull fills p unless an error comes first. Unlike io.ReadFull it returns an
// error as it is: io.EOF is the end of the content, io.ErrUnexpectedEOF the end of
// a file whose compressed content should have gone on.
func (s *stream) readFull(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var more int
		more, err = s.r.Read(p[n:])
		n += more
	}
	if n == len(p) {
		err = nil
	}
	return n, err
}

// errTrailing is expectEnd's word for content that goes on.
var errTrailing = errors.New("trailing data")

// expectEnd reads one byte more, which must not exist. It is also what makes gzip
// check the length and checksum at its end.
func (s *stream) expectEnd() error {
	n, err := s.readFull(make([]byte, 1))
	switch {
	case n > 0, err == gzip.ErrHeader: // the latter: bytes after the end of the gzip data
		return errTrailing
	case err == io.EOF:
		return nil
	default:
		return err
	}
}

// bad is the error for content that is not what it must be.
func (s *stream) bad(format string, args ...any) error {
	return &FormatError{File: s.name, Reason: fmt.Sprintf(format, args...)}
}

// fail is the error for content that could not be read: bad compression is the
// file's fault, anything else the system's.
func (s *stream) fail(err error) error {
	var corrupt flate.CorruptInputError
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return s.bad("the compressed data is cut off")
	}
	if err == gzip.ErrHeader || err == gzip.ErrChecksum || errors.As(err, &corrupt) {
		return &FormatError{File: s.name, Reason: "the compressed data is corrupt", Err: err}
	}
	return fmt.Errorf("%s: %w", s.name, err)
}
