package qp

import (
	"math"

	"ridge/mat"
)

// centralPath is the primal-dual interior-point method (Mehrotra 1992): it takes Newton steps
// towards the central path
//
//	Hx + g − z + w = 0,   sᵢzᵢ = μ,   tᵢwᵢ = μ,   s = x − l,   t = u − x,
//
// where s, t, z, w > 0, as μ falls to 0. A step eliminates the multipliers z and w and solves with
// H + diag(z/s + w/t).
//
// s and t are at least a moderate distance at the start, and need not fit x at first; each step
// reduces the difference in proportion to its length. If H is stiff, moving x away from its bounds
// instead would cost several steps, because the slopes change so much.
//
// generalPath does the same with general constraints, whose eliminations are others. Here, the factor may be one in
// float32.
type centralPath struct {
	x, grad []float64
	s, t    []float64 // 0 where there is no bound, or no room between the bounds
	excess  slackPair // s − (x − l) and t − (u − x)
	z, w    []float64
	pinned  []bool // there is no room between the bounds
	move    pathMove
	factor  barrierFactor
	first   float64 // μ at the first step
}

// slackPair holds a number for each lower and each upper bound.
type slackPair struct{ s, t []float64 }

// pathMove is a step of the path.
type pathMove struct {
	slackPair
	x, z, w []float64
	target  slackPair // sz and tw after the step, to first order
	barrier []float64 // z/s + w/t
	right   []float64
	curve   []float64 // HΔx
}

// stay makes the step one that changes nothing.
func (m *pathMove) stay() {
	for _, v := range [][]float64{m.x, m.s, m.t, m.z, m.w} {
		clear(v)
	}
}

func newCentralPath(n int) centralPath {
	next := vectors(18, n)
	return centralPath{
		x: next(), grad: next(), s: next(), t: next(), z: next(), w: next(), pinned: make([]bool, n),
		excess: slackPair{next(), next()},
		move: pathMove{slackPair: slackPair{next(), next()}, target: slackPair{next(), next()}, x: next(), z: next(),
			w: next(), barrier: next(), right: next(), curve: next()},
		factor: newBarrierFactor(n),
	}
}

const (
	// farInside is the least distance from the bounds at which the method starts, in typical moves.
	// startMu is the initial μ, in units of the average of |∇f(x)ᵢ| times the distance.
	farInside = 0.3
	startMu   = 0.3
	// The method ends at a μ of leastMu, relative to the initial one, or with a step shorter than leastStep.
	leastMu, leastStep = 1e-20, 1e-8
	// toTheBoundary is the fraction of the distance to the nearest bound that a step may take.
	toTheBoundary = 0.99
	// smallUnbalance is the largest slope that the multipliers may leave unbalanced, in units of
	// √μ. In natural units, √μ is the slope of a variable whose multiplier equals its distance.
	// Steps from a float32 factor always leave some.
	smallUnbalance = 1e-3
	// pin is the stiffness, relative to H, that holds a variable without room between its bounds.
	pin = 1e18
)

// muchNearer is how many times smaller μ must be for the path to begin outside.
const muchNearer = 2

// enter chooses the starting point: the point of the box next to 0, moved away from the bounds by a
// moderate distance, or r.x if the path there is much nearer to its end.
func (c *centralPath) enter(r *run) {
	c.first, c.factor.inWide = 0, false
	c.move.stay()
	c.begin(r, r.x, r.grad)
	outside, _ := c.muAfter(0)
	x, grad := r.step.dir, r.step.curve
	c.inside(r, x)
	r.gradient(x, grad)
	c.begin(r, x, grad)
	if inside, _ := c.muAfter(0); inside > muchNearer*outside {
		c.begin(r, r.x, r.grad)
	}
}

// margin is the least distance of variable i from its bounds at the start.
func (r *run) margin(i int, push float64) float64 {
	return min(push*r.units.inverse[i], (r.upper[i]-r.lower[i])/2)
}

// inside writes the point next to 0 to x, moved away from the bounds.
func (c *centralPath) inside(r *run, x []float64) {
	push := farInside * r.typicalMove()
	r.pointNextToZero(x)
	for i, v := range x {
		margin := r.margin(i, push)
		x[i] = min(max(v, r.lower[i]+margin), r.upper[i]-margin)
	}
}

// begin begins at x, with slacks that are at least the margin, and multipliers that balance the
// gradient there.
func (c *centralPath) begin(r *run, x, grad []float64) {
	push := farInside * r.typicalMove()
	copy(c.x, x)
	copy(c.grad, grad)
	for i, v := range x {
		l, u, margin := r.lower[i], r.upper[i], r.margin(i, push)
		c.s[i], c.t[i] = apart(v-l, margin), apart(u-v, margin)
		c.pinned[i] = c.s[i] == 0 && !math.IsInf(l, -1) || c.t[i] == 0 && !math.IsInf(u, 1)
		if c.pinned[i] {
			c.s[i], c.t[i], c.excess.s[i], c.excess.t[i] = 0, 0, 0, 0
			continue
		}
		c.excess.s[i], c.excess.t[i] = c.s[i]-distance(v-l), c.t[i]-distance(u-v)
	}
	c.balance()
}

// balance sets the multipliers so that they balance the gradient as far as there are bounds, and so
// that all sz and tw are at least μ. The initial μ is moderate: with a larger one, steps are wasted
// on reducing it; with a smaller one, the first steps are short.
func (c *centralPath) balance() {
	mu, pairs := 0.0, 0
	for i, d := range c.grad {
		if c.s[i] > 0 {
			mu += math.Abs(d) * c.s[i]
			pairs++
		}
		if c.t[i] > 0 {
			mu += math.Abs(d) * c.t[i]
			pairs++
		}
	}
	mu *= startMu / float64(max(1, pairs))
	for i, d := range c.grad {
		c.z[i], c.w[i] = 0, 0
		if c.s[i] > 0 {
			c.z[i] = max(d, 0) + mu/c.s[i]
		}
		if c.t[i] > 0 {
			c.w[i] = max(-d, 0) + mu/c.t[i]
		}
	}
}

// distance is d, or 0 if it is infinite.
func distance(d float64) float64 {
	if math.IsInf(d, 1) {
		return 0
	}
	return d
}

// apart is the distance d, but at least margin, or 0 if it is infinite.
func apart(d, margin float64) float64 { return distance(max(d, margin)) }

// step is one step of the predictor-corrector method. It returns false if no further step is
// possible.
func (c *centralPath) step(r *run) bool {
	c.move.stay()
	mu, pairs := c.muAfter(0)
	if c.first == 0 {
		c.first = mu
	}
	if pairs == 0 || !(mu > leastMu*c.first) {
		return false
	}
	if !c.factorBarrier(r) || !c.predict(r) || !c.correct(r, mu) {
		return false
	}
	alpha := c.stepLength(toTheBoundary)
	if !(alpha > leastStep) {
		return false
	}
	c.take(r, alpha)
	return notFinite(c.grad) < 0
}

// factorBarrier factors the matrix of the step, and reports whether there is a factor.
func (c *centralPath) factorBarrier(r *run) bool {
	m := &c.move
	for i := range m.barrier {
		m.barrier[i] = ratio(c.z[i], c.s[i]) + ratio(c.w[i], c.t[i])
		if c.pinned[i] {
			m.barrier[i] = pin * r.units.e[i] * r.units.e[i]
		}
	}
	return c.factor.compute(r, m.barrier)
}

// predict computes the step that leads to the end of the path, to first order. It returns false if that fails.
func (c *centralPath) predict(r *run) bool {
	clear(c.move.target.s)
	clear(c.move.target.t)
	return c.direct(r)
}

// correct computes the step again, now towards the point of the path with a fraction of the current mu: the farther the
// predicted step would go, the smaller the fraction. The step corrects the predicted one's error of second order. The
// result is false if that fails.
func (c *centralPath) correct(r *run, mu float64) bool {
	m := &c.move
	after, _ := c.muAfter(c.stepLength(1))
	sigma := math.Pow(after/mu, 3)
	for i := range m.x {
		m.target.s[i], m.target.t[i] = sigma*mu-m.s[i]*m.z[i], sigma*mu-m.t[i]*m.w[i]
	}
	return c.direct(r)
}

// take moves along the step. If slopes stay unbalanced that an exact step would have balanced, the next factors are in
// float64.
func (c *centralPath) take(r *run, alpha float64) {
	before := c.unbalanced(r)
	c.advance(alpha)
	mat.Axpy(alpha, c.move.curve, c.grad)
	mu, _ := c.muAfter(0)
	small := max(r.goal.aim, smallUnbalance*math.Sqrt(mu))
	if alpha > 0.5 && before > small && c.unbalanced(r) > max(small, before/2) {
		c.factor.inWide = true // an exact step would have left only a fraction 1 − alpha
	}
}

// unbalanced is the largest slope that the multipliers do not balance, in natural units.
func (c *centralPath) unbalanced(r *run) float64 {
	worst := 0.0
	for i, d := range c.grad {
		if !c.pinned[i] {
			worst = max(worst, math.Abs(d-c.z[i]+c.w[i])*r.units.inverse[i])
		}
	}
	return worst
}

// muAfter is the average of all sᵢzᵢ and tᵢwᵢ after a step of length alpha, and their number.
func (c *centralPath) muAfter(alpha float64) (mu float64, pairs int) {
	m := &c.move
	for i := range m.x {
		if c.s[i] > 0 {
			mu += (c.s[i] + alpha*m.s[i]) * (c.z[i] + alpha*m.z[i])
			pairs++
		}
		if c.t[i] > 0 {
			mu += (c.t[i] + alpha*m.t[i]) * (c.w[i] + alpha*m.w[i])
			pairs++
		}
	}
	return mu / float64(max(pairs, 1)), pairs
}

// direct solves for the direction that leads to the target, sᵢzᵢ = σᵢ and tᵢwᵢ = τᵢ, to first order:
//
//	(H + diag(z/s + w/t))Δx = −∇f(x) + (σ + z·excess)/s − (τ + w·excess)/t,
//	Δs = Δx − excess,   Δz = (σ − zΔs)/s − z,
//	Δt = −Δx − excess,   Δw = (τ − wΔt)/t − w.
//
// It leaves HΔx in curve, and returns false if the solve failed.
func (c *centralPath) direct(r *run) bool {
	m := &c.move
	for i, d := range c.grad {
		m.right[i] = -d + ratio(m.target.s[i]+c.z[i]*c.excess.s[i], c.s[i]) -
			ratio(m.target.t[i]+c.w[i]*c.excess.t[i], c.t[i])
		if c.pinned[i] {
			m.right[i] = 0
		}
	}
	if !c.factor.solve(r, m.barrier, m.right, m.x, m.curve) {
		return false
	}
	for i, dx := range m.x {
		m.s[i], m.t[i] = dx-c.excess.s[i], -dx-c.excess.t[i]
		m.z[i] = ratio(m.target.s[i]-c.z[i]*m.s[i], c.s[i]) - c.z[i]
		m.w[i] = ratio(m.target.t[i]-c.w[i]*m.t[i], c.t[i]) - c.w[i]
	}
	return true
}

// ratio is a/b, or 0 where there is no bound (b = 0).
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// stepLength is that of the longest step, at most 1, that goes at most the given fraction of the
// way to where a distance or a multiplier is 0.
func (c *centralPath) stepLength(share float64) float64 {
	m := &c.move
	alpha := 1 / share
	for i := range m.x {
		if c.s[i] > 0 {
			alpha = shorten(shorten(alpha, c.s[i], m.s[i]), c.z[i], m.z[i])
		}
		if c.t[i] > 0 {
			alpha = shorten(shorten(alpha, c.t[i], m.t[i]), c.w[i], m.w[i])
		}
	}
	return alpha * share
}

// shorten returns the smaller of alpha and the step length at which value, whose rate of change is
// change, becomes 0.
func shorten(alpha, value, change float64) float64 {
	if value+alpha*change < 0 {
		return -value / change
	}
	return alpha
}

// advance moves the point and its multipliers. It updates distances rather than computing them
// from x: near a bound that is far from 0, that would lose digits.
func (c *centralPath) advance(alpha float64) {
	m := &c.move
	for i, dx := range m.x {
		c.x[i] += alpha * dx
		if c.s[i] > 0 {
			c.s[i] += alpha * m.s[i]
			c.z[i] += alpha * m.z[i]
		}
		if c.t[i] > 0 {
			c.t[i] += alpha * m.t[i]
			c.w[i] += alpha * m.w[i]
		}
		c.excess.s[i] *= 1 - alpha
		c.excess.t[i] *= 1 - alpha
	}
}
