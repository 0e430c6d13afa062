package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// interior is the workspace of the primal-dual interior-point method (Mehrotra 1992):
// Newton steps towards the central path
//
//	Hx + g − z + w = 0,   sᵢzᵢ = μ,   tᵢwᵢ = μ,   s = x − l,   t = u − x,
//
// with s, t, z, w > 0, as μ falls to 0. A step eliminates the multipliers z and w and
// solves with H + diag(z/s + w/t).
type interior struct {
	x, grad    []float64
	s, t       []float64 // 0 where there is no bound, or no room
	pinned     []bool    // no room between the bounds
	z, w       []float64
	dx, dz, dw []float64
	zz, ww     []float64 // what a step makes sz and tw, to first order
	barrier    []float64 // z/s + w/t
	right      []float64
	curve      []float64 // HΔx
	factor     barrierFactor
	side       []side  // that the last step showed
	first      float64 // μ of the first step
}

func (v *interior) prepare(n int) {
	if v.side != nil {
		return
	}
	next := vectors(14, n)
	for _, d := range []*[]float64{&v.x, &v.grad, &v.s, &v.t, &v.z, &v.w, &v.dx, &v.dz, &v.dw, &v.zz, &v.ww, &v.curve, &v.barrier, &v.right} {
		*d = next()
	}
	v.factor.prepare(n)
	v.pinned, v.side = make([]bool, n), make([]side, n)
}

const (
	// Interior steps end when μ has fallen to this share of what it was, or after
	// as many steps, those of pivoting included: some have to be left for Newton's.
	leastMu           = 1e-20
	mostInteriorSteps = 80
	// toTheBoundary is the share of the way to the nearest bound that a step takes.
	toTheBoundary = 0.99
	// farInside is how far from the bounds the path is entered, in typical moves:
	// with less, the first steps are short.
	farInside = 100
	// farOut is how many times larger rounding errors may be where the path got.
	farOut = 1e3
	// pin is how stiff a variable is held that has no room, relative to H.
	pin = 1e18
	// settled is the share of variables that may change sides in a step for it to
	// be worth a try to pivot.
	settled = 0.125
)

// followPath takes interior steps until the sides that they show can be pivoted to the
// solution.
func (p *single) followPath(ctx context.Context) (Status, error) {
	v := &p.interior
	v.prepare(len(p.x))
	p.pivoting.prepare(len(p.x))
	if p.method == InteriorPoint {
		p.pivoting.triedWrong = 0
	}
	v.factor.inWide = false
	p.enter()
	status, err := p.interiorSteps(ctx)
	switch status {
	case undecided, IterationLimit, Canceled:
		p.leave()
	}
	return status, err
}

// interiorSteps takes steps, and pivots where that promises to lead to the solution.
func (p *single) interiorSteps(ctx context.Context) (Status, error) {
	v := &p.interior
	begin := p.iterations
	for step := 0; p.iterations-begin < mostInteriorSteps; step++ {
		if status, err := p.mayGoOn(ctx); status != undecided {
			return status, err
		}
		p.iterations++
		if !p.interiorStep() || residual(v.x, v.grad, p.lower, p.upper) <= p.target {
			break
		}
		if changes := p.showSides(); step == 0 || changes > int(settled*float64(len(p.x))) || !p.worthPivoting(v.side) {
			continue
		}
		copy(p.pivoting.side, v.side)
		copy(p.pivoting.x, v.x)
		copy(p.pivoting.grad, v.grad)
		if status, err := p.exchange(ctx, hasty); status != undecided {
			return status, err
		}
	}
	return undecided, nil
}

// enter chooses the point to start from: x, pushed inside by a distance that is
// moderate for the problem, and multipliers that balance the gradient there.
func (p *single) enter() {
	v := &p.interior
	v.first = 0
	push := farInside * p.typicalMove()
	for i, x := range p.x {
		l, u := p.lower[i], p.upper[i]
		margin := min(push, (u-l)/2)
		v.x[i] = min(max(x, l+margin), u-margin)
		v.s[i], v.t[i] = distance(v.x[i]-l), distance(u-v.x[i])
		v.pinned[i] = v.s[i] == 0 && !math.IsInf(l, -1) || v.t[i] == 0 && !math.IsInf(u, 1)
		if v.pinned[i] {
			v.x[i], v.s[i], v.t[i] = l, 0, 0
		}
		v.side[i] = isFree
	}
	p.gradient(v.x, v.grad)
	floor := mat.AbsMax(v.grad) / 2
	for i, d := range v.grad {
		v.z[i], v.w[i] = 0, 0
		if v.s[i] > 0 {
			v.z[i] = max(d, 0) + floor
		}
		if v.t[i] > 0 {
			v.w[i] = max(-d, 0) + floor
		}
	}
}

// typicalMove is about how far variables move: the average of |xᵢ| and of the steps
// that minimize in one variable; or 1, if that says nothing.
func (p *single) typicalMove() float64 {
	sum := 0.0
	for i, x := range p.x {
		sum += math.Abs(x)
		if h := p.h.At(i, i); h > 0 {
			sum += math.Abs(p.g[i]) / h
		}
	}
	if sum == 0 {
		return 1
	}
	return sum / float64(len(p.x))
}

// distance is d, or 0 where there is no bound or none to keep away from.
func distance(d float64) float64 {
	if math.IsInf(d, 1) {
		return 0
	}
	return d
}

// interiorStep is one step of the predictor-corrector method. It returns false where
// no step leads on.
func (p *single) interiorStep() bool {
	v := &p.interior
	clear(v.dx)
	clear(v.dz)
	clear(v.dw)
	mu, pairs := v.complementarity(0)
	if v.first == 0 {
		v.first = mu
	}
	if pairs == 0 || !(mu > leastMu*v.first) {
		return false
	}
	stiff := pin * p.largestDiagonal()
	for i := range v.barrier {
		v.barrier[i] = ratio(v.z[i], v.s[i]) + ratio(v.w[i], v.t[i])
		if v.pinned[i] {
			v.barrier[i] = stiff
		}
	}
	if !v.factor.compute(p, v.barrier) {
		return false
	}
	clear(v.zz)
	clear(v.ww)
	if !v.direct(p) {
		return false
	}
	after, _ := v.complementarity(v.longest(1))
	sigma := math.Pow(after/mu, 3)
	for i, dx := range v.dx {
		v.zz[i], v.ww[i] = sigma*mu-dx*v.dz[i], sigma*mu+dx*v.dw[i]
	}
	if !v.direct(p) {
		return false
	}
	alpha := v.longest(toTheBoundary)
	if !(alpha > 1e-8) {
		return false
	}
	v.move(alpha)
	mat.Axpy(alpha, v.curve, v.grad)
	return notFinite(v.grad) < 0
}

// complementarity is the average of all sᵢzᵢ and tᵢwᵢ after a step of length alpha, and
// the number of them.
func (v *interior) complementarity(alpha float64) (mu float64, pairs int) {
	for i, dx := range v.dx {
		if v.s[i] > 0 {
			mu += (v.s[i] + alpha*dx) * (v.z[i] + alpha*v.dz[i])
			pairs++
		}
		if v.t[i] > 0 {
			mu += (v.t[i] - alpha*dx) * (v.w[i] + alpha*v.dw[i])
			pairs++
		}
	}
	return mu / float64(max(pairs, 1)), pairs
}

// direct solves for the direction that leads to sᵢzᵢ = zzᵢ and tᵢwᵢ = wwᵢ, to first
// order:
//
//	(H + diag(z/s + w/t))Δx = −∇f(x) + zz/s − ww/t,
//	Δz = (zz − zΔx)/s − z,   Δw = (ww + wΔx)/t − w.
//
// It leaves HΔx in curve, and returns false if it could not solve.
func (v *interior) direct(p *single) bool {
	for i, d := range v.grad {
		v.right[i] = -d + ratio(v.zz[i], v.s[i]) - ratio(v.ww[i], v.t[i])
		if v.pinned[i] {
			v.right[i] = 0
		}
	}
	if !v.factor.solve(p, v.barrier, v.right, v.dx, v.curve) {
		return false
	}
	for i, dx := range v.dx {
		v.dz[i] = ratio(v.zz[i]-v.z[i]*dx, v.s[i]) - v.z[i]
		v.dw[i] = ratio(v.ww[i]+v.w[i]*dx, v.t[i]) - v.w[i]
	}
	return true
}

// ratio is a/b, and 0 where there is no bound.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// longest is the length of the longest step, at most 1, that goes no further than the
// given share of the way to where a distance or a multiplier is 0.
func (v *interior) longest(share float64) float64 {
	alpha := 1 / share
	for i, dx := range v.dx {
		if v.s[i] > 0 {
			alpha = shorten(shorten(alpha, v.s[i], dx), v.z[i], v.dz[i])
		}
		if v.t[i] > 0 {
			alpha = shorten(shorten(alpha, v.t[i], -dx), v.w[i], v.dw[i])
		}
	}
	return alpha * share
}

// shorten returns the smaller one of alpha and where value, which changes by change,
// is 0.
func shorten(alpha, value, change float64) float64 {
	if value+alpha*change < 0 {
		return -value / change
	}
	return alpha
}

// move takes a step. Distances are updated, not computed from x: near a bound that is
// far from 0 they would lose their digits.
func (v *interior) move(alpha float64) {
	for i, dx := range v.dx {
		v.x[i] += alpha * dx
		if v.s[i] > 0 {
			v.s[i] += alpha * dx
			v.z[i] += alpha * v.dz[i]
		}
		if v.t[i] > 0 {
			v.t[i] -= alpha * dx
			v.w[i] += alpha * v.dw[i]
		}
	}
}

// showSides tells from the point which variables will end at a bound, those whose
// multiplier outweighs the distance, and counts the changes since the last time.
func (p *single) showSides() (changes int) {
	v := &p.interior
	for i := range v.x {
		h, to := p.h.At(i, i), isFree
		switch {
		case v.pinned[i] || v.s[i] > 0 && v.z[i] > v.s[i]*h:
			to = atLower
		case v.t[i] > 0 && v.w[i] > v.t[i]*h:
			to = atUpper
		}
		if to != v.side[i] {
			v.side[i] = to
			changes++
		}
	}
	return changes
}

// leave moves x to where the path got, on the box, if f is lower there. Variables go to
// the bounds that they are on their way to, unless that makes the residual larger. If
// there is no minimum, the path leads so far out that the gradient can't tell anymore where
// f falls, and x stays.
func (p *single) leave() {
	v := &p.interior
	mat.Clamp(v.x, p.lower, p.upper)
	if !(p.roundingErrorAt(v.x) <= max(p.target, farOut*p.roundingError())) {
		return
	}
	p.gradient(v.x, v.grad)
	copy(v.dx, v.x)
	p.showSides()
	for i, s := range v.side {
		switch s {
		case atLower:
			v.dx[i] = p.lower[i]
		case atUpper:
			v.dx[i] = p.upper[i]
		}
	}
	p.gradient(v.dx, v.curve)
	before, after := residual(v.x, v.grad, p.lower, p.upper), residual(v.dx, v.curve, p.lower, p.upper)
	if after <= max(before, p.target) {
		copy(v.x, v.dx)
		copy(v.grad, v.curve)
	}
	if rise(v.x, v.grad, p.x, p.grad) < 0 {
		copy(p.x, v.x)
		copy(p.grad, v.grad)
		p.fresh = true
	}
}
