package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// kkt solves the linear systems of the interior-point method and of the active set,
//
//	(H + Θ)Δx − AᵀΔy = r,   AΔx + VΔy = s,
//
// with Θ, V ≥ 0 diagonal, over the variables in free and the rows in rows; elsewhere Δx and Δy
// are 0. A free variable has Θ = 0, and an equality V = 0.
//
// The factored matrix has Θ + ρ and V + δ in place of Θ and V (Friedlander and Orban, A primal–dual
// regularized interior-point method for convex quadratic programs, Math. Prog. Comput. 4, 2012): it
// is quasi-definite, whatever the rank of H and A (Vanderbei, Symmetric quasidefinite matrices,
// SIAM J. Optim. 5, 1995). Iterative refinement with the residuals of the original system removes
// the effect of ρ and δ, except in directions in which the system is singular.
type kkt struct {
	h, a     *indexedMatrix
	columns  *indexedMatrix // Aᵀ; nil until a dualCore needs it
	free     []int
	position []int32 // index of a variable in free, or −1
	rows     []int

	diagonals
	regularizers
	core  kktCore
	cores kktCores
	refinement
	product  []float64 // Ax
	workers  mat.Workers
	factored int // number of factorizations
}

// diagonals are Θ and V.
type diagonals struct{ theta, v []float64 }

type regularizers struct{ rho, delta float64 }

// refinement is what the iterative refinement of a solution needs.
type refinement struct {
	divisor    iterate // of the elements of the residual, where its size is measured
	left       iterate // the residual, after a solve
	correction iterate
	best       iterate // the best solution so far
}

// kktCores holds the workspaces of the eliminations.
type kktCores struct {
	primal  primalCore
	dual    dualCore
	sparse  sparseCore
	pivoted *pivotedCore // nil unless pivots is set
	pivots  bool         // whether the last one is used, instead of the cheapest
}

// kktCore is one way to eliminate variables from the system.
type kktCore interface {
	// factor returns false if rounding errors leave the matrix without a factor, or if the solve is canceled. The
	// context is asked between its steps, which take long.
	factor(ctx context.Context, k *kkt) bool
	// solve solves with the factored matrix. It may use r and s as workspace.
	solve(k *kkt, r, s, dx, dy []float64)
	// stepTolerance is the residual to which steps along the path are refined, relative to their right-hand side.
	stepTolerance() float64
}

// refined is part of the dense eliminations: next to their factorizations a few more refinements cost little.
type refined struct{}

func (refined) stepTolerance() float64 { return solvedKKT }

const (
	// regularization is ρ and δ, relative to the equilibrated H and A. Its square exceeds the
	// rounding error of float64, so that the regularized system has a factor.
	regularization = 0x1p-27
	// boost is the factor by which both grow if rounding leaves no factor, at most maxBoosts
	// times.
	boost, maxBoosts = 16, 6
	// maxKKTRefinements is the largest number of refinements of a solution.
	maxKKTRefinements = 5
	// solvedKKT is the residual, relative to the right-hand side, at which refinement ends.
	solvedKKT = 1e-12
	// worthRefining is the fraction of the residual that a refinement may leave to be followed by
	// another. It leaves more if the system is nearly singular; then the regularized solution,
	// which is bounded, is the better one.
	worthRefining = 0.25
)

func newKKT(h, a *indexedMatrix, w mat.Workers) *kkt {
	n, m := a.full.Cols, a.full.Rows
	k := &kkt{h: h, a: a, position: make([]int32, n), diagonals: diagonals{make([]float64, n), make([]float64, m)},
		product: make([]float64, m), workers: w}
	for _, v := range []*iterate{&k.divisor, &k.left, &k.correction, &k.best} {
		*v = iterate{make([]float64, n), make([]float64, m)}
	}
	return k
}

// choose sets the variables and rows of the system, and chooses the elimination. It keeps the
// slices.
func (k *kkt) choose(free, rows []int) {
	k.free, k.rows = free, rows
	setPlaces(k.position, free)
	if k.cores.pivots {
		k.rho, k.delta = pivotedRegularization, pivotedRegularization
		k.core = k.cores.pivoted
		return
	}
	k.rho, k.delta = regularization, regularization
	k.core = k.cheapest()
}

// setPlaces sets place[i] to the index of i in list, or to −1.
func setPlaces(place []int32, list []int) {
	for i := range place {
		place[i] = -1
	}
	for p, i := range list {
		place[i] = int32(p)
	}
}

// cheapest compares the operations of the eliminations.
func (k *kkt) cheapest() kktCore {
	primal, dual := k.denseOperations(k.free, k.rows, k.couples)
	switch {
	case k.cores.sparse.prepare(k, min(primal, dual)):
		return &k.cores.sparse
	case dual < primal:
		return k.dual()
	default:
		return &k.cores.primal
	}
}

// denseOperations counts the operations of the dense eliminations. couples reports whether H couples a variable with
// another one.
func (k *kkt) denseOperations(free, rows []int, couples func(j int) bool) (primal, dual float64) {
	n, m := float64(len(free)), float64(len(rows))
	c := 0.0
	for _, j := range free {
		if couples(j) {
			c++
		}
	}
	primal = n*n*n/3 + k.a.cost(rows, n)
	dual = c*c*c/3 + c*c*m + c*m*m + m*m*m/3 + (n-c)*m*m*k.a.density()
	return primal, dual
}

func (k *kkt) dual() kktCore {
	if k.columns == nil {
		k.columns = k.a.transposed()
	}
	k.cores.dual.split(k)
	return &k.cores.dual
}

// couples reports whether H couples variable j with another free variable.
func (k *kkt) couples(j int) bool {
	return k.couplesOf(j, func(i int) bool { return k.position[i] >= 0 })
}

// couplesAny reports whether H couples variable j with another variable.
func (k *kkt) couplesAny(j int) bool { return k.couplesOf(j, func(int) bool { return true }) }

func (k *kkt) couplesOf(j int, counts func(i int) bool) bool {
	return k.h.full.Rows > 0 && k.h.couples(j, counts)
}

// factor factors the system for the current theta and v. If rounding leaves no factor, it increases
// the regularization. It returns false if that does not help, or if the solve is canceled.
func (k *kkt) factor(ctx context.Context) bool {
	for _, j := range k.free {
		k.divisor.x[j] = 1 + math.Sqrt(k.theta[j])
	}
	for _, i := range k.rows {
		k.divisor.y[i] = 1 + math.Sqrt(k.v[i])
	}
	for range maxBoosts {
		if ctx.Err() != nil {
			return false
		}
		k.factored++
		if k.core.factor(ctx, k) {
			return true
		}
		k.rho, k.delta = k.rho*boost, k.delta*boost
	}
	return false
}

// solve solves the system for the right-hand side b, to a residual that is at most tolerance relative to it where
// refinement reaches that. It leaves the residual in k.left, and returns false if the solution is not finite.
func (k *kkt) solve(b, step iterate, tolerance float64) bool {
	clear(step.x)
	clear(step.y)
	k.left.copyFrom(b)
	k.clearHeld(k.left.x)
	part, best := k.correction, k.best
	before, goal := math.Inf(1), tolerance*k.size(b)
	for try := 0; ; try++ {
		k.core.solve(k, k.left.x, k.left.y, part.x, part.y)
		mat.Axpy(1, part.x, step.x)
		mat.Axpy(1, part.y, step.y)
		k.residual(b, step)
		size := k.size(k.left)
		if !(size < before) { // worse, or NaN
			step.copyFrom(best)
			k.residual(b, step)
			return try > 0
		}
		if size <= goal || size > worthRefining*before || try == maxKKTRefinements {
			return true
		}
		before = size
		best.copyFrom(step)
	}
}

// residual sets k.left to the residual of step for the right-hand side b.
func (k *kkt) residual(b, step iterate) {
	r, s := k.left.x, k.left.y
	k.multiplyH(step.x, r)
	for _, j := range k.free {
		r[j] = b.x[j] - r[j] - k.theta[j]*step.x[j]
	}
	k.a.addTransposed(1, step.y, r, k.workers)
	k.clearHeld(r)
	k.a.rowsTimes(k.rows, step.x, k.product, k.workers)
	clear(s)
	for _, i := range k.rows {
		s[i] = b.y[i] - k.product[i] - k.v[i]*step.y[i]
	}
}

// clearHeld sets the elements of the variables that are not free to 0.
func (k *kkt) clearHeld(x []float64) {
	for j, p := range k.position {
		if p < 0 {
			x[j] = 0
		}
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

// size is the largest magnitude in b, where elements are scaled down by the square roots of large
// diagonal elements.
func (k *kkt) size(b iterate) float64 {
	return max(largestQuotient(k.free, b.x, k.divisor.x), largestQuotient(k.rows, b.y, k.divisor.y))
}

// largestQuotient is the largest |vᵢ|/dᵢ at the given places, or NaN if there is one.
func largestQuotient(at []int, v, d []float64) (largest float64) {
	for _, i := range at {
		if q := math.Abs(v[i]) / d[i]; !(q <= largest) {
			if q != q {
				return q
			}
			largest = q
		}
	}
	return largest
}
