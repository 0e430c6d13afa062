package qp

import (
	"math"
	"slices"
)

// fixedPart is the contribution of fixed variables to the rest of the problem. It is taken out of the problem, in which
// these variables are then at 0. A fixed variable is a constant, and no other variable should be judged relative to it,
// however large it is. The same applies to variables on which no row and no other variable depends; they end at the
// bound that g points to.
//
// All of it is in the units in which the problem was given: other units are chosen for what is left, and might not hold
// what is taken out. A variable stays in the problem if float64 can't hold its contribution with twice the digits.
type fixedPart struct {
	at       []float64      // the values of these variables; 0 for all others
	slope    []float64      // H·at + g
	row      []doubleDouble // A·at
	size     []float64      // |A||at|
	reach    []extent       // the values that the rows can take by the variables that are not fixed
	constant float64        // ½atᵀH·at + gᵀat
}

// extent is the interval from … to.
type extent struct{ from, to float64 }

// takeFixed returns the problem with its fixed variables at 0, and keeps their contribution in s.fixed.
func (s *GeneralSolver[T]) takeFixed(g func(j int) float64, bounds problemBounds) (func(j int) float64, problemBounds) {
	f, n := &s.fixed, s.N()
	*f = fixedPart{at: make([]float64, n)}
	f.find(&s.reduced, s.units, g, bounds)
	if f.isEmpty() {
		return g, bounds
	}
	if f.keepExtremes(&s.p, s.units); f.isEmpty() {
		return g, bounds
	}
	f.add(&s.p, s.units, g)
	f.extend(&s.p, s.units, s.reduced.tightened(s.units, bounds))
	if f.overflows(bounds) {
		*f = fixedPart{at: make([]float64, n)}
		return g, bounds
	}
	return func(j int) float64 { return f.slope[j] }, func(k int) (l, u float64) {
		l, u = bounds(k)
		if k >= n {
			return f.reducedBounds(k-n, l, u)
		}
		return l - f.at[k], u - f.at[k]
	}
}

// isEmpty reports whether no variable is fixed but at 0.
func (f *fixedPart) isEmpty() bool {
	return !slices.ContainsFunc(f.at, func(v float64) bool { return v != 0 })
}

// find determines the variables that are fixed by their bounds or by rows with one element, and those that always end
// at a bound.
func (f *fixedPart) find(r *reduction, u *units, g func(j int) float64, bounds problemBounds) {
	n := len(f.at)
	for j := range f.at {
		l, v := bounds(j)
		switch slope := g(j); {
		case l == v, r.loose[j] && slope > 0:
			f.at[j] = l
		case r.loose[j] && slope < 0:
			f.at[j] = v
		}
	}
	for i, j := range r.single {
		if j < 0 {
			continue
		}
		if l, v := bounds(n + i); l == v {
			f.at[j] = l / u.given(r.value[i], u.base[1][i], j)
		} else if l, v = bounds(j); l < v {
			f.at[j] = 0 // the row may be tighter than the bound
		}
	}
	for j, v := range f.at {
		if l, w := bounds(j); !(l <= v && v <= w) || math.IsInf(v, 0) { // if bounds cross, the reduction proves it
			f.at[j] = 0
		}
	}
}

// given is an element of column j of H or A in the units in which it was given, if its row was multiplied by 2^row.
func (u *units) given(v float64, row, j int) float64 { return timesPower(v, -row-u.base[0][j]) }

// keepExtremes leaves variables in the problem whose products with the elements of H and A may overflow or lose digits,
// or with elements that have lost some in the units.
func (f *fixedPart) keepExtremes(p *program, u *units) {
	const least, most = -900, 1000 // exponents of products
	keep := make([]bool, len(f.at))
	check := func(j int, v float64, row int) {
		if f.at[j] == 0 {
			return
		}
		k := exponent(v) - row - u.base[0][j] + exponent(f.at[j])
		keep[j] = keep[j] || k < least || k > most || math.Abs(v) < 0x1p-1022
	}
	for i := range p.h.full.Rows {
		p.h.each(i, func(j int, v float64) { check(j, v, u.base[0][i]) })
	}
	for i, row := range u.base[1] {
		p.a.each(i, func(j int, v float64) { check(j, v, row) })
	}
	for j, k := range keep {
		if k {
			f.at[j] = 0
		}
	}
}

// add sums up the contributions. p holds H and A, in the units before gauge.
func (f *fixedPart) add(p *program, u *units, g func(j int) float64) {
	n, m := p.n(), p.m()
	f.slope, f.row, f.size = make([]float64, n), make([]doubleDouble, m), make([]float64, m)
	for j := range n {
		slope := doubleDouble{g(j), 0}
		f.constant += g(j) * f.at[j]
		if p.quadratic() {
			p.h.each(j, func(i int, v float64) {
				if f.at[i] != 0 {
					slope.add(u.given(v, u.base[0][i], j), f.at[i])
				}
			})
		}
		f.slope[j] = slope.value()
		f.constant += (f.slope[j] - g(j)) * f.at[j] / 2
	}
	for i := range m {
		p.a.each(i, func(j int, v float64) {
			if f.at[j] != 0 {
				v = u.given(v, u.base[1][i], j)
				f.row[i].add(v, f.at[j])
				f.size[i] += math.Abs(v * f.at[j])
			}
		})
	}
}

// tightened returns the bounds of the variables by what rows with one element leave of them, too.
func (r *reduction) tightened(u *units, bounds problemBounds) problemBounds {
	n := len(u.variable)
	lower, upper := make([]float64, n), make([]float64, n)
	for j := range lower {
		lower[j], upper[j] = bounds(j)
	}
	for i, j := range r.single {
		if j < 0 {
			continue
		}
		v := u.given(r.value[i], u.base[1][i], j)
		l, w := bounds(n + i)
		lower[j], upper[j] = max(lower[j], min(l/v, w/v)), min(upper[j], max(l/v, w/v))
	}
	return func(j int) (float64, float64) { return lower[j], upper[j] }
}

// extend computes the reach of the rows. Where it overflows, it has no end.
func (f *fixedPart) extend(p *program, u *units, bounds problemBounds) {
	f.reach = make([]extent, p.m())
	for i := range f.reach {
		r := &f.reach[i]
		p.a.each(i, func(j int, v float64) {
			l, w := bounds(j)
			if f.at[j] != 0 {
				return
			}
			v = u.given(v, u.base[1][i], j)
			r.from += min(v*l, v*w)
			r.to += max(v*l, v*w)
		})
		if !(r.from < math.Inf(1) && r.to > math.Inf(-1)) {
			*r = extent{math.Inf(-1), math.Inf(1)}
		}
	}
}

// overflows reports whether float64 can't hold the contributions, or what is left of a bound of a row.
func (f *fixedPart) overflows(bounds problemBounds) bool {
	if notFinite(f.slope) >= 0 || notFinite(f.size) >= 0 || notFinite([]float64{f.constant}) >= 0 {
		return true
	}
	for i := range f.row {
		l, u := bounds(len(f.at) + i)
		if math.IsInf(f.left(i, l), 0) != math.IsInf(l, 0) || math.IsInf(f.left(i, u), 0) != math.IsInf(u, 0) {
			return true
		}
	}
	return false
}

// reducedBounds returns the bounds of row i for the variables that are not fixed. If such a bound is out of reach for
// them by no more than the rounding error of the fixed variables' terms, it is set to 0.
func (f *fixedPart) reducedBounds(i int, lower, upper float64) (float64, float64) {
	if f.size[i] == 0 {
		return lower, upper
	}
	equal, reach, rounding := lower == upper, f.reach[i], 8*0x1p-53*f.size[i]
	lower, upper = f.left(i, lower), f.left(i, upper)
	low, high := lower > reach.to, upper < reach.from
	if equal || reach == (extent{}) { // the other variables can't reach the bounds
		low = low || high || lower < reach.from
		high = low || upper > reach.to
	}
	if low && math.Abs(lower) <= rounding {
		lower = 0
	}
	if high && math.Abs(upper) <= rounding {
		upper = 0
	}
	return lower, upper
}

// left is a bound minus the contribution of the fixed variables to the row.
func (f *fixedPart) left(i int, bound float64) float64 {
	if math.IsInf(bound, 0) {
		return bound
	}
	sum := doubleDouble{bound, 0}
	sum.plus(-f.row[i].high, -f.row[i].low)
	return sum.value()
}

// load sets the sizes of the terms that were taken out of the rows, in the units of the program.
func (f *fixedPart) load(p *program, u *units) {
	p.taken = nil
	if f.size == nil {
		return
	}
	p.taken = make([]float64, len(f.size))
	for i, v := range f.size {
		p.taken[i] = timesPower(v, u.row[i])
	}
}
