package table

import (
	"math"
	"strconv"
	"strings"
)

// Rounding is what becoming float32 does to the numbers of a column.
type Rounding struct {
	// Rounded says that another number than the first one became the same float32.
	Rounded bool
	// Inexact is the first number that is no float32; 0 if there is none.
	Inexact float64
}

// Rounder finds out the [Rounding] of a column. It is for numbers in the order of the rows.
type Rounder struct {
	Rounding
	first float64
	begun bool
}

// See takes a number. NaN is none.
func (r *Rounder) See(v float64) {
	switch {
	case v == r.first && r.begun || v != v:
		return
	case !r.begun:
		r.first, r.begun = v, true
	case float32(v) == float32(r.first):
		r.Rounded = true
	}
	if r.Inexact == 0 && float64(float32(v)) != v {
		r.Inexact = v
	}
}

// Add adds what another Rounder has seen of later rows. It misses numbers that became the same as a number other than
// the first; a column that is one float32 throughout has none of these.
func (r *Rounder) Add(later Rounder) {
	if !later.begun {
		return
	}
	r.See(later.first)
	r.Rounded = r.Rounded || later.Rounded && float32(later.first) == float32(r.first)
	if r.Inexact == 0 {
		r.Inexact = later.Inexact
	}
}

// Example shows the first number that is no float32, and what becomes of it.
func (r Rounding) Example() string {
	return plain(r.Inexact) + " becomes " + plain(float64(float32(r.Inexact)))
}

// IsRounded reports whether a clean field is a whole number that became another one, v, as it has more than 53 bits.
// Quantities never need them, but codes differ in their last digits.
func IsRounded(field string, v float64) bool {
	if math.Abs(v) < 1<<53 {
		return false
	}
	digits := strings.TrimLeft(field, "+-")
	return strings.Trim(digits, "0123456789") == "" &&
		strings.TrimLeft(digits, "0") != strconv.FormatFloat(math.Abs(v), 'f', 0, 64)
}

// plain is a number without an exponent.
func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// Step is the distance of float32 numbers as large as v.
func Step(v float64) float64 {
	x := float32(math.Abs(v))
	return float64(math.Nextafter32(x, float32(math.Inf(1)))) - float64(x)
}
