package mat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// elementwise is a function with two operands, and its definition.
type elementwise[T mat.Float] struct {
	name string
	run  func(dst, a, b mat.Dense[T])
	want func(x, y T) T
}

func elementwiseFunctions[T mat.Float]() []elementwise[T] {
	return []elementwise[T]{
		{"Add", mat.Add[T], func(x, y T) T { return x + y }},
		{"Sub", mat.Sub[T], func(x, y T) T { return x - y }},
		{"Hadamard", mat.Hadamard[T], func(x, y T) T { return x * y }},
		{"Scale", func(dst, a, _ mat.Dense[T]) { mat.Scale(dst, -1.25, a) }, func(x, _ T) T { return -1.25 * x }},
	}
}

// definition applies an elementwise function with loops.
func (f elementwise[T]) definition(a, b mat.Dense[T]) mat.Dense[T] {
	want := mat.NewDense[T](a.Rows, a.Cols)
	for i := range a.Rows {
		for j := range a.Cols {
			want.Set(i, j, f.want(a.At(i, j), b.At(i, j)))
		}
	}
	return want
}

func TestElementwiseOfViewsOfEveryWidth(t *testing.T) {
	both(t, testElementwiseViews[float32], testElementwiseViews[float64])
}

func testElementwiseViews[T mat.Float](t *testing.T) {
	for _, f := range elementwiseFunctions[T]() {
		for _, cols := range append([]int{0, 1, 2, 3}, around(8, 16, 33, 64)...) {
			for _, rows := range []int{0, 1, 5} {
				r := newRand(cols)
				a, b, dst := input[T](r, rows, cols), input[T](r, rows, cols), output[T](r, rows, cols)
				want := f.definition(a.Dense, b.Dense)
				f.run(dst.Dense, a.Dense, b.Dense)
				requireSameBits(t, want, dst.Dense, "%s of %d×%d", f.name, rows, cols)
				dst.requireFrameIntact(t, "%s of %d×%d", f.name, rows, cols)
			}
		}
	}
}

func TestElementwiseMayOverwriteItsOperands(t *testing.T) {
	both(t, testElementwiseAliasing[float32], testElementwiseAliasing[float64])
}

func testElementwiseAliasing[T mat.Float](t *testing.T) {
	r := newRand(1)
	for _, f := range elementwiseFunctions[T]() {
		a, b := output[T](r, 7, 21), output[T](r, 7, 21)

		want := f.definition(a.Dense, b.Dense)
		dst := output[T](r, 7, 21)
		mat.Copy(dst.Dense, a.Dense)
		f.run(dst.Dense, dst.Dense, b.Dense)
		requireSameBits(t, want, dst.Dense, "%s, dst is a", f.name)

		mat.Copy(dst.Dense, b.Dense)
		f.run(dst.Dense, a.Dense, dst.Dense)
		requireSameBits(t, want, dst.Dense, "%s, dst is b", f.name)

		mat.Copy(dst.Dense, a.Dense)
		want = f.definition(a.Dense, a.Dense)
		f.run(dst.Dense, dst.Dense, dst.Dense)
		requireSameBits(t, want, dst.Dense, "%s, dst is both", f.name)
		dst.requireFrameIntact(t, "%s in place", f.name)
	}
}

func TestElementwiseTreatsSpecialValuesAsArithmeticDoes(t *testing.T) {
	both(t, testElementwiseSpecial[float32], testElementwiseSpecial[float64])
}

// testElementwiseSpecial takes every pair of special values, each as often as a kernel is wide,
// both in place and out of place.
func testElementwiseSpecial[T mat.Float](t *testing.T) {
	specials := []T{0, T(math.Copysign(0, -1)), 1, -2, inf[T](), -inf[T](), nan[T]()}
	const width = 40
	k := len(specials)
	a, b := mat.NewDense[T](k*k, width), mat.NewDense[T](k*k, width)
	for i := range k * k {
		a.RowView(i, 1).Fill(specials[i/k])
		b.RowView(i, 1).Fill(specials[i%k])
	}
	for _, f := range elementwiseFunctions[T]() {
		want := f.definition(a, b)
		fresh, onA, onB := mat.NewDense[T](k*k, width), a.Clone(), b.Clone()
		f.run(fresh, a, b)
		f.run(onA, onA, b)
		f.run(onB, a, onB)
		for i := range k * k {
			for j := range width {
				for _, got := range []mat.Dense[T]{fresh, onA, onB} {
					w, g := want.At(i, j), got.At(i, j)
					if class(w) != class(g) || !math.IsNaN(float64(w)) && bits(w) != bits(g) {
						require.Failf(t, "wrong number", "%s of %v and %v: %v, want %v",
							f.name, a.At(i, j), b.At(i, j), g, w)
					}
				}
			}
		}
	}
}

func TestScaleByZeroKeepsNaN(t *testing.T) {
	m := mat.DenseOf(1, 3, []float64{1, math.NaN(), math.Inf(1)})
	mat.Scale(m, 0, m)
	require.Equal(t, []string{"finite", "NaN", "NaN"},
		[]string{class(m.At(0, 0)), class(m.At(0, 1)), class(m.At(0, 2))})
}

func TestElementwisePanicsOnDifferentShapes(t *testing.T) {
	d := mat.NewDense[float64]
	bad := mat.Dense[float64]{Rows: 2, Cols: 3, Stride: 2, Data: make([]float64, 6)}
	for _, c := range []struct {
		message string
		f       func()
	}{
		{"mat: Add: shapes 2×3 and 3×2 differ", func() { mat.Add(d(2, 3), d(3, 2), d(2, 3)) }},
		{"mat: Sub: shapes 2×3 and 2×4 differ", func() { mat.Sub(d(2, 3), d(2, 3), d(2, 4)) }},
		{"mat: Hadamard: shapes 2×3 and 1×3 differ", func() { mat.Hadamard(d(2, 3), d(2, 3), d(1, 3)) }},
		{"mat: Scale: shapes 2×3 and 1×3 differ", func() { mat.Scale(d(2, 3), 2, d(1, 3)) }},
		{"mat: Add: a: 2×3 with stride 2 on 6 elements", func() { mat.Add(d(2, 3), bad, d(2, 3)) }},
	} {
		t.Run(c.message, func(t *testing.T) { requirePanics(t, c.message, c.f) })
	}
}
