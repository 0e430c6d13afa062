package qp

import (
	"math"

	"ridge/mat"
)

// points holds the points of a block of problems in float64, and the gradients there.
type points[T mat.Float] struct {
	batch        Batch[T]
	lo, rows     int    // the first problem, and the number of problems
	infos        []Info // of the caller
	x, grad      mat.Dense[float64]
	lower, upper mat.Dense[float64]
	g, atZero    []float64
	back, curve  mat.Dense[float64] // x₀ − x and H(x₀ − x), for the problems in reverted
	reverted     []int
}

func newPoints[T mat.Float](n int) points[T] {
	next := func() mat.Dense[float64] { return mat.NewDense[float64](blockRows, n) }
	return points[T]{
		x: next(), grad: next(), back: next(), curve: next(), lower: next(), upper: next(),
		g: make([]float64, n), atZero: make([]float64, n), reverted: make([]int, 0, blockRows),
	}
}

// load takes problems lo…hi−1 of b, and their bounds. The points of refused problems are set to
// zero.
func (c *points[T]) load(b Batch[T], lo, hi int, infos []Info) {
	c.batch, c.lo, c.rows, c.infos = b, lo, hi-lo, infos
	for r := range c.rows {
		if c.refused(r) {
			for _, m := range []mat.Dense[float64]{c.x, c.grad, c.lower, c.upper} {
				clear(m.Row(r))
			}
			continue
		}
		l, u := b.bounds(lo + r)
		loadBound(c.lower.Row(r), l, math.Inf(-1))
		loadBound(c.upper.Row(r), u, math.Inf(1))
	}
}

// refused reports whether problem r of the block is to be skipped.
func (c *points[T]) refused(r int) bool { return c.infos[r].refused() }

// linear returns the linear term of problem r in float64. It is valid until the next call.
func (c *points[T]) linear(r int) []float64 {
	g := c.batch.G.Row(c.lo + r)
	if same, ok := any(g).([]float64); ok {
		return same
	}
	load(c.g, g)
	return c.g
}

// pointsNextToZero moves to the points next to 0. Unless all of them are 0, it computes the gradients there.
func (c *points[T]) pointsNextToZero(h mat.Dense[float64]) (zero bool) {
	zero = true
	for r := range c.rows {
		if !c.refused(r) {
			x := c.x.Row(r)
			clear(x)
			mat.Clamp(x, c.lower.Row(r), c.upper.Row(r))
			zero = zero && mat.AbsMax(x) == 0
		}
	}
	if !zero {
		c.gradients(h)
	}
	return zero
}

// start moves problem r to its starting point, projected on the box.
func (c *points[T]) start(r int) {
	load(c.x.Row(r), c.batch.X.Row(c.lo+r))
	mat.Clamp(c.x.Row(r), c.lower.Row(r), c.upper.Row(r))
}

// allZero reports whether the points are all zero.
func (c *points[T]) allZero() bool {
	for r := range c.rows {
		if mat.AbsMax(c.x.Row(r)) != 0 {
			return false
		}
	}
	return true
}

// gradients computes Hx + g for all points. A point that has overflowed is first replaced by the
// starting point.
func (c *points[T]) gradients(h mat.Dense[float64]) {
	for r := range c.rows {
		if c.refused(r) {
			clear(c.grad.Row(r))
			continue
		}
		if notFinite(c.x.Row(r)) >= 0 {
			c.start(r)
		}
		load(c.grad.Row(r), c.batch.G.Row(c.lo+r))
	}
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, c.x.RowView(0, c.rows), h, 1, c.grad.RowView(0, c.rows), 1)
}

// point is the current point of problem r, with its linear term. It is valid until the next call.
func (c *points[T]) point(r int, u natural) point {
	return point{x: c.x.Row(r), grad: c.grad.Row(r), g: c.linear(r), lower: c.lower.Row(r), upper: c.upper.Row(r),
		units: u, curvature: u.e}
}

// certify computes the certificate of a point.
func (c *points[T]) certify(p point, h mat.Dense[float64], s scale) Certificate {
	p.atZero = slopesAtZero(h, p.g, p.lower, p.upper, c.atZero)
	return p.certify(s)
}

// revertRises returns problems to their starting points if the objective is higher than there, and
// reports whether there are any. With δ = x₀ − x,
//
//	f(x₀) − f(x) = ∇f(x)ᵀδ + ½δᵀHδ ≥ ∇f(x)ᵀδ,
//
// so that the product Hδ is needed only if ∇f(x)ᵀδ is negative.
func (c *points[T]) revertRises(h mat.Dense[float64]) (any bool) {
	c.reverted = c.reverted[:0]
	for r := range c.rows {
		if c.refused(r) {
			continue
		}
		back := c.back.Row(len(c.reverted))
		load(back, c.batch.X.Row(c.lo+r))
		mat.Clamp(back, c.lower.Row(r), c.upper.Row(r))
		mat.Axpy(-1, c.x.Row(r), back)
		if !(mat.Dot(c.grad.Row(r), back) >= 0) {
			c.reverted = append(c.reverted, r)
		}
	}
	undecided := len(c.reverted)
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, c.back.RowView(0, undecided), h, 0, c.curve.RowView(0, undecided), 1)
	for q, r := range c.reverted {
		if !(mat.Dot(c.grad.Row(r), c.back.Row(q))+mat.Dot(c.curve.Row(q), c.back.Row(q))/2 >= 0) {
			c.start(r)
			any = true
		}
	}
	return any
}
