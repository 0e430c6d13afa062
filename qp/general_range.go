package qp

import (
	"fmt"
	"math"
)

// Units in which the elements of H and A are about 1 are chosen from these alone, and the other numbers of a problem may
// be out of range there. That is no matter for matrices: an element that is out of range in such units is far below the
// rounding errors of the others, in its row and in its column, and all that it must not do is vanish. But a bound or a
// slope that became 0 or infinite would be another one, or none. So the unit of f, on which the certificate doesn't
// depend, is chosen to hold them, and if none does, the problem is not solved.

// noExponent is in place of the exponent of 0.
const noExponent = math.MinInt

// exponent is the k with 2^(k−1) ≤ |v| < 2^k.
func exponent(v float64) int {
	if k := int(math.Float64bits(v) >> 52 & 0x7ff); k != 0 && k != 0x7ff {
		return k - 1022
	}
	_, k := math.Frexp(v)
	return k
}

// timesPower is 2^k·v, but neither 0 nor infinite unless v is: then it is the number next to that.
func timesPower(v float64, k int) float64 {
	if -1022 <= k && k <= 1023 {
		if w := v * math.Float64frombits(uint64(k+1023)<<52); w != 0 && w-w == 0 {
			return w
		}
	}
	switch w := math.Ldexp(v, k); {
	case w == 0 && v != 0:
		return math.Copysign(math.SmallestNonzeroFloat64, v)
	case math.IsInf(w, 0) && !math.IsInf(v, 0):
		return math.Copysign(math.MaxFloat64, v)
	default:
		return w
	}
}

const (
	// mostExponent is the largest magnitude of the exponents of bounds and slopes in the units of a problem, which
	// leaves room for sums of them.
	mostExponent = 1000
	// squareExponent is an exponent above which squares overflow.
	squareExponent = 500
)

// fit chooses the unit of f: 1, unless bounds or slopes, or the squares of large ones, are out of range then. In the
// other unit the largest is about 1, or more if the smallest would be out of range. The result is empty, or says which
// two numbers are too far apart for any unit.
func (u *units) fit(g func(j int) float64, bounds problemBounds) (apart string) {
	least, most := u.extremes(g, bounds)
	if least.exponent >= -mostExponent && most.exponent <= squareExponent {
		return ""
	}
	shift := min(most.exponent, least.exponent+mostExponent)
	u.objective = 2 * shift
	for j := range u.variable {
		u.variable[j] += shift
	}
	for i := range u.row {
		u.row[i] -= shift
	}
	if most.exponent-shift > mostExponent {
		return fmt.Sprintf("%v and %v are too far apart, by 2^%d in units in which the elements of H and A are about 1",
			least, most, most.exponent-least.exponent)
	}
	return ""
}

// givenNumber is a bound or a slope of a problem, and its exponent in the units.
type givenNumber struct {
	operand         string
	index, exponent int
}

// String names the number.
func (n givenNumber) String() string { return fmt.Sprintf("%s[%d]", n.operand, n.index) }

// extremes finds the smallest and the largest slope or bound that is not 0 or infinite. Bounds of empty rows don't
// count, as these have no unit. If there is none, the exponents are 0.
func (u *units) extremes(g func(j int) float64, bounds problemBounds) (least, most givenNumber) {
	found := false
	add := func(operand string, index int, v float64, by int) {
		if v == 0 || math.IsInf(v, 0) {
			return
		}
		n := givenNumber{operand, index, exponent(v) + by}
		if !found || n.exponent < least.exponent {
			least = n
		}
		if !found || n.exponent > most.exponent {
			most = n
		}
		found = true
	}
	for j, k := range u.variable {
		l, v := bounds(j)
		add("g", j, g(j), k)
		add("lower", j, l, -k)
		add("upper", j, v, -k)
	}
	for i, k := range u.row {
		if u.rowComponent[i] != unreached {
			l, v := bounds(len(u.variable) + i)
			add("rowLower", i, l, k)
			add("rowUpper", i, v, k)
		}
	}
	return least, most
}
