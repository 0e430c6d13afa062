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
	memory  *memory[T]
	inputs  *inputs[T]
	w       mat.Workers
	add     *train.Adder
	pending float64 // Σ η of the steps since the last decay

	projected []T // a batch times the widest layer
	weights   []T // the largest matrix of weights
}

func newWeightStep[T mat.Float](c *correction[T], m *memory[T], in *inputs[T]) *weightStep[T] {
	return &weightStep[T]{
		graph: c.graph, rates: c.rates, batch: c.batch, r: c.r, memory: m, inputs: in, w: c.w, add: c.add,
		projected: make([]T, c.batch.y.Rows*c.graph.widest()), weights: make([]T, c.graph.largest()),
	}
}

// state names what the decay has to catch up with.
func (s *weightStep[T]) state(state *train.State) { state.Float("pending", &s.pending) }

// share is how many times η the weights of an edge go: InputStep for those of hidden layers
// that read the input, 1 for the other hidden ones, and less for V.
func (s *weightStep[T]) share(e *edge[T]) float64 {
	if e.to == s.graph.output() {
		return outputShare(s.batch.total, s.memory.freedom())
	}
	return s.rates.share(e.from)
}

// step is W_n ← W_n + η·R_nᵀA_n/B·(S + δI)⁻¹, R_n being 0 beyond the first rows of the batch. What
// the penalty brings is left to decay.
func (s *weightStep[T]) step(rows int, eta float64) {
	s.pending += eta
	if rows == 0 && s.add.Alone() {
		return
	}
	c := T(eta / s.batch.total)
	for n := 0; n <= s.graph.layers() && !s.add.Stopped(); n++ {
		readers := 0
		for _, e := range s.graph.out[n] {
			if !e.spectral {
				readers += s.graph.widths[e.to]
			}
		}
		switch {
		case readers == 0:
		case n == 0:
			ap := s.room(rows, n)
			s.inputs.gather(ap, s.batch.samples[:rows])
			s.stepFrom(n, ap, c)
		case readers < rows || !s.add.Alone():
			s.stepThrough(n, rows, c)
		default:
			ap := s.room(rows, n)
			mat.Gemm(mat.NoTrans, mat.NoTrans, 1, s.batch.A[n].RowView(0, rows), s.memory.curves[n].inverse, 0, ap, s.w)
			s.stepFrom(n, ap, c)
		}
	}
}

// room is for a batch of activations of layer n, with the ones.
func (s *weightStep[T]) room(rows, n int) mat.Dense[T] {
	width := s.graph.widths[n] + 1
	return mat.DenseOf(rows, width, s.projected[:rows*width])
}

// stepFrom adds c·Rᵀ(A·P) to the weights by which the others read layer n, P being
// (S + δI)⁻¹, and ap A·P.
func (s *weightStep[T]) stepFrom(n int, ap mat.Dense[T], c T) {
	for _, e := range s.graph.out[n] {
		if e.spectral {
			continue
		}
		r, c := s.r[e.to].RowView(0, ap.Rows), c*T(s.share(e))
		if s.add.Alone() {
			e.add(mat.Trans, r, ap, c, s.w)
			continue
		}
		g := s.gradient(e, r, ap)
		e.addScaled(g, c)
	}
}

// stepThrough adds c·(RᵀA)P: the same, in fewer operations if R has fewer columns
// than rows.
func (s *weightStep[T]) stepThrough(n, rows int, c T) {
	for _, e := range s.graph.out[n] {
		if e.spectral {
			continue
		}
		c := c * T(s.share(e))
		g := s.gradient(e, s.r[e.to].RowView(0, rows), s.batch.A[n].RowView(0, rows))
		e.add(mat.NoTrans, g, s.memory.curves[n].inverse, c, s.w)
	}
}

// gradient is RᵀA over all processes.
func (s *weightStep[T]) gradient(e *edge[T], r, a mat.Dense[T]) mat.Dense[T] {
	g := mat.DenseOf(e.w.Rows, a.Cols, s.weights[:e.w.Rows*a.Cols])
	mat.Gemm(mat.Trans, mat.NoTrans, 1, r, a, 0, g, s.w)
	train.AddUpMatrix(s.add, g)
	return g
}

// decay is what the penalty has brought since the last call:
// W_n ← W_n − (Σ η)·λ'W_n(S + δI)⁻¹, times the share of each edge. One product for all
// batches since: it takes as long as several batches, and changes little.
func (s *weightStep[T]) decay() {
	for _, edges := range s.graph.out {
		for _, e := range edges {
			s.decayEdge(e, T(-s.pending*s.share(e)*s.memory.penalty(e)))
		}
	}
	s.pending = 0
	s.flush()
}

// flush makes weights zero that have all but vanished. Those of units that nothing needs fall by a
// factor with every decay, and when the squares of what such units compute are too small for normal numbers
// of 32 bits, products take many times as long.
func (s *weightStep[T]) flush() {
	const smallest = 0x1p-50
	for _, edges := range s.graph.in[1:] {
		for _, e := range edges {
			for i := range e.w.Rows {
				row := e.w.Row(i)
				for j, v := range row {
					if v < smallest && v > -smallest {
						row[j] = 0
					}
				}
			}
		}
	}
}

// decayEdge adds c·W·P to the weights of e, where W has no biases, and P is
// (S + δI)⁻¹.
func (s *weightStep[T]) decayEdge(e *edge[T], c T) {
	if c == 0 || e.spectral {
		return
	}
	width := e.w.Cols
	w := mat.DenseOf(e.w.Rows, width, s.weights[:e.w.Rows*width])
	mat.Copy(w, e.w)
	e.add(mat.NoTrans, w, s.memory.curves[e.from].inverse.RowView(0, width), c, s.w)
}

// decayIsDue tells whether the penalty's part of the step has become so long that it
// would overshoot: (Σ η)·λ'(S + δI)⁻¹, times the share of the edge, is at most the
// share's (Σ η)·λ'/(δ + λ').
func (s *weightStep[T]) decayIsDue() bool {
	const longest = 0.5
	for n, edges := range s.graph.out {
		for _, e := range edges {
			if !e.spectral && s.pending*s.share(e)*s.memory.penalty(e) > longest*s.memory.curves[n].damping {
				return true
			}
		}
	}
	return false
}
