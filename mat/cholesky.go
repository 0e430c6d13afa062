package mat

import (
	"fmt"
	"math"
)

// Cholesky is the factorization A = L·Lᵀ of a symmetric positive definite matrix.
// The zero value is ready for [Cholesky.Factor]. A factor may be used for solves by
// several goroutines at once, as long as none changes it.
type Cholesky[T Float] struct {
	l       Dense[T]  // lower triangle: L; the rest is undefined
	next    Dense[T]  // memory for an updated L
	anorm   float64   // 1-norm of the A given to Factor
	sums    []float64 // scratch for it
	ready   bool      // l is a factor
	updated bool      // of another A than that of anorm
}

// Factor factors A, of which only the lower triangle is read; A is not changed and
// may be used again at once. Memory of an earlier factorization of the same size is
// reused. It takes n³/3 operations.
//
// If A is not positive definite it returns a *[NotPositiveDefiniteError], and the other
// methods panic until another Factor succeeds.
func (c *Cholesky[T]) Factor(a Dense[T], w Workers) error {
	a.check("Cholesky.Factor", "a")
	if a.Rows != a.Cols {
		panic(fmt.Sprintf("mat: Cholesky.Factor of a %d×%d matrix", a.Rows, a.Cols))
	}
	n := a.Rows
	if cap(c.l.Data) < n*n {
		c.l.Data = make([]T, n*n)
	}
	c.l = Dense[T]{Rows: n, Cols: n, Data: c.l.Data[:n*n], Stride: n}
	for i := range n {
		copy(c.l.Row(i)[:i+1], a.Row(i))
	}
	c.sums = append(c.sums[:0], make([]float64, n)...)
	c.anorm = symmetricNorm1(a, c.sums)
	err := Potrf(Lower, c.l, w)
	c.ready, c.updated = err == nil, false
	return err
}

// mustBeReady panics if there is no factor: what a failed factorization leaves looks
// like one.
func (c *Cholesky[T]) mustBeReady(method string) {
	if !c.ready {
		panic("mat: Cholesky." + method + " without a successful Factor")
	}
}

// N returns the order of the matrix.
func (c *Cholesky[T]) N() int { return c.l.Rows }

// L returns the factor. Its strict upper triangle is undefined. It shares the
// memory of the Cholesky, and is not valid after the next Factor, Update or Downdate.
func (c *Cholesky[T]) L() Dense[T] {
	c.mustBeReady("L")
	return c.l
}

// Solve overwrites B (n×r) with A⁻¹·B. It takes 2n²r operations.
func (c *Cholesky[T]) Solve(b Dense[T], w Workers) {
	c.mustBeReady("Solve")
	Potrs(Lower, c.l, b, w)
}

// SolveRight overwrites B (r×n) with B·A⁻¹: each row of B is a right-hand side. It
// takes 2n²r operations.
func (c *Cholesky[T]) SolveRight(b Dense[T], w Workers) {
	c.mustBeReady("SolveRight")
	PotrsRight(Lower, c.l, b, w)
}

// SolveVec overwrites x (of n elements) with A⁻¹·x.
func (c *Cholesky[T]) SolveVec(x []T) {
	c.mustBeReady("SolveVec")
	PotrsRight(Lower, c.l, DenseOf(1, len(x), x), 1)
}

// Inverse overwrites dst (n×n) with A⁻¹, both triangles of it. dst must not share
// elements with the factor. It takes 2n³/3 operations. To apply the inverse,
// [Cholesky.Solve] is faster and more accurate.
func (c *Cholesky[T]) Inverse(dst Dense[T], w Workers) {
	c.mustBeReady("Inverse")
	dst.check("Cholesky.Inverse", "dst")
	checkSameShape("Cholesky.Inverse", dst, c.l)
	for i := range dst.Rows {
		copy(dst.Row(i)[:i+1], c.l.Row(i))
	}
	if err := Potri(Lower, dst, w); err != nil {
		panic(err) // the diagonal of a factor is positive
	}
	Symmetrize(Lower, dst)
}

// LogDet returns the logarithm of the determinant of A, 2·Σ log ℓᵢᵢ.
func (c *Cholesky[T]) LogDet() float64 {
	c.mustBeReady("LogDet")
	var s float64
	for i := range c.l.Rows {
		s += math.Log(float64(c.l.At(i, i)))
	}
	return 2 * s
}

// Rcond returns an estimate of 1/(‖A‖₁‖A⁻¹‖₁), the reciprocal condition number: 1
// for a perfectly conditioned matrix, near the unit roundoff of T for one that
// can't be told from a singular one, and 1 for n = 0. It is never below the true
// value and seldom above three times it. ‖A⁻¹‖₁ is estimated from a few solves
// (Higham, FORTRAN Codes for Estimating the One-Norm of a Real or Complex Matrix,
// ACM TOMS 14(4), 1988). It takes about 10n² operations.
//
// After an Update or a Downdate, ‖A‖₁ is estimated in the same way, for as many
// operations again.
func (c *Cholesky[T]) Rcond() float64 {
	c.mustBeReady("Rcond")
	n := c.l.Rows
	if n == 0 {
		return 1
	}
	anorm, inv := c.anorm, estimateNorm1(n, c.SolveVec)
	if c.updated {
		anorm = estimateNorm1(n, c.mulVec)
	}
	if anorm == 0 || math.IsNaN(anorm) || inv == 0 || math.IsInf(inv, 0) || math.IsNaN(inv) {
		return 0
	}
	return 1 / anorm / inv
}

// mulVec overwrites x with A·x = L·(Lᵀ·x).
func (c *Cholesky[T]) mulVec(x []T) {
	buf := getBuffer[T](len(x))
	defer putBuffer(buf)
	y := buf.data
	clear(y)
	for i, v := range x {
		Axpy(v, c.l.Row(i)[:i+1], y[:i+1])
	}
	for i := range x {
		x[i] = Dot(c.l.Row(i)[:i+1], y[:i+1])
	}
}

// symmetricNorm1 is max_j Σ_i |a_ij|, from the lower triangle. sums holds n zeros.
func symmetricNorm1[T Float](a Dense[T], sums []float64) float64 {
	for i := range a.Rows {
		row := a.Row(i)[:i+1]
		for j, v := range row {
			s := math.Abs(float64(v))
			sums[i] += s
			if j < i {
				sums[j] += s
			}
		}
	}
	var m float64
	for _, s := range sums {
		m = max(m, s)
	}
	return m
}

// estimateNorm1 estimates ‖B‖₁ for a symmetric B from products with it: it climbs
// the convex function ‖Bx‖₁ over ‖x‖₁ ≤ 1 from vertex to vertex, and compares
// with a vector that tends to catch what the climb misses (Higham 1988,
// Algorithm 4.1). mul overwrites x with Bx.
func estimateNorm1[T Float](n int, mul func(x []T)) float64 {
	x := make([]T, n)
	for i := range x {
		x[i] = 1 / T(n)
	}
	mul(x)
	est := float64(Asum(x))
	sign := make([]T, n)
	last := -1
	for range 5 {
		for i, v := range x {
			sign[i] = 1
			if v < 0 {
				sign[i] = -1
			}
		}
		mul(sign) // the gradient of ‖Bx‖₁, as B is symmetric
		best := Iamax(sign)
		if best == last {
			break
		}
		last = best
		clear(x)
		x[best] = 1
		mul(x)
		next := float64(Asum(x))
		if next <= est {
			break
		}
		est = next
	}
	for i := range x {
		x[i] = T(1 + float64(i)/float64(max(1, n-1)))
		if i%2 == 1 {
			x[i] = -x[i]
		}
	}
	mul(x)
	return max(est, 2*float64(Asum(x))/(3*float64(n)))
}
