package polar

import (
	"fmt"

	"ridge/mat"
)

// Steps is how often [Factor.Compute] iterates. It brings singular values that are above about a
// hundredth of the Frobenius norm to between 0.68 and 1.14, which is what training by such
// directions has been found to need.
const Steps = 5

// The coefficients of the polynomial aσ + bσ³ + cσ⁵ through which an iteration takes every singular
// value. They are Jordan's, whose slope at 0 is about as steep as it can be if large singular
// values are to stay near 1; so the iteration does not converge to 1, but gets near it fast.
const a, b, c = 3.4445, -4.7750, 2.0315

// Factor computes approximate polar factors of matrices of one shape. It is not safe for concurrent
// use.
type Factor[T mat.Float] struct {
	rows, cols int
	x, next    mat.Dense[T]
	gram       mat.Dense[T] // of the shorter side
	polynomial mat.Dense[T] // bS + cS², S being the Gram matrix
}

// New returns one for matrices of rows rows and cols columns. It panics if one is less than 1.
func New[T mat.Float](rows, cols int) *Factor[T] {
	if rows < 1 || cols < 1 {
		panic(fmt.Sprintf("polar: New: %d×%d: want at least 1×1", rows, cols))
	}
	short := min(rows, cols)
	return &Factor[T]{
		rows: rows, cols: cols,
		x: mat.NewDense[T](rows, cols), next: mat.NewDense[T](rows, cols),
		gram: mat.NewDense[T](short, short), polynomial: mat.NewDense[T](short, short),
	}
}

// Compute writes the approximate polar factor of g to dst, which may be g. Of a matrix that is 0 or
// not finite it is 0. It panics unless both have the shape that the factor is for. It takes
// 5(3n²m + n³) multiplications and as many additions, n being the shorter side and m the longer one.
//
// The iteration is that of Newton and Schulz with a polynomial of degree 5 (Bernstein and
// Newhouse, Old Optimizer, New Norm, 2024; Jordan et al., 2024). Multiplying g by a positive number
// changes nothing but rounding, a power of two nothing at all.
func (f *Factor[T]) Compute(dst, g mat.Dense[T], w mat.Workers) {
	for _, m := range []mat.Dense[T]{dst, g} {
		if m.Rows != f.rows || m.Cols != f.cols {
			panic(fmt.Sprintf("polar: Compute: a matrix is %d×%d, want %d×%d", m.Rows, m.Cols, f.rows, f.cols))
		}
	}
	norm := mat.NormFrobenius(g)
	if !(norm > 0) || norm-norm != 0 {
		dst.Fill(0)
		return
	}
	for i := range f.rows {
		row := f.x.Row(i)
		for j, v := range g.Row(i) {
			row[j] = v / norm
		}
	}
	for range Steps {
		f.iterate(w)
		f.x, f.next = f.next, f.x
	}
	mat.Copy(dst, f.x)
}

// iterate computes next = aX + (bS + cS²)X with S = XXᵀ, or the same from the right with S = XᵀX,
// whichever is the smaller one.
func (f *Factor[T]) iterate(w mat.Workers) {
	t := mat.NoTrans
	if f.rows > f.cols {
		t = mat.Trans
	}
	mat.Syrk(mat.Lower, t, 1, f.x, 0, f.gram, w)
	mat.Symmetrize(mat.Lower, f.gram)
	mat.Copy(f.polynomial, f.gram)
	mat.Syrk(mat.Lower, mat.NoTrans, c, f.gram, b, f.polynomial, w) // S² = SSᵀ
	mat.Symmetrize(mat.Lower, f.polynomial)
	mat.Copy(f.next, f.x)
	if t == mat.NoTrans {
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, f.polynomial, f.x, a, f.next, w)
	} else {
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, f.x, f.polynomial, a, f.next, w)
	}
}
