package gradient

import (
	"context"

	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// The methods, by their updates; the package comment has the formulas. An epoch takes 6 flops for
// each weight and sample, but for the gradient by the inputs, which is not computed. Besides the
// samples they take memory for four or five times the weights (those under way, a gradient, one or
// two histories, those of the last finished epoch) and for the activations of a batch and their
// gradients. Their errors are *[train.DivergedError]s.
var (
	// SGD is the stochastic gradient with momentum.
	SGD = sgd.define("stochastic gradients with momentum")
	// Nesterov is SGD with the gradient taken ahead.
	Nesterov = nesterov.define("stochastic gradients with Nesterov's momentum")
	// AdaGrad divides by the root of the sum of all squared gradients.
	AdaGrad = adaGrad.define("AdaGrad")
	// RMSProp divides by the root of a running mean of the squared gradients.
	RMSProp = rmsProp.define("RMSProp")
	// AdaDelta is RMSProp with steps in the unit of the weights.
	AdaDelta = adaDelta.define("AdaDelta")
	// Adam is RMSProp with momentum, both without bias.
	Adam = adam.define("Adam")
)

// Methods returns all of them.
func Methods() []train.MethodOf[Options] {
	return []train.MethodOf[Options]{SGD, Nesterov, AdaGrad, RMSProp, AdaDelta, Adam}
}

// LearningRate is what the methods measure besides what all do: that of the last batch of an epoch.
const LearningRate = "learning_rate"

// define makes the method of a solver.
func (s solver) define(title string) train.MethodOf[Options] {
	return train.Define(train.Definition[Options]{
		Name: s.String(), Title: title, Round: "epoch", Loss: nn.Softmax[float64]{}.Name(),
		Options:  s.schema(),
		Measures: []train.Measure{{Name: LearningRate, Format: train.Fixed, Help: "learning rate of the last batch"}},
		Defaults: func(train.Problem) Options { return s.defaults() },
		Rounds:   func(o *Options) int { return o.Epochs },
		Single: func(ctx context.Context, t train.Task[float32], o Options) (train.Trainer[float32], error) {
			trainer := newTrainer(ctx, t, s, o)
			return trainer, trainer.add.Err()
		},
		Double: func(ctx context.Context, t train.Task[float64], o Options) (train.Trainer[float64], error) {
			trainer := newTrainer(ctx, t, s, o)
			return trainer, trainer.add.Err()
		},
	})
}

// defaults returns settings of the solver for images of digits in batches of 100:
// 20 epochs, no weight decay, and a learning rate that falls linearly to
// 0. It starts from the best of the three or so rates that were tried, with [nn.Softmax], on 10,000
// validation samples of MNIST (one seed, 300 hidden units, 10 epochs). Small sets of
// samples and deep networks want rates of their own.
func (s solver) defaults() Options {
	o := Options{Epochs: 20, Batch: 100, Policy: Poly, RatePower: 1, Seed: 1}
	switch s {
	case sgd, nesterov:
		o.Rate, o.Momentum = 0.2, 0.9
	case adaGrad:
		o.Rate, o.Delta = 0.05, 1e-8
	case rmsProp:
		o.Rate, o.RMSDecay, o.Delta = 2e-3, 0.99, 1e-8
	case adaDelta:
		o.Rate, o.Momentum, o.Delta = 3, 0.95, 1e-6
	case adam:
		o.Rate, o.Momentum, o.Momentum2, o.Delta = 2e-3, 0.9, 0.999, 1e-8
	}
	return o
}

// compile-time proof that a trainer is one.
var _ train.Trainer[float32] = (*trainer[float32])(nil)
