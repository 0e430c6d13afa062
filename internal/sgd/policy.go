package sgd

import (
	"math"

	"ridge/bcd/nn"
)

// Policy is how the learning rate changes from its base α₀. Iterations t are batches,
// counted from 0; there are t_max of them in all epochs.
type Policy uint8

const (
	// Fixed is α₀.
	Fixed Policy = iota
	// Step is α₀·γ^⌊t/s⌋, with s = [Options].Step.
	Step
	// Inv is α₀·(1 + γt)^(−p).
	Inv
	// Poly is α₀·(1 − t/t_max)^p: with p = 1 it falls linearly to 0.
	Poly
)

var policyNames = []string{"fixed", "step", "inv", "poly"}

// String returns "fixed", "step", "inv" or "poly", which are Caffe's names.
func (p Policy) String() string { return nameOf("Policy", policyNames, int(p)) }

// ParsePolicy is the inverse of [Policy.String]. Its error is a *[nn.OptionError].
func ParsePolicy(s string) (Policy, error) {
	i, err := parseName("lr-policy", policyNames, s)
	return Policy(i), err
}

// rate returns the learning rate of iteration t of tMax.
func (o *Options[T]) rate(t, tMax int) float64 {
	switch o.Policy {
	case Step:
		return o.LearningRate * math.Pow(o.Gamma, float64(t/o.Step))
	case Inv:
		return o.LearningRate * math.Pow(1+o.Gamma*float64(t), -o.Power)
	case Poly:
		return o.LearningRate * math.Pow(1-float64(t)/float64(tMax), o.Power)
	}
	return o.LearningRate
}

// checkPolicy returns a *[nn.OptionError] unless the policy's own numbers fit.
func (o *Options[T]) checkPolicy() error {
	switch o.Policy {
	case Fixed:
		return nil
	case Step:
		if o.Step < 1 {
			return optionError("lr-step", o.Step, "at least 1 batch")
		}
		return atLeast0("lr-gamma", o.Gamma)
	case Inv:
		if err := atLeast0("lr-gamma", o.Gamma); err != nil {
			return err
		}
		return atLeast0("lr-power", o.Power)
	case Poly:
		return atLeast0("lr-power", o.Power)
	}
	return &nn.OptionError{Option: "lr-policy", Reason: "unknown " + o.Policy.String()}
}
