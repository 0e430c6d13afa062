package qp

import (
	"context"
	"fmt"
	"sync"

	"ridge/mat"
)

// Solver solves problems that share H. It keeps what it has computed from H and its workspace, so
// that further solves allocate little. It also keeps the factor of the last free variables' block
// of H, from which the next solve starts. The answer to a problem therefore depends on earlier
// calls of Solve, within the tolerance; after [Solver.Reset] it is that of a new Solver, to the
// last bit. A Solver must not be used by several goroutines at once, but uses several itself
// (Options.Workers). [NewSolver] makes one; the zero Solver has no variables.
type Solver[T mat.Float] struct {
	h       mat.Dense[T]
	wide    mat.Dense[float64] // h, in float64
	units   natural
	spread  float64 // see probing
	options Options
	one     *run // the workspace of Solve

	prepared bool           // scaled has been computed, or can't be
	scaled   *scaledHessian // for SolveBatch

	mu    sync.Mutex
	spare []*blockWorkspace[T] // unused workspaces of SolveBatch
}

// NewSolver prepares to solve problems with the n×n matrix h, of which both triangles are stored. h
// is kept and must not change while the Solver is used. It takes O(n²) operations. It needs memory
// for a float64 copy of a float32 h and, once a batch is solved, for a float32 copy. Each worker
// that needs them has a float64 factor of the size of h, and a float32 factor for the
// interior-point method.
//
// The error is an *[InputError] if h holds NaN or Inf, if it is not symmetric, or if an option is
// out of range. It is an *[IndefiniteError] if an element of the diagonal is negative, or is zero
// in a row that is not zero, or if another check shows that h is indefinite. NewSolver panics if h
// is not square, or its stride and data do not fit its size.
func NewSolver[T mat.Float](h mat.Dense[T], o Options) (*Solver[T], error) {
	if h.Rows != h.Cols {
		panic(fmt.Sprintf("qp: H is %d×%d", h.Rows, h.Cols))
	}
	checkMatrix("H", h)
	if err := o.check(); err != nil {
		return nil, err
	}
	wide := widen(h)
	units := curvatureUnits(wide)
	spread, err := checkHessian(h, wide, units)
	if err != nil {
		return nil, err
	}
	s := &Solver[T]{h: h, wide: wide, units: units, spread: spread, options: withDefaults[T](o, h.Rows)}
	s.one = newRun(s.wide, s.units, spread)
	return s, nil
}

// widen returns h in float64: h itself if it is float64, otherwise a copy.
func widen[T mat.Float](h mat.Dense[T]) mat.Dense[float64] {
	if same, ok := any(h).(mat.Dense[float64]); ok {
		return same
	}
	wide := mat.NewDense[float64](h.Rows, h.Cols)
	mat.Convert(wide, h)
	return wide
}

// N returns the number of variables. Like all methods, it panics with a clear message if the Solver
// is nil, which NewSolver returns with an error.
func (s *Solver[T]) N() int {
	if s == nil {
		panic("qp: the Solver is nil: NewSolver has returned an error")
	}
	return s.h.Rows
}

// Solve minimizes ½xᵀHx + gᵀx subject to lower ≤ x ≤ upper. x is the starting point, which is first
// projected on the box, and receives the solution. A nil bound is infinite. All have n elements.
//
// Errors and panics are those of the function [Solve]; it also panics if x overlaps the others. If
// the input is refused (InvalidInput, Infeasible), x is not changed. With Workers = 1, only errors
// (including those of factoring a singular block) and a method's workspace at its first use are
// allocated, and a few vectors where rounding x to float32 spoils the certificate, or where the
// methods that were chosen end at a limit and others follow. After the context has ended, no further
// step is begun, where a step may be a Cholesky factorization of all of h.
func (s *Solver[T]) Solve(ctx context.Context, g, lower, upper, x []T) (Info, error) {
	checkContext(ctx)
	n := s.N()
	checkLength("g", len(g), n)
	checkLength("x", len(x), n)
	checkBoundLength("lower", lower, n)
	checkBoundLength("upper", upper, n)
	mustNotOverlap("x", "g", x, g)
	mustNotOverlap("x", "lower", x, lower)
	mustNotOverlap("x", "upper", x, upper)
	if err := checkProblem(onlyProblem, g, lower, upper, x); err != nil {
		return unmeasuredInfo(statusOf(err)), err
	}
	if s.one == nil { // the zero Solver has no variables
		s.one, s.options = newRun(s.wide, s.units, 0), withDefaults[T](s.options, n)
	}
	return solveExactly(ctx, s.one, g, lower, upper, x, s.options)
}

// Reset drops what earlier calls of Solve have left, so that the next answer depends only on the
// problem.
func (s *Solver[T]) Reset() {
	if s.N() > 0 {
		s.one.forget()
	}
}

// Multipliers writes the multipliers of the bounds in the problem that Solve solved last (see
// [Certificate]): max(0, ∇f(x)ᵢ) for a variable that presses against its lower bound, max(0,
// −∇f(x)ᵢ) for one that presses against its upper bound, and 0 for all others; +Inf stands for what
// T can't represent. It writes zeros if there was no problem, or ∇f overflows where it began. Both
// slices have n elements, and must not overlap.
func (s *Solver[T]) Multipliers(lower, upper []T) {
	checkLength("lower", len(lower), s.N())
	checkLength("upper", len(upper), s.N())
	mustNotOverlap("lower", "upper", lower, upper)
	clear(lower)
	clear(upper)
	if s.one == nil {
		return
	}
	r := s.one
	for i, d := range r.grad {
		e, inverse := r.units.e[i], r.units.inverse[i]
		switch {
		case d > 0 && (r.x[i]-r.lower[i])*e <= d*inverse:
			lower[i] = T(d)
		case d < 0 && (r.upper[i]-r.x[i])*e <= -d*inverse:
			upper[i] = T(-d)
		}
	}
}
