package mat

import (
	"math"

	"ridge/asm"
)

// householder computes the elementary reflector H = I − τ·v·vᵀ, v_c = 1, that maps x, which must be
// zero before element c, to a vector whose only nonzero element is β, as element c. It overwrites x
// with v. β has the sign opposite to x_c, so that nothing cancels in x_c − β. (LAPACK's larfg;
// Golub and Van Loan, Matrix Computations, 4th edition, 2013, section 5.1.) If all elements after
// x_c are already zero, then τ = 0 and β = x_c; otherwise 1 ≤ τ ≤ 2. If x_c is not finite, τ is NaN.
//
// Neither the norm nor the division overflows or underflows unless β does.
func householder[T Float](kern *asm.Kernels[T], x []T, c int) (beta, tau T) {
	alpha := float64(x[c])
	x[c] = 0 // x now holds only the other elements, and still begins at a cache line
	norm := nrm2(kern, x)
	h := hypot(alpha, norm)
	switch {
	case norm == 0 && IsFinite(alpha):
		beta = T(alpha)
	case norm == 0: // NaN or an infinity
		beta, tau = T(alpha-alpha), T(alpha-alpha)
	case h < smallestDivisor[T]() || h > 1/smallestDivisor[T]():
		x[c] = T(alpha)
		beta, tau = householderScaled(kern, x, c)
	default:
		beta, tau = householderWithNorm(x, alpha, h)
	}
	x[c] = 1
	return beta, tau
}

// householderWithNorm is householder for a vector of norm h whose element c is alpha; x holds zero
// in that place.
func householderWithNorm[T Float](x []T, alpha, h float64) (beta, tau T) {
	b := -math.Copysign(h, alpha)
	Scal(T(1/(alpha-b)), x)
	return T(b), T((b - alpha) / b)
}

// householderScaled is householder computed from x·2⁻ᵉ, whose largest element is about 1.
func householderScaled[T Float](kern *asm.Kernels[T], x []T, c int) (beta, tau T) {
	_, e := math.Frexp(float64(AbsMax(x)))
	half := e / 2 // 2⁻ᵉ itself may be out of range
	Scal(T(math.Ldexp(1, -half)), x)
	Scal(T(math.Ldexp(1, half-e)), x)
	alpha := float64(x[c])
	x[c] = 0
	beta, tau = householderWithNorm(x, alpha, math.Hypot(alpha, nrm2(kern, x)))
	return T(math.Ldexp(float64(beta), e)), tau
}

// hypot is math.Hypot, but faster where the squares are in range.
func hypot(x, y float64) float64 {
	s := x*x + y*y
	if s >= smallestSafeSquare[float64]() && !math.IsInf(s, 1) {
		return math.Sqrt(s)
	}
	return math.Hypot(x, y)
}

// reflectRows applies H = I − τ·v·vᵀ to each of the rows of c, which have the length of v: C :=
// C·H.
func reflectRows[T Float](kern *asm.Kernels[T], tau T, v, c []T, ld, rows int) {
	if tau == 0 {
		return
	}
	if len(v) > callLength/4 {
		for r := range rows {
			row := c[r*ld : r*ld+len(v)]
			axpy(kern, -tau*dot(kern, row, v), v, row)
		}
		return
	}
	for r := 0; r < rows; r += 4 {
		row := func(i int) []T { // the last one again if there are fewer than four
			at := min(r+i, rows-1) * ld
			return c[at : at+len(v)]
		}
		r0, r1, r2, r3 := row(0), row(1), row(2), row(3)
		s0, s1, s2, s3 := kern.Dotxf(r0, r1, r2, r3, v)
		kern.Axpy(-tau*s0, v, r0)
		if r+1 < rows {
			kern.Axpy(-tau*s1, v, r1)
		}
		if r+2 < rows {
			kern.Axpy(-tau*s2, v, r2)
		}
		if r+3 < rows {
			kern.Axpy(-tau*s3, v, r3)
		}
	}
}
