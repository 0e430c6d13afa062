package qp

import (
	"math"

	"ridge/mat"
)

// numbers reads small integers from bytes, and zeros after their end.
type numbers []byte

func (b *numbers) next() int {
	if len(*b) == 0 {
		return 0
	}
	v := int(int8((*b)[0]))
	*b = (*b)[1:]
	return v
}

// bounds reads bounds of every kind: none, one, both, equal ones, and sometimes crossing ones.
func (b *numbers) bounds() (lower, upper float64) {
	kind, l, u := b.next()&15, float64(b.next())/4, float64(b.next())/4
	switch {
	case kind == 15:
		return l, u
	case kind >= 12:
		return l, l
	case kind >= 8:
		return min(l, u), max(l, u)
	case kind >= 5:
		return math.Inf(-1), u
	case kind >= 2:
		return l, math.Inf(1)
	}
	return math.Inf(-1), math.Inf(1)
}

// box reads bounds of a variable: none, one, equal ones or, most often, both. If near is set, some of these are
// neighbours.
func (b *numbers) box(near bool) (lower, upper float64) {
	kind, l, u := b.next()&7, float64(b.next())/8, float64(b.next())/8
	switch {
	case kind == 0:
		return math.Inf(-1), math.Inf(1)
	case kind == 1:
		return l, math.Inf(1)
	case kind == 2:
		return math.Inf(-1), l
	case kind == 3:
		return l, l
	case kind == 4 && near && l == 0:
		return 0, 0x1p-300 // beside a subnormal bound, numbers of 1 are out of range
	case kind == 4 && near:
		return l, math.Nextafter(l, 99)
	}
	return min(l, u), max(l, u)
}

// matrix reads an m×n matrix.
func (b *numbers) matrix(m, n int) mat.Dense[float64] {
	a := mat.NewDense[float64](m, n)
	for i := range a.Data {
		a.Data[i] = float64(b.next() % 8)
	}
	return a
}
