package gonumblas

// crossing says from where on package mat is faster than gonum's code: calls, checks and copies
// cost nanoseconds that matter before. What is smaller is left to gonum.
type crossing struct {
	iamax int // elements of a vector

	gemv, ger        int // elements of the matrix
	symv, syr        int // order of the matrix
	trmv, trsv       int // order of the matrix
	gemm             int // multiplications
	symm, trmm       int // elements of the general matrix
	syrk             int // order of the symmetric matrix
	potrf, potri     int // order of the matrix; potri, too, for inverses of triangles
	potrs, condition int // order of the matrix
	getrf, geqrf     int // columns, or reflectors
}

var (
	crossing32 = crossing{iamax: 48, gemv: 1 << 12, ger: 1 << 12, symv: 1, syr: 1, trmv: 1, trsv: 1, gemm: 1, symm: 1, trmm: 1, syrk: 1}
	crossing64 = crossing{iamax: 48, gemv: 1 << 12, ger: 1 << 12, symv: 1, syr: 1, trmv: 1, trsv: 1, gemm: 1, symm: 1, trmm: 1, syrk: 1, potrf: 1, potri: 1, potrs: 1, condition: 1, getrf: 1, geqrf: 1}
)
