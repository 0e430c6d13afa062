package mat_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// checkGemv runs one product on framed random operands and compares it with the
// oracle.
func checkGemv[T mat.Float](t testing.TB, tr mat.Transpose, m, n int, alpha, beta T, w mat.Workers) {
	t.Helper()
	name := lazy{"%s %d×%d alpha %v beta %v workers %v", []any{letter(tr), m, n, alpha, beta, w}}
	r := newRand(m + 1000*n)
	rows, cols := shapeOf(tr, m, n)
	a, x, y := input[T](r, rows, cols), input[T](r, 1, n), output[T](r, 1, m)
	wideA, wideX, wideY := widen(tr, a.Dense), widen(mat.NoTrans, x.Dense), widen(mat.NoTrans, y.Dense)
	if beta == 0 && m > 0 {
		y.Fill(nan[T]())
	}

	mat.Gemv(tr, alpha, a.Dense, x.Row(0), beta, y.Row(0), w)

	want, scale := productOracle(float64(alpha), wideX, wideA, float64(beta), wideY) // yᵀ = xᵀ·op(A)ᵀ
	requireWithin(t, y.Dense, want, scale, gamma[T](productSteps(n)), "%s", name)
	y.requireFrameIntact(t, "y of %s", name)
	a.requireFrameIntact(t, "a of %s", name)
	requireSameWide(t, wideA, widen(tr, a.Dense), "a of %s", name)
	requireSameWide(t, wideX, widen(mat.NoTrans, x.Dense), "x of %s", name)
}

func TestGemvIsRightForAllShapesAndScalars(t *testing.T) {
	both(t, testGemv[float32], testGemv[float64])
}

func testGemv[T mat.Float](t *testing.T) {
	sizes := pick([]int{0, 1, 3, 33, 257}, append([]int{0}, append(upTo(9), around(16, 32, 64, 256)...)...))
	for _, tr := range transposes {
		for _, m := range sizes {
			for _, n := range sizes {
				checkGemv[T](t, tr, m, n, 1, 0, 1)
			}
		}
		for _, alpha := range []T{0, 1, -1, 2.5} {
			for _, beta := range []T{0, 1, -1, 2.5} {
				checkGemv(t, tr, 37, 53, alpha, beta, 1)
				checkGemv(t, tr, 0, 53, alpha, beta, 1)
				checkGemv(t, tr, 37, 0, alpha, beta, 1)
			}
		}
		rows, cols := shapeOf(tr, 6, 8200) // sums in two parts
		checkGemv(t, tr, rows, cols, 1.5, -0.5, 1)
		for _, w := range workerCounts() { // a megabyte and more, whose rows are read in four streams, and some singly
			checkGemv(t, tr, 523, 517, 1.5, -0.5, w)
			rows, cols := shapeOf(tr, 2100, 131)
			checkGemv(t, tr, rows, cols, 1.5, -0.5, w)
		}
	}
}

func TestGemvDoesNotReadAAndXWithAlphaZero(t *testing.T) {
	both(t, testGemvAlphaZero[float32], testGemvAlphaZero[float64])
}

func testGemvAlphaZero[T mat.Float](t *testing.T) {
	a, x := mat.NewDense[T](30, 30), constant[T](30, 1)
	a.Fill(nan[T]())
	for _, tr := range transposes {
		y := randomVector[T](newRand(1), 30)
		want := append([]T(nil), y...)
		mat.Gemv(tr, 0, a, x, 1, y, 1)
		require.Equal(t, want, y)
		mat.Gemv(tr, 0, a, x, 0, y, 1)
		require.Equal(t, make([]T, 30), y)
	}
}

func TestGemvPropagatesNaNAndInf(t *testing.T) {
	both(t, testGemvNonFinite[float32], testGemvNonFinite[float64])
}

func testGemvNonFinite[T mat.Float](t *testing.T) {
	const m, n = 41, 37
	for _, special := range []T{nan[T](), inf[T](), -inf[T]()} {
		for _, tr := range transposes {
			rows, cols := shapeOf(tr, m, n)
			for _, inX := range []bool{false, true} {
				a, x, y := random[T](newRand(1), rows, cols), randomVector[T](newRand(2), n), make([]T, m)
				i, j := shapeOf(tr, 7, 11)
				if inX {
					x[11] = special
					a.Set(i, j, 0) // 0·NaN in row 7
				} else {
					a.Set(i, j, special)
					x[11] = 0
				}
				mat.Gemv(tr, 1, a, x, 0, y, 1)
				wide := widen(tr, a)
				for i := range m {
					var want float64
					for j, v := range wide.Row(i) {
						want += v * float64(x[j])
					}
					require.Equal(t, class(want), class(y[i]), "%v %s in x %v, row %d", special, letter(tr), inX, i)
				}
			}
		}
	}
}

func TestGemvGivesTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	both(t, testGemvWorkers[float32], testGemvWorkers[float64])
}

func testGemvWorkers[T mat.Float](t *testing.T) {
	few := [][2]int{{600, 450}, {2100, 600}}
	for _, s := range pick(few, append(few, [][2]int{{300, 1100}, {40, 9000}, {9000, 40}}...)) {
		for _, tr := range transposes {
			r := newRand(3)
			rows, cols := shapeOf(tr, s[0], s[1])
			a, x, y := random[T](r, rows, cols), randomVector[T](r, s[1]), randomVector[T](r, s[0])
			want := append([]T(nil), y...)
			mat.Gemv(tr, 1.5, a, x, 0.5, want, 1)
			for _, w := range workerCounts() {
				got := append([]T(nil), y...)
				mat.Gemv(tr, 1.5, a, x, 0.5, got, w)
				require.Equal(t, want, got, "%s %v, %d workers", letter(tr), s, w)
			}
		}
	}
}

func TestGemvPanicsNamingTheShapes(t *testing.T) {
	a := mat.NewDense[float64](2, 3)
	requirePanics(t, "mat: Gemv: op(a) is 2×3, x has 2 elements, y 2", func() {
		mat.Gemv(mat.NoTrans, 1, a, make([]float64, 2), 0, make([]float64, 2), 1)
	})
	requirePanics(t, "mat: Gemv: op(a) is 3×2, x has 2 elements, y 2", func() {
		mat.Gemv(mat.Trans, 1, a, make([]float64, 2), 0, make([]float64, 2), 1)
	})
}

// An empty slice shares no elements, wherever it lies.
func TestGemvTakesEmptyVectorsWithinOthers(t *testing.T) {
	x := []float64{1, 2, 3, 4}
	mat.Gemv(mat.NoTrans, 1, mat.NewDense[float64](0, 4), x, 0, x[2:2], 1)
	require.Equal(t, []float64{1, 2, 3, 4}, x)
	mat.Gemv(mat.NoTrans, 1, mat.NewDense[float64](4, 0), x[2:2], 0.5, x, 1)
	require.Equal(t, []float64{0.5, 1, 1.5, 2}, x)
	mat.Gemv(mat.NoTrans, 1, mat.NewDense[float64](4, 0), x[2:2], 0, x, 1)
	require.Equal(t, []float64{0, 0, 0, 0}, x)
}

func BenchmarkGemv(b *testing.B) {
	b.Run("f32", benchmarkGemv[float32])
	b.Run("f64", benchmarkGemv[float64])
}

func benchmarkGemv[T mat.Float](b *testing.B) {
	for _, tr := range transposes {
		for _, s := range [][2]int{{64, 64}, {784, 784}, {4096, 4096}, {60000, 784}} {
			b.Run(fmt.Sprintf("%s/%dx%d", letter(tr), s[0], s[1]), func(b *testing.B) {
				r := newRand(1)
				a := random[T](r, s[0], s[1])
				ySize, xSize := shapeOf(tr, s[0], s[1])
				x, y := randomVector[T](r, xSize), make([]T, ySize)
				measure(b, 2*float64(s[0])*float64(s[1]), func() { mat.Gemv(tr, 1, a, x, 0, y, mat.AllWorkers) })
			})
		}
	}
}
