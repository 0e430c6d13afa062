package gonumblas

import (
	"math"
	"unsafe"

	"ridge/asm"
	"ridge/mat"
)

// many is the length up to which one call of a kernel handles a vector. Package mat handles longer
// vectors in pieces.
const many = 1 << 15

// plain reports whether the vector is n consecutive elements of x.
func plain[T mat.Float](n int, x []T, inc int) bool { return inc == 1 && uint(n) <= uint(len(x)) }

// dot returns Σ xᵢyᵢ of vectors of equal length.
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

// The functions whose names end in OfFew handle vectors that are not empty and so short that the call of another function
// matters: these are inlined. Vectors of one call have equal lengths.

func sumOfFew[T mat.Float](x []T) (sum T) {
	for _, v := range x {
		sum += T(math.Abs(float64(v)))
	}
	return sum
}

func largestOfFew[T mat.Float](x []T) (index int) {
	largest := T(math.Abs(float64(x[0])))
	for i, v := range x {
		if m := T(math.Abs(float64(v))); m > largest {
			largest, index = m, i
		}
	}
	return index
}

func dotOfFew[T mat.Float](x, y []T) (sum T) {
	y = y[:len(x)]
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

func axpyOfFew[T mat.Float](alpha T, x, y []T) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += alpha * v
	}
}

func scalOfFew[T mat.Float](alpha T, x []T) {
	for i := range x {
		x[i] *= alpha
	}
}

// nrm2 returns √Σ xᵢ², of few elements without a kernel. If the sum of squares leaves the safe range, package mat
// computes it again, with scaling.
func nrm2[T mat.Float](x []T, few bool) T {
	if len(x) <= many {
		var s float64
		if few {
			for _, v := range x {
				s += float64(v) * float64(v)
			}
		} else {
			s = float64(asm.For[T]().Dot(x, x))
		}
		if s > safeSquare[T]() && !math.IsInf(s, 0) {
			return T(math.Sqrt(s))
		}
	}
	return mat.Nrm2(x)
}

// safeSquare is a sum of squares so large that terms lost to underflow do not affect it.
func safeSquare[T mat.Float]() float64 {
	if unsafe.Sizeof(T(0)) == 4 {
		return 1e-24
	}
	return 1e-270
}

// loopSafe reports whether a loop over elements may read x and write y, of equal length: they are
// the same memory or disjoint.
func loopSafe[T mat.Float](x, y []T) bool {
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
