package polar

import (
	"fmt"
	"math"

	"ridge/mat"
)

// Factor computes approximate polar factors of matrices of one shape. It is not safe for concurrent
// use.
type Factor[T mat.Float] struct {
	rows, cols int
	iteration  Iteration
	x, next    mat.Dense[T]
	gram       mat.Dense[T] // S, of the shorter side
	polynomial mat.Dense[T] // bS + cS²
}

// New returns one for matrices of rows rows and cols columns. It panics if one is less than 1.
func New[T mat.Float](rows, cols int, way Iteration) *Factor[T] {
	if rows < 1 || cols < 1 {
		panic(fmt.Sprintf("polar: New: %d×%d: want at least 1×1", rows, cols))
	}
	short := min(rows, cols)
	return &Factor[T]{
		rows: rows, cols: cols, iteration: way,
		x: mat.NewDense[T](rows, cols), next: mat.NewDense[T](rows, cols),
		gram: mat.NewDense[T](short, short), polynomial: mat.NewDense[T](short, short),
	}
}

// Compute writes the approximate polar factor of g to dst, which may be g. Of a matrix that is not finite, or so small
// that one over its norm is beyond the range of T, it is 0. It panics unless both have the shape that the factor is
// for. For each polynomial it takes 3n²m + n³ multiplications and as many additions, n being the shorter side
// and m the longer one.
//
// The iteration is that of Newton and Schulz with polynomials of degree 5 (Bernstein and
// Newhouse, Old Optimizer, New Norm, 2024; Jordan et al., 2024). Multiplying g by a positive number
// changes nothing but rounding, a power of two nothing at all.
func (f *Factor[T]) Compute(dst, g mat.Dense[T], w mat.Workers) {
	for _, m := range []mat.Dense[T]{dst, g} {
		if m.Rows != f.rows || m.Cols != f.cols {
			panic(fmt.Sprintf("polar: Compute: a matrix is %d×%d, want %d×%d", m.Rows, m.Cols, f.rows, f.cols))
		}
	}
	shrink := 1 / mat.NormFrobenius(g)
	if !(shrink > 0) || shrink-shrink != 0 {
		dst.Fill(0)
		return
	}
	mat.Scale(f.x, shrink, g)
	for k, p := range f.iteration.polynomials {
		f.squares(w)
		length := 1.
		if k == 0 && f.iteration.tight {
			length = f.bound()
		}
		f.iterate(p, length, w)
		f.x, f.next = f.next, f.x
	}
	mat.Copy(dst, f.x)
}

// squares computes S = XXᵀ, or XᵀX, whichever is the smaller one, and the lower triangle of S² in the place of
// the polynomial.
func (f *Factor[T]) squares(w mat.Workers) {
	mat.Syrk(mat.Lower, f.side(), 1, f.x, 0, f.gram, w)
	mat.Symmetrize(mat.Lower, f.gram)
	mat.Syrk(mat.Lower, mat.NoTrans, 1, f.gram, 0, f.polynomial, w) // S² = SSᵀ
}

func (f *Factor[T]) side() mat.Transpose {
	if f.rows > f.cols {
		return mat.Trans
	}
	return mat.NoTrans
}

// bound is ‖S²‖_F^¼, the root of order 8 of the sum of σ⁸ over the singular values of X: at least the
// largest one, and at most n^⅛ times that.
func (f *Factor[T]) bound() float64 {
	var sum float64
	for i := range f.polynomial.Rows {
		row := f.polynomial.Row(i)[:i+1]
		squares := float64(mat.Dot(row, row))
		sum += 2*squares - float64(row[i])*float64(row[i])
	}
	return math.Pow(sum, 0.125)
}

// iterate computes next = aY + (bS' + cS'²)Y for Y = X/length and its S', or the same from the right.
func (f *Factor[T]) iterate(p polynomial, length float64, w mat.Workers) {
	a, b, c := T(p.a/length), T(p.b/math.Pow(length, 3)), T(p.c/math.Pow(length, 5))
	for i := range f.gram.Rows {
		row := f.polynomial.Row(i)[:i+1]
		mat.Scal(c, row)
		mat.Axpy(b, f.gram.Row(i)[:i+1], row)
	}
	mat.Symmetrize(mat.Lower, f.polynomial)
	mat.Copy(f.next, f.x)
	if f.side() == mat.NoTrans {
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, f.polynomial, f.x, a, f.next, w)
	} else {
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, f.x, f.polynomial, a, f.next, w)
	}
}
