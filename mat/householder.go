package mat

import (
	"math"

	"ridge/asm"
)

// householder makes the elementary reflector H = I − τ·v·vᵀ, v₁ = 1, that turns x into
// (β, 0, …, 0). It overwrites x₂, x₃, … with those of v, and leaves x₁ to the caller. β has
// the sign opposite to x₁, so that nothing cancels in x₁ − β. (LAPACK's larfg; Golub and Van
// Loan, Matrix Computations, 4th edition, 2013, section 5.1.) If x₂, x₃, … are zero already,
// then τ = 0 and β = x₁; otherwise 1 ≤ τ ≤ 2.
//
// Neither the norm nor the division overflows or underflows unless β does.
func householder[T Float](kern *asm.Kernels[T], x []T) (beta, tau T) {
	norm := nrm2(kern, x[1:])
	if norm == 0 {
		return x[0], 0
	}
	if h := math.Hypot(float64(x[0]), norm); h < smallestDivisor[T]() || h > 1/smallestDivisor[T]() {
		return householderScaled(kern, x)
	}
	return householderWithNorm(kern, x, norm)
}

// householderWithNorm is householder where norm is that of x₂, x₃, …, and no power of it is
// out of range.
func householderWithNorm[T Float](kern *asm.Kernels[T], x []T, norm float64) (beta, tau T) {
	alpha := float64(x[0])
	b := -math.Copysign(math.Hypot(alpha, norm), alpha)
	Scal(T(1/(alpha-b)), x[1:])
	return T(b), T((b - alpha) / b)
}

// householderScaled is householder by way of x·2⁻ᵉ, whose largest element is about 1.
func householderScaled[T Float](kern *asm.Kernels[T], x []T) (beta, tau T) {
	_, e := math.Frexp(float64(AbsMax(x)))
	half := e / 2 // 2⁻ᵉ itself may be out of range
	Scal(T(math.Ldexp(1, -half)), x)
	Scal(T(math.Ldexp(1, half-e)), x)
	beta, tau = householderWithNorm(kern, x, nrm2(kern, x[1:]))
	return T(math.Ldexp(float64(beta), e)), tau
}

// smallestDivisor is the smallest normal number over the unit roundoff: what is at least as
// large can be divided by, and so can its reciprocal.
func smallestDivisor[T Float]() float64 {
	if isFloat32[T]() {
		return 0x1p-102
	}
	return 0x1p-969
}

// nrm2 is Nrm2 with a wider range: the norm of float32 fits a float64.
func nrm2[T Float](kern *asm.Kernels[T], x []T) float64 {
	s := float64(dot(kern, x, x))
	if s >= smallestSafeSquare[T]() && !math.IsInf(s, 0) {
		return math.Sqrt(s)
	}
	largest := float64(AbsMax(x))
	if largest == 0 || math.IsInf(largest, 0) || math.IsNaN(largest) {
		return largest
	}
	s = 0
	for _, v := range x {
		r := float64(v) / largest
		s += r * r
	}
	return largest * math.Sqrt(s)
}

// reflectRows applies H = I − τ·v·vᵀ to each of the rows of c, which are as long as v:
// C := C·H.
func reflectRows[T Float](kern *asm.Kernels[T], tau T, v, c []T, ld, rows int) {
	if tau == 0 {
		return
	}
	row := func(r int) []T { return c[r*ld : r*ld+len(v)] }
	r := 0
	for ; r+4 <= rows; r += 4 {
		s0, s1, s2, s3 := dotxf(kern, row(r), row(r+1), row(r+2), row(r+3), v)
		axpy(kern, -tau*s0, v, row(r))
		axpy(kern, -tau*s1, v, row(r+1))
		axpy(kern, -tau*s2, v, row(r+2))
		axpy(kern, -tau*s3, v, row(r+3))
	}
	for ; r < rows; r++ {
		axpy(kern, -tau*dot(kern, row(r), v), v, row(r))
	}
}
