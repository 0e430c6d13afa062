package mat_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// exchanged is a copy of a in which row i was exchanged with row ipiv[i], for i = 0, 1, …
func exchanged[T mat.Float](a mat.Dense[T], ipiv []int) mat.Dense[T] {
	a = a.Clone()
	for i, p := range ipiv {
		row := a.RowView(i, 1).Clone()
		mat.Copy(a.RowView(i, 1), a.RowView(p, 1))
		mat.Copy(a.RowView(p, 1), row)
	}
	return a
}

// factorsLU returns L (m×k) and Uᵀ (n×k) of a factorization, in float64.
func factorsLU[T mat.Float](f mat.Dense[T]) (l, uT mat.Dense[float64]) {
	k := min(f.Rows, f.Cols)
	l, uT = mat.NewDense[float64](f.Rows, k), mat.NewDense[float64](f.Cols, k)
	for i := range f.Rows {
		for j := range f.Cols {
			if v := float64(f.At(i, j)); j >= i {
				uT.Set(j, i, v)
			} else {
				l.Set(i, j, v)
			}
		}
		if i < k {
			l.Set(i, i, 1)
		}
	}
	return l, uT
}

// requireLU fails unless |P⁻¹A − L·U| ≤ γₖ|L||U| (Higham, theorem 9.3), up to underflow, and no
// element of L exceeds 1.
func requireLU[T mat.Float](t testing.TB, a, f mat.Dense[T], ipiv []int, msg string, args ...any) {
	t.Helper()
	k := len(ipiv)
	for i, p := range ipiv {
		require.True(t, i <= p && p < a.Rows, "ipiv[%d] = %d: %s", i, p, lazy{msg, args})
	}
	l, uT := factorsLU(f)
	for i := range l.Rows {
		for j := range min(i, k) {
			// The product of an element and the rounded reciprocal of the pivot may exceed 1 by a
			// rounding error.
			requireAtMost(t, math.Abs(l.At(i, j)), 1+4*unit[T](), "ℓ(%d, %d): %s", i, j, lazy{msg, args})
		}
	}
	e := exponentOf(uT) // scales the check into range
	want := times2(widen(mat.NoTrans, exchanged(a, ipiv)), -e)
	residual, scale := productOracleFor[T](-1, l, times2(uT, -e), 1, want)
	lost := float64(k+1) * math.Ldexp(smallest[T](), -e) / gamma[T](k+4)
	scale = elementwiseMap(scale, func(_, _ int, v float64) float64 { return v + lost })
	requireWithin(t, residual, mat.NewDense[float64](a.Rows, a.Cols), scale, gamma[T](k+4), "%s", lazy{msg, args})
}

// checkGetrf factors a copy of a in a frame; no pivot may be zero.
func checkGetrf[T mat.Float](
	t testing.TB, a mat.Dense[T], w mat.Workers, msg string, args ...any,
) (mat.Dense[T], []int) {
	t.Helper()
	f := framedWith(a.Rows, a.Cols, T(-987654))
	mat.Copy(f.Dense, a)
	ipiv := make([]int, min(a.Rows, a.Cols))

	require.NoError(t, mat.Getrf(f.Dense, ipiv, w), "%s", lazy{msg, args})

	f.requireFrameIntact(t, "%s", lazy{msg, args})
	requireLU(t, a, f.Dense, ipiv, msg, args...)
	if n := len(ipiv); n > 0 && n < 300 { // with more columns, Getrf itself works in blocks
		b, pivots := framedWith(a.Rows, a.Cols, T(-987654)), make([]int, len(ipiv))
		mat.Copy(b.Dense, a)
		require.Zero(t, mat.GetrfBlocks(b.Dense, pivots, w), "%s", lazy{msg, args})
		b.requireFrameIntact(t, "%s", lazy{msg, args})
		requireLU(t, a, b.Dense, pivots, msg, args...)
	}
	return f.Dense, ipiv
}

func TestGetrfFactorsEveryShape(t *testing.T) {
	both(t, testGetrfShapes[float32], testGetrfShapes[float64])
}

func testGetrfShapes[T mat.Float](t *testing.T) {
	for i, s := range qrShapes[T]() {
		checkGetrf(t, random[T](newRand(i), s[0], s[1]), 1, "random %v", s)
	}
	checkGetrf(t, random[T](newRand(1), 520, 512), 1, "so many columns that Getrf takes them in blocks")
	if thorough.Tests() {
		for _, n := range upTo(40) {
			checkGetrf(t, random[T](newRand(n), n, n), 1, "random %d", n)
		}
		checkGetrf(t, random[T](newRand(1), 500, 400), 2, "large")
	}
}

func TestGetrfIsBackwardStableOnHardMatrices(t *testing.T) {
	both(t, testGetrfHard[float32], testGetrfHard[float64])
}

func testGetrfHard[T mat.Float](t *testing.T) {
	for _, kind := range hardKinds {
		for i, s := range pick([][2]int{{20, 20}, {70, 33}}, [][2]int{{20, 20}, {33, 70}, {70, 33}, {140, 140}}) {
			wide := kind.make(i, s[0], s[1])
			f, ipiv := narrow[T](wide), make([]int, min(s[0], s[1]))
			if mat.Getrf(f, ipiv, 1) != nil {
				continue // singular when rounded to T
			}
			checkGetrf(t, narrow[T](wide), 1, "%s", kind.name)
			if s[0]*s[1] > 10_000 {
				continue // of the numbers, not of the shape
			}
			for _, e := range extremes[T]()[:2] {
				checkGetrf(t, narrow[T](scaledBy(wide, e)), 1, "%s, times 2^%d", kind.name, e)
			}
		}
	}
	// Wilkinson's matrix: elements of the last column double with every step.
	n := 40
	checkGetrf(t, narrow[T](elementwiseMap(mat.NewDense[float64](n, n), func(i, j int, _ float64) float64 {
		switch {
		case i == j || j == n-1:
			return 1
		case i > j:
			return -1
		}
		return 0
	})), 1, "Wilkinson")
}

func TestGetrfReportsTheFirstZeroPivotAndContinues(t *testing.T) {
	both(t, testGetrfSingular[float32], testGetrfSingular[float64])
}

// testGetrfSingular takes matrices of small integers, which are factored without rounding errors.
// If a column is zero, or a copy of an earlier one, the pivot there is exactly zero.
func testGetrfSingular[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{5, 70, 130}, []int{1, 2, 5, 17, 64, 70, 130}) {
		for _, zeros := range [][]int{{0}, {n - 1}, {n / 2, n - 1}} {
			a := mat.NewDense[T](n+2, n)
			r := newRand(n)
			for i := range n { // unit lower triangle times upper triangle of 0, 1 and −1, permuted
				for j := i; j < n; j++ {
					a.Set(i, j, T(r.IntN(3)-1))
				}
				a.Set(i, i, 1)
			}
			for _, j := range zeros {
				a.ColView(j, 1).Fill(0)
			}
			f, ipiv := a.Clone(), make([]int, n)
			var singular *mat.SingularError
			require.ErrorAs(t, mat.Getrf(f, ipiv, 1), &singular, "n=%d %v", n, zeros)
			require.Equal(t, zeros[0]+1, singular.Index, "n=%d", n)
			requireLU(t, a, f, ipiv, "n=%d %v", n, zeros)
			require.Equal(t, zeros[0]+1, mat.GetrfBlocks(a.Clone(), ipiv, 2), "n=%d", n)
		}
	}
	ones := mat.NewDense[T](6, 6)
	ones.Fill(1)
	f, ipiv := ones.Clone(), make([]int, 6)
	var singular *mat.SingularError
	require.ErrorAs(t, mat.Getrf(f, ipiv, 1), &singular)
	require.Equal(t, 2, singular.Index)
	requireLU(t, ones, f, ipiv, "ones")
}

func TestGetrfGivesTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	both(t, testGetrfWorkers[float32], testGetrfWorkers[float64])
}

func testGetrfWorkers[T mat.Float](t *testing.T) {
	for _, s := range pick([][2]int{{290, 280}, {520, 512}}, [][2]int{{150, 150}, {300, 900}, {520, 512}, {700, 600}}) {
		a := random[T](newRand(1), s[0], s[1])
		k := min(s[0], s[1])
		for name, getrf := range map[string]func(mat.Dense[T], []int, mat.Workers) error{
			"Getrf": mat.Getrf[T],
			"in blocks": func(a mat.Dense[T], ipiv []int, w mat.Workers) error {
				require.Zero(t, mat.GetrfBlocks(a, ipiv, w))
				return nil
			},
		} {
			want, wantPiv := a.Clone(), make([]int, k)
			require.NoError(t, getrf(want, wantPiv, 1))
			for _, w := range workerCounts() {
				got, ipiv := a.Clone(), make([]int, k)
				require.NoError(t, getrf(got, ipiv, w))
				require.Equal(t, wantPiv, ipiv)
				requireSameBits(t, want, got, "%s, %v, %d workers", name, s, w)
			}
		}
	}
}

func TestGetrfPanicsOnWrongShapes(t *testing.T) {
	d := mat.NewDense[float64]
	two, three := make([]int, 2), make([]int, 3)
	for message, f := range map[string]func(){
		"Getrf of a 3×2 matrix: ipiv has 3 elements": func() { _ = mat.Getrf(d(3, 2), three, 1) },
		"Getri of a 3×2 matrix: ipiv has 2 elements": func() { _ = mat.Getri(d(3, 2), two, 1) },
		"Getri of a 2×2 matrix: ipiv[1] is 2":        func() { _ = mat.Getri(d(2, 2), []int{0, 2}, 1) },
		"Getri of a 2×2 matrix: ipiv[0] is -1":       func() { _ = mat.Getri(d(2, 2), []int{-1, 1}, 1) },
		"Gecon of a 3×2 matrix":                      func() { mat.Gecon(mat.OneNorm, d(3, 2), 1) },
		"Trcon of a 3×2 matrix":                      func() { mat.Trcon(mat.OneNorm, mat.Lower, mat.Unit, d(3, 2)) },

		"Getrs: a is 3×3, ipiv has 3 elements, b is 2×1": func() { mat.Getrs(mat.NoTrans, d(3, 3), three, d(2, 1), 1) },
		"Getrs: a is 3×2, ipiv has 2 elements, b is 3×1": func() { mat.Getrs(mat.NoTrans, d(3, 2), two, d(3, 1), 1) },
	} {
		requirePanics(t, "mat: "+message, f)
	}
}

func FuzzGetrf(f *testing.F) {
	f.Add(uint16(1), uint8(5), uint8(3), uint8(0), int8(0))
	f.Add(uint16(2), uint8(130), uint8(100), uint8(3), int8(-30))
	f.Fuzz(func(t *testing.T, seed uint16, m, n, kind uint8, exponent int8) {
		a := hardKinds[int(kind)%len(hardKinds)].make(int(seed), 1+int(m)%150, 1+int(n)%150)
		a = scaledBy(a, int(exponent)/2)
		fuzzGetrf(t, narrow[float32](a))
		fuzzGetrf(t, narrow[float64](a))
	})
}

// fuzzGetrf factors a: singular or not, the factorization is as good as theory says.
func fuzzGetrf[T mat.Float](t *testing.T, a mat.Dense[T]) {
	f, ipiv := a.Clone(), make([]int, min(a.Rows, a.Cols))
	err, zero := mat.Getrf(f, ipiv, 2), false
	for i := range ipiv {
		zero = zero || f.At(i, i) == 0
	}
	require.Equal(t, zero, err != nil, "%v", err)
	requireLU(t, a, f, ipiv, "fuzzed")
}

func BenchmarkGetrf(b *testing.B) {
	b.Run("f32", benchmarkGetrf[float32])
	b.Run("f64", benchmarkGetrf[float64])
}

// benchmarkGetrf factors a fresh copy each time; the times include the copy.
func benchmarkGetrf[T mat.Float](b *testing.B) {
	for _, n := range []int{64, 128, 256, 512, 1024, 2048} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a := random[T](newRand(1), n, n)
			f, ipiv := a.Clone(), make([]int, n)
			measure(b, 2.0/3*float64(n)*float64(n)*float64(n), func() {
				mat.Copy(f, a)
				if err := mat.Getrf(f, ipiv, mat.AllWorkers); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}
