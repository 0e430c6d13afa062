package train

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// sectionWriter writes sections.
type sectionWriter struct {
	w     *bufio.Writer
	sum   uint32
	block [blockBytes]byte
}

func newSectionWriter(w io.Writer) *sectionWriter {
	s := &sectionWriter{w: bufio.NewWriterSize(w, 1<<16)}
	s.write([]byte(stateMagic)) // an error stays in the bufio.Writer
	return s
}

func (s *sectionWriter) write(b []byte) error {
	s.sum = crc32.Update(s.sum, castagnoli, b)
	_, err := s.w.Write(b)
	return err
}

// begin writes the head of a section, which comes before the numbers.
func (s *sectionWriter) begin(name string, kind sectionKind, count int) error {
	if len(name) > math.MaxUint8 {
		return fmt.Errorf("train: the name %q of a field is longer than %d bytes", name, math.MaxUint8)
	}
	head := append([]byte{byte(len(name))}, name...)
	head = append(head, byte(kind))
	return s.write(binary.LittleEndian.AppendUint64(head, uint64(count)))
}

// finish writes the checksum.
func (s *sectionWriter) finish() error {
	_, err := s.w.Write(binary.LittleEndian.AppendUint32(nil, s.sum))
	return err
}

// numbers writes a section. put fills the bytes with numbers, from index at on.
func (s *sectionWriter) numbers(name string, kind sectionKind, count int, put func(at int, b []byte)) error {
	if err := s.begin(name, kind, count); err != nil {
		return err
	}
	per := blockBytes / kind.size()
	for at := 0; at < count; at += per {
		b := s.block[:min(per, count-at)*kind.size()]
		put(at, b)
		if err := s.write(b); err != nil {
			return err
		}
	}
	return s.finish()
}

func (s *sectionWriter) bytes(name string, b []byte) error {
	return s.numbers(name, kindBytes, len(b), func(at int, dst []byte) { copy(dst, b[at:]) })
}

func (s *sectionWriter) end() error {
	if err := s.numbers("", kindEnd, 0, nil); err != nil {
		return err
	}
	return s.w.Flush()
}
