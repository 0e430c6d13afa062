package qp

import (
	"errors"
	"fmt"
	"math"
)

// Units in which the elements of H and A are about 1 are chosen from these alone, and the other numbers of a problem
// may be out of range there. A bound or a slope that became 0 or infinite would be another one, or none. So the unit
// of f, on which the certificate doesn't depend, is chosen to hold them. Elements of H and A never exceed 4, and
// those that are out of range are far below the rounding errors of others in their rows and columns: they must not
// vanish, but what they are is no matter, unless bounds and slopes are as far apart. Where something is not held
// that matters, the problem is not solved.

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

// lostElement is an element of A that has lost digits in the units, or would be 0: it is that small beside others of
// its row, and of its column. In H there are such elements, too, but x would be so large where they matter that the
// diagonal makes f overflow.
type lostElement struct{ row, column, exponent int }

// String says that it is lost.
func (e lostElement) String() string {
	return fmt.Sprintf("A[%d,%d] is 2^%d in units in which the elements of H and A are about 1", e.row, e.column,
		e.exponent)
}

// findLost finds these elements. a has not been scaled.
func (u *units) findLost(a *indexedMatrix) {
	for i, row := range u.row {
		a.each(i, func(j int, v float64) {
			if k := exponent(v) + row + u.variable[j]; k < -1021 {
				u.lost = append(u.lost, lostElement{i, j, k})
			}
		})
	}
}

// losesMuch says which element of A is lost although it may be no rounding error beside a bound or a slope, or is
// empty. It chooses units.
func (u *units) losesMuch(g func(j int) float64, bounds problemBounds) string {
	const rounding = -60
	if len(u.lost) == 0 {
		return ""
	}
	u.gauge(g, bounds)
	least, most := u.extremes(g, bounds)
	for _, e := range u.lost {
		if apart := most.exponent - least.exponent; e.exponent+apart >= rounding {
			return fmt.Sprintf("%v, where %v and %v are 2^%d apart", e, least, most, apart)
		}
	}
	return ""
}

// blockedByLost says which element of A is lost that may block the ray of an UnboundedError, or is empty.
func (s *GeneralSolver[T]) blockedByLost(err error, bounds problemBounds) string {
	var unbounded *UnboundedError
	if len(s.units.lost) == 0 || !errors.As(err, &unbounded) {
		return ""
	}
	for _, e := range s.units.lost {
		l, u := bounds(s.N() + e.row)
		if unbounded.Ray[e.column] != 0 && !(math.IsInf(l, -1) && math.IsInf(u, 1)) {
			return e.String()
		}
	}
	return ""
}
