package qp

import (
	"math"

	"ridge/mat"
)

// barrierFactor solves with H + D, where D is diagonal and ≥ 0. The matrix is scaled to a unit
// diagonal and factored in float32, which is twice as fast. Steps towards the central path need few
// digits, and conjugate gradients in float64, preconditioned by the factor, provide them. If these do
// not converge, the factor is in float64 from then on, for the rest of the solve.
type barrierFactor struct {
	narrow mat.Dense[float32]
	wide   mat.Dense[float64]
	inWide bool
	scale  []float64 // 1/√(hᵢᵢ + dᵢ)
	left   []float64 // the residual
	step32 []float32
	step   []float64
	dir    []float64 // the direction of conjugate gradients
	curve  []float64 // H·dir
}

const (
	// stepTolerance is the largest residual of a step, relative to the right-hand side.
	stepTolerance = 1e-3
	// maxConjugate and maxRefinements limit the iterations with the two factors.
	maxConjugate, maxRefinements = 6, 4
	// narrowCost is the cost of an operation in float32, relative to float64.
	narrowCost = 0.5
)

func newBarrierFactor(n int) barrierFactor {
	next := vectors(5, n)
	return barrierFactor{
		scale: next(), left: next(), step: next(), dir: next(), curve: next(),
		step32: make([]float32, n), narrow: mat.NewDense[float32](n, n),
	}
}

// compute factors r.h + diag(d), and reports whether it is positive definite.
func (f *barrierFactor) compute(r *run, d []float64) bool {
	for i, e := range d {
		f.scale[i] = 1 / math.Sqrt(r.h.At(i, i)+e)
	}
	if !f.inWide && f.computeNarrow(r) {
		return true
	}
	return f.computeWide(r)
}

func (f *barrierFactor) computeNarrow(r *run) bool {
	loadScaled(f.narrow, r.h, f.scale)
	r.effort.factorizations++
	r.effort.work += narrowCost * cube(len(r.x)) / 3
	return mat.Potrf(mat.Lower, f.narrow, r.workers) == nil
}

// computeWide uses the memory of r.factor, whose factor is lost. Likewise, this factor is lost when
// r.factor factors again. Each is computed anew before it is needed.
func (f *barrierFactor) computeWide(r *run) bool {
	f.inWide = true
	r.factor.prepare(len(r.x))
	r.factor.forget()
	f.wide = r.factor.l
	loadScaled(f.wide, r.h, f.scale)
	r.effort.factorizations++
	r.effort.work += cube(len(r.x)) / 3
	return mat.Potrf(mat.Lower, f.wide, r.workers) == nil
}

// loadScaled writes the lower triangle of h, scaled to a unit diagonal.
func loadScaled[T mat.Float](to mat.Dense[T], h mat.Dense[float64], scale []float64) {
	for i, si := range scale {
		row, into := h.Row(i)[:i], to.Row(i)[:i+1]
		for j, v := range row {
			into[j] = T(v * si * scale[j])
		}
		into[i] = 1
	}
}

// solve computes x with (r.h + diag(d))·x ≈ b and product := r.h·x. It returns false if that fails.
func (f *barrierFactor) solve(r *run, d, b, x, product []float64) bool {
	if !f.inWide && f.conjugate(r, d, b, x, product) {
		return true
	}
	return (f.inWide || f.computeWide(r)) && f.refine(r, d, b, x, product)
}

// conjugate takes conjugate gradient steps with the float32 factor, and reports whether they
// converged. They take no more work than iterative refinement, and converge where it does not.
func (f *barrierFactor) conjugate(r *run, d, b, x, product []float64) bool {
	clear(x)
	clear(product)
	clear(f.dir)
	copy(f.left, b)
	goal, before := stepTolerance*f.size(b), math.Inf(1)
	for range maxConjugate {
		if f.size(f.left) <= goal {
			return true
		}
		f.substitute()
		now := mat.Dot(f.left, f.step)
		mat.Axpy(now/before, f.dir, f.step)
		f.dir, f.step, before = f.step, f.dir, now
		r.spend(2, len(x)) // at most
		r.multiply(f.dir, f.curve)
		curvature := mat.Dot(f.dir, f.curve)
		for i, v := range f.dir {
			curvature += d[i] * v * v
		}
		alpha := now / curvature
		mat.Axpy(alpha, f.dir, x)
		mat.Axpy(alpha, f.curve, product)
		for i, v := range f.curve {
			f.left[i] -= alpha * (v + d[i]*f.dir[i])
		}
	}
	return f.size(f.left) <= goal
}

// refine solves with the float64 factor. It refines as long as that helps, and accepts the result.
func (f *barrierFactor) refine(r *run, d, b, x, product []float64) bool {
	clear(x)
	copy(f.left, b)
	goal, last := stepTolerance*f.size(b), math.Inf(1)
	for range maxRefinements {
		f.substitute()
		r.spend(2, len(x)) // at most
		mat.Axpy(1, f.step, x)
		r.multiply(x, product)
		for i, v := range b {
			f.left[i] = v - product[i] - d[i]*x[i]
		}
		size := f.size(f.left)
		if size <= goal {
			return true
		}
		if !(size < last/2) {
			return !math.IsNaN(size)
		}
		last = size
	}
	return true
}

// substitute sets step to the solution for left.
func (f *barrierFactor) substitute() {
	n := len(f.left)
	for i, s := range f.scale {
		f.step[i] = f.left[i] * s
	}
	if f.inWide {
		mat.PotrsRight(mat.Lower, f.wide, mat.DenseOf(1, n, f.step), 1)
	} else {
		load(f.step32, f.step)
		mat.PotrsRight(mat.Lower, f.narrow, mat.DenseOf(1, n, f.step32), 1)
		load(f.step, f.step32)
	}
	for i, s := range f.scale {
		f.step[i] *= s
	}
}

// size is the largest magnitude in v, in the units of the scaled system.
func (f *barrierFactor) size(v []float64) float64 {
	largest := 0.0
	for i, s := range f.scale {
		largest = max(largest, math.Abs(v[i]*s))
	}
	return largest
}
