package qp

import (
	"math"

	"ridge/mat"
)

// barrierFactor solves with H + D, where D is diagonal and ≥ 0. The matrix is scaled to a unit
// diagonal and factored in float32, which is twice as fast. Steps towards the central path need few
// digits, and iterative refinement with residuals in float64 provides them. If refinement does not
// converge, the factor is in float64 from then on, for the rest of the solve.
type barrierFactor struct {
	narrow mat.Dense[float32]
	wide   mat.Dense[float64]
	inWide bool
	scale  []float64 // 1/√(hᵢᵢ + dᵢ)
	left   []float64 // the residual of refinement
	step32 []float32
	step   []float64
}

const (
	// refinementTolerance is the largest residual of a step, relative to the right-hand side.
	refinementTolerance = 1e-3
	// maxRefinements is the number of refinements after which refinement has failed.
	maxRefinements = 4
	// narrowCost is the cost of an operation in float32, relative to float64.
	narrowCost = 0.5
)

func newBarrierFactor(n int) barrierFactor {
	next := vectors(3, n)
	return barrierFactor{
		scale: next(), left: next(), step: next(), step32: make([]float32, n), narrow: mat.NewDense[float32](n, n),
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
	for i, si := range f.scale {
		row, to := r.h.Row(i)[:i], f.narrow.Row(i)[:i+1]
		for j, v := range row {
			to[j] = float32(v * si * f.scale[j])
		}
		to[i] = 1
	}
	r.factor.factorizations++
	r.factor.work += narrowCost * cube(len(r.x)) / 3
	return mat.Potrf(mat.Lower, f.narrow, r.workers) == nil
}

// computeWide uses the memory of r.factor, whose factor is lost. Likewise, this factor is lost when
// r.factor factors again. Each is computed anew before it is needed.
func (f *barrierFactor) computeWide(r *run) bool {
	f.inWide = true
	r.factor.prepare(len(r.x))
	r.factor.forget()
	f.wide = r.factor.l
	for i, si := range f.scale {
		row, to := r.h.Row(i)[:i], f.wide.Row(i)[:i+1]
		for j, v := range row {
			to[j] = v * si * f.scale[j]
		}
		to[i] = 1
	}
	r.factor.factorizations++
	r.factor.work += cube(len(r.x)) / 3
	return mat.Potrf(mat.Lower, f.wide, r.workers) == nil
}

// solve computes x with (r.h + diag(d))·x ≈ b and product := r.h·x. With a float64 factor it
// refines as long as that helps, and accepts the result.
func (f *barrierFactor) solve(r *run, d, b, x, product []float64) bool {
	clear(x)
	copy(f.left, b)
	goal := refinementTolerance * f.size(b)
	last := math.Inf(1)
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
		if f.inWide && !(size < last/2) {
			return !math.IsNaN(size)
		}
		last = size
	}
	return f.inWide || f.computeWide(r) && f.solve(r, d, b, x, product)
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
