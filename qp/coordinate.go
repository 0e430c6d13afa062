package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// descend sweeps for as long as it is likely to be the cheapest way; if no other
// method may follow, to the end.
func (p *single) descend(ctx context.Context) (Status, error) {
	alone := p.method == CoordinateDescent
	p.sweeping = sweeping{}
	if !alone && p.unbounded() {
		return undecided, nil // one Newton step is all it takes
	}
	for {
		kkt, status, err := p.look(ctx)
		if status != undecided {
			return status, err
		}
		if !alone && !p.sweeping.worth(kkt, p.target, len(p.x)) {
			return undecided, nil
		}
		p.iterations++
		p.sweep()
	}
}

// unbounded says that no variable has a bound.
func (p *single) unbounded() bool {
	for i, l := range p.lower {
		if !math.IsInf(l, -1) || !math.IsInf(p.upper[i], 1) {
			return false
		}
	}
	return true
}

// sweep minimizes f in one variable after the other, between its bounds:
// xᵢ ← P(xᵢ − ∇f(x)ᵢ/hᵢᵢ). It does not depend on how the variables are scaled, and a
// variable that stays at its bound costs nothing.
func (p *single) sweep() {
	moved := 0
	for i, was := range p.x {
		now := p.lowest(i)
		if now == was {
			continue
		}
		p.x[i] = now
		mat.Axpy(now-was, p.h.Row(i), p.grad)
		moved++
	}
	p.fresh = false
	p.sweeping.moved = moved
}

// lowest is where f is lowest if only xᵢ moves. Along a variable without curvature
// that is a bound; if there is none in the way, it stays, for a method that can tell
// what that means.
func (p *single) lowest(i int) float64 {
	x, d, h := p.x[i], p.grad[i], p.h.At(i, i)
	if h > 0 {
		return min(max(x-d/h, p.lower[i]), p.upper[i])
	}
	end := x
	switch {
	case d > 0:
		end = p.lower[i]
	case d < 0:
		end = p.upper[i]
	}
	if math.IsInf(end, 0) {
		return x
	}
	return end
}

// sweeping decides how long to sweep.
type sweeping struct {
	sweeps int
	moved  int        // variables in the last sweep
	kkt    [2]float64 // residuals before the last two sweeps
}

const (
	// leastSweeps is when the rate of convergence is believed. It is also about
	// what it takes to tell most of the variables that end at a bound.
	leastSweeps = 4
	// sweepCost is how much slower than a factorization's the operations of a
	// sweep, or of a product of H with a vector, are: they wait for memory.
	sweepCost = 3
)

// worth says whether to sweep again, from a point with the residual kkt: whether the
// sweeps that are left, if the residual falls as it did, cost less than solving for
// the free variables once would, k³/3 and a few products.
func (s *sweeping) worth(kkt, target float64, n int) bool {
	rate := math.Sqrt(kkt / s.kkt[0]) // of two sweeps, as it need not fall evenly
	s.kkt[0], s.kkt[1] = s.kkt[1], kkt
	s.sweeps++
	if s.sweeps <= leastSweeps {
		return true
	}
	if !(rate < 1) {
		return false
	}
	left := math.Log(target/kkt) / math.Log(rate)
	k := float64(s.moved)
	return left*sweepCost*k*float64(n) < k*k*k/6+3*sweepCost*k*float64(n)
}
