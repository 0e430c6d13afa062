package gradient

import (
	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// Options are the settings of the methods. Start from those that the method has as defaults: the
// zero value of a number here is a zero, not a default.
type Options struct {
	// Rate is the base α₀ > 0 of the learning rate that Policy starts from.
	Rate float64
	// Policy lowers the learning rate from batch to batch.
	Policy Policy
	// RateStep, a number of batches, RateGamma and RatePower, both ≥ 0, belong to the policy.
	RateStep             int
	RateGamma, RatePower float64

	// Momentum is μ, in [0, 1): the momentum of SGD and Nesterov, the decay of the
	// squares in AdaDelta, β₁ of Adam. AdaGrad and RMSProp have none: it must be 0.
	Momentum float64
	// Momentum2 is β₂ of Adam, in [0, 1).
	Momentum2 float64
	// RMSDecay is ρ of RMSProp, in [0, 1).
	RMSDecay float64
	// Delta is δ > 0, which keeps AdaGrad, RMSProp, AdaDelta and Adam from dividing
	// by 0. It must not vanish in the precision of the weights.
	Delta float64
	// WeightDecay is λ ≥ 0 of ½λ‖W‖² in the objective, biases not included.
	WeightDecay float64

	// Batch is the number of samples in a batch, at least 1. The last batch of an
	// epoch may be smaller, and so is every batch if there are fewer samples. The loss
	// of a batch is the mean over its own samples.
	Batch int
	// Epochs is how often the training goes through all samples, at least 1.
	Epochs int
	// Seed chooses the batches, as in [train.NewBatches].
	Seed uint64
}

// schema declares the options that the solver uses.
func (s solver) schema() []train.Option {
	options := []train.Option{
		train.Float("rate", "A", func(o *Options) *float64 { return &o.Rate }, train.Above(0),
			"learning rate of the first batch", train.Label("rate %s"), train.Key("learning_rate")),
		train.Choice("rate-policy", "NAME", func(o *Options) *Policy { return &o.Policy }, ParsePolicy, Policy.check,
			"how the rate falls with the batches t of all T: fixed; step: A·gamma^⌊t/step⌋; inv: A·(1+gamma·t)^−power; poly: A·(1−t/T)^power",
			train.Label("%s"), train.Leading((*Options).followPolicy)),
		train.Int("rate-step", "N", func(o *Options) *int { return &o.RateStep }, 1,
			"batches between the falls of step, which needs it", train.Needs("rate-policy", "step")),
		train.Float("rate-gamma", "G", func(o *Options) *float64 { return &o.RateGamma }, train.From(0),
			"gamma of step and inv", train.Needs("rate-policy", "step", "inv")),
		train.Float("rate-power", "P", func(o *Options) *float64 { return &o.RatePower }, train.From(0),
			"power of poly and inv", train.Needs("rate-policy", "inv", "poly")),
	}
	if s.hasMomentum() {
		options = append(options, train.Float("momentum", "M", func(o *Options) *float64 { return &o.Momentum }, train.From(0).Below(1),
			"momentum of sgd and nesterov, decay of the squares of adadelta, β₁ of adam", train.Label("momentum %s")))
	}
	if s == adam {
		options = append(options, train.Float("momentum2", "M", func(o *Options) *float64 { return &o.Momentum2 }, train.From(0).Below(1),
			"β₂ of adam", train.Label("momentum2 %s")))
	}
	if s == rmsProp {
		options = append(options, train.Float("rms-decay", "R", func(o *Options) *float64 { return &o.RMSDecay }, train.From(0).Below(1),
			"decay of the squares of rmsprop", train.Label("rms decay %s")))
	}
	if s.adaptive() {
		options = append(options, train.Float("delta", "D", func(o *Options) *float64 { return &o.Delta }, train.Above(0),
			"what keeps adagrad, rmsprop, adadelta and adam from dividing by 0", train.Label("δ %s"), train.Checked(checkDelta)))
	}
	return append(options,
		train.Float("weight-decay", "L", func(o *Options) *float64 { return &o.WeightDecay }, train.From(0),
			"ridge on all weights, per sample", train.Label("weight decay %s"), train.Checked(s.checkMomentum)),
		train.Int("batch", "N", func(o *Options) *int { return &o.Batch }, 1, "samples of a mini-batch", train.Label("batches of %s")),
		train.Int("epochs", "N", func(o *Options) *int { return &o.Epochs }, 1, "passes over the training samples"),
		train.Seed("seed", "N", func(o *Options) *uint64 { return &o.Seed }, "of the order of the samples", train.Label("seed %s")),
	)
}

// followPolicy sets the numbers that belong to the policy to Caffe's recipes.
func (o *Options) followPolicy() {
	switch o.Policy {
	case Step:
		o.RateGamma, o.RatePower = 0.1, 0
	case Inv:
		o.RateGamma, o.RatePower = 1e-4, 0.75
	case Poly:
		o.RateGamma, o.RatePower = 0, 1
	}
}

func checkDelta(o *Options, p train.Problem) *nn.OptionError {
	if p.Bits == 32 && float32(o.Delta) == 0 {
		return &nn.OptionError{Reason: "it is 0 in 32 bits, want more or weights of 64 bits"}
	}
	return nil
}

// checkMomentum is for solvers that have none.
func (s solver) checkMomentum(o *Options, _ train.Problem) *nn.OptionError {
	if !s.hasMomentum() && o.Momentum != 0 {
		return &nn.OptionError{Option: "momentum", Reason: "want 0, as " + s.String() + " has none"}
	}
	return nil
}
