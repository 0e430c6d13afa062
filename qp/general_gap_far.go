package qp

import (
	"math"

	"ridge/mat"
)

// Far out, along directions in which f hardly changes, the terms of f are far larger than f, and a gap that is small
// relative to them may be larger than f itself. There the gap is relative to f and to what its terms are where the
// bounds are.

// farTerms is how many times larger than that the terms may be.
const farTerms = 64

// mostOfObjective is the most that a duality gap at x is relative to, or infinite if nothing tells, and the distances
// by which it tells. size is the sum of sizeOfObjective.
func (p *program) mostOfObjective(x []float64, curved, size float64) (most float64, distances []float64) {
	f := math.Abs(curved/2 + mat.Dot(p.g, x))
	if size <= farTerms*f || p.moved > 0 || p.soft > 0 {
		return math.Inf(1), nil
	}
	distances = p.distances()
	if most = farTerms * (f + p.sizeOfData(distances)); most == 0 {
		return math.Inf(1), nil
	}
	return most, distances
}

// sizeOfData is the sum of the terms of f at the given distances.
func (p *program) sizeOfData(distance []float64) (size float64) {
	for j, d := range distance {
		if p.lower[j] < p.upper[j] {
			size += math.Abs(p.g[j])*d + p.curvature(j)*d*d/2
		}
	}
	return size
}

// distances is how far out the farthest bound of each variable is, or of its rows in units of their largest elements.
func (p *program) distances() []float64 {
	n := p.n()
	distance := make([]float64, n)
	near := func(b float64) float64 {
		if b = math.Abs(b); b > p.farthestBound {
			return 0
		}
		return b
	}
	for j := range distance {
		distance[j] = max(near(p.lower[j]), near(p.upper[j]))
	}
	for i := range p.m() {
		side := max(near(p.lower[n+i]), near(p.upper[n+i]))
		if side == 0 {
			continue
		}
		largest := 0.0
		p.a.each(i, func(_ int, v float64) { largest = max(largest, math.Abs(v)) })
		p.a.each(i, func(j int, v float64) {
			if v != 0 {
				distance[j] = max(distance[j], side/largest)
			}
		})
	}
	return distance
}

// lostFar bounds what the gap of q may hide: terms that cancel, and the rounding errors of all. terms is the sum of the
// terms of f, distances are those of the program.
func (p *program) lostFar(q point, terms float64, distances []float64) float64 {
	lost := 0x1p-52 * terms
	for j, d := range q.grad {
		room := toward(d, q.x[j]-q.lower[j], q.upper[j]-q.x[j])
		lost += math.Abs(d) * min(room, math.Abs(q.x[j])+distances[j])
	}
	for i, y := range q.rows.y {
		if side := q.rows.side(i); y != 0 && !math.IsInf(side, 0) {
			lost += math.Abs(y * (q.rows.value[i] - side))
		}
	}
	return lost
}

// confine adds bounds at the distance most where there are none as near.
func (p *program) confine(most float64) {
	for j := range p.n() {
		if p.lower[j] < -most && p.upper[j] > -most {
			p.lower[j] = -most
		}
		if p.upper[j] > most && p.lower[j] < most {
			p.upper[j] = most
		}
	}
}
