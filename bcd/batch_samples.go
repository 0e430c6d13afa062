package bcd

import (
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// batch is the samples of the batch under way, and what the forward pass makes of them.
type batch[T mat.Float] struct {
	*nn.Pass[T]
	data     train.Data[T]
	centring centring[T]
	loss     nn.Loss[T]
	add      *train.Adder
	graph    *graph[T]

	sampleSets[T]
	full  float64 // samples of a batch that is not short, over all processes
	total float64 // those of this batch, known when its loss is

	findings
	phases batchPhases
}

// findings are what members of the team have found in the last forward pass.
type findings struct {
	verdicts []verdict // on the samples
	positive []int     // see positives
}

// sampleSet is samples, one after the other, with what the forward pass has made of them: of the hidden layers and the
// output, and of the input where a step reads it.
type sampleSet[T mat.Float] struct {
	samples []int        // by the row
	y, r    mat.Dense[T] // their targets, and R of the output
	A, Z    []mat.Dense[T]
}

// sampleSets is the samples of a batch, those of them that are active, and which of the two the steps are for: see
// [batch.useActive].
type sampleSets[T mat.Float] struct {
	all, active, used sampleSet[T]
	activeRows        []int
}

// newActiveSet makes room for as many samples as all has.
func newActiveSet[T mat.Float](all sampleSet[T], g *graph[T]) sampleSet[T] {
	size := all.y.Rows
	f := sampleSet[T]{
		samples: make([]int, 0, size), y: mat.NewDense[T](size, all.y.Cols), r: mat.NewDense[T](size, all.r.Cols),
		A: make([]mat.Dense[T], len(all.A)), Z: make([]mat.Dense[T], len(all.Z)),
	}
	for n := range all.Z {
		if n > 0 {
			f.Z[n] = mat.NewDense[T](size, g.widths[n])
		}
		if n < len(all.A) && (n > 0 || g.gathersInput()) {
			f.A[n] = mat.NewDense[T](size, g.widths[n]+1)
			f.A[n].ColView(g.widths[n], 1).Fill(1)
		}
	}
	return f
}

// newBatch returns one for batches of size samples, of this process.
func newBatch[T mat.Float](net *nn.Network[T], g *graph[T], d train.Data[T], c centring[T], size int, full float64,
	w mat.Workers, add *train.Adder) *batch[T] {
	b := &batch[T]{
		Pass: nn.NewPass(net, size, w), data: d, centring: c, loss: net.Loss, add: add, graph: g, full: full,
		findings: findings{verdicts: make([]verdict, size)},
	}
	outputs := net.V.Rows
	b.all = sampleSet[T]{y: mat.NewDense[T](size, outputs), r: mat.NewDense[T](size, outputs), A: b.A, Z: b.Z}
	b.active, b.activeRows = newActiveSet(b.all, g), make([]int, 0, size)
	b.phases = batchPhases{
		gather: b.gatherPart, forward: b.forwardPart, judge: b.judgePart, compact: b.compactPart, count: b.countPart,
	}
	return b
}

// state exchanges what is asked for after the batch. All else belongs to the batch under way.
func (b *batch[T]) state(s *train.State) { s.Float("total", &b.total) }

// gather makes the samples the batch.
func (b *batch[T]) gather(samples []int) {
	b.all.samples = append(b.all.samples[:0], samples...)
	b.Rows = len(samples)
	b.used = b.all
	b.graph.setTeam(len(samples), len(b.activeRows)) // of the batch before
	b.graph.team.run(b.phases.gather)
}

// gatherPart copies the samples of member i, centred and in their unit, and their targets.
func (b *batch[T]) gatherPart(i int) {
	from, to := b.graph.team.part(i, b.Rows)
	width := b.graph.widths[0]
	for row := from; row < to; row++ {
		sample, next := b.all.samples[row], b.all.samples[min(row+1, to-1)]
		b.centring.apply(b.A[0].Row(row)[:width], b.data.X.Row(sample), b.data.X.Row(next))
		b.data.WriteTargets(b.all.y.Row(row), b.loss, sample)
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

// useActive makes the samples of the batch for which R of the output is not 0 those that the steps are for, and returns
// how many there are. For the others R_n is 0 in all layers: they take no part in the U and W steps, as in the active
// set methods for support vector machines with the squared hinge (Keerthi and DeCoste, A Modified Finite Newton Method,
// JMLR 6, 2005). Soon they are most of a batch.
func (b *batch[T]) useActive() int {
	b.activeRows = b.activeRows[:0]
	for i, v := range b.verdicts[:b.Rows] {
		if v.active {
			b.activeRows = append(b.activeRows, i)
		}
	}
	if len(b.activeRows) == b.Rows {
		return b.Rows
	}
	b.used = b.active
	b.used.samples = b.used.samples[:0]
	for _, i := range b.activeRows {
		b.used.samples = append(b.used.samples, b.all.samples[i])
	}
	b.graph.team.run(b.phases.compact)
	return len(b.activeRows)
}

// compactPart copies to the set of the active samples what member i has of them: rows of layers that are computed by
// rows, most of which it has computed itself, and columns of the others.
func (b *batch[T]) compactPart(i int) {
	team := b.graph.team
	from, to := team.part(i, len(b.activeRows))
	for k := from; k < to; k++ {
		copy(b.active.y.Row(k), b.all.y.Row(b.activeRows[k]))
		copy(b.active.r.Row(k), b.all.r.Row(b.activeRows[k]))
	}
	if b.graph.gathersInput() {
		for k := from; k < to; k++ {
			copy(b.active.A[0].Row(k), b.A[0].Row(b.activeRows[k]))
		}
	}
	for n := 1; n < len(b.Z); n++ {
		rows, columns := span{0, len(b.activeRows)}, span{0, b.graph.widths[n]}
		if b.graph.computedByRows(n) {
			rows.from, rows.to = team.part(i, rows.to)
		} else {
			columns.from, columns.to = team.part(i, columns.to)
		}
		for k := rows.from; k < rows.to; k++ {
			row := b.activeRows[k]
			copy(b.active.Z[n].Row(k)[columns.from:columns.to], b.Z[n].Row(row)[columns.from:columns.to])
			if n < len(b.A) {
				copy(b.active.A[n].Row(k)[columns.from:columns.to], b.A[n].Row(row)[columns.from:columns.to])
			}
		}
	}
}

// fullBatch is the number of samples of a batch that is not short, over all processes: as many as were asked for, or
// all if there are fewer. Where [train.Deal] makes larger batches, such that no process is left without samples, it is
// the mean of theirs.
func fullBatch(asked int, total float64, batches *train.Batches) float64 {
	return max(min(float64(asked), total), total/float64(max(1, batches.PerEpoch())))
}
