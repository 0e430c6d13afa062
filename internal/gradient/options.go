package gradient

import "ridge/bcd/train"

// Schedule says how far the methods go in a batch.
type Schedule struct {
	// Rate is the base α₀ > 0 of the learning rate that Policy starts from.
	Rate float64
	// Policy lowers the learning rate from batch to batch.
	Policy Policy
	// RateStep, a number of batches, RateGamma and RatePower, both ≥ 0, belong to the policy.
	RateStep             int
	RateGamma, RatePower float64

	// Warmup is the fraction of all batches, in [0, 1), in which the learning rate rises linearly to that of the
	// policy.
	Warmup float64
	// InputStep, positive, multiplies the learning rate of the weights that read the input.
	InputStep float64
}

// Options are the settings of the methods. Options{} stands for the defaults of the method. Other settings should start
// from the defaults, because then a number that is zero is taken as zero.
type Options struct {
	Schedule

	// Momentum is μ, in [0, 1): the momentum of SGD, Nesterov, Muon, K-FAC and FOOF, the decay of the
	// squares in AdaDelta, β₁ of Adam and its descendants. AdaGrad and RMSProp have none: it must
	// be 0.
	Momentum float64
	// Momentum2 is β₂ of Adam and its descendants, in [0, 1).
	Momentum2 float64
	// RMSDecay is ρ of RMSProp, in [0, 1).
	RMSDecay float64
	// Delta is δ > 0, which keeps the methods that divide by the root of squares from dividing by 0.
	// It must not vanish in the precision of the weights, also times √(1 − β₂), as AdamW has it in the first batch.
	Delta float64
	// Damping is added to the diagonals of the matrices of K-FAC and FOOF, relative to the means of
	// these diagonals. It is positive.
	Damping float64
	// Memory is the part of their matrices of second moments that SOAP, K-FAC and FOOF keep when a
	// batch is added, in [0, 1).
	Memory float64
	// WeightDecay is λ ≥ 0 of ½λ‖W‖² in the objective, biases not included.
	WeightDecay float64
	// Decay ≥ 0 is decoupled from the gradients (Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR
	// 2019): times the learning rate, it is the fraction of the weights that a batch takes away, at most 1, biases not
	// included.
	Decay float64

	// Batch is the number of samples in a batch, at least 1. The last batch of an
	// epoch may be smaller, and so is every batch if there are fewer samples. The loss
	// of a batch is the mean over its own samples.
	Batch int
	// Epochs is how often the training goes through all samples, at least 1.
	Epochs int
	// Seed chooses the batches, as in [train.NewBatches].
	Seed uint64
}

// stepFactor is the factor of the learning rate of weights that read a layer.
func (o *Schedule) stepFactor(layer int) float64 {
	if layer == 0 {
		return o.InputStep
	}
	return 1
}

// falling completes the defaults of the methods of the years before 2015: 20 epochs in batches of
// 100 samples, no weight decay, and a learning rate that falls linearly to 0.
func falling(rate float64, o Options) Options {
	o.Rate, o.Epochs, o.Batch, o.Policy, o.RatePower, o.InputStep, o.Seed = rate, 20, 100, Poly, 1, 1, 1
	return o
}

// warmed completes those of later methods: before it falls, the learning rate rises, too.
func warmed(rate float64, o Options) Options {
	o = falling(rate, o)
	o.Warmup = 0.02
	return o
}

// followPolicy sets the numbers that belong to the policy to Caffe's recipes.
func (o *Options) followPolicy(train.Problem) {
	switch o.Policy {
	case Step:
		o.RateGamma, o.RatePower = 0.1, 0
	case Inv:
		o.RateGamma, o.RatePower = 1e-4, 0.75
	case Poly:
		o.RateGamma, o.RatePower = 0, 1
	}
}
