package mat

import (
	"sync"
	"unsafe"
)

// buffer is scratch memory that starts at a cache line. Buffers are reused, so that
// calls allocate nothing after a warm-up. Its contents are undefined.
type buffer[T Float] struct {
	whole []T
	data  []T
}

var (
	pool32 = sync.Pool{New: func() any { return new(buffer[float32]) }}
	pool64 = sync.Pool{New: func() any { return new(buffer[float64]) }}
)

func poolOf[T Float]() *sync.Pool {
	if isFloat32[T]() {
		return &pool32
	}
	return &pool64
}

const cacheLine = 64

func getBuffer[T Float](n int) *buffer[T] {
	b := poolOf[T]().Get().(*buffer[T])
	if cap(b.whole) < n+perLine[T]() {
		b.whole = make([]T, n+perLine[T]())
	}
	b.whole = b.whole[:cap(b.whole)]
	b.data = fromLine(b.whole)[:n]
	return b
}

// aligned returns n zeros that start at a cache line.
func aligned[T Float](n int) []T { return fromLine(make([]T, n+perLine[T]()))[:n:n] }

// perLine is the number of elements of a cache line.
func perLine[T Float]() int {
	var v T
	return cacheLine / int(unsafe.Sizeof(v))
}

// fromLine returns x from the first cache line on that starts in it.
func fromLine[T Float](x []T) []T {
	past := int(uintptr(unsafe.Pointer(&x[0])) % cacheLine / unsafe.Sizeof(x[0]))
	if past == 0 {
		return x
	}
	return x[perLine[T]()-past:]
}

func putBuffer[T Float](b *buffer[T]) { poolOf[T]().Put(b) }
