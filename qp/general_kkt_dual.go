package qp

import (
	"context"

	"ridge/mat"
)

// dualCore eliminates the variables. It factors
//
//	S = V + δ + A(H + Θ + ρ)⁻¹Aᵀ
//
// whose order is the number of rows. Variables that H couples with no other variable are eliminated
// by division; the block of H of all others is factored first.
type dualCore struct {
	refined

	single   []int // variables without coupling
	coupled  []int
	position []int32            // index of a variable in coupled, or −1
	h        mat.Dense[float64] // the factor of the coupled variables' block
	t        mat.Dense[float64] // its inverse times their columns of A, transposed
	s        mat.Dense[float64]
	sum      normal
	inverse  []float64 // of H + Θ + ρ, for the variables without coupling
	place    []int32   // of a row of A in s, or −1
	right    []float64
	inner    []float64
}

// split separates coupled variables from the others.
func (c *dualCore) split(k *kkt) {
	c.single, c.coupled = c.single[:0], c.coupled[:0]
	for _, j := range k.free {
		if k.couples(j) {
			c.coupled = append(c.coupled, j)
		} else {
			c.single = append(c.single, j)
		}
	}
	m := len(k.v)
	if c.place == nil {
		c.place, c.inverse = make([]int32, m), make([]float64, len(k.theta))
		c.right, c.inner = make([]float64, m), make([]float64, len(k.theta))
		c.position = make([]int32, len(k.theta))
	}
	setPlaces(c.place, k.rows)
	setPlaces(c.position, c.coupled)
	q, r := len(c.coupled), len(k.rows)
	c.h, c.t, c.s = resized(c.h, q, q), resized(c.t, q, r), resized(c.s, r, r)
}

func (c *dualCore) factor(ctx context.Context, k *kkt) bool {
	for _, j := range c.single {
		d := k.theta[j] + k.rho + k.h.diagonal(j)
		c.inverse[j] = 1 / d
	}
	c.s.Fill(0)
	for p, i := range k.rows {
		c.s.Set(p, p, k.v[i]+k.delta)
	}
	return c.sum.add(ctx, c.s, k.columns, c.single, c.inverse, c.place, k.workers) && c.factorCoupled(ctx, k) &&
		ctx.Err() == nil && mat.PotrfContext(ctx, mat.Lower, c.s, k.workers) == nil
}

// factorCoupled adds the contribution of the coupled variables to s.
func (c *dualCore) factorCoupled(ctx context.Context, k *kkt) bool {
	if len(c.coupled) == 0 {
		return true
	}
	loadFree(c.h, k.h, c.coupled, c.position, k.workers)
	for p, j := range c.coupled {
		c.h.Data[p*c.h.Stride+p] += k.theta[j] + k.rho
	}
	if mat.PotrfContext(ctx, mat.Lower, c.h, k.workers) != nil || ctx.Err() != nil {
		return false
	}
	if len(k.rows) == 0 {
		return true
	}
	for p, j := range c.coupled {
		row, from := c.t.Row(p), k.columns.full.Row(j)
		for q, i := range k.rows {
			row[q] = from[i]
		}
	}
	mat.Trsm(mat.Left, mat.Lower, mat.NoTrans, mat.NonUnit, 1, c.h, c.t, k.workers)
	if ctx.Err() != nil {
		return false
	}
	mat.Syrk(mat.Lower, mat.Trans, 1, c.t, 1, c.s, k.workers)
	return true
}

// divide computes x := (H + Θ + ρ)⁻¹x.
func (c *dualCore) divide(x []float64) {
	for _, j := range c.single {
		x[j] *= c.inverse[j]
	}
	if len(c.coupled) == 0 {
		return
	}
	inner := c.inner[:len(c.coupled)]
	for p, j := range c.coupled {
		inner[p] = x[j]
	}
	solveFactored(c.h, inner)
	for p, j := range c.coupled {
		x[j] = inner[p]
	}
}

func (c *dualCore) solve(k *kkt, r, s, dx, dy []float64) {
	copy(dx, r)
	c.divide(dx)
	right := c.right[:len(k.rows)]
	k.a.rowsTimes(k.rows, dx, k.product, k.workers)
	for p, i := range k.rows {
		right[p] = s[i] - k.product[i]
	}
	solveFactored(c.s, right)
	clear(dy)
	for p, i := range k.rows {
		dy[i] = right[p]
	}
	copy(dx, r)
	k.a.addTransposed(1, dy, dx, k.workers)
	k.clearHeld(dx)
	c.divide(dx)
}
