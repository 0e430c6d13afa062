package mat_test

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// bothWays factors a without and with pivoting.
func bothWays[T mat.Float](a mat.Dense[T]) map[string]*mat.QR[T] {
	plain, pivoted := new(mat.QR[T]), new(mat.QR[T])
	plain.Factor(a, 1)
	pivoted.FactorPivoted(a, 0, 1)
	return map[string]*mat.QR[T]{"plain": plain, "pivoted": pivoted}
}

func TestQRIsAFactorizationOfA(t *testing.T) {
	both(t, testQRFactors[float32], testQRFactors[float64])
}

func testQRFactors[T mat.Float](t *testing.T) {
	for i, s := range [][2]int{{0, 0}, {0, 2}, {2, 0}, {1, 1}, {5, 3}, {3, 5}, {80, 70}, {70, 80}} {
		m, n := s[0], s[1]
		k := min(m, n)
		a := input[T](newRand(i), m, n)
		before := a.Clone()
		for name, q := range bothWays(a.Dense) {
			msg := fmt.Sprintf("%s %d×%d", name, m, n)
			requireSameBits(t, before, a.Dense.Clone(), "A of %s", msg)
			rows, cols := q.Dims()
			require.Equal(t, s, [2]int{rows, cols})
			r := output[T](newRand(1), k, n)
			q.R(r.Dense)
			r.requireFrameIntact(t, "R of %s", msg)
			requireSameBits(t, narrow[T](upperOf(r.Dense)), r.Dense.Clone(), "R is upper triangular, %s", msg)
			whole := mat.NewDense[T](m, n)
			q.R(whole)
			requireSameBits(t, r.Dense.Clone(), whole.RowView(0, k).Clone(), "R of %s", msg)
			ap := before
			if p := q.Perm(); p != nil {
				ap = permuted(before, p)
			}
			bound := qrBound[T](m, k)
			for _, c := range []int{k, m} {
				dst := output[T](newRand(1), m, c)
				q.Q(dst.Dense, 1)
				dst.requireFrameIntact(t, "Q of %s", msg)
				requireOrthonormal(t, widen(mat.NoTrans, dst.Dense), bound, "Q of %s", msg)
				product := widen(mat.NoTrans, ap)
				mat.Gemm(mat.NoTrans, mat.NoTrans, 1, widen(mat.NoTrans, dst.Dense.ColView(0, k)),
					widen(mat.NoTrans, r.Dense), -1, product, 1)
				requireAtMost(t, mat.NormFrobenius(product), bound*float64(mat.NormFrobenius(ap)),
					"A·P − Q·R of %s", msg)
			}
			mat.Copy(whole, ap)
			q.MulQ(mat.Left, mat.Trans, whole, 1)
			d := difference(widen(mat.NoTrans, whole.RowView(0, k)), widen(mat.NoTrans, r.Dense))
			requireAtMost(t, mat.NormFrobenius(d), 2*bound*float64(mat.NormFrobenius(ap)), "QᵀA·P of %s", msg)
		}
	}
}

func TestQRFindsTheShortestSolutionForDependentColumns(t *testing.T) {
	both(t, testQRShortest[float32], testQRShortest[float64])
}

// testQRShortest takes matrices with a known pseudo-inverse: if the columns of U and V are
// orthonormal, (U·D·Vᵀ)⁺ = V·D⁻¹·Uᵀ.
func testQRShortest[T mat.Float](t *testing.T) {
	for i, s := range [][3]int{
		{8, 8, 3}, {40, 30, 0}, {40, 30, 1}, {40, 30, 20}, {30, 40, 20}, {30, 40, 30}, {90, 80, 79},
	} {
		m, n, rank := s[0], s[1], s[2]
		u, v := orthonormal(i, m, rank), orthonormal(i+100, n, rank)
		du, dv := u.Clone(), v.Clone() // U·D and V·D⁻¹
		for j := range rank {
			d := 1 + float64(j%4)
			mat.Scale(du.ColView(j, 1), d, du.ColView(j, 1))
			mat.Scale(dv.ColView(j, 1), 1/d, dv.ColView(j, 1))
		}
		wide, _ := productOracle(1, du, v, 0, mat.NewDense[float64](m, n))
		pinv, _ := productOracle(1, dv, u, 0, mat.NewDense[float64](n, m))
		var q mat.QR[T]
		q.FactorPivoted(narrow[T](wide), 0, 1)
		require.Equal(t, rank, q.Rank(), "%v", s)
		for _, rhs := range []int{1, 20} {
			bound := 400 * float64(rank+4) * unit[T]()
			b := random[T](newRand(rhs), m, rhs)
			want, _ := productOracle(1, pinv, widen(mat.Trans, b), 0, mat.NewDense[float64](n, rhs))
			x := output[T](newRand(1), n, rhs)
			require.NoError(t, q.Solve(x.Dense, b, 1))
			x.requireFrameIntact(t, "%v", s)
			requireAtMost(t, mat.NormFrobenius(difference(widen(mat.NoTrans, x.Dense), want)),
				bound*mat.NormFrobenius(widen(mat.NoTrans, b)), "%v", s)

			b = random[T](newRand(rhs), n, rhs)
			want, _ = productOracle(1, pinv.Transposed(), widen(mat.Trans, b), 0, mat.NewDense[float64](m, rhs))
			x = output[T](newRand(1), m, rhs)
			require.NoError(t, q.SolveTrans(x.Dense, b, 1))
			x.requireFrameIntact(t, "%v", s)
			requireAtMost(t, mat.NormFrobenius(difference(widen(mat.NoTrans, x.Dense), want)),
				bound*mat.NormFrobenius(widen(mat.NoTrans, b)), "transposed %v", s)
		}
	}
}

// orthonormal returns n orthonormal vectors of m elements: the Q of the textbook factorization.
func orthonormal(seed, m, n int) mat.Dense[float64] {
	f, tau := textbookQR(random[float64](newRand(seed), m, n))
	return explicitQ(f, tau).ColView(0, n).Clone()
}

func TestQRRankFollowsTheTolerance(t *testing.T) {
	a := mat.NewDense[float64](5, 5)
	for i := range 5 {
		a.Set(i, i, math.Pow(10, -float64(3*i))) // 1, 1e-3, … 1e-12
	}
	for _, unitOfA := range []float64{1, 1e-200, 1e290} { // the scale of A does not matter
		b := mat.NewDense[float64](5, 5)
		mat.Scale(b, unitOfA, a)
		for tolerance, want := range map[float64]int{0: 5, 1e-13: 5, 1e-11: 4, 1e-8: 3, 0.5: 1, 1: 0} {
			var q mat.QR[float64]
			q.FactorPivoted(b, tolerance, 1)
			require.Equal(t, want, q.Rank(), "tolerance %g", tolerance)
		}
	}
	var q mat.QR[float64]
	q.FactorPivoted(mat.NewDense[float64](4, 3), 0, 1)
	require.Zero(t, q.Rank())
	x := mat.DenseOf(3, 1, []float64{7, 7, 7})
	require.NoError(t, q.Solve(x, mat.DenseOf(4, 1, []float64{1, 2, 3, 4}), 1))
	require.Equal(t, []float64{0, 0, 0}, x.Data)
}

func TestQRSolvesAtTheEndsOfTheRange(t *testing.T) {
	both(t, testQRRange[float32], testQRRange[float64])
}

// testQRRange scales A and b by powers of two: x must be the solution without scaling, scaled, but for
// rounding errors, however close to overflow or underflow A and b are.
func testQRRange[T mat.Float](t *testing.T) {
	top := 1023
	if unit[T]() > 1e-10 {
		top = 127
	}
	a, b := random[float64](newRand(1), 40, 30), random[float64](newRand(2), 40, 9)
	round := func(m mat.Dense[float64]) { // to few digits, so that none are lost in denormal numbers
		elementwiseMap(m, func(_, _ int, v float64) float64 { return math.Round(v*128) / 128 })
	}
	round(a)
	round(b)
	for ea := -top + 10; ea < top; ea += top / 4 {
		for _, eb := range []int{max(ea-20, -top+10), ea, min(ea+20, top-1)} {
			as, bs := narrow[T](times2(a, ea)), narrow[T](times2(b, eb))
			for name, q := range bothWays(as) {
				x := mat.NewDense[T](30, 9)
				require.NoError(t, q.Solve(x, bs, 1))
				unscaled := bothWays(narrow[T](a))[name]
				want := mat.NewDense[T](30, 9)
				require.NoError(t, unscaled.Solve(want, narrow[T](b), 1))
				bound := 1e3 * unit[T]() * float64(mat.NormMax(want))
				requireWithin(t, x, times2(widen(mat.NoTrans, want), eb-ea),
					elementwiseMap(mat.NewDense[float64](30, 9), func(int, int, float64) float64 {
						return math.Ldexp(bound, eb-ea)
					}), 1, "%s, A times 2^%d, b times 2^%d", name, ea, eb)
			}
		}
	}
}

func TestQRReportsAZeroOnTheDiagonal(t *testing.T) {
	a := mat.DenseOf(3, 2, []float64{1, 2, 0, 0, 0, 0})
	var q mat.QR[float64]
	q.Factor(a, 1)
	require.Zero(t, q.Rcond())
	x := mat.DenseOf(2, 1, []float64{8, 9})
	var singular *mat.SingularError
	require.ErrorAs(t, q.Solve(x, mat.NewDense[float64](3, 1), 1), &singular)
	require.Equal(t, 2, singular.Index)
	require.Equal(t, []float64{8, 9}, x.Data)
	y := mat.NewDense[float64](3, 1)
	require.ErrorAs(t, q.SolveTrans(y, x, 1), &singular)
}

func TestQRPropagatesNaN(t *testing.T) {
	both(t, testQRNaN[float32], testQRNaN[float64])
}

func testQRNaN[T mat.Float](t *testing.T) {
	for _, special := range []T{nan[T](), inf[T]()} {
		a := random[T](newRand(1), 20, 10)
		a.Set(7, 4, special)
		b := random[T](newRand(2), 20, 1)
		for name, q := range bothWays(a) {
			x := mat.NewDense[T](10, 1)
			require.NoError(t, q.Solve(x, b, 1), name)
			for _, v := range x.Data {
				require.Equal(t, "NaN", class(v), "%s, %v in A", name, special)
			}
			require.Zero(t, q.Rcond(), name)
		}
		clean := random[T](newRand(1), 20, 10)
		b.Set(3, 0, special)
		for name, q := range bothWays(clean) {
			x := mat.NewDense[T](10, 1)
			require.NoError(t, q.Solve(x, b, 1), name)
			require.Equal(t, "NaN", class(x.At(0, 0)), "%s, %v in b", name, special)
		}
	}
}

func TestQRRcondIsCloseToTheTrueValueFromAbove(t *testing.T) {
	both(t, testQRRcond[float32], testQRRcond[float64])
}

func testQRRcond[T mat.Float](t *testing.T) {
	for n := 1; n < 40; n += 6 {
		a := random[T](newRand(n), n+5, n)
		for name, q := range bothWays(a) {
			r := mat.NewDense[T](n, n)
			q.R(r)
			wide := widen(mat.NoTrans, r)
			want := 1 / (norm1(wide) * norm1(inverse(wide)))
			rounding := 1 + 8*float64(n)*unit[T]()*(1+1/want)
			require.GreaterOrEqual(t, q.Rcond()*rounding, want, "%s n=%d", name, n)
			require.LessOrEqual(t, q.Rcond(), 3*want*rounding, "%s n=%d", name, n)
		}
	}
	var q mat.QR[T]
	q.Factor(mat.NewDense[T](3, 0), 1)
	require.Equal(t, 1.0, q.Rcond())
}

func TestQRMayBeFactoredAgainWithAnotherShape(t *testing.T) {
	both(t, testQRReuse[float32], testQRReuse[float64])
}

func testQRReuse[T mat.Float](t *testing.T) {
	var q mat.QR[T]
	for i, s := range [][2]int{{20, 10}, {50, 40}, {7, 7}, {0, 0}, {40, 40}} {
		a, b := random[T](newRand(i), s[0], s[1]), random[T](newRand(i+1), s[0], 2)
		x := mat.NewDense[T](s[1], 2)
		q.FactorPivoted(narrow[T](ofRank(i, 1, s[0]+3, s[1])), 0, 1)
		q.FactorPivoted(a, 0, 1)
		require.NoError(t, q.Solve(x, b, 1))
		requireLeastSquares(t, a, x, b, "pivoted %v", s)
		q.Factor(a, 1)
		require.Nil(t, q.Perm())
		require.NoError(t, q.Solve(x, b, 1))
		requireLeastSquares(t, a, x, b, "%v", s)
	}
}

func TestQRSolvesInSeveralGoroutinesAtOnce(t *testing.T) {
	both(t, testQRConcurrent[float32], testQRConcurrent[float64])
}

func testQRConcurrent[T mat.Float](t *testing.T) {
	var q mat.QR[T]
	q.FactorPivoted(narrow[T](ofRank(1, 30, 90, 50)), 0, 1)
	b := random[T](newRand(1), 90, 20)
	want := mat.NewDense[T](50, 20)
	require.NoError(t, q.Solve(want, b, 1))
	got := make([]mat.Dense[T], 4)
	errs := make([]error, len(got))
	var wg sync.WaitGroup
	for g := range got {
		got[g] = mat.NewDense[T](50, 20)
		wg.Go(func() { errs[g] = q.Solve(got[g], b, 2) })
	}
	wg.Wait()
	for g := range got {
		require.NoError(t, errs[g])
		requireSameBits(t, want, got[g], "goroutine %d", g)
	}
}

func TestQRSolveMayOverwriteB(t *testing.T) {
	both(t, testQRAlias[float32], testQRAlias[float64])
}

func testQRAlias[T mat.Float](t *testing.T) {
	a, b := random[T](newRand(1), 30, 30), random[T](newRand(2), 30, 9)
	for name, q := range bothWays(a) {
		want, got := mat.NewDense[T](30, 9), b.Clone()
		require.NoError(t, q.Solve(want, b, 1))
		require.NoError(t, q.Solve(got, got, 1))
		requireSameBits(t, want, got, "%s", name)
		got = b.Clone()
		require.NoError(t, q.SolveTrans(want, b, 1))
		require.NoError(t, q.SolveTrans(got, got, 1))
		requireSameBits(t, want, got, "%s", name)
	}
}

func TestQRPanicsOnWrongShapes(t *testing.T) {
	d := mat.NewDense[float64]
	var q mat.QR[float64]
	requirePanics(t, "mat: QR.Solve without a factorization", func() { _ = q.Solve(d(1, 1), d(1, 1), 1) })
	q.Factor(d(3, 2), 1)
	requirePanics(t, "mat: QR.Solve: x is 3×1 and b 3×1, want 2 and 3 rows", func() {
		_ = q.Solve(d(3, 1), d(3, 1), 1)
	})
	requirePanics(t, "mat: QR.SolveTrans: x is 3×1 and b 2×2, want 3 and 2 rows", func() {
		_ = q.SolveTrans(d(3, 1), d(2, 2), 1)
	})
	requirePanics(t, "mat: QR.MulQ of a 3×2 matrix: c is 2×3", func() { q.MulQ(mat.Left, mat.Trans, d(2, 3), 1) })
	requirePanics(t, "mat: QR.MulQ of a 3×2 matrix: c is 3×2", func() { q.MulQ(mat.Right, mat.Trans, d(3, 2), 1) })
	requirePanics(t, "mat: QR.R of a 3×2 matrix: dst is 1×2", func() { q.R(d(1, 2)) })
	requirePanics(t, "mat: QR.Q of a 3×2 matrix: dst is 3×1", func() { q.Q(d(3, 1), 1) })
	q.Factor(d(2, 3), 1)
	requirePanics(t, "mat: QR.Solve of a 2×3 matrix that was factored without pivoting", func() {
		_ = q.Solve(d(3, 1), d(2, 1), 1)
	})
	requirePanics(t, "mat: QR.SolveTrans of a 2×3 matrix that was factored without pivoting", func() {
		_ = q.SolveTrans(d(2, 1), d(3, 1), 1)
	})
}
