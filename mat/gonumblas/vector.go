package gonumblas

import (
	"sync"
	"unsafe"

	"ridge/mat"
)

// vector is one of gonum's, as consecutive elements: the caller's own if its increment is 1, or
// a copy.
type vector[T mat.Float] struct {
	data []T
	copy *buffer[T] // nil: data is the caller's
	x    []T        // the caller's
	inc  int
}

// isVector reports whether x holds n > 0 elements, inc apart.
func isVector[T mat.Float](n int, x []T, inc int) bool {
	return n > 0 && inc != 0 && (len(x)-1)/max(inc, -inc) >= n-1 && len(x) > 0
}

// contiguous returns a vector of which isVector holds. It must be released.
func contiguous[T mat.Float](n int, x []T, inc int) vector[T] {
	if inc == 1 {
		return vector[T]{data: x[:n:n]}
	}
	v := vector[T]{x: x, inc: inc, copy: getBuffer[T](n)}
	v.data = v.copy.data
	at := v.first()
	for i := range v.data {
		v.data[i] = x[at]
		at += inc
	}
	return v
}

// first is the place of element 0.
func (v *vector[T]) first() int {
	if v.inc < 0 {
		return (1 - len(v.data)) * v.inc
	}
	return 0
}

// store writes a copy back.
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
		putBuffer(v.copy)
	}
}

// apart reports whether y, which is written, shares no element with x.
func apart[T mat.Float](y, x []T) bool { return !meet(y, x) }

// meet reports whether the memory of two slices overlaps.
func meet[T mat.Float](x, y []T) bool {
	var v T
	from, to := address(x), address(y)
	return from < to+uintptr(len(y))*unsafe.Sizeof(v) && to < from+uintptr(len(x))*unsafe.Sizeof(v)
}

func address[T mat.Float](x []T) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(x))) }

// overlap reports whether two matrices share an element.
func overlap[T mat.Float](a, b mat.Dense[T]) bool { return meet(a.Data, b.Data) && mat.Overlap(a, b) }

// row is a vector as a matrix.
func row[T mat.Float](x []T) mat.Dense[T] {
	return mat.Dense[T]{Rows: 1, Cols: len(x), Data: x, Stride: len(x)}
}

// buffer is memory that is used again.
type buffer[T mat.Float] struct{ whole, data []T }

var (
	pool32 = sync.Pool{New: func() any { return new(buffer[float32]) }}
	pool64 = sync.Pool{New: func() any { return new(buffer[float64]) }}
)

func poolOf[T mat.Float]() *sync.Pool {
	if unsafe.Sizeof(T(0)) == 4 {
		return &pool32
	}
	return &pool64
}

// getBuffer returns n elements, whose values are undefined.
func getBuffer[T mat.Float](n int) *buffer[T] {
	b := poolOf[T]().Get().(*buffer[T])
	if len(b.whole) < n {
		b.whole = make([]T, n)
	}
	b.data = b.whole[:n]
	return b
}

func putBuffer[T mat.Float](b *buffer[T]) { poolOf[T]().Put(b) }
