package mat

import (
	"math/bits"
	"sync"
	"unsafe"
)

// buffer is scratch memory that starts at a cache line, or at a huge page if it is large. Buffers are reused, so that
// calls allocate nothing after a warm-up; their contents are undefined.
type buffer[T Float] struct {
	whole []T // 2ⁱ elements, for pool i
	data  []T
}

// pools hold unused buffers. Pool i holds those of 2ⁱ elements, so that a small buffer does not take the place of a
// large one.
type pools [bits.UintSize]sync.Pool

var pools32, pools64 pools

func poolOf[T Float](elements int) *sync.Pool {
	if IsFloat32[T]() {
		return &pools32[sizeClass(elements)]
	}
	return &pools64[sizeClass(elements)]
}

// sizeClass is the base-2 logarithm of the size of the smallest buffers that hold the given number of elements.
func sizeClass(elements int) int { return bits.Len(uint(max(elements, 1) - 1)) }

const (
	cacheLine = 64
	hugePage  = 2 << 20 // in bytes, on all machines for which there are kernels
)

func getBuffer[T Float](n int) *buffer[T] {
	pool := poolOf[T](n)
	b, ok := pool.Get().(*buffer[T])
	if !ok {
		b = &buffer[T]{whole: scratch[T](1 << sizeClass(n))}
	}
	b.data = b.whole[:n]
	return b
}

// scratch returns n elements that start at a cache line, or at a huge page if they fill two or more. The alignment to a
// huge page reserves up to one page of addresses.
func scratch[T Float](n int) []T {
	perPage := hugePage / cacheLine * elementsPerLine[T]()
	if n < 2*perPage {
		return aligned[T](n)
	}
	x := alignedFrom(hugePage, make([]T, n+perPage))[:n:n]
	preferHugePages(x)
	return x
}

func putBuffer[T Float](b *buffer[T]) { poolOf[T](len(b.whole)).Put(b) }

// aligned returns n zeros that start at a cache line.
func aligned[T Float](n int) []T {
	return alignedFrom(cacheLine, make([]T, n+elementsPerLine[T]()))[:n:n]
}

// elementsPerLine is the number of elements of a cache line.
func elementsPerLine[T Float]() int {
	var v T
	return cacheLine / int(unsafe.Sizeof(v))
}

// alignedFrom returns x from its first element on whose address is a multiple of bytes. x must reach that far.
func alignedFrom[T Float](bytes uintptr, x []T) []T {
	past := address(x) % bytes
	if past == 0 {
		return x
	}
	return x[(bytes-past)/unsafe.Sizeof(x[0]):]
}
