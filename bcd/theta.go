package bcd

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"ridge/bcd/nn"
)

// Schedule is the sequence θ₁, θ₂ … of Algorithm 1: every block moves the fraction
// θ_t of the way to its optimum, which is sought with the proximal weight (1−θ_t)².
// The zero value is θ ≡ 1, plain block coordinate descent.
//
// The condition of the convergence theorem is Σ_{k≥t} θ_k/(1−θ_k) → 0: the sum is
// finite. As 1/(1−θ) = 1 + θ/(1−θ), that is equivalent to Π(1−θ_k) > 0, so that every
// schedule that meets the condition keeps a part of an early iterate for ever.
// docs/convergence.md shows the consequences.
type Schedule struct {
	constant float64 // 0 stands for 1
	power    float64 // θ_t = t^−power; 0: the constant
}

// ConstantTheta returns θ ≡ value, or an *[nn.OptionError] unless 0 < value ≤ 1.
func ConstantTheta(value float64) (Schedule, error) {
	if !(value > 0 && value <= 1) {
		return Schedule{}, &nn.OptionError{Option: "theta", Reason: fmt.Sprintf("%v: want a number in (0, 1]", value)}
	}
	return Schedule{constant: value}, nil
}

// PowerTheta returns θ_t = 1/t^power, or an *[nn.OptionError] unless the power is positive
// and finite. Powers above 1 meet the condition of the convergence theorem, and freeze the
// iterates: 1/t² keeps Π_{t≥2}(1−1/t²) = ½ of the iterate after t = 1. Powers up to 1 do
// neither.
func PowerTheta(power float64) (Schedule, error) {
	if !(power > 0) || math.IsInf(power, 1) {
		return Schedule{}, &nn.OptionError{Option: "theta", Reason: fmt.Sprintf("1/t^%v: want a positive power", power)}
	}
	return Schedule{power: power}, nil
}

// ParseSchedule reads a constant in (0, 1] such as "1" or "0.9", or a power of t such
// as "1/t" or "1/t^2". Its error is an *[nn.OptionError].
func ParseSchedule(s string) (Schedule, error) {
	schedule, text := ConstantTheta, s
	if exponent, ok := strings.CutPrefix(s, "1/t^"); ok {
		schedule, text = PowerTheta, exponent
	} else if s == "1/t" {
		schedule, text = PowerTheta, "1"
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return Schedule{}, &nn.OptionError{Option: "theta",
			Reason: fmt.Sprintf("%q: want a number in (0, 1], 1/t or a power such as 1/t^2", s)}
	}
	return schedule(value)
}

// String returns what [ParseSchedule] reads.
func (s Schedule) String() string {
	switch s.power {
	case 0:
		return strconv.FormatFloat(s.Theta(1), 'g', -1, 64)
	case 1:
		return "1/t"
	}
	return "1/t^" + strconv.FormatFloat(s.power, 'g', -1, 64)
}

// Theta returns θ_t. t is counted from 1.
func (s Schedule) Theta(t int) float64 {
	switch {
	case s.power > 0:
		return 1 / math.Pow(float64(t), s.power)
	case s.constant == 0:
		return 1
	}
	return s.constant
}

// proximal returns p = (1−θ)², the weight of ½‖block − old‖² in a block step.
func proximal(theta float64) float64 { return (1 - theta) * (1 - theta) }
