package qp

import (
	"math"

	"ridge/mat"
)

// certificate is the workspace for measuring, in float64, what the steps of a batch
// have achieved.
type certificate struct {
	x, grad      mat.Dense[float64]
	back, curve  mat.Dense[float64] // x₀ − x and H(x₀ − x), of the problems in rows
	rows         []int
	g            []float64
	lower, upper mat.Dense[float64]
}

// certifyRows is the number of problems that are certified together.
const certifyRows = 128

func (c *certificate) prepare(n int) {
	for _, m := range []*mat.Dense[float64]{&c.x, &c.grad, &c.back, &c.curve, &c.lower, &c.upper} {
		reserve(m, certifyRows, n)
	}
	if len(c.g) != n {
		c.g = make([]float64, n)
	}
	c.rows = make([]int, 0, certifyRows)
}

// certify measures the points w.x of problems from…to of the block that starts with
// problem lo, writes them to b.X and what it found to w.infos. A point at which
// the objective is above that of the starting point is replaced by the latter.
func (w *blockWorkspace[T]) certify(b Batch[T], lo, from, to int) {
	c := &w.certificate
	for i := from; i < to; i++ {
		w.loadRow(b, i, i-from, w.x.Row(i-lo))
	}
	rows := to - from
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, c.x.RowView(0, rows), w.solver.wide, 1, c.grad.RowView(0, rows), 1)
	w.turnBack(b, from, to)
	for i := from; i < to; i++ {
		r, k := i-lo, i-from
		info := &w.infos[r]
		x, grad, lower, upper := c.x.Row(k), c.grad.Row(k), c.lower.Row(k), c.upper.Row(k)
		load(c.g, b.G.Row(i))
		info.Objective = objective(x, grad, c.g)
		info.KKT = residual(x, grad, lower, upper)
		info.RelativeKKT = relative(info.KKT, w.scale[r])
		info.AtLower, info.AtUpper = countBounds(x, lower, upper)
		info.Status = certified(IterationLimit, info.KKT, w.target[r])
		load(b.X.Row(i), x)
	}
}

// loadRow sets row k of the certificate to problem i at the point x, and its
// gradient to g, to which Hx is to be added. A point that overflowed is replaced by
// the starting point.
func (w *blockWorkspace[T]) loadRow(b Batch[T], i, k int, x []T) {
	c := &w.certificate
	if notFinite(x) >= 0 {
		x = b.X.Row(i)
	}
	lower, upper := b.bounds(i)
	loadBound(c.lower.Row(k), lower, math.Inf(-1))
	loadBound(c.upper.Row(k), upper, math.Inf(1))
	load(c.x.Row(k), x)
	mat.Clamp(c.x.Row(k), c.lower.Row(k), c.upper.Row(k))
	load(c.grad.Row(k), b.G.Row(i))
}

// turnBack replaces points at which the objective is above that of the starting
// point. With δ = x₀ − x,
//
//	f(x₀) − f(x) = ∇f(x)ᵀδ + ½δᵀHδ ≥ ∇f(x)ᵀδ,
//
// so that the product Hδ is needed only where ∇f(x)ᵀδ is negative.
func (w *blockWorkspace[T]) turnBack(b Batch[T], from, to int) {
	c := &w.certificate
	c.rows = c.rows[:0]
	for k := range to - from {
		back := c.back.Row(len(c.rows))
		load(back, b.X.Row(from+k))
		mat.Clamp(back, c.lower.Row(k), c.upper.Row(k))
		mat.Axpy(-1, c.x.Row(k), back)
		if !(mat.Dot(c.grad.Row(k), back) >= 0) {
			c.rows = append(c.rows, k)
		}
	}
	undecided := len(c.rows)
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, c.back.RowView(0, undecided), w.solver.wide, 0, c.curve.RowView(0, undecided), 1)
	for q, k := range c.rows {
		back, curve, grad := c.back.Row(q), c.curve.Row(q), c.grad.Row(k)
		if mat.Dot(grad, back)+mat.Dot(curve, back)/2 >= 0 {
			continue
		}
		mat.Axpy(1, curve, grad)
		load(c.x.Row(k), b.X.Row(from+k))
		mat.Clamp(c.x.Row(k), c.lower.Row(k), c.upper.Row(k))
	}
}
