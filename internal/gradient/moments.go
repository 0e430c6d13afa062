package gradient

import (
	"math"
	"math/bits"

	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// moments is a running mean of the second moments XᵀX/B of batches, with a damped inverse, which is
// as old as the last call of invert.
type moments[T mat.Float] struct {
	mean    mat.Dense[T] // lower triangle
	inverse mat.Dense[T] // both triangles
	factor  mat.Dense[T] // scratch, and then the next inverse
	batches int
	workers mat.Workers
	add     *train.Adder

	loops      struct{ flush, damp *loop }
	negligible T // elements of the mean that become 0
	delta      T // what is added to its diagonal
}

func newMoments[T mat.Float](order int, w mat.Workers, add *train.Adder) *moments[T] {
	m := &moments[T]{mean: mat.NewDense[T](order, order), inverse: mat.NewDense[T](order, order),
		factor: mat.NewDense[T](order, order), workers: w, add: add}
	for i := range order {
		m.inverse.Set(i, i, 1)
	}
	m.loops.flush, m.loops.damp = newLoop(order, order, m.flushRow), newLoop(order, order, m.dampRow)
	return m
}

// isSmall reports whether several workers invert it hardly sooner than one.
func (m *moments[T]) isSmall() bool {
	order := float64(m.mean.Rows)
	return hardlyShared(order * order * order)
}

// updateIsDue reports whether batch t, counted from 0, is added to the means: all of the first batches are, and then
// every other one, to save time (Martens and Grosse's T₁). Mini-batches of package bcd have like rules for their Gram
// matrices and inverses, but count batches from 1, and invert every 32 batches after the first ones.
func updateIsDue(t int) bool { return t < 8 || t%2 == 0 }

// inverseIsDue reports whether the inverses are to be computed anew: every 50 batches, and more often
// at first, when the means change most.
func inverseIsDue(t int) bool {
	const every = 50
	return t%every == 0 || t < every && bits.OnesCount(uint(t)) == 1
}

// update adds a batch, the rows of x, to the mean, with the decay keep. The mean is corrected
// for its start at 0. total is the number of samples over all processes.
func (m *moments[T]) update(x mat.Dense[T], total, keep float64) {
	m.batches++
	k := float64(m.batches)
	share := (1 - keep) / (1 - math.Pow(keep, k))
	train.Accumulate(m.add, T(1-share), m.mean, func(beta T, mean mat.Dense[T]) {
		mat.Syrk(mat.Lower, mat.Trans, T(share/total), x, beta, mean, m.workers)
	})
}

// invert computes (M + δtI)⁻¹ with t the mean of the diagonal. If rounding makes the matrix
// indefinite, δ is raised until it is not. If there is no inverse in the range of T, the old one is kept.
func (m *moments[T]) invert(damping float64, w mat.Workers) {
	n := m.mean.Rows
	var trace float64
	for i := range n {
		trace += float64(m.mean.At(i, i))
	}
	delta, smallest := damping*trace/float64(n), mat.SmallestNormal[T]()
	m.negligible = max(T(vec.Negligible*delta), smallest)
	m.loops.flush.do(w)
	if !(delta >= float64(smallest)) {
		return // without activations there is no gradient to scale, and 1/δ may overflow
	}
	const attempts = 8 // each with ten times the δ of the last one
	for range attempts {
		m.delta = T(delta)
		m.loops.damp.do(w)
		if mat.Potrf(mat.Lower, m.factor, w) == nil && mat.Potri(mat.Lower, m.factor, w) == nil {
			mat.Symmetrize(mat.Lower, m.factor, w)
			m.inverse, m.factor = m.factor, m.inverse
			return
		}
		delta *= 10
	}
}

// flushRow makes what is negligible in row i of the mean 0.
func (m *moments[T]) flushRow(i int) { vec.Flush(m.mean.Row(i)[:i+1], m.negligible) }

// dampRow copies row i of the mean to what is to be factored, and adds δ to its diagonal.
func (m *moments[T]) dampRow(i int) {
	copy(m.factor.Row(i)[:i+1], m.mean.Row(i))
	m.factor.Row(i)[i] += m.delta
}

// state exchanges everything that lives longer than a batch.
func (m *moments[T]) state(s *train.State) {
	s.Int("batches", &m.batches)
	train.Matrix(s, "mean", m.mean)
	train.Matrix(s, "inverse", m.inverse)
}
