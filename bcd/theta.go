package bcd

import (
	"fmt"
	"strconv"
)

// Schedule is the sequence θ₁, θ₂ … of Algorithm 1: every block moves the fraction
// θ_t of the way to its optimum, which is sought with the proximal weight (1−θ_t)².
// The zero value is θ ≡ 1, plain block coordinate descent.
type Schedule struct {
	constant      float64 // 0 stands for 1
	inverseSquare bool
}

// ConstantTheta returns θ ≡ value, or an *[OptionError] unless 0 < value ≤ 1.
func ConstantTheta(value float64) (Schedule, error) {
	if !(value > 0 && value <= 1) {
		return Schedule{}, &OptionError{"theta", fmt.Sprintf("%v: want a number in (0, 1]", value)}
	}
	return Schedule{constant: value}, nil
}

// InverseSquareTheta returns θ_t = 1/t². It meets the condition of the convergence
// theorem, Σ_{k≥t} θ_k/(1−θ_k) → 0, but as Π(1−θ_t) → ½ it keeps half of the second
// iterate for ever.
func InverseSquareTheta() Schedule { return Schedule{inverseSquare: true} }

const inverseSquareName = "1/t^2"

// ParseSchedule reads "1/t^2", or a constant in (0, 1] such as "1" or "0.9". Its
// error is an *[OptionError].
func ParseSchedule(s string) (Schedule, error) {
	if s == inverseSquareName {
		return InverseSquareTheta(), nil
	}
	value, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return Schedule{}, &OptionError{"theta", fmt.Sprintf("%q: want a number in (0, 1] or %s", s, inverseSquareName)}
	}
	return ConstantTheta(value)
}

// String returns what [ParseSchedule] reads.
func (s Schedule) String() string {
	if s.inverseSquare {
		return inverseSquareName
	}
	return strconv.FormatFloat(s.Theta(1), 'g', -1, 64)
}

// Theta returns θ_t. t is counted from 1.
func (s Schedule) Theta(t int) float64 {
	if s.inverseSquare {
		return 1 / (float64(t) * float64(t))
	}
	if s.constant == 0 {
		return 1
	}
	return s.constant
}

// proximal returns p = (1−θ)², the weight of ½‖block − old‖² in a block step.
func proximal(theta float64) float64 { return (1 - theta) * (1 - theta) }
