// Package mat is dense linear algebra at the speed of the machine: matrix products, triangular
// solves, Cholesky, LU and QR factorizations, and least squares for float32 and float64. It runs on
// the generated kernels of package asm, without cgo.
//
// # Storage
//
// A matrix is a [Dense]: row-major, element (i, j) at Data[i*Stride+j]. It is a small value that
// refers to its elements as a slice does: pass it by value. Views ([Dense.View], [Dense.Row]) share
// its elements without copying. Vectors are slices.
//
// # Conventions
//
// Functions are named after their BLAS and LAPACK counterparts and take their arguments in the same
// order: C := alpha·op(A)·op(B) + beta·C is Gemm(tA, tB, alpha, a, b, beta, c, w). With beta = 0
// the output is not read and may hold NaN. Functions without a counterpart, such as [Copy] and
// [Add], take their output first. Unless a function says otherwise, it panics if an output shares
// elements with an input; views that interleave without sharing elements are allowed ([Overlap]).
//
// Mismatched shapes are the programmer's mistake and panic. What data can cause, such as a matrix
// that is not positive definite, is returned as an error. NaN and Inf are not searched for: they
// propagate as the definition of the operation says, 0·NaN = NaN included.
//
// # Threads
//
// Functions whose last argument is a [Workers] spread their work over that many goroutines; the
// zero value [AllWorkers] means one for each processor. Between calls these goroutines sleep, until
// [CloseWorkers] ends them; see also [HoldWorkers]. The number of workers changes no bit of the
// result: it decides which rows and columns are computed together, but the terms of every element
// are added in the same order wherever its tile begins. Those bits may depend on the shapes: m, n
// and k decide how a product is computed, and so how a row is rounded.
//
// # Sources
//
// The product follows Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, ACM
// TOMS 34(3), 2008, in the form of BLIS (Van Zee and van de Geijn, ACM TOMS 41(3), 2015).
// Everything else of level 3 is blocked so that nearly all of its work is that product. The
// factorizations name their own sources. Error bounds are those of Higham, Accuracy and Stability
// of Numerical Algorithms, 2nd edition, SIAM 2002.
package mat
