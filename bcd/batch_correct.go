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

	r    []mat.Dense[T] // R_n, 1 … L+1
	room struct {
		gradient, shift []T // a batch times the widest layer
	}
	slopes []mat.Dense[T] // ∂φ/∂Z_n, or ∂ℓ/∂O, at the point of the step, n = 2 … L+1
	now    stepping[T]
	phases struct{ rows, slopes, losses, steps, measure, rescale func(i int) }

	sizes, moves []float64 // the squared norms of the activations and of R_n by samples: see relative
	unscaled     int       // the layer whose R has yet to be multiplied by factor; 0: none
	factor       T
}

// stepping is the U step under way: that of layer n, of the samples that the steps are for.
type stepping[T mat.Float] struct {
	n, rows, steps          int
	step                    int          // the one under way
	gamma, length, momentum T            // γ_n, and t and β of [vec.Accelerate]
	u, shift                mat.Dense[T] // u and the point of the next step, both less max(0, z_n)
	gradient                mat.Dense[T] // by u_n, of the terms of the layers that read layer n
}

func newCorrection[T mat.Float](g *graph[T], r *rates, o *BatchOptions, b *batch[T]) *correction[T] {
	c := &correction[T]{graph: g, rates: r, inner: o.Inner, innerLast: o.InnerLast, batch: b, add: b.add}
	size := b.all.y.Rows
	c.r, c.slopes = make([]mat.Dense[T], len(g.widths)), make([]mat.Dense[T], len(g.widths))
	for n := 1; n < g.output(); n++ {
		c.r[n], c.slopes[n+1] = mat.NewDense[T](size, g.widths[n]), mat.NewDense[T](size, g.widths[n+1])
	}
	c.r[g.output()] = b.all.r
	c.room.gradient, c.room.shift = make([]T, size*g.widest()), make([]T, size*g.widest())
	c.sizes, c.moves = make([]float64, size), make([]float64, size)
	c.phases.rows, c.phases.slopes = c.rowsPart, c.slopesPart
	c.phases.losses, c.phases.steps = c.lossesPart, c.stepsPart
	c.phases.measure, c.phases.rescale = c.measurePart, c.rescalePart
	return c
}

// dropSatisfied computes R of the output, leaves the samples for which it is 0 out of the steps, and returns how many
// are left.
func (c *correction[T]) dropSatisfied() int {
	active := c.batch.useActive()
	c.r[c.graph.output()] = c.batch.used.r
	return active
}

// correctHidden computes R_n of the hidden layers, a row for each of the samples that the steps are for, last layer
// first: the U step, and the rescaling. Each layer sees the rescaled corrections of those above: unscaled, they would
// be lost in the rounding of the activations after some eight layers.
func (c *correction[T]) correctHidden(rows int) {
	if rows == 0 && c.add.Alone() {
		return
	}
	var last float64
	for n := c.graph.layers(); n >= 1 && !c.add.Stopped(); n-- {
		c.stepHidden(n, rows)
		if c.graph.layers() == 1 {
			return // nothing to rescale
		}
		relative := c.relative(n, rows)
		switch {
		case n == c.graph.layers():
			last = relative
		case relative > 0:
			c.unscaled, c.factor = n, T(last/relative)
		}
	}
	c.rescale()
}

// rescale multiplies R of the layer by what was found for it last, unless that is done.
func (c *correction[T]) rescale() {
	if c.unscaled > 0 {
		c.graph.team.run(c.phases.rescale)
		c.unscaled = 0
	}
}

// rescalePart does the samples of member i.
func (c *correction[T]) rescalePart(i int) {
	if c.unscaled > 0 {
		from, to := c.graph.team.part(i, c.now.rows)
		mat.Scal(c.factor, c.r[c.unscaled].RowView(from, to-from).Data)
	}
}

// relative is ‖R_n‖/‖max(0, Z_n)‖ of the batch, 0 if that is not a number. R_n has the given number of rows: for the
// samples that the steps are not for it is 0.
func (c *correction[T]) relative(n, rows int) float64 {
	if !c.graph.readByRows(n) {
		c.graph.team.run(c.phases.measure)
	}
	var size, moved float64
	for _, v := range c.sizes[:c.batch.Rows] {
		size += v
	}
	for _, v := range c.moves[:rows] {
		moved += v
	}
	if !c.add.Alone() {
		all := c.add.Numbers(size, moved)
		size, moved = all[0], all[1]
	}
	if size == 0 {
		return 0
	}
	return math.Sqrt(moved / size)
}

// measurePart computes the squared norms of the activations and of R_n of the samples of member i.
func (c *correction[T]) measurePart(i int) {
	f, r := c.batch.Activations(c.now.n), c.r[c.now.n]
	from, to := c.graph.team.part(i, f.Rows)
	squaredNorms(c.sizes, f, from, to)
	from, to = c.graph.team.part(i, c.now.rows)
	squaredNorms(c.moves, r, from, to)
}

// squaredNorms computes those of rows from … to−1. Neighbours write to the same cache lines: so it writes seldom.
func squaredNorms[T mat.Float](dst []float64, m mat.Dense[T], from, to int) {
	var some [16]float64
	for from < to {
		count := min(len(some), to-from)
		for k := range count {
			row := m.Row(from + k)
			some[k] = float64(mat.Dot(row, row))
		}
		copy(dst[from:], some[:count])
		from += count
	}
}

// stepHidden is the U step of layer n: Inner accelerated projected gradient steps on
//
//	γ_n(½‖u‖² − u·z_n) + Σ_k γ_k(½‖max(0, z_k)‖² − u_k·z_k) + [n = L]·ℓ(y, o),   u ≥ 0,
//
// for every sample, with the sum over the layers k that read n and z_k, o as they
// depend on u = u_n alone, from max(0, z_n) on. Its Hessian is between γ_n and
// γ_n + Σ_k γ_k‖W_{k,n}‖² + [n = L]·‖V‖² (Nesterov's constant scheme for strongly
// convex functions). It leaves R_n = u − max(0, z_n).
//
// Where the layers that read n have few weights, a worker takes its samples through all steps; else
// each step is two phases, split by the units of those layers, and by those of layer n.
func (c *correction[T]) stepHidden(n, rows int) {
	c.begin(n, rows)
	team := c.graph.team
	if c.graph.readByRows(n) {
		team.run(c.phases.rows)
		c.unscaled = 0
		return
	}
	c.rescale()
	for s := &c.now; s.step < s.steps; s.step++ {
		if s.step > 0 {
			team.run(c.phases.slopes)
			if n == c.graph.layers() {
				team.run(c.phases.losses)
			}
		}
		team.run(c.phases.steps)
	}
}

// begin sets up the U step of layer n.
func (c *correction[T]) begin(n, rows int) {
	gamma := c.rates.gammaOf(n)
	lipschitz := gamma
	for _, e := range c.graph.out[n] {
		lipschitz += c.rates.gammaOf(e.to) * e.norm.squared
	}
	q := math.Sqrt(gamma / lipschitz)
	width, steps := c.graph.widths[n], c.inner
	if n == c.graph.layers() {
		steps = c.innerLast
	}
	c.now = stepping[T]{
		n: n, rows: rows, steps: steps, gamma: T(gamma), length: T(1 / lipschitz), momentum: T((1 - q) / (1 + q)),
		u:        c.r[n],
		gradient: mat.DenseOf(rows, width, c.room.gradient[:rows*width]),
		shift:    mat.DenseOf(rows, width, c.room.shift[:rows*width]),
	}
}

// rowsPart does all steps for the samples of member i.
func (c *correction[T]) rowsPart(i int) {
	c.rescalePart(i) // of the layer above
	from, to := c.graph.team.part(i, c.now.rows)
	s := span{from, to}
	panels := c.graph.out[c.now.n][0].packed.backward.Panels()
	for step := range c.now.steps {
		if step > 0 {
			for _, e := range c.graph.out[c.now.n] {
				c.slope(e, s, 0, e.packed.forward.Panels())
			}
			c.lossSlope(s)
		}
		c.step(step, s, 0, panels)
	}
	if c.graph.layers() > 1 {
		c.measurePart(i)
	}
}

// slopesPart does the panels of member i of the layers that read layer n.
func (c *correction[T]) slopesPart(i int) {
	for _, e := range c.graph.out[c.now.n] {
		list, count := tiles(c.graph.team, i, e.packed.forward, c.now.rows, rowUnit)
		for _, t := range list[:count] {
			c.slope(e, t.rows, t.from, t.to)
		}
	}
}

// lossesPart does the samples of member i.
func (c *correction[T]) lossesPart(i int) {
	from, to := c.graph.team.part(i, c.now.rows)
	c.lossSlope(span{from, to})
}

// stepsPart does the panels of member i of layer n.
func (c *correction[T]) stepsPart(i int) {
	list, count := tiles(c.graph.team, i, c.graph.out[c.now.n][0].packed.backward, c.now.rows, rowUnit)
	for _, t := range list[:count] {
		c.step(c.now.step, t.rows, t.from, t.to)
	}
}

// slope computes the slope of the term of layer e.to by its pre-activations, for some panels. That of the output is
// left to lossSlope: here it is the outputs.
func (c *correction[T]) slope(e *edge[T], s span, from, to int) {
	slope := rowsOf(c.slopes[e.to], s)
	// What z moves by; what else the layer reads stays.
	e.packed.forward.Mul(1, rowsOf(c.now.shift, s), 0, slope, from, to)
	first, last := columns(e.packed.forward, from, to)
	if e.to == c.graph.output() {
		moved := slope.ColView(first, last-first)
		mat.Add(moved, moved, rowsOf(c.batch.used.Z[e.to], s).ColView(first, last-first))
		return
	}
	z, r := c.batch.used.Z[e.to], c.r[e.to]
	eachPiece(s, first, last, slope.Cols, func(i, j int) {
		vec.LiftSlope(c.slopes[e.to].Data[i:j], z.Data[i:j], r.Data[i:j])
	})
}

// lossSlope turns outputs into the slope of the loss there, if the output reads layer n.
func (c *correction[T]) lossSlope(s span) {
	if c.now.n < c.graph.layers() {
		return
	}
	slopes := c.slopes[c.graph.output()]
	for i := s.from; i < s.to; i++ {
		o := slopes.Row(i)
		c.batch.loss.Slope(o, o, c.batch.used.y.Row(i), 1)
	}
}

// step is an accelerated projected gradient step for some units of layer n. The first one starts from max(0, z_n),
// where the slopes are −R of the readers. u and shift are relative to that point, so the last step leaves R_n in u.
func (c *correction[T]) step(k int, s span, from, to int) {
	now := &c.now
	first, last := columns(c.graph.out[now.n][0].packed.backward, from, to)
	gradient := rowsOf(now.gradient, s)
	for i, e := range c.graph.out[now.n] {
		gamma, slope := T(c.rates.gammaOf(e.to)), rowsOf(c.slopes[e.to], s)
		if k == 0 {
			gamma, slope = -gamma, rowsOf(c.r[e.to], s)
		}
		e.packed.backward.Mul(gamma, slope, T(min(i, 1)), gradient, from, to)
	}
	u, shift, z := now.u.Data, now.shift.Data, c.batch.used.Z[now.n].Data
	eachPiece(s, first, last, now.u.Cols, func(i, j int) {
		if k == 0 {
			clear(u[i:j])
			clear(shift[i:j])
		}
		vec.Accelerate(u[i:j], shift[i:j], now.gradient.Data[i:j], z[i:j], now.gamma, now.length, now.momentum)
	})
}

// eachPiece calls f with the ends of the contiguous pieces of columns first … last−1 of some rows of a matrix with cols
// columns: a single piece if these are all columns.
func eachPiece(s span, first, last, cols int, f func(i, j int)) {
	if first == 0 && last == cols {
		f(s.from*cols, s.to*cols)
		return
	}
	for row := s.from; row < s.to; row++ {
		f(row*cols+first, row*cols+last)
	}
}
