package mat

import (
	"math"

	"ridge/internal/scratch"
)

// Rcond returns an estimate of 1/(‖A‖₁‖A⁻¹‖₁), the reciprocal condition number. It is 1 for a
// perfectly conditioned matrix, near the unit roundoff of T for a numerically singular one, and 1
// for n = 0. ‖A⁻¹‖₁ is estimated from a few solves (Higham, FORTRAN Codes for Estimating the
// One-Norm of a Real or Complex Matrix, ACM TOMS 14(4), 1988). It takes about 10n² operations.
//
// Apart from rounding errors, the estimate of a norm is a lower bound, so Rcond tends to be too
// large. The factor seldom exceeds three, though there are matrices constructed to make it larger.
// Below the unit roundoff, the value means only that it is so small. It is 0 if ‖A‖₁‖A⁻¹‖₁
// overflows. It does not depend on the scale of A.
//
// After an Update or a Downdate, ‖A‖₁ is estimated in the same way, which doubles the number of
// operations.
func (c *Cholesky[T]) Rcond() float64 {
	c.mustBeReady("Rcond")
	n := c.l.Rows
	if n == 0 {
		return 1
	}
	// The inverse is taken of A/s, where s is a power of two near A's largest element, so that
	// nothing overflows or underflows: (A/s)⁻¹x = A⁻¹(s·x).
	s := c.scale()
	solve := func(x []T) {
		Scal(s, x)
		c.SolveVec(x)
	}
	inv := estimateNorm1(n, solve, solve)
	anorm := c.anorm / (float64(s) * c.unit)
	if c.updated {
		mul := func(x []T) {
			Scal(1/s, x)
			c.mulVec(x)
		}
		anorm = estimateNorm1(n, mul, mul)
	}
	return reciprocalCondition(anorm, inv)
}

// reciprocalCondition is 1/(norm·inv), or 0 if either of them is 0 or NaN, or inv is infinite.
func reciprocalCondition(norm, inv float64) float64 {
	if norm == 0 || math.IsNaN(norm) || inv == 0 || !IsFinite(inv) {
		return 0
	}
	return 1 / norm / inv
}

// scale returns a power of two near the largest element of A, which is the squared length of the
// longest row of L. It stays away from both ends of the range, so that products with it do not
// overflow or underflow.
func (c *Cholesky[T]) scale() T {
	most := 960 // largest exponent
	if IsFloat32[T]() {
		most = 96
	}
	var longest float64
	for i := range c.l.Rows {
		longest = max(longest, float64(Nrm2(c.l.Row(i)[:i+1])))
	}
	_, exponent := math.Frexp(longest)
	return T(math.Ldexp(1, clampInt(2*exponent, -most, most)))
}

// mulVec overwrites x with A·x = L·(Lᵀ·x).
func (c *Cholesky[T]) mulVec(x []T) {
	buf := scratch.Get[T](len(x))
	defer scratch.Put(buf)
	y := buf.Data
	clear(y)
	for i, v := range x {
		Axpy(v, c.l.Row(i)[:i+1], y[:i+1])
	}
	for i := range x {
		x[i] = Dot(c.l.Row(i)[:i+1], y[:i+1])
	}
}

// estimateNorm1 estimates ‖B‖₁ from products with B and its transpose. It climbs the convex
// function ‖Bx‖₁ over ‖x‖₁ ≤ 1 from vertex to vertex. It returns the largest value found, or the
// value for a special vector if that is larger, since this often catches what the climb misses
// (Higham 1988, Algorithm 4.1). mul overwrites x with Bx, mulTrans with Bᵀx.
func estimateNorm1[T Float](n int, mul, mulTrans func(x []T)) float64 {
	buf := scratch.Get[T](2 * n)
	defer scratch.Put(buf)
	x, sign := buf.Data[:n], buf.Data[n:]
	for i := range x {
		x[i] = 1 / T(n)
	}
	mul(x)
	est := float64(Asum(x))
	last := -1
	for range 5 {
		for i, v := range x {
			sign[i] = 1
			if v < 0 {
				sign[i] = -1
			}
		}
		mulTrans(sign) // the gradient of ‖Bx‖₁
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
