// Package gonumblas makes gonum run on package mat. A program that imports it and calls, once and
// before it computes,
//
//	blas64.Use(gonumblas.Implementation{})
//	lapack64.Use(gonumblas.Implementation{})
//
// gets its products, solves, factorizations and least squares, and everything that gonum builds on
// them, from ridge's kernels. [Use] does both, and the same for float32. Nothing else in the
// program changes.
//
// If the environment variable RIDGE_ISA asks for an instruction set that does not exist or that the
// machine lacks, a program that imports this package panics at its start, and says which there are.
//
// # What is fast
//
// Package mat computes, in float64 and float32: all of level 3 (gemm, symm, syrk, syr2k, trmm,
// trsm); of level 2 gemv, ger, symv, syr, syr2, trmv and trsv, with any increments; and the
// reductions and updates of level 1 on consecutive elements. Of LAPACK, in float64 as in gonum, it
// computes potrf, potrs, potri, pocon, lauum, trtri, trtrs, getrf, getrs, getri, gecon, geqrf,
// gelqf, geqp3, orgqr, orglq, ormqr, ormlq, gels, steqr, syev, bdsqr and gesvd.
//
// Banded and packed matrices, the reductions to tridiagonal and bidiagonal form, and the
// eigenvalues of nonsymmetric matrices remain gonum's code, which calls the BLAS in use. So do
// problems so small that gonum is faster.
//
// # Conventions
//
// They are gonum's. Invalid arguments are passed to gonum's own code, which panics with its own
// messages. So are calls with alpha = 0, and outputs that share elements with inputs, for which
// package mat has other rules. But vectors with an increment other than 1 are copied first, and
// loops for few unknowns do not look for shared elements: the results, which BLAS does not define,
// may then differ from gonum's. Sums are added in another order, so results differ by rounding
// errors.
//
// gonum's loops skip some factors that are zero. Here 0·NaN and 0·Inf are NaN in every product,
// whichever operand is transposed, except in sizes that are left to gonum's code: those of small
// matrices, and of some that are not so small (Dsyr of up to 99 rows). There the loops of gonum
// decide, which differ between routines and their variants.
//
// Like package mat, this package allocates nothing after a warm-up. The bits of a result do not
// depend on the number of goroutines; [With] says how that is set.
package gonumblas
