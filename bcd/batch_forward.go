package bcd

import (
	"slices"

	"ridge/bcd/nn"
	"ridge/bcd/vec"
	"ridge/mat"
)

// batchPhases is what the team does with a batch, and which layers it is at.
type batchPhases struct {
	gather, forward, judge, compact, count func(i int)

	from, to int // layers from … to−1
}

// verdict is what the outputs of a sample say.
type verdict struct {
	loss          float64
	wrong, active bool // active: the slope of the loss is not 0
}

// Forward computes all layers, as [nn.Pass.Forward] does, from the panels of the weights. Consecutive layers with few
// weights are one phase.
func (b *batch[T]) Forward() {
	g := b.graph
	g.pack()
	for n := 1; n <= g.output(); n = b.phases.to {
		b.phases.from, b.phases.to = n, n+1
		for g.computedByRows(n) && b.phases.to <= g.output() && g.computedByRows(b.phases.to) {
			b.phases.to++
		}
		g.team.run(b.phases.forward)
	}
	if !g.computedByRows(g.output()) {
		g.team.run(b.phases.judge)
	}
}

// judgePart looks at the outputs of the samples of member i.
func (b *batch[T]) judgePart(i int) {
	from, to := b.graph.team.part(i, b.Rows)
	b.judge(span{from, to})
}

// judge computes the verdicts on some samples, and R of the output, minus the slope of the loss.
func (b *batch[T]) judge(s span) {
	o := b.Outputs()
	for i := s.from; i < s.to; i++ {
		oi, yi, ri := o.Row(i), b.all.y.Row(i), b.all.r.Row(i)
		b.loss.Slope(ri, oi, yi, -1)
		b.verdicts[i] = verdict{b.loss.Value(oi, yi), b.data.Wrong(oi, b.all.samples[i]), mat.Asum(ri) != 0}
	}
}

// positives counts the activations above 0: for each member those of its samples, layer by layer.
func (b *batch[T]) positives() []int {
	b.positive = slices.Grow(b.positive[:0], b.graph.team.size*b.graph.layers())
	b.positive = b.positive[:b.graph.team.size*b.graph.layers()]
	b.graph.team.run(b.phases.count)
	return b.positive
}

// countPart counts those of the samples of member i.
func (b *batch[T]) countPart(i int) {
	from, to := b.graph.team.part(i, b.Rows)
	for n := range b.graph.layers() {
		count := 0
		for row := from; row < to; row++ {
			count += nn.CountPositive(b.Z[n+1].Row(row))
		}
		b.positive[i*b.graph.layers()+n] = count
	}
}

// forwardPart computes the part of member i: its samples, or its panels of one layer.
func (b *batch[T]) forwardPart(i int) {
	g := b.graph
	n := b.phases.from
	if !g.computedByRows(n) {
		list, count := tiles(g.team, i, g.in[n][0].packed.forward, b.Rows, rowUnit)
		for _, t := range list[:count] {
			b.forwardLayer(n, t.rows, t.from, t.to)
		}
		return
	}
	from, to := g.team.part(i, b.Rows)
	for ; n < b.phases.to; n++ {
		b.forwardLayer(n, span{from, to}, 0, g.in[n][0].packed.forward.Panels())
	}
}

// forwardLayer computes some panels of layer n for some samples.
func (b *batch[T]) forwardLayer(n int, s span, from, to int) {
	z := rowsOf(b.Z[n], s)
	beta := T(0)
	for _, e := range b.graph.in[n] {
		a := rowsOf(b.A[e.from], s).ColView(0, e.packed.forward.Rows())
		e.packed.forward.Mul(1, a, beta, z, from, to)
		beta = 1
	}
	if n == b.graph.output() {
		if b.graph.computedByRows(n) {
			b.judge(s)
		}
		return
	}
	first, last := columns(b.graph.in[n][0].packed.forward, from, to)
	for i := s.from; i < s.to; i++ {
		vec.Relu(b.A[n].Row(i)[first:last], b.Z[n].Row(i)[first:last])
	}
}

// columns are those of some panels.
func columns[T mat.Float](p *mat.Packed[T], from, to int) (first, last int) {
	return min(from*p.PanelCols(), p.Cols()), min(to*p.PanelCols(), p.Cols())
}
