package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// keptStep is a step to which to return if the next one is worse.
type keptStep struct {
	step           iterate
	target, ds, dz []float64
}

func newKeptStep(p *program, count int) keptStep {
	next := vectors(3, count)
	return keptStep{p.newIterate(), next(), next(), next()}
}

func (c *generalPath) keepStep() {
	c.kept.step.copyFrom(c.step)
	copy(c.kept.ds, c.ds)
	copy(c.kept.dz, c.dz)
}

func (c *generalPath) restore() {
	c.step.copyFrom(c.kept.step)
	copy(c.ds, c.kept.ds)
	copy(c.dz, c.kept.dz)
}

// advance takes one step, and returns false if that is impossible.
func (c *generalPath) advance(ctx context.Context) bool {
	c.weigh()
	c.loadWeights()
	c.adapt()
	if !c.kkt.factor(ctx) || !c.predict() {
		return false
	}
	target, ok := c.correct()
	if !ok {
		return false
	}
	c.center(target)
	c.last.rough = c.rough()
	c.take()
	return true
}

// predict computes the step that leads to the end of the path, to first order. It returns false if that fails.
func (c *generalPath) predict() bool {
	clear(c.target)
	return c.direct()
}

// correct computes the step again, now towards the point of the path with the mu that it returns: the farther the
// predicted step would go, the smaller that is. The step corrects the predicted one's error of second order, unless
// that does harm. ok is false if there is no such step.
func (c *generalPath) correct() (target float64, ok bool) {
	mu := c.mu()
	alphaP, alphaD := c.lengths()
	sigma := math.Pow(c.muAfter(alphaP, alphaD)/mu, 3)
	if !(sigma < 1) {
		sigma = 1
	}
	for q := range c.target {
		c.target[q] = sigma*mu - c.ds[q]*c.dz[q]
	}
	if !c.direct() {
		return 0, false
	}
	if alphaP, alphaD := c.lengths(); min(alphaP, alphaD) < shortStep || c.muAfter(alphaP, alphaD) > mu {
		sigma = max(sigma, 0.5)
		for q := range c.target {
			c.target[q] = sigma * mu
		}
		if !c.direct() {
			return 0, false
		}
	}
	return sigma * mu, true
}

// rough reports whether the regularization spoils the step. With an H, a lower one leads as often away from a solution
// as to one, so that it is the last resort: only a path that follows one without a solution has it.
func (c *generalPath) rough() bool {
	if c.p.quadratic() && !c.kkt.cores.pivots {
		return false
	}
	return c.kkt.size(c.kkt.left) > roughResidual*c.kkt.size(c.right)
}

// take moves along the step.
func (c *generalPath) take() {
	alphaP, alphaD := c.lengths()
	if len(c.at) > 0 {
		alphaP, alphaD = nearBoundary*alphaP, nearBoundary*alphaD
	}
	if l := c.levels; max(l.primal, l.dual) < l.gap && alphaP == alphaD {
		alphaP = min(alphaP, c.lowest())
		alphaD = alphaP
	}
	c.last.length = min(alphaP, alphaD)
	c.move(alphaP, alphaD)
	mat.Axpy(alphaP, c.step.x, c.x)
	mat.Axpy(alphaD, c.step.y, c.y)
}

// lengths returns the step lengths to the boundary for x and for the multipliers. They may differ
// only for problems without curvature.
func (c *generalPath) lengths() (alphaP, alphaD float64) {
	alphaP, alphaD = c.stepLengths()
	if c.p.quadratic() || c.p.soft > 0 {
		alphaP = min(alphaP, alphaD)
		alphaD = alphaP
	}
	return alphaP, alphaD
}

// direct computes the step that leads to the targets of the slacks.
func (c *generalPath) direct() bool {
	n, p := c.p.n(), c.p
	c.constant(c.change)
	for _, j := range p.free {
		c.right.x[j] = -c.slope[j] + c.change[j]
	}
	for _, i := range p.rows {
		if p.equality(i) {
			c.right.y[i] = p.lower[n+i] - c.t[n+i]
		} else {
			c.right.y[i] = c.change[n+i] / max(c.theta[n+i], leastTheta)
		}
	}
	if !c.kkt.solve(c.right, c.step, c.kkt.core.stepTolerance()) {
		return false
	}
	p.values(c.step.x, c.step.y, c.dt)
	c.follow(c.dt)
	c.reconcile()
	return true
}

// reconcile moves the residual that the step leaves in the equations, due to regularization and
// rounding, to where it does no harm. Near a bound, where z/s > 1, the multiplier absorbs the
// residual of the slope's equation, and the distance follows from the product of the two. The
// residual of the constraint then remains for the next step. Otherwise s and z would leave the
// path, and block all further steps. Far from a bound the roles are reversed.
func (c *generalPath) reconcile() {
	n := c.p.n()
	change := c.change
	clear(change)
	for q, k := range c.at {
		change[k] += c.sign[q] * c.dz[q]
	}
	for _, j := range c.p.free {
		change[j] = -c.kkt.left.x[j]
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

// center adds Gondzio's corrections towards the path as long as they lengthen the step.
func (c *generalPath) center(mu float64) {
	for range maxCentrality {
		alphaP, alphaD := c.lengths()
		if min(alphaP, alphaD) > longEnough {
			return
		}
		copy(c.kept.target, c.target)
		c.keepStep()
		tryP, tryD := min(1, 1.1*alphaP+0.1), min(1, 1.1*alphaD+0.1)
		for q, s := range c.s {
			v := (s + tryP*c.ds[q]) * (c.z[q] + tryD*c.dz[q])
			d := min(max(v, mu/centered), centered*mu) - v
			c.target[q] += max(d, -centered*mu)
		}
		ok := c.direct()
		p, d := c.lengths()
		if !ok || p < 1.01*alphaP && d < 1.01*alphaD || p < 0.9*alphaP || d < 0.9*alphaD {
			copy(c.target, c.kept.target)
			c.restore()
			return
		}
	}
}
