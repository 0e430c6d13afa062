package polar

import (
	"fmt"
	"math"

	"ridge/bcd/internal/rows"
	"ridge/bcd/vec"
	"ridge/mat"
)

// Factor computes approximate polar factors of matrices of one shape. It is not safe for concurrent
// use.
type Factor[T mat.Float] struct {
	rows, cols int
	iteration  Iteration
	x, next    mat.Dense[T]
	gram       mat.Dense[T] // S, of the shorter side
	polynomial mat.Dense[T] // S², then aI + bS + cS²

	norm   T         // of the last matrix
	norms  []T       // of its rows
	sums   []float64 // of squares, by rows
	now    pass[T]
	phases struct{ measure, scale, bound, combine *vec.Loop }
}

// pass is what the passes over the elements of a matrix work on, which workers share by bands of rows.
type pass[T mat.Float] struct {
	source  mat.Dense[T]
	shrink  T
	a, b, c T // of the polynomial
}

// New returns one for matrices of rows rows and cols columns. It panics if one is less than 1.
func New[T mat.Float](rows, cols int, way Iteration) *Factor[T] {
	if rows < 1 || cols < 1 {
		panic(fmt.Sprintf("polar: New: %d×%d: want at least 1×1", rows, cols))
	}
	short := min(rows, cols)
	f := &Factor[T]{
		rows: rows, cols: cols, iteration: way,
		x: mat.NewDense[T](rows, cols), next: mat.NewDense[T](rows, cols),
		gram: mat.NewDense[T](short, short), polynomial: mat.NewDense[T](short, short),
		norms: make([]T, rows), sums: make([]float64, short),
	}
	f.phases.measure, f.phases.scale = vec.NewLoop(f.measureRows), vec.NewLoop(f.scaleRows)
	f.phases.bound, f.phases.combine = vec.NewLoop(f.boundRows), vec.NewLoop(f.combineRows)
	return f
}

// Norm returns the Frobenius norm of the matrix that Compute was last given.
func (f *Factor[T]) Norm() T { return f.norm }

// Compute writes the approximate polar factor of g to dst, which may be g. If the matrix is not finite, or so small
// that the reciprocal of its norm is out of the range of T, the factor is 0. It panics unless both have the shape that
// the factor is for. For each polynomial it takes (3n²m + n³)/2 multiplications and as many additions, n being the
// shorter side and m the longer one.
//
// The iteration is that of Newton and Schulz with polynomials of degree 5 (Bernstein and
// Newhouse, Old Optimizer, New Norm, 2024; Jordan et al., 2024). Multiplying g by a positive number
// changes nothing but rounding, a power of two nothing at all. Elements below 2⁻⁶⁰ of the norm count as 0: their
// products would be subnormal in 32 bits, with which everything takes many times as long.
func (f *Factor[T]) Compute(dst, g mat.Dense[T], w mat.Workers) {
	for _, m := range []mat.Dense[T]{dst, g} {
		if m.Rows != f.rows || m.Cols != f.cols {
			panic(fmt.Sprintf("polar: Compute: a matrix is %d×%d, want %d×%d", m.Rows, m.Cols, f.rows, f.cols))
		}
	}
	f.now.source = g
	f.each(f.rows, f.phases.measure, w)
	f.norm = mat.Nrm2(f.norms)
	shrink := 1 / f.norm
	if !(shrink > 0) || shrink-shrink != 0 {
		dst.Fill(0)
		return
	}
	f.now.shrink = shrink
	f.each(f.rows, f.phases.scale, w)
	for k, p := range f.iteration.polynomials {
		f.squares(w)
		length := 1.
		if k == 0 && f.iteration.tight {
			length = f.bound(w)
		}
		if k == len(f.iteration.polynomials)-1 {
			f.iterate(dst, p, length, w)
			return
		}
		f.iterate(f.next, p, length, w)
		f.x, f.next = f.next, f.x
	}
}

// each runs a phase on the bands of n rows.
func (f *Factor[T]) each(n int, phase *vec.Loop, w mat.Workers) {
	phase.Run(n, rows.Band, rows.Sharing(w, f.rows*f.cols))
}

// measureRows computes the norms of the rows of the source.
func (f *Factor[T]) measureRows(from, to int) {
	for row := from; row < to; row++ {
		f.norms[row] = mat.Nrm2(f.now.source.Row(row))
	}
}

// scaleRows makes x the source times shrink.
func (f *Factor[T]) scaleRows(from, to int) {
	x := f.x.RowView(from, to-from)
	mat.Scale(x, f.now.shrink, f.now.source.RowView(from, to-from))
	vec.Flush(x.Data, vec.Negligible)
}

// squares computes S = XXᵀ, or XᵀX, whichever is the smaller one, and the lower triangle of S² in the place of
// the polynomial.
func (f *Factor[T]) squares(w mat.Workers) {
	mat.Syrk(mat.Lower, f.side(), 1, f.x, 0, f.gram, w)
	mat.Symmetrize(mat.Lower, f.gram, w)
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
func (f *Factor[T]) bound(w mat.Workers) float64 {
	f.each(f.polynomial.Rows, f.phases.bound, w)
	var sum float64
	for _, squares := range f.sums {
		sum += squares
	}
	return math.Pow(sum, 0.125)
}

func (f *Factor[T]) boundRows(from, to int) {
	for i := from; i < to; i++ {
		row := f.polynomial.Row(i)[:i+1]
		squares := float64(mat.Dot(row, row))
		f.sums[i] = 2*squares - float64(row[i])*float64(row[i])
	}
}

// iterate computes dst = (aI + bS' + cS'²)Y for Y = X/length and its S', or the same from the right.
func (f *Factor[T]) iterate(dst mat.Dense[T], p polynomial, length float64, w mat.Workers) {
	now := &f.now
	now.a, now.b, now.c = T(p.a/length), T(p.b/math.Pow(length, 3)), T(p.c/math.Pow(length, 5))
	f.each(f.polynomial.Rows, f.phases.combine, w)
	mat.Symmetrize(mat.Lower, f.polynomial, w)
	if f.side() == mat.NoTrans {
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, f.polynomial, f.x, 0, dst, w)
	} else {
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, f.x, f.polynomial, 0, dst, w)
	}
}

// combineRows makes S² the polynomial.
func (f *Factor[T]) combineRows(from, to int) {
	for i := from; i < to; i++ {
		row := f.polynomial.Row(i)[:i+1]
		mat.Scal(f.now.c, row)
		mat.Axpy(f.now.b, f.gram.Row(i)[:i+1], row)
		row[i] += f.now.a
	}
}
