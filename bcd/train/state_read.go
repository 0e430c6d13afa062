package train

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"
)

// sectionReader reads the output of a sectionWriter. Its errors are *[StateError]s unless reading
// fails. Whatever a file claims, no more memory is taken than its caller has or allows.
type sectionReader struct {
	r     *bufio.Reader
	sum   uint32
	block [blockBytes]byte
}

// openSections returns the contents of the first section, and a reader of all others.
func openSections(r io.Reader) (s *sectionReader, about []byte, err error) {
	s = &sectionReader{r: bufio.NewReaderSize(r, 1<<16)}
	magic := s.block[:len(stateMagic)]
	if err := s.read(magic); err != nil {
		return nil, nil, err
	}
	switch {
	case string(magic) == stateMagic:
	case strings.HasPrefix(string(magic), anyStateMagic):
		return nil, nil, &StateError{Reason: "a state of another version of this program", OtherVersion: true}
	default:
		return nil, nil, &StateError{Reason: "no state of a training"}
	}
	about, err = s.bytes(aboutName, aboutLimit)
	return s, about, err
}

func (s *sectionReader) read(b []byte) error {
	if _, err := io.ReadFull(s.r, b); err != nil {
		return cutShort(err)
	}
	s.sum = crc32.Update(s.sum, castagnoli, b)
	return nil
}

// cutShort turns an early end of the file into a *[StateError].
func cutShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &StateError{Reason: "the state of the training is cut short"}
	}
	return err
}

// begin reads the head of a section, which comes before the numbers.
func (s *sectionReader) begin() (name string, kind sectionKind, count uint64, err error) {
	if err := s.read(s.block[:1]); err != nil {
		return "", 0, 0, err
	}
	n := int(s.block[0])
	if err := s.read(s.block[:n+9]); err != nil {
		return "", 0, 0, err
	}
	return string(s.block[:n]), sectionKind(s.block[n]), binary.LittleEndian.Uint64(s.block[n+1:]), nil
}

// expect reads the head of a section, which must have this name and kind.
func (s *sectionReader) expect(name string, kind sectionKind) (count uint64, err error) {
	have, is, count, err := s.begin()
	if err == nil && (have != name || is != kind) {
		err = &StateError{Reason: fmt.Sprintf(
			"the state is one of another kind of training: it has %.60q (%q) where this one has %q (%q)",
			have, is, name, kind)}
	}
	return count, err
}

// finish compares the checksum.
func (s *sectionReader) finish() error {
	var sum [4]byte
	if _, err := io.ReadFull(s.r, sum[:]); err != nil {
		return cutShort(err)
	}
	if binary.LittleEndian.Uint32(sum[:]) != s.sum {
		return &StateError{Reason: "the state of the training is damaged: its checksum is wrong"}
	}
	return nil
}

// numbers reads a section of count numbers. take converts bytes to numbers, from index at on.
func (s *sectionReader) numbers(name string, kind sectionKind, count int, take func(at int, b []byte)) error {
	have, err := s.expect(name, kind)
	if err != nil {
		return err
	}
	if have != uint64(count) {
		return &StateError{Reason: fmt.Sprintf(
			"the state is one of another kind of training: %q has %d numbers, %d in this one", name, have, count)}
	}
	per := blockBytes / kind.size()
	for at := 0; at < count; at += per {
		b := s.block[:min(per, count-at)*kind.size()]
		if err := s.read(b); err != nil {
			return err
		}
		take(at, b)
	}
	return s.finish()
}

// bytes reads a section of at most most bytes.
func (s *sectionReader) bytes(name string, most int) ([]byte, error) {
	count, err := s.expect(name, kindBytes)
	if err != nil {
		return nil, err
	}
	if count > uint64(most) {
		return nil, &StateError{Reason: fmt.Sprintf("%q has %d bytes: want at most %d", name, count, most)}
	}
	b := make([]byte, count)
	if err := s.read(b); err != nil {
		return nil, err
	}
	return b, s.finish()
}

// end reads the last section, after which the file must end.
func (s *sectionReader) end() error {
	count, err := s.expect("", kindEnd)
	if err != nil {
		return err
	}
	return s.last(count)
}

// last reads the rest of the last section, which has no numbers.
func (s *sectionReader) last(count uint64) error {
	if count != 0 {
		return &StateError{Reason: fmt.Sprintf("the end of the state claims %d numbers", count)}
	}
	if err := s.finish(); err != nil {
		return err
	}
	switch _, err := s.r.ReadByte(); {
	case err == nil:
		return &StateError{Reason: "there is more in the file than the state of a training"}
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}

// skipAll reads to the end, and compares all checksums.
func (s *sectionReader) skipAll() error {
	for {
		name, kind, count, err := s.begin()
		if err != nil {
			return err
		}
		size := uint64(kind.size())
		if size == 0 {
			return &StateError{Reason: fmt.Sprintf("%.60q has %d numbers of the unknown kind %q", name, count, kind)}
		}
		if count > math.MaxInt64/8 { // whose size may overflow
			return &StateError{Reason: fmt.Sprintf("%.60q claims %d numbers, more than any file has", name, count)}
		}
		if kind == kindEnd {
			return s.last(count)
		}
		for left := count * size; left > 0; {
			n := min(left, blockBytes)
			if err := s.read(s.block[:n]); err != nil {
				return err
			}
			left -= n
		}
		if err := s.finish(); err != nil {
			return err
		}
	}
}
