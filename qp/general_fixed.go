package qp

import "math"

// fixedPart is the contribution of fixed variables to the rest of the problem. It is taken out of the problem, in which
// these variables are then at 0. A fixed variable is a constant, and no other variable should be judged relative to it,
// however large it is. The same applies to variables on which no row and no other variable depends; they end at the
// bound that g points to.
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
	if !f.find(&s.reduced, s.units, g, bounds) {
		return g, bounds
	}
	f.add(&s.p, s.units, g)
	f.extend(&s.p, s.units, bounds)
	if notFinite(f.slope) >= 0 || notFinite(f.size) >= 0 || notFinite([]float64{f.constant}) >= 0 {
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

// find determines the variables that are fixed by their bounds or by rows with one element, and those that always end
// at a bound. It reports whether any of them is not at 0.
func (f *fixedPart) find(r *reduction, u *units, g func(j int) float64, bounds problemBounds) (found bool) {
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
			f.at[j] = math.Ldexp(math.Ldexp(l, u.base[1][i])/r.value[i], u.base[0][j])
		} else if l, v = bounds(j); l < v {
			f.at[j] = 0 // the row may be tighter than the bound
		}
	}
	for j, v := range f.at {
		if l, w := bounds(j); !(l <= v && v <= w) || math.IsInf(v, 0) { // if bounds cross, the reduction proves it
			f.at[j] = 0
		}
		found = found || f.at[j] != 0
	}
	return found
}

// add sums up the contributions. p holds H and A, in the units before gauge.
func (f *fixedPart) add(p *program, u *units, g func(j int) float64) {
	n, m := p.n(), p.m()
	f.slope, f.row, f.size = make([]float64, n), make([]doubleDouble, m), make([]float64, m)
	at := make([]float64, n)
	for j, v := range f.at {
		at[j] = math.Ldexp(v, -u.base[0][j])
	}
	for j := range n {
		slope, k := doubleDouble{math.Ldexp(g(j), u.base[0][j]), 0}, u.base[0][j]
		f.constant += slope.high * at[j]
		if p.quadratic() {
			p.h.each(j, func(i int, v float64) { slope.add(v, at[i]) })
		}
		f.constant += (slope.value() - math.Ldexp(g(j), k)) * at[j] / 2
		f.slope[j] = math.Ldexp(slope.value(), -k)
	}
	for i := range m {
		k := -u.base[1][i]
		p.a.each(i, func(j int, v float64) {
			f.row[i].add(v, at[j])
			f.size[i] += math.Abs(v * at[j])
		})
		f.row[i] = doubleDouble{math.Ldexp(f.row[i].high, k), math.Ldexp(f.row[i].low, k)}
		f.size[i] = math.Ldexp(f.size[i], k)
	}
}

// extend computes the reach of the rows.
func (f *fixedPart) extend(p *program, u *units, bounds problemBounds) {
	f.reach = make([]extent, p.m())
	for i := range f.reach {
		r, k := &f.reach[i], -u.base[1][i]
		p.a.each(i, func(j int, v float64) {
			l, w := bounds(j)
			if v == 0 || l == w || f.at[j] != 0 {
				return
			}
			from, to := v*math.Ldexp(l, -u.base[0][j]), v*math.Ldexp(w, -u.base[0][j])
			r.from += min(from, to)
			r.to += max(from, to)
		})
		r.from, r.to = math.Ldexp(r.from, k), math.Ldexp(r.to, k)
	}
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
		p.taken[i] = math.Ldexp(v, u.row[i])
	}
}
