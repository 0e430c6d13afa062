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
	var v T
	perLine := cacheLine / int(unsafe.Sizeof(v))
	if cap(b.whole) < n+perLine {
		b.whole = make([]T, n+perLine)
	}
	b.whole = b.whole[:cap(b.whole)]
	skip := 0
	if past := int(uintptr(unsafe.Pointer(&b.whole[0])) % cacheLine); past != 0 {
		skip = (cacheLine - past) / int(unsafe.Sizeof(v))
	}
	b.data = b.whole[skip : skip+n]
	return b
}

func putBuffer[T Float](b *buffer[T]) { poolOf[T]().Put(b) }
