package mat

import (
	"fmt"

	"ridge/internal/scratch"
)

// Solve overwrites X (n×r) with the solutions of the least squares problems min ‖A·x − b‖₂, one
// for each column b of B (m×r). X may share elements with B; otherwise B is not changed.
//
// After Factor, A must have no more columns than rows, and the columns must be linearly
// independent. If an element of the diagonal of R is zero, it returns a *[SingularError], and X is
// unchanged. Because of rounding errors this is rare even where columns depend on each other, and x is
// then huge: [QR.Rcond] reports that, and FactorPivoted finds a solution. It takes 4mnr operations. For
// the shortest solution of a system with fewer equations than unknowns, factor the transpose and use
// [QR.SolveTrans].
//
// After FactorPivoted, A may have any shape and rank. If there are several solutions, x is the one
// with the smallest 2-norm, where the rows of R from the rank on are taken to be zero (the complete
// orthogonal decomposition; Golub and Van Loan, Matrix Computations, 4th edition, 2013, section
// 5.5). The error is always nil.
//
// X solves the problem exactly for a matrix within a small multiple of m·n·u·‖A‖ of A, u being the
// unit roundoff (Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, 2002, theorem
// 20.3). The exponents of unknowns are kept apart if these could be out of range on the way to a
// solution that is not. If A is near the ends of T's range, that is done for all columns of B, and
// takes many times as long.
func (q *QR[T]) Solve(x, b Dense[T], w Workers) error {
	q.mustBeReady("Solve")
	m, n := q.Dims()
	checkSolve("QR.Solve", x, b, n, m)
	if err := q.checkRank("QR.Solve"); err != nil {
		return err
	}
	buf := scratch.Get[T]((m + n) * b.Cols)
	defer scratch.Put(buf)
	c := Dense[T]{Rows: m, Cols: b.Cols, Stride: b.Cols, Data: buf.Data[:m*b.Cols]}
	y := Dense[T]{Rows: n, Cols: b.Cols, Stride: b.Cols, Data: buf.Data[m*b.Cols:]}
	exponents := safeExponents(b)
	defer scratch.Put(exponents)
	Copy(c, b)
	scaleColumns(c, exponents.Data, -1)
	Ormqr(Left, Trans, q.qr, q.tau, c, w)
	y.Fill(0)
	top := y.RowView(0, q.rank)
	Copy(top, c.RowView(0, q.rank))
	q.solveTriangle(NoTrans, top, exponents.Data, q.rank < n, w)
	if q.rank < n {
		q.z.multiply(Trans, y, w)
	}
	q.permute(x, y, false)
	scaleColumns(x, exponents.Data, 1)
	return nil
}

// SolveTrans overwrites X (m×r) with the solutions of min ‖Aᵀ·x − b‖₂ of the smallest 2-norm, one
// for each column b of B (n×r). X may share elements with B; otherwise B is not changed. After
// Factor that is the shortest solution of Aᵀ·x = b, provided that A has no more columns than rows
// and its columns are linearly independent. Everything else that [QR.Solve] says about A and errors
// also applies here.
func (q *QR[T]) SolveTrans(x, b Dense[T], w Workers) error {
	q.mustBeReady("SolveTrans")
	m, n := q.Dims()
	checkSolve("QR.SolveTrans", x, b, m, n)
	if err := q.checkRank("QR.SolveTrans"); err != nil {
		return err
	}
	buf := scratch.Get[T](n * b.Cols)
	defer scratch.Put(buf)
	y := Dense[T]{Rows: n, Cols: b.Cols, Stride: b.Cols, Data: buf.Data}
	exponents := safeExponents(b)
	defer scratch.Put(exponents)
	q.permute(y, b, true)
	scaleColumns(y, exponents.Data, -1)
	top := y.RowView(0, q.rank)
	if q.rank < n {
		q.z.multiply(NoTrans, y, w)
	}
	q.solveTriangle(Trans, top, exponents.Data, true, w)
	x.Fill(0)
	Copy(x.RowView(0, q.rank), top)
	Ormqr(Left, NoTrans, q.qr, q.tau, x, w)
	scaleColumns(x, exponents.Data, 1)
	return nil
}

// checkRank is for a matrix that was factored without pivoting: it panics if that has more columns than rows, and
// returns a *[SingularError] if a column depends on those before it.
func (q *QR[T]) checkRank(method string) error {
	m, n := q.Dims()
	if len(q.perm) > 0 || n == 0 {
		return nil
	}
	if m < n {
		panic(fmt.Sprintf("mat: %s of a %d×%d matrix that was factored without pivoting", method, m, n))
	}
	if i := q.zeroDiagonal(); i > 0 {
		return &SingularError{i}
	}
	return nil
}

// checkSolve panics unless x has xRows rows, b has bRows, and both have the same number
// of columns.
func checkSolve[T Float](method string, x, b Dense[T], xRows, bRows int) {
	x.check(method, "x")
	b.check(method, "b")
	if x.Rows != xRows || b.Rows != bRows || x.Cols != b.Cols {
		panic(fmt.Sprintf("mat: %s: x is %d×%d and b %d×%d, want %d and %d rows",
			method, x.Rows, x.Cols, b.Rows, b.Cols, xRows, bRows))
	}
}

// solveTriangle solves op(R)·X = Y, or op(U)·X = Y if z holds U. Column j of Y has been scaled by 2^−exponents[j].
// Whether an orthogonal matrix is to be applied to X is rotated.
func (q *QR[T]) solveTriangle(t Transpose, y Dense[T], exponents []float64, rotated bool, w Workers) {
	for j := range exponents {
		exponents[j] -= float64(q.exponent)
	}
	r := triangularSystem[T]{Upper, t, NonUnit, q.triangle()}
	s := systems[T]{of: [2]triangularSystem[T]{r}, count: 1, exponents: exponents, wide: q.exponent != 0,
		rotated: rotated}
	s.solve(y, w)
}

// triangle is the leading rank×rank part of R, or U if that is not all of R.
func (q *QR[T]) triangle() Dense[T] {
	if q.rank < q.qr.Cols {
		return q.z.triangle()
	}
	return q.qr.View(0, 0, q.rank, q.rank)
}

// zeroDiagonal returns the position of the first zero on the diagonal of R, counted from 1, or 0.
func (q *QR[T]) zeroDiagonal() int {
	for i := range q.tau {
		if q.qr.At(i, i) == 0 {
			return i + 1
		}
	}
	return 0
}

// permute computes X := P·Y, or X := Pᵀ·Y.
func (q *QR[T]) permute(x, y Dense[T], inverse bool) {
	if len(q.perm) == 0 {
		Copy(x, y)
		return
	}
	for j, p := range q.perm {
		if inverse {
			copy(x.Row(j), y.Row(p))
		} else {
			copy(x.Row(p), y.Row(j))
		}
	}
}
