// Package qp solves convex quadratic programs with bounds,
//
//	minimize ½xᵀHx + gᵀx   subject to   l ≤ x ≤ u,
//
// with H symmetric positive semidefinite: one problem ([Solve], [Solver.Solve]), or a
// batch of many that share H ([Solver.SolveBatch]). Bounds may be infinite, and
// l = u fixes a variable. If H is singular and no bound is in the way, there may be
// no minimum; the answer is then [Unbounded], with the direction that proves it.
// It also solves those with general linear constraints, linear programs among them, and
// least squares problems:
//
//	bounds only                        [Solve]; [NewSolver] for many with the same H
//	a batch with the same H            [Solver.SolveBatch]
//	c_l ≤ Ax ≤ c_u, equalities, LPs    [SolveGeneral]; [NewGeneralSolver] for many with the same H and A
//	min ‖Ax − b‖ over x ≥ 0            [NNLS]
//	min ‖Ax − b‖ over a box            [BoundedLeastSquares]
//	λ‖x‖², general constraints, too    [LeastSquares]
//
// # The answer and its certificate
//
// The error is nil if and only if the status is [Optimal]: whoever checks the error has a solution.
//
// Optimal stands on a [Certificate] that no choice of units changes. Slopes ∂f/∂xᵢ and distances
// from bounds are compared in the natural units of each variable, those in which H has a unit
// diagonal; the KKT residual is the largest
//
//	min(|∂f/∂xᵢ|/√hᵢᵢ, √hᵢᵢ·distance to the bound that the slope points to),
//
// relative to the largest slope at the point of the box next to 0 that no bound balances; and the
// relative duality gap has to be small, too. Both have to be within [Options.Tolerance]. They are
// measured in float64 on the x that is returned, after all rounding to T, and never
// inferred from what a method believes. Multiplying f by c > 0 or a variable by s > 0 changes
// nothing but rounding; powers of two for variables, and of four for f, change no bit.
//
// That H is positive semidefinite is not proven. Refused are negative diagonal elements, an
// element |hᵢⱼ| above √(hᵢᵢhⱼⱼ), what a random vector shows, singular blocks with a negative pivot, and an
// answer to which f curves down from the start. What none of these meets is not seen: an indefinite
// H whose free block at the solution happens to be definite, say.
//
// The objective at the returned x is never above that at the starting point
// (projected on the box), whatever the status: the difference is measured as
// (x − x₀)ᵀ(∇f(x) + ∇f(x₀))/2, which doesn't cancel as f(x) − f(x₀) would, and
// where it is positive the starting point is returned. Descent methods that solve
// a block of variables with this package can rely on it.
//
// Results do not depend on the number of workers, to the last bit.
//
// # One problem
//
// All is done in float64, whatever T is, but for the factors of interior steps, which are
// refined: the answer in float32 is the rounded one.
// Unless [Options.Method] says otherwise, the problem chooses among the methods:
//
//   - Sweeps of coordinate descent come first. They go on while the rate at which the
//     residual falls promises that they are cheaper than a factorization.
//   - Block principal pivoting exchanges all variables on the wrong side of the
//     complementarity conditions at once, and solves for the free ones by Cholesky
//     factorization. Where it settles, and it mostly does, it takes about ten exchanges.
//   - If it does not, more sweeps and then Newton steps are tried, each within a share of what
//     interior points are likely to cost: where H has a low rank, or few variables are free, they
//     are often much cheaper.
//   - Interior points: a primal-dual predictor-corrector method, until
//     the active bounds show and pivoting from there settles, or to the end.
//   - Projected Newton steps with a search along the projected path end after finitely
//     many steps for every H, also a singular one. They finish what the others leave.
//
// A Solver keeps the factor of the free variables' block. When the set changes, the
// leading rows that are still right remain; a solve that starts from a set that is
// factored pivots at once.
//
// # A batch
//
// Sweeps of coordinate descent (projected Gauss–Seidel) run on many problems at
// once, one in each lane of the vector registers, at the rate of a matrix product
// and in float32. The gradient at the result is then computed in float64: it is the
// certificate, and where it asks for more, the starting point of another round of
// sweeps, for the change that is missing (iterative refinement; each round gains
// about five digits). A sweep needs no step length, does not depend on how the
// variables are scaled, and converges faster than a gradient step of the same cost.
// Problems for which it is slow, because H is ill-conditioned, are handed to the
// methods for one problem, and start from where they got.
//
// # General constraints and least squares
//
// [SolveGeneral] follows the central path until the active constraints show, and solves for them.
// Its multipliers have the sign of the side: ∇f(x) = Aᵀy + z, positive at a lower bound. Where there is
// no solution the error has the proof: a Farkas vector ([InfeasibleError]) or a ray
// ([UnboundedError]). [LeastSquares] works on the QR factorization of A; to form AᵀA and call Solve would
// lose half of the digits.
//
// docs/qp.md and docs/qp-maros.md have the measurements.
//
// # Sources
//
//   - Júdice and Pires, A block principal pivoting algorithm for large-scale strictly
//     monotone linear complementarity problems, Comput. Oper. Res. 21(5), 1994.
//   - Mehrotra, On the implementation of a primal-dual interior point method, SIAM
//     J. Optim. 2(4), 1992.
//   - Bertsekas, Projected Newton methods for optimization problems with simple
//     constraints, SIAM J. Control Optim. 20(2), 1982: which variables a Newton
//     step may move, so that its projection descends.
//   - Moré and Toraldo, On the solution of large quadratic programming problems
//     with bound constraints, SIAM J. Optim. 1(1), 1991: identification, projected
//     search and finite termination; their test problems are in the tests.
//   - Luo and Tseng, On the convergence of the coordinate descent method for convex
//     differentiable minimization, J. Optim. Theory Appl. 72(1), 1992: coordinate
//     descent under bounds converges linearly.
//   - Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 2002, ch. 12:
//     iterative refinement in mixed precision.
//   - Gondzio, Multiple centrality corrections in a primal-dual method for linear
//     programming, Comput. Optim. Appl. 6, 1996.
//   - Vanderbei, Symmetric quasidefinite matrices, SIAM J. Optim. 5(1), 1995, and Friedlander
//     and Orban, A primal–dual regularized interior-point method for convex quadratic
//     programs, Math. Prog. Comput. 4, 2012: systems that always have a factor.
//   - Ruiz, A scaling algorithm to equilibrate both rows and columns norms in matrices,
//     RAL-TR-2001-034; Stellato et al., OSQP, Math. Prog. Comput. 12, 2020.
//   - Stark and Parker, Bounded-variable least squares: an algorithm and applications,
//     Comput. Statist. 10, 1995.
package qp
