package qp

import (
	"math"

	"ridge/mat"
)

// panel is a group of problems that are swept together by projected Gauss–Seidel,
//
//	zᵢ ← P(zᵢ − (Kz + g)ᵢ),   i = 1 … n,
//
// which descends with every variable and converges linearly for every positive definite K (Luo and
// Tseng 1992). (K is rounded to float32, and may no longer be definite if its condition exceeds
// 1e7: judge gives up if the residual does not fall.) Variable i of problem j is at z[i·width+j].
type panel struct {
	z, g, lower, upper []float32
	pull               []float32 // for one strip: g plus the products with other strips
	moved              []float32 // see asm.Kernels.Sweep: roughly the residual before the sweep

	// The sweeps so far:
	sweeps      int
	first, last float64 // largest moved in the first and the last sweep
	outcome     outcome
}

func newPanel(s *scaledHessian) *panel {
	size := s.padded * s.width()
	p := &panel{moved: make([]float32, s.width()), pull: make([]float32, roundUp(stripRows, s.kern.MR)*s.width())}
	for _, v := range []*[]float32{&p.z, &p.g, &p.lower, &p.upper} {
		*v = make([]float32, size)
	}
	return p
}

// problem32 is a problem in the form for a panel: the starting point, the linear term and the
// bounds, all multiplied by a factor that makes the numbers moderate.
type problem32 struct {
	x, g, lower, upper []float64 // x nil: start from zero
	from               []float64 // not nil: solve for the change of this point
	factor             float64
}

// load puts a problem into lane j, and reports whether it fits: whether its scaled numbers are
// finite in float32. If not, the lane is cleared.
func (p *panel) load(s *scaledHessian, j int, q problem32) bool {
	w, wrong := s.width(), float32(0)
	lower, upper, g := q.lower[:s.n], q.upper[:s.n], q.g[:s.n]
	for i, e := range s.units.e {
		at, up := i*w+j, e*q.factor
		l, u := lower[i], upper[i]
		if q.from != nil {
			l, u = l-q.from[i], u-q.from[i]
		}
		l32, u32, g32, z32 := float32(l*up), float32(u*up), float32(g[i]*s.units.inverse[i]*q.factor), float32(0)
		if q.x != nil {
			z32 = min(max(float32(q.x[i]*up), l32), u32)
		}
		p.lower[at], p.upper[at], p.g[at], p.z[at] = l32, u32, g32, z32
		wrong += (g32 - g32) + (z32 - z32) // 0, or NaN from here on
		if l32-l32 != 0 && !math.IsInf(l, 0) || u32-u32 != 0 && !math.IsInf(u, 0) {
			wrong = float32(math.NaN())
		}
	}
	if wrong != 0 {
		p.empty(s, j, j+1)
		return false
	}
	return true
}

// unload sets x to lane j, scaled back, or adds the lane to the point whose change was solved for,
// and projects x on the box. A variable that is at its bound in the panel is put exactly on it. The
// selection is made on bits, because branches would be unpredictable (see toward).
func (p *panel) unload(s *scaledHessian, j int, q problem32, x []float64) {
	w, down := s.width(), 1/q.factor
	lower, upper := q.lower[:s.n], q.upper[:s.n]
	for i, inverse := range s.units.inverse {
		z := p.z[i*w+j]
		v := float64(z) * (inverse * down)
		if q.from != nil {
			v += q.from[i]
		}
		l, u := lower[i], upper[i]
		bits, below, above := math.Float64bits(v), math.Float64bits(l), math.Float64bits(u)
		if v < l {
			bits = below
		}
		if v > u {
			bits = above
		}
		if z >= p.upper[i*w+j] {
			bits = above
		}
		if z <= p.lower[i*w+j] {
			bits = below
		}
		x[i] = math.Float64frombits(bits)
	}
}

// empty clears lanes from … to−1.
func (p *panel) empty(s *scaledHessian, from, to int) {
	w := s.width()
	for i := range s.n {
		for at := i*w + from; at < i*w+to; at++ {
			p.z[at], p.g[at], p.lower[at], p.upper[at] = 0, 0, 0, 0
		}
	}
}

// clearPadding sets the variables beyond the last to zero. They do not move, but values from a lane
// that overflowed would stay.
func (p *panel) clearPadding(s *scaledHessian) { clear(p.z[s.n*s.width():]) }

const (
	// firstJudgement is the number of sweeps after which the observed rate is trusted.
	firstJudgement = 6
	// precision32 is the relative residual that float32 sweeps reach.
	precision32 = 3e-7
	// safetyFactor allows for the difference between the residual in float32 and the true one.
	safetyFactor = 0.6
)

// outcome is the result of sweeping a panel.
type outcome uint8

const (
	inProgress    outcome = iota
	swept                 // the residual has probably reached its goal, or the limit of float32
	startedAtGoal         // it started at its goal: the contents of the panel are not needed
	tooSlow               // the exact method is probably faster
)

// begin prepares for the first sweep.
func (p *panel) begin(s *scaledHessian) {
	p.clearPadding(s)
	p.sweeps, p.outcome = 0, inProgress
}

// judge decides from the last sweep whether to continue. It ends if the residual, in units of the
// problems' scale, is probably below goal, or as small as float32 allows. It also ends if the
// residual falls so slowly that continuing would take more than worth sweeps, or after limit
// sweeps.
func (p *panel) judge(goal float64, worth func() float64, limit int) {
	moved := float64(mat.AbsMax(p.moved))
	p.sweeps++
	if p.sweeps == 1 {
		p.first, p.last = moved, moved
	}
	// The residual after this sweep will be known only in the next.
	rate := min(1, moved/p.last)
	switch {
	case p.sweeps == 1 && moved <= goal:
		p.outcome = startedAtGoal
	case moved*rate <= goal || moved <= precision32*p.first:
		p.outcome = swept
	case math.IsNaN(moved) || p.sweeps >= limit:
		p.outcome = tooSlow
	case p.sweeps >= firstJudgement && tooMany(math.Log(moved/goal), -math.Log(rate), worth):
		p.outcome = tooSlow
	}
	p.last = moved
}

// tooMany reports whether reducing the residual by e^fall, at e^decline per sweep, takes more than
// worth sweeps. worth looks at all variables, and is called only if the result is in doubt.
func tooMany(fall, decline float64, worth func() float64) bool {
	return fall > decline*leastWorth && fall > decline*worth()
}

// countFree returns the average number of variables between their bounds in the first lanes.
func (p *panel) countFree(s *scaledHessian, lanes int) float64 {
	free, w := 0, s.width()
	for i := range s.n {
		for at := i * w; at < i*w+lanes; at++ {
			if p.lower[at] < p.z[at] && p.z[at] < p.upper[at] {
				free++
			}
		}
	}
	return float64(free) / float64(lanes)
}
