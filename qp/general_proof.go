package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// proven is how clear a proof must be, in units of the numbers that it is made of, and what in it
// may be left of a sum that should be zero. Mostly that is rounding, 1e-15.
const proven = 1e-9

// rest is what rounding may leave of a sum that is zero, in units of the largest weight.
const rest = 1e-12

// leastProof is what these rests must be above: products of smaller numbers may vanish.
const leastProof = 0x1p-500

// infeasible reports whether y proves that no x satisfies the constraints: for all x within their
// bounds yᵀAx = dᵀx, d = Aᵀy, is below what yᵀc is for all values c that the rows may have. Where d is rounding, it is
// worth what x up to reach make of it: beside x of 10¹² that may be more than what the proof is short of.
func (p *program) infeasible(y []float64, reach float64) bool {
	n := p.n()
	d, none := make([]float64, n), rest*mat.AbsMax(y)
	if none < leastProof {
		return false
	}
	least, most, sum := 0.0, 0.0, 0.0
	for i, v := range y {
		side := p.lower[n+i]
		if v < 0 {
			side = p.upper[n+i]
		}
		if math.Abs(v) <= none { // rounding, whatever it is worth
			continue
		}
		least += v * side
		sum += math.Abs(v * side)
		if p.taken != nil {
			sum += math.Abs(v) * p.taken[i]
		}
		p.a.each(i, func(j int, a float64) { d[j] += a * v })
	}
	for j, v := range d {
		side := p.upper[j]
		if v < 0 {
			side = p.lower[j]
		}
		if math.Abs(v) <= none {
			most += math.Abs(v) * min(math.Abs(side), reach)
			continue
		}
		most += v * side
		sum += math.Abs(v * side)
	}
	return least-most > proven*sum // false for NaN and infinities
}

// unbounded reports whether the objective falls for ever along d, from every feasible point.
func (p *program) unbounded(d []float64) bool {
	n, m := p.n(), p.m()
	slope, sum, none := mat.Dot(p.g, d), 0.0, rest*mat.AbsMax(d)
	if none < leastProof {
		return false
	}
	ends := func(k int, v float64) bool {
		return v < -none && !math.IsInf(p.lower[k], 0) || v > none && !math.IsInf(p.upper[k], 0)
	}
	for j, v := range d {
		sum += math.Abs(p.g[j] * v)
		if ends(j, v) {
			return false
		}
	}
	if !(slope < -proven*sum) {
		return false
	}
	if p.curved() {
		hd := make([]float64, n)
		p.h.times(d, hd, p.workers)
		if !(mat.AbsMax(hd) <= none) {
			return false
		}
	}
	ad := make([]float64, m)
	p.a.times(d, ad, p.workers)
	for i, v := range ad {
		if ends(n+i, v) {
			return false
		}
	}
	return true
}

// convincing reports whether what is left of the slopes at v is small against the largest gⱼ, and what is left of the rows
// against their largest bound; or against the bounds of variables that are at them, and what those make of H. If
// not, they may be rounding errors of large numbers, or what makes them large is that there is no solution.
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
		largest = max(largest, p.sideOf(i))
	}
	return left <= tolerance*max(p.steepestG(), curvature*largest), outside <= tolerance*largest || largest == 0
}

// outside is how far the value v of row i is outside of its bounds.
func (p *program) outside(i int, v float64) float64 {
	return max(0, p.lower[p.n()+i]-v, v-p.upper[p.n()+i])
}

// sideOf is the largest finite bound of row i, in magnitude.
func (p *program) sideOf(i int) float64 {
	largest := 0.0
	for _, b := range []float64{p.lower[p.n()+i], p.upper[p.n()+i]} {
		if !math.IsInf(b, 0) {
			largest = max(largest, math.Abs(b))
		}
	}
	return largest
}

// sizeOfRow is what row i adds up and is compared with.
func (p *program) sizeOfRow(i int, x []float64) float64 {
	terms, _ := p.termsOf(i, x)
	return terms + p.sideOf(i)
}

// worstRow is the row that is violated most beside its own numbers, or −1, and how much. t holds the values at x. It passes
// over rows all of whose numbers are rounding errors, as rowSizes has it.
func (p *program) worstRow(x, t []float64) (row int, worst float64) {
	row = -1
	far := p.largestDistance(x)
	for _, i := range p.rows {
		out := p.outside(i, t[p.n()+i])
		if out == 0 {
			continue
		}
		terms, weight := p.termsOf(i, x)
		if size := terms + p.sideOf(i); size > leastOwnSize*far*weight && out > worst*size {
			row, worst = i, out/size
		}
	}
	return row, worst
}

// nearest looks for the point that violates the rows least, in the sense of Σ yᵢ²: the multipliers
// of
//
//	minimize ½‖w‖²   subject to   lower ≤ (x, Ax + w) ≤ upper
//
// are w. If they are not zero they prove that there is no feasible point, for x up to reach, and if they are, the point
// is one.
func (p *program) nearest(ctx context.Context, k *kkt) (farkas []float64, reach float64, feasible bool, err error) {
	q := *p
	q.h, q.g, q.soft = skim(mat.Dense[float64]{}), make([]float64, p.n()), 1
	soft := newKKT(q.h, q.a, q.workers)
	path := newGeneralPath(&q, soft)
	set := newActiveSet(&q, soft)
	t := make([]float64, len(path.t))
	err = path.run(ctx, mostProofSteps, func() bool {
		if p.holds(path.x, t) && !q.infeasible(path.y, mat.AbsMax(path.x)) {
			return true // the multipliers never tell: all of them go to 0
		}
		if path.levels.worst() > 1e-5 {
			return false
		}
		if q.infeasible(path.y, mat.AbsMax(path.x)) {
			farkas = append(farkas[:0], path.y...)
		}
		path.lend(func() {
			set.guess(path)
			set.copyFrom(path.iterate)
			if set.solve(strongly) && q.infeasible(set.y, mat.AbsMax(path.x)) {
				farkas = append(farkas[:0], set.y...)
			}
		})
		return farkas != nil || path.levels.worst() < 1e-13
	})
	k.factored += soft.factored
	far := p.violation(path.x, t)
	q.soft = 0
	_, size := q.sizeOf(path.iterate)
	return farkas, mat.AbsMax(path.x), farkas == nil && far <= 1e-6*size, err
}

// holds reports whether x is within all constraints but for rounding: of the terms of each of them, as what a large variable
// is rounded by says nothing about rows that it is not in. t is workspace.
func (p *program) holds(x, t []float64) bool {
	p.values(x, nil, t)
	within := func(k int, terms float64) bool {
		for _, b := range []float64{p.lower[k] - t[k], t[k] - p.upper[k]} {
			if b > 0 && !(b <= rest*terms) {
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

// violation is how far x is outside of the constraints. t is workspace.
func (p *program) violation(x, t []float64) (far float64) {
	p.values(x, nil, t)
	check := func(k int) { far = max(far, p.lower[k]-t[k], t[k]-p.upper[k]) }
	for _, j := range p.free {
		check(j)
	}
	for _, i := range p.rows {
		check(p.n() + i)
	}
	return far
}

// mostProofSteps is how long to look for a proof, and stalledProof for how many steps without getting further.
const mostProofSteps, stalledProof = 60, 10

// steepest looks for a direction in which the objective falls for ever: the projection of −g on
// the directions that have no curvature and that no constraint ends. It is zero if there is none.
func (p *program) steepest(ctx context.Context, k *kkt) (ray []float64, err error) {
	n, m := p.n(), p.m()
	height := m
	if p.curved() {
		height += n
	}
	h, a := mat.NewDense[float64](n, n), mat.NewDense[float64](height, n)
	mat.Copy(a.View(0, 0, m, n), p.a.full)
	if p.curved() {
		mat.Copy(a.View(m, 0, n, n), p.h.full)
	}
	q := program{h: skim(h), a: skim(a), g: p.g, lower: make([]float64, n+height), upper: make([]float64, n+height), free: p.free, workers: p.workers}
	for j := range n {
		h.Set(j, j, 1)
	}
	q.h = skim(h)
	for k := range n + m {
		if math.IsInf(p.lower[k], 0) {
			q.lower[k] = math.Inf(-1)
		}
		if math.IsInf(p.upper[k], 0) {
			q.upper[k] = math.Inf(1)
		}
	}
	free := q.free[:0:0]
	for _, j := range p.free {
		if q.lower[j] < q.upper[j] {
			free = append(free, j)
		}
	}
	q.free, q.rows = free, append(q.rows, p.rows...)
	for i := m; i < height; i++ {
		q.rows = append(q.rows, i)
	}
	own := newKKT(q.h, q.a, q.workers)
	path, set, progress := newGeneralPath(&q, own), newActiveSet(&q, own), newPathProgress()
	err = path.run(ctx, mostProofSteps, func() bool {
		over := progress.over(path.levels, stalledProof)
		if path.levels.worst() > 1e-5 {
			return over
		}
		path.lend(func() {
			set.guess(path)
			set.offer(path.iterate)
			set.try(path.iterate, 1e-12, mostMends)
		})
		if p.unbounded(set.best.x) {
			ray = append(ray[:0], set.best.x...)
		}
		return ray != nil || over || path.levels.worst() < 1e-13
	})
	k.factored += own.factored
	return ray, err
}
