package mat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestTrainingLoopsAreWhatTheySay(t *testing.T) {
	both(t, testTrainingLoops[float32], testTrainingLoops[float64])
}

// testTrainingLoops takes numbers with which all of them are exact, and lengths of more
// than one call of a kernel.
func testTrainingLoops[T mat.Float](t *testing.T) {
	r := newRand(5)
	for _, n := range pick([]int{0, 37}, []int{0, 1, 37, 1<<15 + 3}) {
		integers := func() []T {
			x := make([]T, n)
			for i := range x {
				x[i] = T(r.IntN(17) - 8)
			}
			return x
		}
		x, a, b, c := integers(), integers(), integers(), integers()
		got := append([]T(nil), x...)
		check := func(name string, want func(i int) T) {
			t.Helper()
			for i := range got {
				if want(i) != got[i] {
					require.Equal(t, want(i), got[i], "%s, n=%d, %d", name, n, i)
				}
			}
			copy(got, x)
		}
		mat.ReluGrad(got, a)
		check("ReluGrad", func(i int) T {
			if a[i] > 0 {
				return x[i]
			}
			return 0
		})
		y := append([]T(nil), a...)
		mat.Accelerate(got, y, b, 2, 0.5)
		for i, v := range y {
			u := max(0, a[i]-2*b[i])
			if u+(u-x[i])/2 != v {
				require.Equal(t, u+(u-x[i])/2, v, "Accelerate, n=%d, %d", n, i)
			}
		}
		check("Accelerate", func(i int) T { return max(0, a[i]-2*b[i]) })
		mat.LiftSlope(got, a, b, c)
		check("LiftSlope", func(i int) T { return max(0, a[i]) - max(0, b[i]) - c[i] })
		mat.ScaledDifference(got, 3, a, b)
		check("ScaledDifference", func(i int) T { return 3 * (a[i] - b[i]) })
		mat.Blend(got, a, 0.25)
		check("Blend", func(i int) T { return x[i] + (a[i]-x[i])/4 })
	}
}

func TestTrainingLoopsPanicIfLengthsDiffer(t *testing.T) {
	two, three := make([]float64, 2), make([]float64, 3)
	for name, f := range map[string]func(){
		"ReluGrad":           func() { mat.ReluGrad(two, three) },
		"Accelerate y":       func() { mat.Accelerate(two, three, two, 1, 1) },
		"Accelerate g":       func() { mat.Accelerate(two, two, three, 1, 1) },
		"LiftSlope z":        func() { mat.LiftSlope(two, three, two, two) },
		"LiftSlope z0":       func() { mat.LiftSlope(two, two, three, two) },
		"LiftSlope r":        func() { mat.LiftSlope(two, two, two, three) },
		"ScaledDifference a": func() { mat.ScaledDifference(two, 1, three, two) },
		"ScaledDifference b": func() { mat.ScaledDifference(two, 1, two, three) },
		"Blend":              func() { mat.Blend(two, three, 1) },
	} {
		require.Panics(t, f, name)
	}
}
