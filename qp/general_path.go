package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// generalPath follows the central path of a program. It is a primal-dual interior-point method from
// an infeasible start, with Mehrotra's predictor and corrector (1992) and Gondzio's further
// corrections towards the path (Multiple centrality corrections in a primal-dual method for linear
// programming, Comput. Optim. Appl. 6, 1996). centralPath is the one for bounds only.
type generalPath struct {
	p   *program
	kkt *kkt
	*slacks
	iterate
	step   iterate
	right  iterate
	t, dt  []float64 // (x, Ax + soft·y), and its change in the step
	slope  []float64 // Hx + g − Aᵀy − pull
	change []float64 // of pull in the step; in enter the sums of the bounds, in reconcile what the step leaves
	kept   keptStep
	levels pathLevels
	before pathLevels
	last   lastStep
	steps  int
}

// lastStep says how long the last step was, and whether its equations were solved only roughly.
type lastStep struct {
	length float64
	rough  bool
}

// pathLevels says how far along the path an iterate is: the residuals of the constraints and of the
// slopes, and the duality gap, all relative.
type pathLevels struct{ primal, dual, gap float64 }

// worst is the largest of the three.
func (l pathLevels) worst() float64 { return max(l.primal, l.dual, l.gap) }

const (
	// nearBoundary is the fraction of the way to the boundary that a step takes.
	nearBoundary = 0.995
	// maxCentrality is the largest number of corrections towards the path. None are tried if the
	// step has the length longEnough without them.
	maxCentrality, longEnough = 2, 0.95
	// centered is the range of s·z, relative to μ, at which corrections aim.
	centered = 10
	// shortStep is the length of a step below which Mehrotra's corrector did harm.
	shortStep = 0.1
	// leastTheta replaces z/s = 0.
	leastTheta = 1e-100
	// roughResidual is the residual of a step, relative to its right-hand side, from which on the regularization is too
	// large: refinement ends where the active rows depend on each other but for elements that are small next to it.
	// The sparse elimination refines less, so nearly all of its steps count as rough. More linear programs are solved
	// so than if only steps counted that miss its own tolerance.
	roughResidual = 1e-10
	// farMultipliers is how many times larger than slopes the first multipliers are at least, if an earlier path from
	// smaller ones failed. Those of rows that nearly depend on each other are large.
	farMultipliers = 1e4
)

func newGeneralPath(p *program, k *kkt) *generalPath {
	n, m := p.n(), p.m()
	c := &generalPath{p: p, kkt: k, slacks: newSlacks(p), iterate: p.newIterate(), step: p.newIterate(),
		right: p.newIterate()}
	next := vectors(3, n+m)
	c.t, c.dt, c.change = next(), next(), next()
	c.slope = make([]float64, n)
	c.kept = newKeptStep(p, len(c.at))
	for j, l := range p.lower[:n] {
		if l == p.upper[j] {
			c.x[j] = l
		}
	}
	k.choose(p.free, p.rows)
	return c
}

// run follows the path for at most the given number of steps. after is called at every point, and
// reports whether to end. The error is that of the context, if that has ended first.
func (c *generalPath) run(ctx context.Context, most int, after func() bool) error {
	if !c.enter(ctx) {
		return ctx.Err()
	}
	for c.steps < most {
		c.evaluate()
		if after() {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		c.steps++
		if !c.advance(ctx) {
			return ctx.Err()
		}
	}
	return nil
}

// enter chooses the starting point: the solution of the problem in which every bound is replaced by
// half the squared distance from it (as in Vandenberghe, The CVXOPT linear and quadratic cone
// program solvers, 2010, section 5.3). It is then moved to where all distances and multipliers are
// positive.
func (c *generalPath) enter(ctx context.Context) bool {
	n, p := c.p.n(), c.p
	p.values(c.x, c.y, c.t)
	p.gradient(c.x, c.slope)
	clear(c.theta)
	clear(c.change)
	for q, k := range c.at {
		c.theta[k]++
		c.change[k] += c.bound[q]
	}
	c.loadWeights()
	if !c.kkt.factor(ctx) {
		return false
	}
	for _, j := range p.free {
		c.right.x[j] = -c.slope[j] + c.change[j]
	}
	for _, i := range p.rows {
		if p.equality(i) {
			c.right.y[i] = p.lower[n+i] - c.t[n+i]
		} else {
			c.right.y[i] = c.change[n+i]/c.theta[n+i] - c.t[n+i]
		}
	}
	if !c.kkt.solve(c.right, c.step, solvedKKT) {
		return false
	}
	mat.Axpy(1, c.step.x, c.x)
	copy(c.y, c.step.y)
	p.values(c.x, c.y, c.t)
	slope, far := p.sizeOf(c.iterate)
	c.pushInside(c.t, max(slope, far))
	if c.kkt.cores.pivots {
		pushAbove(c.s, far)
		pushAbove(c.z, farMultipliers*slope)
	}
	return true
}

// loadWeights sets the diagonals of the system from the weights theta.
func (c *generalPath) loadWeights() {
	n := c.p.n()
	for _, j := range c.p.free {
		c.kkt.theta[j] = c.theta[j]
	}
	for _, i := range c.p.rows {
		c.kkt.v[i] = c.p.soft
		if !c.p.equality(i) {
			c.kkt.v[i] += 1 / max(c.theta[n+i], leastTheta)
		}
	}
}

// evaluate computes everything that depends on the point.
func (c *generalPath) evaluate() {
	n, p := c.p.n(), c.p
	pull := c.pulls()
	for _, i := range p.rows {
		if !p.equality(i) {
			c.y[i] = pull[n+i]
		}
	}
	p.values(c.x, c.y, c.t)
	c.compare(c.t)
	p.slopes(c.iterate, c.slope)
	primal, dual := mat.AbsMax(c.off), 0.0
	for _, j := range p.free {
		c.slope[j] -= pull[j]
		dual = max(dual, math.Abs(c.slope[j]))
	}
	for _, i := range p.rows {
		if p.equality(i) {
			primal = max(primal, math.Abs(c.t[n+i]-p.lower[n+i]))
		}
	}
	slope, far := p.sizeOf(c.iterate)
	c.before = c.levels
	c.levels = pathLevels{relative(primal, far), relative(dual, slope),
		relative(c.mu()*float64(len(c.s)), c.objectiveSize()+negligible*slope*far)}
}

// objectiveSize is the divisor of a relative duality gap.
func (c *generalPath) objectiveSize() float64 {
	size := 0.0
	for j, x := range c.x {
		size += math.Abs(x*c.p.g[j]) + c.p.curvature(j)*x*x/2
	}
	for q, z := range c.z {
		size += math.Abs(z * c.bound[q])
	}
	for _, i := range c.p.rows {
		if c.p.equality(i) {
			size += math.Abs(c.y[i] * c.p.lower[c.p.n()+i])
		}
	}
	return size + c.p.soft*mat.Dot(c.y, c.y)/2
}

// adapt lowers the regularization that belongs to a residual that did not fall although a step was
// taken. As long as x or y drifts, the regularization leaves ρΔx of the slopes, or δΔy of the
// constraints. Where it also spoils the steps, they may be short for that, and it is lowered further.
func (c *generalPath) adapt() {
	const rounding, by = 1e-14, 8
	least := 1e-14
	if c.last.rough {
		least = 1e-22
	}
	lower := func(level, before float64, regularization *float64) {
		if level > before/2 && level > rounding && (c.last.length > 0.5 || c.last.rough) && *regularization > least {
			*regularization /= by
		}
	}
	lower(c.levels.primal, c.before.primal, &c.kkt.delta)
	lower(c.levels.dual, c.before.dual, &c.kkt.rho)
}

// lend lets f use the system for another purpose.
func (c *generalPath) lend(f func()) {
	kept := c.kkt.regularizers
	f()
	c.kkt.choose(c.p.free, c.p.rows)
	c.kkt.regularizers = kept
}
