package asm

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// trainingKernel is a kernel of training with operands of equal lengths.
type trainingKernel[T Float] struct {
	name    string
	squares int // from this operand on, they are averages of squares, above zero
	run     func(k *Training[T], v [][]T)
}

func trainingKernels[T Float]() []trainingKernel[T] {
	return []trainingKernel[T]{
		{"Momentum", 5, func(k *Training[T], v [][]T) { k.Momentum(v[0], v[1], v[2], 0.25, 0.875, 0.5) }},
		{"Nesterov", 5, func(k *Training[T], v [][]T) { k.Nesterov(v[0], v[1], v[2], 0.25, 0.875, 0.5) }},
		{"RMSStep", 2, func(k *Training[T], v [][]T) { k.RMSStep(v[0], v[1], v[2], 0.25, 0.875, 0.125, 0.5, 0.5) }},
		{"AdaDelta", 2, func(k *Training[T], v [][]T) { k.AdaDelta(v[0], v[1], v[2], v[3], 0.25, 0.125, 0.5, 0.5) }},
		{"Adam", 3, func(k *Training[T], v [][]T) { k.Adam(v[0], v[1], v[2], v[3], 0.25, 0.125, 0.0625, 0.5, 0.5) }},
		{"Accelerate", 5, func(k *Training[T], v [][]T) { k.Accelerate(v[0], v[1], v[2], v[3], 0.5, 0.25, 0.875) }},
		{"Blend", 5, func(k *Training[T], v [][]T) { k.Blend(v[0], v[1], 0.25) }},
	}
}

func TestTrainingKernelsAgreeWithTheirReferences(t *testing.T) {
	testTrainingKernels[float32](t)
	testTrainingKernels[float64](t)
}

// testTrainingKernels compares with the references in float64. The parameters are exact in both types, so that
// only the dozen operations of a kernel are rounded.
func testTrainingKernels[T Float](t *testing.T) {
	oracle := &tablesOf[float64](Generic).Training
	oracles := trainingKernels[float64]()
	eachTrainingTable(t, func(t *testing.T, kern *Training[T]) {
		r := rand.New(rand.NewPCG(15, 16))
		kernels, wide := trainingKernels[T](), make([][]float64, 5)
		for q := range wide {
			wide[q] = make([]float64, slices.Max(lengths(t)))
		}
		eachLength(t, r, func(n int, operands vectors[T]) {
			v := [][]T{operands.x, operands.y, operands.g, operands.l, operands.u}
			for i, c := range kernels {
				largest := 1.0
				for q := range v {
					wide[q] = wide[q][:n]
					for j := range v[q] {
						x := T(r.IntN(1<<12)-1<<11) / (1 << 10)
						if q >= c.squares {
							x = x*x + 0.0625
						}
						v[q][j], wide[q][j] = x, float64(x)
						largest = max(largest, float64(x*x))
					}
				}
				c.run(kern, v)
				oracles[i].run(oracle, wide)
				bound := gamma[T](50) * largest
				for q := range v {
					for j, got := range v[q] {
						if !within(wide[q][j], float64(got), bound) {
							near(t, wide[q][j], float64(got), bound, "%s, n=%d, operand %d", c.name, n, q)
						}
					}
				}
			}
		})
	})
}

func TestTrainingKernelsWithoutSumsEqualTheirReferences(t *testing.T) {
	testTrainingWithoutSums[float32](t)
	testTrainingWithoutSums[float64](t)
}

// testTrainingWithoutSums takes special values, and also works in place.
func testTrainingWithoutSums[T Float](t *testing.T) {
	eachTrainingTable(t, func(t *testing.T, kern *Training[T]) {
		r := rand.New(rand.NewPCG(17, 18))
		values := specials[T]()
		references := &tablesOf[T](Generic).Training
		eachLength(t, r, func(n int, v vectors[T]) {
			for _, s := range [][]T{v.x, v.y, v.g, v.l} {
				for i := range s {
					if r.IntN(2) == 0 {
						s[i] = values[r.IntN(len(values))]
					}
				}
			}
			check := func(name string, run func(k *Training[T], x []T)) {
				t.Helper()
				want := append([]T(nil), v.x...)
				run(references, want)
				copy(v.u, v.x) // at the edge of the page
				run(kern, v.u)
				for i := range want {
					if math.IsNaN(float64(want[i])) && math.IsNaN(float64(v.u[i])) {
						v.u[i] = want[i] // which of two NaN remains is unspecified
					}
				}
				same(t, want, v.u, "%s, n=%d", name, n)
			}
			check("Relu", func(k *Training[T], x []T) { k.Relu(x, v.y) })
			check("Relu in place", func(k *Training[T], x []T) { k.Relu(x, x) })
			check("ReluGrad", func(k *Training[T], x []T) { k.ReluGrad(x, v.y) })
			check("LiftSlope", func(k *Training[T], x []T) { k.LiftSlope(x, v.g, v.l) })
			check("Flush", func(k *Training[T], x []T) { k.Flush(x, 0.25) })
			check("Flush of tiny values", func(k *Training[T], x []T) { k.Flush(x, 0x1p-120) })
			check("ScaledDifference", func(k *Training[T], x []T) { k.ScaledDifference(x, 3, v.y, v.g, v.l) })
			check("ScaledDifference in place", func(k *Training[T], x []T) { k.ScaledDifference(x, 3, v.y, x, v.y) })
			check("ScaledDifference without a next one", func(k *Training[T], x []T) {
				k.ScaledDifference(x, 3, v.y, v.g, nil)
			})
		})
	})
}

// The 16-bit operands are not at the edge of a page: the last vector overlaps the one before it.
func TestWidenConvertsAndScales(t *testing.T) {
	testWiden[float32](t)
	testWiden[float64](t)
}

func testWiden[T Float](t *testing.T) {
	eachTrainingTable(t, func(t *testing.T, kern *Training[T]) {
		r := rand.New(rand.NewPCG(19, 20))
		eachLength(t, r, func(n int, v vectors[T]) {
			src, want := make([]int16, n), make([]T, n)
			for i := range src {
				src[i] = int16(r.IntN(1 << 16))
				want[i] = 0.375 * T(src[i])
			}
			if n > 1 {
				src[0], want[0] = math.MinInt16, 0.375*math.MinInt16
				src[n-1], want[n-1] = math.MaxInt16, 0.375*math.MaxInt16
			}
			kern.Widen(v.u, src, 0.375)
			same(t, want, v.u, "Widen, n=%d", n)
		})
	})
}

func TestAccelerateGivesNoNegativeZeroWhereAUnitIsOff(t *testing.T) {
	eachTrainingTable(t, func(t *testing.T, kern *Training[float32]) {
		u, s, g, z := []float32{0}, []float32{0}, []float32{1}, []float32{-1}
		kern.Accelerate(u, s, g, z, 0.5, 0.25, 0.875)
		same(t, []float32{0}, u, "u")
		same(t, []float32{0}, s, "s")
	})
}

func TestReluGradIsZeroWhereAUnitIsOff(t *testing.T) {
	eachTrainingTable(t, func(t *testing.T, kern *Training[float32]) {
		nan := float32(math.NaN())
		g, u := []float32{1, 2, nan, 4, 5, nan}, []float32{0, -1, -1, 1, nan, 1}
		kern.ReluGrad(g, u)
		require.Equal(t, []float32{0, 0, 0, 4, 0}, g[:5])
		require.True(t, math.IsNaN(float64(g[5])))
	})
}
