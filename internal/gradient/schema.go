package gradient

import (
	"fmt"
	"math"
	"slices"

	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// optionName is the name of an option that only some solvers have.
type optionName string

const (
	withMomentum  optionName = "momentum"
	withMomentum2 optionName = "momentum2"
	withRMSDecay  optionName = "rms-decay"
	withDelta     optionName = "delta"
	withDamping   optionName = "damping"
	withMemory    optionName = "memory"
)

// shared are the options that all solvers have.
var shared = []string{
	"rate", "rate-policy", "rate-step", "rate-gamma", "rate-power", "warmup", "input-step",
	"weight-decay", "decay", "batch", "epochs", "seed",
}

// schema declares the options that the solver uses, in the order of all of them.
func (s *solver) schema() []train.Option {
	return slices.DeleteFunc(s.everyOption(), func(o train.Option) bool {
		return !slices.Contains(shared, o.Name) && !slices.Contains(s.own, optionName(o.Name))
	})
}

func (s *solver) everyOption() []train.Option {
	return []train.Option{
		train.Float("rate", "A", func(o *Options) *float64 { return &o.Rate }, train.Above(0),
			"learning rate at which --rate-policy starts; 3 divided by the width of the last hidden layer, if that is "+
				"less, for sgd and nesterov in a regression", train.Label("rate %s"), train.Key("learning_rate")),
		train.Choice("rate-policy", "NAME", func(o *Options) *Policy { return &o.Policy }, ParsePolicy, Policy.check,
			"how the rate falls with batch t of T: fixed; step: A·gamma^⌊t/step⌋; inv: A·(1+gamma·t)^(-power); "+
				"poly: A·(1 - t/T)^power; cosine: A·(1+cos(πt/T))/2",
			train.Label("%s"), train.Leading((*Options).followPolicy)),
		train.Int("rate-step", "N", func(o *Options) *int { return &o.RateStep }, 1,
			"batches between two reductions of the rate by the policy step, which needs it",
			train.Needs("rate-policy", "step")),
		train.Float("rate-gamma", "G", func(o *Options) *float64 { return &o.RateGamma }, train.From(0),
			"gamma of step and inv", train.Needs("rate-policy", "step", "inv")),
		train.Float("rate-power", "P", func(o *Options) *float64 { return &o.RatePower }, train.From(0),
			"power of poly and inv", train.Needs("rate-policy", "inv", "poly")),
		train.Float("warmup", "F", func(o *Options) *float64 { return &o.Warmup }, train.From(0).Below(1),
			"fraction of the batches, at the start, in which the rate rises to that of the policy",
			train.Label("warm-up %s"), train.Quiet("0")),
		train.Float("input-step", "K", func(o *Options) *float64 { return &o.InputStep }, train.Above(0),
			"multiple of the step length for the weights that read the input", train.Label("(input ×%s)"),
			train.Quiet("1")),
		train.Float("momentum", "M", func(o *Options) *float64 { return &o.Momentum }, train.From(0).Below(1),
			"momentum of sgd, nesterov, muon, kfac and foof, decay of the squares of adadelta, β₁ of adam, adamw, "+
				"schedulefree and soap", train.Label("momentum %s")),
		train.Float("momentum2", "M", func(o *Options) *float64 { return &o.Momentum2 }, train.From(0).Below(1),
			"β₂ of adam, adamw, schedulefree and soap", train.Label("momentum2 %s")),
		train.Float("rms-decay", "R", func(o *Options) *float64 { return &o.RMSDecay }, train.From(0).Below(1),
			"decay of the squares of rmsprop", train.Label("rms decay %s")),
		train.Float("delta", "D", func(o *Options) *float64 { return &o.Delta }, train.Above(0),
			"small number that keeps methods that divide by the root of squares from dividing by 0",
			train.Label("δ %s"), train.Checked(checkDelta)),
		train.Float("damping", "D", func(o *Options) *float64 { return &o.Damping }, train.Above(0),
			"what is added to the diagonals of matrices of second moments, relative to the means of these",
			train.Label("damping %s")),
		train.Float("memory", "R", func(o *Options) *float64 { return &o.Memory }, train.From(0).Below(1),
			"part of the matrices of second moments that an update keeps", train.Hidden),
		train.Float("weight-decay", "L", func(o *Options) *float64 { return &o.WeightDecay }, train.From(0),
			"ridge on all weights, per sample", train.Label("weight decay %s"), train.Checked(s.checkMomentum)),
		train.Float("decay", "L", func(o *Options) *float64 { return &o.Decay }, train.From(0),
			"decoupled weight decay: times the rate, the fraction of the weights that a batch takes away",
			train.Label("decay %s"), train.Quiet("0"), train.Checked(checkDecay)),
		train.Int("batch", "N", func(o *Options) *int { return &o.Batch }, 1, "samples of a mini-batch",
			train.Label("batches of %s")),
		train.Int("epochs", "N", func(o *Options) *int { return &o.Epochs }, 1, "passes over the training samples"),
		train.Seed("seed", "N", func(o *Options) *uint64 { return &o.Seed }, "of the order of the samples",
			train.Label("seed %s")),
	}
}

// checkDelta refuses a δ that is 0 in the precision of the weights, and so is no help. That of AdamW, which moves the
// rest of Muon's weights, too, is times √(1 − β₂) in the first batch.
func checkDelta(o *Options, p train.Problem) *nn.OptionError {
	least := o.Delta * math.Sqrt(1-max(o.Momentum2, restMomentum2))
	switch {
	case p.Bits == 32 && float32(least) == 0:
		return &nn.OptionError{Reason: "it is 0 in 32 bits, want more or weights of 64 bits"}
	case least == 0:
		return &nn.OptionError{Reason: "it is 0 in 64 bits, want more"}
	}
	return nil
}

// checkDecay refuses a decay that takes away more than the weights, and so turns their signs from batch to batch.
func checkDecay(o *Options, _ train.Problem) *nn.OptionError {
	if o.Policy == Step && o.RateGamma > 1 && o.Decay > 0 { // the other policies never raise the rate
		return &nn.OptionError{Reason: fmt.Sprintf("rate-gamma %v makes the rate grow, and with it the fraction of "+
			"the weights that a batch takes away: want a rate-gamma of 1 at most, or no decay", o.RateGamma)}
	}
	longest := max(1, o.InputStep)
	away := o.Rate * longest * o.Decay
	if away <= 1 {
		return nil
	}
	times := fmt.Sprintf("rate %v", o.Rate)
	if longest > 1 {
		times += fmt.Sprintf(" and input-step %v", longest)
	}
	return &nn.OptionError{Reason: fmt.Sprintf(
		"%v times %s is %.3g, want 1 at most: it is the fraction of the weights that a batch takes away",
		o.Decay, times, away)}
}

// checkMomentum refuses a momentum of a solver that has none, and so no option of that name which could have the check:
// one that all solvers have has it.
func (s *solver) checkMomentum(o *Options, _ train.Problem) *nn.OptionError {
	if !slices.Contains(s.own, withMomentum) && o.Momentum != 0 {
		return &nn.OptionError{Option: "momentum", Reason: "want 0, as " + s.name + " has none"}
	}
	return nil
}
