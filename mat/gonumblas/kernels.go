package gonumblas

import (
	"ridge/asm"
	"ridge/mat"
)

// vectorKernels are kernels of package asm that are called without looking them up first: a nanosecond matters for
// vectors of ten elements. They handle at most many elements.
type vectorKernels[T mat.Float] struct {
	dot  func(x, y []T) T
	axpy func(alpha T, x, y []T)
	scal func(alpha T, x []T)
	asum func(x []T) T
}

var (
	kernels32 = kernelsOf[float32]()
	kernels64 = kernelsOf[float64]()
)

// many is the length up to which one call of a kernel handles a vector. Package mat handles longer vectors in pieces.
const many = 1 << 15

// kernelsOf returns the kernels of the instruction set in use. If RIDGE_ISA asks for one that can't be used, it panics
// with the reason, while the program is initialized: later, problems that are left to gonum's code would not notice.
func kernelsOf[T mat.Float]() vectorKernels[T] {
	k := asm.For[T]()
	return vectorKernels[T]{dot: k.Dot, axpy: k.Axpy, scal: k.Scal, asum: k.Asum}
}
