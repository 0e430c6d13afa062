package source

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
)

// Reader is the unpacked content of a file. Its errors name the file; those that are
// the file's fault are *[FormatError].
type Reader struct {
	name     string
	raw      *counter
	buffered *bufio.Reader
	r        io.Reader
	size     int64 // of the file, -1 if that is not known
	stored   int64 // bytes that it takes where it lies, -1 if that is not known
	gzip     bool
	lost     bool      // characters that are no UTF-16
	unpacked int64     // bytes so far, if it is packed
	sum      hash.Hash // of what was read, nil if nobody wants it
	want     string
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

const (
	// DeflateRatio is the most by which deflate can shrink anything: two bits for a match
	// of 258 bytes (RFC 1951, 3.2.5).
	DeflateRatio = 1032
	// Buffer is how many bytes are read from a file at a time.
	Buffer = 64 << 10
	// Times is how many times its bytes the content of a file may take, unpacked or as a table in memory. Deflate could
	// make more of them, but of nothing that anybody wants to learn from.
	Times = 150
	// minSample is the number of bytes of content below which the ratio says nothing.
	minSample = 32 << 20
)

// NewReader looks at the first bytes of r to learn whether it is compressed, and whether it is text in UTF-16, which
// becomes UTF-8. size is that of the (compressed) file in bytes, or -1 if it is not known.
func NewReader(r io.Reader, name string, size int64) (*Reader, error) {
	s := &Reader{name: name, raw: &counter{r: r}, size: size, stored: size}
	s.buffered = bufio.NewReaderSize(s.raw, Buffer)
	s.r = s.buffered
	// A short file fails here, too; reading on will find its end.
	if magic, _ := s.buffered.Peek(2); string(magic) == gzipMagic {
		unpacked, err := newMembers(s.buffered)
		if err != nil {
			return nil, s.fail(err)
		}
		s.r, s.gzip = unpacked, true
	}
	s.r = asUTF8(s.r, &s.lost)
	return s, nil
}

// Member is a reader of content that is part of a larger file, such as an archive. It takes stored
// bytes there, and unpacks to at most mayHold bytes.
func Member(r io.Reader, name string, stored, mayHold int64) *Reader {
	s := &Reader{name: name, raw: &counter{r: r}, size: mayHold, stored: stored}
	s.buffered = bufio.NewReaderSize(s.raw, Buffer)
	s.r = s.buffered
	return s
}

// Read implements io.Reader. At the end of the compressed data its length and checksum
// are verified.
func (s *Reader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if s.gzip {
		s.unpacked += int64(n)
		if s.unpacked > minSample && s.unpacked/Times > s.packed() {
			return n, Bad(s.name,
				"the compressed data unpacks to more than %d times its size: if that is intended, unpack it", Times)
		}
	}
	if s.sum != nil {
		s.sum.Write(p[:n])
		if err == io.EOF {
			return n, s.verified()
		}
	}
	if err != nil && err != io.EOF {
		err = s.fail(err)
	}
	return n, err
}

// verify makes the end of the content an error if its SHA-256 is not the one wanted.
func (s *Reader) verify(want string) { s.sum, s.want = sha256.New(), want }

// verified is io.EOF if the content was the one wanted.
func (s *Reader) verified() error {
	if got := hex.EncodeToString(s.sum.Sum(nil)); got != s.want {
		return WrongSum(s.name, got, s.want)
	}
	return io.EOF
}

// Name is what errors call the file.
func (s *Reader) Name() string { return s.name }

// Lost reports whether some of the text so far is U+FFFD in UTF-16, or was no valid UTF-16 and has become that.
func (s *Reader) Lost() bool { return s.lost }

// Packed reports whether the file is compressed with gzip.
func (s *Reader) Packed() bool { return s.gzip }

// Stored is how many bytes the content takes where it lies, packed or not, or -1 if that is not known.
func (s *Reader) Stored() int64 { return s.stored }

// MayHold is the most bytes that the file can unpack to, or -1 if its size is not known.
func (s *Reader) MayHold() int64 {
	if s.size < 0 || !s.gzip {
		return s.size
	}
	return min(s.size, math.MaxInt64/DeflateRatio) * DeflateRatio
}

// Plain reports whether all that the content may hold lies in the file as it is, byte by byte, so that [Reader.MayHold]
// is a size and no claim.
func (s *Reader) Plain() bool { return s.size >= 0 && !s.gzip && s.size <= s.stored }

// Done is the share of the file that has been read so far, from 0 to 1; 0 if its size is
// not known.
func (s *Reader) Done() float64 {
	if s.size <= 0 {
		return 0
	}
	return min(1, float64(s.taken())/float64(s.size))
}

// packed is the size of the file. Where it is not known it is what has been used so far, which may be a beginning that
// packs better than the rest.
func (s *Reader) packed() int64 {
	if s.size >= 0 {
		return s.size
	}
	return s.taken()
}

// taken is how many bytes of the file have been used so far.
func (s *Reader) taken() int64 { return s.raw.n - int64(s.buffered.Buffered()) }

// fail is the error for content that could not be read: bad compression is the file's
// fault, anything else the system's.
func (s *Reader) fail(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, errChanged):
		return Bad(s.name, "%v", errChanged)
	case err == errBehind:
		return Bad(s.name, "something that is not gzip follows the compressed data: unpack the file, see whether the "+
			"content is complete, and compress it again")
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return Bad(s.name, "the compressed data is cut off")
	case err == gzip.ErrHeader || err == gzip.ErrChecksum || err == zip.ErrChecksum || err == zip.ErrFormat ||
		errors.As(err, &corrupt):
		return &FormatError{File: s.name, Reason: "the compressed data is corrupt", Err: err}
	default:
		return fmt.Errorf("%s: %w", s.name, err)
	}
}
