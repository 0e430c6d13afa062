package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// Problem is: minimize ½xᵀHx + gᵀx subject to l ≤ x ≤ u.
type Problem[T mat.Float] struct {
	// H is n×n, symmetric and positive semidefinite, with both triangles stored. Differences across
	// the diagonal below √ε·√(hᵢᵢhⱼⱼ), ε being the rounding error of T, are considered rounding
	// errors.
	H mat.Dense[T]
	// G has n elements.
	G []T
	// Lower and Upper have n elements each, ±Inf where there is no bound. nil means that there are
	// no bounds on that side.
	Lower, Upper []T
}

// Info describes the answer to one problem.
type Info struct {
	Status Status
	// Method is the method that determined which variables end at a bound, or Auto if no step was
	// taken. In a batch, CoordinateDescent also stands for sweeps over many problems at once.
	Method Method
	// Iterations is the number of steps of all kinds, Factorizations that of Cholesky
	// factorizations, including those of parts of a matrix.
	Iterations, Factorizations int
	// Objective is ½xᵀHx + gᵀx, or NaN if there is no x or the input was refused.
	Objective float64
	// Certificate is how far x is from optimal. See [Options.Tolerance] for its scale. It holds +Inf
	// if there is no x.
	Certificate
	// AtLower and AtUpper are the numbers of variables at a bound. A variable whose bounds are
	// equal counts as being at its lower bound.
	AtLower, AtUpper int
}

// unmeasuredInfo is the Info of a problem whose x has no certificate.
func unmeasuredInfo(s Status) Info {
	return Info{Status: s, Objective: math.NaN(), Certificate: unmeasured()}
}

// Result is the answer to one problem.
type Result[T mat.Float] struct {
	// X is always inside the bounds. It is nil if the input was refused.
	X []T
	// LowerMultipliers and UpperMultipliers are the multipliers of the bounds, ≥ 0 (see
	// [Certificate]): the rates at which the minimum rises with the lower bound, and falls with the
	// upper one. They are +Inf where T can't represent them; the certificate is that of the slopes in
	// float64, and x is the solution all the same.
	LowerMultipliers, UpperMultipliers []T
	Info
}

// Solve solves one problem, starting from x0 projected on the box; a nil x0 stands for zeros. p and
// x0 are not changed. To solve again with the same H, use a [Solver].
//
// The error is nil if and only if the status is Optimal. It is an *[InputError],
// *[InfeasibleError], *[IndefiniteError], *[UnboundedError] or *[StatusError], or the context's
// error. With the last four, the result is still the best x so far, with its certificate, unless H
// is found to be indefinite before there is an x. After the context has ended, no further step is
// begun, where a step may be a Cholesky factorization of all of H. Solve panics if the shapes do not
// fit.
func Solve[T mat.Float](ctx context.Context, p Problem[T], x0 []T, o Options) (Result[T], error) {
	s, err := NewSolver(p.H, o)
	if err != nil {
		return Result[T]{Info: unmeasuredInfo(statusOf(err))}, err
	}
	x := make([]T, s.N())
	if x0 != nil {
		checkLength("x0", len(x0), s.N())
		copy(x, x0)
	}
	info, err := s.Solve(ctx, p.G, p.Lower, p.Upper, x)
	if info.Status == InvalidInput || info.Status == Infeasible {
		return Result[T]{Info: info}, err
	}
	r := Result[T]{X: x, LowerMultipliers: make([]T, s.N()), UpperMultipliers: make([]T, s.N()), Info: info}
	s.Multipliers(r.LowerMultipliers, r.UpperMultipliers)
	return r, err
}
