package mat

import (
	"math/bits"
	"sync"
	"unsafe"
)

// buffer is scratch memory that starts at a cache line, or at a huge page if it is large. Buffers are reused, so that
// calls allocate nothing after a warm-up; their contents are undefined.
type buffer[T Float] struct {
	whole []T // as many elements as all buffers of its pool have
	data  []T
}

// pools hold unused buffers. All buffers of a pool have the same size, so that a small buffer does not take the place
// of a large one.
type pools [classesPerOctave*bits.UintSize + 1]sync.Pool

var pools32, pools64 pools

func poolOf[T Float](class int) *sync.Pool {
	if IsFloat32[T]() {
		return &pools32[class]
	}
	return &pools64[class]
}

// The sizes of buffers are powers of two. From 2^manyElements elements on, where those would waste much memory, there
// are three sizes between two of them.
const (
	manyElements     = 20
	classesPerOctave = 4
)

// sizeClass is the number of the pool of the smallest buffers that hold so many elements, and the size of these.
func sizeClass(elements int) (class, size int) {
	octave := bits.Len(uint(max(elements, 1) - 1)) // 2^octave elements would be enough
	if octave <= manyElements {
		return classesPerOctave * octave, 1 << octave
	}
	step := 1 << (octave - 1) / classesPerOctave
	steps := ceilDiv(elements, step)
	return classesPerOctave*octave - 2*classesPerOctave + steps, steps * step
}

const (
	cacheLine = 64
	hugePage  = 2 << 20 // in bytes, on all machines for which there are kernels
)

func getBuffer[T Float](n int) *buffer[T] {
	class, size := sizeClass(n)
	b, ok := poolOf[T](class).Get().(*buffer[T])
	if !ok {
		b = &buffer[T]{whole: scratch[T](size)}
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

func putBuffer[T Float](b *buffer[T]) {
	class, _ := sizeClass(len(b.whole))
	poolOf[T](class).Put(b)
}

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

// arena is what is left of some memory that is handed out piece by piece.
type arena[T Float] []T

// take returns the next n elements.
func (a *arena[T]) take(n int) []T {
	part := (*a)[:n]
	*a = (*a)[n:]
	return part
}
