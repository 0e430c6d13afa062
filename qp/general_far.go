package qp

import (
	"context"
	"errors"
	"math"
	"slices"
)

// farOutside is the number of powers of two by which a bound must exceed everything else to count as far. Many programs
// write 1e20 for "no bound", relative to which all other distances may be rounding errors. This is half of the digits of
// float64. What it is changes only the time, since a bound that was dropped wrongly costs a second run.
const farOutside = 26

// problemBounds returns the bounds with number k: first those of the variables, then those of the rows.
type problemBounds func(k int) (lower, upper float64)

// farBound is a bound that was dropped.
type farBound struct {
	k     int
	upper bool
	value float64
}

// withoutFar returns the bounds without the far ones: those that are much farther from 0 than others that they can be
// compared with, and those that are a number that stands for "none". It also returns the dropped bounds.
func (u *units) withoutFar(g func(j int) float64, bounds problemBounds) (near problemBounds, dropped []farBound) {
	limits, none := u.farthest(g, bounds), u.sentinel(bounds)
	far := func(k int, v float64) bool { return math.Abs(v) == none || u.beyond(limits, k, v) }
	near = func(k int) (l, v float64) {
		l, v = bounds(k)
		if l == v {
			return l, v
		}
		if far(k, l) {
			l = math.Inf(-1)
		}
		if far(k, v) {
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

// sentinel returns the number that stands for "none", or infinity if there is none: several bounds have that magnitude,
// as written, and all others are much smaller. Where units differ widely, such a number is not far out in all of them.
func (u *units) sentinel(bounds problemBounds) float64 {
	var largest, next float64
	times := 0
	count := func(v float64) {
		switch v = math.Abs(v); {
		case math.IsInf(v, 0):
		case v > largest:
			largest, next, times = v, largest, 1
		case v == largest:
			times++
		default:
			next = max(next, v)
		}
	}
	for k := range len(u.variable) + len(u.row) {
		l, v := bounds(k)
		count(l)
		count(v)
	}
	if times > 1 && exponent(largest)-exponent(next) > farOutside {
		return largest
	}
	return math.Inf(1)
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
		for i := 1; i < len(s); i++ {
			if c == 0 && steepest > s[i-1] {
				continue
			}
			if s[i]-s[i-1] > farOutside {
				limits[c] = s[i-1]
				break
			}
		}
	}
	return limits
}

// runBounded solves the problem, first without its far bounds, if it has any: relative to them all other distances may
// be rounding errors. A solution counts if it satisfies the dropped bounds. A proof that there is none always counts,
// because they can only exclude more points, and a ray counts unless one of them blocks it. If nothing counts, the far
// bounds matter, and the problem is solved with them. start loads the starting point, if there is one.
func (s *GeneralSolver[T]) runBounded(ctx context.Context, g func(j int) float64, bounds problemBounds, start func() (warm bool)) (GeneralInfo, error) {
	near, dropped := s.units.withoutFar(g, bounds)
	s.load(g, near)
	info, err := s.run(ctx, start(), s.options.MaxIterations)
	info, err = s.runStrict(ctx, info, err)
	switch {
	case dropped == nil, info.Status == Infeasible, info.Status == Canceled:
		return info, err
	case info.Status == Optimal && s.satisfies(dropped):
		return info, err
	}
	s.load(g, bounds)
	if ray := s.rayOf(err); ray != nil && s.p.unbounded(ray) {
		return info, err
	}
	first, firstErr, answer := info, err, s.last
	info, err = s.rerun(ctx, info)
	info, err = s.runStrict(ctx, info, err)
	if first.Status == PrecisionLimit && info.Status == Optimal && !s.strictlyOptimal() {
		// Optimal only next to the far bounds, which may be any point.
		s.load(g, near)
		s.last, first.Iterations = answer, info.Iterations
		return first, firstErr
	}
	return info, err
}

// strictlyOptimal reports whether the last answer is optimal to a strict gap.
func (s *GeneralSolver[T]) strictlyOptimal() bool {
	q := s.p
	q.strict = true
	return q.measure(s.last).within(s.options.Tolerance)
}

// runStrict solves once more, to a strict gap, if the answer is optimal but not in that sense. The second answer counts
// if it is.
func (s *GeneralSolver[T]) runStrict(ctx context.Context, info GeneralInfo, err error) (GeneralInfo, error) {
	if info.Status != Optimal || info.Iterations >= s.options.MaxIterations {
		return info, err
	}
	s.p.strict = true
	defer func() { s.p.strict = false }()
	if s.p.measure(s.last).within(s.options.Tolerance) {
		return info, err
	}
	loose := s.last
	again, _ := s.rerun(ctx, info)
	info.Iterations = again.Iterations
	if again.Status != Optimal || !s.p.measure(s.last).within(s.options.Tolerance) {
		s.last = loose
	}
	return info, err
}

// rayOf returns the ray of an UnboundedError, in the units of s.p, or nil.
func (s *GeneralSolver[T]) rayOf(err error) []float64 {
	var e *UnboundedError
	if !errors.As(err, &e) {
		return nil
	}
	ray := make([]float64, s.N())
	for j, k := range s.units.variable {
		ray[j] = math.Ldexp(e.Ray[j], -k)
	}
	return ray
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
