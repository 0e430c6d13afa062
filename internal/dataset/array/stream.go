package array

import (
	"fmt"
	"io"
	"math"

	"ridge/internal/dataset/ordered"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
	"ridge/internal/words"
	"ridge/mat"
)

// header is what an array's header says.
type header struct {
	Type
	shape   []int64
	fortran bool // the first dimension is the fastest
}

// stream is an array that is being read.
type stream struct {
	header
	r        *source.Reader
	rounders []table.Rounder // of the columns; empty if nobody wants to know
	exact    bool            // an integer that is no float64 is to be found
	long     *integer        // the first such integer
}

// count is the number of elements, or math.MaxInt64.
func (h *header) count() int64 { return memory.Product(h.shape...) }

// each is the number of elements of a sample.
func (h *header) each() int64 { return memory.Product(h.shape[1:]...) }

// chunk is how many bytes are decoded at a time, and the least number of elements that is allocated for.
const chunk = 64 << 10

// trust is the most elements that are allocated for, before they have been seen, because a packed file says that it has
// them. Tests trust less.
var trust int64 = 64 << 20

// check validates the shape and refuses what does not fit, into memory or into a packed file. What a header claims
// beyond what a plain file can hold is not counted: that will be found out without the memory.
func (s *stream) check(o table.Options, element int64) error {
	for i, n := range s.shape {
		switch {
		case i == 0 && n == 0:
			return s.bad("header says 0 %s, want at least one", s.what())
		case n == 0:
			return s.bad("header says %s of shape %v, want at least one element", s.what(), s.shape[1:])
		}
	}
	count := s.count()
	if count > math.MaxInt64/16 {
		return s.bad("header says %d %s of shape %v, more than can be addressed", s.shape[0], s.what(), s.shape[1:])
	}
	if may := s.r.MayHold(); may >= 0 {
		if s.r.Packed() && count > may/int64(s.Size) {
			return s.bad("header says %d %s of shape %v, more than the file can hold, packed as it is",
				s.shape[0], s.what(), s.shape[1:])
		}
		count = min(count, may/int64(s.Size))
	}
	what := fmt.Sprintf("%s %s of shape %v", words.Group(s.shape[0]), s.what(), s.shape[1:])
	need := memory.Sum(memory.Product(s.copies(), count, element), table.Bytes(min(s.shape[0], count), 0, 0),
		table.Bytes(0, s.each(), 0))
	return o.Check(s.r.Name(), s.r.Stored(), need, what, need)
}

// copies is how many of all elements are in memory at a time: those in Fortran's order are read before they are put
// into C order.
func (h *header) copies() int64 {
	if h.fortran && len(h.shape) > 1 {
		return 2
	}
	return 1
}

// place is which element of which sample has this place in the file, all from 0 and in C order.
func (h *header) place(at int64) (sample, element int64) {
	each := h.each()
	if !h.fortran {
		return at / each, at % each
	}
	sample, at = at%h.shape[0], at/h.shape[0]
	for _, n := range h.shape[1:] { // the first of these is the fastest in the file, and the slowest in C order
		each /= n
		element += at % n * each
		at /= n
	}
	return sample, element
}

// claims is how many numbers take the memory that the array needs while it is read.
func (h *header) claims() int64 { return memory.Product(h.copies(), h.count()) }

// first is how many elements to allocate for before any has been seen: what the header claims, as far as the file can
// possibly hold it. Only bytes that lie in the file are believed at once however many they are, so that their elements
// are in memory once, as check has it; for others the slice doubles as data arrives.
func (s *stream) first() int64 {
	most := s.count()
	if may := s.r.MayHold(); may >= 0 {
		most = min(most, may/int64(s.Size))
	}
	if !s.r.Plain() {
		most = min(most, trust)
	}
	return min(s.count(), max(chunk, most))
}

// numbers reads all elements, which must be all that is left, in C order. If o.Limit, or the share of the file, is less
// than the memory that they take, that is an error before anything is allocated ([stream.check]).
func numbers[T float32 | float64](s *stream, o table.Options) ([]T, error) {
	if s.text() {
		return nil, s.bad("its elements are strings, want numbers")
	}
	if err := s.check(o, int64(mat.Bits[T]()/8)); err != nil {
		return nil, err
	}
	total := s.count()
	out := make([]T, 0, s.first())
	err := s.eachBlock(total, o.Workers, func(src []byte, end error) error {
		have, got := int64(len(out)), int64(len(src))/int64(s.Size)
		if have+got > int64(cap(out)) {
			grown := make([]T, have, min(total, 2*int64(cap(out))))
			copy(grown, out)
			out = grown
		}
		out, src = out[:have+got], src[:got*int64(s.Size)]
		if bad := decode(out[have:], src, s.Type); bad >= 0 {
			sample, element := s.place(have + int64(bad))
			return s.bad("element %d of %s %d (from 0) is infinite or too large",
				element, singular(s.what()), sample)
		}
		s.round(have, src)
		s.findLong(src)
		if end != nil {
			return s.ended(end, int64(len(out))/s.each())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.expectEnd(); err != nil {
		return nil, err
	}
	if s.copies() > 1 {
		out = transposed(out, s.shape)
	}
	return out, nil
}

// eachBlock calls visit with one block of whole elements after the other, until there were total of them, or it returns
// an error. If reading fails, the last block has what was read, perhaps with a part of an element, and the error. With
// two workers the next block is read, and unpacked, during a visit.
func (s *stream) eachBlock(total int64, workers int, visit func(src []byte, err error) error) error {
	type block struct {
		bytes []byte
		err   error
	}
	size, left := int64(s.Size), total*int64(s.Size)
	length := min(left, chunk) / size * size
	next := func(buffer []byte) (block, error) {
		if left == 0 {
			return block{}, io.EOF
		}
		n, err := io.ReadFull(s.r, buffer[:min(length, left)])
		left -= int64(n)
		return block{buffer[:n], err}, nil
	}
	if workers < 2 {
		buffer := make([]byte, length)
		for b, end := next(buffer); end == nil; b, end = next(buffer) {
			if err := visit(b.bytes, b.err); err != nil {
				return err
			}
		}
		return nil
	}
	const alive = 4 // blocks: one is read, one is visited, and Map holds two
	buffers := make(chan []byte, alive)
	for range alive {
		buffers <- make([]byte, length)
	}
	return ordered.Map(1, func() (block, error) { return next(<-buffers) }, func(b block) block { return b },
		func(b block) error {
			err := visit(b.bytes, b.err)
			buffers <- b.bytes[:length]
			return err
		})
}

// singular of "images", "labels", "samples".
func singular(plural string) string { return plural[:len(plural)-1] }

// ended explains an error that occurred after that many samples.
func (s *stream) ended(err error, got int64) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return s.bad("header says %d %s, file ends after %d", s.shape[0], s.what(), got)
	}
	return err
}

// expectEnd reads one byte more, which must not exist. It is also what makes gzip check the
// length and checksum at its end.
func (s *stream) expectEnd() error {
	n, err := io.ReadFull(s.r, make([]byte, 1))
	switch {
	case n > 0:
		return s.bad("header says %d %s, but more data follows them", s.shape[0], s.what())
	case err == io.EOF:
		return nil
	default:
		return err
	}
}

// bad is the error for invalid content.
func (s *stream) bad(format string, args ...any) error {
	return source.Bad(s.r.Name(), format, args...)
}

// transposed puts elements whose first index is the fastest into C order.
func transposed[T any](in []T, shape []int64) []T {
	rows := int(shape[0])
	each := len(in) / rows
	// Where the elements of a sample go: r counts with its first index as the fastest.
	to := make([]int, each)
	index := make([]int64, len(shape)-1)
	for r := range to {
		at := int64(0)
		for d, i := range index {
			at = at*shape[1+d] + i
		}
		to[r] = int(at)
		for d := range index {
			if index[d]++; index[d] < shape[1+d] {
				break
			}
			index[d] = 0
		}
	}
	out := make([]T, len(in))
	for r, at := range to {
		for i := range rows {
			out[i*each+at] = in[r*rows+i]
		}
	}
	return out
}
