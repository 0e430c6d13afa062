package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// activeSet solves for the point at which a guess of the active constraints holds, and corrects the
// guess by what it finds there. Starting from the central path, this gives the last digits all at
// once. Without the corrections it is solution polishing (Stellato et al., OSQP: an operator splitting solver for
// quadratic programs, Math. Prog. Comput. 12, 2020, section 4).
type activeSet struct {
	p    *program
	kkt  *kkt
	side []side // of the variables, and then of the rows
	iterate
	free, rows []int
	t, slope   []float64
	right      iterate
	step       iterate

	best        iterate // the best point so far, and its certificate
	certificate Certificate
	measured    bool
}

func newActiveSet(p *program, k *kkt) *activeSet {
	n, m := p.n(), p.m()
	return &activeSet{
		p: p, kkt: k, side: make([]side, n+m), iterate: p.newIterate(), right: p.newIterate(), step: p.newIterate(),
		t: make([]float64, n+m), slope: make([]float64, n), best: p.newIterate(), certificate: unmeasured(),
	}
}

const (
	// maxCorrections is how often a guess from the central path is corrected, and
	// maxWarmCorrections how often a guess from another solution is.
	maxCorrections, maxWarmCorrections = 6, 20
	// worthCorrecting is the factor by which the worst part of the certificate must fall for another
	// correction.
	worthCorrecting = 0.9
	// maxProximal is the largest number of steps for the solution of one guess: those of the proximal method of
	// multipliers (Rockafellar, Augmented Lagrangians and applications of the proximal point algorithm in convex
	// programming, Math. Oper. Res. 1, 1976). More than one are needed if the active constraints depend on each other.
	maxProximal = 5
	// The system is first regularized strongly, to keep steps short in directions in which it is
	// singular. If that converges, but too slowly, the usual regularization is used.
	strongRegularization, convergesBelow = 0x1p-17, 1e-3
	// weakRegularization is tried last, where nothing else has led to a solution: it solves for active constraints
	// that are nearly parallel, but may leave no factor.
	weakRegularization = 0x1p-39
	// polishedShare is the fraction of the tolerance at which the corrections end.
	polishedShare = 1.0 / 64
)

// guess considers a constraint active if its multiplier is larger than the distance from it.
func (a *activeSet) guess(c *generalPath) {
	for k := range a.side {
		a.side[k] = isFree
	}
	weight := a.t // scratch: solve writes it anew
	clear(weight)
	for q, k := range c.at {
		if r := c.z[q] / c.s[q]; r > 1 && r > weight[k] {
			weight[k], a.side[k] = r, sideOf(c.sign[q])
		}
	}
}

// guessAt makes the same guess at a given point with its multipliers.
func (a *activeSet) guessAt(v iterate) {
	p, n := a.p, a.p.n()
	p.values(v.x, v.y, a.t)
	p.slopes(v, a.slope)
	for k, t := range a.t {
		pull := 0.0
		if k < n {
			pull = a.slope[k]
		} else {
			pull = v.y[k-n]
		}
		a.side[k] = isFree
		switch {
		case pull > 0 && t-p.lower[k] < pull:
			a.side[k] = atLower
		case pull < 0 && p.upper[k]-t < -pull:
			a.side[k] = atUpper
		}
	}
}

// bound is the bound at which constraint k is held.
func (a *activeSet) bound(k int) float64 { return a.side[k].of(a.p.lower[k], a.p.upper[k]) }

// offer measures v with its active constraints moved to their bounds, without solving.
func (a *activeSet) offer(v iterate) {
	a.copyFrom(v)
	n := a.p.n()
	for _, j := range a.p.free {
		if a.side[j] != isFree {
			a.x[j] = a.bound(j)
		}
	}
	for _, i := range a.p.rows {
		if !a.p.equality(i) && a.side[n+i] == isFree {
			a.y[i] = 0
		}
	}
	a.record()
}

// offerOrigin measures the point of the box next to 0, which the path may only come near to, at any distance, if it
// convinces: the multipliers are those of a path that has stalled, and may be so large that any point seems to be a
// solution.
func (a *activeSet) offerOrigin(c *generalPath, tolerance float64) {
	a.copyFrom(c.iterate)
	for j := range a.x {
		a.x[j] = min(max(0, a.p.lower[j]), a.p.upper[j])
	}
	if a.convincing(a.iterate, tolerance) {
		a.record()
	}
}

// try solves for the guess, starting from v, and corrects it while that leads to better points. It
// reports whether the best point is optimal to the tolerance.
func (a *activeSet) try(ctx context.Context, v iterate, tolerance float64, corrections int) bool {
	if a.kkt.cores.pivots {
		return a.tryWith(ctx, v, tolerance, corrections, math.Inf(1), pivotedRegularization, leastRegularization)
	}
	return a.tryWith(ctx, v, tolerance, corrections, convergesBelow, strongRegularization, regularization)
}

// tryLast tries with a weaker regularization, too, wherever the stronger ones end.
func (a *activeSet) tryLast(ctx context.Context, v iterate, tolerance float64) bool {
	if a.kkt.cores.pivots {
		return a.try(ctx, v, tolerance, maxCorrections)
	}
	return a.tryWith(ctx, v, tolerance, maxCorrections, math.Inf(1),
		strongRegularization, regularization, weakRegularization)
}

// tryWith tries one regularization after the other, until the result is good enough or its certificate is not below
// goesOn.
func (a *activeSet) tryWith(ctx context.Context, v iterate, tolerance float64, corrections int, goesOn float64,
	regularizations ...float64) bool {
	a.copyFrom(v)
	for before := math.Inf(1); ; corrections-- {
		now := math.Inf(1)
		for _, r := range regularizations {
			if !a.solve(ctx, r) {
				return false
			}
			now = a.record().worst()
			if now <= polishedShare*tolerance || !(now < goesOn) {
				break
			}
		}
		if a.certificate.within(tolerance) {
			return true
		}
		if corrections == 0 || !(now < worthCorrecting*before) || !a.correct() {
			return false
		}
		before = now
	}
}

// solve moves to the point that the active constraints determine, or to the nearest such point.
func (a *activeSet) solve(ctx context.Context, regularization float64) bool {
	a.choose()
	a.kkt.regularizers = regularizers{regularization, regularization}
	if !a.kkt.factor(ctx) {
		return false
	}
	p, n := a.p, a.p.n()
	before := math.Inf(1)
	for range maxProximal {
		p.values(a.x, a.y, a.t)
		p.slopes(a.iterate, a.slope)
		for _, j := range a.free {
			a.right.x[j] = -a.slope[j]
		}
		for _, i := range a.rows {
			a.right.y[i] = a.bound(n+i) - a.t[n+i]
		}
		now := a.kkt.size(a.right)
		if !(now < before/2) {
			return now-now == 0 // true unless it is NaN or infinite
		}
		before = now
		if !a.kkt.solve(a.right, a.step, solvedKKT) {
			return false
		}
		mat.Axpy(1, a.step.x, a.x)
		mat.Axpy(1, a.step.y, a.y)
	}
	return true
}

// choose sets up the system of the active constraints, and sets the variables and multipliers that
// are not part of it.
func (a *activeSet) choose() {
	p, n := a.p, a.p.n()
	a.free, a.rows = a.free[:0], a.rows[:0]
	for _, j := range p.free {
		if a.side[j] == isFree {
			a.free = append(a.free, j)
		} else {
			a.x[j] = a.bound(j)
		}
	}
	for _, i := range p.rows {
		if p.equality(i) || a.side[n+i] != isFree {
			a.rows = append(a.rows, i)
			a.kkt.v[i] = p.soft
		} else {
			a.y[i] = 0
		}
	}
	clear(a.kkt.theta)
	a.kkt.choose(a.free, a.rows)
}

// record measures the point, projected on the bounds and without multipliers of infinite bounds, and
// records it if it is the best one.
func (a *activeSet) record() Certificate {
	v := a.right // scratch: solve writes what it reads of it
	v.copyFrom(a.iterate)
	n := a.p.n()
	mat.Clamp(v.x, a.p.lower[:n], a.p.upper[:n])
	for i, y := range v.y {
		if y > 0 && math.IsInf(a.p.lower[n+i], 0) || y < 0 && math.IsInf(a.p.upper[n+i], 0) {
			v.y[i] = 0
		}
	}
	c := a.take(v)
	if c.worst() != 0 && a.dropNegligible(v) {
		a.take(v)
	}
	return c
}

// take measures v, and records it if it is the best point. Any point that can be measured is better than one at which
// numbers overflow.
func (a *activeSet) take(v iterate) Certificate {
	c := a.p.measure(v)
	if !a.measured || c.better(a.certificate) {
		a.best.copyFrom(v)
		a.certificate, a.measured = c, true
	}
	return c
}

// vanishes is the size below which elements of x count as zero, in units of the nearest bound or,
// if all bounds are 0, of the slope. The path brings such elements ever closer to 0 but never to
// it; if x = 0 is the solution, no other scale tells that the path is near. The same holds for
// multipliers, in units of the slopes of f.
const vanishes = 0x1p-40

// dropNegligible zeroes such elements, and reports whether there were any.
func (a *activeSet) dropNegligible(v iterate) (dropped bool) {
	slope, far := a.p.steepestG(), a.p.nearestBound
	for j, x := range v.x {
		slope = max(slope, a.p.curvature(j)*math.Abs(x))
	}
	if far == 0 {
		far = slope
	}
	for j, x := range v.x {
		if x != 0 && math.Abs(x) < vanishes*far && a.p.lower[j] <= 0 && a.p.upper[j] >= 0 {
			v.x[j], dropped = 0, true
		}
	}
	for i, y := range v.y {
		if y != 0 && (slope == 0 || math.Abs(y) < vanishes*slope) {
			v.y[i], dropped = 0, true
		}
	}
	return dropped
}

// correct frees constraints whose multiplier has the wrong sign, and activates those that are
// violated. It reports whether there were any.
func (a *activeSet) correct() (changed bool) {
	p, n := a.p, a.p.n()
	check := func(k int, pull float64) {
		switch {
		case a.side[k] == isFree && a.t[k] < p.lower[k]:
			a.side[k], changed = atLower, true
		case a.side[k] == isFree && a.t[k] > p.upper[k]:
			a.side[k], changed = atUpper, true
		case a.side[k] == atLower && pull < 0 || a.side[k] == atUpper && pull > 0:
			a.side[k], changed = isFree, true
		}
	}
	for _, j := range p.free {
		check(j, a.slope[j])
	}
	for _, i := range p.rows {
		if !p.equality(i) {
			check(n+i, a.y[i])
		}
	}
	return changed
}
