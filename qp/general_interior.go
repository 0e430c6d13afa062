package qp

import (
	"context"
	"fmt"
	"math"

	"ridge/mat"
)

// centralPath is a primal-dual interior-point method for general constraints: Mehrotra's
// predictor and corrector (1992) with further corrections towards the path (Gondzio, Multiple
// centrality corrections in a primal-dual method for linear programming, Comput. Optim. Appl.
// 6, 1996), from an infeasible start.
type centralPath struct {
	p   *program
	kkt *kkt
	*slacks
	iterate
	step           iterate
	t              []float64 // (x, Ax + soft·y)
	dt             []float64
	slope          []float64 // Hx + g − Aᵀy − pull
	q              []float64 // see slacks.constant
	right          iterate
	levels, before pathLevels
	alpha          float64
	rho, delta     float64
	linear         bool // no curvature: primal and dual steps have lengths of their own
}

// pathLevels says how far along the path an iterate is, relative to the sizes of what is
// compared.
type pathLevels struct{ primal, dual, mu, gap float64 }

const (
	// nearBoundary is the share of the way to the boundary that a step takes.
	nearBoundary = 0.995
	// mostCorrections is how many of Gondzio's are tried.
	mostCorrections = 2
)

func newCentralPath(p *program, k *kkt) *centralPath {
	n, m := p.n(), p.m()
	c := &centralPath{p: p, kkt: k, slacks: newSlacks(p), iterate: p.newIterate(), step: p.newIterate(), right: p.newIterate()}
	c.t, c.dt, c.q = make([]float64, n+m), make([]float64, n+m), make([]float64, n+m)
	c.slope = make([]float64, n)
	c.linear = p.h.full.Rows == 0
	k.choose(p.free, p.rows)
	return c
}

// loadWeights sets the diagonals of the system for the weights theta.
func (c *centralPath) loadWeights() {
	n := c.p.n()
	for _, j := range c.p.free {
		c.kkt.theta[j] = c.theta[j]
	}
	for _, i := range c.p.rows {
		c.kkt.v[i] = c.p.soft
		if !c.p.equality(i) {
			c.kkt.v[i] += 1 / max(c.theta[n+i], 1e-100)
		}
	}
}

// direct computes the step that the targets of the slacks lead to.
func (c *centralPath) direct() bool {
	n, p := c.p.n(), c.p
	c.constant(c.q)
	for _, j := range p.free {
		c.right.x[j] = -c.slope[j] + c.q[j]
	}
	for _, i := range p.rows {
		if p.equality(i) {
			c.right.y[i] = p.lower[n+i] - c.t[n+i]
		} else {
			c.right.y[i] = c.q[n+i] / max(c.theta[n+i], 1e-100)
		}
	}
	if !c.kkt.solve(c.right.x, c.right.y, c.step.x, c.step.y) {
		return false
	}
	p.values(c.step.x, c.step.y, c.dt)
	c.follow(c.dt)
	c.reconcile()
	return true
}

// reconcile makes the changes of the multipliers satisfy the slopes' equations, where the step
// does so up to a residual only, and a multiplier of a bound nearby can take that residual: its
// product with the distance hardly changes.
func (c *centralPath) reconcile() {
	n := c.p.n()
	change := c.q
	clear(change)
	for q, k := range c.at {
		change[k] += c.sign[q] * c.dz[q]
	}
	for _, j := range c.p.free {
		change[j] = -c.kkt.work.r[j]
	}
	for _, i := range c.p.rows {
		if c.p.equality(i) {
			continue
		}
		if c.theta[n+i] < 1 {
			c.step.y[i] = change[n+i]
		}
		change[n+i] = c.step.y[i] - change[n+i]
	}
	for q, k := range c.at {
		if c.theta[k] >= 1 && c.z[q]/c.s[q] >= c.theta[k]/2 {
			c.dz[q] += c.sign[q] * change[k]
			c.ds[q] = (c.target[q]-c.s[q]*c.dz[q])/c.z[q] - c.s[q]
			change[k] = 0
		}
	}
}

// look computes all that depends on the point.
func (c *centralPath) look() {
	n, p := c.p.n(), c.p
	pull := c.pulls()
	for _, i := range p.rows {
		if !p.equality(i) {
			c.y[i] = pull[n+i]
		}
	}
	p.values(c.x, c.y, c.t)
	c.compare(c.t)
	p.gradient(c.x, c.slope)
	p.a.addTransposed(-1, c.y, c.slope, p.workers)
	dual, primal := 0.0, 0.0
	for _, j := range p.free {
		c.slope[j] -= pull[j]
		dual = max(dual, math.Abs(c.slope[j]))
	}
	for _, d := range c.off {
		primal = max(primal, math.Abs(d))
	}
	for _, i := range p.rows {
		if p.equality(i) {
			primal = max(primal, math.Abs(c.t[n+i]-p.lower[n+i]))
		}
	}
	slope, far := p.sizeOf(c.iterate)
	mu := c.mu()
	c.levels = pathLevels{relative(primal, far), relative(dual, slope), mu, relative(mu*float64(len(c.s)), c.objectiveSize())}
}

// objectiveSize is what a duality gap is relative to.
func (c *centralPath) objectiveSize() float64 {
	size := 0.0
	for j, x := range c.x {
		size += math.Abs(x * c.p.g[j])
		if c.p.h.full.Rows > 0 {
			size += c.p.h.full.At(j, j) * x * x / 2
		}
	}
	for q, z := range c.z {
		size += math.Abs(z * c.bound[q])
	}
	for _, i := range c.p.rows {
		if c.p.equality(i) {
			size += math.Abs(c.y[i] * c.p.lower[c.p.n()+i])
		}
	}
	return size
}

// enter chooses the point to start from: the solution of the problem in which every bound is
// replaced by half the square of the distance from it (as in Andersen, Dahl and Vandenberghe,
// CVXOPT), moved to where all distances and multipliers are positive.
func (c *centralPath) enter() bool {
	n, p := c.p.n(), c.p
	clear(c.theta)
	clear(c.q)
	for q, k := range c.at {
		c.theta[k]++
		c.q[k] += c.bound[q]
	}
	c.loadWeights()
	if !c.kkt.factor() {
		return false
	}
	for _, j := range p.free {
		c.right.x[j] = -c.slope[j] + c.q[j]
	}
	for _, i := range p.rows {
		if p.equality(i) {
			c.right.y[i] = p.lower[n+i] - c.t[n+i]
		} else {
			c.right.y[i] = c.q[n+i]/c.theta[n+i] - c.t[n+i]
		}
	}
	if !c.kkt.solve(c.right.x, c.right.y, c.step.x, c.step.y) {
		return false
	}
	mat.Axpy(1, c.step.x, c.x)
	copy(c.y, c.step.y)
	p.values(c.x, c.y, c.t)
	c.pushInside()
	return true
}

// pushInside makes distances and multipliers of the distances t − bound.
func (c *centralPath) pushInside() {
	leastS, leastZ, norm := math.Inf(1), math.Inf(1), 0.0
	for q, k := range c.at {
		d := c.sign[q] * (c.t[k] - c.bound[q])
		c.s[q], c.z[q] = d, -d
		leastS, leastZ, norm = min(leastS, d), min(leastZ, -d), norm+d*d
	}
	norm = math.Sqrt(norm / float64(max(1, len(c.at))))
	if norm == 0 {
		norm = 1
	}
	for _, v := range []struct {
		values []float64
		least  float64
	}{{c.s, leastS}, {c.z, leastZ}} {
		if v.least < norm*1e-3 {
			for q := range v.values {
				v.values[q] += norm - v.least
			}
		}
	}
}

// advance takes one step, and returns false where that is impossible.
func (c *centralPath) advance() bool {
	c.weigh()
	c.loadWeights()
	if c.levels.primal > 0.5*c.before.primal && c.levels.primal > 1e-14 && c.alpha > 0.5 && c.kkt.delta > 1e-14 {
		c.kkt.delta /= 8
	}
	if c.levels.dual > 0.5*c.before.dual && c.levels.dual > 1e-14 && c.alpha > 0.5 && c.kkt.rho > 1e-14 {
		c.kkt.rho /= 8
	}
	c.before = c.levels
	if !c.kkt.factor() {
		return false
	}
	mu := c.mu()
	clear(c.target)
	if !c.direct() {
		return false
	}
	alphaP, alphaD := c.lengths()
	affine := c.muAfter(alphaP, alphaD)
	sigma := math.Pow(affine/mu, 3)
	if !(sigma < 1) {
		sigma = 1
	}
	for q := range c.target {
		c.target[q] = sigma*mu - c.ds[q]*c.dz[q]
	}
	if !c.direct() {
		return false
	}
	if a, b := c.lengths(); min(a, b) < 0.1 {
		sigma = max(sigma, 0.5)
		for q := range c.target {
			c.target[q] = sigma * mu
		}
		if !c.direct() {
			return false
		}
	}
	c.correct(sigma * mu)
	alphaP, alphaD = c.lengths()
	alphaP, alphaD = c.damp(alphaP), c.damp(alphaD)
	if debugGeneral {
		_, far := c.p.sizeOf(c.iterate)
		for q, s := range c.s {
			if a, b := shorten(1, s, c.ds[q]), shorten(1, c.z[q], c.dz[q]); min(a, b)*nearBoundary <= min(alphaP, alphaD) && min(a, b) < 0.2 {
				fmt.Printf("    blocks %d s %.2e %+.2e z %.2e %+.2e off %.1e target %.1e change %.2e eq? x %.2e  n %d\n", c.at[q], s, c.ds[q], c.z[q], c.dz[q], c.off[q], c.target[q], c.dt[c.at[q]], c.t[c.at[q]], c.p.n())
			}
		}
		fmt.Printf("    affine %.1e sigma %.1e alpha %.3f %.3f  reg %.0e %.0e |x| %.1e |y| %.1e theta %.1e\n", affine/mu, sigma, alphaP, alphaD, c.kkt.rho, c.kkt.delta, far, mat.AbsMax(c.y), mat.AbsMax(c.theta))
	}
	c.alpha = min(alphaP, alphaD)
	c.move(alphaP, alphaD)
	mat.Axpy(alphaP, c.step.x, c.x)
	mat.Axpy(alphaD, c.step.y, c.y)
	return true
}

func (c *centralPath) damp(alpha float64) float64 {
	if alpha == 1 && len(c.at) == 0 {
		return 1
	}
	return nearBoundary * alpha
}

// lengths are the step lengths to the boundary.
func (c *centralPath) lengths() (alphaP, alphaD float64) {
	alphaP, alphaD = c.longest()
	if !c.linear {
		alphaP = min(alphaP, alphaD)
		alphaD = alphaP
	}
	return alphaP, alphaD
}

// correct adds Gondzio's corrections while they lengthen the step.
func (c *centralPath) correct(mu float64) {
	alphaP, alphaD := c.lengths()
	target, keepX, keepY := append([]float64(nil), c.target...), append([]float64(nil), c.step.x...), append([]float64(nil), c.step.y...)
	keepS, keepZ := append([]float64(nil), c.ds...), append([]float64(nil), c.dz...)
	for range mostCorrections {
		tryP, tryD := min(1, 1.1*alphaP+0.1), min(1, 1.1*alphaD+0.1)
		if alphaP > 0.95 && alphaD > 0.95 {
			return
		}
		copy(target, c.target)
		for q, s := range c.s {
			v := (s + tryP*c.ds[q]) * (c.z[q] + tryD*c.dz[q])
			d := min(max(v, 0.1*mu), 10*mu) - v
			c.target[q] += max(d, -10*mu)
		}
		copy(keepX, c.step.x)
		copy(keepY, c.step.y)
		copy(keepS, c.ds)
		copy(keepZ, c.dz)
		ok := c.direct()
		p, d := c.lengths()
		if !ok || p < 1.01*alphaP && d < 1.01*alphaD || p < 0.9*alphaP || d < 0.9*alphaD {
			copy(c.target, target)
			copy(c.step.x, keepX)
			copy(c.step.y, keepY)
			c.p.values(c.step.x, c.step.y, c.dt)
			copy(c.dz, keepZ)
			copy(c.ds, keepS)
			return
		}
		alphaP, alphaD = p, d
	}
}

// run follows the path. after is called at every point, and says whether to end.
func (c *centralPath) run(ctx context.Context, most int, after func() bool) bool {
	c.p.values(c.x, c.y, c.t)
	c.p.gradient(c.x, c.slope)
	if !c.enter() {
		return false
	}
	for range most {
		c.look()
		if after() || ctx.Err() != nil {
			return true
		}
		if !c.advance() {
			return false
		}
	}
	return true
}
