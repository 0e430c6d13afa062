package qp

import (
	"context"
	"errors"
	"math"

	"ridge/mat"
	"ridge/qp/internal/ldl"
)

// indefinite returns the first variable at which h has no Cholesky factor, after scaling to a unit
// diagonal and adding shift to the diagonal, or −1. It does not look for one once the context has ended.
func indefinite(ctx context.Context, h *indexedMatrix, shift float64, w mat.Workers) int {
	if ctx.Err() != nil {
		return -1
	}
	var coupled []int
	for i := range h.full.Rows {
		if h.couples(i, func(int) bool { return true }) {
			coupled = append(coupled, i)
		}
	}
	if sparselyDefinite(ctx, h, coupled, shift) || ctx.Err() != nil {
		return -1
	}
	k := mat.NewDense[float64](len(coupled), len(coupled))
	for p, i := range coupled {
		row, to := h.full.Row(i), k.Row(p)[:p+1]
		for q := range to {
			to[q] = unitDiagonal(h, i, coupled[q], row[coupled[q]])
		}
		to[p] = 1 + shift
	}
	var e *mat.NotPositiveDefiniteError
	if errors.As(mat.PotrfContext(ctx, mat.Lower, k, w), &e) {
		return coupled[e.Minor-1]
	}
	return -1
}

// unitDiagonal returns element v of row i and column j after scaling h to a unit diagonal.
func unitDiagonal(h *indexedMatrix, i, j int, v float64) float64 {
	return v / math.Sqrt(h.full.At(i, i)) / math.Sqrt(h.full.At(j, j))
}

// orderingTime is how many operations of a sparse elimination take as long as the ordering of one element.
const orderingTime = 4 * orderingCost

// sparseCheckLimit is how many operations of a sparse factorization, beside the ordering, take as long as the dense
// factorization of the n coupled rows and columns of h. It is not positive if every sparse one takes longer.
func sparseCheckLimit(h *indexedMatrix, n int) float64 {
	_, elements := h.several()
	below := float64(elements-n) / 2
	limit := float64(n)*float64(n)*float64(n)/3/sparsePenalty - orderingTime*below
	if ldl.FewestOperations(below, n) > limit {
		return 0
	}
	return limit
}

// sparselyDefinite reports whether the rows and columns of h in coupled, scaled and shifted likewise, have positive
// pivots in an order that leaves the factor sparse. It returns false at once if a dense factorization is faster, and
// where the context ends.
func sparselyDefinite(ctx context.Context, h *indexedMatrix, coupled []int, shift float64) bool {
	n := len(coupled)
	limit := sparseCheckLimit(h, n)
	if limit <= 0 {
		return false
	}
	place := make([]int32, h.full.Cols)
	for p, i := range coupled {
		place[i] = int32(p)
	}
	each := func(f func(i, j int, v float64)) {
		for _, i := range coupled {
			h.each(i, func(j int, v float64) {
				if j < i {
					f(i, j, v)
				}
			})
		}
	}
	order := ldl.MinimumDegree(ldl.GraphOf(n, func(f func(i, j int)) {
		each(func(i, j int, _ float64) { f(int(place[i]), int(place[j])) })
	}), limit)
	if order == nil {
		return false
	}
	label, diagonal, positive := make([]int32, n), make([]float64, n), make([]bool, n)
	for k, p := range order {
		label[p], diagonal[k], positive[k] = int32(k), 1+shift, true
	}
	var m ldl.Upper
	m.Load(n, func(f func(i, j int32, v float64)) {
		each(func(i, j int, v float64) { f(label[place[i]], label[place[j]], unitDiagonal(h, i, j, v)) })
	})
	var f ldl.Factor
	return f.Analyze(m, limit) && f.Compute(ctx, diagonal, positive)
}
