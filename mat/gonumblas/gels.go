package gonumblas

import (
	"math"

	"gonum.org/v1/gonum/blas"

	"ridge/mat"
)

// Dgels solves a least squares problem, or finds the solution of the smallest norm of a system with fewer equations
// than unknowns. It returns whether the matrix has full rank.
func (i Implementation) Dgels(trans blas.Transpose, m, n, nrhs int, a []float64, lda int, b []float64, ldb int,
	work []float64, lwork int) (ok bool) {
	t, okT := transpose(trans)
	if okT && isEquation(m, n, nrhs, a, lda, b, ldb) && lwork >= 2 && len(work) >= lwork {
		b[0] *= 1 / a[0]
		work[0] = 33 // as gonum's: its blocks have 32 columns
		return true
	}
	k := min(m, n)
	if k < crossingLAPACK.geqrf {
		return i.gonumLAPACK.Dgels(trans, m, n, nrhs, a, lda, b, ldb, work, lwork)
	}
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

// isEquation reports whether the arguments are one equation in one unknown that needs no scaling. A call of gonum's
// code would add a tenth to the time that it takes.
func isEquation(m, n, nrhs int, a []float64, lda int, b []float64, ldb int) bool {
	return m == 1 && n == 1 && nrhs == 1 && lda >= 1 && ldb >= 1 && len(a) > 0 && len(b) > 0 &&
		isModerate(math.Abs(a[0])) && (b[0] == 0 || isModerate(math.Abs(b[0])))
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
	return m == 0 || isModerate(m)
}

func isModerate(v float64) bool { return v > 0x1p-400 && v < 0x1p+450 }
