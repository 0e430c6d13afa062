package bcd

import (
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// batch is the samples of the batch under way, and what the forward pass makes of them.
type batch[T mat.Float] struct {
	*nn.Pass[T]
	data  train.Data[T]
	unit  unit[T] // of the inputs
	mean  []T     // what is subtracted from them
	loss  nn.Loss[T]
	add   *train.Adder
	graph *graph[T]

	samples []int        // by the row
	y       mat.Dense[T] // their targets
	r       mat.Dense[T] // R of the output
	swaps   [][2]int     // of samples: see activeFirst
	full    float64      // samples of a batch that is not short, over all processes
	total   float64      // those of this batch, known when its loss is

	verdicts []verdict // on the samples, since the last forward pass
	phases   batchPhases
}

// newBatch returns one for batches of size samples, of this process.
func newBatch[T mat.Float](net *nn.Network[T], g *graph[T], d train.Data[T], u unit[T], size int, full float64, w mat.Workers, add *train.Adder) *batch[T] {
	b := &batch[T]{
		Pass: nn.NewPass(net, size, false, w), data: d, unit: u, mean: net.Mean, loss: net.Loss, add: add, graph: g,
		y: mat.NewDense[T](size, net.V.Rows), r: mat.NewDense[T](size, net.V.Rows), full: full,
		swaps: make([][2]int, 0, size), verdicts: make([]verdict, size),
	}
	if b.mean == nil {
		b.mean = make([]T, net.Inputs)
	}
	b.phases = batchPhases{gather: b.gatherPart, forward: b.forwardPart, judge: b.judgePart, swap: b.swapPart}
	return b
}

// state names what is asked for after the batch. All else belongs to the batch under way.
func (b *batch[T]) state(s *train.State) { s.Float("total", &b.total) }

// gather makes the samples the batch.
func (b *batch[T]) gather(samples []int) {
	b.samples = append(b.samples[:0], samples...)
	b.Rows = len(samples)
	b.graph.team.run(b.phases.gather)
}

// regather makes the inputs those of the samples again, in the order that activeFirst has left.
func (b *batch[T]) regather() { b.graph.team.run(b.phases.gather) }

// gatherPart copies the samples of member i, centred and in their unit, and their targets.
func (b *batch[T]) gatherPart(i int) {
	from, to := b.graph.team.part(i, b.Rows)
	width := b.graph.widths[0]
	for row := from; row < to; row++ {
		sample := b.samples[row]
		vec.ScaledDifference(b.A[0].Row(row)[:width], b.unit.shrink, b.data.X.Row(sample), b.mean)
		b.data.WriteTargets(b.y.Row(row), b.loss, sample)
	}
}

// meanLoss is the mean of ℓ over the batch, at the outputs at hand.
func (b *batch[T]) meanLoss() float64 {
	var sum float64
	for _, v := range b.verdicts[:b.Rows] {
		sum += v.loss
	}
	if b.add.Alone() {
		b.total = float64(b.Rows)
	} else {
		all := b.add.Numbers(sum, float64(b.Rows))
		sum, b.total = all[0], all[1]
	}
	return sum / b.total
}

// activeFirst brings the samples of the batch for which R of the output is not 0 to the front, and returns how many
// there are. For the others R_n is 0 in all
// layers: they take no part in the U and W steps, as in the active set methods for
// support vector machines with the squared hinge (Keerthi and DeCoste, A Modified Finite
// Newton Method, JMLR 6, 2005). Soon they are most of a batch. The inputs stay where they are.
func (b *batch[T]) activeFirst() int {
	active := 0
	b.swaps = b.swaps[:0]
	for i := range b.Rows {
		if !b.verdicts[i].active {
			continue
		}
		if i > active {
			b.swaps = append(b.swaps, [2]int{i, active})
			b.samples[i], b.samples[active] = b.samples[active], b.samples[i]
			nn.SwapRows(b.y, i, active)
			nn.SwapRows(b.r, i, active)
		}
		active++
	}
	if len(b.swaps) > 0 {
		b.graph.team.run(b.phases.swap)
	}
	return active
}

// swapPart swaps samples in the columns of member i: most of them it has computed itself.
func (b *batch[T]) swapPart(i int) {
	swap := func(m mat.Dense[T], width int) {
		from, to := b.graph.team.part(i, width)
		columns := m.ColView(from, to-from)
		for _, s := range b.swaps {
			nn.SwapRows(columns, s[0], s[1])
		}
	}
	for n := 1; n < len(b.Z); n++ {
		swap(b.Z[n], b.graph.widths[n])
		if n < len(b.A) {
			swap(b.A[n], b.graph.widths[n])
		}
	}
}
