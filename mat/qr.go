package mat

import (
	"context"
	"fmt"
	"math"
)

// QR is the factorization A·P = Q·R of an m×n matrix: Q is orthogonal, R upper triangular, and P
// the identity ([QR.Factor]) or a permutation of the columns that reveals the rank
// ([QR.FactorPivoted]). It solves least squares problems without squaring the condition number of
// A, as AᵀA would. The zero value is ready for a factorization. A factorization may be used by
// several goroutines at once, as long as none of them calls Factor or FactorPivoted.
type QR[T Float] struct {
	qr       Dense[T] // the factorization of A·2^−exponent, as Geqrf leaves it
	tau      []T
	exponent int          // 0 unless A is near the ends of T's range
	perm     []int        // column j of A·P is column perm[j] of A; empty: the identity
	rank     int          // found by FactorPivoted; otherwise min(m, n)
	z        trapezoid[T] // if rank < n: the factorization of the first rank rows of R
	ready    bool
}

// Factor factors the m×n matrix A without a permutation. A is not changed and may be reused at
// once. Memory of an earlier factorization is reused. It takes 2n²(m − n/3) operations, for m ≥ n,
// and never fails: NaN and infinities in A propagate to the results.
//
// If the elements of A are so large or so small that the factorization would overflow or underflow,
// A is scaled by a power of two, which the methods account for. Beside elements near overflow, some
// near underflow then lose digits or become zero, and so may a whole column of such elements. That
// is far less than the rounding errors of the others.
func (q *QR[T]) Factor(a Dense[T], w Workers) {
	q.copyScaled("QR.Factor", a)
	q.factor(w, nil)
}

// FactorContext is Factor, to the last bit, but ends some hundredths of a second after the context. It then returns the
// context's error, and the QR can only be used for another factorization.
func (q *QR[T]) FactorContext(ctx context.Context, a Dense[T], w Workers) error {
	if ctx == nil {
		panic("mat: QR.FactorContext: the context is nil: want context.Background()")
	}
	q.copyScaled("QR.FactorContext", a)
	if !q.factor(w, ctx.Done()) {
		return ctx.Err()
	}
	return nil
}

func (q *QR[T]) factor(w Workers, done <-chan struct{}) bool {
	q.perm, q.rank = q.perm[:0], len(q.tau)
	q.ready = !closed(done) && (len(q.tau) == 0 || geqrfUntil(q.qr, q.tau, w, done))
	return q.ready
}

// FactorPivoted factors A with column pivoting: the next column is always the one with the longest
// component orthogonal to the columns before it (see [Geqp3]). The rank is the number of diagonal
// elements of R with |rᵢᵢ| > tolerance·|r₁₁|. A tolerance of zero or less stands for max(m, n)·ε,
// where ε is the distance from 1 to the next larger number of T; smaller elements could be mere
// rounding errors of the factorization. It takes as many operations as Factor, in more time. If the
// rank r is less than n, it takes another 2r²(n − r) operations, which prepare for the solutions of
// minimum norm.
func (q *QR[T]) FactorPivoted(a Dense[T], tolerance float64, w Workers) {
	q.copyScaled("QR.FactorPivoted", a)
	q.perm = append(q.perm[:0], make([]int, a.Cols)...)
	for j := range q.perm {
		q.perm[j] = -1
	}
	Geqp3(q.qr, q.perm, q.tau, w)
	if tolerance <= 0 {
		tolerance = 2 * float64(max(a.Rows, a.Cols)) * unitRoundoff[T]()
	}
	q.rank = q.countAbove(tolerance)
	q.ready = true
	if q.rank < a.Cols {
		q.z.factor(q.qr, q.rank, w)
	}
}

// countAbove is the number of diagonal elements of R before the first small one. A NaN is not
// small, and nothing is small relative to an infinity.
func (q *QR[T]) countAbove(tolerance float64) int {
	for i := range q.tau {
		limit := tolerance * math.Abs(float64(q.qr.At(0, 0)))
		if math.Abs(float64(q.qr.At(i, i))) <= limit && !math.IsInf(limit, 1) {
			return i
		}
	}
	return len(q.tau)
}

// copyScaled copies A, scaled by a power of two if its elements are near the ends of T's range.
func (q *QR[T]) copyScaled(method string, a Dense[T]) {
	a.check(method, "a")
	q.ready = false
	q.qr = reuse(q.qr, a.Rows, a.Cols)
	q.tau = append(q.tau[:0], make([]T, min(a.Rows, a.Cols))...)
	q.exponent = safeExponent(a)
	copyLdexp(q.qr, a, -q.exponent)
}

func (q *QR[T]) mustBeReady(method string) {
	if !q.ready {
		panic("mat: QR." + method + " without a factorization")
	}
}

// Dims returns the shape of A.
func (q *QR[T]) Dims() (rows, cols int) { return q.qr.Rows, q.qr.Cols }

// Rank returns the rank that FactorPivoted found, or min(m, n) after Factor, which does not
// determine it.
func (q *QR[T]) Rank() int {
	q.mustBeReady("Rank")
	return q.rank
}

// Perm returns the order of the columns: column j of A·P is column Perm()[j] of A. It is nil after
// Factor. It shares the memory of the QR, and is valid until the next factorization.
func (q *QR[T]) Perm() []int {
	q.mustBeReady("Perm")
	if len(q.perm) == 0 {
		return nil
	}
	return q.perm
}

// R overwrites dst with R. dst is k×n, for the k = min(m, n) rows that are not zero, or m×n, with
// zeros below them.
func (q *QR[T]) R(dst Dense[T]) {
	q.mustBeReady("R")
	dst.check("QR.R", "dst")
	m, n := q.Dims()
	if dst.Cols != n || dst.Rows != m && dst.Rows != min(m, n) {
		panic(fmt.Sprintf("mat: QR.R of a %d×%d matrix: dst is %d×%d", m, n, dst.Rows, dst.Cols))
	}
	dst.Fill(0)
	for i := range min(m, n) {
		copy(dst.Row(i)[i:], q.qr.Row(i)[i:])
	}
	scaleLdexp(dst, q.exponent)
}

// Q overwrites dst with the first columns of Q; dst has between min(m, n) and m columns. If A has
// full rank, the first min(m, n) columns of Q are an orthonormal basis of the span of as many
// columns of A·P.
func (q *QR[T]) Q(dst Dense[T], w Workers) {
	q.mustBeReady("Q")
	q.q("QR.Q", dst, w, nil)
}

// QContext is Q, to the last bit, but ends some hundredths of a second after the context. It then returns the context's
// error, and dst holds nothing of use.
func (q *QR[T]) QContext(ctx context.Context, dst Dense[T], w Workers) error {
	if ctx == nil {
		panic("mat: QR.QContext: the context is nil: want context.Background()")
	}
	q.mustBeReady("QContext")
	if !q.q("QR.QContext", dst, w, ctx.Done()) {
		return ctx.Err()
	}
	return nil
}

// q is a method that overwrites dst with columns of Q. It returns false if it ends early, once done is closed.
func (q *QR[T]) q(method string, dst Dense[T], w Workers, done <-chan struct{}) bool {
	dst.check(method, "dst")
	m, n := q.Dims()
	k := min(m, n)
	if dst.Rows != m || dst.Cols < k || dst.Cols > m {
		panic(fmt.Sprintf("mat: %s of a %d×%d matrix: dst is %d×%d", method, m, n, dst.Rows, dst.Cols))
	}
	Copy(dst.ColView(0, k), q.qr.ColView(0, k))
	return orgqrUntil(dst, q.tau, w, done)
}

// MulQ overwrites C with op(Q)·C (Left) or C·op(Q) (Right), where Q is the whole m×m matrix.
// See [Ormqr].
func (q *QR[T]) MulQ(side Side, t Transpose, c Dense[T], w Workers) {
	q.mustBeReady("MulQ")
	c.check("QR.MulQ", "c")
	side.check("QR.MulQ")
	if m, n := q.Dims(); side == Left && c.Rows != m || side == Right && c.Cols != m {
		panic(fmt.Sprintf("mat: QR.MulQ of a %d×%d matrix: c is %d×%d", m, n, c.Rows, c.Cols))
	}
	Ormqr(side, t, q.qr, q.tau, c, w)
}

// Rcond returns an estimate of 1/(‖R‖₁‖R⁻¹‖₁), the reciprocal condition number of the leading
// min(m, n) columns of R. It differs by at most a factor of n from the reciprocal condition number
// of the same columns of A·P in the 2-norm. It is 0 if they are linearly dependent, and 1 for
// orthonormal columns. As with [Cholesky.Rcond], it tends to be too large, but seldom by more than
// a factor of three. It takes about 10n² operations.
func (q *QR[T]) Rcond() float64 {
	q.mustBeReady("Rcond")
	k := len(q.tau)
	return Trcon(OneNorm, Upper, NonUnit, q.qr.View(0, 0, k, k))
}
