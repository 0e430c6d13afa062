package mat

import "fmt"

// DenseOfSymmetric returns a symmetric n×n matrix from its triangle uplo: element (i, j) of that
// triangle is data[i*stride+j]. The result has memory of its own and holds both triangles. It
// panics if n is negative, stride < n, or data is too short.
//
// From gonum's SymDense, which stores the upper triangle:
//
//	s := g.RawSymmetric() // blas64.Symmetric
//	m := mat.DenseOfSymmetric(mat.Upper, s.N, s.Data, s.Stride)
//
// A function that takes an [Uplo] needs no copy; it works on the stored triangle in place:
//
//	m := mat.Dense[float64]{Rows: s.N, Cols: s.N, Data: s.Data, Stride: s.Stride}
//	err := mat.Potrf(mat.Upper, m, mat.AllWorkers)
func DenseOfSymmetric[T Float](uplo Uplo, n int, data []T, stride int) Dense[T] {
	m := copyTriangle("DenseOfSymmetric", uplo, n, data, stride)
	Symmetrize(uplo, m, 1)
	return m
}

// DenseOfTriangular returns a triangular n×n matrix from its triangle uplo: element (i, j) of that
// triangle is data[i*stride+j]. If diag is [Unit], the result has ones on the diagonal, whatever data
// holds there. The result has memory of its own, and zeros in the other triangle. It panics if n is
// negative, stride < n, or data is too short.
//
// From gonum's TriDense, here an upper triangle:
//
//	t := g.RawTriangular() // blas64.Triangular; t.Uplo == blas.Upper, t.Diag == blas.NonUnit
//	m := mat.DenseOfTriangular(mat.Upper, mat.NonUnit, t.N, t.Data, t.Stride)
//
// A function that takes an [Uplo] and a [Diag] needs no copy; see [DenseOfSymmetric].
func DenseOfTriangular[T Float](uplo Uplo, diag Diag, n int, data []T, stride int) Dense[T] {
	diag.check("DenseOfTriangular")
	m := copyTriangle("DenseOfTriangular", uplo, n, data, stride)
	if diag == Unit {
		for i := range n {
			m.Data[i*m.Stride+i] = 1
		}
	}
	return m
}

// copyTriangle returns a matrix with the triangle uplo of data, and zeros elsewhere.
func copyTriangle[T Float](op string, uplo Uplo, n int, data []T, stride int) Dense[T] {
	uplo.check(op)
	src := Dense[T]{Rows: n, Cols: n, Data: data, Stride: stride}
	src.check(op, "data")
	dst := NewDense[T](n, n)
	copyStored(uplo, dst, src)
	return dst
}

// DenseOfVector returns a vector of n elements, element i at data[i*inc], as an n×1 matrix that
// shares the memory of data. It panics if n is negative, inc is not positive, or data is too short.
//
// From gonum's VecDense:
//
//	v := g.RawVector() // blas64.Vector
//	x := mat.DenseOfVector(v.N, v.Data, v.Inc)
//
// If v.Inc is 1, v.Data[:v.N] itself is the vector for functions on slices.
func DenseOfVector[T Float](n int, data []T, inc int) Dense[T] {
	if n < 0 || inc < 1 || !fits(n, 1, inc, len(data)) {
		panic(fmt.Sprintf("mat: DenseOfVector(%d, %d) on %s", n, inc, elements(len(data))))
	}
	return Dense[T]{Rows: n, Cols: 1, Data: data, Stride: inc}
}
