package gradient

import (
	"math"

	"ridge/bcd/train"
)

// Policy is how the learning rate changes from its base α₀. Iterations t are batches,
// counted from 0; there are t_max of them in all epochs.
type Policy uint8

const (
	// Fixed is α₀.
	Fixed Policy = iota
	// Step is α₀·γ^⌊t/s⌋, with s = [Schedule].RateStep.
	Step
	// Inv is α₀·(1 + γt)^(−p).
	Inv
	// Poly is α₀·(1 − t/t_max)^p: with p = 1 it falls linearly to 0.
	Poly
	// Cosine is α₀·(1 + cos(πt/t_max))/2 (Loshchilov and Hutter, SGDR, ICLR 2017, without restarts).
	Cosine
)

var policyNames = []string{"fixed", "step", "inv", "poly", "cosine"}

// String returns "fixed", "step", "inv" or "poly", which are Caffe's names, or "cosine".
func (p Policy) String() string { return train.NameOf("Policy", policyNames, int(p)) }

// ParsePolicy is the inverse of [Policy.String]. Its error is an *[nn.OptionError].
func ParsePolicy(s string) (Policy, error) {
	return train.OneName[Policy]("rate-policy", policyNames)(s)
}

// check returns an *[nn.OptionError] unless there is such a policy.
func (p Policy) check() error { return train.CheckName("rate-policy", policyNames, p) }

// rate returns the learning rate of iteration t of tMax.
func (o *Schedule) rate(t, tMax int) float64 {
	rate := o.full(t, tMax)
	if warm := o.Warmup * float64(tMax); float64(t+1) < warm {
		rate *= float64(t+1) / warm
	}
	return rate
}

// extends reports whether no rate depends on tMax.
func (o *Schedule) extends() bool {
	switch o.Policy {
	case Fixed, Step, Inv:
		return o.Warmup == 0
	}
	return false
}

// full is the rate without a warm-up.
func (o *Schedule) full(t, tMax int) float64 {
	switch o.Policy {
	case Step:
		return o.Rate * math.Pow(o.RateGamma, float64(t/o.RateStep))
	case Inv:
		return o.Rate * math.Pow(1+o.RateGamma*float64(t), -o.RatePower)
	case Poly:
		return o.Rate * math.Pow(1-float64(t)/float64(tMax), o.RatePower)
	case Cosine:
		return o.Rate * (1 + math.Cos(math.Pi*float64(t)/float64(tMax))) / 2
	}
	return o.Rate
}
