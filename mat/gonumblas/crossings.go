package gonumblas

// crossing says from where on package mat is faster than gonum's code: calls, checks and copies
// cost nanoseconds that matter before. What is smaller is left to gonum.
type crossing struct {
	vector           int // elements of a vector
	gemv, ger        int // elements of the matrix
	symv, syr        int // order of the matrix; syr, too, for syr2
	trmv, trsv       int // order of the matrix
	gemm             int // multiplications
	symm, trmm, trsm int // elements of the general matrix
	syrk             int // order of the symmetric matrix; for syr2k, too
}

// lapackCrossing is the same of factorizations and what is done with them.
type lapackCrossing struct {
	potrf, getrf     int // columns
	trtri, lauum     int // order of the matrix; trtri, too, for getri
	potri            int // order of the matrix
	solve, condition int // order of the matrix that was factored
	geqrf, gelqf     int // reflectors; geqrf, too, for multiplying by them
	orgqr            int // reflectors
	geqp3            int // reflectors
	steqr, bdsqr     int // order of the matrix
}

// small is the order from which on gonum's code is faster than the loops of small.go. What is not
// smaller, and under its crossing, is left to gonum. (A variable for the tests.)
var small = 10

// They were measured on a Xeon of the Sapphire Rapids generation, with AVX-512.
var (
	crossing32 = crossing{
		vector: 32, gemv: 100 * 100, ger: 100 * 100, symv: 64, syr: 64, trmv: 200, trsv: 100,
		gemm: 125, symm: 100, trmm: 150, trsm: 100, syrk: 20,
	}
	crossing64 = crossing{
		vector: 28, gemv: 120 * 120, ger: 120 * 120, symv: 64, syr: 64, trmv: 200, trsv: 96,
		gemm: 125, symm: 100, trmm: 150, trsm: 100, syrk: 20,
	}
	crossingLAPACK = lapackCrossing{
		potrf: 48, getrf: 48, trtri: 12, potri: 24, lauum: 72, solve: 12, orgqr: 6, condition: 40, geqrf: 36, gelqf: 48, geqp3: 150, steqr: 16, bdsqr: 16,
	}
)
