package qp

import (
	"context"
	"math"
	"slices"

	"ridge/mat"
)

// A Farkas vector y in floating point proves little where Aᵀy should be 0, as x has no bound there: of rows that nearly
// repeat each other, y leaves as much as of rows that do repeat each other, and the first ones meet far out. So Aᵀy is
// summed up with twice the digits, and y is given as many: where the rows depend on each other exactly, the sums then
// cancel to 10⁻²⁵ or so, whatever the rounding errors of y were. Where they do not, what they leave says how far out
// there is no feasible point.

const (
	// reachOfProof is how far a proof must reach, relative to the bounds that it uses, to count: farther than the 10¹⁰
	// that programs write for "none".
	reachOfProof = 1 << 34
	// canceled is what sums that cancel leave with twice the digits, relative to the weights of the rows.
	canceled = 0x1p-80
	// roundoffDouble is the rounding error of a sum with twice the digits, relative to its terms, for each of them.
	roundoffDouble = 0x1p-103
	// maxRefined is the largest number of corrections of a Farkas vector. Each gains at least a few digits.
	maxRefined = 6
)

// proof returns a Farkas vector like exactFarkas. If that finds none, y itself may be one, with more digits: it may
// have come from the reduced problem, and weights that seem to be rounding errors belong to far bounds.
func (p *program) proof(ctx context.Context, y []float64, reach float64) (exact []float64, limit float64) {
	if exact, limit = p.exactFarkas(ctx, y, reach); exact != nil || ctx.Err() != nil {
		return exact, limit
	}
	if r := p.refined(direction(y)); r.proves(reach) > 0 {
		return r.weights(), r.proves(reach)
	}
	return nil, 0
}

// direction returns v, of which only the direction matters, or a multiple of it if products of its elements might
// underflow: how large a proof comes out depends on the units of a problem.
func direction(v []float64) []float64 {
	const least = 0x1p-500 // of what may be zero
	largest := mat.AbsMax(v)
	if largest == 0 || !(zeroTolerance*largest < least) {
		return v
	}
	_, exponent := math.Frexp(largest)
	larger := make([]float64, len(v))
	for i, x := range v {
		larger[i] = math.Ldexp(x, -exponent)
	}
	return larger
}

// exactFarkas returns the Farkas vector next to y, which proves that no x up to reach is feasible, and the largest x
// for which it proves that, which is infinite if its sums cancel. The vector is nil if there is none or the context has
// ended.
func (p *program) exactFarkas(ctx context.Context, y []float64, reach float64) (exact []float64, limit float64) {
	y = direction(y)
	if !p.infeasible(y, reach) {
		return nil, 0
	}
	n, m := p.n(), p.m()
	c, none := newCone(m, p.workers, p.a.full.Transposed()), zeroTolerance*mat.AbsMax(y)
	for i, v := range y {
		c.floor[i] = math.IsInf(p.upper[n+i], 0) || math.Abs(v) <= none
		c.ceil[i] = math.IsInf(p.lower[n+i], 0) || math.Abs(v) <= none
	}
	for j := range n {
		c.floor[m+j], c.ceil[m+j] = math.IsInf(p.lower[j], 0), math.IsInf(p.upper[j], 0)
	}
	var r *refutation
	if c.projectUntil(ctx, y, func(y []float64) bool {
		r = p.refined(y)
		limit = r.proves(reach)
		return limit > 0
	}) == nil {
		return nil, 0
	}
	return r.weights(), limit
}

// refutation is a Farkas vector with twice the digits, and what it proves.
type refutation struct {
	y      []doubleDouble
	sums   []doubleDouble // Aᵀy
	terms  []float64      // |A|ᵀ|y|, relative to which the sums have rounding errors
	weight float64        // Σ|yᵢ|
	sides  float64        // Σ|yᵢcᵢ| + Σ|dⱼxⱼ|, c and x being the bounds that the proof uses
	margin float64        // what is left of the difference of the two sides, if no x without a bound counts
	loose  float64        // Σ|dⱼ| for those x
}

// weights returns y as float64.
func (r *refutation) weights() []float64 {
	y := make([]float64, len(r.y))
	for i, v := range r.y {
		y[i] = v.value()
	}
	return y
}

// refutationBy measures what y proves.
func (p *program) refutationBy(y []doubleDouble) *refutation {
	n := p.n()
	r := &refutation{y: y, sums: make([]doubleDouble, n), terms: make([]float64, n)}
	least, most := 0.0, 0.0
	for i, v := range y {
		value := v.value()
		if value == 0 {
			continue
		}
		bound := sideOf(value).of(p.lower[n+i], p.upper[n+i])
		least += value * bound
		r.weight += math.Abs(value)
		r.sides += math.Abs(value * bound)
		if p.taken != nil {
			r.sides += math.Abs(value) * p.taken[i]
		}
		p.a.each(i, func(j int, a float64) {
			r.sums[j].add(a, v.high)
			r.sums[j].plus(a*v.low, 0)
			r.terms[j] += math.Abs(a * value)
		})
	}
	unit := roundoffDouble * float64(4+len(y))
	for j, d := range r.sums {
		v, rounding := d.value(), unit*r.terms[j]
		bound := sideAhead(v).of(p.lower[j], p.upper[j])
		if math.Abs(v) <= rounding { // of either sign
			v, bound = math.Abs(v), max(math.Abs(p.lower[j]), math.Abs(p.upper[j]))
		}
		if math.IsInf(bound, 0) {
			if !(math.Abs(v) <= zeroTolerance*r.terms[j]) { // nothing cancels: x gets there
				r.margin = math.Inf(-1)
				return r
			}
			r.loose += math.Abs(v) + rounding
			continue
		}
		most += v*bound + rounding*math.Abs(bound)
		r.sides += math.Abs(v * bound)
	}
	r.margin = least - most - p.clearContradiction()*r.sides
	return r
}

// proves returns the largest x, where it has no bound, for which r proves that it is not feasible. It is infinite if
// the sums cancel, and 0 if r does not prove it for x up to reach and up to reachOfProof.
func (r *refutation) proves(reach float64) (limit float64) {
	switch limit = r.margin / r.loose; {
	case !(r.margin > 0): // or NaN
		return 0
	case r.loose <= canceled*r.weight:
		return math.Inf(1)
	case !(limit > max(reach, reachOfProof*r.sides/r.weight)):
		return 0
	}
	return limit
}

// refined returns the weights next to y that leave the least of the sums that should be 0.
func (p *program) refined(y []float64) *refutation {
	v := make([]doubleDouble, len(y))
	for i := range y {
		v[i].high = y[i]
	}
	best := p.refutationBy(v)
	limit := best.proves(0)
	if math.IsInf(limit, 1) || !(best.margin > math.Inf(-1)) { // a weight on a bound that is none
		return best
	}
	correct, r, left := p.correction(best), best, math.Inf(1)
	for range maxRefined {
		y, remain := correct(r)
		if !(remain < left/2) {
			break
		}
		r, left = p.refutationBy(y), remain
		if next := r.proves(0); next > limit {
			best, limit = r, next
		}
	}
	return best
}

// correction returns a function that moves weights by the shortest way to where the sums of r that should be 0 are, up
// to rounding, and what these sums were. It needs the QR factors of these columns, in the rows that r uses.
func (p *program) correction(r *refutation) func(r *refutation) (y []doubleDouble, sums float64) {
	var rows, columns []int
	for i, v := range r.y {
		if v.value() != 0 {
			rows = append(rows, i)
		}
	}
	for j, d := range r.sums {
		far := max(math.Abs(p.lower[j]), math.Abs(p.upper[j]))
		if math.Abs(d.value()) <= zeroTolerance*r.terms[j] && far*r.terms[j] > r.sides {
			columns = append(columns, j)
		}
	}
	q, length := mat.NewDense[float64](len(rows), len(columns)), make([]float64, len(columns))
	for c, j := range columns {
		for _, i := range rows {
			length[c] = math.Hypot(length[c], p.a.full.At(i, j))
		}
		for k, i := range rows {
			q.Set(k, c, p.a.full.At(i, j)/length[c])
		}
	}
	order, tau, rank := rankQR(q, 0x1p-52*float64(8+len(rows)), p.workers)
	return func(r *refutation) (y []doubleDouble, sums float64) {
		step := make([]float64, len(rows))
		for _, j := range columns {
			sums += math.Abs(r.sums[j].value())
		}
		for k := range rank {
			c := order[k]
			step[k] = -r.sums[columns[c]].value() / length[c]
		}
		mat.Trsv(mat.Upper, mat.Trans, mat.NonUnit, q.View(0, 0, rank, rank), step[:rank])
		mat.Ormqr(mat.Left, mat.NoTrans, q.View(0, 0, len(rows), rank), tau[:rank],
			mat.DenseOf(len(rows), 1, step), p.workers)
		y = slices.Clone(r.y)
		for k, i := range rows {
			y[i].plus(step[k], 0)
		}
		return y, sums
	}
}
