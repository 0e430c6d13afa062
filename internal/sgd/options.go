package sgd

import (
	"fmt"
	"math"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/mat"
)

// Options are the settings of [Train]. Start from [DefaultOptions]: the zero value
// of a number here is a zero, not a default, unless its comment says so.
type Options[T mat.Float] struct {
	// Solver makes updates of gradients.
	Solver Solver
	// Epochs is how often the training goes through all samples, at least 1.
	Epochs int
	// Batch is the number of samples in a batch, at least 1. The last batch of an
	// epoch may be smaller, and so is every batch if there are fewer samples. The loss
	// of a batch is the mean over its own samples.
	Batch int
	// Seed chooses the batches, as in [bcd.NewBatches].
	Seed uint64

	// LearningRate is the base α₀ > 0 that Policy starts from.
	LearningRate float64
	// Policy lowers the learning rate from batch to batch.
	Policy Policy
	// Gamma and Power, both ≥ 0, and Step, a number of batches, belong to the policy.
	Gamma, Power float64
	Step         int

	// Momentum is μ, in [0, 1): the momentum of SGD and Nesterov, the decay of the
	// squares in AdaDelta, β₁ of Adam. AdaGrad and RMSProp have none: it must be 0.
	Momentum float64
	// Momentum2 is β₂ of Adam, in [0, 1).
	Momentum2 float64
	// RMSDecay is ρ of RMSProp, in [0, 1).
	RMSDecay float64
	// Delta is δ > 0, which keeps AdaGrad, RMSProp, AdaDelta and Adam from dividing
	// by 0. It must not vanish in the precision of T.
	Delta float64
	// WeightDecay is λ ≥ 0 of ½λ‖W‖² in the objective, biases not included.
	WeightDecay float64

	// Workers bounds the number of goroutines. The result does not depend on it.
	Workers mat.Workers
	// Validation and Test, if there are any samples in them, are run through the
	// network after an epoch. They have no influence on the training.
	Validation, Test bcd.Data[T]
	// ExactTrainError runs all training samples through the network after an epoch,
	// too. That takes about a third of the epoch's products again; without it,
	// TrainError comes from the outputs that the training computes anyway.
	ExactTrainError bool
	// EvaluateEvery is the number of epochs between these runs, which are done after
	// the last epoch in any case; 0 stands for 1.
	EvaluateEvery int
	// Progress, if not nil, is called after each epoch.
	Progress func(Epoch)
}

// DefaultOptions returns settings of the solver for images of digits in batches of 100:
// 20 epochs, no weight decay, and a learning rate that falls linearly to
// 0. It starts from the best of the three or so rates that were tried, with [nn.Softmax], on 10,000
// validation samples of MNIST (one seed, 300 hidden units, 10 epochs). Small sets of
// samples and deep networks want rates of their own.
func DefaultOptions[T mat.Float](s Solver) Options[T] {
	o := Options[T]{Solver: s, Epochs: 20, Batch: 100, Policy: Poly, Power: 1}
	switch s {
	case SGD, Nesterov:
		o.LearningRate, o.Momentum = 0.2, 0.9
	case AdaGrad:
		o.LearningRate, o.Delta = 0.05, 1e-8
	case RMSProp:
		o.LearningRate, o.RMSDecay, o.Delta = 2e-3, 0.99, 1e-8
	case AdaDelta:
		o.LearningRate, o.Momentum, o.Delta = 3, 0.95, 1e-6
	case Adam:
		o.LearningRate, o.Momentum, o.Momentum2, o.Delta = 2e-3, 0.9, 0.999, 1e-8
	}
	return o
}

// check returns a *[nn.OptionError] unless the options can be used.
func (o *Options[T]) check() error {
	if int(o.Solver) >= len(solverNames) {
		return &nn.OptionError{Option: "solver", Reason: "unknown " + o.Solver.String()}
	}
	if o.Epochs < 1 {
		return optionError("epochs", o.Epochs, "at least 1")
	}
	if o.Batch < 1 {
		return optionError("batch", o.Batch, "at least 1")
	}
	if o.EvaluateEvery < 0 {
		return optionError("evaluate-every", o.EvaluateEvery, "at least 0 epochs")
	}
	if !(o.LearningRate > 0) || math.IsInf(o.LearningRate, 1) {
		return optionError("learning-rate", o.LearningRate, "a positive number")
	}
	if err := o.checkPolicy(); err != nil {
		return err
	}
	if err := atLeast0("weight-decay", o.WeightDecay); err != nil {
		return err
	}
	return o.checkSolver()
}

// checkSolver looks at the numbers that the solver uses, and at a momentum that it
// does not.
func (o *Options[T]) checkSolver() error {
	if o.Solver == AdaGrad || o.Solver == RMSProp {
		if o.Momentum != 0 {
			return optionError("momentum", o.Momentum, fmt.Sprintf("0, as %v has none", o.Solver))
		}
	} else if err := below1("momentum", o.Momentum); err != nil {
		return err
	}
	if o.Solver == Adam {
		if err := below1("momentum2", o.Momentum2); err != nil {
			return err
		}
	}
	if o.Solver == RMSProp {
		if err := below1("rms-decay", o.RMSDecay); err != nil {
			return err
		}
	}
	if o.Solver.adaptive() && (!(T(o.Delta) > 0) || math.IsInf(o.Delta, 1)) {
		return optionError("delta", o.Delta, "a positive number")
	}
	return nil
}

func atLeast0(option string, v float64) error {
	if !(v >= 0) || math.IsInf(v, 1) {
		return optionError(option, v, "a number of at least 0")
	}
	return nil
}

func below1(option string, v float64) error {
	if !(v >= 0 && v < 1) {
		return optionError(option, v, "at least 0 and less than 1")
	}
	return nil
}

func optionError(option string, have any, want string) error {
	return &nn.OptionError{Option: option, Reason: fmt.Sprintf("%v: want %s", have, want)}
}
