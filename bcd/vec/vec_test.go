package vec_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/bcd/vec"
	"ridge/mat"
)

// both runs the two instantiations of one generic test.
func both(t *testing.T, f32, f64 func(*testing.T)) {
	t.Helper()
	t.Run("f32", f32)
	t.Run("f64", f64)
}

// lengths are of none, one and two kernel calls.
func lengths() []int {
	if testing.Short() {
		return []int{0, 37}
	}
	return []int{0, 1, 37, 1<<15 + 3}
}

// integers returns k vectors of small integers.
func integers[T mat.Float](k, n int) [][]T {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	vs := make([][]T, k)
	for q := range vs {
		vs[q] = make([]T, n)
		for i := range vs[q] {
			vs[q][i] = T(r.IntN(17) - 8)
		}
	}
	return vs
}

// requireElements compares element by element; require alone would be slow.
func requireElements[T mat.Float](t *testing.T, name string, got []T, want func(i int) T) {
	t.Helper()
	for i, v := range got {
		if want(i) != v {
			require.Equal(t, want(i), v, "%s, n=%d, %d", name, len(got), i)
		}
	}
}

func relu[T mat.Float](z T) T { return max(0, z) }

func TestLoopsAgreeWithTheirDefinitions(t *testing.T) {
	both(t, testLoops[float32], testLoops[float64])
}

// testLoops takes numbers with which all of them are exact.
func testLoops[T mat.Float](t *testing.T) {
	for _, n := range lengths() {
		v := integers[T](5, n)
		x, a, b, c, got := v[0], v[1], v[2], v[3], v[4]
		check := func(name string, want func(i int) T) {
			t.Helper()
			requireElements(t, name, got, want)
			copy(got, x)
		}
		copy(got, x)
		vec.Relu(got, a)
		check("Relu", func(i int) T { return relu(a[i]) })
		vec.Relu(got, got)
		check("Relu in place", func(i int) T { return relu(x[i]) })
		vec.ReluGrad(got, a)
		check("ReluGrad", func(i int) T {
			if a[i] > 0 {
				return x[i]
			}
			return 0
		})
		s := append([]T(nil), a...)
		vec.Accelerate(got, s, b, c, 4, 2, 0.5)
		step := func(i int) T {
			f := relu(c[i])
			return relu(f+a[i]-2*(b[i]+4*(f+a[i]-c[i]))) - f
		}
		requireElements(t, "Accelerate", s, func(i int) T { return step(i) + (step(i)-x[i])/2 })
		check("Accelerate", step)
		vec.LiftSlope(got, b, c)
		check("LiftSlope", func(i int) T { return relu(x[i]+b[i]) - relu(b[i]) - c[i] })
		short := make([]int16, n)
		for i := range short {
			short[i] = int16(37*i - 1000)
		}
		vec.Widen(got, short, 0.5)
		check("Widen", func(i int) T { return T(int16(37*i-1000)) / 2 })
		vec.ScaledDifference(got, 3, a, b, c)
		check("ScaledDifference", func(i int) T { return 3 * (a[i] - b[i]) })
		vec.ScaledDifference(got, 3, a, got, a)
		check("ScaledDifference in place", func(i int) T { return 3 * (a[i] - x[i]) })
		vec.Flush(got, 3)
		check("Flush", func(i int) T {
			if x[i] < 3 && x[i] > -3 {
				return 0
			}
			return x[i]
		})
		vec.Blend(got, a, 0.25)
		check("Blend", func(i int) T { return x[i] + (a[i]-x[i])/4 })
	}
}

func TestStepsAreWhatTheySay(t *testing.T) { both(t, testSteps[float32], testSteps[float64]) }

// testSteps takes powers of two, so that only divisions and roots round.
func testSteps[T mat.Float](t *testing.T) {
	const rate, momentum, gain, delta, lambda = 0.5, 0.25, 0.125, 1, 2
	for _, n := range lengths() {
		v := integers[T](2, n)
		w0, g := v[0], v[1]
		history := func(i int) T { return T(i%5) + 1 }
		old2 := func(i int) T { return T(i%3) + 1 }
		gradient := func(i int) T { return g[i] + lambda*w0[i] }
		var w, h, k []T
		run := func(step func()) {
			w, h, k = append([]T(nil), w0...), make([]T, n), make([]T, n)
			for i := range n {
				h[i], k[i] = history(i), old2(i)
			}
			step()
		}
		near := func(name string, got []T, want func(i int) T) {
			t.Helper()
			for i, v := range got {
				if d := math.Abs(float64(v - want(i))); !(d <= 1e-5*max(1, math.Abs(float64(v)))) {
					require.Failf(t, "differs", "%s, n=%d: element %d is %v, want %v", name, n, i, v, want(i))
				}
			}
		}
		root := func(x T) T { return T(math.Sqrt(float64(x))) }

		run(func() { vec.Momentum(w, g, h, rate, momentum, lambda) })
		step := func(i int) T { return momentum*history(i) + rate*gradient(i) }
		near("Momentum h", h, step)
		near("Momentum w", w, func(i int) T { return w0[i] - step(i) })

		run(func() { vec.Nesterov(w, g, h, rate, momentum, lambda) })
		near("Nesterov h", h, step)
		near("Nesterov w", w, func(i int) T { return w0[i] - ((1+momentum)*step(i) - momentum*history(i)) })

		run(func() { vec.RMSStep(w, g, h, rate, 1-gain, gain, delta, lambda) })
		squares := func(i int) T { return (1-gain)*history(i) + gain*gradient(i)*gradient(i) }
		near("RMSStep h", h, squares)
		near("RMSStep w", w, func(i int) T { return w0[i] - rate*gradient(i)/(root(squares(i))+delta) })

		run(func() { vec.AdaDelta(w, g, h, k, rate, gain, delta, lambda) })
		s := func(i int) T { return gradient(i) * root((old2(i)+delta)/(squares(i)+delta)) }
		near("AdaDelta h", h, squares)
		near("AdaDelta k", k, func(i int) T { return old2(i) + gain*(s(i)*s(i)-old2(i)) })
		near("AdaDelta w", w, func(i int) T { return w0[i] - rate*s(i) })

		run(func() { vec.Adam(w, g, h, k, rate, momentum, gain, delta, lambda) })
		mean := func(i int) T { return history(i) + momentum*(gradient(i)-history(i)) }
		variance := func(i int) T { return old2(i) + gain*(gradient(i)*gradient(i)-old2(i)) }
		near("Adam m", h, mean)
		near("Adam v", k, variance)
		near("Adam w", w, func(i int) T { return w0[i] - rate*mean(i)/(root(variance(i))+delta) })
	}
}

func TestNaNPassesThrough(t *testing.T) {
	nan := math.NaN()
	x := []float64{nan, 1}
	vec.Relu(x, x)
	require.True(t, math.IsNaN(x[0]))
	w, h := []float64{1, 1}, []float64{0, 0}
	vec.Momentum(w, []float64{nan, 0}, h, 1, 1, 0)
	require.True(t, math.IsNaN(w[0]) && math.IsNaN(h[0]))
	require.Equal(t, 1.0, w[1])
}

// calls has every function on its operands, the ones that are written first.
var calls = []struct {
	name     string
	operands int
	apart    bool // not even the same slice is allowed
	f        func(v ...[]float64)
}{
	{"Relu", 2, false, func(v ...[]float64) { vec.Relu(v[0], v[1]) }},
	{"ReluGrad", 2, false, func(v ...[]float64) { vec.ReluGrad(v[0], v[1]) }},
	{"LiftSlope", 3, false, func(v ...[]float64) { vec.LiftSlope(v[0], v[1], v[2]) }},
	{"Accelerate", 4, true, func(v ...[]float64) { vec.Accelerate(v[0], v[1], v[2], v[3], 1, 1, 1) }},
	{"ScaledDifference", 3, false, func(v ...[]float64) { vec.ScaledDifference(v[0], 1, v[1], v[2], v[1]) }},
	{"Flush", 1, false, func(v ...[]float64) { vec.Flush(v[0], 1) }},
	{"Blend", 2, false, func(v ...[]float64) { vec.Blend(v[0], v[1], 1) }},
	{"Momentum", 3, true, func(v ...[]float64) { vec.Momentum(v[0], v[1], v[2], 1, 1, 1) }},
	{"Nesterov", 3, true, func(v ...[]float64) { vec.Nesterov(v[0], v[1], v[2], 1, 1, 1) }},
	{"RMSStep", 3, true, func(v ...[]float64) { vec.RMSStep(v[0], v[1], v[2], 1, 1, 1, 1, 1) }},
	{"AdaDelta", 4, true, func(v ...[]float64) { vec.AdaDelta(v[0], v[1], v[2], v[3], 1, 1, 1, 1) }},
	{"Adam", 4, true, func(v ...[]float64) { vec.Adam(v[0], v[1], v[2], v[3], 1, 1, 1, 1, 1) }},
}

func TestOperandsThatDoNotFitPanic(t *testing.T) {
	for _, c := range calls {
		slab := make([]float64, 40)
		fresh := func() [][]float64 {
			v := make([][]float64, c.operands)
			for q := range v {
				v[q] = slab[8*q : 8*q+3]
			}
			return v
		}
		require.NotPanics(t, func() { c.f(fresh()...) }, c.name)
		empty := make([][]float64, c.operands)
		require.NotPanics(t, func() { c.f(empty...) }, "%s without elements", c.name)
		for q := 1; q < c.operands; q++ {
			v := fresh()
			v[q] = slab[8*q : 8*q+2]
			require.PanicsWithValue(t, fmt.Sprintf("vec: %s: lengths 3 and 2 differ", c.name), func() { c.f(v...) })

			v = fresh()
			v[q] = slab[2:5]
			message := fmt.Sprintf("vec: %s: vectors 1 and %d overlap", c.name, q+1)
			require.PanicsWithValue(t, message, func() { c.f(v...) })

			v[q] = v[0]
			if c.apart {
				require.PanicsWithValue(t, message, func() { c.f(v...) })
			} else {
				require.NotPanics(t, func() { c.f(v...) }, "%s in place", c.name)
			}
		}
		if c.apart {
			v := fresh()
			v[2] = v[1]
			require.PanicsWithValue(t, fmt.Sprintf("vec: %s: vectors 2 and 3 overlap", c.name), func() { c.f(v...) })
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	slab := make([]float64, 400)
	for _, c := range calls {
		v := make([][]float64, c.operands)
		for q := range v {
			v[q] = slab[100*q : 100*q+90]
		}
		require.Zero(t, testing.AllocsPerRun(10, func() { c.f(v...) }), c.name)
	}
}

func ExampleRelu() {
	z := []float64{-1, 0, 2}
	vec.Relu(z, z)
	fmt.Println(z)
	// Output: [0 0 2]
}

func ExampleMomentum() {
	w, g, h := []float64{1, 2}, []float64{0.5, -0.5}, []float64{0, 0}
	vec.Momentum(w, g, h, 0.5, 0.875, 0)
	fmt.Println(w, h)
	// Output: [0.75 2.25] [0.25 -0.25]
}
