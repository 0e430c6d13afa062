package qp

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"

	"ridge/mat"
)

// farOutside is the number of powers of two by which a bound must exceed everything else to count as far. Many programs
// write 1e20 for "no bound", relative to which all other distances may be rounding errors. This is half of the digits
// of float64. What it is changes only the time, since a bound that was dropped wrongly costs a second run.
const farOutside = 26

// farNumber is the same for a number that several bounds have in common. Such a number is more likely to stand for
// "none", and the solution is lost beside it before the bounds are: 1e10 next to 1e5.
const farNumber = 16

// problemBounds returns the bounds with number k: first those of the variables, then those of the rows.
type problemBounds func(k int) (lower, upper float64)

// farBound is a bound that was dropped.
type farBound struct {
	k     int
	upper bool
	value float64
}

// withoutFar returns the bounds without the far ones: those that are much farther from 0 than others that they can be
// compared with, and those that are written as a number that stands for "none". It also returns the dropped bounds.
// written are the bounds before anything was taken out of them.
func (u *units) withoutFar(g func(j int) float64, bounds, written problemBounds) (near problemBounds,
	dropped []farBound) {
	limits, none := u.farthest(g, bounds), u.sentinels(written)
	far := func(k int, v, written float64) bool { return none[math.Abs(written)] || u.beyond(limits, k, v) }
	near = func(k int) (l, v float64) {
		l, v = bounds(k)
		if l == v {
			return l, v
		}
		writtenL, writtenV := written(k)
		if far(k, l, writtenL) {
			l = math.Inf(-1)
		}
		if far(k, v, writtenV) {
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

// sentinels returns the numbers that stand for "none": several bounds have that magnitude, as written, and all others,
// but for other such numbers, are much smaller. Where units differ widely, such a number is not far out in all of them.
func (u *units) sentinels(bounds problemBounds) map[float64]bool {
	times := make(map[float64]int)
	for k := range len(u.variable) + len(u.row) {
		l, v := bounds(k)
		times[math.Abs(l)]++
		times[math.Abs(v)]++
	}
	delete(times, math.Inf(1))
	sizes, none := append(slices.Sorted(maps.Keys(times)), 0), make(map[float64]bool)
	slices.Sort(sizes)
	for i := len(sizes) - 1; i > 0; i-- {
		if times[sizes[i]] == 1 || exponent(sizes[i])-exponent(sizes[i-1]) <= farNumber {
			break
		}
		none[sizes[i]] = true
	}
	return none
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

// unblocked looks for a feasible point of s.p, without which its ray proves nothing, unless the first run has found
// one. The status is IterationLimit if there is neither that nor a proof that there is none.
func (s *GeneralSolver[T]) unblocked(ctx context.Context, info GeneralInfo, ray []float64,
	found bool) (GeneralInfo, error) {
	if found {
		info.Status = Unbounded
		return info, s.escape(ray)
	}
	info.Status = IterationLimit
	if farkas := s.reduced.of(&s.p); farkas != nil {
		err := s.refute(ctx, farkas, 0)
		if err != nil {
			info.Status = Infeasible
		}
		return info, err
	}
	return s.explain(ctx, &s.reduced.p, info, ray)
}

// loadFar converts the problem with all of its bounds to the units of s.p. The far ones are no distance relative to
// which anything is small.
func (s *GeneralSolver[T]) loadFar(g func(j int) float64, near, bounds problemBounds) {
	s.load(g, bounds)
	q := s.p
	q.lower, q.upper = make([]float64, len(q.lower)), make([]float64, len(q.upper))
	s.units.scaled(near, q.lower, q.upper)
	s.p.nearestBound, s.p.farthestBound = s.reduced.nearestBound(&q), s.reduced.farthestBound(&q)
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

// satisfies reports whether x is inside the bounds that were dropped.
func (s *GeneralSolver[T]) satisfies(x []float64, dropped []farBound) bool {
	t := make([]float64, s.N()+s.M())
	s.p.values(x, nil, t)
	for _, d := range dropped {
		b := s.units.scaledBound(d.k, d.value)
		if d.upper && !(t[d.k] <= b) || !d.upper && !(t[d.k] >= b) {
			return false
		}
	}
	return true
}

const (
	// balancedOwn is the share of its own terms below which a slope may be what is left of a sum.
	balancedOwn = 1.0 / 8
	// leftOver is the share of the largest slope of f at 0 below which a slope, too, is what a solve leaves of y.
	leftOver = 0x1p-80
)

// gapOfDropped is how much lower f may be at the bounds that were dropped than at the last answer, relative to the
// smallest change of f that counts and the terms of f: a slope that is small beside those of other variables, but is no
// rounding error of its own terms, makes a difference that far out, unless f curves upwards before.
func (s *GeneralSolver[T]) gapOfDropped() (worst float64) {
	if len(s.dropped) == 0 {
		return 0
	}
	p, v, d, grad := &s.p, s.last, make([]float64, s.N()), make([]float64, s.N())
	p.slopes(v, d)
	p.gradient(v.x, grad)
	terms, least := p.sizeOfObjective(v.x, mat.Dot(v.x, grad)-mat.Dot(v.x, p.g))
	distance := s.distancesOfDropped()
	steepest := mat.AbsMax(p.g)
	for j, slope := range d {
		gain := math.Abs(slope) * distance[j]
		if h := p.curvature(j); h > 0 {
			gain = min(gain, slope*slope/(2*h))
		}
		gap := relative(gain, terms+least)
		if gap > worst && math.Abs(slope) > leftOver*steepest &&
			math.IsInf(sideOf(slope).of(p.lower[j], p.upper[j]), 0) && p.ownSlope(v, j, slope) > balancedOwn {
			worst = gap
		}
	}
	return worst
}

// distancesOfDropped is how far out the farthest dropped bound of each variable is, or of its rows.
func (s *GeneralSolver[T]) distancesOfDropped() []float64 {
	n, distance := s.N(), make([]float64, s.N())
	for _, d := range s.dropped {
		far := math.Abs(s.units.scaledBound(d.k, d.value))
		if d.k < n {
			distance[d.k] = max(distance[d.k], far)
			continue
		}
		s.p.a.each(d.k-n, func(j int, _ float64) { distance[j] = max(distance[j], far) })
	}
	return distance
}

// outsideDropped is the largest violation of a row's dropped bound by the last answer, as in Certificate.Primal.
func (s *GeneralSolver[T]) outsideDropped() (worst float64) {
	if len(s.dropped) == 0 {
		return 0
	}
	n, t := s.N(), make([]float64, s.N()+s.M())
	s.p.values(s.last.x, s.last.y, t)
	r := &rowPoint{size: make([]float64, s.M())}
	s.p.rowSizes(s.last.x, s.p.largestDistance(s.last.x), r)
	for _, d := range s.dropped {
		if d.k < n {
			continue // x is inside its bounds
		}
		bound := s.units.scaledBound(d.k, d.value)
		outside := t[d.k] - bound
		if !d.upper {
			outside = -outside
		}
		if outside > 0 {
			worst = max(worst, outside/(r.size[d.k-n]+math.Abs(bound)))
		}
	}
	return worst
}
