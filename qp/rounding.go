package qp

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"ridge/mat"
)

// The nearest float32 numbers are seldom the best ones for x: each slope that they leave is a sum of as many rounding
// errors as there are variables. If one variable after the other moves to the number where f is lowest, a slope is the
// rounding error of its own variable, or less where others happen to cancel it. Which such point is found depends on
// where the moves begin.

const (
	// maxRoundings is the number of points from which the moves begin. Four times as many would mend a quarter of what
	// is left of problems of low rank.
	maxRoundings = 16
	// maxRoundingSweeps limits the moves from each point, as rounding errors of the slopes may repeat them forever.
	maxRoundingSweeps = 20
	// hopelessFrom is the certificate after the first moves, in units of the tolerance, from which others hardly ever
	// lead to the tolerance.
	hopelessFrom = 5
)

// roundWell looks for an optimal x in float32 near an optimal one that rounding to the nearest numbers has spoiled. If
// it finds none, the answer remains what it was.
func (r *run) roundWell(ctx context.Context, exact []float64, tolerance float64) {
	kept, certificate := slices.Clone(r.x), r.certificate
	random := rand.New(rand.NewPCG(1, uint64(len(exact))))
	for k := range maxRoundings {
		for i, v := range exact {
			r.x[i] = float64(float32(v))
			if k > 0 && random.Uint64()&1 == 0 {
				r.x[i] = r.beyond(i, v)
			}
		}
		r.refresh()
		r.sweepNumbers()
		r.refresh()
		c := r.certify()
		if c.within(tolerance) && rise(r.x, r.grad, r.start, r.startGrad) <= 0 {
			return
		}
		if !(c.worst() <= hopelessFrom*tolerance) || ctx.Err() != nil {
			break
		}
	}
	copy(r.x, kept)
	r.refresh()
	r.certificate = certificate
}

// beyond is the float32 number on the other side of v than the nearest one, if it is between the bounds of variable i,
// and the nearest one if not, or if v is a float32 number.
func (r *run) beyond(i int, v float64) float64 {
	near := float32(v)
	other := near
	switch {
	case float64(near) < v:
		other = math.Nextafter32(near, float32(math.Inf(1)))
	case float64(near) > v:
		other = math.Nextafter32(near, float32(math.Inf(-1)))
	}
	if w := float64(other); w >= r.lower[i] && w <= r.upper[i] {
		return w
	}
	return float64(near)
}

// sweepNumbers moves one variable after the other to the float32 number where f is lowest, as long as f falls. Where
// hᵢᵢ = 0, x is at the bound to which the quotient leads, which is infinite, or the slope is 0 and the quotient is NaN.
func (r *run) sweepNumbers() {
	for range maxRoundingSweeps {
		moved := false
		for i, x := range r.x {
			h := r.h.At(i, i)
			to := float64(float32(min(max(x-r.grad[i]/h, r.lower[i]), r.upper[i])))
			if d := to - x; d*(r.grad[i]+d*h/2) < 0 {
				moved = true
				r.x[i] = to
				mat.Axpy(d, r.h.Row(i), r.grad)
			}
		}
		if !moved {
			return
		}
	}
}
