package array

import (
	"math"
	"math/bits"
	"strconv"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// mostRounded is the most columns of which it is found out how they are rounded. More of them are images or signals.
const mostRounded = 1 << 16

// wantRounding makes the reader find out what rounding to float32 does to the columns of a table, if it can do
// anything. A file that can't hold a sample of the columns that its header claims takes no memory for them.
func (s *stream) wantRounding(o table.Options) {
	long := s.Size == 8 || s.Size == 4 && s.Kind != 'f'
	may := s.r.MayHold()
	holds := may < 0 || s.each() <= may/int64(s.Size)
	if long && holds && len(s.shape) == 2 && o.Like == nil && s.each() <= mostRounded {
		s.rounders = make([]table.Rounder, s.each())
	}
}

// round takes elements as they are stored, the first of which has this place in the file.
func (s *stream) round(first int64, src []byte) {
	if s.rounders == nil {
		return
	}
	order, rows, each := s.order(), s.shape[0], s.each()
	for i := 0; i < len(src); i += s.Size {
		at := first % each
		if s.fortran {
			at = first / rows
		}
		s.rounders[at].See(s.number(src[i:i+s.Size], order))
		first++
	}
}

// rounded tells the table what rounding has done to its columns.
func (s *stream) rounded(t *table.Table) {
	for j := range s.rounders {
		t.Inputs[j].Rounding = s.rounders[j].Rounding
	}
}

// integer is one of 64 bits.
type integer struct {
	text string
	v    float64 // the nearest one
}

// findLong looks for the first integer that is no float64 among elements as they are stored.
func (s *stream) findLong(src []byte) {
	if !s.exact || s.long != nil || s.Size != 8 || s.Kind == 'f' {
		return
	}
	order := s.order()
	for i := 0; i < len(src); i += s.Size {
		u, text := order.Uint64(src[i:]), ""
		size := u
		if s.Kind == 'i' && int64(u) < 0 {
			size, text = -u, "-"
		}
		if bits.Len64(size)-bits.TrailingZeros64(size) > 53 {
			s.long = &integer{text + strconv.FormatUint(size, 10), s.number(src[i:i+s.Size], order)}
			return
		}
	}
}

// longNotes are about labels that are rounded.
func (s *stream) longNotes(o table.Options) []string {
	if s.long == nil || o.Like != nil {
		return nil
	}
	return []string{table.RoundedNote(s.r.Name(), "it has", s.long.text, s.long.v, "store strings")}
}

// checkRounding adds a note for each target whose integers are rounded, as another one may have become the same. It is
// an error if all numbers of a target have become the same.
func checkRounding(t *table.Table) error {
	for k := range t.Targets {
		rounding := t.Inputs[t.At[k]].Rounding
		v := rounding.Inexact
		if v == 0 {
			continue
		}
		where := "column " + table.Label(t.At[k], "") + " is the target, "
		if rounding.Rounded && same(t, k) {
			return source.Bad(t.Source,
				"%sand all its numbers are the same in the 24 bits that are kept of each (float32): %s: %s",
				where, rounding.Example(), inFull)
		}
		if v == math.Trunc(v) {
			t.Notes = append(t.Notes,
				t.Source+": "+where+"and has integers of more than the 24 bits that are kept of each (float32): "+
					rounding.Example()+": "+inFull)
		}
	}
	return nil
}

// inFull is how targets keep all their digits.
const inFull = "store what they differ by, or the targets in a file of their own (X.npy, y.npy)"

// same reports whether all numbers of target k are equal.
func same(t *table.Table, k int) bool {
	n := len(t.Targets)
	for i := k + n; i < len(t.Values); i += n {
		if t.Values[i] != t.Values[k] {
			return false
		}
	}
	return true
}
