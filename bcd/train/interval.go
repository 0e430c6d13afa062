package train

import (
	"fmt"
	"math"
)

// Interval is the set of numbers that an option can have. It is made by [Above] or [From], and
// bounded above by [Interval.UpTo] or [Interval.Below].
type Interval struct {
	low, high         float64
	openLow, openHigh bool
}

// Above returns all finite numbers above low.
func Above(low float64) Interval {
	return Interval{low: low, high: math.Inf(1), openLow: true, openHigh: true}
}

// From returns low and all finite numbers above it.
func From(low float64) Interval { return Interval{low: low, high: math.Inf(1), openHigh: true} }

// UpTo returns the part of i up to high, with high.
func (i Interval) UpTo(high float64) Interval {
	i.high, i.openHigh = high, false
	return i
}

// Below returns the part of i below high.
func (i Interval) Below(high float64) Interval {
	i.high, i.openHigh = high, true
	return i
}

// Contains reports whether v is in the interval. NaN is in none.
func (i Interval) Contains(v float64) bool {
	return (v > i.low || v == i.low && !i.openLow) && (v < i.high || v == i.high && !i.openHigh)
}

// largest is the most that a number may be: the product of two of them, or of one with a number of samples, is finite
// in float32.
const largest = 1e18

// computable reports whether a number is no larger.
func computable(v float64) bool { return math.Abs(v) <= largest }

// within says what is wanted of a number that is in the interval but too large.
func (i Interval) within() string {
	if i.high <= largest {
		return i.String()
	}
	return i.UpTo(largest).String() + ", so that its products are numbers in 32 bits, too"
}

// String says what is wanted: "a number above 0, up to 1".
func (i Interval) String() string {
	text := fmt.Sprintf("a number from %v up", i.low)
	if i.openLow {
		text = fmt.Sprintf("a number above %v", i.low)
	}
	switch {
	case math.IsInf(i.high, 1):
		return text
	case !i.openLow && !i.openHigh:
		return fmt.Sprintf("%s to %v", text, i.high)
	case i.openHigh:
		return fmt.Sprintf("%s, below %v", text, i.high)
	}
	return fmt.Sprintf("%s, up to %v", text, i.high)
}
