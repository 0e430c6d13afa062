package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// GeneralProblem is: minimize ½xᵀHx + gᵀx subject to Lower ≤ x ≤ Upper and RowLower ≤ Ax ≤ RowUpper. A row whose two
// bounds are equal is an equality constraint.
type GeneralProblem[T mat.Float] struct {
	// H is n×n, symmetric and positive semidefinite, with both triangles stored. The zero value, 0×0, stands for zeros:
	// a linear program. If that has several solutions, the answer need not be a vertex.
	H mat.Dense[T]
	// G has n elements.
	G []T
	// Lower and Upper have n elements each, ±Inf where there is no bound. nil means that there are no bounds on that
	// side.
	Lower, Upper []T
	// A is m×n. Rows with one nonzero element are treated as bounds of a variable.
	A mat.Dense[T]
	// RowLower and RowUpper have m elements each, ±Inf where there is no bound. nil means that there are no bounds on
	// that side.
	RowLower, RowUpper []T
}

// GeneralInfo describes the answer to a [GeneralProblem].
type GeneralInfo struct {
	Status Status
	// Iterations is the number of steps along the central path, and in [LeastSquares] also that of exchanges of
	// columns, Factorizations that of matrix factorizations.
	Iterations, Factorizations int
	// Objective is ½xᵀHx + gᵀx. Without an x, because the input was refused, it is NaN, and Certificate holds +Inf.
	Objective float64
	Certificate
}

// unmeasuredGeneral is the GeneralInfo of a problem without an x.
func unmeasuredGeneral(s Status) GeneralInfo {
	return GeneralInfo{Status: s, Objective: math.NaN(), Certificate: unmeasured()}
}

// GeneralResult is the answer to a [GeneralProblem].
type GeneralResult[T mat.Float] struct {
	// X is always inside its bounds. It is nil if the input was refused. If its type can't represent the solution
	// (OutOfRange), X is the point inside its bounds that is nearest to 0, and the multipliers of the rows are zeros;
	// if it can't represent only those multipliers, X is the solution and they are zeros.
	X []T
	// RowMultipliers are the multipliers y of the rows, and BoundMultipliers the multipliers z of the bounds of x:
	// ∇f(x) = Aᵀy + z. They are positive for a lower bound and negative for an upper one, and are the rates at which
	// the minimum rises with the bound. y is part of the answer, and finite. z follows from it in float64, and has ±Inf
	// where T can't represent it: that makes x no worse.
	RowMultipliers, BoundMultipliers []T
	GeneralInfo
}

// SolveGeneral solves one problem. p is not changed. To solve again with the same H and A, or from a point near the
// solution, use a [GeneralSolver].
//
// Everything is computed in float64, whatever T is: the answer in float32 is the rounded one, and the certificate is
// measured after rounding.
//
// The error is nil if and only if the status is Optimal. It is an *[InputError]; an *[InfeasibleError] or
// *[UnboundedError], which hold proofs; an *[IndefiniteError], if H is found not to be positive semidefinite, by its
// elements or because xᵀHx is negative; a *[StatusError]; or the context's error. The result holds the best point that
// was found, with its certificate. It has no X where the problem is refused before there is a point: with an
// InputError, where two bounds of a variable or a row leave nothing between them, and where H itself is found to be
// indefinite. SolveGeneral panics if the shapes do not fit.
//
// When the context ends, the preparation of H and A or a product with them that has begun is completed, but no Cholesky
// factorization, and the answer is measured: with dense H and A of 2,500 rows the solve ends a tenth of a second later,
// or a quarter of a second while it prepares. Whether H is positive semidefinite is then not checked any more. Also
// completed are, once begun, the order of a sparse elimination, LU factors of whole systems, which take up to a second,
// and the QR factors of one projection in the search for a proof: milliseconds for 300 variables, and that grows with
// the cube of their number.
//
// An H of low rank that was rounded to float32 may have small negative eigenvalues. So in float32 an
// UnboundedError may hold a ray along which f is flat only up to that rounding, and a problem that ends at the
// precision limit is solved again with slightly larger diagonal elements.
//
// # Method
//
// The problem is scaled by powers of two, so that nothing depends on units (Ruiz 2001; Stellato et al., OSQP, 2020).
// Where bounds and slopes are more than 2²⁰⁰⁰ apart in such units, or an element of A that they do not hold may
// matter, it is refused (OutOfRange). A primal-dual interior-point method follows the central path (Mehrotra 1992;
// Gondzio 1996) from an infeasible start. Its linear systems are regularized, so that they have a factor for all H and
// A, including redundant rows and free variables of a linear program, and their solutions are refined (Friedlander and
// Orban 2012; Vanderbei 1995). They are reduced to a dense Cholesky factorization whose order is the number of
// variables or the number of rows, whichever takes fewer operations; elements of A that are zero cost nothing there.
// If that takes more than sixteen times as many operations as factors LDLᵀ of the whole systems in sparse form, as
// where H and A have few elements but zeros, those are used. From time to time the active constraints are guessed and
// solved for. A right guess ends the path early, with full accuracy. Where the path ends without one, a last guess is
// solved for with much less regularization: active rows that nearly repeat each other need that. If that fails, too,
// and there is no proof either, the problem is solved once more with LU factors of the whole systems, up to an order n
// + m of 3,000: the reduction to Cholesky factorizations squares the condition of the active rows. Some rows that
// differ by 10⁻³ or less still end at the precision limit.
//
// If the path does not converge, two auxiliary problems that always have a solution look for the reason. The first
// finds the point that violates the rows least; its multipliers are a Farkas vector. The second projects −g on the
// directions that no constraint blocks, which gives a ray. Both proofs are verified before they are accepted.
//
// A bound that stands for "none", such as 1e20, may be so far out that everything else is small compared to it. So a
// problem is solved first without the bounds that are 2²⁶ times farther out than others, or 2¹⁶ times if several
// bounds are that same number. That solution counts if it satisfies the bounds that were left out and f does not fall
// towards them, and a proof that there is none always does. Otherwise the problem is solved with all of its bounds. If
// that finds neither a solution nor a proof, the answer is that of the first run, with its certificate. Infinities are
// the better choice. If some x are so large that a row of small ones remains violated, the problem is solved once more
// for the distance from that x. If rounding errors end a solve far out, where f hardly changes, it is solved once more
// among points that are at most 64 times as far out as the bounds. Curvature that makes less than 2⁻⁵⁶ of the linear
// terms of f, such as a ridge of 10⁻²⁰ in a linear program, is left out at first, and up to 2⁻³⁶ of them if a solve
// fails. A solution counts if it is one of the problem with it.
func SolveGeneral[T mat.Float](ctx context.Context, p GeneralProblem[T], o Options) (GeneralResult[T], error) {
	return solveGeneral(ctx, p, o, roundoff[T]())
}

// solveGeneral is SolveGeneral for numbers whose relative error is precision.
func solveGeneral[T mat.Float](ctx context.Context, p GeneralProblem[T], o Options,
	precision float64) (GeneralResult[T], error) {
	if p.A.Rows == 0 && p.H.Rows == 0 {
		p.A = mat.DenseOf[T](0, len(p.G), nil)
	}
	checkContext(ctx)
	s, err := newGeneralSolver(ctx, p.H, p.A, o, precision)
	if err != nil {
		return GeneralResult[T]{GeneralInfo: unmeasuredGeneral(statusOf(err))}, err
	}
	return s.solveOnce(ctx, p)
}

// solveOnce solves the problem with the g and the bounds of p, from no starting point.
func (s *GeneralSolver[T]) solveOnce(ctx context.Context, p GeneralProblem[T]) (GeneralResult[T], error) {
	n, m := s.N(), s.M()
	x, y := make([]T, n), make([]T, m)
	info, err := s.Solve(ctx, p.G, p.Lower, p.Upper, p.RowLower, p.RowUpper, x, y)
	if info.Certificate == unmeasured() {
		return GeneralResult[T]{GeneralInfo: info}, err
	}
	r := GeneralResult[T]{X: x, RowMultipliers: y, BoundMultipliers: make([]T, n), GeneralInfo: info}
	s.BoundMultipliers(r.BoundMultipliers)
	return r, err
}
