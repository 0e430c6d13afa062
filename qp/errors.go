package qp

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// onlyProblem is the index in an error that does not come from a batch.
const onlyProblem = -1

// InputError says which number of the input can't be used.
type InputError struct {
	// Operand is the matrix "H", "A" or "C", the vector "g", "B", "x", "y", "lower", "upper", "rowLower" or "rowUpper",
	// or the number "Lambda", "Options.Tolerance", "Options.MaxIterations" or "Options.Method".
	Operand string
	// Problem is the index of the problem in a batch, or −1.
	Problem int
	// Row is the row of the matrix, or −1 for a vector. Index is the column of the matrix, or the
	// index in the vector. Both are −1 for a number by itself.
	Row, Index int
	// Value is the number.
	Value float64
	// Reason says what is wrong with it, as in "is not a finite number".
	Reason string
}

// refusedElement is the error for element (i, j) of a matrix, whose value is v.
func refusedElement(matrix string, i, j int, v float64, reason string) *InputError {
	return &InputError{Operand: matrix, Problem: onlyProblem, Row: i, Index: j, Value: v, Reason: reason}
}

// refusedEntry is the error for element i of a vector of a problem.
func refusedEntry(problem int, vector string, i int, v float64, reason string) *InputError {
	return &InputError{Operand: vector, Problem: problem, Row: -1, Index: i, Value: v, Reason: reason}
}

// refusedNumber is the error for a number by itself.
func refusedNumber(name string, v float64, reason string) *InputError {
	return &InputError{Operand: name, Problem: onlyProblem, Row: -1, Index: -1, Value: v, Reason: reason}
}

// notFiniteReason is the reason for NaN or Inf where only numbers are of use.
const notFiniteReason = "is not a finite number"

// Error names the problem, the element, its value and the reason.
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

// InfeasibleError says why no x satisfies the constraints: a variable, or a row of A (in [LeastSquares], of C),
// has no value between its bounds, or the rows contradict each other.
type InfeasibleError struct {
	// Problem is the index of the problem in a batch, or −1.
	Problem int
	// Index is the variable, or −1. Row is the row of A, or −1; it is meaningful only if Index is
	// −1. Lower and Upper are the bounds of the variable or row.
	Index, Row   int
	Lower, Upper float64
	// Farkas has a weight for every row of A if the rows contradict each other; otherwise it is
	// nil. For every x inside its bounds, the weighted sum of the rows, FarkasᵀAx, is below Σ
	// Farkasᵢcᵢ, where cᵢ is the lower bound of row i if Farkasᵢ > 0 and the upper one if it is
	// negative. The largest weight is 1 or −1. FarkasᵀA holds rounding errors instead of zeros where
	// the rows cancel; weights of twice the digits, of which Farkas is the first half, leave less.
	Farkas []float64
	// Reach is nil if FarkasᵀA, with twice the digits, cancels to 2⁻⁸⁰ of the weights: then no x
	// satisfies the constraints. Otherwise rows that differ by rounding errors, as far as float64 can
	// tell, may meet far out, and this is how far each |xⱼ| without a bound may be for the proof to
	// hold: more than 10¹⁰ times the bounds that it uses, relative to the units of rows and variables.
	Reach []float64
	// rows are the rows with the largest weights, relative to the units of the rows: at most mostNamed.
	rows []int
	// matrix is the name of the matrix of the rows, if it is not A.
	matrix string
	// zero says that the only row with a weight is zero.
	zero bool
}

// mostNamed is the number of contradicting rows that an error names.
const mostNamed = 2

// Error names the problem, and the variable or row and its bounds. If rows contradict each other, it
// names the two with the largest weights, whatever the units of the rows.
func (e *InfeasibleError) Error() string {
	switch {
	case e.Farkas != nil:
		within := ""
		if e.Reach != nil {
			within = " within Reach"
		}
		return fmt.Sprintf("qp: %sno x%s satisfies the constraints%s", problemPrefix(e.Problem), within,
			e.contradiction())
	case math.IsInf(e.Lower, 1):
		return fmt.Sprintf("qp: %sthe lower bound of %s is +Inf", problemPrefix(e.Problem), e.subject())
	case math.IsInf(e.Upper, -1):
		return fmt.Sprintf("qp: %sthe upper bound of %s is -Inf", problemPrefix(e.Problem), e.subject())
	case e.Index < 0:
		return fmt.Sprintf("qp: %sno number is between the bounds %v and %v of %s",
			problemPrefix(e.Problem), e.Lower, e.Upper, e.subject())
	}
	return fmt.Sprintf("qp: %sno finite x[%d] is between its bounds %v and %v",
		problemPrefix(e.Problem), e.Index, e.Lower, e.Upper)
}

// subject names the variable or row whose own bounds leave nothing.
func (e *InfeasibleError) subject() string {
	if e.Index < 0 {
		return fmt.Sprintf("row %d of %s", e.Row, e.matrixName())
	}
	return fmt.Sprintf("x[%d]", e.Index)
}

func (e *InfeasibleError) matrixName() string { return cmp.Or(e.matrix, "A") }

// contradiction names the rows that contradict each other, or the bounds of x.
func (e *InfeasibleError) contradiction() string {
	weights, name := 0, e.matrixName()
	for _, w := range e.Farkas {
		if w != 0 {
			weights++
		}
	}
	switch {
	case len(e.rows) == 0:
		return ""
	case len(e.rows) == 1:
		if e.zero {
			return fmt.Sprintf(": row %d of %s is zero, and 0 is not between its bounds", e.rows[0], name)
		}
		return fmt.Sprintf(": row %d of %s contradicts the bounds of x", e.rows[0], name)
	case weights > len(e.rows):
		return fmt.Sprintf(": %d rows of %s contradict each other or the bounds of x, mainly rows %d and %d",
			weights, name, e.rows[0], e.rows[1])
	}
	return fmt.Sprintf(": rows %d and %d of %s contradict each other or the bounds of x", e.rows[0], e.rows[1], name)
}

// belowRows removes the first k rows, which define r, and the variables without a unit, r itself, from a proof, and
// converts the others to x = 2^unit·x̂ and to rows that are not multiplied by 2^rowUnit. It has no weights for these
// rows, as r has no bounds.
func (e *InfeasibleError) belowRows(k int, unit, rowUnit []int) {
	e.Farkas, e.matrix = directionTimes(e.Farkas[k:], rowUnit), "C"
	for i := range e.rows {
		e.rows[i] -= k
	}
	if e.Reach == nil {
		return
	}
	e.Reach = e.Reach[:len(unit)]
	for j, by := range unit {
		e.Reach[j] = math.Ldexp(e.Reach[j], by)
	}
}

// largestWeights returns the indices of the elements of y with the largest magnitudes, at most mostNamed, in ascending
// order. Zeros do not count.
func largestWeights(y []float64) []int {
	var rows []int
	for i, v := range y {
		if v != 0 {
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(math.Abs(y[b]), math.Abs(y[a])) })
	rows = rows[:min(len(rows), mostNamed)]
	slices.Sort(rows)
	return rows
}

// IndefiniteError says where H was found not to be positive semidefinite. Every element is compared
// with the diagonal, which proves nothing about the matrix as a whole. SolveGeneral also factors H as
// a whole; the other solves factor only the blocks that they need.
type IndefiniteError struct {
	// Problem is the index of the problem in a batch, or −1.
	Problem int
	// Variable is the index of a negative pivot, on the diagonal of H or in the factorization of
	// the free variables' block, or of a zero pivot in a row that is not zero. It is −1 if a search
	// direction has negative curvature.
	Variable int
}

// Error names the problem and the variable.
func (e *IndefiniteError) Error() string {
	where := "a search direction has negative curvature"
	if e.Variable >= 0 {
		where = fmt.Sprintf("the pivot of variable %d is negative, or 0 in a row that is not", e.Variable)
	}
	return fmt.Sprintf("qp: %sH is not positive semidefinite: %s", problemPrefix(e.Problem), where)
}

// UnboundedError says that the objective has no minimum, and why.
type UnboundedError struct {
	// Problem is the index of the problem in a batch, or −1.
	Problem int
	// Ray is a direction in which the objective falls forever, at the rate gᵀRay: H·Ray is zero up
	// to rounding. Up to rounding, no bound is ever reached: elements of Ray and of A·Ray that should
	// be zero may be as large as rounding errors. Its largest element is 1 or −1.
	//
	// It proves this of H up to rounding, not of every digit of H. Solve takes a curvature of up to 6nuL² along the ray
	// for none, where u is the rounding error of float64 and L = Σ|Rayᵢ|√hᵢᵢ. An H that is positive definite by so
	// little has a minimum far out, and the ray proves that f falls at least up to |gᵀRay|/(6nuL²) times the ray from
	// 0. In float32, an H that was rounded may have more curvature (see [SolveGeneral]).
	Ray []float64
}

// Error names the problem.
func (e *UnboundedError) Error() string {
	return fmt.Sprintf("qp: %sthe objective is unbounded below", problemPrefix(e.Problem))
}

// StatusError says that a solve ended before x was optimal, and how far x is from optimal. Its
// status is PrecisionLimit, IterationLimit or OutOfRange; other statuses have errors of their own.
// x is inside the bounds. With bounds only ([Solve] and the methods of [Solver]), f(x) is not above f
// at the start: callers for which that is enough, such as descent methods, can detect this error with
// errors.As and continue.
type StatusError struct {
	// Problem is the index of the problem in a batch, or −1.
	Problem int
	Status  Status
	// Certificate is the certificate of x, and Tolerance the requested tolerance.
	Certificate Certificate
	Tolerance   float64
	// apart is not empty if nothing was measured, because numbers of the problem are too far apart: it says which.
	apart string
}

// Error names the problem, the status and the certificate that was reached, or the numbers that are too far apart.
func (e *StatusError) Error() string {
	if e.apart != "" {
		return fmt.Sprintf("qp: %s%v: %s", problemPrefix(e.Problem), e.Status, e.apart)
	}
	return fmt.Sprintf(
		"qp: %snot solved to the tolerance %.3g: %v at a KKT residual of %.3g and a relative duality gap of %.3g",
		problemPrefix(e.Problem), e.Tolerance, e.Status, e.Certificate.KKT(), e.Certificate.Gap)
}

// inProblem adds the index of the problem to an error of this package.
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

// statusOf is the status that belongs to an error from checking the input.
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
