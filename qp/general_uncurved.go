package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// A linear program with a tiny ridge is scaled by the ridge, as all curved variables are (see units): its rows are then
// tiny, too, and lost beside the regularization of the systems, and so are the slopes of variables without curvature,
// by which a certificate is measured. Without that curvature the rows choose the units.
const (
	// lostCurvature is the share of the linear terms of f up to which curvature is lost in the rounding errors of
	// these: then nothing else is tried before.
	lostCurvature = 0x1p-56
	// smallCurvature is the share up to which a run that has failed is made once more without it.
	smallCurvature = 0x1p-36
)

// runUncurved solves once more, from start, without the curvature of variables that is at most this share of the linear
// terms of f, wherever the constraints let them go. The answer counts if its certificate holds for the problem itself.
func (s *GeneralSolver[T]) runUncurved(ctx context.Context, first attempt, start iterate, share float64) attempt {
	if !s.p.quadratic() || s.apart != "" {
		return first
	}
	h, dropped := s.p.withoutNegligible(share)
	if !dropped {
		return first
	}
	o := s.options
	if o.MaxIterations -= first.info.Iterations; o.MaxIterations <= 0 {
		return first
	}
	flat, err := generalSolverOf[float64](ctx, h, s.p.a.full.Clone(), o, s.p.precision)
	if err != nil {
		return first
	}
	n := s.p.n()
	info, _ := flat.Solve(ctx, s.p.g, s.p.lower[:n], s.p.upper[:n], s.p.lower[n:], s.p.upper[n:], start.x, start.y)
	first.info.Iterations += info.Iterations
	s.kkt.factored += flat.kkt.factored
	if notFinite(start.x) >= 0 || notFinite(start.y) >= 0 {
		return first
	}
	again := attempt{info: GeneralInfo{Status: Optimal, Iterations: first.info.Iterations}}
	if info.Status == Canceled {
		again.info.Status, again.err = Canceled, ctx.Err()
	}
	answer := s.last
	s.last = start
	if again.err != nil || s.p.measure(start).within(s.options.Tolerance) && s.holdsWithFar(again) {
		return again
	}
	s.last = answer
	return first
}

// withoutNegligible returns H without the rows and columns of variables whose own curvature is at most this share of
// the linear terms of f, as far out as the constraints let them go, and reports whether there were any. (Beside other
// curvature it may be what counts: squares that are large far out are small at the solution of least squares.) What is
// left of a semidefinite matrix is semidefinite.
func (p *program) withoutNegligible(share float64) (h *indexedMatrix, dropped bool) {
	if !p.mayNeglect(share) {
		return nil, false
	}
	reach, size := p.reaches(), 0.0
	for j, d := range reach {
		if !math.IsInf(d, 0) {
			size += math.Abs(p.g[j]) * d
		}
	}
	keeps := make([]bool, p.n())
	for j := range keeps {
		if c := p.curvature(j); c > 0 {
			keeps[j] = !(c*reach[j]*reach[j]/2 <= share*size)
			dropped = dropped || !keeps[j]
		}
	}
	if !dropped {
		return nil, false
	}
	return p.h.only(keeps), true
}

// mayNeglect reports whether curvature would be negligible at the nearest bound beside what the farthest one allows. It
// spares others the search in the rows.
func (p *program) mayNeglect(share float64) bool {
	flattest := math.Inf(1)
	for j := range p.n() {
		if c := p.curvature(j); c > 0 {
			flattest = min(flattest, c)
		}
	}
	near, linear := p.nearestBound, float64(p.n())*p.steepestG()*p.farthestBound
	return flattest*near*near/2 <= share*linear
}

// only returns the matrix, which is square, with zeros in all rows and columns but some.
func (s *indexedMatrix) only(keeps []bool) *indexedMatrix {
	if s.onlyDiagonal() {
		elements := make([]float64, len(keeps))
		for j, k := range keeps {
			if k {
				elements[j] = s.diagonal(j)
			}
		}
		return diagonalMatrix(elements)
	}
	left := mat.NewDense[float64](len(keeps), len(keeps))
	for i, k := range keeps {
		if k {
			s.each(i, func(j int, v float64) {
				if keeps[j] {
					left.Set(i, j, v)
				}
			})
		}
	}
	if zeroDiagonal(left) {
		left = mat.Dense[float64]{}
	}
	return indexMatrix(left)
}
