package gradient

import (
	"math"

	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// solver is how a gradient becomes an update of the weights; the package comment has
// the formulas.
type solver uint8

const (
	sgd solver = iota
	nesterov
	adaGrad
	rmsProp
	adaDelta
	adam
)

var solverNames = []string{"sgd", "nesterov", "adagrad", "rmsprop", "adadelta", "adam"}

// String returns the name of the method.
func (s solver) String() string { return train.NameOf("solver", solverNames, int(s)) }

// adaptive tells whether the solver divides by a root plus δ.
func (s solver) adaptive() bool { return s >= adaGrad }

// hasMomentum tells whether the solver uses [Options].Momentum.
func (s solver) hasMomentum() bool { return s != adaGrad && s != rmsProp }

// histories is how many numbers the solver keeps for each weight.
func (s solver) histories() int {
	if s == adaDelta || s == adam {
		return 2
	}
	return 1
}

// step is the update of one iteration, with its numbers in the precision of the weights.
type step[T mat.Float] struct {
	solver              solver
	rate                T // with Adam's correction
	momentum, momentum2 T
	rmsDecay, delta     T
}

// stepAt returns the update of iteration t, counted from 0, at learning rate α.
func stepAt[T mat.Float](s solver, o *Options, t int, alpha float64) step[T] {
	if s == adam {
		n := float64(t + 1)
		alpha *= math.Sqrt(1-math.Pow(o.Momentum2, n)) / (1 - math.Pow(o.Momentum, n))
	}
	return step[T]{s, T(alpha), T(o.Momentum), T(o.Momentum2), T(o.RMSDecay), T(o.Delta)}
}

// apply updates weights w with their gradient g, which lacks λw, and their histories
// h and k. Solvers with one history do not use k.
func (s *step[T]) apply(w, g, h, k []T, lambda T) {
	switch s.solver {
	case sgd:
		vec.Momentum(w, g, h, s.rate, s.momentum, lambda)
	case nesterov:
		vec.Nesterov(w, g, h, s.rate, s.momentum, lambda)
	case adaGrad:
		vec.RMSStep(w, g, h, s.rate, 1, 1, s.delta, lambda)
	case rmsProp:
		vec.RMSStep(w, g, h, s.rate, s.rmsDecay, 1-s.rmsDecay, s.delta, lambda)
	case adaDelta:
		vec.AdaDelta(w, g, h, k, s.rate, 1-s.momentum, s.delta, lambda)
	case adam:
		vec.Adam(w, g, h, k, s.rate, 1-s.momentum, 1-s.momentum2, s.delta, lambda)
	}
}
