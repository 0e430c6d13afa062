package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// An H that was rounded is semidefinite only up to that: a Gram matrix of low rank in float32 has negative eigenvalues
// as often as positive ones where it should have none. Far out along such a direction a point without a slope may be a
// saddle point or a maximum. There xᵀHx may be negative, which proves that f is not convex. Such an answer counts as
// one that is as wrong as its terms are large, and the problem is solved once more with what rounding may have taken
// from H.

// roundingOfCurvature is the rounding error of xᵀHx relative to its terms, in units of the roundoff for each
// variable.
const roundingOfCurvature = 8

// curvesDown reports whether curved, which is xᵀHx, is negative by more than the rounding of H to numbers of a given
// roundoff explains.
func (p *program) curvesDown(x []float64, curved, roundoff float64) bool {
	if !(curved < 0) {
		return false
	}
	size := 0.0
	for i, v := range x {
		p.h.each(i, func(j int, h float64) { size += math.Abs(v * h * x[j]) })
	}
	return curved < -roundingOfCurvature*float64(len(x))*roundoff*size
}

// curvedAt is xᵀHx.
func (p *program) curvedAt(x []float64) float64 {
	if !p.quadratic() {
		return 0
	}
	hx := make([]float64, len(x))
	p.h.times(x, hx, p.workers)
	return mat.Dot(x, hx)
}

// roundedRay is that of the last answer. Bounds that were left out may end it.
func (s *GeneralSolver[T]) roundedRay() []float64 {
	if s.dropped != nil {
		return nil
	}
	return s.p.roundedRay(s.last.x, roundoff[T]())
}

// indefiniteAlong reports whether H is not semidefinite among the variables that d moves, by more than the rounding of
// its factorization explains. What H is among the others says nothing about a minimum along d.
func (p *program) indefiniteAlong(ctx context.Context, d []float64) bool {
	var moved []int
	for j, v := range d {
		if v != 0 {
			moved = append(moved, j)
		}
	}
	h := mat.NewDense[float64](len(moved), len(moved))
	for i, from := range moved {
		row, to := p.h.full.Row(from), h.Row(i)
		for j, k := range moved {
			to[j] = row[k]
		}
	}
	shift := roundingOfCurvature * float64(p.n()) * roundoff[float64]()
	return indefinite(ctx, indexMatrix(h), shift, p.workers) >= 0
}

// shifted is H with its diagonal elements enlarged by a small part of them.
func (p *program) shifted(part float64) *indexedMatrix {
	h := p.h.full.Clone()
	for j := range h.Rows {
		h.Set(j, j, h.At(j, j)*(1+part))
	}
	return indexMatrix(h)
}

// roundedRay returns the direction of x without what is small in it, if f falls along it forever, but for the rounding
// of H and g to numbers of a given roundoff, and nil otherwise. If dᵀHd is positive by more than the rounding
// of each of its terms explains, f rises in the end, however small the rows of Hd are beside their terms. If it is
// negative, f falls all the faster.
func (p *program) roundedRay(x []float64, roundoff float64) []float64 {
	n := p.n()
	unit := roundingOfCurvature * float64(n) * roundoff
	d, none := make([]float64, n), unit*mat.AbsMax(x)
	slope, size := 0.0, 0.0
	for j, v := range x {
		if math.Abs(v) > none {
			d[j] = v
		}
		slope += p.g[j] * d[j]
		size += math.Abs(p.g[j] * d[j])
	}
	if !(slope < -unit*size) || !p.recedes(d) {
		return nil
	}
	flat := 4 * unit // as the elements that were left out count, and what was added to H
	curved, curvedTerms := 0.0, 0.0
	for i := range d {
		sum, terms := 0.0, 0.0
		p.h.each(i, func(j int, h float64) {
			sum += h * d[j]
			terms += math.Abs(h * d[j])
		})
		if !(math.Abs(sum) <= flat*terms) {
			return nil
		}
		curved += d[i] * sum
		curvedTerms += math.Abs(d[i]) * terms
	}
	if !(curved <= roundingOfCurvature*roundoff*curvedTerms) {
		return nil
	}
	return d
}
