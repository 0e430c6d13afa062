package gonumblas

import (
	"math"
	"unsafe"

	"ridge/asm"
	"ridge/mat"
)

// Vectors of up to many elements are for one call of a kernel, and longer ones for package mat, which cuts
// them into pieces.
const many = 1 << 15

// plain reports whether a vector is n consecutive elements.
func plain[T mat.Float](n int, x []T, inc int) bool { return inc == 1 && uint(n) <= uint(len(x)) }

// dot returns Σ xᵢyᵢ of vectors of one length.
func dot[T mat.Float](x, y []T) T {
	if len(x) > many {
		return mat.Dot(x, y)
	}
	return asm.For[T]().Dot(x, y)
}

func asum[T mat.Float](x []T) T {
	if len(x) > many {
		return mat.Asum(x)
	}
	return asm.For[T]().Asum(x)
}

// nrm2 is done anew by package mat, which scales, if the sum of squares leaves the safe range.
func nrm2[T mat.Float](x []T) T {
	if len(x) <= many {
		if s := float64(dot(x, x)); s > safeSquare[T]() && !math.IsInf(s, 0) {
			return T(math.Sqrt(s))
		}
	}
	return mat.Nrm2(x)
}

// safeSquare is a sum of squares so large that terms lost to underflow can't matter.
func safeSquare[T mat.Float]() float64 {
	if unsafe.Sizeof(T(0)) == 4 {
		return 1e-24
	}
	return 1e-270
}

// iamax looks for the piece of x with the largest element, and then in the piece. NaN is for gonum's
// code.
func iamax[T mat.Float](x []T) (index int, ok bool) {
	if len(x) == 0 {
		return 0, false
	}
	const piece = 512
	largest := T(-1)
	for i := 0; i < len(x); i += piece {
		m := mat.AbsMax(x[i:min(i+piece, len(x))])
		if m != m {
			return 0, false
		}
		if m > largest {
			largest, index = m, i
		}
	}
	for x[index] != largest && x[index] != -largest {
		index++
	}
	return index, true
}

// pairs reports whether a loop over elements may read x and write y, of one length: they are the
// same memory or apart.
func pairs[T mat.Float](x, y []T) bool {
	var v T
	bytes := uintptr(len(x)) * unsafe.Sizeof(v)
	distance := address(y) - address(x)
	return distance == 0 || min(distance, -distance) >= bytes
}

// axpy computes y := alpha·x + y.
func axpy[T mat.Float](alpha T, x, y []T) {
	if len(x) > many {
		mat.Axpy(alpha, x, y)
		return
	}
	asm.For[T]().Axpy(alpha, x, y)
}

func scal[T mat.Float](alpha T, x []T) {
	if len(x) > many {
		mat.Scal(alpha, x)
		return
	}
	asm.For[T]().Scal(alpha, x)
}
