package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// newton solves one problem in float64. Its steps are sweeps of coordinate
// descent (sweep.go) and then projected Newton steps:
//
//	Hᶠᶠdᶠ = −∇f(x)ᶠ,   x ← P(x + αd),  α the best in [0, 1] (path.go),
//
// where the free set F is one of two:
//
//   - Staying: the variables strictly between their bounds. Either α = 1 is
//     reached with no bound in the way, and x minimizes f on its face; or at least
//     one more variable ends at its bound, since on the first segment the slope is
//     −(1 − α)dᵀHd < 0. So the minimum of a face takes at most n steps.
//   - Releasing, once there: all variables but those at a bound whose multiplier
//     has the right sign. Where xᵢ is at a bound, ∇f(x)ᵢ wants it inside and dᵢ
//     points outside, the projection takes a term ∇f(x)ᵢdᵢ ≥ 0 out of ∇f(x)ᵀd < 0:
//     the path still descends (Bertsekas 1982, Proposition 1).
//
// f falls with every step and a face has one minimum, so that no face is minimized
// twice; there are finitely many. The method ends, whether multipliers vanish at the
// solution or not, and can't cycle. Releasing all the time would often be as
// fast, but can jam: on ill-conditioned problems it takes thousands of short steps.
//
// A step on an unchanged free set reuses its factor, and then is iterative
// refinement.
type newton struct {
	h            mat.Dense[float64]
	g            []float64
	lower, upper []float64
	target       float64 // residual to reach

	start, startGrad []float64 // where it began, inside the bounds
	x, grad          []float64 // where it is
	fresh            bool      // grad was computed from x, not updated

	face  face
	free  []int     // the free variables of the step under way
	dir   []float64 // d, zero outside of free
	curve []float64 // H·d
	path  path

	iterations int
	staying    bool
	sweeping   sweeping
	progress   progress
}

func newNewton(h mat.Dense[float64]) *newton {
	n := h.Rows
	buf := make([]float64, 11*n)
	next := func() []float64 {
		v := buf[:n:n]
		buf = buf[n:]
		return v
	}
	p := &newton{
		h: h, g: next(), lower: next(), upper: next(),
		start: next(), startGrad: next(), x: next(), grad: next(),
		free: make([]int, 0, n), dir: next(), curve: next(),
	}
	p.path = path{direction: next(), base: next(), breaks: make([]breakpoint, 0, n)}
	return p
}

// run moves from start towards the solution and leaves in x the best point found.
// The status is what it believes; the caller measures.
func (p *newton) run(ctx context.Context, limit int, w mat.Workers) (Status, error) {
	copy(p.x, p.start)
	p.gradient(p.x, p.startGrad)
	if notFinite(p.startGrad) >= 0 {
		copy(p.grad, p.startGrad)
		i := largest(p.x)
		return InvalidInput, &InputError{"x", single, -1, i, p.x[i], "makes Hx + g overflow"}
	}
	copy(p.grad, p.startGrad)
	p.fresh = true
	p.iterations, p.face.factorizations = 0, 0
	p.staying = false
	p.sweeping = p.newSweeping()
	p.progress = progress{best: math.Inf(1)}
	for {
		kkt := residual(p.x, p.grad, p.lower, p.upper)
		if kkt <= p.target && !p.fresh {
			p.refresh()
			kkt = residual(p.x, p.grad, p.lower, p.upper)
		}
		if kkt <= p.target {
			return Optimal, nil
		}
		if p.progress.stalled(kkt) && kkt <= p.roundingError() {
			return PrecisionLimit, nil
		}
		if p.iterations >= limit {
			return IterationLimit, nil
		}
		if err := ctx.Err(); err != nil {
			return Canceled, err
		}
		p.iterations++
		if p.sweeping.more(kkt, p.target) {
			p.sweep()
			continue
		}
		if err := p.step(w); err != nil {
			return NotPositiveDefinite, err
		}
	}
}

// largest is the index of the element of the largest magnitude.
func largest(x []float64) int {
	at := 0
	for i, v := range x {
		if math.Abs(v) > math.Abs(x[at]) {
			at = i
		}
	}
	return at
}

// step is one projected Newton step.
func (p *newton) step(w mat.Workers) error {
	p.chooseFree()
	if err := p.face.factor(p.h, p.free, w); err != nil {
		return err
	}
	clear(p.dir)
	p.face.solve(p.grad, p.dir) // dir is dᶠ = −(Hᶠᶠ)⁻¹∇f(x)ᶠ
	p.multiply(p.dir, p.curve)
	if !(mat.Dot(p.dir, p.curve) >= 0) { // 0 where d is, or where dᵀHd underflows
		return &NotPositiveDefiniteError{Problem: single, Variable: -1}
	}
	p.staying = !p.walk() // x + d is the minimum of its face
	return nil
}

// chooseFree lists the variables that the next step may move. A variable at a
// bound is released only where that matters for the residual to reach.
func (p *newton) chooseFree() {
	p.free = p.free[:0]
	for i, d := range p.grad {
		held := p.atBound(i)
		if held && !p.staying {
			below, above := p.x[i] <= p.lower[i], p.x[i] >= p.upper[i]
			held = below && d >= -p.target || above && d <= p.target
		}
		if !held {
			p.free = append(p.free, i)
		}
	}
}

func (p *newton) atBound(i int) bool {
	return p.x[i] <= p.lower[i] || p.x[i] >= p.upper[i]
}

// gradient computes dst := H·x + g.
func (p *newton) gradient(x, dst []float64) {
	p.multiply(x, dst)
	for i, v := range p.g {
		dst[i] += v
	}
}

// multiply computes dst := H·x.
func (p *newton) multiply(x, dst []float64) {
	mat.Gemv(mat.NoTrans, 1, p.h, x, 0, dst, 1)
}

func (p *newton) refresh() {
	p.gradient(p.x, p.grad)
	p.fresh = true
}

// roundingError bounds what the residual at x can be off by when its gradient is
// evaluated in float64: (n + 1)ε(|H||x| + |g|).
func (p *newton) roundingError() float64 {
	worst := 0.0
	for i, gi := range p.g {
		s := math.Abs(gi)
		for j, v := range p.h.Row(i) {
			s += math.Abs(v) * math.Abs(p.x[j])
		}
		worst = max(worst, s)
	}
	return float64(len(p.g)+1) * roundoff[float64]() * worst
}

// progress watches the residual, which need not fall with every step. When it has
// not halved for a while, it is time to ask whether it can.
type progress struct {
	best  float64
	since int
}

func (s *progress) stalled(kkt float64) bool {
	if kkt <= s.best/2 {
		s.best, s.since = kkt, 0
		return false
	}
	s.since++
	return s.since > 3
}
