package gonumblas

// crossing says from where on package mat is faster than gonum's code: calls, checks and copies
// cost nanoseconds that matter before. What is smaller is left to gonum. (Variables for the tests.)
type crossing struct {
	vector, iamax    int // elements of a vector
	gemv, ger        int // elements of the matrix
	symv, syr        int // order of the matrix; syr, too, for syr2
	trmv, trsv       int // order of the matrix
	gemm             int // multiplications
	symm, trmm, trsm int // elements of the general matrix
	syrk             int // multiplications, of both triangles; for syr2k, too
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

// They were measured with BenchmarkSmall -list, which compares both at all sizes up to 100, on a Xeon of the
// Sapphire Rapids generation with AVX-512, and are rounded up to where ours is plainly faster: between them and
// where the times are equal little is at stake, and on another machine the places are others.
var (
	crossing32 = crossing{
		vector: 96, iamax: 96, gemv: 100 * 100, ger: 100 * 100, symv: 96, syr: 64, trmv: 200, trsv: 100,
		gemm: 125, symm: 100, trmm: 150, trsm: 100, syrk: 24 * 24 * 24,
	}
	crossing64 = crossing{
		vector: 64, iamax: 96, gemv: 120 * 120, ger: 120 * 120, symv: 96, syr: 64, trmv: 200, trsv: 96,
		gemm: 125, symm: 100, trmm: 150, trsm: 100, syrk: 24 * 24 * 24,
	}
	crossingLAPACK = lapackCrossing{
		potrf: 64, getrf: 48, trtri: 12, potri: 24, lauum: 72, solve: 16, orgqr: 6, condition: 40, geqrf: 36, gelqf: 64, geqp3: 150, steqr: 16, bdsqr: 16,
	}
)
