package gonumblas

import "gonum.org/v1/gonum/blas"

// vectorCrossing holds the length below which a loop without another call handles a vector, and the length from which a
// kernel does. Code without loops has the lengths that are left, which are at most 31.
type vectorCrossing struct{ few, kernel int }

// level1Crossing holds the lengths of vectors. Below axpy, asum, nrm2 and iamax, a loop handles them, and a kernel from
// there on. Below strided, a loop computes dot of strided vectors, and gonum's code from there on.
type level1Crossing struct {
	dot, scal               vectorCrossing
	axpy, asum, nrm2, iamax int
	strided                 int
}

// crossing holds the sizes from which package mat is faster than gonum's code. Below them, calls, checks and copies
// cost nanoseconds that matter, and gonum's code computes. These are variables so that tests can change them.
type crossing struct {
	level1Crossing
	gemv, ger  int   // elements of the matrix
	symv, syr  int   // order of the matrix; syr also for syr2
	trmv, trsv int   // order of the matrix
	gemm       int64 // multiplications
	symm, trsm int   // elements of the general matrix
	trmm       trmmCrossing
	trsvFew    int   // order of the matrix, below which a loop without another call solves
	syrkFew    int   // rows or columns, below which loops without another call compute
	syrkFewT   int   // syrkFew if A is transposed
	syrk       int64 // multiplications in both triangles; also for syr2k
}

// trmmCrossing holds these sizes for trmm. From the left, gonum's code works along rows of the general matrix, so what
// counts is the order of the triangle alone. From the right it works along rows of the triangle.
type trmmCrossing struct {
	order    int // of a triangle from the left
	elements int // of the general matrix, if the triangle is from the right
}

// isBelow reports whether gonum's code is faster for an m×n general matrix.
func (c trmmCrossing) isBelow(s blas.Side, m, n int) bool {
	if s == blas.Left {
		return m < c.order
	}
	return m*n < c.elements
}

// lapackCrossing holds these sizes for factorizations, solves, inverses and decompositions. Below those of potrf,
// getrf, trtri and lauum, gonum's code without blocks is called at once. It is what gonum's routines call for at most
// 64 rows.
type lapackCrossing struct {
	potrf, getrf     int // columns
	trtri, lauum     int // order of the matrix; trtri also for getri
	potri            int // order of the matrix
	solve, condition int // order of the matrix that was factored
	solveFew         int // order of the matrix, below which loops without another call solve
	geqrf, gelqf     int // reflectors; geqrf also for multiplying by them
	orgqr, orglq     int // reflectors
	geqp3            int // reflectors
	steqr, bdsqr     int // order of the matrix
}

// The sizes were measured with BenchmarkSmall -below, which compares both at all sizes up to 100, on a Xeon of the
// Sapphire Rapids generation with AVX-512, on a Zen 3 with AVX2 and on a Zen 4 with both: the largest one is taken.
// They are rounded up to where package mat is clearly faster. Between these sizes and those with equal times little is
// at stake. Other machines cross elsewhere.
var (
	crossing32 = crossing{
		level1Crossing: level1Crossing{dot: vectorCrossing{4, 24}, scal: vectorCrossing{6, 16}, axpy: 5, asum: 5,
			nrm2: 8, iamax: 32, strided: 12},
		gemv: 120 * 120, ger: 400 * 400, symv: 96, syr: 80, trmv: 600, trsv: 100,
		gemm: 125, symm: 100, trmm: trmmCrossing{12, 10 * 10}, trsm: 14 * 14,
		syrkFew: 4, syrkFewT: 7, syrk: 24 * 24 * 24, trsvFew: 25,
	}
	crossing64 = crossing{
		level1Crossing: level1Crossing{dot: vectorCrossing{4, 16}, scal: vectorCrossing{5, 24}, axpy: 5, asum: 7,
			nrm2: 8, iamax: 32, strided: 12},
		gemv: 120 * 120, ger: 200 * 200, symv: 96, syr: 100, trmv: 250, trsv: 101,
		gemm: 125, symm: 100, trmm: trmmCrossing{14, 12 * 12}, trsm: 12 * 12,
		syrkFew: 4, syrkFewT: 7, syrk: 24 * 24 * 24, trsvFew: 25,
	}
	crossingLAPACK = lapackCrossing{
		potrf: 64, getrf: 48, trtri: 16, potri: 32, lauum: 80, solve: 16, solveFew: 4, orgqr: 6, orglq: 72,
		condition: 40, geqrf: 48, gelqf: 64, geqp3: 150, steqr: 16, bdsqr: 16,
	}
)
