package qp

import (
	"context"

	"ridge/mat"
)

// Problem is: minimize ½xᵀHx + gᵀx subject to l ≤ x ≤ u.
type Problem[T mat.Float] struct {
	// H is n×n, symmetric and positive semidefinite, both triangles stored. What
	// differs across the diagonal by less than √ε·√(hᵢᵢhⱼⱼ), ε being the rounding error
	// of T, is taken for rounding.
	H mat.Dense[T]
	// G has n elements.
	G []T
	// Lower and Upper have n elements each, ±Inf where there is no bound; nil
	// stands for no bounds at all.
	Lower, Upper []T
}

// Info is what is known about the answer to one problem.
type Info struct {
	Status Status
	// Method is the one that settled which variables end at a bound, and Auto where
	// no step was taken. In a batch, CoordinateDescent also stands for sweeps over
	// many problems at once.
	Method Method
	// Iterations counts steps of all kinds, Factorizations the Cholesky
	// factorizations, those of a part of a matrix among them.
	Iterations, Factorizations int
	// Objective is ½xᵀHx + gᵀx.
	Objective float64
	// KKT is max |P(x − ∇f(x)) − x|, and RelativeKKT the same divided by max|g|
	// (see Options.Tolerance for g = 0).
	KKT, RelativeKKT float64
	// DualityGap is f(x) minus the dual objective of the multipliers that x shows:
	// Σ λᵢ(xᵢ − lᵢ) + μᵢ(uᵢ − xᵢ), λᵢ = max(0, ∇f(x)ᵢ), μᵢ = max(0, −∇f(x)ᵢ), over the
	// bounds that are finite. Where one is infinite there is no multiplier, and KKT
	// says what is left.
	DualityGap float64
	// AtLower and AtUpper count the variables at a bound. One whose bounds are
	// equal counts as being at its lower bound.
	AtLower, AtUpper int
}

// Result is the answer to one problem.
type Result[T mat.Float] struct {
	// X is always inside the bounds. It is nil if the input was refused.
	X []T
	// LowerMultipliers and UpperMultipliers are those of the bounds, ≥ 0: the rates at
	// which the objective would rise with the bound, and fall with it.
	LowerMultipliers, UpperMultipliers []T
	Info
}

// Solve solves one problem, starting from x0 projected on the box; a nil x0
// stands for zeros. p and x0 are not changed. To solve again with the same H,
// make a [Solver].
//
// The error is an *[InputError], *[InfeasibleError], *[NotPositiveDefiniteError] or
// *[UnboundedError], or the context's. With the last three the result is still the best
// x so far and certified as such, unless the diagonal of H shows that it is not
// semidefinite, which is found before there is an x. [IterationLimit] and [PrecisionLimit] come without an error.
// Solve panics if the shapes do not fit.
func Solve[T mat.Float](ctx context.Context, p Problem[T], x0 []T, o Options) (Result[T], error) {
	s, err := NewSolver(p.H, o)
	if err != nil {
		return Result[T]{Info: Info{Status: statusOf(err)}}, err
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
