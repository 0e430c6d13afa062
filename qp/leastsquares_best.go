package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// mostInterior is the largest sum of the numbers of variables and rows of R with which interior
// points are tried: they take a matrix of that order.
const mostInterior = 3000

// solve tries the exchange of columns, and interior points if the certificate of what that finds
// does not hold: rounding errors decide what is exchanged if free columns are nearly dependent.
func (b *boundedTriangle) solve(ctx context.Context, o Options) (iterate, GeneralInfo, error) {
	best := bestPoint{tolerance: o.Tolerance}
	b.limit = o.MaxIterations
	for q, method := range b.methods() {
		if q > 0 && b.exhausted() {
			break
		}
		b.info.Status = Optimal
		err := method(ctx, o)
		if err == nil {
			b.refine(ctx, o.Tolerance)
		}
		found := best.consider(b.triangle, b.x, b.info.Status)
		if err != nil {
			best.status = Canceled
		}
		if err != nil || found {
			b.info.Status = best.status
			return iterate{x: best.x}, b.info, err
		}
	}
	err := b.interiorPoints(ctx, o, &best)
	b.info.Status = best.status
	return iterate{x: best.x}, b.info, err
}

// interiorPoints takes what the exchanges have left of the iterations.
func (b *boundedTriangle) interiorPoints(ctx context.Context, o Options, best *bestPoint) error {
	o.MaxIterations -= b.info.Iterations
	if b.r.Rows+b.r.Cols > mostInterior || o.MaxIterations <= 0 {
		return nil
	}
	v, info, _ := b.solveConstrained(ctx, o) // an error shows in the certificate
	b.info.Iterations += info.Iterations
	b.info.Factorizations += info.Factorizations
	status := Optimal
	if info.Status == IterationLimit {
		status = IterationLimit
	}
	if notFinite(v.x) < 0 {
		best.consider(b.triangle, v.x, status)
	}
	err := ctx.Err()
	if err != nil {
		best.status = Canceled
	}
	return err
}

// bestPoint keeps the best of several points.
type bestPoint struct {
	tolerance float64
	x         []float64
	status    Status
	length    float64 // ‖Ax − b‖ at x, infinite if that is not a number
}

// consider clamps x to the bounds, and keeps it if its residual is smaller than that of all points
// before, or if it is found to be a solution: its certificate holds, and no point before it
// contradicts that. A certificate can hold at a point far from the solution, if free columns are
// nearly dependent, and only elements of the size of 1/ε make a difference.
func (p *bestPoint) consider(s *triangle, x []float64, status Status) (found bool) {
	mat.Clamp(x, s.lower, s.upper)
	certificate, _ := s.certify(iterate{x: x})
	length := mat.Nrm2(s.left(x))
	if math.IsNaN(length) {
		length = math.Inf(1)
	}
	none := p.x == nil || notFinite(p.x) >= 0
	found = certificate.within(p.tolerance) && (none || !p.contradicts(length, mat.Nrm2(s.b)))
	if found || none || length < p.length {
		p.x, p.status, p.length = append([]float64(nil), x...), status, length
	}
	return found
}

// contradicts reports whether the objective at p is smaller than length² by more than the tolerance
// of the duality gap.
func (p *bestPoint) contradicts(length, b float64) bool {
	unit := max(length, b)
	now, before := length/unit, p.length/unit
	return now*now-before*before > p.tolerance
}

// worst is the largest number of the certificate of v.
func (s *triangle) worst(v iterate) float64 {
	c, _ := s.certify(v)
	return c.worst()
}

// better reports whether the certificate of v is better than that of w.
func (s *triangle) better(v, w iterate) bool {
	c, _ := s.certify(v)
	d, _ := s.certify(w)
	return c.better(d)
}
