package asm

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRotateAgreesWithItsReference(t *testing.T) {
	testRotate[float32](t)
	testRotate[float64](t)
}

// testRotate compares rotations of up to a few dozen rows with the reference, in both
// directions and at either edge of inaccessible pages. The rows before and after them must not
// change.
func testRotate[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(23, 24))
		cols := 2 * kern.NR
		for _, count := range []int{0, 1, 2, 3, 30} {
			for _, gap := range []int{0, 3} {
				stride := cols + gap
				size := count*stride + cols
				c, s := rotations[T](r, count)
				for _, x := range sides[T](t, size) {
					for _, backwards := range []bool{false, true} {
						random(r, x)
						want := slices.Clone(x)
						x0, ldx := 0, stride
						if backwards {
							x0, ldx = count*stride, -stride
						}
						kern.Rotate(c, s, x, x0, ldx)
						reference[T]{kern.MR, kern.NR}.Rotate(c, s, want, x0, ldx)
						bound := 10 * float64(count+1) * eps[T]()
						for i := range want {
							near(t, float64(want[i]), float64(x[i]), bound,
								"%d rotations, stride %d: element %d", count, ldx, i)
						}
					}
				}
			}
		}
	})
}

// rotations returns the cosines and sines of random angles.
func rotations[T Float](r *rand.Rand, n int) (c, s []T) {
	c, s = make([]T, n), make([]T, n)
	for i := range c {
		sin, cos := math.Sincos(2 * math.Pi * r.Float64())
		c[i], s[i] = T(cos), T(sin)
	}
	return c, s
}

// sides returns slices of n elements at either edge of inaccessible pages.
func sides[T Float](t testing.TB, n int) [2][]T {
	start, end := guarded[T](t, n)
	return [2][]T{start, end}
}

func TestRotateKeepsNaNInItsColumn(t *testing.T) {
	testRotateNaN[float32](t)
	testRotateNaN[float64](t)
}

func testRotateNaN[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		cols := 2 * kern.NR
		x := make([]T, 3*cols)
		x[1] = T(math.NaN())
		kern.Rotate([]T{0.6, 1}, []T{0.8, 0}, x, 0, cols)
		for i, v := range x {
			if i%cols == 1 != (v != v) {
				t.Fatalf("element %d is %v", i, v)
			}
		}
	})
}
