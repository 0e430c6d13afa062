// Package qp solves convex quadratic programs with bounds,
//
//	minimize ½xᵀHx + gᵀx   subject to   l ≤ x ≤ u,
//
// with H symmetric positive semidefinite: one problem ([Solve], [Solver.Solve]), or a batch of many
// that share H ([Solver.SolveBatch]). Bounds may be infinite, and l = u fixes a variable. If H is
// singular, the objective may have no minimum; the answer is then [Unbounded], with the direction
// that proves it. The package also solves problems with general linear constraints, linear programs
// among them (whose answers need not be vertices), and least squares problems:
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
// The error is nil if and only if the status is [Optimal], so checking the error is enough.
//
// Optimal is proven by a [Certificate] that no choice of units changes. Slopes ∂f/∂xᵢ and distances
// from bounds are compared in the natural units of each variable, in which H has a unit diagonal.
// The KKT residual is the largest
//
//	min(|∂f/∂xᵢ|/√hᵢᵢ, √hᵢᵢ·distance to the bound that the slope points to),
//
// relative to the largest slope at the point of the box next to 0 that no bound balances, but at
// least to 2⁻²⁰·max |gᵢ|/√hᵢᵢ. The relative duality gap must be small, too. Both must be within
// [Options.Tolerance]. They are measured in float64 on the x that is returned, after all rounding
// to T, and never inferred from the state of a method. Multiplying f by c > 0 or a variable by s >
// 0 changes only rounding errors; powers of two for variables, and of four for f, change no bit.
// One rule of [SolveGeneral] reads bounds as they are written, and may change the last bits: a
// number that several bounds have in common may stand for "none".
//
// That H is positive semidefinite is not proven. An H is refused if it has a negative diagonal
// element, or an element |hᵢⱼ| above √(hᵢᵢhⱼⱼ) by more than 10⁻⁸ of it (float32: 2.4·10⁻⁴), or if a
// random vector has negative curvature. So is an H if the solve meets a singular block with a
// negative pivot, or if f curves downwards from the starting point to the answer (general
// constraints: from 0) by more than the rounding of H explains.
// An H that passes these checks may still be indefinite: for example, if its free block at the
// solution happens to be definite.
//
// With bounds only, the objective at the returned x is, whatever the status, never above that at the
// starting point (projected on the box). The difference is measured as (x − x₀)ᵀ(∇f(x) + ∇f(x₀))/2, which does not
// suffer from cancellation as f(x) − f(x₀) would. If it is positive, the starting point is
// returned. Descent methods that solve a block of variables with this package can rely on this.
//
// Results do not depend on the number of workers, to the last bit.
//
// # One problem
//
// Everything is computed in float64, whatever T is, except for the factors of interior steps, whose
// solutions are refined. The answer in float32 is the rounded one. Unless [Options.Method] names a
// method, the methods are tried in this order:
//
//   - Coordinate descent sweeps as long as the rate at which the residual falls makes sweeps cheaper
//     than a factorization.
//   - Block principal pivoting exchanges all variables that violate the complementarity conditions at
//     once, and solves for the free ones by Cholesky factorization. It usually converges, in about ten
//     exchanges.
//   - If it does not, more sweeps and then Newton steps are tried, each within a fraction of the
//     estimated cost of the interior-point method. If H has a low rank, or few variables are free, they
//     are often much cheaper.
//   - The interior-point method, a primal-dual predictor-corrector method, runs until the active bounds
//     are identified and pivoting from there converges, or to the end.
//   - Projected Newton steps with a search along the projected path end after finitely many steps for
//     every H, even a singular one. They finish what the other methods leave.
//
// A Solver keeps the factor of the free variables' block. When the set of free variables changes, the
// leading rows that are still valid are kept. A solve that starts with a set that is already factored
// begins with pivoting.
//
// # A batch
//
// Sweeps of coordinate descent (projected Gauss–Seidel) run on many problems at once, one in each
// lane of the vector registers, in float32 and at the speed of a matrix product. The gradient at
// the result is then computed in float64. It gives the certificate and, if that is not good enough,
// the starting point of another round of sweeps for the missing change (iterative refinement; each
// round gains about five digits). A sweep needs no step length, does not depend on the scaling of
// the variables, and converges faster than gradient steps of the same cost. Problems for which
// sweeps are slow, because H is ill-conditioned, are passed to the methods for one problem, which
// start from the current point.
//
// # General constraints and least squares
//
// [SolveGeneral] follows the central path until the active constraints are identified, and solves
// for them. The sign of a multiplier tells the side: ∇f(x) = Aᵀy + z, positive at a lower bound. If
// there is no solution, the error holds the proof: a Farkas vector ([InfeasibleError]) or a ray
// ([UnboundedError]). [LeastSquares] works with the QR factorization of A; forming AᵀA and calling
// Solve would lose half of the digits.
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
//     step may move so that its projection descends.
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
