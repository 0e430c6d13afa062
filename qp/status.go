package qp

import "fmt"

// Status says how a solve ended. The values are ordered from best to worst; the
// zero value is none of them.
type Status uint8

// The ways a solve can end. Each but Optimal comes with an error: what it says of x, x must
// not be used unseen for.
const (
	// Optimal: all of the certificate that was measured on x is within the tolerance.
	Optimal Status = iota + 1
	// PrecisionLimit: the certificate is above the tolerance, but within what
	// rounding x to its type, or evaluating the certificate in float64, changes it
	// by. Only a higher precision or a looser tolerance would help.
	PrecisionLimit
	// IterationLimit: Options.MaxIterations was reached first, or rounding hides where
	// the objective falls before the gradient is as small as rounding.
	IterationLimit
	// Canceled: the context ended first. In a batch, the certificate of problems that were
	// not begun was not measured.
	Canceled
	// OutOfRange: the type of x can't hold the solution, or what is measured on it.
	OutOfRange
	// Unbounded: the objective has no minimum on the feasible set.
	Unbounded
	// Indefinite: a direction of negative curvature was met.
	Indefinite
	// Infeasible: no x satisfies the constraints; where there are only bounds, a lower one is
	// above its upper one.
	Infeasible
	// InvalidInput: the data hold NaN, or Inf where a number is needed, or H is
	// not symmetric, or an option is out of range.
	InvalidInput
)

var statusNames = [...]string{
	Optimal:        "optimal",
	PrecisionLimit: "precision limit",
	IterationLimit: "iteration limit",
	Canceled:       "canceled",
	OutOfRange:     "out of range",
	Unbounded:      "unbounded",
	Indefinite:     "indefinite",
	Infeasible:     "infeasible",
	InvalidInput:   "invalid input",
}

// String returns the status in words.
func (s Status) String() string {
	if int(s) < len(statusNames) && statusNames[s] != "" {
		return statusNames[s]
	}
	return fmt.Sprintf("Status(%d)", uint8(s))
}
