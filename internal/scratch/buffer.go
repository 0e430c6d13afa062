// Package scratch hands out memory for intermediate results, which is reused: after a warm-up, calls allocate nothing.
package scratch

import (
	"math/bits"
	"sync"
	"unsafe"

	"ridge/internal/spans"
)

// Float is the element type: float32 or float64.
type Float interface{ float32 | float64 }

// Buffer is memory that starts at a cache line, or at a huge page if it is large. What Data holds at first is
// undefined.
type Buffer[T Float] struct {
	Data  []T
	whole []T // as many elements as all buffers of its pool have
}

// pools hold unused buffers. All buffers of a pool have the same size, so that a small buffer does not take the place
// of a large one.
type pools [classesPerOctave*bits.UintSize + 1]sync.Pool

var pools32, pools64 pools

func poolOf[T Float](class int) *sync.Pool {
	if unsafe.Sizeof(*new(T)) == unsafe.Sizeof(float32(0)) {
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
	steps := (elements + step - 1) / step
	return classesPerOctave*octave - 2*classesPerOctave + steps, steps * step
}

// CacheLine is the size of a cache line in bytes.
const CacheLine = 64

const hugePage = 2 << 20 // in bytes, on all machines for which there are kernels

// Get returns a buffer of n elements.
func Get[T Float](n int) *Buffer[T] {
	class, size := sizeClass(n)
	b, ok := poolOf[T](class).Get().(*Buffer[T])
	if !ok {
		b = &Buffer[T]{whole: memory[T](size)}
	}
	b.Data = b.whole[:n]
	return b
}

// memory returns n elements that start at a cache line, or at a huge page if they fill two or more. The alignment to a
// huge page reserves up to one page of addresses.
func memory[T Float](n int) []T {
	perPage := hugePage / CacheLine * PerLine[T]()
	if n < 2*perPage {
		return Aligned[T](n)
	}
	x := alignedFrom(hugePage, make([]T, n+perPage))[:n:n]
	preferHugePages(x)
	return x
}

// Put gives a buffer back, which the caller uses no more.
func Put[T Float](b *Buffer[T]) {
	class, _ := sizeClass(len(b.whole))
	poolOf[T](class).Put(b)
}

// Aligned returns n zeros that start at a cache line. They are no buffer.
func Aligned[T Float](n int) []T {
	return alignedFrom(CacheLine, make([]T, n+PerLine[T]()))[:n:n]
}

// PerLine is the number of elements of a cache line.
func PerLine[T Float]() int {
	var v T
	return CacheLine / int(unsafe.Sizeof(v))
}

// alignedFrom returns x from its first element on whose address is a multiple of bytes. x must reach that far.
func alignedFrom[T Float](bytes uintptr, x []T) []T {
	past := spans.Address(x) % bytes
	if past == 0 {
		return x
	}
	return x[(bytes-past)/unsafe.Sizeof(x[0]):]
}
