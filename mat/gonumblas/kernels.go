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

// kernelsOf returns the kernels of the instruction set in use. If there is none, the first call panics with the reason,
// as those of package mat do.
func kernelsOf[T mat.Float]() vectorKernels[T] {
	if _, err := asm.Selected(); err != nil {
		return vectorKernels[T]{
			dot:  func(x, y []T) T { return asm.For[T]().Dot(x, y) },
			axpy: func(alpha T, x, y []T) { asm.For[T]().Axpy(alpha, x, y) },
			scal: func(alpha T, x []T) { asm.For[T]().Scal(alpha, x) },
			asum: func(x []T) T { return asm.For[T]().Asum(x) },
		}
	}
	k := asm.For[T]()
	return vectorKernels[T]{dot: k.Dot, axpy: k.Axpy, scal: k.Scal, asum: k.Asum}
}
