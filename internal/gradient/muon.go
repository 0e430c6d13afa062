package gradient

import (
	"math"

	"ridge/bcd/polar"
	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// muon takes, for the weights of hidden layers, the steepest direction in the spectral norm.
var muon = &solver{
	name: "muon", title: "Muon",
	defaults: warmed(0.02, Options{Momentum: 0.95, Delta: 1e-8, Decay: 0.2}),
	own:      []optionName{withMomentum, withDelta},
	takes:    footprint{copies: 6}, // four, and what polar factors take, which is at most two
	single:   func(t *trainer[float32]) rule[float32] { return newMuonRule(t) },
	double:   func(t *trainer[float64]) rule[float64] { return newMuonRule(t) },
}

// muonRest is the factor of the learning rate for the output and the biases, which have no polar
// factor: AdamW moves them, with β₁ = 0.9 and β₂ = restMomentum2.
const muonRest, restMomentum2 = 0.05, 0.99

// muonRule updates blocks of weights by polar factors, and the rest by AdamW.
type muonRule[T mat.Float] struct {
	unobservant
	options *Options
	rate    float64 // of the batch under way
	blocks  []*muonBlock[T]
	work    *sharedWork[*muonBlock[T]] // on these
	rest    updates[T]
	adam    Options // of the rest
}

// muonBlock is the weights by which a hidden layer reads another layer.
type muonBlock[T mat.Float] struct {
	weights, grad mat.Dense[T]
	momentum      mat.Dense[T]
	ahead         mat.Dense[T] // the momentum that the next batch begins with, and then its polar factor
	factor        *polar.Factor[T]
	stepFactor    float64
	options       *Options
	look, move    *loop
	rate          float64 // of the batch under way, for these weights
	largest       float64 // norm so far of what factor was given
}

func newMuonBlock[T mat.Float](weights, grad mat.Dense[T], o *Options, stepFactor float64) *muonBlock[T] {
	rows, cols := weights.Rows, weights.Cols
	b := &muonBlock[T]{
		weights: weights, grad: grad, momentum: mat.NewDense[T](rows, cols), ahead: mat.NewDense[T](rows, cols),
		factor: polar.New[T](rows, cols, polar.Jordan()), stepFactor: stepFactor, options: o,
	}
	b.look, b.move = newLoop(rows, cols, b.lookAhead), newLoop(rows, cols, b.moveRow)
	return b
}

func newMuonRule[T mat.Float](t *trainer[T]) rule[T] {
	r := &muonRule[T]{options: &t.options, adam: t.options}
	r.adam.Momentum, r.adam.Momentum2, r.adam.WeightDecay = 0.9, restMomentum2, 0 // the gradients have λ
	r.rest = updates[T]{formula: adamWFormula, options: &r.adam, workers: t.workers}
	for n, grad := range t.grad {
		w := t.net.Weights(n + 1)
		if n == len(t.grad)-1 {
			r.rest.add(w, grad, w.Cols-1, 1)
			continue
		}
		for _, p := range t.parts[n] {
			block := func(m mat.Dense[T]) mat.Dense[T] { return m.ColView(p.Column, p.Width) }
			r.blocks = append(r.blocks, newMuonBlock(block(w), block(grad), r.options, t.options.stepFactor(p.Layer)))
		}
		t.updateBiases(&r.rest, n)
	}
	r.work = newSharedWork(r.blocks, (*muonBlock[T]).isSmall, t.workers,
		func(b *muonBlock[T], w mat.Workers) { b.step(r.rate, w) })
	return r
}

// isSmall reports whether several workers make a polar factor hardly sooner than one.
func (b *muonBlock[T]) isSmall() bool {
	rows, cols := float64(b.grad.Rows), float64(b.grad.Cols)
	return hardlyShared(rows * cols * min(rows, cols))
}

// apply implements [rule]: M ← μM + G, W ← (1−αλ)W − α√max(1, rows/columns)·polar(G + μM).
func (r *muonRule[T]) apply(t int, rate float64) {
	r.rate = rate
	r.work.do()
	r.rest.apply(t, muonRest*rate)
}

func (b *muonBlock[T]) step(rate float64, w mat.Workers) {
	b.rate = rate * b.stepFactor
	b.look.do(w)
	b.factor.Compute(b.ahead, b.ahead, w)
	if norm := float64(b.factor.Norm()); norm < 0x1p-20*b.largest {
		// Once no sample has a gradient, the momentum fades, but its polar factor would stay as long in a direction
		// that means nothing any more. The authors add 1e-7 to the norm, which depends on the unit of the loss.
		b.ahead.Fill(0)
	} else if !math.IsInf(norm, 1) {
		b.largest = max(b.largest, norm)
	}
	b.move.do(w)
}

// lookAhead updates row i of the momentum.
func (b *muonBlock[T]) lookAhead(i int) {
	mu := T(b.options.Momentum)
	g, m, ahead := b.grad.Row(i), b.momentum.Row(i), b.ahead.Row(i)
	mat.Scal(mu, m)
	mat.Axpy(1, g, m)
	copy(ahead, g)
	mat.Axpy(mu, m, ahead)
}

// moveRow updates row i of the weights.
func (b *muonBlock[T]) moveRow(i int) {
	length := T(-b.rate * math.Sqrt(max(1, float64(b.grad.Rows)/float64(b.grad.Cols))))
	row := b.weights.Row(i)
	mat.Scal(T(1-b.rate*b.options.Decay), row)
	mat.Axpy(length, b.ahead.Row(i), row)
	vec.Flush(b.momentum.Row(i), max(vec.Negligible*b.factor.Norm(), mat.SmallestNormal[T]()))
}

// state implements [rule].
func (r *muonRule[T]) state(s *train.State) {
	s.In("rest", r.rest.state)
	for _, b := range r.blocks {
		train.Matrix(s, "momentum", b.momentum)
		s.Float("largest", &b.largest)
	}
}
