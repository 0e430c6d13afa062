package qp

import (
	"math"

	"ridge/mat"
)

// largestPart factors as many of the variables in order as are numerically independent. The rows
// before keep stay; among the others, the next row is always that with the largest pivot relative
// to its diagonal element (Cholesky factorization with complete pivoting; Higham, Accuracy and
// Stability of Numerical Algorithms, ch. 10). When no remaining pivot is distinguishable from zero,
// the remaining variables become dependent. It takes nr² operations for a rank of r.
func (f *freeFactor) largestPart(v *view, keep int) (whole bool) {
	rank, trusted := f.pivotRows(v, keep)
	if !trusted && keep > 0 { // the rows before keep are ill-conditioned
		keep = 0
		rank, _ = f.pivotRows(v, keep)
	}
	f.pivoted = true
	f.effort.work += 2 * float64(rank) * float64(rank) * float64(len(f.order)-keep)
	f.dependent = append(f.dependent, f.order[keep+rank:]...)
	f.order = f.order[:keep+rank]
	return len(f.dependent) == 0
}

// pivotRows computes the rows of l from keep on, as many as the rank, in an order of their own. The
// result is not trusted if it ended at a pivot that is invalid only because its direction is long
// (see freeFactor.trusted).
func (f *freeFactor) pivotRows(v *view, keep int) (rank int, trusted bool) {
	f.stuck, f.negative = -1, 0
	a := f.eliminate(v, keep)
	n := len(f.order) - keep
	smallest := 1.0
	for r, i := range f.order[:keep] {
		smallest = min(smallest, f.l.At(r, r)*f.l.At(r, r)/v.h.At(i, i))
	}
	for rank < n {
		end := min(rank+pivotColumns, n)
		done, trusted := f.pivotBlock(v, a, keep, rank, end, &smallest)
		if done < end {
			return done, trusted
		}
		if end < n {
			rest := a.View(end, end, n-end, n-end)
			mat.Syrk(mat.Lower, mat.NoTrans, -1, a.View(end, rank, n-end, end-rank), 1, rest, v.workers)
		}
		rank = done
	}
	return rank, true
}

// pivotColumns is the number of columns after which the rest of the matrix is updated.
const pivotColumns = 48

// pivotBlock factors the columns of a from first to end, and returns the number of columns of a
// that are factored. f.left holds the remaining diagonal, and smallest the smallest pivot, relative
// to the diagonal.
func (f *freeFactor) pivotBlock(v *view, a mat.Dense[float64], keep, first, end int,
	smallest *float64) (done int, trusted bool) {
	n := a.Rows
	for i := first; i < n; i++ {
		f.left[i] = a.At(i, i)
	}
	for c := first; c < end; c++ {
		best, share := f.largestPivot(v, keep, c, n)
		if best < 0 {
			f.findNegative(v, keep, c, n)
			return c, true
		}
		f.swap(a, keep, c, best)
		if share**smallest < smallPivots && !(share > v.noPivot(keep+c)*f.length(v, keep+c)) {
			return c, false
		}
		*smallest = min(*smallest, share)
		d := math.Sqrt(f.left[c])
		row := a.Row(c)[first : c+1]
		row[c-first] = d
		for i := c + 1; i < n; i++ {
			to := a.Row(i)[first : c+1]
			e := (to[c-first] - mat.Dot(to[:c-first], row[:c-first])) / d
			to[c-first] = e
			f.left[i] -= e * e
		}
	}
	return end, true
}

// largestPivot returns the row from c on with the largest pivot relative to its diagonal element,
// and that ratio, or −1 if no pivot is distinguishable from zero.
func (f *freeFactor) largestPivot(v *view, keep, c, n int) (best int, share float64) {
	best, share = -1, v.noPivot(keep+c)
	for i, variable := range f.order[keep+c : keep+n] {
		if s := ratio(f.left[c+i], v.h.At(variable, variable)); s > share {
			best, share = c+i, s
		}
	}
	return best, share
}

// findNegative finds the most negative of the remaining pivots.
func (f *freeFactor) findNegative(v *view, keep, from, to int) {
	for i := from; i < to; i++ {
		variable := f.order[keep+i]
		if s := ratio(f.left[i], v.h.At(variable, variable)); s < f.negative {
			f.stuck, f.negative = variable, s
		}
	}
}

// swap exchanges rows and columns c and p ≥ c of a, of which only the lower triangle is stored, and
// the same rows in the earlier columns of l.
func (f *freeFactor) swap(a mat.Dense[float64], keep, c, p int) {
	if c == p {
		return
	}
	f.order[keep+c], f.order[keep+p] = f.order[keep+p], f.order[keep+c]
	f.left[c], f.left[p] = f.left[p], f.left[c]
	above, below := f.l.Row(keep + c)[:keep+c], f.l.Row(keep + p)[:keep+c]
	for j, e := range above {
		above[j], below[j] = below[j], e
	}
	last := a.Row(p)
	for i := c + 1; i < p; i++ {
		row := a.Row(i)
		row[c], last[i] = last[i], row[c]
	}
	for i := p + 1; i < a.Rows; i++ {
		row := a.Row(i)
		row[c], row[p] = row[p], row[c]
	}
	row := a.Row(c)
	row[c], last[p] = last[p], row[c]
}
