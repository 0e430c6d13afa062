package qp

import "math"

// doubleDouble is a number of twice the digits: the sum of a float64 and of its rounding error.
type doubleDouble struct{ high, low float64 }

// add adds a·b.
func (t *doubleDouble) add(a, b float64) {
	p := float64(a * b) // rounded here, because some processors would fuse it with the sum
	t.plus(p, math.FMA(a, b, -p))
}

// plus adds v + low.
func (t *doubleDouble) plus(v, low float64) {
	sum := t.high + v
	part := sum - t.high
	t.low += (t.high - (sum - part)) + (v - part) + low
	t.high = sum
}

// value is the sum, rounded.
func (t doubleDouble) value() float64 { return t.high + t.low }
