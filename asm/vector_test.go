package asm

import (
	"math"
	"math/rand/v2"
	"testing"
)

// vectors are operands of equal lengths at the edge of inaccessible pages.
type vectors[T Float] struct{ x, y, g, l, u []T }

// eachLength runs a check at every length around every stride, with the operands at both edges of
// accessible memory.
func eachLength[T Float](t *testing.T, r *rand.Rand, check func(n int, v vectors[T])) {
	all := lengths(t)
	longest := all[len(all)-1]
	var start, end [5][]T
	for i := range start {
		start[i], end[i] = guarded[T](t, longest)
	}
	for _, n := range all {
		for e, s := range [2][5][]T{start, end} {
			at := func(i int) []T {
				if e == 0 {
					return random(r, s[i][:n])
				}
				return random(r, s[i][longest-n:])
			}
			check(n, vectors[T]{at(0), at(1), at(2), at(3), at(4)})
		}
	}
}

func TestReductionsAreWithinTheErrorBound(t *testing.T) {
	testReductions[float32](t)
	testReductions[float64](t)
}

func testReductions[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(7, 8))
		eachLength(t, r, func(n int, v vectors[T]) {
			var dot, mag, asum, largest float64
			for i := range v.x {
				p := float64(v.x[i]) * float64(v.y[i])
				dot += p
				mag += math.Abs(p)
				asum += math.Abs(float64(v.x[i]))
				largest = max(largest, math.Abs(float64(v.x[i])))
			}
			near(t, dot, float64(kern.Dot(v.x, v.y)), gamma[T](n+1)*mag, "Dot, n=%d", n)
			near(t, dot, float64(kern.DotStream(v.x, v.y)), gamma[T](n+1)*mag, "DotStream, n=%d", n)
			near(t, asum, float64(kern.Asum(v.x)), gamma[T](n+1)*asum, "Asum, n=%d", n)
			near(t, largest, float64(kern.AbsMax(v.x)), 0, "AbsMax, n=%d", n)
		})
	})
}

func TestReductionsPropagateSpecials(t *testing.T) {
	testReductionSpecials[float32](t)
	testReductionSpecials[float64](t)
}

// testReductionSpecials puts one special value at every position.
func testReductionSpecials[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		for _, s := range specials[T]() {
			for _, n := range []int{1, 2, 7, 16, 33, 70} {
				for at := range n {
					x, zero := make([]T, n), make([]T, n)
					x[at] = s
					same(t, []T{reference[T]{}.Asum(x)}, []T{kern.Asum(x)}, "Asum, %v at %d of %d", s, at, n)
					same(t, []T{reference[T]{}.AbsMax(x)}, []T{kern.AbsMax(x)}, "AbsMax, %v at %d of %d", s, at, n)
					near(t, float64(reference[T]{}.Dot(x, zero)), float64(kern.Dot(x, zero)), 0,
						"Dot with 0, %v at %d of %d", s, at, n)
					near(t, float64(reference[T]{}.Dot(x, zero)), float64(kern.DotStream(x, zero)), 0,
						"DotStream with 0, %v at %d of %d", s, at, n)
				}
			}
		}
	})
}

func TestElementwiseKernelsAgreeWithTheirReferences(t *testing.T) {
	testElementwiseKernels[float32](t)
	testElementwiseKernels[float64](t)
}

func testElementwiseKernels[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(9, 10))
		values := specials[T]()
		sprinkle := func(x []T) {
			for i := range x {
				if r.IntN(3) == 0 {
					x[i] = values[r.IntN(len(values))]
				}
			}
		}
		eachLength(t, r, func(n int, v vectors[T]) {
			for i := range v.l {
				if v.l[i] > v.u[i] {
					v.l[i], v.u[i] = v.u[i], v.l[i]
				}
			}
			alpha := T(r.NormFloat64())
			// The kernel rounds once where the reference rounds twice: both are within ε of the
			// exact value.
			got := make([]T, n)
			copy(got, v.y)
			kern.Axpy(alpha, v.x, got)
			for i := range got {
				want := float64(alpha)*float64(v.x[i]) + float64(v.y[i])
				mag := math.Abs(float64(alpha)*float64(v.x[i])) + math.Abs(float64(v.y[i]))
				near(t, want, float64(got[i]), gamma[T](2)*mag, "Axpy, n=%d", n)
			}

			sprinkle(v.x)
			sprinkle(v.g)
			exact := func(name string, kernel, reference func(dst []T)) {
				got, want := append([]T(nil), v.x...), append([]T(nil), v.x...)
				kernel(got)
				reference(want)
				same(t, want, got, "%s, n=%d", name, n)
				copy(v.y, v.x) // the same data at the edge of the page
				kernel(v.y)
				same(t, want, v.y, "%s at the page, n=%d", name, n)
			}
			exact("Scal", func(x []T) { kern.Scal(alpha, x) }, func(x []T) { reference[T]{}.Scal(alpha, x) })
			exact("Clamp", func(x []T) { kern.Clamp(x, v.l, v.u) }, func(x []T) { reference[T]{}.Clamp(x, v.l, v.u) })
		})
	})
}

func TestFusedVectorKernelsAreWithinTheErrorBound(t *testing.T) {
	testFusedKernels[float32](t)
	testFusedKernels[float64](t)
}

func testFusedKernels[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(11, 12))
		eachLength(t, r, func(n int, v vectors[T]) {
			x := [4][]T{v.x, v.g, v.l, v.u}
			var want, mag [4]float64
			for q := range x {
				for i := range x[q] {
					p := float64(x[q][i]) * float64(v.y[i])
					want[q] += p
					mag[q] += math.Abs(p)
				}
			}
			var got [4]T
			got[0], got[1], got[2], got[3] = kern.Dotxf(x[0], x[1], x[2], x[3], v.y)
			for q := range x {
				near(t, want[q], float64(got[q]), gamma[T](n+1)*mag[q], "Dotxf, n=%d, %d", n, q)
			}

			a := random(r, make([]T, 4))
			y := append([]T(nil), v.y...)
			kern.Axpyf(a[0], a[1], a[2], a[3], x[0], x[1], x[2], x[3], v.y)
			for i := range y {
				want, mag := float64(y[i]), math.Abs(float64(y[i]))
				for q := range x {
					want += float64(a[q]) * float64(x[q][i])
					mag += math.Abs(float64(a[q]) * float64(x[q][i]))
				}
				near(t, want, float64(v.y[i]), gamma[T](5)*mag, "Axpyf, n=%d", n)
			}
		})
	})
}

func TestFusedVectorKernelsPropagateSpecials(t *testing.T) {
	testFusedSpecials[float32](t)
	testFusedSpecials[float64](t)
}

// testFusedSpecials puts one special value at every position of every operand.
func testFusedSpecials[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		for _, s := range specials[T]() {
			for _, n := range []int{1, 7, 33} {
				for q := range 5 {
					for at := range n {
						if testing.Short() && at%5 != 0 {
							continue
						}
						var v [5][]T
						for i := range v {
							v[i] = make([]T, n)
						}
						v[q][at] = s
						var got, want [4]T
						got[0], got[1], got[2], got[3] = kern.Dotxf(v[0], v[1], v[2], v[3], v[4])
						want[0], want[1], want[2], want[3] = reference[T]{}.Dotxf(v[0], v[1], v[2], v[3], v[4])
						for i := range got {
							if want[i] == got[i] {
								continue
							}
							near(t, float64(want[i]), float64(got[i]), 0, "Dotxf, %v at %d of %d, %d", s, at, n, q)
						}
						y, sum := append([]T(nil), v[4]...), append([]T(nil), v[4]...)
						kern.Axpyf(0, 1, 0, 1, v[0], v[1], v[2], v[3], y)
						reference[T]{}.Axpyf(0, 1, 0, 1, v[0], v[1], v[2], v[3], sum)
						for i := range y {
							if sum[i] == y[i] {
								continue
							}
							near(t, float64(sum[i]), float64(y[i]), 0, "Axpyf, %v at %d of %d, %d", s, at, n, q)
						}
					}
				}
			}
		}
	})
}
