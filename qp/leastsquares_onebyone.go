package qp

import (
	"context"
	"math"
	"slices"

	"ridge/mat"
)

const (
	// lowRankShare is n divided by the rank up to which few columns can be free. To find out whether the
	// rank is that low takes n³/64 operations, a small part of those of the QR factorization.
	lowRankShare = 8
	// smallRank is a rank that is low for any n from twice as many on: finding out takes no time.
	smallRank = 24
	// wideShare is n divided by the number of rows up to which few columns can be free.
	wideShare = 2
	// passesPerVariable limits the number of exchanges for each variable.
	passesPerVariable = 3
	// maxFactored limits how often the free columns are factored anew.
	maxFactored = 8
)

// fewColumnsCanBeFree reports whether the columns that are free at a solution are few, as they are
// linearly independent: if R has few rows, or if RᵀR, which gram computes, has a small rank, up to
// rounding, as for smooth kernels and sums of exponential functions. Then exchanging them one by
// one from the bounds takes less time than the solution for RᵀR, which has little to say of nearly
// dependent columns.
func (b *boundedTriangle) fewColumnsCanBeFree(gram func() mat.Dense[float64]) bool {
	switch n := len(b.x); {
	case b.r.Rows == 0:
		return false
	case wideShare*b.r.Rows <= n:
		return true
	default:
		return rankWithin(gram(), max(n/lowRankShare, min(n/wideShare, smallRank)))
	}
}

// rankWithin reports whether a Cholesky factorization of h, positive semidefinite, with complete
// pivoting finds at most most independent columns. It takes n·most² operations. h is not changed.
func rankWithin(h mat.Dense[float64], most int) bool {
	n := h.Rows
	l, left := mat.NewDense[float64](n, most), make([]float64, n)
	negligible := 0.0
	for i := range left {
		left[i] = h.At(i, i)
		negligible = max(negligible, float64(n)*0x1p-53*left[i])
	}
	for c := 0; ; c++ {
		next := mat.Iamax(left)
		if left[next] <= negligible {
			return true
		}
		if c == most {
			return false
		}
		d, row := math.Sqrt(left[next]), slices.Clone(l.Row(next)[:c])
		for i := range left {
			e := (h.At(next, i) - mat.Dot(l.Row(i)[:c], row)) / d
			l.Set(i, c, e)
			left[i] = max(left[i]-e*e, 0)
		}
		left[next] = 0
	}
}

// startAtBounds puts all variables at the bound that is closer to 0. Variables without bounds are
// free.
func (b *boundedTriangle) startAtBounds() {
	for j, l := range b.lower {
		u := b.upper[j]
		switch {
		case math.IsInf(l, -1) && math.IsInf(u, 1):
			b.side[j], b.x[j] = isFree, 0
		case math.Abs(l) <= math.Abs(u):
			b.side[j], b.x[j] = atLower, l
		default:
			b.side[j], b.x[j] = atUpper, u
		}
	}
}

// onebyone exchanges one variable at a time. The objective falls from one set of free variables to
// the next, so no set recurs. The factorization of the free columns is updated. When nothing is
// left to exchange, they are factored anew, until that suggests no other exchange.
func (b *boundedTriangle) onebyone(ctx context.Context) error {
	mat.Clamp(b.x, b.lower, b.upper)
	most := passesPerVariable*len(b.x) + spareRounds
	for range maxFactored {
		if b.exhausted() {
			return nil
		}
		changed, err := b.exchangeSingly(ctx, &most)
		if err != nil {
			return err
		}
		if most == 0 {
			b.info.Status = IterationLimit
		}
		if most == 0 || !changed {
			return nil
		}
	}
	return nil
}

// exchangeSingly exchanges variables until no slope suggests it, and reports whether it exchanged
// any. It takes one from most for each minimum over free variables.
func (b *boundedTriangle) exchangeSingly(ctx context.Context, most *int) (changed bool, err error) {
	f, err := newUpdatedQR(ctx, b)
	if err != nil {
		return false, err
	}
	clear(b.tabu)
	entered := -1
	for ; *most > 0 && !b.exhausted(); *most-- {
		if err := ctx.Err(); err != nil {
			return changed, err
		}
		b.info.Iterations++
		copy(b.z, b.x)
		f.solve(b.z)
		b.free = f.free
		if entered >= 0 && !(b.slope[entered]*(b.z[entered]-b.x[entered]) < 0) {
			// Only rounding errors suggested freeing it.
			b.tabu[entered], b.side[entered] = true, b.sideAt(entered)
			f.leave(entered, b.x[entered], b.workers)
		} else {
			changed = changed || entered >= 0
			if entered = -1; b.moveTowards() {
				f.leaveHeld(b)
				changed = true
				continue
			}
		}
		if entered = b.steepest(f); entered < 0 {
			return changed, nil
		}
		b.side[entered] = isFree
		f.join(entered, b.x[entered], b.workers)
	}
	return changed, nil
}

// leaveHeld removes the columns whose variables are at a bound.
func (f *updatedQR) leaveHeld(b *boundedTriangle) {
	for q := len(f.free) - 1; q >= 0; q-- {
		if j := f.free[q]; b.side[j] != isFree {
			f.leave(j, b.x[j], b.workers)
		}
	}
}

func (b *boundedTriangle) sideAt(j int) side {
	switch b.x[j] {
	case b.lower[j]:
		return atLower
	case b.upper[j]:
		return atUpper
	}
	return isFree
}

// moveTowards moves x towards z up to the first bound, and reports whether there was one.
func (b *boundedTriangle) moveTowards() (blocked bool) {
	alpha := 1.0
	for _, j := range b.free {
		alpha = min(alpha, stepToBound(b.x[j], b.z[j]-b.x[j], b.lower[j], b.upper[j]))
	}
	for _, j := range b.free {
		d := b.z[j] - b.x[j]
		switch end := stepToBound(b.x[j], d, b.lower[j], b.upper[j]); {
		case b.z[j] < b.lower[j] && end <= alpha:
			b.x[j], b.side[j], blocked = b.lower[j], atLower, true
		case b.z[j] > b.upper[j] && end <= alpha:
			b.x[j], b.side[j], blocked = b.upper[j], atUpper, true
		case alpha == 1:
			b.x[j] = b.z[j]
		default:
			b.x[j] = min(max(b.x[j]+alpha*d, b.lower[j]), b.upper[j])
		}
	}
	if alpha > 0 {
		clear(b.tabu)
	}
	return blocked
}

// steepest returns the variable outside f with the steepest slope inwards, or −1.
func (b *boundedTriangle) steepest(f *updatedQR) int {
	f.slopes(b)
	best := -1
	for j, d := range b.slope {
		if f.place[j] < 0 && !b.tabu[j] && b.wants(j) && (best < 0 || math.Abs(d) > math.Abs(b.slope[best])) {
			best = j
		}
	}
	return best
}
