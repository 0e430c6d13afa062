package mat

import (
	"math/bits"
	"sync"
	"unsafe"
)

// buffer is scratch memory that starts at a cache line. Buffers are reused, so
// that calls allocate nothing after a warm-up; what is in one is undefined.
type buffer[T Float] struct {
	whole []T
	data  []T
}

// pools are of buffers that are not in use: those of 2ⁱ elements in pool i, so that a small one does not
// take the place of a large one.
type pools [bits.UintSize]sync.Pool

var pools32, pools64 pools

func poolOf[T Float](elements int) *sync.Pool {
	if isFloat32[T]() {
		return &pools32[classOf(elements)]
	}
	return &pools64[classOf(elements)]
}

// classOf is the logarithm of the size of buffers that have room for so many elements.
func classOf(elements int) int { return bits.Len(uint(elements - 1)) }

const cacheLine = 64

func getBuffer[T Float](n int) *buffer[T] {
	size := n + perLine[T]()
	b, ok := poolOf[T](size).Get().(*buffer[T])
	if !ok {
		b = &buffer[T]{whole: make([]T, 1<<classOf(size))}
	}
	b.data = fromLine(b.whole)[:n]
	return b
}

func putBuffer[T Float](b *buffer[T]) { poolOf[T](len(b.whole)).Put(b) }

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
