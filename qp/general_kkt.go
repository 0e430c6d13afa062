package qp

import (
	"fmt"
	"math"
	"os"

	"ridge/mat"
)

// kkt solves the systems that both interior points and the active set lead to,
//
//	(H + Θ)Δx − AᵀΔy = r,   AΔx + VΔy = s,
//
// with Θ, V ≥ 0 diagonal, over the variables in free and the rows in rows; elsewhere Δx and Δy
// are 0. A free variable has Θ = 0, and an equality V = 0.
//
// What is factored has Θ + ρ and V + δ in place of Θ and V (Friedlander and Orban, A
// primal–dual regularized interior-point method for convex quadratic programs, Math. Prog.
// Comput. 4, 2012): it is quasi-definite, whatever the rank of H and A (Vanderbei, Symmetric
// quasidefinite matrices, SIAM J. Optim. 5, 1995). Refinement with the residuals of the system
// itself takes the effect of ρ and δ away again, but for directions in which the system is
// singular; those it leaves alone.
type kkt struct {
	h, a     *skimmed
	columns  *skimmed // Aᵀ; nil until a dualCore needs it
	free     []int
	position []int32 // of a variable in free, or −1
	rows     []int
	theta, v []float64

	rho, delta float64
	core       kktCore
	work       kktWork
	workers    mat.Workers
	factored   int // how often
}

// kktCore is one way to eliminate.
type kktCore interface {
	// factor returns false if rounding left the matrix without a factor.
	factor(k *kkt) bool
	// solve solves with what was factored. It may use r and s as workspace.
	solve(k *kkt, r, s, dx, dy []float64)
}

type kktWork struct{ r, s, dx, dy, bestX, bestY []float64 }

const (
	// regularization is ρ and δ, relative to the equilibrated H and A. Its square is above the
	// rounding error of float64, so that the regularized system has a factor.
	regularization = 0x1p-27
	// mostBoosts is how often both may grow before it gives up.
	mostBoosts = 6
	// mostImbalance is how far ρ and δ may be apart.
	mostImbalance = 0x1p16
	// mostKKTRefinements is how often a solution is refined, unless it is found good before.
	mostKKTRefinements = 5
	// solvedKKT is the residual, relative to the right-hand side, that is small enough.
	solvedKKT = 1e-12
	// worthRefining is the share of the residual that a refinement must be able to leave. More is
	// left where the system is nearly singular: the regularized solution, which is
	// bounded, is the better one then.
	worthRefining = 0.25
)

func newKKT(h, a *skimmed, w mat.Workers) *kkt {
	n, m := a.full.Cols, a.full.Rows
	next := vectors(4, n)
	k := &kkt{h: h, a: a, position: make([]int32, n), theta: next(), workers: w}
	k.work.r, k.work.dx, k.work.bestX = next(), next(), next()
	next = vectors(4, m)
	k.v, k.work.s, k.work.dy, k.work.bestY = next(), next(), next(), next()
	return k
}

// choose decides which variables and rows there are, and how to eliminate. The slices are
// kept.
func (k *kkt) choose(free, rows []int) {
	k.free, k.rows = free, rows
	for j := range k.position {
		k.position[j] = -1
	}
	for p, j := range free {
		k.position[j] = int32(p)
	}
	k.balance(1, 1)
	k.core = k.cheapest()
}

// cheapest compares the operations of the ways there are.
func (k *kkt) cheapest() kktCore {
	n, m := float64(len(k.free)), float64(len(k.rows))
	primal := n*n*n/3 + k.a.cost(k.rows, n)
	coupled := 0.0
	for _, j := range k.free {
		if k.couples(j) {
			coupled++
		}
	}
	c := coupled
	dual := c*c*c/3 + c*c*m + c*m*m + m*m*m/3 + (n-c)*m*m*k.a.density()
	if dual < primal {
		return k.dual()
	}
	return k.primal()
}

// balance sets ρ and δ for the sizes of x and y: ρΔx is a slope, of the size of y, and δΔy is
// of the size of x.
func (k *kkt) balance(x, y float64) {
	ratio := 1.0
	if x > 0 && y > 0 {
		ratio = min(max(y/x, 1/mostImbalance), mostImbalance)
	}
	k.rho, k.delta = regularization*ratio, regularization/ratio
}

func (k *kkt) primal() kktCore {
	if c, ok := k.core.(*primalCore); ok {
		return c
	}
	return &primalCore{}
}

func (k *kkt) dual() kktCore {
	if c, ok := k.core.(*dualCore); ok {
		c.split(k)
		return c
	}
	if k.columns == nil {
		k.columns = k.a.transposed()
	}
	c := &dualCore{}
	c.split(k)
	return c
}

// couples says whether H couples variable j with another free one.
func (k *kkt) couples(j int) bool {
	if k.h.full.Rows == 0 {
		return false
	}
	found := false
	k.h.each(j, func(i int, _ float64) { found = found || i != j && k.position[i] >= 0 })
	return found
}

// cost is about how many vector operations it takes to add up the products of rows.
func (s *skimmed) cost(rows []int, n float64) float64 {
	sum := 0.0
	for _, i := range rows {
		if s.whole[i] {
			sum += n * n
		} else {
			d := float64(s.start[i+1] - s.start[i])
			sum += d * d / sparseShare
		}
	}
	return sum
}

// density is the share of elements that are not zero, 1 for whole rows.
func (s *skimmed) density() float64 {
	if len(s.whole) == 0 || s.full.Cols == 0 {
		return 0
	}
	sum := float64(len(s.index))
	for _, w := range s.whole {
		if w {
			sum += float64(s.full.Cols)
		}
	}
	return sum / float64(len(s.whole)*s.full.Cols)
}

// factor factors the system with theta and v as they are. Where rounding leaves no factor,
// it regularizes more.
func (k *kkt) factor() bool {
	for range mostBoosts {
		k.factored++
		if k.core.factor(k) {
			return true
		}
		k.rho, k.delta = k.rho*16, k.delta*16
	}
	return false
}

// solve solves the system for r and s. It returns false if that gives no numbers.
func (k *kkt) solve(r, s, dx, dy []float64) bool {
	w := &k.work
	clear(dx)
	clear(dy)
	copy(w.r, r)
	copy(w.s, s)
	best, goal := math.Inf(1), solvedKKT*k.size(r, s)
	for try := 0; ; try++ {
		k.core.solve(k, w.r, w.s, w.dx, w.dy)
		mat.Axpy(1, w.dx, dx)
		mat.Axpy(1, w.dy, dy)
		k.residual(r, s, dx, dy)
		size := k.size(w.r, w.s)
		if debugGeneral && debugKKT {
			fmt.Printf("      %T %d rel %.1e  r %.1e of %.1e s %.1e of %.1e reg %.1e\n", k.core, try, size/k.size(r, s), k.size(w.r, zero(w.s)), k.size(r, zero(s)), k.size(zero(w.r), w.s), k.size(zero(r), s), k.rho)
		}
		if !(size < best) { // worse, or not a number
			copy(dx, w.bestX)
			copy(dy, w.bestY)
			k.residual(r, s, dx, dy)
			return try > 0
		}
		if size <= goal || size > worthRefining*best || try == mostKKTRefinements {
			return true
		}
		best = size
		copy(w.bestX, dx)
		copy(w.bestY, dy)
	}
}

var debugKKT = os.Getenv("KKT") != ""

func zero(v []float64) []float64 { return make([]float64, len(v)) }

// residual sets work.r and work.s to what is left of r and s.
func (k *kkt) residual(r, s, dx, dy []float64) {
	w := &k.work
	k.multiplyH(dx, w.r)
	for _, j := range k.free {
		w.r[j] = r[j] - w.r[j] - k.theta[j]*dx[j]
	}
	k.a.addTransposed(1, dy, w.r, k.workers)
	for j, p := range k.position {
		if p < 0 {
			w.r[j] = 0
		}
	}
	clear(w.s)
	for _, i := range k.rows {
		w.s[i] = s[i] - k.a.dot(i, dx) - k.v[i]*dy[i]
	}
}

// multiplyH computes y := Hx.
func (k *kkt) multiplyH(x, y []float64) {
	if k.h.full.Rows == 0 {
		clear(y)
		return
	}
	k.h.times(x, y, k.workers)
}

// size is the largest element of r and s, where large elements of the diagonal count for
// what they make of them.
func (k *kkt) size(r, s []float64) float64 {
	largest := 0.0
	for _, j := range k.free {
		largest = max(largest, math.Abs(r[j])/(1+math.Sqrt(k.theta[j])))
	}
	for _, i := range k.rows {
		largest = max(largest, math.Abs(s[i])/(1+math.Sqrt(k.v[i])))
	}
	return largest
}
