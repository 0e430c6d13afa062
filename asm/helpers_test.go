package asm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// eachTable runs a test once for every table of one element type that this machine can run.
func eachTable[T Float](t *testing.T, test func(t *testing.T, k *Kernels[T])) {
	eachISA[T](t, func(t *testing.T, isa ISA) {
		test(t, &tablesOf[T](isa).Kernels)
	})
}

// eachTrainingTable is eachTable for the kernels of training.
func eachTrainingTable[T Float](t *testing.T, test func(t *testing.T, k *Training[T])) {
	eachISA[T](t, func(t *testing.T, isa ISA) {
		test(t, &tablesOf[T](isa).Training)
	})
}

func eachISA[T Float](t *testing.T, test func(t *testing.T, isa ISA)) {
	for i := range instructionSets {
		isa := ISA(i)
		if len(missing(isa)) > 0 {
			continue // TestRequestedInstructionSetIsUsed fails if one was requested
		}
		t.Run(fmt.Sprintf("%T/%v", T(0), isa), func(t *testing.T) { test(t, isa) })
	}
}

// eps is the unit roundoff.
func eps[T Float]() float64 {
	if unsafe.Sizeof(T(0)) == 4 {
		return 0x1p-24
	}
	return 0x1p-53
}

// gamma is γₙ = nε/(1−nε), the constant of the error bound of a sum of n products
// (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., §3.1).
func gamma[T Float](n int) float64 {
	e := float64(n) * eps[T]()
	return e / (1 - e)
}

func random[T Float](r *rand.Rand, x []T) []T {
	for i := range x {
		x[i] = T(r.NormFloat64())
	}
	return x
}

// specials are the values that a wrong comparison or a flush to zero would change.
func specials[T Float]() []T {
	smallest, largest := math.SmallestNonzeroFloat32, math.MaxFloat32
	if unsafe.Sizeof(T(0)) == 8 {
		smallest, largest = math.SmallestNonzeroFloat64, math.MaxFloat64
	}
	nan, inf, tiny, huge := T(math.NaN()), T(math.Inf(1)), T(smallest), T(largest)
	return []T{nan, inf, -inf, 0, T(math.Copysign(0, -1)), tiny, -tiny, 3 * tiny, huge, -huge, 1, -1, 2}
}

// lengths covers all lengths around the strides of the loops: one vector, four vectors, and the
// masked remainder.
func lengths(t *testing.T) []int {
	var n []int
	for i := range 150 {
		n = append(n, i)
	}
	if !testing.Short() {
		n = append(n, 255, 256, 257, 511, 512, 513, 1000, 1023, 1025)
	}
	return n
}

// same fails unless got and want have the same values: NaN equals NaN, and zeros must have the same
// sign.
func same[T Float](t *testing.T, want, got []T, format string, args ...any) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		w, g := float64(want[i]), float64(got[i])
		if math.IsNaN(w) && math.IsNaN(g) || w == g && math.Signbit(w) == math.Signbit(g) {
			continue
		}
		require.Failf(t, "values differ", "%s: element %d is %v, want %v", fmt.Sprintf(format, args...), i, g, w)
	}
}

// near fails unless got is within bound of want; NaN and infinities must be equal.
func near(t *testing.T, want, got, bound float64, format string, args ...any) {
	t.Helper()
	switch {
	case math.IsNaN(want) && math.IsNaN(got), want == got:
	case math.Abs(want-got) <= bound: // false if one is NaN or Inf
	default:
		require.Failf(t, "values differ", "%s: got %v, want %v ± %v", fmt.Sprintf(format, args...), got, want, bound)
	}
}

// columns returns the numbers of columns with which to test a tile of nr columns. These are all of
// them or, in short tests, two of those at the edges of its vectors, depending on salt. Short tests
// also run on emulated processors, where each instruction counts.
func columns(nr, salt int) []int {
	var n []int
	if !testing.Short() {
		for i := 1; i <= nr; i++ {
			n = append(n, i)
		}
		return n
	}
	return edgeColumns(nr, salt)
}

// edgeColumns is columns of a short test.
func edgeColumns(nr, salt int) []int {
	half := nr / 2 // the columns of a vector
	edges := []int{1, half - 1, half, half + 1, nr - 1, nr}
	return []int{edges[salt%6], edges[(salt+3)%6]}
}

// within is the comparison of near, for numbers. Innermost loops call it first: formatting the
// description of a value takes much longer than comparing it.
func within(want, got, bound float64) bool { return math.Abs(want-got) <= bound }
