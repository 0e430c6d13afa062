package bcd

import (
	"context"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
	"ridge/qp"
)

// The ℓ1 penalty of mini-batches is applied at the end of an epoch. In the first half
// of the epochs it is a proximal Newton step in the metric of the ridge regressions,
//
//	W ← argmin_W ½⟨(W−W̃)(S+δI), W−W̃⟩ + τ Σ λ_jk|W_jk|,
//
// with τ = Σ η over the epoch's steps of the weights, each times its stepFactor, so that the penalty acts as long as if
// it had been in every step. λ_jk = (λ₁/γ_n)/(1 + c|W̃_jk|/w̄), without γ_n in the output layer, w̄ being the mean of
// |W̃| over the weights that are not zero: reweighted as by Candès, Wakin and Boyd, Enhancing Sparsity by Reweighted ℓ1
// Minimization, J. Fourier Anal. Appl. 14, 2008, where it is derived as the majorization of (λ₁w̄/c)·log(1 + c|W|/w̄).
// λ₁ pulls at weights near zero, and leaves large ones alone; and the scale of a layer does not matter. λ₁ grows
// linearly from 0.
//
// In the second half the pattern of zeros stays, and the ℓ1 penalty is off: iterate and
// average are projected on the pattern in the metric of S + δI. As the projection is
// linear, the iterate is where steps in the ridge regressions of the weights in the
// pattern would have led, at the same corrections R.
const (
	l1Ramp     = 0.4  // the part of the epochs in which λ₁ grows
	l1Reweight = 10.0 // c
)

// A test compares the weights with those of plain loops, and makes these small.
var (
	// l1Tolerance is the precision of the weights, relative to w̄. What a step leaves, the
	// next one takes up.
	l1Tolerance = 0.1
	// projectionTolerance is the relative KKT residual of the projections.
	projectionTolerance = 0.05
)

// sparsity makes networks sparse.
type sparsity[T mat.Float] struct {
	weights *weightStep[T]
	epochs  int            // of the training
	pattern *nn.Network[T] // whose zeros the weights have to have
	result  *nn.Network[T] // the average with the zeros of the pattern
}

// newSparsity returns what an ℓ1 penalty takes, nil if there is none.
func newSparsity[T mat.Float](s *weightStep[T], o *BatchOptions, net *nn.Network[T]) *sparsity[T] {
	if o.L1 == 0 {
		return nil
	}
	return &sparsity[T]{weights: s, epochs: o.Epochs, pattern: net.Clone(), result: net.Clone()}
}

// state exchanges the pattern. The result is made anew at the end of an epoch.
func (s *sparsity[T]) state(state *train.State) { train.Weights(state, "pattern", s.pattern) }

// end ends epoch e, of which batches tell, and returns its network: the average, made sparse.
func (s *sparsity[T]) end(ctx context.Context, e int, batches *tally,
	iterate, average *nn.Network[T]) (*nn.Network[T], error) {
	if err := s.apply(ctx, e, batches, iterate, average); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &BlockError{e, "W", err}
	}
	return s.result, nil
}

func (s *sparsity[T]) apply(ctx context.Context, e int, batches *tally, iterate, average *nn.Network[T]) error {
	epochs := float64(s.epochs)
	if float64(e-1) < epochs/2 {
		if err := s.shrink(ctx, min(1, float64(e)/(l1Ramp*epochs)), batches, iterate); err != nil {
			return err
		}
		s.pattern.CopyWeights(iterate)
	} else if err := s.project(ctx, iterate); err != nil {
		return err
	}
	s.result.CopyWeights(average)
	return s.project(ctx, s.result)
}

// shrink is the proximal Newton step of the ℓ1 penalty, with the part ramp of λ₁.
func (s *sparsity[T]) shrink(ctx context.Context, ramp float64, batches *tally, iterate *nn.Network[T]) error {
	memory, graph := s.weights.memory, s.weights.graph
	for n := 0; n <= graph.layers(); n++ {
		block := newLasso(memory.metric(n), memory.curvatures[n].damping, memory.workers)
		for _, e := range graph.out[n] {
			w := e.join(iterate)
			mean := meanOfNonzero(w)
			lambda := reweighted[T](ramp*s.way(e, batches)*s.weights.rates.sparse(e.to), mean)
			if err := block.step(ctx, w, mat.Dense[T]{}, lambda, l1Tolerance*mean); err != nil {
				return err
			}
			e.part(iterate, w)
		}
	}
	return nil
}

// way is τ of an edge: how far its weights went in the epoch.
func (s *sparsity[T]) way(e *edge[T], batches *tally) float64 {
	if e.to == s.weights.graph.output() {
		return batches.outputSum
	}
	return batches.stepSum * s.weights.stepFactor(e)
}

// reweighted returns λ_jk as a function of W̃_jk, for the given w̄.
func reweighted[T mat.Float](lambda, mean float64) func(w T) T {
	if mean == 0 {
		return func(T) T { return T(lambda) }
	}
	c := T(l1Reweight / mean)
	return func(w T) T { return T(lambda) / (1 + c*max(w, -w)) }
}

// project gives net the zeros of the pattern.
func (s *sparsity[T]) project(ctx context.Context, net *nn.Network[T]) error {
	memory, graph := s.weights.memory, s.weights.graph
	for n := 0; n <= graph.layers(); n++ {
		metric := memory.metric(n)
		mat.Symmetrize(mat.Lower, metric, 1)
		projector, err := qp.NewSolver(metric, qp.Options{Tolerance: projectionTolerance, Workers: memory.workers})
		if err != nil {
			return err
		}
		for _, e := range graph.out[n] {
			w := e.join(net)
			if err := projectOnPattern(ctx, projector, w, e.join(s.pattern)); err != nil {
				return err
			}
			e.part(net, w)
		}
	}
	return nil
}

// join returns a copy of the weights of net that e stands for and of the biases.
func (e *edge[T]) join(net *nn.Network[T]) mat.Dense[T] {
	w, bias := e.of(net)
	joined := mat.NewDense[T](w.Rows, w.Cols+1)
	mat.Copy(joined.ColView(0, w.Cols), w)
	mat.Copy(joined.ColView(w.Cols, 1), bias)
	return joined
}

// part copies what join returned back to net.
func (e *edge[T]) part(net *nn.Network[T], joined mat.Dense[T]) {
	w, bias := e.of(net)
	mat.Copy(w, joined.ColView(0, w.Cols))
	mat.Copy(bias, joined.ColView(w.Cols, 1))
}
