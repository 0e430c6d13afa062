package array

import (
	"math"

	"ridge/internal/dataset/table"
)

// mostRounded is the most columns of which it is found out how they are rounded. More of them are images or signals.
const mostRounded = 1 << 16

// wantRounding makes the reader find out what rounding to float32 does to the columns of a table, if it can do
// anything.
func (s *stream) wantRounding(o table.Options) {
	long := s.Size == 8 || s.Size == 4 && s.Kind != 'f'
	if long && len(s.shape) == 2 && o.Like == nil && s.each() <= mostRounded {
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

// longTarget is the note about a target whose integers are rounded, "" for others: another one may have become the same.
func longTarget(t *table.Table, target table.Column, at int) string {
	if v := target.Rounding.Inexact; v != 0 && v == math.Trunc(v) {
		return t.Source + ": column " + table.Label(at, "") + " is the target, and has integers of more than the 24 bits that are kept of each (float32): " + target.Rounding.Example() + ": store what they differ by"
	}
	return ""
}
