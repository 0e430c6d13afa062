package qp

import (
	"errors"
	"fmt"
)

// onlyProblem stands in an error for "the only problem there is".
const onlyProblem = -1

// InputError says which number of the input can't be used.
type InputError struct {
	// Operand is "H", "g", "lower", "upper", "x" or the name of an option.
	Operand string
	// Problem is the index of the problem in a batch, or −1.
	Problem int
	// Row is the row of H, or −1 for a vector. Index is the column of H, or the
	// index in a vector; −1 for an option.
	Row, Index int
	// Value is what was found there.
	Value float64
	// Reason is what is wrong with it, as in "is not a finite number".
	Reason string
}

// Error names the problem, the element and its value.
func (e *InputError) Error() string {
	return fmt.Sprintf("qp: %s%s = %v %s", problemPrefix(e.Problem), e.element(), e.Value, e.Reason)
}

func (e *InputError) element() string {
	switch {
	case e.Index < 0:
		return e.Operand
	case e.Row < 0:
		return fmt.Sprintf("%s[%d]", e.Operand, e.Index)
	default:
		return fmt.Sprintf("%s[%d,%d]", e.Operand, e.Row, e.Index)
	}
}

// InfeasibleError says why no x satisfies the constraints: which variable, or row of A, has no
// value between its bounds, or, if it is neither, how rows contradict each other.
type InfeasibleError struct {
	// Problem is the index of the problem in a batch, or −1.
	Problem int
	// Index is the variable, or −1. Row is the row of A, or −1; it means nothing unless Index
	// is −1. Lower and Upper are the bounds of either.
	Index, Row   int
	Lower, Upper float64
	// Farkas, if neither is to blame, has a weight for every row of A. For every x inside of its
	// bounds, the sum of the rows so weighted, FarkasᵀAx, is below what it is at the rows' bounds:
	// Σ Farkasᵢcᵢ, cᵢ being the lower bound of row i where Farkasᵢ > 0 and the upper one where it
	// is negative. The largest weight is 1 or −1.
	Farkas []float64
}

// Error names the problem, the variable or row and its bounds.
func (e *InfeasibleError) Error() string {
	switch {
	case e.Farkas != nil:
		return fmt.Sprintf("qp: %sno x satisfies the constraints", problemPrefix(e.Problem))
	case e.Index < 0:
		return fmt.Sprintf("qp: %sno number is between the bounds %v and %v of row %d of A",
			problemPrefix(e.Problem), e.Lower, e.Upper, e.Row)
	}
	return fmt.Sprintf("qp: %sno finite x[%d] is between its bounds %v and %v",
		problemPrefix(e.Problem), e.Index, e.Lower, e.Upper)
}

// IndefiniteError says where H was found not to be positive semidefinite.
// That it is is not checked as a whole: only the blocks of H that a solve passes
// through are.
type IndefiniteError struct {
	// Problem is the index of the problem in a batch, or −1.
	Problem int
	// Variable is where the diagonal of H, or the factorization of the free variables'
	// block of H, has a negative pivot, or a zero one in a row that is not zero; or −1
	// if a search direction has negative curvature.
	Variable int
}

// Error names the problem and the variable.
func (e *IndefiniteError) Error() string {
	where := "a search direction has negative curvature"
	if e.Variable >= 0 {
		where = fmt.Sprintf("no valid pivot for variable %d", e.Variable)
	}
	return fmt.Sprintf("qp: %sH is not positive semidefinite: %s", problemPrefix(e.Problem), where)
}

// UnboundedError says that the objective has no minimum, and why.
type UnboundedError struct {
	// Problem is the index of the problem in a batch, or −1.
	Problem int
	// Ray is a direction in which the objective falls for ever, at the rate gᵀRay:
	// H·Ray is zero, to rounding, and no bound is ever met. Its largest element is 1
	// or −1.
	Ray []float64
}

// Error names the problem.
func (e *UnboundedError) Error() string {
	return fmt.Sprintf("qp: %sthe objective is unbounded below", problemPrefix(e.Problem))
}

// StatusError says that a solve ended before x was optimal, and how far x is from it. Its
// status is PrecisionLimit, IterationLimit or OutOfRange; others have errors of their own. x is
// inside of the bounds and f(x) not above f at the start: who can do with that, as descent
// methods can, looks for this error by errors.As and goes on.
type StatusError struct {
	// Problem is the index of the problem in a batch, or −1.
	Problem int
	Status  Status
	// Certificate is that of x, and Tolerance what was asked for.
	Certificate Certificate
	Tolerance   float64
}

// Error names the problem, the status and what was reached.
func (e *StatusError) Error() string {
	return fmt.Sprintf("qp: %snot solved to the tolerance %.3g: %v at a KKT residual of %.3g and a relative duality gap of %.3g",
		problemPrefix(e.Problem), e.Tolerance, e.Status, e.Certificate.KKT(), e.Certificate.Gap)
}

// inProblem tells an error of this package of which problem it is.
func inProblem(err error, problem int) error {
	var indefinite *IndefiniteError
	var input *InputError
	var unbounded *UnboundedError
	var status *StatusError
	switch {
	case errors.As(err, &status):
		status.Problem = problem
	case errors.As(err, &indefinite):
		indefinite.Problem = problem
	case errors.As(err, &unbounded):
		unbounded.Problem = problem
	case errors.As(err, &input):
		input.Problem = problem
	}
	return err
}

func problemPrefix(problem int) string {
	if problem < 0 {
		return ""
	}
	return fmt.Sprintf("problem %d: ", problem)
}

// statusOf is the status that goes with an error of checking the input.
func statusOf(err error) Status {
	var infeasible *InfeasibleError
	var indefinite *IndefiniteError
	switch {
	case errors.As(err, &infeasible):
		return Infeasible
	case errors.As(err, &indefinite):
		return Indefinite
	default:
		return InvalidInput
	}
}
