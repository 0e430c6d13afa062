package gradient

import (
	"math"

	"ridge/bcd/vec"
	"ridge/mat"
)

// formula is an elementwise update of the weights; the package comment has the
// formulas.
type formula uint8

const (
	momentumFormula formula = iota
	nesterovFormula
	adaGradFormula
	rmsPropFormula
	adaDeltaFormula
	adamFormula
	adamWFormula // δ outside of the correction
)

// histories is how many numbers the formula keeps for each weight.
func (f formula) histories() int {
	if f >= adaDeltaFormula {
		return 2
	}
	return 1
}

// elementwise makes the solver of a formula.
func elementwise(name, title string, f formula, defaults Options, own ...optionName) *solver {
	return &solver{
		name: name, title: title, defaults: defaults, own: own, proportional: f <= nesterovFormula,
		takes:  footprint{copies: 2},
		single: func(t *trainer[float32]) rule[float32] { return newElementwiseRule(t, f) },
		double: func(t *trainer[float64]) rule[float64] { return newElementwiseRule(t, f) },
	}
}

var (
	sgd = elementwise("sgd", "stochastic gradients with momentum", momentumFormula,
		falling(0.2, Options{Momentum: 0.9}), withMomentum)
	nesterov = elementwise("nesterov", "stochastic gradients with Nesterov's momentum", nesterovFormula,
		falling(0.2, Options{Momentum: 0.9}), withMomentum)
	adaGrad = elementwise("adagrad", "AdaGrad", adaGradFormula, falling(0.05, Options{Delta: 1e-8}), withDelta)
	rmsProp = elementwise("rmsprop", "RMSProp", rmsPropFormula, falling(2e-3, Options{RMSDecay: 0.99, Delta: 1e-8}),
		withRMSDecay, withDelta)
	adaDelta = elementwise("adadelta", "AdaDelta", adaDeltaFormula, falling(3, Options{Momentum: 0.95, Delta: 1e-6}),
		withMomentum, withDelta)
	adam = elementwise("adam", "Adam", adamFormula,
		falling(2e-3, Options{Momentum: 0.9, Momentum2: 0.999, Delta: 1e-8}), withMomentum, withMomentum2, withDelta)
	adamW = elementwise("adamw", "Adam with decoupled weight decay", adamWFormula,
		warmed(4e-3, Options{Momentum: 0.9, Momentum2: 0.99, Delta: 1e-8, Decay: 0.2}), withMomentum, withMomentum2,
		withDelta)
)

// elementwiseRule updates all weights by one formula.
type elementwiseRule[T mat.Float] struct {
	unobservant
	updates[T]
}

func newElementwiseRule[T mat.Float](t *trainer[T], f formula) rule[T] {
	t.penalty = 0 // the formulas add it
	r := &elementwiseRule[T]{updates: updates[T]{formula: f, options: &t.options, workers: t.workers}}
	for n, grad := range t.grad {
		w := t.net.Weights(n + 1)
		if t.options.InputStep == 1 {
			r.add(w, grad, grad.Cols-1, 1)
			continue
		}
		for _, p := range t.parts[n] {
			r.add(w.ColView(p.Column, p.Columns()), grad.ColView(p.Column, p.Columns()), p.Width,
				t.options.stepFactor(p.Layer))
		}
	}
	return r
}

// step is a formula with the numbers of one iteration, in the precision of the weights.
type step[T mat.Float] struct {
	formula             formula
	rate                T // with Adam's correction
	momentum, momentum2 T
	rmsDecay, delta     T
}

// stepAt returns the update of iteration t, counted from 0, at learning rate α.
func stepAt[T mat.Float](f formula, o *Options, t int, alpha float64) step[T] {
	delta := o.Delta
	if f == adamFormula || f == adamWFormula {
		n := float64(t + 1)
		squares := math.Sqrt(1 - math.Pow(o.Momentum2, n))
		alpha *= squares / (1 - math.Pow(o.Momentum, n))
		if f == adamWFormula {
			delta *= squares
		}
	}
	return step[T]{f, T(alpha), T(o.Momentum), T(o.Momentum2), T(o.RMSDecay), T(delta)}
}

// apply updates weights w with their gradient g, which lacks λw, and their histories
// h and k. Formulas with one history do not use k.
func (s *step[T]) apply(w, g, h, k []T, lambda T) {
	switch s.formula {
	case momentumFormula:
		vec.Momentum(w, g, h, s.rate, s.momentum, lambda)
	case nesterovFormula:
		vec.Nesterov(w, g, h, s.rate, s.momentum, lambda)
	case adaGradFormula:
		vec.RMSStep(w, g, h, s.rate, 1, 1, s.delta, lambda)
	case rmsPropFormula:
		vec.RMSStep(w, g, h, s.rate, s.rmsDecay, 1-s.rmsDecay, s.delta, lambda)
	case adaDeltaFormula:
		vec.AdaDelta(w, g, h, k, s.rate, 1-s.momentum, s.delta, lambda)
	case adamFormula, adamWFormula:
		vec.Adam(w, g, h, k, s.rate, 1-s.momentum, 1-s.momentum2, s.delta, lambda)
	}
}
