package qp

import "math"

// side says at which of its bounds a variable or a row is held, or that it is free.
type side int8

const (
	atLower side = iota - 1
	isFree
	atUpper
)

// sideOf is the side to which a multiplier, or a slope that presses against a bound, belongs by its sign.
func sideOf(multiplier float64) side {
	if multiplier < 0 {
		return atUpper
	}
	return atLower
}

// sideAhead is the side to which a step leads.
func sideAhead(step float64) side {
	if step < 0 {
		return atLower
	}
	return atUpper
}

// of is the bound on side s. For an equality, which need not be held to have a bound, both are the same.
func (s side) of(lower, upper float64) float64 {
	if s == atUpper {
		return upper
	}
	return lower
}

// room is how far x is from the bound on side s, and negative beyond it.
func (s side) room(x, lower, upper float64) float64 {
	if s == atUpper {
		return upper - x
	}
	return x - lower
}

// stepToBound is how many steps of d lead from x to the bound ahead, or +Inf if there is none.
func stepToBound(x, d, lower, upper float64) float64 {
	switch {
	case d < 0:
		return (lower - x) / d
	case d > 0:
		return (upper - x) / d
	default:
		return math.Inf(1)
	}
}
