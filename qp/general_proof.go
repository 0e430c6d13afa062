package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// provenShare is how clear a proof must be, relative to the terms that it consists of. It is far above rounding errors,
// which are mostly 1e-15.
const provenShare = 1e-9

// clearContradiction is how clear a contradiction must be, relative to its terms. Rows that agree but for the errors of
// the numbers that were given do not contradict each other: a bound of a variable is a quotient of two such numbers, or
// a sum of their products.
func (p *program) clearContradiction() float64 { return max(provenShare, 8*p.precision) }

// zeroTolerance is the rounding error allowed in a sum that should be zero, relative to the largest weight.
const zeroTolerance = 1e-12

// infeasible reports whether y proves that no x satisfies the constraints: yᵀAx = dᵀx, d = Aᵀy, is for all x within
// their bounds below yᵀc for all values c that the rows may have. y is of the size that direction gives it. Elements of
// d that are rounding errors are multiplied by the bound of x, or by reach where there is none: for x of 10¹² that may
// exceed the margin of the proof.
func (p *program) infeasible(y []float64, reach float64) bool {
	n := p.n()
	d, none := make([]float64, n), zeroTolerance*mat.AbsMax(y)
	least, most, sum := 0.0, 0.0, 0.0
	for i, v := range y {
		if math.Abs(v) <= none { // a rounding error, whatever it is multiplied by
			continue
		}
		bound := sideOf(v).of(p.lower[n+i], p.upper[n+i])
		least += v * bound
		sum += math.Abs(v * bound)
		if p.taken != nil {
			sum += math.Abs(v) * p.taken[i]
		}
		p.a.each(i, func(j int, a float64) { d[j] += a * v })
	}
	for j, v := range d {
		bound := sideAhead(v).of(p.lower[j], p.upper[j])
		if math.Abs(v) <= none {
			if math.IsInf(bound, 0) {
				bound = reach
			}
			most += math.Abs(v * bound)
			continue
		}
		most += v * bound
		sum += math.Abs(v * bound)
	}
	return least-most > p.clearContradiction()*sum // false for NaN and infinities
}

// unbounded reports whether the objective falls forever along d, from every feasible point. Elements of d that are
// rounding errors prove nothing, however steep the objective is along them.
func (p *program) unbounded(d []float64) bool {
	d = direction(d)
	slope, sum, none := 0.0, 0.0, zeroTolerance*mat.AbsMax(d)
	for j, v := range d {
		if math.Abs(v) > none {
			slope += p.g[j] * v
			sum += math.Abs(p.g[j] * v)
		}
	}
	if !(slope < -provenShare*sum) {
		return false
	}
	if p.quadratic() {
		hd := make([]float64, p.n())
		p.h.times(d, hd, p.workers)
		if !(mat.AbsMax(hd) <= none) {
			return false
		}
	}
	return p.recedes(d)
}

// recedes reports whether no bound of a variable or a row ends d.
func (p *program) recedes(d []float64) bool {
	t := make([]float64, len(p.lower))
	p.values(d, nil, t)
	none := zeroTolerance * mat.AbsMax(d)
	for k, v := range t {
		if v < -none && !math.IsInf(p.lower[k], 0) || v > none && !math.IsInf(p.upper[k], 0) {
			return false
		}
	}
	return true
}

// convincing reports whether the remaining slopes at v are small relative to the largest gⱼ, and the violations of the
// rows relative to their largest bound. Bounds of variables at their bounds, and their products with H, count, too. If
// either is false, the remainders may be rounding errors of large numbers, or x or y may be large because there is no
// solution.
func (p *program) convincing(v iterate, tolerance float64) (slopes, values bool) {
	n := p.n()
	d, t := make([]float64, n), make([]float64, n+p.m())
	p.slopes(v, d)
	p.values(v.x, v.y, t)
	left, outside, largest, curvature := 0.0, 0.0, 0.0, 0.0
	for _, j := range p.free {
		left = max(left, smaller(math.Abs(d[j]), toward(d[j], v.x[j]-p.lower[j], p.upper[j]-v.x[j])))
		curvature = max(curvature, p.curvature(j))
		if v.x[j] == p.lower[j] || v.x[j] == p.upper[j] {
			largest = max(largest, math.Abs(v.x[j]))
		}
	}
	for _, i := range p.rows {
		outside = max(outside, p.outside(i, t[n+i]))
		largest = max(largest, p.largestBound(i))
	}
	return left <= tolerance*max(p.steepestG(), curvature*largest), outside <= tolerance*largest || largest == 0
}

// outside is how far the value v of row i is outside its bounds.
func (p *program) outside(i int, v float64) float64 {
	return max(0, p.lower[p.n()+i]-v, v-p.upper[p.n()+i])
}

// largestBound is the largest magnitude of a finite bound of row i.
func (p *program) largestBound(i int) float64 {
	largest := 0.0
	for _, b := range []float64{p.lower[p.n()+i], p.upper[p.n()+i]} {
		if !math.IsInf(b, 0) {
			largest = max(largest, math.Abs(b))
		}
	}
	return largest
}

// sizeOfRow is the sum of the magnitudes of row i's terms and of its largest bound.
func (p *program) sizeOfRow(i int, x []float64) float64 {
	terms, _ := p.termsOf(i, x)
	return terms + p.largestBound(i)
}

// worstRow returns the row with the largest violation relative to its own size, or −1, and that violation. t holds the
// values at x. Rows whose numbers are all rounding errors are skipped, as in rowSizes.
func (p *program) worstRow(x, t []float64) (row int, worst float64) {
	row = -1
	far := p.largestDistance(x)
	for _, i := range p.rows {
		out := p.outside(i, t[p.n()+i])
		if out == 0 {
			continue
		}
		terms, weight := p.termsOf(i, x)
		if size := terms + p.largestBound(i); !p.roundsRow(i, terms, weight, far) && out > worst*size {
			row, worst = i, out/size
		}
	}
	return row, worst
}

// leastInfeasible looks for the point that violates the rows least, as measured by Σ yᵢ²: the multipliers of
//
//	minimize ½‖w‖²   subject to   lower ≤ (x, Ax + w) ≤ upper
//
// are w. If they are not zero, they prove that there is no feasible point for x up to reach. If they are zero, the
// point is feasible, and returned.
func (p *program) leastInfeasible(ctx context.Context,
	k *kkt) (farkas []float64, reach float64, feasible []float64, err error) {
	q := *p
	q.h, q.g, q.soft = indexMatrix(mat.Dense[float64]{}), make([]float64, p.n()), 1
	soft := newKKT(q.h, q.a, q.workers)
	path := newGeneralPath(&q, soft)
	set := newActiveSet(&q, soft)
	t := make([]float64, len(path.t))
	offer := func(x []float64) {
		if feasible == nil {
			feasible = p.feasible(x, t)
		}
	}
	err = path.run(ctx, maxProofSteps, func() bool {
		offer(path.x)
		holds, early, reach := p.holds(path.x, t), path.levels.worst() > 1e-5, mat.AbsMax(path.x)
		if early && !holds {
			return false
		}
		proof, _ := q.exactFarkas(ctx, path.y, reach)
		if proof == nil && holds {
			return true // the multipliers can't prove anything: all of them converge to 0
		}
		if early {
			return false
		}
		farkas = proof
		path.lend(func() {
			set.guess(path)
			set.copyFrom(path.iterate)
			if set.solve(ctx, strongRegularization) {
				if proof, _ := q.exactFarkas(ctx, set.y, reach); proof != nil {
					farkas = proof
				}
				offer(set.x)
			}
		})
		return farkas != nil || path.levels.worst() < 1e-13
	})
	k.factored += soft.factored
	switch {
	case farkas != nil:
		feasible = nil
	case feasible == nil:
		feasible = p.feasibleNear(path.x, t)
	}
	return farkas, mat.AbsMax(path.x), feasible, err
}

// holds reports whether x satisfies all constraints up to rounding. Rounding is relative to the terms of each
// constraint, because the rounding error of a large variable does not affect rows that do not contain it. t is
// workspace.
func (p *program) holds(x, t []float64) bool {
	p.values(x, nil, t)
	within := func(k int, terms float64) bool {
		for _, b := range []float64{p.lower[k] - t[k], t[k] - p.upper[k]} {
			if b > 0 && !(b <= zeroTolerance*terms) {
				return false
			}
		}
		return true
	}
	for _, j := range p.free {
		if !within(j, math.Abs(x[j])) {
			return false
		}
	}
	for _, i := range p.rows {
		terms := 0.0
		p.a.each(i, func(j int, v float64) { terms += math.Abs(v * x[j]) })
		if !within(p.n()+i, terms) {
			return false
		}
	}
	return true
}

// maxProofSteps is the largest number of steps in search of a proof, and stalledProof the number of steps without
// progress after which it ends.
const maxProofSteps, stalledProof = 60, 10

// steepest looks for a direction in which the objective falls forever: the projection of −g on the directions without
// curvature that no constraint blocks. It is nil if there is none.
func (p *program) steepest(ctx context.Context, k *kkt) (ray []float64, err error) {
	q := p.withoutCurvature()
	own := newKKT(q.h, q.a, q.workers)
	path, set, progress := newGeneralPath(q, own), newActiveSet(q, own), newPathProgress()
	err = path.run(ctx, maxProofSteps, func() bool {
		over := progress.over(path.levels, stalledProof)
		if path.levels.worst() > 1e-5 {
			return over
		}
		path.lend(func() {
			set.guess(path)
			set.offer(path.iterate)
			set.try(ctx, path.iterate, 1e-12, maxCorrections)
		})
		if p.unbounded(set.best.x) {
			ray = p.exactRay(ctx, set.best.x)
		}
		return ray != nil || over || path.levels.worst() < 1e-13
	})
	k.factored += own.factored
	return ray, err
}

// withoutCurvature returns the program of this projection:
//
//	min ½‖x‖² + gᵀx,   Hx = 0,   bounds of 0 in place of the finite ones of x and Ax.
func (p *program) withoutCurvature() *program {
	n, m := p.n(), p.m()
	height, ones := m, make([]float64, n)
	if p.quadratic() && !p.h.onlyDiagonal() {
		height += n
	}
	a := mat.NewDense[float64](height, n)
	mat.Copy(a.View(0, 0, m, n), p.a.full)
	if height > m {
		mat.Copy(a.View(m, 0, n, n), p.h.full)
	}
	for j := range ones {
		ones[j] = 1
	}
	q := &program{h: diagonalMatrix(ones), a: indexMatrix(a), g: p.g, lower: make([]float64, n+height),
		upper: make([]float64, n+height), workers: p.workers}
	for k := range n + m {
		if math.IsInf(p.lower[k], 0) {
			q.lower[k] = math.Inf(-1)
		}
		if math.IsInf(p.upper[k], 0) {
			q.upper[k] = math.Inf(1)
		}
	}
	for j := range n {
		if p.h.onlyDiagonal() && p.curvature(j) != 0 {
			q.lower[j], q.upper[j] = 0, 0
		}
	}
	for _, j := range p.free {
		if q.lower[j] < q.upper[j] {
			q.free = append(q.free, j)
		}
	}
	q.rows = append(q.rows, p.rows...)
	for i := m; i < height; i++ {
		q.rows = append(q.rows, i)
	}
	return q
}
