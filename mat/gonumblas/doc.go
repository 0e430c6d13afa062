// Package gonumblas makes gonum run on package mat. A program that imports it and says, once and
// before it computes,
//
//	blas64.Use(gonumblas.Implementation{})
//	lapack64.Use(gonumblas.Implementation{})
//
// has its products, solves, factorizations and least squares, and what gonum builds on them, from
// ridge's kernels; [Use] does both, and the same for float32. Nothing else in it changes.
//
// # What is fast
//
// From package mat come, in float64 and float32, all of level 3 (gemm, symm, syrk, syr2k, trmm,
// trsm), of level 2 gemv, ger, symv, syr, syr2, trmv and trsv, with any increments, and the
// reductions and updates of level 1 on consecutive elements; of LAPACK, in float64 as in gonum,
// potrf, potrs, potri, pocon, lauum, trtri, trtrs, getrf, getrs, getri, gecon, geqrf, gelqf, geqp3,
// orgqr, orglq, ormqr, ormlq, gels, steqr, syev, bdsqr and gesvd. Banded and packed matrices, the
// reductions to tridiagonal and bidiagonal form, and eigenvalues of matrices that are not symmetric are gonum's code,
// which calls the BLAS that is in use. So is whatever is so small that gonum is faster.
//
// # Conventions
//
// They are gonum's. Arguments that are not plainly valid are handed to gonum's own code, which panics
// with its own words; so are those with alpha = 0 and outputs that share elements with inputs, for
// which package mat has other rules. Sums are added up in another order, so that results differ
// from gonum's by rounding errors. gonum's loops skip some factors that are zero; here 0·NaN and
// 0·Inf are NaN in every product, whichever operand is transposed.
//
// Like package mat this one allocates nothing after a warm-up, and the bits of a result do not
// depend on the number of goroutines, which GOMAXPROCS or [With] sets.
package gonumblas
