package qp

import (
	"context"

	"ridge/mat"
)

// GeneralProblem is: minimize ½xᵀHx + gᵀx subject to Lower ≤ x ≤ Upper and
// RowLower ≤ Ax ≤ RowUpper. A row whose bounds agree is an equality.
type GeneralProblem[T mat.Float] struct {
	// H is n×n, symmetric and positive semidefinite, both triangles stored; the zero value,
	// 0×0, stands for zeros: a linear program.
	H mat.Dense[T]
	// G has n elements.
	G []T
	// Lower and Upper have n elements each, ±Inf where there is no bound; nil stands for no
	// bounds at all.
	Lower, Upper []T
	// A is m×n. Rows with one element are taken for bounds of a variable.
	A mat.Dense[T]
	// RowLower and RowUpper have m elements each, ±Inf where there is no bound; nil stands
	// for no bounds on that side.
	RowLower, RowUpper []T
}

// GeneralInfo is what is known about the answer to a [GeneralProblem].
type GeneralInfo struct {
	Status Status
	// Iterations counts steps along the central path, Factorizations those of matrices.
	Iterations, Factorizations int
	// Objective is ½xᵀHx + gᵀx.
	Objective float64
	Certificate
}

// GeneralResult is the answer to a [GeneralProblem].
type GeneralResult[T mat.Float] struct {
	// X is always inside its bounds. It is nil if the input was refused. Where its type can't hold
	// the solution (OutOfRange), X is the point inside its bounds that is nearest to 0, and the
	// multipliers of the rows are zeros; if only these can't be held, X is the solution without them.
	X []T
	// RowMultipliers are those of the rows, y, and BoundMultipliers those of the bounds of x, z, of
	// the sign of the side: ∇f(x) = Aᵀy + z, positive for a lower bound and negative for an
	// upper one. They are the rates at which the minimum rises with the bound.
	RowMultipliers, BoundMultipliers []T
	GeneralInfo
}

// SolveGeneral solves one problem. p is not changed. To solve again with the same H and A, or from
// a point that is near the solution, make a [GeneralSolver].
//
// All is done in float64, whatever T is: the answer in float32 is the rounded one, and the
// certificate that of what was rounded.
//
// The error is nil if and only if the status is Optimal. It is an *[InputError],
// *[InfeasibleError] or *[UnboundedError], both with their proofs, a *[IndefiniteError], if H
// is seen not to be positive semidefinite before there is an x, a *[StatusError], or the context's.
// With all but the first the result is the best point that was found. SolveGeneral panics if the shapes do
// not fit.
//
// # Method
//
// The problem is scaled by powers of two, so that nothing depends on units (Ruiz 2001; Stellato et
// al., OSQP, 2020). A primal-dual interior-point method follows the central path (Mehrotra 1992;
// Gondzio 1996) from an infeasible start. Its linear systems are regularized, so that they have a
// factor for all H and A, redundant rows and free variables of a linear program included, and refined
// (Friedlander and Orban 2012; Vanderbei 1995). They are reduced to a Cholesky factorization, of the order of the
// number of variables or of rows: whichever takes fewer operations. That is mat's fastest
// factorization, and elements of A that are zero cost nothing. Now and then the active constraints
// are guessed, and solved for, which ends the path early, with all digits. If the
// path leads nowhere, two auxiliary problems that always have a solution look for the reason: the point that violates
// the rows least, whose multipliers are a Farkas vector, and the projection of −g on the
// directions that no constraint ends, which is a ray. They are checked before they are
// believed. A bound that stands for none, such as 1e20, may be so far out that all else is small beside it: where
// nothing is found, or something that is as far out, those bounds are left out that are 2⁴⁰ times farther out than
// all others, and what is found then counts if it satisfies them. Infinities are the better choice. Where some x are so
// large that a row of small ones is left violated, the problem is solved once more for the distance from there.
func SolveGeneral[T mat.Float](ctx context.Context, p GeneralProblem[T], o Options) (GeneralResult[T], error) {
	if p.A.Rows == 0 && p.H.Rows == 0 {
		p.A = mat.DenseOf[T](0, len(p.G), nil)
	}
	s, err := NewGeneralSolver(p.H, p.A, o)
	if err != nil {
		return GeneralResult[T]{GeneralInfo: GeneralInfo{Status: statusOf(err)}}, err
	}
	n, m := s.N(), s.M()
	x, y := make([]T, n), make([]T, m)
	info, err := s.Solve(ctx, p.G, p.Lower, p.Upper, p.RowLower, p.RowUpper, x, y)
	if info.Status == InvalidInput {
		return GeneralResult[T]{GeneralInfo: info}, err
	}
	r := GeneralResult[T]{X: x, RowMultipliers: y, BoundMultipliers: make([]T, n), GeneralInfo: info}
	s.BoundMultipliers(r.BoundMultipliers)
	return r, err
}
