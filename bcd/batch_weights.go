package bcd

import (
	"ridge/bcd/train"
	"ridge/mat"
)

// weightStep moves the weights of the iterate: the V and W steps.
type weightStep[T mat.Float] struct {
	graph   *graph[T]
	rates   *rates
	batch   *batch[T]
	r       []mat.Dense[T] // R_n
	memory  *gramMemory[T]
	inputs  *inputs[T]
	add     *train.Adder
	pending float64 // Σ η of the steps since the last decay

	readings []reading[T]     // of layers 0 … L
	packedR  []*mat.Packed[T] // R_n, 1 … L+1; nil where no product needs it
	weights  []T              // the largest matrix of weights
	now      struct {
		rows int
		c    T // η/B
	}
	decaying *edge[T]
	phases   struct{ prepare, move, copy, flush func(i int) }
}

// reading is how a step of the weights that read a layer is computed.
type reading[T mat.Float] struct {
	order     productOrder     // of the batch under way
	projected mat.Dense[T]     // A·P, of as many samples as any batch needs it of
	gradients []*mat.Packed[T] // AᵀR for each edge; none if no batch needs them
}

// productOrder is the order of the products Rᵀ·A·P, P being (S + δI)⁻¹.
type productOrder uint8

const (
	none          productOrder = iota // all weights that read the layer have a metric of their own
	projectFirst                      // Rᵀ(A·P)
	gradientFirst                     // (RᵀA)P, in fewer operations if R has fewer columns than rows
)

func newWeightStep[T mat.Float](c *correction[T], m *gramMemory[T], in *inputs[T]) *weightStep[T] {
	s := &weightStep[T]{
		graph: c.graph, rates: c.rates, batch: c.batch, r: c.r, memory: m, inputs: in, add: c.add,
		weights: make([]T, c.graph.largest()),
	}
	size := c.batch.all.y.Rows
	s.readings, s.packedR = make([]reading[T], len(c.graph.widths)-1), make([]*mat.Packed[T], len(c.graph.widths))
	for n := range s.readings {
		s.makeRoom(n, size)
	}
	s.phases.prepare, s.phases.move = s.preparePart, s.movePart
	s.phases.copy, s.phases.flush = s.copyPart, s.flushPart
	return s
}

// makeRoom makes it for the step of what reads layer n, in batches of up to size samples.
func (s *weightStep[T]) makeRoom(n, size int) {
	order, rd := s.orderOf(n, size), &s.readings[n]
	if rows := s.projectedRows(n, size); rows > 0 {
		rd.projected = mat.NewDense[T](rows, s.graph.widths[n]+1)
	}
	if order == none || !s.add.Alone() {
		return
	}
	for _, e := range s.graph.out[n] {
		if order == gradientFirst { // in batches of fewer samples perhaps not
			rd.gradients = append(rd.gradients, mat.NewPacked[T](e.packed.forward.Rows(), e.packed.forward.Cols()))
		}
		if !e.spectral && s.packedR[e.to] == nil {
			s.packedR[e.to] = mat.NewPacked[T](size, s.graph.widths[e.to])
		}
	}
}

// projectedRows is how many rows of A·P are computed at most of layer n, in batches of up to size samples.
func (s *weightStep[T]) projectedRows(n, size int) int {
	switch order := s.orderOf(n, size); {
	case order == none || n > 0 && !s.add.Alone(): // see stepTogether
		return 0
	case order == gradientFirst: // with more rows than readers
		readers, _ := s.readers(n)
		return readers
	default:
		return size
	}
}

// state exchanges what the decay has to catch up with. All else is of use within a batch only.
func (s *weightStep[T]) state(state *train.State) { state.Float("pending", &s.pending) }

// stepFactor is how many times η the weights of an edge go: InputStep for those of hidden layers
// that read the input, 1 for the other hidden ones, and less for V.
func (s *weightStep[T]) stepFactor(e *edge[T]) float64 {
	if e.to == s.graph.output() {
		return outputStepFactor(s.batch.total, s.memory.freedom())
	}
	return s.rates.stepFactor(e.from)
}

// step is W_n ← W_n + η·R_nᵀA_n/B·(S + δI)⁻¹, R_n having the given number of rows: for the samples that
// the steps are not for it is 0. The penalty's part is left to decay.
//
// It is two phases: the products that all units of a layer need, and then each member of the team moves its panels of
// all layers.
func (s *weightStep[T]) step(rows int, eta float64) {
	s.pending += eta
	c := T(eta / s.batch.total)
	if !s.add.Alone() {
		s.stepTogether(rows, c)
		return
	}
	if rows == 0 {
		return
	}
	s.now.rows, s.now.c = rows, c
	for n := range s.readings {
		rd := &s.readings[n]
		rd.order = s.orderOf(n, rows)
		if rd.order == gradientFirst {
			for _, e := range s.graph.out[n] { // small, and all members need it now
				s.packedR[e.to].Load(mat.NoTrans, s.r[e.to].RowView(0, rows), 0, s.packedR[e.to].Panels())
			}
		}
	}
	s.graph.team.run(s.phases.prepare)
	s.graph.team.run(s.phases.move)
	s.graph.moved()
}

// orderOf decides on the order of the products for what reads layer n.
func (s *weightStep[T]) orderOf(n, rows int) productOrder {
	readers, only := s.readers(n)
	switch {
	case readers == 0:
		return none
	case n > 0 && readers < rows && only:
		return gradientFirst
	default:
		return projectFirst
	}
}

// readers is how many units read layer n by weights that have no metric of their own, and whether all that read it do
// so, and read nothing else.
func (s *weightStep[T]) readers(n int) (units int, only bool) {
	only = true
	for _, e := range s.graph.out[n] {
		if !e.spectral {
			units += s.graph.widths[e.to]
		}
		only = only && !e.spectral && len(s.graph.in[e.to]) == 1
	}
	return units, only
}

// preparePart computes A·P, or AᵀR, as far as it is of member i.
func (s *weightStep[T]) preparePart(i int) {
	team, rows := s.graph.team, s.now.rows
	for n := range s.readings {
		rd := &s.readings[n]
		if rd.order == projectFirst {
			s.packPart(i, n)
		}
		switch {
		case rd.order == projectFirst && n == 0:
			from, to := team.part(i, rows)
			s.inputs.gather(rd.projected.RowView(from, to-from), s.batch.used.samples[from:to])
		case rd.order == projectFirst:
			p := s.memory.curvatures[n].packed
			from, to := team.part(i, p.Panels())
			p.Mul(1, s.batch.used.A[n].RowView(0, rows), 0, rd.projected.RowView(0, rows), from, to)
		case rd.order == gradientFirst:
			for j, e := range s.graph.out[n] {
				g := rd.gradients[j]
				from, to := s.rowsOfWeights(i, e)
				g.Update(1, s.batch.used.A[n].View(0, from, rows, to-from), s.packedR[e.to], 0, from, 0, g.Panels())
			}
		}
	}
}

// packPart packs the panels of member i of R of what reads layer n. One that reads several layers, in metrics of their
// own, is packed by the last of them alone.
func (s *weightStep[T]) packPart(i, n int) {
	for _, e := range s.graph.out[n] {
		if e.spectral || s.packedLater(e) {
			continue
		}
		from, to := s.graph.team.part(i, s.packedR[e.to].Panels())
		s.packedR[e.to].Load(mat.NoTrans, s.r[e.to].RowView(0, s.now.rows), from, to)
	}
}

// packedLater reports whether another edge into e.to comes later, whose weights move in the same step.
func (s *weightStep[T]) packedLater(e *edge[T]) bool {
	for _, other := range s.graph.in[e.to] {
		if other.from > e.from && !other.spectral {
			return true
		}
	}
	return false
}

// rowsOfWeights are the rows of e.packed.forward that member i moves where R has few columns: whole panels of
// e.packed.backward.
func (s *weightStep[T]) rowsOfWeights(i int, e *edge[T]) (from, to int) {
	rows, width := e.packed.forward.Rows(), e.packed.backward.PanelCols()
	from, to = s.graph.team.part(i, ceilDiv(rows, width))
	return min(from*width, rows), min(to*width, rows)
}

// movePart moves the weights of member i.
func (s *weightStep[T]) movePart(i int) {
	for n := range s.readings {
		rd := &s.readings[n]
		for j, e := range s.graph.out[n] {
			switch {
			case e.spectral:
			case rd.order == projectFirst:
				s.moveUnits(i, e, rd.projected.RowView(0, s.now.rows))
			case rd.order == gradientFirst:
				s.moveRows(i, e, rd.gradients[j])
			}
		}
	}
}

// moveUnits adds c·(A·P)ᵀR to the weights of e, on the tiles of member i, ap being A·P.
func (s *weightStep[T]) moveUnits(i int, e *edge[T], ap mat.Dense[T]) {
	p, r := &e.packed, s.packedR[e.to]
	c := s.now.c * T(s.stepFactor(e))
	list, count := tiles(s.graph.team, i, p.forward, p.forward.Rows(), p.forward.PanelCols())
	for _, t := range list[:count] {
		p.forward.Update(c, ap.ColView(t.rows.from, t.rows.to-t.rows.from), r, 1, t.rows.from, t.from, t.to)
		if p.backward != nil {
			p.updateBackward(t.rows, t.from, t.to)
		}
	}
	if e.withBias.Cols == 0 {
		s.moveBiases(i, e, c, ap.ColView(e.w.Cols, 1))
	}
}

// moveBiases adds c·oneᵀR to the biases of e.to, which are a row of the last of its edges: whose tiles they are in,
// moves them.
func (s *weightStep[T]) moveBiases(i int, e *edge[T], c T, one mat.Dense[T]) {
	last := s.graph.in[e.to][len(s.graph.in[e.to])-1]
	biases, panels := last.w.Cols, last.packed.forward
	list, count := tiles(s.graph.team, i, panels, panels.Rows(), panels.PanelCols())
	for _, t := range list[:count] {
		if t.rows.from <= biases && biases < t.rows.to {
			panels.Update(c, one, s.packedR[e.to], 1, biases, t.from, t.to)
		}
	}
}

// moveRows adds c·P·(AᵀR) to the weights of e, on the rows of member i, g being AᵀR.
func (s *weightStep[T]) moveRows(i int, e *edge[T], g *mat.Packed[T]) {
	p := &e.packed
	from, to := s.rowsOfWeights(i, e)
	columns := s.memory.curvatures[e.from].inverse.ColView(from, to-from) // rows, too
	p.forward.Update(s.now.c*T(s.stepFactor(e)), columns, g, 1, from, 0, p.forward.Panels())
	p.updateBackward(span{from, to}, 0, p.forward.Panels())
}

// stepTogether is step for several processes, which add up RᵀA.
func (s *weightStep[T]) stepTogether(rows int, c T) {
	for n := 0; n <= s.graph.layers() && !s.add.Stopped(); n++ {
		switch {
		case s.orderOf(n, rows) == none:
		case n == 0:
			ap := s.readings[n].projected.RowView(0, rows)
			s.inputs.gather(ap, s.batch.used.samples[:rows])
			s.stepFrom(n, ap, c)
		default:
			s.stepThrough(n, rows, c)
		}
	}
	s.graph.changed()
}

// stepFrom adds c·Rᵀ(A·P) to the weights by which the others read layer n, P being
// (S + δI)⁻¹, and ap A·P.
func (s *weightStep[T]) stepFrom(n int, ap mat.Dense[T], c T) {
	for _, e := range s.graph.out[n] {
		if e.spectral {
			continue
		}
		e.addScaled(s.gradient(e, s.r[e.to].RowView(0, ap.Rows), ap), c*T(s.stepFactor(e)))
	}
}

// stepThrough adds c·(RᵀA)P.
func (s *weightStep[T]) stepThrough(n, rows int, c T) {
	for _, e := range s.graph.out[n] {
		if e.spectral {
			continue
		}
		c := c * T(s.stepFactor(e))
		g := s.gradient(e, s.r[e.to].RowView(0, rows), s.batch.used.A[n].RowView(0, rows))
		e.add(mat.NoTrans, g, s.memory.curvatures[n].inverse, c, s.graph.team.workers)
	}
}

// gradient is RᵀA over all processes.
func (s *weightStep[T]) gradient(e *edge[T], r, a mat.Dense[T]) mat.Dense[T] {
	g := mat.DenseOf(e.w.Rows, a.Cols, s.weights[:e.w.Rows*a.Cols])
	mat.Gemm(mat.Trans, mat.NoTrans, 1, r, a, 0, g, s.graph.team.workers)
	train.AddUpMatrix(s.add, g)
	return g
}
