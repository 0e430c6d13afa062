package qp

import (
	"math"

	"ridge/mat"
)

// points holds the points of a block in float64, and what is measured there.
type points struct {
	rows         int
	x, grad      mat.Dense[float64]
	lower, upper mat.Dense[float64]
	g            []float64
	back, curve  mat.Dense[float64] // x₀ − x and H(x₀ − x), of the problems in turned
	turned       []int
}

func (c *points) prepare(n int) {
	for _, m := range []*mat.Dense[float64]{&c.x, &c.grad, &c.back, &c.curve, &c.lower, &c.upper} {
		*m = mat.NewDense[float64](blockRows, n)
	}
	c.g = make([]float64, n)
	c.turned = make([]int, 0, blockRows)
}

// start loads the bounds of problems lo…hi of b and their starting points, projected.
func (c *points) start(b anyBatch, lo, hi int) {
	c.rows = hi - lo
	for r := range c.rows {
		b.loadStart(lo+r, c.x.Row(r), c.lower.Row(r), c.upper.Row(r))
	}
}

// anyBatch is a batch of either type.
type anyBatch interface {
	loadStart(i int, x, lower, upper []float64)
	loadLinear(i int, g []float64)
}

// loadStart writes problem i's projected starting point and its bounds.
func (b Batch[T]) loadStart(i int, x, lower, upper []float64) {
	l, u := b.bounds(i)
	loadBound(lower, l, math.Inf(-1))
	loadBound(upper, u, math.Inf(1))
	load(x, b.X.Row(i))
	mat.Clamp(x, lower, upper)
}

// loadLinear writes problem i's linear term.
func (b Batch[T]) loadLinear(i int, g []float64) { load(g, b.G.Row(i)) }

// allZero says whether the first points are all zero.
func (c *points) allZero(rows int) bool {
	for r := range rows {
		if mat.AbsMax(c.x.Row(r)) != 0 {
			return false
		}
	}
	return true
}

// gradients computes Hx + g for all points. A point that overflowed is replaced by
// the starting point first.
func (c *points) gradients(b anyBatch, h mat.Dense[float64], lo, hi int) {
	rows := hi - lo
	for r := range rows {
		if notFinite(c.x.Row(r)) >= 0 {
			b.loadStart(lo+r, c.x.Row(r), c.lower.Row(r), c.upper.Row(r))
		}
		b.loadLinear(lo+r, c.grad.Row(r))
	}
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, c.x.RowView(0, rows), h, 1, c.grad.RowView(0, rows), 1)
}

// certify writes the points to b.X, and what was measured there to w.infos. A point at
// which the objective is above that of the starting point is replaced by the latter.
func (w *blockWorkspace[T]) certify(b Batch[T], lo, hi int) {
	c := &w.points
	w.turnBack(b, lo, hi)
	for i := lo; i < hi; i++ {
		r := i - lo
		info := &w.infos[r]
		x, grad, lower, upper := c.x.Row(r), c.grad.Row(r), c.lower.Row(r), c.upper.Row(r)
		load(c.g, b.G.Row(i))
		info.Objective = objective(x, grad, c.g)
		info.RelativeKKT = relative(info.KKT, w.scale[r])
		info.DualityGap = dualityGap(x, grad, lower, upper)
		info.AtLower, info.AtUpper = countBounds(x, lower, upper)
		info.Status = certified(IterationLimit, info.KKT, w.target[r])
		if info.Iterations > 0 {
			info.Method = CoordinateDescent
		}
		load(b.X.Row(i), x)
	}
}

// turnBack replaces points at which the objective is above that of the starting
// point. With δ = x₀ − x,
//
//	f(x₀) − f(x) = ∇f(x)ᵀδ + ½δᵀHδ ≥ ∇f(x)ᵀδ,
//
// so that the product Hδ is needed only where ∇f(x)ᵀδ is negative.
func (w *blockWorkspace[T]) turnBack(b Batch[T], lo, hi int) {
	c := &w.points
	c.turned = c.turned[:0]
	for r := range hi - lo {
		back := c.back.Row(len(c.turned))
		load(back, b.X.Row(lo+r))
		mat.Clamp(back, c.lower.Row(r), c.upper.Row(r))
		mat.Axpy(-1, c.x.Row(r), back)
		if !(mat.Dot(c.grad.Row(r), back) >= 0) {
			c.turned = append(c.turned, r)
		}
	}
	undecided := len(c.turned)
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, c.back.RowView(0, undecided), w.solver.wide, 0, c.curve.RowView(0, undecided), 1)
	replaced := false
	for q, r := range c.turned {
		if mat.Dot(c.grad.Row(r), c.back.Row(q))+mat.Dot(c.curve.Row(q), c.back.Row(q))/2 >= 0 {
			continue
		}
		b.loadStart(lo+r, c.x.Row(r), c.lower.Row(r), c.upper.Row(r))
		replaced = true
	}
	if replaced { // seldom; and what is certified is measured, not updated
		w.measure(b, lo, hi)
	}
}
