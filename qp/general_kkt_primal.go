package qp

import (
	"context"

	"ridge/mat"
)

// primalCore eliminates the rows. It factors
//
//	K = H + Θ + ρ + Aᵀ(V + δ)⁻¹A
//
// whose order is the number of free variables.
type primalCore struct {
	refined

	k      mat.Dense[float64]
	sum    normal
	weight []float64
	right  []float64
}

func (c *primalCore) factor(ctx context.Context, k *kkt) bool {
	n := len(k.free)
	if c.weight == nil {
		c.weight, c.right = make([]float64, len(k.v)), make([]float64, len(k.theta))
	}
	c.k = resized(c.k, n, n)
	loadFree(c.k, k.h, k.free, k.position, k.workers)
	for p, j := range k.free {
		c.k.Data[p*c.k.Stride+p] += k.theta[j] + k.rho
	}
	for _, i := range k.rows {
		c.weight[i] = 1 / (k.v[i] + k.delta)
	}
	return c.sum.add(ctx, c.k, k.a, k.rows, c.weight, k.position, k.workers) &&
		mat.PotrfContext(ctx, mat.Lower, c.k, k.workers) == nil
}

// loadFree writes the lower triangle of the free variables' block of h. position has their indices in free.
func loadFree(to mat.Dense[float64], h *indexedMatrix, free []int, position []int32, w mat.Workers) {
	mat.Parallel(w, to.Rows, func(p int) {
		row := to.Row(p)[:p+1]
		j := free[p]
		switch {
		case h.full.Rows == 0:
			clear(row)
		case h.whole[j]:
			from := h.full.Row(j)
			for q := range row {
				row[q] = from[free[q]]
			}
		default:
			clear(row)
			index, value := h.row(j)
			for i, l := range index {
				if q := int(position[l]); q >= 0 && q <= p {
					row[q] = value[i]
				}
			}
		}
	})
}

func (c *primalCore) solve(k *kkt, r, s, dx, dy []float64) {
	clear(dy) // the multipliers of other rows, too
	for _, i := range k.rows {
		dy[i] = s[i] * c.weight[i]
	}
	k.a.addTransposed(1, dy, r, k.workers)
	right := c.right[:len(k.free)]
	for p, j := range k.free {
		right[p] = r[j]
	}
	solveFactored(c.k, right)
	clear(dx)
	for p, j := range k.free {
		dx[j] = right[p]
	}
	k.a.rowsTimes(k.rows, dx, k.product, k.workers)
	for _, i := range k.rows {
		dy[i] = (s[i] - k.product[i]) * c.weight[i]
	}
}

// solveFactored computes b := (LLᵀ)⁻¹b.
func solveFactored(l mat.Dense[float64], b []float64) {
	mat.Trsv(mat.Lower, mat.NoTrans, mat.NonUnit, l, b)
	mat.Trsv(mat.Lower, mat.Trans, mat.NonUnit, l, b)
}

// sized returns a slice of n elements, in the memory of s if that is large enough.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// resized returns a matrix of the given shape, in the memory of m if that is large enough.
func resized(m mat.Dense[float64], rows, cols int) mat.Dense[float64] {
	if cap(m.Data) < rows*cols {
		return mat.NewDense[float64](rows, cols)
	}
	return mat.DenseOf(rows, cols, m.Data[:rows*cols])
}
