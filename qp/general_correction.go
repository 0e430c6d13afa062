package qp

import "math"

// hidingRatio is how many times larger than the terms of a violated row an x must be to hide that row.
const hidingRatio = 0x1p20

// hiding returns the elements of x that hide a violated row, with zeros for all others, or nil if there is no such row.
func (s *GeneralSolver[T]) hiding(x []float64) (at []float64) {
	p, t := &s.reduced.p, make([]float64, s.N()+s.M())
	p.values(x, nil, t)
	row, worst := p.worstRow(x, t)
	if row < 0 || worst <= s.options.Tolerance {
		return nil
	}
	limit := hidingRatio * p.sizeOfRow(row, x)
	for j, v := range x {
		if math.Abs(v) > limit {
			if at == nil {
				at = make([]float64, len(x))
			}
			at[j] = v
		}
	}
	return at
}

// moveTo replaces x by its distance from at.
func (p *program) moveTo(at []float64) {
	n := p.n()
	slope := make([]float64, n)
	p.gradient(at, slope)
	for j, v := range at {
		p.moved += math.Abs(p.g[j]*v) + math.Abs((slope[j]-p.g[j])*v)/2
	}
	copy(p.g, slope)
	for j, v := range at {
		p.lower[j] -= v
		p.upper[j] -= v
	}
	for i := range p.m() {
		var sum doubleDouble
		p.a.each(i, func(j int, v float64) { sum.add(v, -at[j]) })
		for _, b := range []*float64{&p.lower[n+i], &p.upper[n+i]} {
			if math.IsInf(*b, 0) {
				continue
			}
			left := sum
			left.plus(*b, 0)
			*b = left.value()
		}
	}
}
