package gonumblas

import (
	"ridge/internal/scratch"
	"ridge/internal/spans"
	"ridge/mat"
)

// vector is one of gonum's vectors as consecutive elements: the caller's own memory if the
// increment is 1, or a copy.
type vector[T mat.Float] struct {
	data []T
	copy *scratch.Buffer[T] // nil: data is the caller's
	x    []T                // the caller's
	inc  int
}

// isVector reports whether x holds n > 0 elements with increment inc ≠ 0.
func isVector[T mat.Float](n int, x []T, inc int) bool {
	return n > 0 && inc != 0 && (len(x)-1)/max(inc, -inc) >= n-1 && len(x) > 0
}

// contiguous returns a vector whose arguments pass isVector. It must be released.
func contiguous[T mat.Float](n int, x []T, inc int) vector[T] {
	if inc == 1 {
		return vector[T]{data: x[:n:n]}
	}
	return copied(n, x, inc)
}

// copied is contiguous, but copies in any case.
func copied[T mat.Float](n int, x []T, inc int) vector[T] {
	v := vector[T]{x: x, inc: inc, copy: scratch.Get[T](n)}
	v.data = v.copy.Data
	at := v.first()
	for i := range v.data {
		v.data[i] = x[at]
		at += inc
	}
	return v
}

// first is the index of element 0 in x.
func (v *vector[T]) first() int {
	if v.inc < 0 {
		return (1 - len(v.data)) * v.inc
	}
	return 0
}

// store writes the copy back to the caller's vector, if there is one.
func (v *vector[T]) store() {
	if v.copy == nil {
		return
	}
	at := v.first()
	for _, e := range v.data {
		v.x[at] = e
		at += v.inc
	}
}

func (v *vector[T]) release() {
	if v.copy != nil {
		scratch.Put(v.copy)
	}
}

// overlap reports whether two matrices share an element.
func overlap[T mat.Float](a, b mat.Dense[T]) bool {
	return spans.Overlap(a.Data, b.Data) && mat.Overlap(a, b)
}

// anyOverlap reports whether two of the matrices share an element.
func anyOverlap(matrices ...mat.Dense[float64]) bool {
	for i, a := range matrices {
		for _, b := range matrices[:i] {
			if overlap(a, b) {
				return true
			}
		}
	}
	return false
}

// row returns the vector as a matrix with one row.
func row[T mat.Float](x []T) mat.Dense[T] {
	return mat.Dense[T]{Rows: 1, Cols: len(x), Data: x, Stride: len(x)}
}
