package mat

import (
	"math"

	"ridge/asm"
	"ridge/internal/scratch"
)

// NormMax returns max |aᵢⱼ|, the largest magnitude in A. Like the other norms it is 0
// for a matrix without elements, NaN if there is a NaN, and otherwise +Inf if there is
// an infinity.
func NormMax[T Float](a Dense[T]) T {
	a.check("NormMax", "a")
	var m T
	for i := range a.rowsToVisit() {
		m = max(m, AbsMax(a.Row(i)))
	}
	return m
}

// Norm1 returns ‖A‖₁ = max_j Σ_i |aᵢⱼ|, the largest column sum, added up in float64.
func Norm1[T Float](a Dense[T]) T {
	a.check("Norm1", "a")
	buf := scratch.Get[float64](a.Cols)
	defer scratch.Put(buf)
	sums := buf.Data
	clear(sums)
	for i := range a.rowsToVisit() {
		for j, v := range a.Row(i) {
			sums[j] += math.Abs(float64(v))
		}
	}
	return T(AbsMax(sums))
}

// NormInf returns ‖A‖_∞ = max_i Σ_j |aᵢⱼ|, the largest row sum.
func NormInf[T Float](a Dense[T]) T {
	a.check("NormInf", "a")
	var m T
	for i := range a.rowsToVisit() {
		m = max(m, Asum(a.Row(i)))
	}
	return m
}

// NormFrobenius returns ‖A‖_F = √Σ aᵢⱼ². Like [Nrm2], it overflows or underflows only if the result
// does.
func NormFrobenius[T Float](a Dense[T]) T {
	a.check("NormFrobenius", "a")
	return T(frobenius(asm.For[T](), a))
}

// Nrm2 returns √Σ xᵢ², the 2-norm, and overflows or underflows only if the result does: if the
// plain sum of squares leaves the safe range, it is computed again for x/max |xᵢ|.
func Nrm2[T Float](x []T) T {
	return T(nrm2(asm.For[T](), x))
}

// nrm2 is Nrm2 in float64: the norm of any float32 vector is in range.
func nrm2[T Float](kern *asm.Kernels[T], x []T) float64 {
	return frobenius(kern, Dense[T]{Rows: 1, Cols: len(x), Data: x, Stride: len(x)})
}

// frobenius is NormFrobenius in float64. It adds up the squares of the elements. If the sum leaves the safe range, it
// adds up those of A/max |aᵢⱼ|.
func frobenius[T Float](kern *asm.Kernels[T], a Dense[T]) float64 {
	var s float64
	for i := range a.rowsToVisit() {
		s += float64(dot(kern, a.Row(i), a.Row(i)))
	}
	if s >= smallestSafeSquare[T]() && !math.IsInf(s, 0) {
		return math.Sqrt(s)
	}
	largest := float64(NormMax(a))
	if largest == 0 || !IsFinite(largest) {
		return largest
	}
	s = 0
	for i := range a.rowsToVisit() {
		for _, v := range a.Row(i) {
			r := float64(v) / largest
			s += r * r
		}
	}
	return largest * math.Sqrt(s)
}

// vectorIsFinite reports whether x holds neither NaN nor an infinity.
func vectorIsFinite[T Float](x []T) bool {
	return IsFinite(AbsMax(x))
}
