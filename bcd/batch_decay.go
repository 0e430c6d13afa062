package bcd

import (
	"ridge/bcd/vec"
	"ridge/mat"
)

// decay is the penalty's part of the steps since the last call:
// W_n ← W_n − (Σ η)·λ'W_n(S + δI)⁻¹, times the stepFactor of each edge. One product for all
// batches since: it takes as long as several batches, and changes little.
func (s *weightStep[T]) decay() {
	s.graph.unpack()
	for _, edges := range s.graph.out {
		for _, e := range edges {
			s.decayEdge(e, T(-s.pending*s.stepFactor(e)*s.memory.penalty(e)))
		}
	}
	s.pending = 0
	s.flush()
	s.graph.changed()
}

// flush makes weights zero that have all but vanished. Those of units that nothing needs fall by a
// factor with every decay, and when the squares of what such units compute are too small for normal numbers
// of 32 bits, products take many times as long.
func (s *weightStep[T]) flush() { s.graph.team.run(s.phases.flush) }

func (s *weightStep[T]) flushPart(i int) {
	const smallest = 0x1p-50
	for _, e := range s.graph.edges {
		from, to := s.graph.team.part(i, e.w.Rows)
		for r := from; r < to; r++ {
			vec.Flush(e.w.Row(r), smallest)
		}
	}
}

// decayEdge adds c·W·P to the weights of e, where W has no biases, and P is
// (S + δI)⁻¹.
func (s *weightStep[T]) decayEdge(e *edge[T], c T) {
	if c == 0 || !e.hasRidge() {
		return
	}
	s.decaying = e
	s.graph.team.run(s.phases.copy)
	e.add(mat.NoTrans, s.copied(), s.memory.curvatures[e.from].inverse.RowView(0, e.w.Cols), c, s.graph.team.workers)
}

// copied is where copyPart copies the weights of the edge that decays to.
func (s *weightStep[T]) copied() mat.Dense[T] {
	w := s.decaying.w
	return mat.DenseOf(w.Rows, w.Cols, s.weights[:w.Rows*w.Cols])
}

// copyPart copies the rows of member i.
func (s *weightStep[T]) copyPart(i int) {
	w := s.decaying.w
	from, to := s.graph.team.part(i, w.Rows)
	mat.Copy(s.copied().RowView(from, to-from), w.RowView(from, to-from))
}

// decayIsDue reports whether the penalty's part of the step has become so long that it
// would overshoot: (Σ η)·λ'(S + δI)⁻¹ is at most (Σ η)·λ'/(δ + λ'), both times the
// stepFactor of the edge.
func (s *weightStep[T]) decayIsDue() bool {
	const longest = 0.5
	for n, edges := range s.graph.out {
		for _, e := range edges {
			length := s.pending * s.stepFactor(e) * s.memory.penalty(e)
			if e.hasRidge() && length > longest*s.memory.curvatures[n].damping {
				return true
			}
		}
	}
	return false
}
