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
	// X is always inside its bounds. It is nil if the input was refused.
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
// All is done in float64, whatever T is.
func SolveGeneral[T mat.Float](ctx context.Context, p GeneralProblem[T], o Options) (GeneralResult[T], error) {
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
