package bcd

import (
	"ridge/bcd/train"
	"ridge/mat"
)

// spectralNorm estimates ‖W‖₂² from below, by power steps from where the last estimate ended.
type spectralNorm[T mat.Float] struct {
	vector  []T // near the leading right singular vector
	image   []T
	squared float64
}

func newSpectralNorm[T mat.Float](rows, cols int) spectralNorm[T] {
	s := spectralNorm[T]{vector: make([]T, cols), image: make([]T, rows)}
	s.begin()
	return s
}

// begin makes the vector anything that is hardly orthogonal to what is sought.
func (s *spectralNorm[T]) begin() {
	for j := range s.vector {
		s.vector[j] = 1 + T(j%7)/8
	}
}

// state exchanges where the next estimate begins. The image is computed anew.
func (s *spectralNorm[T]) state(state *train.State) {
	train.Elements(state, "vector", s.vector)
	state.Float("squared", &s.squared)
}

// estimate makes a few steps with a, and keeps some more than what they say. After an a that is 0, which it need not
// remain, or not finite, the next estimate begins anew.
func (s *spectralNorm[T]) estimate(a mat.Dense[T], w mat.Workers) {
	const steps = 3
	norm := mat.Nrm2(s.vector)
	for range steps {
		mat.Scal(1/norm, s.vector)
		mat.Gemv(mat.NoTrans, 1, a, s.vector, 0, s.image, w)
		s.squared = float64(mat.Dot(s.image, s.image))
		mat.Gemv(mat.Trans, 1, a, s.image, 0, s.vector, w)
		if norm = mat.Nrm2(s.vector); !(norm > 0) || !finite(float64(norm)) {
			s.begin()
			return
		}
	}
	const margin = 1.1
	s.squared *= margin
}

// estimateNorms estimates the norms of all edges but those from the input, whose U never moves: side by side, each with
// an even share of the team.
func (g *graph[T]) estimateNorms() {
	each := mat.Workers(max(1, g.team.size/len(g.hidden)))
	mat.Parallel(g.team.workers, len(g.hidden), func(i int) { g.hidden[i].norm.estimate(g.hidden[i].w, each) })
}
