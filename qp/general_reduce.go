package qp

import (
	"math"
)

// reduction removes from a problem what needs no solving: rows with one element, which are bounds;
// rows and variables without elements; and fixed variables.
type reduction struct {
	single []int     // the variable of a row with one element, noElement, or severalElements
	value  []float64 // that element
	loose  []bool    // for a variable: no other variable depends on it

	p    program  // the reduced problem
	from [2][]int // the row that a variable's lower and upper bounds come from; noElement for its own bounds
}

const (
	noElement       = -1
	severalElements = -2
)

// prepare determines what depends only on H and A.
func (r *reduction) prepare(p *program) {
	n, m := p.n(), p.m()
	r.single, r.value, r.loose = make([]int, m), make([]float64, m), make([]bool, n)
	r.from = [2][]int{make([]int, n), make([]int, n)}
	for j := range r.loose {
		r.loose[j] = p.curvature(j) == 0
	}
	for i := range r.single {
		r.single[i] = noElement
		p.a.each(i, func(j int, v float64) {
			if r.single[i] == noElement {
				r.single[i], r.value[i] = j, v
			} else {
				r.single[i] = severalElements
			}
		})
		if r.single[i] == severalElements {
			p.a.each(i, func(j int, _ float64) { r.loose[j] = false })
		}
	}
	r.p.lower, r.p.upper = make([]float64, n+m), make([]float64, n+m)
}

// of sets r.p to the reduced problem. If it finds that there is no feasible point, it returns a
// Farkas vector.
func (r *reduction) of(p *program) (farkas []float64) {
	lower, upper := r.p.lower, r.p.upper
	copy(lower, p.lower)
	copy(upper, p.upper)
	r.p = program{h: p.h, a: p.a, g: p.g, lower: lower, upper: upper, free: r.p.free[:0], rows: r.p.rows[:0],
		nearestBound: p.nearestBound, farthestBound: p.farthestBound, moved: p.moved, taken: p.taken,
		precision: p.precision, workers: p.workers}
	if farkas := r.tighten(p); farkas != nil {
		return farkas
	}
	for j := range r.loose {
		if lower[j] < upper[j] && r.loose[j] {
			r.settle(j)
		}
		if lower[j] < upper[j] {
			r.p.free = append(r.p.free, j)
		}
	}
	return r.chooseRows(p)
}

// nearestBound is the distance from 0 of the nearest bound of p that is not 0, except for those of empty
// rows.
func (r *reduction) nearestBound(p *program) float64 {
	near, n := math.Inf(1), p.n()
	for k, l := range p.lower {
		if k >= n && r.single[k-n] == noElement {
			continue
		}
		for _, b := range []float64{l, p.upper[k]} {
			if b != 0 {
				near = min(near, math.Abs(b))
			}
		}
	}
	if math.IsInf(near, 1) {
		return 0
	}
	return near
}

// farthestBound is the distance from 0 of the farthest finite bound of p, with the same exception.
func (r *reduction) farthestBound(p *program) (far float64) {
	n := p.n()
	for k, l := range p.lower {
		if k >= n && r.single[k-n] == noElement {
			continue
		}
		for _, b := range []float64{l, p.upper[k]} {
			if !math.IsInf(b, 0) {
				far = max(far, math.Abs(b))
			}
		}
	}
	return far
}

// tighten turns rows with one element into bounds.
func (r *reduction) tighten(p *program) (farkas []float64) {
	n := p.n()
	for j := range r.from[0] {
		r.from[0][j], r.from[1][j] = noElement, noElement
	}
	for i, j := range r.single {
		if j < 0 {
			continue
		}
		l, u := p.lower[n+i]/r.value[i], p.upper[n+i]/r.value[i]
		if r.value[i] < 0 {
			l, u = u, l
		}
		if l > r.p.lower[j] {
			r.p.lower[j], r.from[0][j] = l, i
		}
		if u < r.p.upper[j] {
			r.p.upper[j], r.from[1][j] = u, i
		}
	}
	for j := range r.from[0] {
		l, u := r.p.lower[j], r.p.upper[j]
		if l <= u {
			continue
		}
		if l-u > p.clearContradiction()*(math.Abs(l)+math.Abs(u)+r.taken(p, j)) {
			return r.crossing(j, p.m())
		}
		r.p.lower[j] = u // equal, up to less than what proves anything
	}
	return nil
}

// taken is the size of what was taken out of the rows that the bounds of variable j come from, in its units.
func (r *reduction) taken(p *program, j int) (size float64) {
	for s := range r.from {
		if i := r.from[s][j]; i != noElement && p.taken != nil {
			size += p.taken[i] / math.Abs(r.value[i])
		}
	}
	return size
}

// crossing is the Farkas vector for a variable whose lower bound exceeds its upper one. The
// variable's own bounds do not cross.
func (r *reduction) crossing(j, m int) []float64 {
	y := make([]float64, m)
	for s, sign := range []float64{1, -1} {
		if i := r.from[s][j]; i != noElement {
			y[i] += sign / r.value[i]
		}
	}
	return y
}

// settle fixes a variable on which nothing else depends at the bound that its slope drives it to,
// unless that is infinite.
func (r *reduction) settle(j int) {
	to := min(max(0, r.p.lower[j]), r.p.upper[j])
	switch g := r.p.g[j]; {
	case g > 0:
		to = r.p.lower[j]
	case g < 0:
		to = r.p.upper[j]
	}
	if !math.IsInf(to, 0) {
		r.p.lower[j], r.p.upper[j] = to, to
	}
}

// chooseRows lists the rows that constrain variables that are not fixed, and checks the others.
func (r *reduction) chooseRows(p *program) (farkas []float64) {
	n := p.n()
	for i, kind := range r.single {
		l, u := p.lower[n+i], p.upper[n+i]
		if kind == severalElements && !(math.IsInf(l, 0) && math.IsInf(u, 0)) && r.touches(i) {
			r.p.rows = append(r.p.rows, i)
			continue
		}
		r.p.lower[n+i], r.p.upper[n+i] = math.Inf(-1), math.Inf(1)
		if kind >= 0 {
			continue
		}
		value, size := 0.0, 0.0
		if p.taken != nil {
			size = p.taken[i]
		}
		p.a.each(i, func(j int, v float64) {
			value += v * r.p.lower[j]
			size += math.Abs(v * r.p.lower[j])
		})
		y := make([]float64, p.m())
		if l-value > p.clearContradiction()*(size+math.Abs(l)) {
			y[i] = 1
			return r.explain(p, y)
		}
		if value-u > p.clearContradiction()*(size+math.Abs(u)) {
			y[i] = -1
			return r.explain(p, y)
		}
	}
	return nil
}

// touches reports whether row i has a variable that is not fixed.
func (r *reduction) touches(i int) bool {
	found := false
	r.p.a.each(i, func(j int, _ float64) { found = found || r.p.lower[j] < r.p.upper[j] })
	return found
}

// explain turns a Farkas vector of the reduced problem into one of the original: if it uses a bound
// that comes from a row, that row gets a weight.
func (r *reduction) explain(p *program, y []float64) []float64 {
	d := make([]float64, p.n())
	p.a.addTransposed(1, y, d, p.workers)
	for j, v := range d {
		s := 0 // the bound that limits dⱼxⱼ from above
		if v > 0 {
			s = 1
		}
		if i := r.from[s][j]; i != noElement && v != 0 {
			y[i] -= v / r.value[i]
		}
	}
	return y
}

// expand gives rows with one element the multipliers of the bounds that they stand for.
func (r *reduction) expand(v iterate) {
	d := make([]float64, r.p.n())
	r.p.slopes(v, d)
	presses := r.p.presses(v, 0)
	for j, slope := range d {
		s := 0
		if slope < 0 {
			s = 1
		}
		if i := r.from[s][j]; i != noElement && presses(j, slope) {
			v.y[i] = slope / r.value[i]
		}
	}
}
