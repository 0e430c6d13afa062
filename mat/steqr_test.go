package mat_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// tridiagonals are symmetric tridiagonal matrices, given by their diagonal and off-diagonal
// elements.
func tridiagonals(n int) map[string]func(i int) (d, e float64) {
	r := newRand(n)
	return map[string]func(i int) (d, e float64){
		"random":      func(int) (float64, float64) { return r.NormFloat64(), r.NormFloat64() },
		"differences": func(int) (float64, float64) { return 2, -1 },
		"zero":        func(int) (float64, float64) { return 0, 0 },
		"diagonal":    func(int) (float64, float64) { return r.NormFloat64(), 0 },
		"constant":    func(int) (float64, float64) { return 0, 1 },
		"Wilkinson":   func(i int) (float64, float64) { return math.Abs(float64(i) - float64(n-1)/2), 1 },
		"graded": func(i int) (float64, float64) {
			return math.Exp2(-float64(i) / 2), math.Exp2(-float64(i)/2 - 3)
		},
		"graded upwards": func(i int) (float64, float64) {
			return math.Exp2(float64(i-n) / 2), math.Exp2(float64(i-n)/2 - 3)
		},
		"split": func(i int) (float64, float64) {
			if i%7 == 3 {
				return r.NormFloat64(), 0
			}
			return r.NormFloat64(), 1
		},
		"huge": func(int) (float64, float64) { return 1e37 * (r.Float64() - 0.5), 1e37 * (r.Float64() - 0.5) },
		"tiny": func(int) (float64, float64) { return 1e-30 * (r.Float64() - 0.5), 1e-30 * (r.Float64() - 0.5) },
	}
}

func tridiagonal[T mat.Float](n int, at func(i int) (d, e float64)) (d, e []T) {
	d, e = make([]T, n), make([]T, n)
	for i := range d {
		di, ei := at(i)
		d[i], e[i] = T(di), T(ei)
	}
	return d, e[:max(n-1, 0)]
}

func TestSteqrDiagonalizes(t *testing.T) { both(t, testSteqr[float32], testSteqr[float64]) }

// testSteqr checks that T·Q = Q·D and that Q is orthogonal, up to a small multiple of n·u.
func testSteqr[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{1, 2, 3, 20, 66}, append(upTo(20), 63, 64, 65, 127, 129, 150, 200)) {
		for name, at := range tridiagonals(n) {
			d, e := tridiagonal[T](n, at)
			a := mat.NewDense[float64](n, n)
			for i, v := range d {
				a.Set(i, i, float64(v))
			}
			for i, v := range e {
				a.Set(i, i+1, float64(v))
				a.Set(i+1, i, float64(v))
			}
			z := framedCopy(mat.NoTrans, narrow[T](identity(n)), T(-987654))
			require.NoError(t, mat.Steqr(d, e, z.Dense, 1), "%s, n=%d", name, n)
			z.requireFrameIntact(t, "%s, n=%d", name, n)
			assert.True(t, slices.IsSorted(d), "%s, n=%d", name, n)
			q := widen(mat.NoTrans, z.Dense)
			bound := 20 * float64(n) * unit[T]()
			requireOrthonormal(t, q, bound, "%s, n=%d", name, n)
			residual := multiplied(a, q)
			for i := range n {
				for j := range n {
					residual.Data[i*n+j] -= q.At(i, j) * float64(d[j])
				}
			}
			assert.LessOrEqual(t, mat.NormMax(residual), bound*mat.NormMax(a), "%s, n=%d", name, n)
		}
	}
}

func multiplied(a, b mat.Dense[float64]) mat.Dense[float64] {
	c := mat.NewDense[float64](a.Rows, b.Cols)
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, a, b, 0, c, 1)
	return c
}

// The eigenvalues of the second-difference matrix are known.
func TestSteqrFindsKnownEigenvalues(t *testing.T) {
	const n = 100
	d, e := constant[float64](n, 2), constant[float64](n-1, -1)
	require.NoError(t, mat.Steqr(d, e, mat.Dense[float64]{Cols: n, Stride: n}, 1))
	for k, v := range d {
		assert.InDelta(t, 2-2*math.Cos(float64(k+1)*math.Pi/(n+1)), v, 1e-13)
	}
}

// The rows of z are transformed one by one, and need not be orthogonal.
func TestSteqrMultipliesAnyRows(t *testing.T) {
	both(t, testSteqrRows[float32], testSteqrRows[float64])
}

func testSteqrRows[T mat.Float](t *testing.T) {
	const n = 70
	values, offDiagonal := tridiagonal[T](n, tridiagonals(n)["random"])
	q := narrow[T](identity(n))
	d, e := slices.Clone(values), slices.Clone(offDiagonal)
	require.NoError(t, mat.Steqr(d, e, q, 1))
	for _, m := range []int{1, 31, 33, 100} {
		z := random[T](newRand(m), m, n)
		want := multiplied(widen(mat.NoTrans, z), widen(mat.NoTrans, q))
		d, e := slices.Clone(values), slices.Clone(offDiagonal)
		require.NoError(t, mat.Steqr(d, e, z, 1))
		for i := range m {
			for j := range n {
				require.InDelta(t, want.At(i, j), float64(z.At(i, j)), 50*n*unit[T]())
			}
		}
	}
}

func TestVectorsDoNotDependOnTheWorkers(t *testing.T) {
	both(t, testVectorWorkers[float32], testVectorWorkers[float64])
}

func testVectorWorkers[T mat.Float](t *testing.T) {
	const n = 130
	values, offDiagonal := tridiagonal[T](n, tridiagonals(n)["random"])
	run := func(w mat.Workers) (z, vt, u, c mat.Dense[T]) {
		z, vt = random[T](newRand(1), n, n), random[T](newRand(2), n, n)
		u, c = random[T](newRand(3), n, n), random[T](newRand(4), n, 7)
		require.NoError(t, mat.Steqr(slices.Clone(values), slices.Clone(offDiagonal), z, w))
		require.NoError(t, mat.Bdsqr(mat.Upper, slices.Clone(values), slices.Clone(offDiagonal), vt, u, c, w))
		return z, vt, u, c
	}
	z, vt, u, c := run(1)
	for _, w := range workerCounts() {
		z2, vt2, u2, c2 := run(w)
		requireSameBits(t, z, z2, "z, %d workers", w)
		requireSameBits(t, vt, vt2, "vt, %d workers", w)
		requireSameBits(t, u, u2, "u, %d workers", w)
		requireSameBits(t, c, c2, "c, %d workers", w)
	}
}

func TestNoConvergenceForNonFiniteElements(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, at := range []int{0, 3, 8} {
			d, e := constant[float64](5, 1), constant[float64](4, 1)
			if at < 5 {
				d[at] = bad
			} else {
				e[at-5] = bad
			}
			var failure *mat.NoConvergenceError
			require.ErrorAs(t, mat.Steqr(slices.Clone(d), slices.Clone(e), identity(5), 1), &failure)
			assert.Equal(t, 4, failure.Left)
			require.ErrorAs(t, mat.Bdsqr(mat.Lower, d, e, identity(5), identity(5), mat.Dense[float64]{}, 1), &failure)
			assert.Equal(t, 4, failure.Left)
			assert.ErrorContains(t, failure, "4 off-diagonal elements")
		}
	}
}

func TestNoConvergenceOfASingleElementSaysThatItIsNotFinite(t *testing.T) {
	z, none := identity(1), mat.Dense[float64]{}
	for _, err := range []error{
		mat.Steqr([]float64{math.NaN()}, nil, z, 1),
		mat.Bdsqr(mat.Upper, []float64{math.Inf(1)}, nil, z, none, none, 1),
	} {
		var failure *mat.NoConvergenceError
		require.ErrorAs(t, err, &failure)
		assert.ErrorContains(t, failure, "the only element is NaN or infinite")
	}
}

func TestQRAlgorithmsPanicOnShapesThatDoNotFit(t *testing.T) {
	none := mat.Dense[float64]{}
	requirePanics(t, "mat: Steqr: d has 3 elements, e 3, z is 3×3", func() {
		_ = mat.Steqr(make([]float64, 3), make([]float64, 3), identity(3), 1)
	})
	requirePanics(t, "mat: Steqr: d has 3 elements, e 2, z is 4×4", func() {
		_ = mat.Steqr(make([]float64, 3), make([]float64, 2), identity(4), 1)
	})
	requirePanics(t, "mat: Bdsqr: d has 3 elements, e 2, vt is 4×4, u 0×0, c 0×0",
		func() { _ = mat.Bdsqr(mat.Lower, make([]float64, 3), make([]float64, 2), identity(4), none, none, 1) })
}

func TestQRAlgorithmsPanicOnSharedElements(t *testing.T) {
	slab := mat.NewDense[float64](5, 9)
	v := func(n int) []float64 { return make([]float64, n) }
	none := mat.Dense[float64]{}
	square, row := slab.View(0, 1, 4, 4), slab.Row(0)
	steqr := func(d, e []float64, z mat.Dense[float64]) func() {
		return func() { _ = mat.Steqr(d, e, z, 1) }
	}
	bdsqr := func(d, e []float64, vt, u, c mat.Dense[float64]) func() {
		return func() { _ = mat.Bdsqr(mat.Lower, d, e, vt, u, c, 1) }
	}
	for _, c := range []struct {
		message string
		call    func()
	}{
		{"Steqr: d and e", steqr(row[:4], row[3:6], mat.NewDense[float64](0, 4))},
		{"Steqr: z and d", steqr(row[:4], v(3), square)},
		{"Steqr: z and e", steqr(v(4), row[:3], square)},
		{"Bdsqr: d and e", bdsqr(row[:4], row[3:6], none, none, none)},
		{"Bdsqr: d and vt", bdsqr(row[:4], v(3), square, none, none)},
		{"Bdsqr: d and u", bdsqr(row[:4], v(3), none, square, none)},
		{"Bdsqr: d and c", bdsqr(row[:4], v(3), none, none, square)},
		{"Bdsqr: e and vt", bdsqr(v(4), row[:3], square, none, none)},
		{"Bdsqr: e and u", bdsqr(v(4), row[:3], none, square, none)},
		{"Bdsqr: e and c", bdsqr(v(4), row[:3], none, none, square)},
		{"Bdsqr: u and vt", bdsqr(v(4), v(3), square, slab.View(0, 4, 4, 4), none)},
		{"Bdsqr: c and vt", bdsqr(v(4), v(3), square, none, slab.View(0, 4, 4, 4))},
		{"Bdsqr: c and u", bdsqr(v(4), v(3), none, square, slab.View(0, 4, 4, 4))},
	} {
		requirePanics(t, "mat: "+c.message+" overlap", c.call)
	}
	require.NotPanics(t, bdsqr(row[5:9], slab.Row(4)[:3], square, none, none), "interleaved")
}
