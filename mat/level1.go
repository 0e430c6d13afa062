package mat

import (
	"fmt"
	"math"

	"ridge/asm"
	"ridge/internal/spans"
)

// callLength is the most elements that one kernel call works on. A kernel can't be preempted, and
// must end within about 100 µs. The pieces have a fixed length, so the bits are always the same.
const callLength = 1 << 15

// pieces calls f with the bounds of consecutive pieces of n elements.
func pieces(n int, f func(from, to int)) {
	for i := 0; i < n; i += callLength {
		f(i, min(i+callLength, n))
	}
}

// Dot returns Σ xᵢyᵢ. It panics if the lengths differ.
func Dot[T Float](x, y []T) T {
	if len(x) != len(y) || len(x) > callLength {
		checkLength("Dot", len(x), len(y))
		return dot(asm.For[T](), x, y)
	}
	return asm.For[T]().Dot(x, y)
}

func dot[T Float](kern *asm.Kernels[T], x, y []T) T {
	if len(x) <= callLength {
		return kern.Dot(x, y)
	}
	var s T
	pieces(len(x), func(i, j int) { s += kern.Dot(x[i:j], y[i:j]) })
	return s
}

// dotxf returns the dot products of x0 … x3 with y.
func dotxf[T Float](kern *asm.Kernels[T], x0, x1, x2, x3, y []T) (s0, s1, s2, s3 T) {
	if len(x0) <= callLength/4 {
		return kern.Dotxf(x0, x1, x2, x3, y)
	}
	return dot(kern, x0, y), dot(kern, x1, y), dot(kern, x2, y), dot(kern, x3, y)
}

// Axpyf computes y := alpha[0]·x0 + alpha[1]·x1 + alpha[2]·x2 + alpha[3]·x3 + y, and adds in this
// order. It reads and writes y once, where four calls of [Axpy] would do so four times. It panics
// if the lengths differ or y overlaps one of the others.
func Axpyf[T Float](alpha [4]T, x0, x1, x2, x3, y []T) {
	x := [...][]T{x0, x1, x2, x3}
	for _, x := range x {
		checkLength("Axpyf", len(x), len(y))
	}
	for i, x := range x {
		if spans.Overlap(x, y) {
			panicOverlap("Axpyf", "y", fmt.Sprint("x", i))
		}
	}
	axpyf(asm.For[T](), alpha, x0, x1, x2, x3, y)
}

func axpyf[T Float](kern *asm.Kernels[T], alpha [4]T, x0, x1, x2, x3, y []T) {
	pieces(len(y), func(i, j int) {
		kern.Axpyf(alpha[0], alpha[1], alpha[2], alpha[3], x0[i:j], x1[i:j], x2[i:j], x3[i:j], y[i:j])
	})
}

// Axpy computes y := alpha·x + y. x and y may be the same slice. It panics if the lengths differ,
// or if they overlap in any other way.
func Axpy[T Float](alpha T, x, y []T) {
	if !loopSafe(x, y) {
		mustBeLoopSafe("Axpy", "x", "y", x, y)
	}
	axpy(asm.For[T](), alpha, x, y)
}

func axpy[T Float](kern *asm.Kernels[T], alpha T, x, y []T) {
	pieces(len(x), func(i, j int) { kern.Axpy(alpha, x[i:j], y[i:j]) })
}

// Scal computes x := alpha·x.
func Scal[T Float](alpha T, x []T) {
	kern := asm.For[T]()
	pieces(len(x), func(i, j int) { kern.Scal(alpha, x[i:j]) })
}

// Asum returns Σ |xᵢ|, the 1-norm.
func Asum[T Float](x []T) T {
	kern := asm.For[T]()
	var s T
	pieces(len(x), func(i, j int) { s += kern.Asum(x[i:j]) })
	return s
}

// AbsMax returns max |xᵢ|, the ∞-norm: 0 for an empty x, NaN if x holds a NaN.
func AbsMax[T Float](x []T) T {
	kern := asm.For[T]()
	var m T
	pieces(len(x), func(i, j int) { m = max(m, kern.AbsMax(x[i:j])) })
	return m
}

// Iamax returns the index of the first element of the largest magnitude, or −1 for an empty x. It
// treats NaN as the reference BLAS does: if the first element is NaN, it returns 0; any other NaN
// is ignored.
func Iamax[T Float](x []T) int {
	if len(x) == 0 {
		return -1
	}
	if len(x) < iamaxFew {
		return iamaxByElement(x)
	}
	return firstLargest(asm.For[T](), x)
}

// iamaxFew is the length from which the kernel finds the largest element in less time.
const iamaxFew = 32

// iamaxByElement is Iamax of a vector that is not empty.
func iamaxByElement[T Float](x []T) int {
	best, largest := 0, math.Abs(float64(x[0]))
	for i, v := range x {
		if m := math.Abs(float64(v)); m > largest {
			best, largest = i, m
		}
	}
	return best
}

// firstLargest is Iamax of a vector that is not empty. It finds the first piece that has the largest element, and
// halves it until a few elements are left.
func firstLargest[T Float](kern *asm.Kernels[T], x []T) int {
	const piece, few = 512, 16
	largest, at := T(-1), 0
	for i := 0; i < len(x); i += piece {
		v := kern.AbsMax(x[i:min(i+piece, len(x))])
		if math.IsNaN(float64(v)) {
			return iamaxByElement(x)
		}
		if v > largest {
			largest, at = v, i
		}
	}
	for size := min(piece, len(x)-at); size > few; {
		half := size / 2
		if kern.AbsMax(x[at:at+half]) == largest {
			size = half
		} else {
			at, size = at+half, size-half
		}
	}
	for x[at] != largest && x[at] != -largest {
		at++
	}
	return at
}

// Clamp projects x onto the box l ≤ x ≤ u: xᵢ := min(max(xᵢ, lᵢ), uᵢ). A NaN in x stays. The bounds
// may be infinite. x may be l or u. It panics if the lengths differ, or if x overlaps l or u in any
// other way.
func Clamp[T Float](x, l, u []T) {
	if !loopSafe(x, l) || !loopSafe(x, u) {
		mustBeLoopSafe("Clamp", "x", "l", x, l)
		mustBeLoopSafe("Clamp", "x", "u", x, u)
	}
	kern := asm.For[T]()
	pieces(len(x), func(i, j int) { kern.Clamp(x[i:j], l[i:j], u[i:j]) })
}

func checkLength(op string, a, b int) {
	if a != b {
		panic(fmt.Sprintf("mat: %s: lengths %d and %d differ", op, a, b))
	}
}
