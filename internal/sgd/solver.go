package sgd

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"ridge/asm"
	"ridge/bcd/nn"
	"ridge/mat"
)

// Solver is how a gradient becomes an update of the weights; the package comment has
// the formulas.
type Solver uint8

const (
	// SGD is the stochastic gradient with momentum.
	SGD Solver = iota
	// Nesterov is SGD with the gradient taken ahead.
	Nesterov
	// AdaGrad divides by the root of the sum of all squared gradients.
	AdaGrad
	// RMSProp divides by the root of a running mean of the squared gradients.
	RMSProp
	// AdaDelta is RMSProp with steps in the unit of the weights.
	AdaDelta
	// Adam is RMSProp with momentum, both without bias.
	Adam
)

var solverNames = []string{"sgd", "nesterov", "adagrad", "rmsprop", "adadelta", "adam"}

// Solvers returns all of them.
func Solvers() []Solver { return []Solver{SGD, Nesterov, AdaGrad, RMSProp, AdaDelta, Adam} }

// String returns "sgd", "nesterov", "adagrad", "rmsprop", "adadelta" or "adam".
func (s Solver) String() string { return nameOf("Solver", solverNames, int(s)) }

// ParseSolver is the inverse of [Solver.String]. Its error is a *[nn.OptionError].
func ParseSolver(s string) (Solver, error) {
	i, err := parseName("solver", solverNames, s)
	return Solver(i), err
}

func nameOf(kind string, names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", kind, i)
}

func parseName(option string, names []string, s string) (int, error) {
	i := slices.Index(names, s)
	if i < 0 {
		last := len(names) - 1
		return 0, &nn.OptionError{Option: option, Reason: fmt.Sprintf("unknown %q: want %s or %s", s, strings.Join(names[:last], ", "), names[last])}
	}
	return i, nil
}

// adaptive tells whether the solver divides by a root plus δ.
func (s Solver) adaptive() bool { return s >= AdaGrad }

// histories is how many numbers the solver keeps for each weight.
func (s Solver) histories() int {
	if s == AdaDelta || s == Adam {
		return 2
	}
	return 1
}

// step is the update of one iteration, with its numbers in the precision of the weights.
type step[T mat.Float] struct {
	kern                *asm.Kernels[T]
	solver              Solver
	rate                T // with Adam's correction
	momentum, momentum2 T
	rmsDecay, delta     T
}

// stepAt returns the update of iteration t, counted from 0, at learning rate α.
func (o *Options[T]) stepAt(t int, alpha float64) step[T] {
	if o.Solver == Adam {
		n := float64(t + 1)
		alpha *= math.Sqrt(1-math.Pow(o.Momentum2, n)) / (1 - math.Pow(o.Momentum, n))
	}
	return step[T]{asm.For[T](), o.Solver, T(alpha), T(o.Momentum), T(o.Momentum2), T(o.RMSDecay), T(o.Delta)}
}

// apply updates weights w with their gradient g, which lacks λw, and their histories
// h and k. Solvers with one history do not use k.
func (s *step[T]) apply(w, g, h, k []T, lambda T) {
	switch s.solver {
	case SGD:
		s.kern.Momentum(w, g, h, s.rate, s.momentum, lambda)
	case Nesterov:
		s.kern.Nesterov(w, g, h, s.rate, s.momentum, lambda)
	case AdaGrad:
		s.kern.RMSStep(w, g, h, s.rate, 1, 1, s.delta, lambda)
	case RMSProp:
		s.kern.RMSStep(w, g, h, s.rate, s.rmsDecay, 1-s.rmsDecay, s.delta, lambda)
	case AdaDelta:
		s.kern.AdaDelta(w, g, h, k, s.rate, 1-s.momentum, s.delta, lambda)
	case Adam:
		s.kern.Adam(w, g, h, k, s.rate, 1-s.momentum, 1-s.momentum2, s.delta, lambda)
	}
}
