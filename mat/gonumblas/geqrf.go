package gonumblas

import (
	"gonum.org/v1/gonum/blas"

	"ridge/internal/scratch"
	"ridge/mat"
)

// Dgeqrf computes the QR factorization of a general matrix.
func (i Implementation) Dgeqrf(m, n int, a []float64, lda int, tau, work []float64, lwork int) {
	if min(m, n) < crossingLAPACK.geqrf {
		i.gonumLAPACK.Dgeqrf(m, n, a, lda, tau, work, lwork)
		return
	}
	am, ok := matrix(m, n, a, lda)
	if ok && len(tau) == min(m, n) && hasWork(n, work, lwork) {
		mat.Geqrf(am, tau, i.count())
		lwork = -1
	}
	i.gonumLAPACK.Dgeqrf(m, n, a, lda, tau, work, lwork)
}

// Dgelqf computes the LQ factorization of a general matrix: it is the transpose of the QR
// factorization of the transpose, reflectors included.
func (i Implementation) Dgelqf(m, n int, a []float64, lda int, tau, work []float64, lwork int) {
	k := min(m, n)
	if k < crossingLAPACK.gelqf {
		if 0 < k && k <= unblockedLQ && hasWork(m, work, lwork) {
			i.Dgelq2(m, n, a, lda, tau, work)
			work[0] = float64(m)
			return
		}
		i.gonumLAPACK.Dgelqf(m, n, a, lda, tau, work, lwork)
		return
	}
	am, ok := matrix(m, n, a, lda)
	if ok && len(tau) >= k && hasWork(m, work, lwork) {
		t := transposed(am)
		mat.Geqrf(t.Dense, tau[:k], i.count())
		t.store(am)
		lwork = -1
	}
	i.gonumLAPACK.Dgelqf(m, n, a, lda, tau, work, lwork)
}

// unblockedLQ is up to how many reflectors gonum's Dgelqf and Dorglq call its code without blocks. Calling that at once
// takes some nanoseconds less.
const unblockedLQ = 32

// Dgeqp3 computes the QR factorization with column pivoting of a general matrix.
func (i Implementation) Dgeqp3(m, n int, a []float64, lda int, jpvt []int, tau, work []float64, lwork int) {
	k := min(m, n)
	if k < crossingLAPACK.geqp3 {
		i.gonumLAPACK.Dgeqp3(m, n, a, lda, jpvt, tau, work, lwork)
		return
	}
	am, ok := matrix(m, n, a, lda)
	if ok && len(tau) >= k && hasWork(3*n+1, work, lwork) && isOrder(jpvt, n) {
		mat.Geqp3(am, jpvt, tau[:k], i.count())
		lwork = -1
	}
	i.gonumLAPACK.Dgeqp3(m, n, a, lda, jpvt, tau, work, lwork)
}

// isOrder reports whether jpvt has n elements, each of them −1 or the index of a column.
func isOrder(jpvt []int, n int) bool {
	for _, j := range jpvt {
		if j < -1 || j >= n {
			return false
		}
	}
	return len(jpvt) == n
}

// Dorgqr computes the first n columns of Q from the factorization of Dgeqrf.
func (i Implementation) Dorgqr(m, n, k int, a []float64, lda int, tau, work []float64, lwork int) {
	if k < crossingLAPACK.orgqr {
		i.gonumLAPACK.Dorgqr(m, n, k, a, lda, tau, work, lwork)
		return
	}
	am, ok := matrix(m, n, a, lda)
	if ok && m >= n && n >= k && len(tau) == k && hasWork(n, work, lwork) {
		mat.Orgqr(am, tau, i.count())
		lwork = -1
	}
	i.gonumLAPACK.Dorgqr(m, n, k, a, lda, tau, work, lwork)
}

// Dorglq computes the first m rows of Q from the factorization of Dgelqf.
func (i Implementation) Dorglq(m, n, k int, a []float64, lda int, tau, work []float64, lwork int) {
	if k < crossingLAPACK.orglq {
		if 0 < k && k <= unblockedLQ && hasWork(m, work, lwork) {
			i.Dorgl2(m, n, k, a, lda, tau, work)
			work[0] = float64(m)
			return
		}
		i.gonumLAPACK.Dorglq(m, n, k, a, lda, tau, work, lwork)
		return
	}
	am, ok := matrix(m, n, a, lda)
	if ok && n >= m && m >= k && len(tau) >= k && hasWork(m, work, lwork) {
		t := transposed(am)
		mat.Orgqr(t.Dense, tau[:k], i.count())
		t.store(am)
		lwork = -1
	}
	i.gonumLAPACK.Dorglq(m, n, k, a, lda, tau, work, lwork)
}

// Dormqr multiplies C by Q or Qᵀ from the factorization of Dgeqrf.
func (i Implementation) Dormqr(s blas.Side, trans blas.Transpose, m, n, k int, a []float64, lda int, tau, c []float64,
	ldc int, work []float64, lwork int) {
	if k < crossingLAPACK.geqrf {
		i.gonumLAPACK.Dormqr(s, trans, m, n, k, a, lda, tau, c, ldc, work, lwork)
		return
	}
	p, ok := productWithQ(s, trans, m, n, k, c, ldc, work, lwork)
	am, okA := matrix(p.order, k, a, lda)
	if ok && okA && len(tau) == k && !overlap(p.c, am) {
		mat.Ormqr(p.side, p.trans, am, tau, p.c, i.count())
		lwork = -1
	}
	i.gonumLAPACK.Dormqr(s, trans, m, n, k, a, lda, tau, c, ldc, work, lwork)
}

// Dormlq multiplies C by Q or Qᵀ from the factorization of Dgelqf. This Q is the transpose of the Q
// that the QR factorization of Aᵀ gives.
func (i Implementation) Dormlq(s blas.Side, trans blas.Transpose, m, n, k int, a []float64, lda int, tau, c []float64,
	ldc int, work []float64, lwork int) {
	if k < crossingLAPACK.geqrf {
		i.gonumLAPACK.Dormlq(s, trans, m, n, k, a, lda, tau, c, ldc, work, lwork)
		return
	}
	p, ok := productWithQ(s, trans, m, n, k, c, ldc, work, lwork)
	am, okA := matrix(k, p.order, a, lda)
	if ok && okA && len(tau) >= k && !overlap(p.c, am) {
		v := transposed(am)
		mat.Ormqr(p.side, opposite(p.trans), v.Dense, tau[:k], p.c, i.count())
		v.release()
		lwork = -1
	}
	i.gonumLAPACK.Dormlq(s, trans, m, n, k, a, lda, tau, c, ldc, work, lwork)
}

// product is a product of C and an orthogonal matrix of the given order, or its transpose.
type product struct {
	side  mat.Side
	trans mat.Transpose
	order int
	c     mat.Dense[float64]
}

// productWithQ reads the arguments that Dormqr and Dormlq have in common.
func productWithQ(s blas.Side, trans blas.Transpose, m, n, k int, c []float64, ldc int, work []float64,
	lwork int) (p product, ok bool) {
	from, okSide := side(s)
	t, okT := transpose(trans)
	order, other := m, n
	if from == mat.Right {
		order, other = n, m
	}
	cm, okC := matrix(m, n, c, ldc)
	ok = okSide && okT && trans != blas.ConjTrans && okC && k <= order && hasWork(other, work, lwork)
	return product{from, t, order, cm}, ok
}

func opposite(t mat.Transpose) mat.Transpose { return mat.Trans - t }

// transposedMatrix is a transpose in pooled memory.
type transposedMatrix struct {
	mat.Dense[float64]
	memory *scratch.Buffer[float64]
}

func transposed(a mat.Dense[float64]) transposedMatrix {
	b := scratch.Get[float64](a.Rows * a.Cols)
	t := transposedMatrix{mat.DenseOf(a.Cols, a.Rows, b.Data), b}
	mat.TransposeTo(t.Dense, a)
	return t
}

// store writes the transpose back to a, and releases the memory.
func (t *transposedMatrix) store(a mat.Dense[float64]) {
	mat.TransposeTo(a, t.Dense)
	t.release()
}

func (t *transposedMatrix) release() { scratch.Put(t.memory) }
