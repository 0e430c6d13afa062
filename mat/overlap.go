package mat

import (
	"fmt"
	"unsafe"

	"ridge/internal/spans"
)

// Overlap reports whether two matrices share an element. Views of one matrix that interleave
// without a common element, such as two blocks of columns, do not overlap. It compares addresses.
// That takes constant time if the strides are equal or the memory is disjoint, and otherwise at
// most one step for each row.
func Overlap[T Float](a, b Dense[T]) bool {
	a.check("Overlap", "a")
	b.check("Overlap", "b")
	return spans.Overlap(a.Data, b.Data) && overlap(&a, &b)
}

// sameMemory reports whether two slices of equal length are the same memory.
func sameMemory[T Float](x, y []T) bool { return len(x) > 0 && &x[0] == &y[0] }

// overlap is Overlap for matrices that have been checked. It is exact.
func overlap[T Float](a, b *Dense[T]) bool {
	if a.Rows == 0 || a.Cols == 0 || b.Rows == 0 || b.Cols == 0 {
		return false
	}
	if spans.Address(a.Data) > spans.Address(b.Data) {
		a, b = b, a
	}
	size := int(unsafe.Sizeof(a.Data[0]))
	offset := int(spans.Address(b.Data) - spans.Address(a.Data)) // in bytes, like everything below
	widthA, widthB := a.Cols*size, b.Cols*size
	strideA, strideB := a.Stride*size, b.Stride*size
	if a.Stride == b.Stride && max(a.Rows, b.Rows) > 1 { // the stride of a single row may be any number
		// The first row of b begins r bytes after the beginning of row q of a. It reaches into row
		// q or q+1; each later row of b lies in the same way relative to a later row of a.
		q, r := offset/strideA, offset%strideA
		return q < a.Rows && r < widthA || q+1 < a.Rows && r+widthB > strideA
	}
	for i, j := 0, 0; i < a.Rows && j < b.Rows; {
		beginA, beginB := i*strideA, offset+j*strideB
		switch {
		case beginA+widthA <= beginB:
			i++
		case beginB+widthB <= beginA:
			j++
		default:
			return true
		}
	}
	return false
}

// mustNotOverlap panics if an output shares an element with an input. Where calls may be tiny,
// callers test spans.Overlap first, which is inlined.
func mustNotOverlap[T Float](op, nameOut, nameIn string, out, in *Dense[T]) {
	if spans.Overlap(out.Data, in.Data) && overlap(out, in) {
		panicOverlap(op, nameOut, nameIn)
	}
}

// mustBeSameOrDisjoint panics if an output shares elements with an input of the same shape without
// being the same matrix.
func mustBeSameOrDisjoint[T Float](op, nameOut, nameIn string, out, in *Dense[T]) {
	if spans.Overlap(out.Data, in.Data) &&
		!(sameMemory(out.Data, in.Data) && (out.Stride == in.Stride || out.Rows <= 1)) && overlap(out, in) {
		panicOverlap(op, nameOut, nameIn)
	}
}

func panicOverlap(op, nameOut, nameIn string) {
	panic(fmt.Sprintf("mat: %s: %s and %s overlap", op, nameOut, nameIn))
}

// loopSafe reports whether a loop over elements may read in and write out: they have equal lengths,
// and are the same memory or disjoint.
func loopSafe[T Float](out, in []T) bool {
	return len(out) == len(in) && spans.LoopSafe(out, in)
}

// mustBeLoopSafe panics unless loopSafe is true. Callers test loopSafe first, which is inlined.
func mustBeLoopSafe[T Float](op, nameOut, nameIn string, out, in []T) {
	checkLength(op, len(out), len(in))
	if !loopSafe(out, in) {
		panicOverlap(op, nameOut, nameIn)
	}
}

// vectorMustNotOverlap is mustNotOverlap for a vector and a matrix.
func vectorMustNotOverlap[T Float](op, nameOut, nameIn string, out []T, in *Dense[T]) {
	mustNotOverlap(op, nameOut, nameIn, &Dense[T]{Rows: 1, Cols: len(out), Data: out, Stride: len(out)}, in)
}
