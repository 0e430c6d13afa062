package qp

import (
	"math"

	"ridge/mat"
)

// barrierFactor solves with H + D, D diagonal and ≥ 0. The matrix is scaled to a unit
// diagonal and factored in float32, at twice the speed; refinement with residuals in
// float64 makes up for the digits. Steps towards the central path need few of them.
// Where refinement does not converge, and ever after in the same solve, the factor is
// in float64.
type barrierFactor struct {
	narrow mat.Dense[float32]
	wide   mat.Dense[float64]
	inWide bool
	scale  []float64 // 1/√(hᵢᵢ + dᵢ)
	left   []float64 // the residual
	step32 []float32
	step   []float64
}

const (
	// roughness is the residual, relative to the right-hand side, that a step may have.
	roughness = 1e-3
	// mostRefinements is when refinement has failed.
	mostRefinements = 4
)

func (f *barrierFactor) prepare(n int) {
	next := vectors(3, n)
	f.scale, f.left, f.step = next(), next(), next()
	f.step32 = make([]float32, n)
	f.narrow = mat.NewDense[float32](n, n)
}

// compute factors p.h + diag(d), and returns false if it is not positive definite.
func (f *barrierFactor) compute(p *single, d []float64) bool {
	for i, e := range d {
		f.scale[i] = 1 / math.Sqrt(p.h.At(i, i)+e)
	}
	if !f.inWide && f.computeNarrow(p) {
		return true
	}
	return f.computeWide(p)
}

func (f *barrierFactor) computeNarrow(p *single) bool {
	for i, si := range f.scale {
		row, to := p.h.Row(i)[:i], f.narrow.Row(i)[:i+1]
		for j, v := range row {
			to[j] = float32(v * si * f.scale[j])
		}
		to[i] = 1
	}
	p.face.factorizations++
	return mat.Potrf(mat.Lower, f.narrow, p.workers) == nil
}

// computeWide uses the memory of p.face, whose factor is lost; as this one is when p.face
// factors again. Each is computed anew before it is needed.
func (f *barrierFactor) computeWide(p *single) bool {
	f.inWide = true
	p.face.prepare(len(p.x))
	p.face.forget()
	f.wide = p.face.l
	for i, si := range f.scale {
		row, to := p.h.Row(i)[:i], f.wide.Row(i)[:i+1]
		for j, v := range row {
			to[j] = v * si * f.scale[j]
		}
		to[i] = 1
	}
	p.face.factorizations++
	return mat.Potrf(mat.Lower, f.wide, p.workers) == nil
}

// solve computes x with (p.h + diag(d))·x ≈ b and product := p.h·x.
func (f *barrierFactor) solve(p *single, d, b, x, product []float64) bool {
	clear(x)
	copy(f.left, b)
	goal := roughness * f.size(b)
	for range mostRefinements {
		f.substitute()
		mat.Axpy(1, f.step, x)
		p.multiply(x, product)
		for i, v := range b {
			f.left[i] = v - product[i] - d[i]*x[i]
		}
		if size := f.size(f.left); size <= goal || f.inWide {
			return !math.IsNaN(size)
		}
	}
	return f.computeWide(p) && f.solve(p, d, b, x, product)
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

// size is the largest element of v, in the units of the scaled system.
func (f *barrierFactor) size(v []float64) float64 {
	largest := 0.0
	for i, s := range f.scale {
		largest = max(largest, math.Abs(v[i]*s))
	}
	return largest
}
