package qp

import (
	"context"
	"math"
	"slices"
)

// farOutside is the number of powers of two by which a bound must exceed everything else to count as far. Many programs
// write 1e20 for "no bound", relative to which all other distances may be rounding errors.
const farOutside = 40

// problemBounds returns the bounds with number k: first those of the variables, then those of the rows.
type problemBounds func(k int) (lower, upper float64)

// farBound is a bound that was dropped.
type farBound struct {
	k     int
	upper bool
	value float64
}

// withoutFar returns the bounds without the far ones, which are much farther from 0 than all others that they can be
// compared with. It also returns the dropped bounds.
func (u *units) withoutFar(g func(j int) float64, bounds problemBounds) (near problemBounds, dropped []farBound) {
	limits := u.farthest(g, bounds)
	near = func(k int) (l, v float64) {
		l, v = bounds(k)
		if l == v {
			return l, v
		}
		if u.beyond(limits, k, l) {
			l = math.Inf(-1)
		}
		if u.beyond(limits, k, v) {
			v = math.Inf(1)
		}
		return l, v
	}
	for k := range len(u.variable) + len(u.row) {
		l, v := bounds(k)
		nearL, nearV := near(k)
		if l != nearL {
			dropped = append(dropped, farBound{k, false, l})
		}
		if v != nearV {
			dropped = append(dropped, farBound{k, true, v})
		}
	}
	return near, dropped
}

// beyond reports whether a value of variable k, or of row k − n, is beyond its limit.
func (u *units) beyond(limits []int, k int, v float64) bool {
	if v == 0 || math.IsInf(v, 0) {
		return false
	}
	if n := len(u.variable); k >= n {
		c := u.rowComponent[k-n]
		return c != unreached && exponent(v)+u.base[1][k-n] > limits[c+1]
	}
	return exponent(v)-u.base[0][k] > limits[u.component[k]+1]
}

// farthest returns how far out a bound may be, as an exponent in the units before gauge, for each component; curved
// variables come first. The limit is the last bound before a gap. In natural units a slope is also a distance that
// variables may move. So for curved variables, a bound beyond a gap is not far if slopes are beyond the gap, too;
// rather, the bounds before the gap are negligible.
func (u *units) farthest(g func(j int) float64, bounds problemBounds) []int {
	sizes, n, steepest := make([][]int, u.components+1), len(u.variable), math.MinInt
	add := func(c int, v float64, k int) {
		if v != 0 && !math.IsInf(v, 0) {
			sizes[c+1] = append(sizes[c+1], exponent(v)+k)
		}
	}
	for j, c := range u.component {
		l, v := bounds(j)
		if v := g(j); c < 0 && v != 0 {
			steepest = max(steepest, exponent(v)+u.base[0][j])
		}
		add(c, l, -u.base[0][j])
		add(c, v, -u.base[0][j])
	}
	for i, c := range u.rowComponent {
		if c != unreached { // an empty row has no unit
			l, v := bounds(n + i)
			add(c, l, u.base[1][i])
			add(c, v, u.base[1][i])
		}
	}
	if steepest > math.MinInt {
		sizes[0] = append(sizes[0], steepest)
	}
	limits := make([]int, len(sizes))
	for c, s := range sizes {
		limits[c] = math.MaxInt
		slices.Sort(s)
		for i := len(s) - 1; i > 0; i-- {
			if c == 0 && steepest > s[i-1] {
				break
			}
			if s[i]-s[i-1] > farOutside {
				limits[c] = s[i-1]
				break
			}
		}
	}
	return limits
}

// runAgain solves without the far bounds if these hid the solution: if none was found, or one so far out that all other
// distances were small relative to it. A solution counts if it satisfies the dropped bounds. A proof that there is none
// counts if it contradicts no first solution: it uses none of the dropped bounds, so it holds with them, too. A ray does
// not count, because a dropped bound may block it.
func (s *GeneralSolver[T]) runAgain(ctx context.Context, g func(j int) float64, bounds problemBounds, info GeneralInfo, err error) (GeneralInfo, error) {
	if !s.worthRerun(info) {
		return info, err
	}
	near, dropped := s.units.withoutFar(g, bounds)
	if dropped == nil || info.Status == Optimal && !s.strays(s.units.farthest(g, bounds)) {
		return info, err
	}
	last := s.last
	s.load(g, near)
	again, failed := s.rerun(ctx, info)
	switch {
	case again.Status == Optimal && s.satisfies(dropped):
		return again, nil
	case again.Status == Infeasible && info.Status != Optimal: // the far bounds can only exclude more points
		return again, failed
	}
	s.load(g, bounds)
	s.last = last
	if again.Status == Canceled && info.Status != Optimal {
		return again, failed
	}
	info.Iterations = again.Iterations
	return info, err
}

// strays reports whether the last answer is much farther out than the limits.
func (s *GeneralSolver[T]) strays(limits []int) bool {
	for j, k := range s.units.variable {
		if s.units.beyond(limits, j, math.Ldexp(s.last.x[j], k-farOutside/2)) {
			return true
		}
	}
	return false
}

// satisfies reports whether the last answer is inside the bounds that were dropped.
func (s *GeneralSolver[T]) satisfies(dropped []farBound) bool {
	n, t := s.N(), make([]float64, s.N()+s.M())
	s.p.values(s.last.x, s.last.y, t)
	for _, d := range dropped {
		var b float64
		if d.k < n {
			b = math.Ldexp(d.value, -s.units.variable[d.k])
		} else {
			b = math.Ldexp(d.value, s.units.row[d.k-n])
		}
		if d.upper && !(t[d.k] <= b) || !d.upper && !(t[d.k] >= b) {
			return false
		}
	}
	return true
}
