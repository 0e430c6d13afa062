package fit

import (
	"fmt"
	"iter"
	"math"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// slipNotes are about columns that are not written as they seem to be meant: texts that look alike, and
// numbers that stand for none. There are at most a few.
func (f *fitter) slipNotes(in *columns.Inputs, stats []stat) (notes []string) {
	for j, c := range in.Columns {
		if len(notes) == mostListed || f.images() {
			break
		}
		label := table.Label(table.Position(j, f.table.At), c.Name)
		if groups := alike(c.Levels); len(groups) > 0 {
			a, b := groups[0][0], groups[0][1]
			d := table.DifferenceOf(a, b)
			notes = append(notes, fmt.Sprintf("column %s: the texts %s and %s differ only %v: if they are one, write "+
				"them alike", label, d.Quote(a), d.Quote(b), d))
		}
		if c.Kind != columns.Number {
			continue
		}
		for _, end := range []float64{stats[j].least, stats[j].most} {
			written := asWritten(end, f.table.Inputs[j].Rounding)
			if n, from, to := standsForNone(f.numbersOf(j), end, isNines(written)); n > 0 {
				notes = append(notes,
					fmt.Sprintf(
						"column %s has %s in %s, far from its other numbers, which are from %s to %s: if it stands "+
							"for a missing value, write ? or nothing there",
						label, plainNumber(written), words.Counted(n, "row"), plainNumber(short(from)),
						plainNumber(short(to))))
			}
		}
	}
	return notes
}

// numbersOf are the cells of a column of numbers in the rows.
func (f *fitter) numbersOf(j int) iter.Seq[float64] {
	width := len(f.table.Inputs)
	return func(yield func(float64) bool) {
		for _, i := range f.indices {
			if !yield(float64(f.table.Cells[i*width+j])) {
				return
			}
		}
	}
}

// standsForNone counts how often the smallest or largest of numbers, some of which may be NaN, occurs, if that seems to
// stand for a missing value: it lies farther from the others, which are between from and to, than these lie from each
// other, and is written with nines, which nines says, and occurs several times, or occurs often beside many others.
// Else n is 0. Most columns are not read far.
func standsForNone(numbers iter.Seq[float64], end float64, nines bool) (n int, from, to float64) {
	const several, often, head = 3, 20, 4096
	from, to = math.Inf(1), math.Inf(-1)
	k, others := 0, map[float64]bool{}
	for v := range numbers {
		switch {
		case v != v:
		case v == end:
			n++
		default:
			from, to = min(from, v), max(to, v)
			if max(from-end, end-to) <= to-from {
				return 0, 0, 0
			}
			if len(others) <= FewClasses {
				others[v] = true
			}
		}
		if k == head && !nines && len(others) <= FewClasses {
			return 0, 0, 0
		}
		k++
	}
	if n < several || from > to || !nines && (n < often || len(others) <= FewClasses) {
		return 0, 0, 0
	}
	return n, from, to
}

// isNines reports whether a number is written with two nines or more, and no other digits.
func isNines(v float64) bool {
	digits := plainNumber(math.Abs(v))
	return len(digits) >= 2 && strings.Trim(digits, "9") == ""
}

// asWritten is a number of a column as the file has it, as far as that is known: eight nines or more are rounded to a
// power of ten.
func asWritten(v float64, r table.Rounding) float64 {
	if v == float64(float32(r.Inexact)) && isNines(r.Inexact) {
		return r.Inexact
	}
	return v
}
