package mat

import (
	"math"

	"ridge/asm"
	"ridge/internal/scratch"
)

// potrfRows computes the upper factor a few rows at a time: given the rows above, rows i … i+m of U
// solve Uᵀ·U = A on the columns from i on. For the m×m block on the diagonal that is a tiny
// Cholesky factorization. To the right of it, it is one call of the trsm kernel, which first
// subtracts the contribution of the rows above. The reciprocals of U's diagonal are left in dinv.
// It returns the order of the first leading minor that is not positive, or 0.
func potrfRows[T Float](a Dense[T], dinv []T) int {
	kern := asm.For[T]()
	n, ld, u := a.Rows, a.Stride, a.Data
	buf := scratch.Get[T](kern.MR * kern.MR)
	defer scratch.Put(buf)
	tile := buf.Data
	for i := 0; i < n; i += kern.MR {
		m := min(kern.MR, n-i)
		for r := range m {
			copy(tile[r*m+r:r*m+m], u[(i+r)*ld+i+r:])
		}
		kern.GemmDirect(m, m, i, -1, u[i:], 1, ld, u[i:], ld, 1, tile[:m*m], m)
		if minor := potf2(m, tile[:m*m], dinv[i:]); minor > 0 {
			return i + minor
		}
		for r := range m {
			copy(u[(i+r)*ld+i+r:], tile[r*m+r:r*m+m])
		}
		for j := i + m; j < n; j += kern.NR {
			kern.Trsm(m, min(kern.NR, n-j), i, u, 0, 1, ld, dinv, u[j:], 0, ld)
		}
	}
	return 0
}

// potf2 factors the upper triangle of a tiny n×n matrix, row by row, and writes the reciprocals of
// the diagonal. It returns the order of the first leading minor that is not positive, or 0.
func potf2[T Float](n int, a, dinv []T) int {
	for j := range n {
		d := a[j*n+j]
		if !(d > 0) || math.IsInf(float64(d), 1) {
			return j + 1
		}
		d = T(math.Sqrt(float64(d)))
		dinv[j] = 1 / d
		rj := a[j*n : j*n+n]
		rj[j] = d
		for c := j + 1; c < n; c++ {
			rj[c] *= dinv[j]
		}
		for i := j + 1; i < n; i++ {
			ri := a[i*n : i*n+n]
			for c := i; c < n; c++ {
				ri[c] -= rj[i] * rj[c]
			}
		}
	}
	return 0
}
