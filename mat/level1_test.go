package mat_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

var vectorLengths = append(append([]int{0}, upTo(70)...), 255, 256, 257, 1000, 4097)

func TestReductionsOfEveryLength(t *testing.T) {
	both(t, testReductions[float32], testReductions[float64])
}

func testReductions[T mat.Float](t *testing.T) {
	for _, n := range vectorLengths {
		r := newRand(n)
		x, y := randomVector[T](r, n), randomVector[T](r, n)
		var dot, squares sum
		var asum, largest float64
		for i := range x {
			dot.add(float64(x[i]), float64(y[i]))
			squares.add(float64(x[i]), float64(x[i]))
			asum += math.Abs(float64(x[i]))
			largest = max(largest, math.Abs(float64(x[i])))
		}
		g := gamma[T](n + 2)
		requireClose(t, float64(mat.Dot(x, y)), dot.value(), g*dot.abs, "Dot n=%d", n)
		requireClose(t, float64(mat.Asum(x)), asum, g*asum, "Asum n=%d", n)
		requireClose(t, float64(mat.Nrm2(x)), math.Sqrt(squares.value()), g*math.Sqrt(squares.value()), "Nrm2 n=%d", n)
		require.Equal(t, T(largest), mat.AbsMax(x), "AbsMax n=%d", n)
	}
}

func TestAxpyAndScalOfEveryLength(t *testing.T) {
	both(t, testAxpyScal[float32], testAxpyScal[float64])
}

func TestAxpyfIsFourAxpys(t *testing.T) { both(t, testAxpyf[float32], testAxpyf[float64]) }

func testAxpyf[T mat.Float](t *testing.T) {
	r := newRand(4)
	for _, n := range pick([]int{0, 17}, []int{0, 1, 17, 100, 1<<15 + 3}) {
		var x [4][]T
		for q := range x {
			x[q] = randomVector[T](r, n)
		}
		y, want := randomVector[T](r, n), make([]float64, n)
		alpha := [4]T{1, -0.5, 0, 2}
		for i := range y {
			want[i] = float64(y[i])
			for q := range x {
				want[i] += float64(alpha[q]) * float64(x[q][i])
			}
		}
		mat.Axpyf(alpha, x[0], x[1], x[2], x[3], y)
		for i := range y {
			requireClose(t, want[i], float64(y[i]), 40*gamma[T](5), "n=%d, %d", n, i)
		}
	}
}

func testAxpyScal[T mat.Float](t *testing.T) {
	for _, n := range vectorLengths {
		r := newRand(n)
		x, y, s := input[T](r, 1, n), output[T](r, 1, n), output[T](r, 1, n)
		yBefore, sBefore := y.Clone(), s.Clone()
		mat.Axpy(1.3, x.Row(0), y.Row(0))
		mat.Scal(-0.7, s.Row(0))
		for i := range n {
			ax := float64(T(1.3)) * float64(x.At(0, i))
			y0 := float64(yBefore.At(0, i))
			requireClose(t, float64(y.At(0, i)), ax+y0, gamma[T](3)*(math.Abs(ax)+math.Abs(y0)), "Axpy n=%d, %d", n, i)
			require.Equal(t, T(-0.7)*sBefore.At(0, i), s.At(0, i), "Scal n=%d, %d", n, i)
		}
		y.requireFrameIntact(t, "Axpy n=%d", n)
		s.requireFrameIntact(t, "Scal n=%d", n)
	}
	x := []T{1, 2, 3}
	mat.Axpy(2, x, x)
	require.Equal(t, []T{3, 6, 9}, x, "x and y may be the same slice")
}

func TestNrm2NeitherOverflowsNorUnderflows(t *testing.T) {
	both(t, testNrm2Range[float32], testNrm2Range[float64])
}

func testNrm2Range[T mat.Float](t *testing.T) {
	largest, normal, denormal := float64(math.MaxFloat32), 0x1p-126, 0x1p-149
	if unit[T]() < 1e-10 {
		largest, normal, denormal = math.MaxFloat64, 0x1p-1022, 0x1p-1074
	}
	for _, c := range []struct {
		name string
		x    []T
		want float64
	}{
		{"largest", []T{T(largest)}, largest},
		{"3-4-5 near the top", []T{T(largest / 16 * 3), T(largest / 16 * 4)}, largest / 16 * 5},
		{"3-4-5 of the smallest normal", []T{T(3 * normal), T(4 * normal)}, 5 * normal},
		{"3-4-5 of the smallest denormal", []T{T(3 * denormal), T(4 * denormal)}, 5 * denormal},
		{"one denormal", []T{0, T(denormal), 0}, denormal},
		{"large next to small", []T{T(normal), T(largest / 4), T(-normal)}, largest / 4},
		{"hundred large", constant[T](100, largest/32), largest / 32 * 10},
		{"hundred small", constant[T](100, 64*normal), 640 * normal},
		{"zeros", make([]T, 9), 0},
		{"overflows", constant[T](4, largest), math.Inf(1)},
		{"infinity", []T{1, T(math.Inf(-1)), 2}, math.Inf(1)},
		{"NaN", []T{1, nan[T](), 2}, math.NaN()},
		{"NaN next to infinity", []T{inf[T](), nan[T]()}, math.NaN()},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := float64(mat.Nrm2(c.x))
			if math.IsNaN(c.want) || math.IsInf(c.want, 0) {
				require.Equal(t, class(c.want), class(got))
				return
			}
			requireClose(t, got, c.want, max(gamma[T](len(c.x)+4)*c.want, denormal), "Nrm2")
		})
	}
}

// The sums that decide whether Nrm2 rescales lie at the ends of the safe range: the result must be
// equally accurate on both sides.
func TestNrm2IsAccurateAtEveryMagnitude(t *testing.T) {
	both(t, testNrm2Magnitudes[float32], testNrm2Magnitudes[float64])
}

func testNrm2Magnitudes[T mat.Float](t *testing.T) {
	lowest, highest := -120, 120
	if unit[T]() < 1e-10 {
		lowest, highest = -1010, 1010
	}
	r := newRand(1)
	x := make([]T, 50)
	for e := lowest; e <= highest; e++ {
		var s sum
		for i := range x {
			v := r.Float64() - 0.5
			x[i] = T(math.Ldexp(v, e))
			v = math.Ldexp(float64(x[i]), -e)
			s.add(v, v)
		}
		want := math.Ldexp(math.Sqrt(s.value()), e)
		requireClose(t, float64(mat.Nrm2(x)), want, gamma[T](len(x)+4)*want, "elements around 2^%d", e)
	}
}

func TestReductionsPropagateNaNAndInf(t *testing.T) {
	both(t, testReductionsNonFinite[float32], testReductionsNonFinite[float64])
}

func testReductionsNonFinite[T mat.Float](t *testing.T) {
	for _, n := range []int{1, 8, 33, 100} {
		for at := range n {
			zeros := make([]T, n)
			x := constant[T](n, 1)
			x[at] = nan[T]()
			for name, got := range map[string]T{
				"Asum": mat.Asum(x), "AbsMax": mat.AbsMax(x), "Nrm2": mat.Nrm2(x),
				"Dot": mat.Dot(x, zeros), "Dot, swapped": mat.Dot(zeros, x),
			} {
				require.Equal(t, "NaN", class(got), "%s with NaN at %d of %d", name, at, n)
			}
			x[at] = -inf[T]()
			for name, got := range map[string]T{"Asum": mat.Asum(x), "AbsMax": mat.AbsMax(x), "Nrm2": mat.Nrm2(x)} {
				require.Equal(t, "+Inf", class(got), "%s with −Inf at %d of %d", name, at, n)
			}
			require.Equal(t, "NaN", class(mat.Dot(x, zeros)), "0·Inf at %d of %d", at, n)
		}
	}
}

func TestElementwiseFunctionsOfEveryLength(t *testing.T) {
	both(t, testElementwise[float32], testElementwise[float64])
}

func testElementwise[T mat.Float](t *testing.T) {
	for _, n := range vectorLengths {
		r := newRand(n)
		y := randomVector[T](r, n)
		lower, upper := constant[T](n, -0.5), constant[T](n, 0.25)
		for i := range n {
			switch i % 5 {
			case 1:
				lower[i] = -inf[T]()
			case 2:
				upper[i] = inf[T]()
			case 3:
				lower[i], upper[i] = -inf[T](), inf[T]()
			case 4:
				lower[i], upper[i] = 0.125, 0.125
			}
		}

		x := output[T](r, 1, n)
		copy(x.Row(0), y)
		mat.Clamp(x.Row(0), lower, upper)
		for i, v := range x.Row(0) {
			require.Equal(t, min(max(y[i], lower[i]), upper[i]), v, "Clamp n=%d, %d", n, i)
		}
		x.requireFrameIntact(t, "Clamp n=%d", n)
	}
}

func TestElementwiseFunctionsWorkInPlaceAndKeepNaN(t *testing.T) {
	both(t, testElementwiseInPlace[float32], testElementwiseInPlace[float64])
}

func testElementwiseInPlace[T mat.Float](t *testing.T) {
	lower, upper := constant[T](4, -1), constant[T](4, 1)
	fresh := func() []T { return []T{-3, 0.5, 3, nan[T]()} }
	same := func(want, got []T) {
		t.Helper()
		requireSameBits(t, mat.DenseOf(1, 3, want[:3]), mat.DenseOf(1, 3, got[:3]), "in place")
		require.Equal(t, "NaN", class(got[3]))
	}

	x := fresh()
	mat.Clamp(x, lower, upper)
	same([]T{-1, 0.5, 1, 0}, x)
}

func TestVectorFunctionsPanicOnDifferentLengths(t *testing.T) {
	two, three := make([]float32, 2), make([]float32, 3)
	for _, c := range []struct {
		op string
		f  func()
	}{
		{"Dot", func() { mat.Dot(two, three) }},
		{"Axpy", func() { mat.Axpy(1, two, three) }},
		{"Axpyf", func() { mat.Axpyf([4]float32{}, three, three, two, three, three) }},
		{"Clamp", func() { mat.Clamp(two, three, two) }},
		{"Clamp", func() { mat.Clamp(two, two, three) }},
	} {
		requirePanics(t, fmt.Sprintf("mat: %s: lengths 2 and 3 differ", c.op), c.f)
	}
}

func BenchmarkDot(b *testing.B) {
	b.Run("f32", benchmarkDot[float32])
	b.Run("f64", benchmarkDot[float64])
}

var benchLengths = []int{784, 10000, 100000, 10000000}

func benchmarkDot[T mat.Float](b *testing.B) {
	for _, n := range benchLengths {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x, y := randomVector[T](newRand(1), n), randomVector[T](newRand(2), n)
			measure(b, 2*float64(n), func() { mat.Dot(x, y) })
		})
	}
}

func BenchmarkAxpy(b *testing.B) {
	b.Run("f32", benchmarkAxpy[float32])
	b.Run("f64", benchmarkAxpy[float64])
}

func benchmarkAxpy[T mat.Float](b *testing.B) {
	for _, n := range benchLengths {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x, y := randomVector[T](newRand(1), n), randomVector[T](newRand(2), n)
			measure(b, 2*float64(n), func() { mat.Axpy(1e-3, x, y) })
		})
	}
}

// Long vectors go through the kernels in pieces.
func TestLongVectorsAreWorkedOnInPieces(t *testing.T) {
	const n = 1<<16 + 77
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], y[i] = 1, float64(i%3)-1
	}
	x[n-1] = -5
	var dot float64
	for i, v := range x {
		dot += v * y[i]
	}
	require.Equal(t, dot, mat.Dot(x, y))
	require.Equal(t, float64(n+4), mat.Asum(x))
	require.Equal(t, 5.0, mat.AbsMax(x))
	require.Equal(t, math.Sqrt(n+24), mat.Nrm2(x))
	z := slices.Clone(y)
	mat.Axpy(2, x, z)
	mat.Scal(0.5, z)
	for i, v := range z {
		if v != (y[i]+2*x[i])/2 {
			require.Failf(t, "Axpy or Scal", "element %d is %v", i, v)
		}
	}
}
