package qp

import (
	"math"

	"ridge/mat"
)

// program is a problem in its own scaled units, in the form that the methods use:
//
//	minimize ½xᵀHx + gᵀx   subject to   lower ≤ (x, Ax + soft·y) ≤ upper,
//
// where y are the multipliers of the rows. soft is 0, or 1 if a row may be violated at the cost of half the squared
// violation.
type program struct {
	h, a          *indexedMatrix // an h without rows stands for zeros
	g             []float64
	lower, upper  []float64 // of the variables, and then of the rows
	free          []int     // variables with room between their bounds
	rows          []int     // rows that are not redundant
	soft          float64
	taken         []float64 // magnitude of the fixed variables' terms in the rows; or nil
	moved         float64   // magnitude of the terms of f that moveTo took out
	nearestBound  float64   // the distance from 0 of the nearest bound that is not 0, or 0
	farthestBound float64   // the distance from 0 of the farthest finite bound that does not stand for none
	precision     float64   // the relative error of the numbers that were given
	workers       mat.Workers
}

func (p *program) n() int { return p.a.full.Cols }
func (p *program) m() int { return p.a.full.Rows }

// equality reports whether row i is an equality.
func (p *program) equality(i int) bool { n := p.n(); return p.lower[n+i] == p.upper[n+i] }

// gradient computes grad := Hx + g.
func (p *program) gradient(x, grad []float64) {
	if !p.quadratic() {
		copy(grad, p.g)
		return
	}
	p.h.times(x, grad, p.workers)
	mat.Axpy(1, p.g, grad)
}

// quadratic reports whether H is not zero.
func (p *program) quadratic() bool { return p.h.full.Rows > 0 }

// curvature is hⱼⱼ.
func (p *program) curvature(j int) float64 { return p.h.diagonal(j) }

// slopes computes d := Hx + g − Aᵀy.
func (p *program) slopes(v iterate, d []float64) {
	p.gradient(v.x, d)
	p.a.addTransposed(-1, v.y, d, p.workers)
}

// values computes t := (x, Ax + soft·y).
func (p *program) values(x, y, t []float64) {
	copy(t, x)
	ax := t[p.n():]
	p.a.times(x, ax, p.workers)
	if p.soft != 0 {
		mat.Axpy(p.soft, y, ax)
	}
}

// iterate is a point with multipliers of the rows.
type iterate struct{ x, y []float64 }

func (p *program) newIterate() iterate {
	return iterate{make([]float64, p.n()), make([]float64, p.m())}
}

func (v iterate) copyFrom(w iterate) {
	copy(v.x, w.x)
	copy(v.y, w.y)
}

// measure is the certificate of v; it is the same in all units.
func (p *program) measure(v iterate) Certificate {
	n, m := p.n(), p.m()
	q := point{x: v.x, g: p.g, lower: p.lower[:n], upper: p.upper[:n], grad: make([]float64, n), units: newNatural(n)}
	r := &rowPoint{y: v.y, value: make([]float64, m), size: make([]float64, m), pull: make([]float64, n),
		lower: p.lower[n:], upper: p.upper[n:]}
	q.rows = r
	p.gradient(v.x, q.grad)
	p.a.addTransposed(1, v.y, r.pull, p.workers)
	slope, far := p.sizeOf(v)
	curved := 0.0
	for j, d := range q.grad {
		curved += v.x[j] * (d - p.g[j])
		q.grad[j] = d - r.pull[j]
	}
	p.a.times(v.x, r.value, p.workers)
	p.rowSizes(v.x, far, r)
	unit := 1.0 // a power of two, so that scaling changes no bit
	if slope > 0 && far > 0 {
		unit = math.Ldexp(1, (exponent(slope)-exponent(far))>>1)
	}
	for j := range n {
		q.units.set(j, unit)
	}
	if far == 0 { // then all bounds are 0, too: in natural units, a variable might move as far as its slope
		far = slope
	}
	terms, least := p.sizeOfObjective(v.x, curved)
	size := terms + least
	c := q.certify(scale{slope: max(slope/unit, far*unit), fall: negligible * slope * far, gap: size})
	if most, distances := p.mostOfObjective(v.x, curved, size); size > most {
		c.Gap = (c.Gap*size + p.lostFar(q, terms, distances)) / most
	}
	if p.curvesDown(v.x, curved, roundoff[float64]()) { // the gap is one only if f is convex
		c.Gap += math.Abs(curved) / size
	}
	c.Dual = max(c.Dual, p.ownDual(v, q.grad, slope, p.sizeOfTerms(v)))
	return c
}

// sizeOfObjective has the two numbers whose sum a duality gap at x is relative to: the terms of f, and the smallest
// change of f that counts. Neither the multipliers, which need not be unique, nor the largest x belong to it: they may
// be far larger than all terms of f, and would hide what is left of the gap. curved is xᵀHx.
func (p *program) sizeOfObjective(x []float64, curved float64) (terms, least float64) {
	slope, far := p.steepestG(), p.nearestBound
	for j := range x {
		slope = max(slope, p.curvature(j)*p.nearestBound)
	}
	if far == 0 {
		far = slope
	}
	terms = math.Abs(curved)/2 + p.moved
	for j, v := range x {
		if p.lower[j] < p.upper[j] {
			terms += math.Abs(p.g[j] * v)
		}
	}
	return terms, negligible * slope * far
}

// hidesObjective reports whether x is so far out, in directions in which f hardly changes, that little of f is left of
// its terms. A starting point may lead there.
func (p *program) hidesObjective(x []float64) bool {
	grad := make([]float64, p.n())
	p.gradient(x, grad)
	curved := mat.Dot(x, grad) - mat.Dot(x, p.g)
	f := curved/2 + mat.Dot(x, p.g)
	terms, least := p.sizeOfObjective(x, curved)
	return terms+least > 1<<farOutside*(math.Abs(f)+least+p.moved)
}

// rowSizes sets the sizes relative to which the rows are measured, without their bounds.
func (p *program) rowSizes(x []float64, far float64, r *rowPoint) {
	for i := range r.size {
		terms, weight := p.termsOf(i, x)
		if p.roundsRow(i, terms, weight, far) {
			terms += leastSize * far * weight
		}
		r.size[i] = terms
	}
}

// roundsRow reports whether the numbers of row i are mere rounding errors: they are small relative to the largest x,
// and its bounds relative to the farthest one.
func (p *program) roundsRow(i int, terms, weight, far float64) bool {
	bound := p.largestBound(i)
	return terms+bound <= leastOwnSize*far*weight && bound <= leastOwnSize*p.farthestBound*weight
}

// termsOf returns the sum Σ|aᵢⱼxⱼ| of the magnitudes of row i's terms, and the same sum Σ|aᵢⱼ| for xⱼ = 1.
func (p *program) termsOf(i int, x []float64) (terms, weight float64) {
	if p.taken != nil {
		terms = p.taken[i]
	}
	p.a.each(i, func(j int, v float64) {
		terms += math.Abs(v * x[j])
		weight += math.Abs(v)
	})
	return terms, weight
}

const (
	// leastOwnSize is the size below which the numbers of a row are mere rounding errors, relative to its sum if all x
	// were as large as the largest |x̂|.
	leastOwnSize = 0x1p-50
	// leastSize is the fraction of the largest |x̂| that is added for each x in other rows. Their residuals are at best
	// those of a linear system: 2⁻⁵² of its largest element, or a few times that.
	leastSize = 0x1p-20
)

// negligible is the fraction below which a change of f counts as small, relative to the largest slope times the largest
// |x̂|. It matters if the solution is 0, since then everything else that the change could be compared with is 0, too.
const negligible = 1e-3

// sizeOf returns the largest part of a slope, and the largest of x. Both are at least the values for x at the nearest
// bound that is not 0, so that a solution that is 0 can be compared with something.
func (p *program) sizeOf(v iterate) (slope, far float64) {
	slope, far = max(p.steepestG(), negligible*mat.AbsMax(v.y)), p.largestDistance(v.x)
	for j, x := range v.x {
		slope = max(slope, p.curvature(j)*max(math.Abs(x), p.nearestBound))
	}
	return slope, far
}

// largestDistance is the largest |xⱼ|, but at least the distance of the nearest bound that is not 0.
func (p *program) largestDistance(x []float64) float64 { return max(mat.AbsMax(x), p.nearestBound) }

// steepestG is the largest |gⱼ| of a variable with room between its bounds.
func (p *program) steepestG() float64 {
	largest := 0.0
	for j, g := range p.g {
		if p.lower[j] < p.upper[j] {
			largest = max(largest, math.Abs(g))
		}
	}
	return largest
}
