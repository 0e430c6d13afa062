package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// pivotedCore eliminates nothing: it factors the whole system
//
//	⎡ H + Θ + ρ    −Aᵀ  ⎤
//	⎣     A       V + δ ⎦
//
// with row exchanges, after scaling rows and columns by the square roots of large diagonal elements. The other
// eliminations square the condition of the active rows, and their regularization must exceed the rounding error of that
// square. This one needs hardly any, but takes several times as many operations.
type pivotedCore struct {
	refined

	lu    mat.Dense[float64]
	ipiv  []int
	scale []float64 // of the free variables, and then of the rows
	right []float64
}

const (
	// maxPivoted is the largest order of such a system. Its matrix takes 72 MB, and a factorization about a second.
	maxPivoted = 3000
	// pivotedRegularization takes the place of regularization here, and leastRegularization is tried after it for
	// active sets.
	pivotedRegularization, leastRegularization = 0x1p-50, 0x1p-70
)

// factor returns false if a pivot is zero.
func (c *pivotedCore) factor(_ context.Context, k *kkt) bool {
	n := len(k.free)
	size := n + len(k.rows)
	c.lu = resized(c.lu, size, size)
	c.lu.Fill(0)
	c.ipiv, c.scale, c.right = sized(c.ipiv, size), sized(c.scale, size), sized(c.right, size)
	for p, j := range k.free {
		c.scale[p] = 1 / math.Sqrt(max(1, k.theta[j]+k.h.diagonal(j)))
	}
	for q, i := range k.rows {
		c.scale[n+q] = 1 / math.Sqrt(max(1, k.v[i]))
	}
	mat.Parallel(k.workers, n, func(p int) { c.loadVariable(k, p) })
	for q, i := range k.rows {
		row, by := c.lu.Row(n+q), c.scale[n+q]
		k.a.each(i, func(j int, v float64) {
			if p := k.position[j]; p >= 0 {
				v *= by * c.scale[p]
				row[p] = v
				c.lu.Set(int(p), n+q, -v)
			}
		})
		row[n+q] = by*by*k.v[i] + k.delta
	}
	return mat.Getrf(c.lu, c.ipiv, k.workers) == nil
}

// loadVariable writes the elements of H in row p.
func (c *pivotedCore) loadVariable(k *kkt, p int) {
	row, j, by := c.lu.Row(p), k.free[p], c.scale[p]
	if k.h.full.Rows > 0 {
		k.h.each(j, func(l int, v float64) {
			if q := k.position[l]; q >= 0 {
				row[q] = by * v * c.scale[q]
			}
		})
	}
	row[p] += by*by*k.theta[j] + k.rho
}

// pivot makes k factor whole systems from now on.
func (k *kkt) pivot() { k.cores.pivots, k.cores.pivoted = true, &pivotedCore{} }

// eliminate ends that, and frees the memory.
func (k *kkt) eliminate() { k.cores.pivots, k.cores.pivoted, k.core = false, nil, nil }

func (c *pivotedCore) solve(k *kkt, r, s, dx, dy []float64) {
	n := len(k.free)
	for p, j := range k.free {
		c.right[p] = c.scale[p] * r[j]
	}
	for q, i := range k.rows {
		c.right[n+q] = c.scale[n+q] * s[i]
	}
	mat.Getrs(mat.NoTrans, c.lu, c.ipiv, mat.DenseOf(len(c.right), 1, c.right), k.workers)
	clear(dx)
	clear(dy)
	for p, j := range k.free {
		dx[j] = c.scale[p] * c.right[p]
	}
	for q, i := range k.rows {
		dy[i] = c.scale[n+q] * c.right[n+q]
	}
}
