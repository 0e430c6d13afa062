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
	constant float64   // ½atᵀH·at + gᵀat
}

// twofold is the sum of two numbers, the second of which is what rounding leaves of the first.
type twofold struct{ high, low float64 }

// add adds ab.
func (t *twofold) add(a, b float64) {
	p := a * b
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
	if notFinite(f.slope) >= 0 || notFinite(f.size) >= 0 || notFinite([]float64{f.constant}) >= 0 {
		*f = fixedPart{at: make([]float64, n)}
		return g, bounds
	}
	return func(j int) float64 { return f.slope[j] }, func(k int) (l, u float64) {
		l, u = bounds(k)
		if k >= n {
			return f.beside(k-n, l), f.beside(k-n, u)
		}
		return l - f.at[k], u - f.at[k]
	}
}

// find finds the variables that are fixed by their bounds or by rows with one element, or have nowhere else to go, and
// says whether any is elsewhere than at 0.
func (f *fixedPart) find(r *reduction, u *units, g func(j int) float64, bounds problemBounds) (any bool) {
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
		any = any || f.at[j] != 0
	}
	return any
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

// beside is what a bound of row i leaves to the variables that are not fixed: 0 if it is no more than rounding.
func (f *fixedPart) beside(i int, bound float64) float64 {
	if math.IsInf(bound, 0) || f.size[i] == 0 {
		return bound
	}
	left := twofold{bound, 0}
	left.plus(-f.row[i].high, -f.row[i].low)
	if v := left.value(); math.Abs(v) > 8*0x1p-53*f.size[i] {
		return v
	}
	return 0
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
