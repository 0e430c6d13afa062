package mat

// unitRoundoff is half the distance from 1 to the next larger number.
func unitRoundoff[T Float]() float64 {
	if IsFloat32[T]() {
		return 0x1p-24
	}
	return 0x1p-53
}

// smallestDivisor is the smallest normal number divided by the unit roundoff: any number at least
// as large is a safe divisor, and so is its reciprocal.
func smallestDivisor[T Float]() float64 {
	if IsFloat32[T]() {
		return 0x1p-102
	}
	return 0x1p-969
}

// smallestSafeSquare is a sum of squares so large that terms lost to underflow are negligible, for
// any length that fits in memory.
func smallestSafeSquare[T Float]() float64 {
	if IsFloat32[T]() {
		return 1e-24
	}
	return 1e-270
}
