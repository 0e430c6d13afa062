package gonumblas

import "ridge/mat"

// crossing says up to where gonum's code is as fast as that of package mat, or faster: calls,
// checks and copies cost nanoseconds there that matter.
type crossing struct {
	gemm     int // multiplications
	triangle int // order of a triangular or symmetric matrix, or number of right-hand sides
	gemv     int // elements of the matrix
	vector   int // elements of a vector
	potrf    int // order of a matrix with a Cholesky factor, or of that factor
	getrf    int // order of a matrix with an LU factorization
	geqrf    int // reflectors
}

var (
	crossing32 = crossing{gemm: 1, triangle: 1, gemv: 1, vector: 1, potrf: 1, getrf: 1, geqrf: 1}
	crossing64 = crossing{gemm: 1, triangle: 1, gemv: 1, vector: 1, potrf: 1, getrf: 1, geqrf: 1}
)

// small returns the crossing for T.
func small[T mat.Float]() *crossing {
	if _, single := any(T(0)).(float32); single {
		return &crossing32
	}
	return &crossing64
}
