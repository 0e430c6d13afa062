package mat

import (
	"math"

	"ridge/internal/scratch"
)

// safeExponent returns 0 if the largest element of a is far from the ends of T's range. Otherwise
// it returns an e for which that is true of 2^−e·a. For large elements it is the smallest such e,
// because the scaling may make small elements underflow.
func safeExponent[T Float](a Dense[T]) int { return safeExponentOf[T](float64(NormMax(a))) }

// safeExponentOf is safeExponent of a matrix with this largest element.
func safeExponentOf[T Float](largest float64) int {
	if !(largest > 0) || math.IsInf(largest, 1) ||
		largest >= smallestDivisor[T]() && largest <= 1/smallestDivisor[T]() {
		return 0
	}
	_, e := math.Frexp(largest)
	return shiftOf[T](e)
}

// shiftOf is safeExponent of a matrix whose largest element is at least 2^(e−1) and less than 2^e.
func shiftOf[T Float](e int) int {
	_, most := math.Frexp(1 / smallestDivisor[T]())
	switch {
	case e >= most:
		return e - most + 1
	case e < 2-most:
		return e
	}
	return 0
}

// losesDigits reports whether an element of a has fewer digits, or becomes zero, in 2^−e·a, for e > 0.
func losesDigits[T Float](a Dense[T], e int) bool {
	least := math.Ldexp(float64(SmallestNormal[T]()), e)
	for i := range a.rowsToVisit() {
		for _, v := range a.Row(i) {
			if v != 0 && math.Abs(float64(v)) < least {
				return true
			}
		}
	}
	return false
}

// safeExponents returns safeExponent of each column of a, in a buffer that the caller puts back.
func safeExponents[T Float](a Dense[T]) *scratch.Buffer[float64] {
	exponents := scratch.Get[float64](a.Cols)
	largest := exponents.Data
	clear(largest)
	for i := range a.rowsToVisit() {
		for j, v := range a.Row(i) {
			largest[j] = max(largest[j], math.Abs(float64(v)))
		}
	}
	for j, v := range largest {
		exponents.Data[j] = float64(safeExponentOf[T](v))
	}
	return exponents
}

// copyLdexp computes dst := 2^e·src.
func copyLdexp[T Float](dst, src Dense[T], e int) {
	Copy(dst, src)
	scaleLdexp(dst, e)
}

// scaleColumns multiplies each column of a by 2^(sign·e), where e is its exponent.
func scaleColumns[T Float](a Dense[T], exponents []float64, sign int) {
	for j, e := range exponents {
		if e != 0 {
			scaleLdexp(a.ColView(j, 1), sign*int(e))
		}
	}
}

// scaleLdexp computes A := 2^e·A.
func scaleLdexp[T Float](a Dense[T], e int) {
	most := 1000 // 2^e itself may be out of range
	if IsFloat32[T]() {
		most = 120
	}
	for e != 0 {
		part := clampInt(e, -most, most)
		Scale(a, T(math.Ldexp(1, part)), a)
		e -= part
	}
}
