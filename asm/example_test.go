package asm_test

import (
	"fmt"

	"ridge/asm"
)

// The table in use for a type holds the kernels as function values.
func ExampleFor() {
	k := asm.For[float64]()
	x := []float64{3, -4}
	fmt.Println(k.Dot(x, x), k.Asum(x), k.AbsMax(x))
	// Output: 25 7 4
}

// A micro-kernel multiplies packed panels, which the packing kernels write.
func ExampleKernels_gemm() {
	k := asm.For[float64]()
	a := make([]float64, k.MR*2) // one panel of a 1×2 matrix, padded with zeros
	a[0], a[k.MR] = 1, 2
	b := make([]float64, 2*k.NR) // one panel of a 2×1 matrix
	b[0], b[k.NR] = 10, 100
	c := []float64{0}
	k.Gemm(1, 1, 2, 1, a, b, 0, c, 1)
	fmt.Println(c)
	// Output: [210]
}
