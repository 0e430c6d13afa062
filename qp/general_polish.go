package qp

import (
	"fmt"
	"math"

	"ridge/mat"
)

// activeSet solves for the point at which a guess of the active constraints holds, and mends
// the guess by what it sees there.
type activeSet struct {
	p    *program
	kkt  *kkt
	side []side // of the variables, and then of the rows
	iterate
	free, rows []int
	t, slope   []float64
	right      iterate
	step       iterate

	best        iterate // the best point so far
	certificate Certificate
	found       bool
}

func newActiveSet(p *program, k *kkt) *activeSet {
	n, m := p.n(), p.m()
	return &activeSet{
		p: p, kkt: k, side: make([]side, n+m), iterate: p.newIterate(), right: p.newIterate(), step: p.newIterate(),
		t: make([]float64, n+m), slope: make([]float64, n), best: p.newIterate(), certificate: unmeasured(),
	}
}

const (
	// mostMends is how often a guess is mended.
	mostMends = 4
	// mostProximal is how many steps the solution for a guess takes: more than one where
	// the constraints that are active depend on each other.
	mostProximal = 4
	stay         = 0x1p-17
)

// guess takes a constraint as active whose multiplier outweighs the distance from it.
func (a *activeSet) guess(c *centralPath) {
	for k := range a.side {
		a.side[k] = isFree
	}
	weight := c.q
	clear(weight)
	for q, k := range c.at {
		if r := c.z[q] / c.s[q]; r > 1 && r > weight[k] {
			weight[k], a.side[k] = r, sideOf(c.sign[q])
		}
	}
}

func sideOf(sign float64) side {
	if sign > 0 {
		return atLower
	}
	return atUpper
}

// bound is where constraint k is held.
func (a *activeSet) bound(k int) float64 {
	if a.side[k] == atUpper {
		return a.p.upper[k]
	}
	return a.p.lower[k]
}

// offer measures the point of the path itself, with active constraints where they should be.
func (a *activeSet) offer(c *centralPath) {
	a.copyFrom(c.iterate)
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
	a.keep()
}

// try solves for the guess, starting from v, and mends it while that leads to better points.
// It says whether the best one is optimal to the tolerance.
func (a *activeSet) try(v iterate, tolerance float64) bool {
	a.copyFrom(v)
	worst := math.Inf(1)
	for mends := 0; ; mends++ {
		now := math.Inf(1)
		for _, regularization := range []float64{0x1p-17, 0x1p-27} {
			if !a.solve(regularization) {
				return false
			}
			c := a.keep()
			if debugGeneral {
				fmt.Printf("      try free %d rows %d  %+v  step %.1e %.1e of %.1e %.1e\n", len(a.free), len(a.rows), c, mat.AbsMax(a.step.x), mat.AbsMax(a.step.y), mat.AbsMax(a.x), mat.AbsMax(a.y))
			}
			now = max(c.KKT(), c.Gap)
			if now <= tolerance/64 || !(now < 1e-3) {
				break
			}
		}
		if a.certificate.within(tolerance) {
			return true
		}
		if !(now < worst/2) || mends == mostMends || !a.mend() {
			return false
		}
		worst = now
	}
}

// solve moves to the point that the active constraints determine, or to the nearest of them.
func (a *activeSet) solve(regularization float64) bool {
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
	a.kkt.rho, a.kkt.delta = regularization, regularization
	if !a.kkt.factor() {
		return false
	}
	for range mostProximal {
		p.values(a.x, a.y, a.t)
		p.slopes(a.x, a.y, a.slope)
		for _, j := range a.free {
			a.right.x[j] = -a.slope[j]
		}
		for _, i := range a.rows {
			a.right.y[i] = a.bound(n+i) - a.t[n+i]
		}
		if !a.kkt.solve(a.right.x, a.right.y, a.step.x, a.step.y) {
			return false
		}
		mat.Axpy(1, a.step.x, a.x)
		mat.Axpy(1, a.step.y, a.y)
	}
	p.values(a.x, a.y, a.t)
	p.slopes(a.x, a.y, a.slope)
	return true
}

// keep measures the point, inside the bounds and with the multipliers that are allowed, and
// keeps it if it is the best one.
func (a *activeSet) keep() Certificate {
	v := a.right
	v.copyFrom(a.iterate)
	n := a.p.n()
	mat.Clamp(v.x, a.p.lower[:n], a.p.upper[:n])
	for i, y := range v.y {
		if y > 0 && math.IsInf(a.p.lower[n+i], 0) || y < 0 && math.IsInf(a.p.upper[n+i], 0) {
			v.y[i] = 0
		}
	}
	c := a.p.measure(v)
	if !a.found || max(c.KKT(), c.Gap) < max(a.certificate.KKT(), a.certificate.Gap) {
		a.best.copyFrom(v)
		a.certificate, a.found = c, true
	}
	return c
}

// mend frees constraints whose multiplier has the wrong sign, and holds those that are
// violated. It says whether there were any.
func (a *activeSet) mend() (changed bool) {
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
