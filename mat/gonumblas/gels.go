package gonumblas

import (
	"gonum.org/v1/gonum/blas"

	"ridge/mat"
)

// Dgels solves a least squares problem, or finds the solution of the smallest norm of a system with fewer equations
// than unknowns. It returns whether the matrix has full rank.
func (i Implementation) Dgels(trans blas.Transpose, m, n, nrhs int, a []float64, lda int, b []float64, ldb int,
	work []float64, lwork int) (ok bool) {
	k := min(m, n)
	if k < crossingLAPACK.geqrf {
		return i.gonumLAPACK.Dgels(trans, m, n, nrhs, a, lda, b, ldb, work, lwork)
	}
	t, okT := transpose(trans)
	am, okA := matrix(m, n, a, lda)
	bm, okB := matrix(max(m, n), nrhs, b, ldb)
	given := m // rows of B
	if t == mat.Trans {
		given = n
	}
	if !okT || !okA || !okB || !hasWork(k+max(k, nrhs), work, lwork) || overlap(bm, am) ||
		!inRange(am) || !inRange(bm.RowView(0, given)) || mat.NormMax(am) == 0 {
		return i.gonumLAPACK.Dgels(trans, m, n, nrhs, a, lda, b, ldb, work, lwork)
	}
	if m >= n {
		ok = i.gelsTall(t, am, work[:k], bm)
	} else {
		tall := transposed(am)
		ok = i.gelsTall(opposite(t), tall.Dense, work[:k], bm)
		tall.store(am)
	}
	i.gonumLAPACK.Dgels(trans, m, n, nrhs, a, lda, b, ldb, work, -1) // sets work[0]
	return ok
}

// gelsTall is Dgels with a matrix that has at least as many rows as columns. A = Q·R, so a least squares solution is
// R⁻¹·Qᵀ·B, and the solution of the smallest norm of Aᵀ·X = B is Q·R⁻ᵀ·B.
func (i Implementation) gelsTall(t mat.Transpose, a mat.Dense[float64], tau []float64, b mat.Dense[float64]) (ok bool) {
	n := a.Cols
	mat.Geqrf(a, tau, i.count())
	if t == mat.NoTrans {
		mat.Ormqr(mat.Left, mat.Trans, a, tau, b, i.count())
		return i.Dtrtrs(blas.Upper, blas.NoTrans, blas.NonUnit, n, b.Cols, a.Data, a.Stride, b.Data, b.Stride)
	}
	if !i.Dtrtrs(blas.Upper, blas.Trans, blas.NonUnit, n, b.Cols, a.Data, a.Stride, b.Data, b.Stride) {
		return false
	}
	b.RowView(n, b.Rows-n).Fill(0)
	mat.Ormqr(mat.Left, mat.NoTrans, a, tau, b, i.count())
	return true
}

// inRange reports whether the elements are so far from overflow and underflow that the solution needs no scaling.
// [mat.Geqrf] has a wider range, but here it is followed by a division by R.
func inRange(a mat.Dense[float64]) bool {
	m := mat.NormMax(a)
	return m == 0 || m > 0x1p-400 && m < 0x1p+450
}
