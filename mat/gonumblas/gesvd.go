package gonumblas

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack"

	"ridge/internal/scratch"
	"ridge/mat"
)

// Dbdsqr computes the singular values and vectors of a bidiagonal matrix. It returns whether it
// found all of them.
func (i Implementation) Dbdsqr(ul blas.Uplo, n, ncvt, nru, ncc int, d, e, vt []float64, ldvt int, u []float64, ldu int,
	c []float64, ldc int, work []float64) (ok bool) {
	uplo, okUplo := triangle(ul)
	vtm, okVT := optional(n, ncvt, vt, ldvt)
	um, okU := optional(nru, n, u, ldu)
	cm, okC := optional(n, ncc, c, ldc)
	if !okUplo || !okVT || !okU || !okC || n < crossingLAPACK.bdsqr || n < 1 || ncvt+nru+ncc == 0 ||
		ldu < n && nru > 0 ||
		len(d) < n || len(e) < n-1 || len(work) < 4*(n-1) || anyOverlap(row(d[:n]), row(e[:n-1]), vtm, um, cm) {
		return i.gonumLAPACK.Dbdsqr(ul, n, ncvt, nru, ncc, d, e, vt, ldvt, u, ldu, c, ldc, work)
	}
	return mat.Bdsqr(uplo, d[:n], e[:n-1], vtm, um, cm, i.count()) == nil
}

// optional is matrix, but accepts a matrix without elements.
func optional(rows, cols int, a []float64, lda int) (m mat.Dense[float64], ok bool) {
	if rows == 0 || cols == 0 {
		return m, lda >= max(1, cols)
	}
	return matrix(rows, cols, a, lda)
}

// Dgesvd computes the singular value decomposition of a general matrix. It returns whether it found
// all singular values.
func (i Implementation) Dgesvd(jobU, jobVT lapack.SVDJob, m, n int, a []float64, lda int, s, u []float64, ldu int,
	vt []float64, ldvt int, work []float64, lwork int) (ok bool) {
	k := min(m, n)
	if k < max(2, crossingLAPACK.bdsqr) {
		return i.gonumLAPACK.Dgesvd(jobU, jobVT, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork)
	}
	am, okA := matrix(m, n, a, lda)
	um, okU := singularVectors(jobU, m, wanted(jobU, m, k), u, ldu)
	vtm, okVT := singularVectors(jobVT, wanted(jobVT, n, k), n, vt, ldvt)
	if !okA || !okU || !okVT || len(s) < k || lwork < max(5*k, 3*k+max(m, n)) || len(work) < lwork ||
		anyOverlap(am, row(s[:k]), um, vtm) {
		return i.gonumLAPACK.Dgesvd(jobU, jobVT, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork)
	}
	exponent := squareExponent(mat.NormMax(am))
	scaleRows(am, -exponent)
	ok = i.gesvd(am, s[:k], um, vtm)
	for j, v := range s[:k] {
		s[j] = math.Ldexp(v, exponent)
	}
	i.gonumLAPACK.Dgesvd(jobU, jobVT, m, n, a, lda, s, u, ldu, vt, ldvt, work, -1) // sets work[0]
	return ok
}

// wanted returns the number of singular vectors asked for.
func wanted(job lapack.SVDJob, all, thin int) int {
	if job == lapack.SVDAll {
		return all
	}
	return thin
}

// singularVectors reads the matrix of singular vectors, which has no elements if job asks for none.
func singularVectors(job lapack.SVDJob, rows, cols int, a []float64, lda int) (m mat.Dense[float64], ok bool) {
	switch job {
	case lapack.SVDNone:
		return m, lda >= 1
	case lapack.SVDAll, lapack.SVDStore:
		return matrix(rows, cols, a, lda)
	}
	return m, false
}

func scaleRows(a mat.Dense[float64], exponent int) {
	if exponent == 0 {
		return
	}
	for r := range a.Rows {
		for c, v := range a.Row(r) {
			a.Set(r, c, math.Ldexp(v, exponent))
		}
	}
}

// gesvd computes A = U·S·VT. A matrix with more columns than rows is transposed: its left vectors
// become VTᵀ.
func (i Implementation) gesvd(a mat.Dense[float64], s []float64, u, vt mat.Dense[float64]) bool {
	if a.Rows >= a.Cols {
		return i.gesvdTall(a, s, u, vt)
	}
	at := transposed(a)
	defer at.release()
	left, right := transposedShape(vt), transposedShape(u)
	ok := i.gesvdTall(at.Dense, s, left.Dense, right.Dense)
	if vt.Rows > 0 {
		mat.TransposeTo(vt, left.Dense)
	}
	if u.Rows > 0 {
		mat.TransposeTo(u, right.Dense)
	}
	left.release()
	right.release()
	return ok
}

// transposedShape returns a matrix with the shape of the transpose of a, in pooled memory. Its
// values are undefined.
func transposedShape(a mat.Dense[float64]) transposedMatrix {
	b := scratch.Get[float64](a.Rows * a.Cols)
	return transposedMatrix{mat.DenseOf(a.Cols, a.Rows, b.Data), b}
}

// gesvdTall is gesvd of a matrix with at least as many rows as columns. A matrix with many more
// rows is first reduced to a triangle, which makes the bidiagonal reduction cheaper (Chan, An
// Improved Algorithm for Computing the Singular Value Decomposition, ACM TOMS 8(1), 1982).
func (i Implementation) gesvdTall(a mat.Dense[float64], s []float64, u, vt mat.Dense[float64]) bool {
	m, n := a.Rows, a.Cols
	if 5*m < 8*n {
		return i.gesvdDirect(a, s, u, vt)
	}
	size := n*n + n
	if u.Rows > 0 {
		size += n*n + m*n
	}
	memory := scratch.Get[float64](size)
	defer scratch.Put(memory)
	r, tau := mat.DenseOf(n, n, memory.Data[:n*n]), memory.Data[n*n:n*n+n]
	mat.Geqrf(a, tau, i.count())
	copyUpper(r, a)
	if u.Rows == 0 {
		return i.gesvdDirect(r, s, u, vt)
	}
	left := u.ColView(0, n)
	mat.Copy(left, a)
	mat.Orgqr(u, tau, i.count())
	q, product := mat.DenseOf(n, n, memory.Data[n*n+n:2*n*n+n]), mat.DenseOf(m, n, memory.Data[2*n*n+n:])
	ok := i.gesvdDirect(r, s, q, vt)
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, left, q, 0, product, i.count())
	mat.Copy(left, product)
	return ok
}

// copyUpper copies the upper triangle with the diagonal, and sets the elements below it to zero.
func copyUpper(dst, src mat.Dense[float64]) {
	for r := range dst.Rows {
		row := dst.Row(r)
		clear(row[:r])
		copy(row[r:], src.Row(r)[r:])
	}
}

// gesvdDirect reduces A to a bidiagonal matrix and computes its singular values. A has at least as
// many rows as columns.
func (i Implementation) gesvdDirect(a mat.Dense[float64], s []float64, u, vt mat.Dense[float64]) bool {
	m, n := a.Rows, a.Cols
	const nb = 32
	memory := scratch.Get[float64](3*n + (m+n)*nb)
	defer scratch.Put(memory)
	e, tauQ, tauP, work := memory.Data[:n], memory.Data[n:2*n], memory.Data[2*n:3*n], memory.Data[3*n:]
	i.Dgebrd(m, n, a.Data, a.Stride, s, e, tauQ, tauP, work, len(work))
	if u.Rows > 0 {
		mat.Copy(u.ColView(0, n), a)
		mat.Orgqr(u, tauQ, i.count())
	}
	if vt.Rows > 0 {
		i.rightVectors(vt, a, tauP[:n-1])
	}
	if u.Rows == 0 && vt.Rows == 0 { // gonum's qd algorithm is faster
		return i.gonumLAPACK.Dbdsqr(blas.Upper, n, 0, 0, 0, s, e, nil, 1, nil, 1, nil, 1, work)
	}
	return mat.Bdsqr(mat.Upper, s, e[:n-1], vt, firstColumns(u, n), mat.Dense[float64]{}, i.count()) == nil
}

func firstColumns(a mat.Dense[float64], n int) mat.Dense[float64] {
	if a.Rows == 0 {
		return a
	}
	return a.ColView(0, n)
}

// rightVectors computes Pᵀ from the reflectors in the rows of A. Its first row and column are those
// of the identity. Orgqr of the transposed reflectors gives the rest, transposed.
func (i Implementation) rightVectors(vt, a mat.Dense[float64], tau []float64) {
	n := a.Cols
	p := transposed(a.View(0, 1, n-1, n-1))
	mat.Orgqr(p.Dense, tau, i.count())
	vt.Fill(0)
	vt.Set(0, 0, 1)
	p.store(vt.View(1, 1, n-1, n-1))
}
