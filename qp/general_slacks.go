package qp

import (
	"math"
	"slices"
)

// slacks are the distances from all finite bounds, of variables and of rows, with their
// multipliers: one list for both sides, in any order.
type slacks struct {
	at     []int // index of the variable, or n plus that of the row
	sign   []float64
	bound  []float64
	s, z   []float64 // distance and multiplier, > 0
	ds, dz []float64
	off    []float64 // sign·(t − bound) − s
	target []float64 // value of s·z after a step, to first order
	pull   []float64 // of size n+m: Σ sign·z
	theta  []float64 // of size n+m: Σ z/s
}

func newSlacks(p *program) *slacks {
	n, m := p.n(), p.m()
	v := &slacks{pull: make([]float64, n+m), theta: make([]float64, n+m)}
	add := func(k int) {
		if l := p.lower[k]; !math.IsInf(l, 0) {
			v.at, v.sign, v.bound = append(v.at, k), append(v.sign, 1), append(v.bound, l)
		}
		if u := p.upper[k]; !math.IsInf(u, 0) {
			v.at, v.sign, v.bound = append(v.at, k), append(v.sign, -1), append(v.bound, u)
		}
	}
	for _, j := range p.free {
		add(j)
	}
	for _, i := range p.rows {
		if !p.equality(i) {
			add(n + i)
		}
	}
	next := vectors(6, len(v.at))
	v.s, v.z, v.ds, v.dz, v.off, v.target = next(), next(), next(), next(), next(), next()
	return v
}

// compare sets off for the values t.
func (v *slacks) compare(t []float64) {
	for q, k := range v.at {
		v.off[q] = v.sign[q]*(t[k]-v.bound[q]) - v.s[q]
	}
}

// mu is the average of s·z.
func (v *slacks) mu() float64 {
	sum := 0.0
	for q, s := range v.s {
		sum += s * v.z[q]
	}
	return sum / float64(max(1, len(v.s)))
}

// muAfter is mu after a step with the given lengths.
func (v *slacks) muAfter(alphaP, alphaD float64) float64 {
	sum := 0.0
	for q, s := range v.s {
		sum += (s + alphaP*v.ds[q]) * (v.z[q] + alphaD*v.dz[q])
	}
	return sum / float64(max(1, len(v.s)))
}

// lowest is the step length at which mu is smallest, at most 1.
func (v *slacks) lowest() float64 {
	slope, curvature := 0.0, 0.0
	for q, s := range v.s {
		slope += s*v.dz[q] + v.z[q]*v.ds[q]
		curvature += 2 * v.ds[q] * v.dz[q]
	}
	if slope < 0 && curvature > -slope {
		return -slope / curvature
	}
	return 1
}

// weigh computes theta.
func (v *slacks) weigh() {
	clear(v.theta)
	for q, k := range v.at {
		v.theta[k] += v.z[q] / v.s[q]
	}
}

// pulls computes pull.
func (v *slacks) pulls() []float64 {
	clear(v.pull)
	for q, k := range v.at {
		v.pull[k] += v.sign[q] * v.z[q]
	}
	return v.pull
}

// constant computes the change of Σ sign·z in a step, without the part that depends on the change
// of t, which is −θ·Δt.
func (v *slacks) constant(q []float64) {
	clear(q)
	for i, k := range v.at {
		q[k] += v.sign[i] * ((v.target[i]-v.z[i]*v.off[i])/v.s[i] - v.z[i])
	}
}

// follow computes the changes of s and z from the change of t.
func (v *slacks) follow(dt []float64) {
	for q, k := range v.at {
		v.ds[q] = v.sign[q]*dt[k] + v.off[q]
		v.dz[q] = (v.target[q]-v.z[q]*v.ds[q])/v.s[q] - v.z[q]
	}
}

// stepLengths returns the longest steps, at most 1, for which s and z stay positive.
func (v *slacks) stepLengths() (alphaP, alphaD float64) {
	alphaP, alphaD = 1, 1
	for q, s := range v.s {
		alphaP = shorten(alphaP, s, v.ds[q])
		alphaD = shorten(alphaD, v.z[q], v.dz[q])
	}
	return alphaP, alphaD
}

// move takes a step with the given lengths.
func (v *slacks) move(alphaP, alphaD float64) {
	for q := range v.s {
		v.s[q] += alphaP * v.ds[q]
		v.z[q] += alphaD * v.dz[q]
	}
}

// pushInside sets the distances s to t − bound and the multipliers z to their negatives, and then
// makes both positive. If all of them are rounding errors, typical replaces their size.
func (v *slacks) pushInside(t []float64, typical float64) {
	const share = 1e-3 // fraction of the typical distance that is far enough inside
	leastS, leastZ, norm := math.Inf(1), math.Inf(1), 0.0
	for q, k := range v.at {
		d := v.sign[q] * (t[k] - v.bound[q])
		v.s[q], v.z[q] = d, -d
		leastS, leastZ, norm = min(leastS, d), min(leastZ, -d), norm+d*d
	}
	norm = math.Sqrt(norm / float64(max(1, len(v.at))))
	if norm <= roundedLevel*typical {
		norm = typical
	}
	if norm == 0 {
		norm = 1 // everything is 0
	}
	push := func(values []float64, least float64) {
		if least < share*norm {
			for q := range values {
				values[q] += norm - least
			}
		}
	}
	push(v.s, leastS)
	push(v.z, leastZ)
}

// pushAbove adds the same number to all values, so that none is smaller than least.
func pushAbove(values []float64, least float64) {
	if len(values) == 0 {
		return
	}
	by := max(0, least-slices.Min(values))
	for q := range values {
		values[q] += by
	}
}
