package qp

import "fmt"

// Status says how a solve ended. The values are ordered from best to worst; the zero value is not a
// status.
type Status uint8

// The ways in which a solve can end. Each status except Optimal comes with an error, which says
// whether x is usable.
const (
	// Optimal: all numbers of the certificate, measured on x, are within the tolerance.
	Optimal Status = iota + 1
	// PrecisionLimit: the certificate exceeds the tolerance, but by no more than the effect of
	// rounding x to its type, or of evaluating the certificate in float64. Only a higher precision
	// or a looser tolerance would help. [SolveGeneral] also ends so if rounding errors stop its
	// progress at a larger certificate: more iterations would not help.
	PrecisionLimit
	// IterationLimit: Options.MaxIterations was reached first, or rounding errors hide where the
	// objective falls before the gradient is as small as rounding errors.
	IterationLimit
	// Canceled: the context ended first. In a batch, problems that were not begun have no
	// certificate.
	Canceled
	// OutOfRange: the type of x can't represent the solution, or float64 can't represent its objective
	// or its certificate, or all bounds and slopes of a [GeneralProblem] in common units.
	OutOfRange
	// Unbounded: the objective has no minimum on the feasible set, which is not empty.
	Unbounded
	// Indefinite: a direction of negative curvature was found.
	Indefinite
	// Infeasible: no x satisfies the constraints; if there are only bounds, a lower bound exceeds
	// the upper one.
	Infeasible
	// InvalidInput: the data hold NaN, or Inf where a finite number is needed, or H is not
	// symmetric, or an option is out of range.
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
