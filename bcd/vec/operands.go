package vec

import (
	"fmt"
	"unsafe"

	"ridge/mat"
)

// callLength bounds the elements that one kernel call works on: it can't be preempted,
// and must end within about 100 µs.
const callLength = 1 << 15

// pieces calls f with the ends of consecutive pieces of n elements.
func pieces(n int, f func(from, to int)) {
	for i := 0; i < n; i += callLength {
		f(i, min(i+callLength, n))
	}
}

// mustFit panics unless all operands have the length of the first one, which is written, and each is either the same
// slice as that one or disjoint from it.
func mustFit[T mat.Float](op string, operands ...[]T) {
	for i, x := range operands {
		mustHaveOneLength(op, len(operands[0]), len(x))
		if d := distance(operands[0], x); d > 0 && d < size(x) {
			panicOverlap(op, 0, i)
		}
	}
}

// mustBeApart panics unless all operands have one length, and no two share an element.
func mustBeApart[T mat.Float](op string, operands ...[]T) {
	for i, x := range operands {
		mustHaveOneLength(op, len(operands[0]), len(x))
		for j, y := range operands[:i] {
			if distance(x, y) < size(x) {
				panicOverlap(op, j, i)
			}
		}
	}
}

func mustHaveOneLength(op string, x, y int) {
	if x != y {
		panic(fmt.Sprintf("vec: %s: lengths %d and %d differ", op, x, y))
	}
}

func panicOverlap(op string, i, j int) {
	panic(fmt.Sprintf("vec: %s: vectors %d and %d overlap", op, i+1, j+1))
}

// distance is that of the first elements, in bytes.
func distance[T mat.Float](x, y []T) uintptr {
	d := uintptr(unsafe.Pointer(unsafe.SliceData(x))) - uintptr(unsafe.Pointer(unsafe.SliceData(y)))
	return min(d, -d)
}

// size is that of a slice, in bytes.
func size[T mat.Float](x []T) uintptr {
	var v T
	return uintptr(len(x)) * unsafe.Sizeof(v)
}
