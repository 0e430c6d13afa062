package mat_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// modified returns L·Lᵀ + sign·X·Xᵀ and the scale √aᵢᵢaⱼⱼ of the errors of rotating the rows of [L
// X]. aᵢᵢ is a diagonal element of the sum, or, for a difference, of L·Lᵀ.
func modified[T mat.Float](l, x mat.Dense[T], sign float64) (want, scale mat.Dense[float64]) {
	lw := widenTriangle(mat.Lower, mat.NoTrans, mat.NonUnit, l)
	xw := widen(mat.NoTrans, x)
	n := l.Rows
	a, _ := productOracle(1, lw, lw, 0, mat.NewDense[float64](n, n))
	want, _ = productOracle(sign, xw, xw, 1, a)
	larger := a
	if sign > 0 {
		larger = want
	}
	scale = mat.NewDense[float64](n, n)
	for i := range n {
		for j := range n {
			scale.Set(i, j, math.Sqrt(larger.At(i, i)*larger.At(j, j)))
		}
	}
	return want, scale
}

// requireModified bounds L·Lᵀ − want. An element takes part in up to n+k rotations (Higham, lemma
// 19.9), each with a few roundings.
func requireModified[T mat.Float](t testing.TB, l mat.Dense[T], k int, want, scale mat.Dense[float64], msg string,
	args ...any) {
	t.Helper()
	lw := widenTriangle(mat.Lower, mat.NoTrans, mat.NonUnit, l)
	residual, _ := productOracle(-1, lw, lw, 1, want)
	n := l.Rows
	requireWithin(t, residual, mat.NewDense[float64](n, n), scale, gamma[T](8*(n+k+1)), msg, args...)
}

func modificationSizes() [][2]int {
	return pick([][2]int{{0, 0}, {0, 2}, {5, 0}, {1, 1}, {8, 2}, {9, 1}, {33, 3}},
		[][2]int{{0, 0}, {0, 2}, {5, 0}, {1, 1}, {1, 4}, {2, 1}, {7, 3}, {8, 8}, {9, 1}, {16, 2}, {17, 5}, {33, 40},
			{64, 1}, {100, 3}, {130, 2}})
}

func TestCholeskyUpdateAddsAndDowndateSubtracts(t *testing.T) {
	both(t, testModify[float32], testModify[float64])
}

func testModify[T mat.Float](t *testing.T) {
	for _, s := range modificationSizes() {
		n, k := s[0], s[1]
		for name, wide := range map[string]mat.Dense[float64]{
			"well conditioned": wellConditioned(n, n),
			"graded":           graded(n, n),
			"ill conditioned":  withCondition(n, n, 1/(1e3*unit[T]())),
		} {
			c := factored(t, narrow[T](wide))
			x := input[T](newRand(k), n, k)
			before := x.Clone()
			want, scale := modified(c.L(), x.Dense, 1)
			require.NoError(t, c.Update(x.Dense))
			requireModified(t, c.L(), k, want, scale, "%s n=%d, + %d columns", name, n, k)

			want, scale = modified(c.L(), x.Dense, -1)
			err := c.Downdate(x.Dense)
			if name == "well conditioned" || err == nil { // the others may be lost in the rounding errors of the sum
				require.NoError(t, err)
				requireModified(t, c.L(), k, want, scale, "%s n=%d, − %d columns", name, n, k)
			}
			requireSameBits(t, before, x.Dense, "X")
			require.Equal(t, n, c.N())
		}
	}
}

func TestDowndateIsStableNextToASingularMatrix(t *testing.T) {
	both(t, testDowndateHard[float32], testDowndateHard[float64])
}

// testDowndateHard subtracts X = √(1−ε)·L·Q, where the columns of Q are orthonormal. The result is
// L·(I − (1−ε)QQᵀ)·Lᵀ, and the matrix in the middle has eigenvalues of ε.
func testDowndateHard[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{20}, []int{3, 20, 70}) {
		for _, eps := range []float64{1e-1, 1e4 * unit[T](), 64 * unit[T]()} {
			c := factored(t, narrow[T](wellConditioned(n, n)))
			l := widen(mat.NoTrans, c.L())
			const k = 2
			x := mat.NewDense[T](n, k)
			for q := range k {
				for i := range n { // L times a cosine of the discrete cosine transform
					var s float64
					for p := range i + 1 {
						s += l.At(i,
							p) * math.Cos(math.Pi*(float64(p)+0.5)*float64(q+1)/float64(n)) * math.Sqrt(2/float64(n))
					}
					x.Set(i, q, T(s*math.Sqrt(1-eps)))
				}
			}
			want, scale := modified(c.L(), x, -1)
			if err := c.Downdate(x); err != nil {
				require.NotEqual(t, 1e-1, eps, "far from singular")
				continue
			}
			requireModified(t, c.L(), k, want, scale, "n=%d, ε=%g", n, eps)
		}
	}
}

func TestASlidingWindowKeepsItsAccuracy(t *testing.T) {
	both(t, testSlidingWindow[float32], testSlidingWindow[float64])
}

// testSlidingWindow keeps the factor of I + WᵀW, where W holds the last rows of a long matrix.
func testSlidingWindow[T mat.Float](t *testing.T) {
	const n, window = 12, 20
	steps := 100
	if thorough.Tests() {
		steps = 1000
	}
	rows := random[T](newRand(1), window+steps, n)
	row := func(i int) mat.Dense[T] { return mat.DenseOf(n, 1, rows.Row(i)) }
	c := factored(t, narrow[T](identity(n)))
	for i := range window + steps {
		require.NoError(t, c.Update(row(i)))
		if i >= window {
			require.NoError(t, c.Downdate(row(i-window)))
		}
	}
	last := rows.RowView(steps, window)
	lastT := widen(mat.Trans, last)
	want, _ := productOracle(1, lastT, lastT, 1, identity(n))
	l := widenTriangle(mat.Lower, mat.NoTrans, mat.NonUnit, c.L())
	residual, _ := productOracle(-1, l, l, 1, want)
	require.LessOrEqual(t, frobenius(residual), 8*math.Sqrt(float64(steps))*n*unit[T]()*frobenius(want))
}

func TestAFailedDowndateReportsTheMinorAndKeepsTheFactor(t *testing.T) {
	both(t, testDowndateFails[float32], testDowndateFails[float64])
}

func testDowndateFails[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{3, 20}, []int{1, 2, 3, 8, 9, 20, 70}) {
		for k := 1; k <= 3; k++ {
			for seed := range pick([]int{1}, upTo(6)) {
				a := wellConditioned(seed, n)
				x := random[T](newRand(100*seed+k), n, k)
				mat.Scale(x, 1.5, x)
				rest := a.Clone()
				xw := widen(mat.NoTrans, x)
				mat.Syrk(mat.Lower, mat.NoTrans, -1, xw, 1, rest, 1)
				var want *mat.NotPositiveDefiniteError
				if mat.Potrf(mat.Lower, rest, 1) == nil {
					continue
				}
				rest = a.Clone()
				mat.Syrk(mat.Lower, mat.NoTrans, -1, xw, 1, rest, 1)
				require.ErrorAs(t, mat.Potrf(mat.Lower, rest, 1), &want)

				c := factored(t, narrow[T](a))
				before := c.L().Clone()
				var npd *mat.NotPositiveDefiniteError
				require.ErrorAs(t, c.Downdate(x), &npd)
				require.Equal(t, want.Minor, npd.Minor, "n=%d k=%d seed %d", n, k, seed)
				requireSameTriangle(t, before, c.L(), "the factor, n=%d k=%d", n, k)
				require.NoError(t, c.Update(x), "the factor is still usable")
			}
		}
	}
}

func requireSameTriangle[T mat.Float](t testing.TB, want, got mat.Dense[T], msg string, args ...any) {
	t.Helper()
	lower := func(m mat.Dense[T]) mat.Dense[float64] { return widenTriangle(mat.Lower, mat.NoTrans, mat.NonUnit, m) }
	requireSameBits(t, lower(want), lower(got), msg, args...)
}

// The first column makes a late minor fail, the second one an early one.
func TestDowndateReportsTheSmallestMinorOfAllColumns(t *testing.T) {
	for _, at := range [][2]int{{11, 3}, {3, 11}, {6, 5}, {5, 6}, {0, 15}, {15, 14}, {8, 7}} {
		a := identity(16)
		mat.Scale(a, 4, a)
		x := mat.NewDense[float64](16, 2)
		x.Set(at[0], 0, 2) // the rest of the pivot is 0
		x.Set(at[1], 1, -3)
		var npd *mat.NotPositiveDefiniteError
		require.ErrorAs(t, factored(t, a).Downdate(x), &npd)
		require.Equal(t, 1+min(at[0], at[1]), npd.Minor)
	}
}

func TestUpdatesRefuseNaNAndInf(t *testing.T) {
	both(t, testModifyNonFinite[float32], testModifyNonFinite[float64])
}

func testModifyNonFinite[T mat.Float](t *testing.T) {
	const n = 20
	for _, bad := range []T{nan[T](), inf[T](), -inf[T]()} {
		for i := range n {
			c := factored(t, narrow[T](wellConditioned(1, n)))
			before := c.L().Clone()
			x := random[T](newRand(i), n, 2)
			mat.Scale(x, 0x1p-10, x)
			x.Set(i, i%2, bad)
			for name, f := range map[string]func(mat.Dense[T]) error{"Update": c.Update, "Downdate": c.Downdate} {
				var npd *mat.NotPositiveDefiniteError
				require.ErrorAs(t, f(x), &npd, "%s by %v", name, bad)
				require.Equal(t, i+1, npd.Minor, "%s by %v", name, bad)
				requireSameTriangle(t, before, c.L(), "%s by %v", name, bad)
			}
		}
	}
}

func TestUpdateByZeroChangesNothing(t *testing.T) {
	both(t, testModifyByZero[float32], testModifyByZero[float64])
}

func testModifyByZero[T mat.Float](t *testing.T) {
	c := factored(t, narrow[T](wellConditioned(1, 30)))
	before := c.L().Clone()
	require.NoError(t, c.Update(mat.NewDense[T](30, 2)))
	requireSameTriangle(t, before, c.L(), "Update")
	require.NoError(t, c.Downdate(mat.NewDense[T](30, 2)))
	requireSameTriangle(t, before, c.L(), "Downdate")
}

func TestRcondAfterAnUpdateIsThatOfTheNewMatrix(t *testing.T) {
	both(t, testRcondUpdated[float32], testRcondUpdated[float64])
}

func testRcondUpdated[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{1, 20}, []int{1, 2, 20, 60}) {
		c := factored(t, narrow[T](wellConditioned(n, n)))
		require.NoError(t, c.Update(random[T](newRand(n), n, 3)))
		a, _ := modified(c.L(), mat.NewDense[T](n, 1), 1)
		want := 1 / (norm1(a) * norm1(inverse(a)))
		rounding := 1 + 16*float64(n)*unit[T]()/want
		require.GreaterOrEqual(t, c.Rcond()*rounding, want, "n=%d", n)
		require.LessOrEqual(t, c.Rcond(), 3*want*rounding, "n=%d", n)
	}
	c := factored(t, narrow[T](identity(3)))
	require.NoError(t, c.Update(mat.DenseOf(3, 1, []T{1000, 0, 0})))
	require.InEpsilon(t, 1e-6, c.Rcond(), 1e-3)
	require.NoError(t, c.Factor(narrow[T](identity(3)), 1))
	require.Equal(t, 1.0, c.Rcond(), "Factor computes the norm again")
}

func TestUpdatePanicsOnWrongShapes(t *testing.T) {
	c := factored(t, laplacian(3))
	d := mat.NewDense[float64]
	requirePanics(t, "mat: Cholesky.Update of order 3: x is 2×3", func() { _ = c.Update(d(2, 3)) })
	requirePanics(t, "mat: Cholesky.Downdate of order 3: x is 1×3", func() { _ = c.Downdate(d(1, 3)) })
}

func BenchmarkCholeskyUpdate(b *testing.B) {
	b.Run("f32", benchmarkUpdate[float32])
	b.Run("f64", benchmarkUpdate[float64])
}

// benchmarkUpdate adds columns and removes them.
func benchmarkUpdate[T mat.Float](b *testing.B) {
	for _, s := range [][2]int{{100, 1}, {784, 1}, {784, 10}} {
		b.Run(fmt.Sprintf("%dx%d", s[0], s[1]), func(b *testing.B) {
			c := factored(b, narrow[T](wellConditioned(1, s[0])))
			x := random[T](newRand(1), s[0], s[1])
			measure(b, 6*float64(s[0])*float64(s[0])*float64(s[1]), func() {
				if c.Update(x) != nil || c.Downdate(x) != nil {
					b.Fatal("not positive definite")
				}
			})
		})
	}
}
