package bcd

import (
	"context"

	"ridge/bcd/nn"
	"ridge/mat"
	"ridge/qp"
)

// The ℓ1 penalty of mini-batches is applied at the end of an epoch. In the first half
// of the epochs it is a proximal Newton step in the metric of the ridge regressions,
//
//	W ← argmin_W ½⟨(W−W̃)(S+δI), W−W̃⟩ + τ Σ λ_jk|W_jk|,
//
// with τ the Σ η of the epoch's steps of the layer: what they would have brought with the penalty in
// them. λ_jk = λ₁/(1 + c|W̃_jk|/w̄), w̄ being the mean of |W̃| over the weights that are not zero:
// reweighted as by Candès, Wakin and Boyd, Enhancing Sparsity by Reweighted ℓ1
// Minimization, J. Fourier Anal. Appl. 14, 2008, where it is derived as the majorization of
// (λ₁w̄/c)·log(1 + c|W|/w̄). λ₁ pulls at weights near zero, and leaves large ones
// alone; and the scale of a layer does not matter. λ₁ grows linearly from 0.
//
// In the second half the pattern of zeros stays, and the ℓ1 penalty is off: iterate and
// average are projected on the pattern in the metric of S + δI. As the projection is
// linear, the iterate is where steps in the ridge regressions of the weights in the
// pattern would have led, at the same corrections R.
const (
	l1Ramp     = 0.4  // the part of the epochs in which λ₁ grows
	l1Reweight = 10.0 // c
	// l1Tolerance is the precision of the weights, relative to w̄. What a step leaves, the
	// next one takes up.
	l1Tolerance = 0.1
	// projectionTolerance is the relative KKT residual of the projections.
	projectionTolerance = 0.05
)

// sparsity is what the ℓ1 penalty of mini-batches takes.
type sparsity[T mat.Float] struct {
	pattern *nn.Network[T] // whose zeros the weights have to have
	result  *nn.Network[T] // the average with the zeros of the pattern
}

// sparsify ends epoch e, and returns its network: the average, made sparse if there is
// a λ₁.
func (m *minibatch[T]) sparsify(ctx context.Context, e int) (*nn.Network[T], error) {
	if m.options.L1 == 0 {
		return m.average, nil
	}
	if m.sparsity.pattern == nil {
		m.sparsity.pattern, m.sparsity.result = m.current.Clone(), m.current.Clone()
	}
	if err := m.sparsifyAll(ctx, e); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &BlockError{e, "W", err}
	}
	return m.sparsity.result, nil
}

func (m *minibatch[T]) sparsifyAll(ctx context.Context, e int) error {
	s := &m.sparsity
	epochs := float64(m.options.Epochs)
	if float64(e-1) < epochs/2 {
		tau := m.stats.way * min(1, float64(e)/(l1Ramp*epochs))
		if err := m.shrink(ctx, tau); err != nil {
			return err
		}
		s.pattern.CopyWeights(m.current)
	} else if err := m.project(ctx, m.current); err != nil {
		return err
	}
	s.result.CopyWeights(m.average)
	return m.project(ctx, s.result)
}

// shrink is the proximal Newton step of the ℓ1 penalty.
func (m *minibatch[T]) shrink(ctx context.Context, tau float64) error {
	for n := 0; n <= m.layers(); n++ {
		block := newLasso(m.metric(n), m.curves[n].damping, m.w)
		for _, e := range m.out[n] {
			w := e.join(m.current)
			mean := meanOfNonzero(w)
			lambda := reweighted[T](tau*m.share(e)*m.lambda1(e.to), mean)
			if err := block.step(ctx, w, mat.Dense[T]{}, lambda, l1Tolerance*mean); err != nil {
				return err
			}
			e.part(m.current, w)
		}
	}
	return nil
}

// lambda1 is the λ₁ of a layer, as lambda is its λ'.
func (m *minibatch[T]) lambda1(n int) float64 {
	if n == m.layers()+1 {
		return m.options.L1
	}
	return m.options.L1 / m.gamma[n-1]
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
func (m *minibatch[T]) project(ctx context.Context, net *nn.Network[T]) error {
	for n := 0; n <= m.layers(); n++ {
		metric := m.metric(n)
		mat.Symmetrize(mat.Lower, metric)
		projector, err := qp.NewSolver(metric, qp.Options{Tolerance: projectionTolerance, Workers: m.w})
		if err != nil {
			return err
		}
		for _, e := range m.out[n] {
			w := e.join(net)
			if err := projectOnPattern(ctx, projector, w, e.join(m.sparsity.pattern)); err != nil {
				return err
			}
			e.part(net, w)
		}
	}
	return nil
}

// metric returns the lower triangle of S_n + (δ + λ')I.
func (m *minibatch[T]) metric(n int) mat.Dense[T] {
	c := &m.curves[n]
	s := c.gram.Clone()
	addDiagonal(s, 0, m.widths[n], c.damping)
	addDiagonal(s, m.widths[n], 1, c.biasDamping)
	return s
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

// of returns the weights and the biases of net that e stands for.
func (e *edge[T]) of(net *nn.Network[T]) (w, bias mat.Dense[T]) {
	all := net.V
	if e.to <= len(net.Layers) {
		all = net.Layers[e.to-1].W
	}
	return all.ColView(e.column, e.w.Cols), all.ColView(all.Cols-1, 1)
}
