package gradient

import (
	"context"

	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// The methods, by their updates; the package comment has the formulas. An epoch takes 6 flops for
// each weight and sample, less those for the gradient with respect to the inputs, which is not
// computed; Muon, SOAP, K-FAC and FOOF take more. Besides the samples they need memory for the
// activations of a batch and their gradients, and for four or five times the weights (the current
// ones, a gradient, one or two histories, those of the last finished epoch). Muon takes seven times the weights and
// more, SOAP eight times and four matrices of the order of each side of a layer's weights, K-FAC and FOOF six times and
// three matrices of the order of what each layer reads, and K-FAC as many of the layer's own. Their errors are
// *[train.DivergedError]s.
var (
	// SGD is the stochastic gradient with momentum.
	SGD = sgd.define()
	// Nesterov is SGD with the gradient taken ahead.
	Nesterov = nesterov.define()
	// AdaGrad divides by the root of the sum of all squared gradients.
	AdaGrad = adaGrad.define()
	// RMSProp divides by the root of a running mean of the squared gradients.
	RMSProp = rmsProp.define()
	// AdaDelta is RMSProp with steps in units of the weights.
	AdaDelta = adaDelta.define()
	// Adam is RMSProp with momentum, both corrected for their start at 0.
	Adam = adam.define()
	// AdamW is Adam with decoupled weight decay.
	AdamW = adamW.define()
	// ScheduleFree is AdamW at a constant rate; its result is an average of its iterates.
	ScheduleFree = scheduleFree.define()
	// Muon takes the polar factor of the momentum of hidden layers.
	Muon = muon.define()
	// SOAP is Adam in the eigenvectors of Shampoo's matrices.
	SOAP = soap.define()
	// KFAC is the natural gradient with Kronecker-factored curvature.
	KFAC = kfac.define()
	// FOOF is gradient descent on the neurons: K-FAC's factor of the inputs alone.
	FOOF = foof.define()
)

// LearningRate is the one number that these methods measure beyond those of all methods: the
// learning rate of the last batch of an epoch.
const LearningRate = "learning_rate"

// define makes the method of a solver. The defaults are settings for images of digits in batches of
// 100, for 20 epochs. The rate starts from the best of the three or so that were tried on 10,000
// validation samples of MNIST (one seed, 300 hidden units, 10 epochs, [nn.Softmax]; the later methods
// 20 epochs, [nn.Hinge]). Small data sets and deep networks need rates of their own.
func (s *solver) define() train.MethodOf[Options] {
	return train.Define(train.Definition[Options]{
		Name: s.name, Title: s.title, Round: "epoch", Loss: nn.Softmax[float64]{}.Name(),
		Options:  s.schema(),
		Measures: []train.Measure{{Name: LearningRate, Format: train.Fixed, Help: "learning rate of the last batch"}},
		Defaults: s.defaultsFor,
		Trains:   s.trains,
		Rounds:   func(o *Options) int { return o.Epochs },
		Extends:  func(o *Options) bool { return o.extends() },
		Elements: s.elements,
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

// defaultsFor are the defaults, except that the rate of stochastic gradients in a regression depends on the width. The
// slope of the squared loss has no bound: the steps of the weights of d units grow without end if the rate is above a
// few times the reciprocal of the largest eigenvalue of their Gram matrix, which is about d/3 to begin with, for
// standardized inputs and He's weights. (The other methods divide by how large gradients are.)
func (s *solver) defaultsFor(p train.Problem) Options {
	const reach = 3
	o := s.defaults
	if p.Regression && p.Width > 0 && s.proportional {
		o.Rate = min(o.Rate, reach/float64(p.Width))
	}
	return o
}

// a trainer implements train.Trainer.
var _ train.Trainer[float32] = (*trainer[float32])(nil)
