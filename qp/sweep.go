package qp

import (
	"math"

	"ridge/mat"
)

// sweep minimizes f in one variable after the other, between its bounds:
// xᵢ ← P(xᵢ − ∇f(x)ᵢ/hᵢᵢ). It does not depend on how the variables are scaled, and a
// variable that stays at its bound costs nothing.
func (p *newton) sweep() {
	changes := 0
	for i := range p.x {
		row := p.h.Row(i)
		was := p.x[i]
		now := min(max(was-p.grad[i]/row[i], p.lower[i]), p.upper[i])
		if now == was {
			continue
		}
		held := p.atBound(i)
		p.x[i] = now
		if held != p.atBound(i) {
			changes++
		}
		mat.Axpy(now-was, row, p.grad)
	}
	p.fresh = false
	p.sweeping.changes = changes
}

// sweeping decides how long to sweep: while sweeps still change which variables
// are at a bound, or are about to reach the tolerance by themselves.
type sweeping struct {
	left    int // sweeps allowed
	n       int
	changes int     // of the last sweep
	last    float64 // residual before it
}

const (
	// mostSweeps is where a Newton step is due in any case.
	mostSweeps = 12
	// A Newton step costs about as much as this many sweeps.
	sweepsPerStep = 4
)

func (p *newton) newSweeping() sweeping {
	s := sweeping{n: len(p.x), changes: len(p.x), last: math.Inf(1)}
	for i, l := range p.lower {
		if !math.IsInf(l, -1) || !math.IsInf(p.upper[i], 1) {
			s.left = mostSweeps // without bounds, one Newton step is all it takes
			break
		}
	}
	return s
}

// more says whether to sweep again, from a point with the residual kkt.
func (s *sweeping) more(kkt, target float64) bool {
	if s.left <= 0 {
		return false
	}
	s.left--
	undecided := s.changes*64 > s.n
	reaching := kkt*math.Pow(kkt/s.last, sweepsPerStep) <= target
	s.last = kkt
	if !undecided && !reaching {
		s.left = 0
	}
	return undecided || reaching
}
