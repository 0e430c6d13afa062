package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// normal computes sums Σ wᵢmᵢmᵢᵀ over rows mᵢ of an indexed matrix.
type normal struct {
	block  mat.Dense[float64] // whole rows, multiplied by √w
	place  []int32
	weight []float64
}

// blockRows64 is how many whole rows are added at a time.
const blockRows64 = 256

// add computes the lower triangle of k += Σ wᵢmᵢmᵢᵀ over the given rows. Column j of M is column
// position[j] of k, and is left out if that is negative. It returns false if the context has ended.
func (b *normal) add(ctx context.Context, k mat.Dense[float64], m *indexedMatrix, rows []int, w []float64,
	position []int32, workers mat.Workers) bool {
	if k.Rows == 0 {
		return true
	}
	if b.block.Cols < k.Rows {
		b.block = mat.NewDense[float64](blockRows64, k.Rows)
	}
	filled := 0
	flush := func() {
		if filled > 0 {
			mat.Syrk(mat.Lower, mat.Trans, 1, b.block.View(0, 0, filled, k.Rows), 1, k, workers)
			filled = 0
		}
	}
	for _, i := range rows {
		switch {
		case w[i] == 0:
		case m.whole[i]:
			to, factor := b.block.Row(filled)[:k.Rows], math.Sqrt(w[i])
			for j, v := range m.full.Row(i) {
				if p := position[j]; p >= 0 {
					to[p] = factor * v
				}
			}
			if filled++; filled == blockRows64 {
				flush()
				if ctx.Err() != nil {
					return false
				}
			}
		default:
			b.addSparse(k, m, i, w[i], position)
		}
	}
	flush()
	return ctx.Err() == nil
}

func (b *normal) addSparse(k mat.Dense[float64], m *indexedMatrix, i int, w float64, position []int32) {
	b.place, b.weight = b.place[:0], b.weight[:0]
	index, value := m.row(i)
	for p, j := range index {
		if q := position[j]; q >= 0 {
			b.place, b.weight = append(b.place, q), append(b.weight, value[p])
		}
	}
	for p, q := range b.place {
		row, factor := k.Row(int(q)), w*b.weight[p]
		for r, to := range b.place[:p+1] {
			row[to] += factor * b.weight[r]
		}
	}
}
