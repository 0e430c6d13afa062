package qp

import (
	"math"

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

	diagonals
	regularizers
	core     kktCore
	cores    kktCores
	left     iterate    // what is left of the right-hand side, after a solve
	work     [2]iterate // of the solution: a part, and the best so far
	product  []float64  // Ax
	workers  mat.Workers
	factored int // how often
}

// diagonals are Θ and V.
type diagonals struct{ theta, v []float64 }

type regularizers struct{ rho, delta float64 }

// kktCores are the ways there are, once they were needed.
type kktCores struct {
	primal *primalCore
	dual   *dualCore
}

// kktCore is one way to eliminate.
type kktCore interface {
	// factor returns false if rounding left the matrix without a factor.
	factor(k *kkt) bool
	// solve solves with what was factored. It may use r and s as workspace.
	solve(k *kkt, r, s, dx, dy []float64)
}

const (
	// regularization is ρ and δ, relative to the equilibrated H and A. Its square is above the
	// rounding error of float64, so that the regularized system has a factor.
	regularization = 0x1p-27
	// boost is the factor by which both grow where rounding leaves no factor, and mostBoosts how
	// often.
	boost, mostBoosts = 16, 6
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
	k := &kkt{h: h, a: a, position: make([]int32, n), diagonals: diagonals{make([]float64, n), make([]float64, m)}, product: make([]float64, m), workers: w}
	for _, v := range []*iterate{&k.left, &k.work[0], &k.work[1]} {
		*v = iterate{make([]float64, n), make([]float64, m)}
	}
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
	k.rho, k.delta = regularization, regularization
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

func (k *kkt) primal() kktCore {
	if k.cores.primal == nil {
		k.cores.primal = &primalCore{}
	}
	return k.cores.primal
}

func (k *kkt) dual() kktCore {
	if k.cores.dual == nil {
		k.cores.dual, k.columns = &dualCore{}, k.a.transposed()
	}
	k.cores.dual.split(k)
	return k.cores.dual
}

// couples reports whether H couples variable j with another free one.
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
		k.rho, k.delta = k.rho*boost, k.delta*boost
	}
	return false
}

// solve solves the system for the right-hand side b, and leaves in k.left what is left of it. It
// returns false if that gives no numbers.
func (k *kkt) solve(b, step iterate) bool {
	clear(step.x)
	clear(step.y)
	k.left.copyFrom(b)
	part, best := k.work[0], k.work[1]
	before, goal := math.Inf(1), solvedKKT*k.size(b)
	for try := 0; ; try++ {
		k.core.solve(k, k.left.x, k.left.y, part.x, part.y)
		mat.Axpy(1, part.x, step.x)
		mat.Axpy(1, part.y, step.y)
		k.residual(b, step)
		size := k.size(k.left)
		if !(size < before) { // worse, or not a number
			step.copyFrom(best)
			k.residual(b, step)
			return try > 0
		}
		if size <= goal || size > worthRefining*before || try == mostKKTRefinements {
			return true
		}
		before = size
		best.copyFrom(step)
	}
}

// residual sets k.left to what the step leaves of b.
func (k *kkt) residual(b, step iterate) {
	r, s := k.left.x, k.left.y
	k.multiplyH(step.x, r)
	for _, j := range k.free {
		r[j] = b.x[j] - r[j] - k.theta[j]*step.x[j]
	}
	k.a.addTransposed(1, step.y, r, k.workers)
	for j, p := range k.position {
		if p < 0 {
			r[j] = 0
		}
	}
	k.a.rowsTimes(k.rows, step.x, k.product, k.workers)
	clear(s)
	for _, i := range k.rows {
		s[i] = b.y[i] - k.product[i] - k.v[i]*step.y[i]
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

// size is the largest element of b, where large elements of the diagonals count for what they
// make of it.
func (k *kkt) size(b iterate) float64 {
	largest := 0.0
	for _, j := range k.free {
		largest = max(largest, math.Abs(b.x[j])/(1+math.Sqrt(k.theta[j])))
	}
	for _, i := range k.rows {
		largest = max(largest, math.Abs(b.y[i])/(1+math.Sqrt(k.v[i])))
	}
	return largest
}
