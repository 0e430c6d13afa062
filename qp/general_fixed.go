package qp

import "math"

// fixedPart is what the variables that a problem fixes add to all others. It is taken out of the problem, in which
// they are then at 0: what is fixed is a constant, and no other variable should be judged beside it, however large it
// is. The same goes for variables that nothing depends on, which end at the bound that g points to.
type fixedPart struct {
	at       []float64 // where they are; 0 for others
	slope    []float64 // H·at + g
	row      []twofold // A·at
	size     []float64 // |A||at|
	reach    []extent  // what the rows can be, in the variables that are not fixed
	constant float64   // ½atᵀH·at + gᵀat
}

// extent is from … to.
type extent struct{ from, to float64 }

// twofold is the sum of two numbers, the second of which is what rounding leaves of the first.
type twofold struct{ high, low float64 }

// add adds ab.
func (t *twofold) add(a, b float64) {
	p := float64(a * b) // rounded: some processors would fuse it with the sum
	t.plus(p, math.FMA(a, b, -p))
}

// plus adds v, and low to what rounding left.
func (t *twofold) plus(v, low float64) {
	sum := t.high + v
	part := sum - t.high
	t.low += (t.high - (sum - part)) + (v - part) + low
	t.high = sum
}

// value is the sum, rounded.
func (t twofold) value() float64 { return t.high + t.low }

// takeFixed returns what is left of a problem if its fixed variables are at 0, and keeps what they add in s.fixed.
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
			return f.beside(k-n, l, u)
		}
		return l - f.at[k], u - f.at[k]
	}
}

// find finds the variables that are fixed by their bounds or by rows with one element, or have nowhere else to go, and
// reports whether any is elsewhere than at 0.
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
			f.at[j] = 0 // the row may be nearer than the bound
		}
	}
	for j, v := range f.at {
		if l, w := bounds(j); !(l <= v && v <= w) || math.IsInf(v, 0) { // crossing: reduction proves it
			f.at[j] = 0
		}
		found = found || f.at[j] != 0
	}
	return found
}

// add adds up. p holds H and A, in the units before gauge.
func (f *fixedPart) add(p *program, u *units, g func(j int) float64) {
	n, m := p.n(), p.m()
	f.slope, f.row, f.size = make([]float64, n), make([]twofold, m), make([]float64, m)
	at := make([]float64, n)
	for j, v := range f.at {
		at[j] = math.Ldexp(v, -u.base[0][j])
	}
	for j := range n {
		slope, k := twofold{math.Ldexp(g(j), u.base[0][j]), 0}, u.base[0][j]
		f.constant += slope.high * at[j]
		if p.curved() {
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
		f.row[i] = twofold{math.Ldexp(f.row[i].high, k), math.Ldexp(f.row[i].low, k)}
		f.size[i] = math.Ldexp(f.size[i], k)
	}
}

// extend finds the reach of the rows.
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

// beside is what the bounds of row i leave to the variables that are not fixed. One that is beyond their reach by no more than
// what rounding makes of numbers of the size that the fixed ones have in the row is 0.
func (f *fixedPart) beside(i int, lower, upper float64) (float64, float64) {
	if f.size[i] == 0 {
		return lower, upper
	}
	equal, reach, rounding := lower == upper, f.reach[i], 8*0x1p-53*f.size[i]
	lower, upper = f.left(i, lower), f.left(i, upper)
	low, high := lower > reach.to, upper < reach.from
	if equal || reach == (extent{}) { // nobody can be where it is
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

// left is a bound less what the fixed variables make of the row.
func (f *fixedPart) left(i int, bound float64) float64 {
	if math.IsInf(bound, 0) {
		return bound
	}
	sum := twofold{bound, 0}
	sum.plus(-f.row[i].high, -f.row[i].low)
	return sum.value()
}

// load sets the sizes of what was taken out of the rows, in units of a program.
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
