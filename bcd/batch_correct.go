package bcd

import (
	"math"

	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// correction computes what the activations of a batch should be moved by, R_n of all layers.
type correction[T mat.Float] struct {
	graph            *graph[T]
	rates            *rates
	inner, innerLast int // projected gradient steps
	batch            *batch[T]
	add              *train.Adder
	w                mat.Workers

	r    []mat.Dense[T] // R_n, 1 … L+1
	room struct {
		point, gradient, shift, slope []T // a batch times the widest layer
	}
}

func newCorrection[T mat.Float](g *graph[T], r *rates, o *BatchOptions, b *batch[T], w mat.Workers) *correction[T] {
	c := &correction[T]{graph: g, rates: r, inner: o.Inner, innerLast: o.InnerLast, batch: b, add: b.add, w: w}
	size := b.y.Rows
	c.r = make([]mat.Dense[T], len(g.widths))
	for n := 1; n < len(g.widths); n++ {
		c.r[n] = mat.NewDense[T](size, g.widths[n])
	}
	for _, s := range []*[]T{&c.room.point, &c.room.gradient, &c.room.shift, &c.room.slope} {
		*s = make([]T, size*g.widest())
	}
	return c
}

// output computes R of the output, and brings the samples for which it is not 0 to the front. It
// returns how many there are.
func (c *correction[T]) output() int { return c.batch.activeFirst(c.r[c.graph.output()]) }

// hidden computes R_n of the hidden layers for the first rows of the batch, last layer
// first: the U step, and the rescaling. Each layer sees the rescaled corrections of those
// above: unscaled, they would be lost in the rounding of the activations after some eight
// layers.
func (c *correction[T]) hidden(rows int) {
	if rows == 0 && c.add.Alone() {
		return
	}
	var last float64
	for n := c.graph.layers(); n >= 1 && !c.add.Stopped(); n-- {
		c.stepHidden(n, rows)
		relative := c.subtractForward(n, rows)
		switch {
		case n == c.graph.layers():
			last = relative
		case relative > 0:
			mat.Scal(T(last/relative), c.r[n].RowView(0, rows).Data)
		}
	}
}

// subtractForward turns U_n into R_n = U_n − max(0, Z_n), and returns
// ‖R_n‖/‖max(0, Z_n)‖ of the batch, 0 if that is not a number. Beyond the first rows R_n
// is 0.
func (c *correction[T]) subtractForward(n, rows int) float64 {
	r, f := c.r[n].RowView(0, rows), c.batch.Activations(n)
	mat.Sub(r, r, f.RowView(0, rows))
	var size float64
	for i := range f.Rows {
		size += float64(mat.Dot(f.Row(i), f.Row(i)))
	}
	moved := float64(mat.Dot(r.Data, r.Data))
	if !c.add.Alone() {
		all := c.add.Numbers(size, moved)
		size, moved = all[0], all[1]
	}
	if size == 0 {
		return 0
	}
	return math.Sqrt(moved / size)
}

// stepHidden is the U step of layer n: Inner accelerated projected gradient steps on
//
//	γ_n(½‖u‖² − u·z_n) + Σ_k γ_k(½‖max(0, z_k)‖² − u_k·z_k) + [n = L]·ℓ(y, o),   u ≥ 0,
//
// for every sample, with the sum over the layers k that read n and z_k, o as they
// depend on u = u_n alone, from max(0, z_n) on. Its Hessian is between γ_n and
// γ_n + Σ_k γ_k‖W_{k,n}‖² + [n = L]·‖V‖² (Nesterov's constant scheme for strongly
// convex functions).
func (c *correction[T]) stepHidden(n, rows int) {
	gamma := c.rates.tie(n)
	lipschitz := gamma
	for _, e := range c.graph.out[n] {
		lipschitz += c.rates.tie(e.to) * e.norm.squared
	}
	q := math.Sqrt(gamma / lipschitz)
	t, beta := T(1/lipschitz), T((1-q)/(1+q))

	width := c.graph.widths[n]
	f, z, u := c.batch.A[n].View(0, 0, rows, width), c.batch.Z[n].RowView(0, rows), c.r[n].RowView(0, rows)
	point := mat.DenseOf(rows, width, c.room.point[:rows*width])
	gradient := mat.DenseOf(rows, width, c.room.gradient[:rows*width])
	mat.Copy(point, f)
	mat.Copy(u, f)
	inner := c.inner
	if n == c.graph.layers() {
		inner = c.innerLast
	}
	for k := range inner {
		vec.ScaledDifference(gradient.Data, T(gamma), point.Data, z.Data)
		for _, e := range c.graph.out[n] {
			c.addReader(gradient, point, e, k > 0)
		}
		vec.Accelerate(u.Data, point.Data, gradient.Data, t, beta)
	}
}

// addReader adds to the gradient at point of the U step of layer e.from what layer
// e.to brings, which reads it. If moved is false, point is the forward activations.
func (c *correction[T]) addReader(gradient, point mat.Dense[T], e *edge[T], moved bool) {
	rows, width := point.Rows, c.graph.widths[e.to]
	r, z := c.r[e.to].RowView(0, rows), c.batch.Z[e.to].RowView(0, rows)
	if !moved { // the slope is −R there
		mat.Gemm(mat.NoTrans, mat.NoTrans, T(-c.rates.tie(e.to)), r, e.w, 1, gradient, c.w)
		return
	}
	// z + W(point − max(0, z_from)): what else the layer reads stays.
	shift := mat.DenseOf(rows, point.Cols, c.room.shift[:rows*point.Cols])
	mat.Sub(shift, point, c.batch.A[e.from].View(0, 0, rows, point.Cols))
	slope := mat.DenseOf(rows, width, c.room.slope[:rows*width])
	mat.Copy(slope, z)
	mat.Gemm(mat.NoTrans, mat.Trans, 1, shift, e.w, 1, slope, c.w)
	if e.to == c.graph.output() {
		for i := range rows {
			o := slope.Row(i)
			c.batch.loss.Slope(o, o, c.batch.y.Row(i), 1)
		}
	} else {
		vec.LiftSlope(slope.Data, slope.Data, z.Data, r.Data)
	}
	mat.Gemm(mat.NoTrans, mat.NoTrans, T(c.rates.tie(e.to)), slope, e.w, 1, gradient, c.w)
}
