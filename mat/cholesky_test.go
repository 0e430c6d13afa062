package mat_test

import (
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func factored[T mat.Float](t testing.TB, a mat.Dense[T]) *mat.Cholesky[T] {
	t.Helper()
	var c mat.Cholesky[T]
	require.NoError(t, c.Factor(a, 1))
	return &c
}

func TestCholeskyFactorsTheLowerTriangleAndLeavesAAlone(t *testing.T) {
	both(t, testCholeskyFactor[float32], testCholeskyFactor[float64])
}

func testCholeskyFactor[T mat.Float](t *testing.T) {
	for _, n := range []int{0, 1, 5, 40, 70} {
		whole := narrow[T](wellConditioned(n, n))
		a := framedWith(n, n, nan[T]())
		mat.Copy(a.Dense, whole)
		poison(mat.Lower, a.Dense)
		before := a.Clone()

		c := factored(t, a.Dense)

		require.Equal(t, n, c.N())
		requireSameBits(t, before, a.Dense, "A, n=%d", n)
		requireBackwardError(t, mat.Lower, whole, c.L(), "Factor")
	}
}

func TestCholeskySolves(t *testing.T) {
	both(t, testCholeskySolve[float32], testCholeskySolve[float64])
}

func testCholeskySolve[T mat.Float](t *testing.T) {
	for _, n := range []int{0, 1, 33, 70} {
		c := factored(t, narrow[T](wellConditioned(n, n)))
		b := random[T](newRand(1), n, 9)

		x := b.Clone()
		c.Solve(x, 1)
		requireSolves(t, mat.Lower, c.L(), widen(mat.Trans, x), widen(mat.Trans, b), "Solve n=%d", n)

		bT := random[T](newRand(2), 9, n)
		x = bT.Clone()
		c.SolveRight(x, 1)
		requireSolves(t, mat.Lower, c.L(), widen(mat.NoTrans, x), widen(mat.NoTrans, bT), "SolveRight n=%d", n)

		v := bT.RowView(3, 1).Clone()
		c.SolveVec(v.Data)
		requireSolves(t, mat.Lower, c.L(), widen(mat.NoTrans, v), widen(mat.NoTrans, bT.RowView(3, 1)),
			"SolveVec n=%d", n)
	}
}

func TestCholeskyMayBeFactoredAgainWithAnotherSize(t *testing.T) {
	both(t, testCholeskyReuse[float32], testCholeskyReuse[float64])
}

func testCholeskyReuse[T mat.Float](t *testing.T) {
	var c mat.Cholesky[T]
	for _, n := range []int{20, 50, 7, 50, 0, 20} {
		a := narrow[T](wellConditioned(n, n))
		require.NoError(t, c.Factor(a, 1))
		require.Equal(t, n, c.N())
		requireBackwardError(t, mat.Lower, a, c.L(), "reused")
	}
	bad := narrow[T](laplacian(20))
	bad.Set(11, 11, -1)
	var npd *mat.NotPositiveDefiniteError
	require.ErrorAs(t, c.Factor(bad, 1), &npd)
	require.Equal(t, 12, npd.Minor)

	a := narrow[T](wellConditioned(3, 20))
	require.NoError(t, c.Factor(a, 1), "after a failure")
	requireBackwardError(t, mat.Lower, a, c.L(), "after a failure")
}

func TestCholeskySolvesInSeveralGoroutinesAtOnce(t *testing.T) {
	both(t, testCholeskyConcurrent[float32], testCholeskyConcurrent[float64])
}

func testCholeskyConcurrent[T mat.Float](t *testing.T) {
	c := factored(t, narrow[T](wellConditioned(1, 90)))
	b := random[T](newRand(1), 30, 90)
	want := b.Clone()
	c.SolveRight(want, 1)
	got := make([]mat.Dense[T], 4)
	var wg sync.WaitGroup
	for g := range got {
		got[g] = b.Clone()
		wg.Go(func() { c.SolveRight(got[g], 2) })
	}
	wg.Wait()
	for g := range got {
		requireSameBits(t, want, got[g], "goroutine %d", g)
	}
}

func TestLogDetOfKnownDeterminants(t *testing.T) {
	both(t, testLogDet[float32], testLogDet[float64])
}

func testLogDet[T mat.Float](t *testing.T) {
	d := make([]float64, 50)
	var want float64
	for i := range d {
		d[i] = []float64{1, 4, 16}[i%3]
		want += math.Log(d[i])
	}
	laplacianN := 70 // its determinant is n + 1
	for _, c := range []struct {
		name string
		a    mat.Dense[float64]
		want float64
	}{
		{"no elements", mat.NewDense[float64](0, 0), 0},
		{"one element", mat.DenseOf(1, 1, []float64{0.25}), math.Log(0.25)},
		{"product of its pivots", integral(1, d), want},
		{"laplacian", laplacian(laplacianN), math.Log(float64(laplacianN + 1))},
	} {
		t.Run(c.name, func(t *testing.T) {
			// A backward error of E changes log det by tr(A⁻¹E).
			bound := gamma[T](c.a.Rows+2) * 4 * norm1(c.a) * traceOfInverse(c.a)
			requireClose(t, factored(t, narrow[T](c.a)).LogDet(), c.want, bound+1e-15, "log det")
		})
	}
}

func traceOfInverse(a mat.Dense[float64]) float64 {
	inv := inverse(a)
	var s float64
	for i := range a.Rows {
		s += inv.At(i, i)
	}
	return s
}

func TestLogDetDoesNotOverflow(t *testing.T) {
	a := mat.NewDense[float32](60, 60)
	for i := range 60 {
		a.Set(i, i, 1e30)
	}
	require.InDelta(t, 60*30*math.Ln10, factored(t, a).LogDet(), 1e-3)
}

func TestRcondIsCloseToTheTrueValueFromAbove(t *testing.T) {
	both(t, testRcond[float32], testRcond[float64])
}

func testRcond[T mat.Float](t *testing.T) {
	type named struct {
		name string
		a    mat.Dense[float64]
	}
	cases := []named{
		{"one element", mat.DenseOf(1, 1, []float64{7})},
		{"two elements", mat.DenseOf(2, 2, []float64{2, 1, 1, 2})},
		{"graded", graded(1, 30)},
		{"laplacian", laplacian(50)},
		{"hilbert", hilbert(4)},
	}
	for n := 2; n < 40; n += 5 {
		cases = append(cases, named{"well conditioned", wellConditioned(n, n)},
			named{"ill conditioned", withCondition(n, n, 0.01/(float64(n)*unit[T]()))})
	}
	for _, c := range cases {
		a := narrow[T](c.a)
		wide := widen(mat.NoTrans, a)
		want := 1 / (norm1(wide) * norm1(inverse(wide)))
		got := map[string]float64{"Rcond": factored(t, a).Rcond()}
		for _, u := range uplos {
			f := a.Clone()
			require.NoError(t, mat.Potrf(u, f, 1))
			poison(u, f)
			got["Pocon "+triangle(u)] = mat.Pocon(u, f, norm1(wide))
		}
		// The solves behind the estimate have a relative error of about n·u/rcond. For a graded
		// matrix it is much smaller, but the bound need not be sharp.
		n := float64(a.Rows)
		rounding := 1 + min(0.5, 8*n*unit[T]()/want) + 8*n*unit[T]()
		for name, v := range got {
			require.GreaterOrEqual(t, v*rounding, want, "%s of %s n=%d", name, c.name, a.Rows)
			require.LessOrEqual(t, v, 3*want*rounding, "%s of %s n=%d", name, c.name, a.Rows)
		}
	}
}

func TestRcondOfPerfectAndEmptyMatrices(t *testing.T) {
	both(t, testRcondPerfect[float32], testRcondPerfect[float64])
}

func testRcondPerfect[T mat.Float](t *testing.T) {
	require.Equal(t, 1.0, factored(t, mat.NewDense[T](0, 0)).Rcond())
	identity := mat.NewDense[T](40, 40)
	for i := range 40 {
		identity.Set(i, i, 4)
	}
	require.InDelta(t, 1, factored(t, identity).Rcond(), 1e-6)
}

func TestRcondOfASmallMatrixIsExact(t *testing.T) {
	both(t, testRcondExact[float32], testRcondExact[float64])
}

// testRcondExact takes a matrix whose 1-norm is 6, from its first column, and whose inverse has
// 1-norm 5/6.
func testRcondExact[T mat.Float](t *testing.T) {
	a := mat.DenseOf(3, 3, []T{
		4, 1, 1,
		1, 2, 0,
		1, 0, 2,
	})
	require.InDelta(t, 0.2, factored(t, a).Rcond(), 1e-6)
}

func TestFactorTriangleReadsTheTriangleThatIsStored(t *testing.T) {
	both(t, testFactorTriangle[float32], testFactorTriangle[float64])
}

func testFactorTriangle[T mat.Float](t *testing.T) {
	for _, n := range []int{0, 1, 2, 20, 50} {
		a := narrow[T](wellConditioned(n, n))
		mat.Symmetrize(mat.Lower, a, 1)
		want := factored(t, a)
		for _, u := range uplos {
			stored := a.Clone()
			poison(u, stored)
			var c mat.Cholesky[T]
			require.NoError(t, c.FactorTriangle(u, stored, 1))
			requireSameTriangle(t, want.L(), c.L(), "%v, n=%d", u, n)
			require.Equal(t, want.Rcond(), c.Rcond(), "%v, n=%d", u, n)
			requirePoisoned(t, u, stored, "%v, n=%d", u, n)
		}
	}
	indefinite := mat.DenseOf(2, 2, []T{1, 2, 0, 1})
	var npd *mat.NotPositiveDefiniteError
	require.ErrorAs(t, new(mat.Cholesky[T]).FactorTriangle(mat.Upper, indefinite, 1), &npd)
	requirePanics(t, "mat: Cholesky.FactorTriangle of a 2×3 matrix", func() {
		_ = new(mat.Cholesky[T]).FactorTriangle(mat.Upper, mat.NewDense[T](2, 3), 1)
	})
}

// Rcond is dimensionless: it is the same for all multiples of A.
// A column sum beyond the largest number is no infinite norm.
func TestRcondNearOverflow(t *testing.T) {
	rcond := func(unit float64) (of [3]float64) {
		c := factored(t, mat.DenseOf(2, 2, []float64{1.7 * unit, unit, unit, 1.7 * unit}))
		upper := mat.DenseOf(2, 2, []float64{unit, unit, 0, unit})
		return [3]float64{c.Rcond(), mat.Trcon(mat.OneNorm, mat.Upper, mat.NonUnit, upper),
			mat.Trcon(mat.InfNorm, mat.Upper, mat.NonUnit, upper)}
	}
	want := rcond(1)
	require.InEpsilon(t, 0.7/2.7, want[0], 1e-15)
	for i, got := range rcond(1e308) {
		require.InEpsilon(t, want[i], got, 1e-15, "%d", i)
	}
	infinite := mat.DenseOf(1, 1, []float64{math.Inf(1)})
	require.Zero(t, mat.Trcon(mat.OneNorm, mat.Upper, mat.NonUnit, infinite))
}

func TestRcondDoesNotDependOnTheScale(t *testing.T) {
	both(t, testRcondScaled[float32], testRcondScaled[float64])
}

func testRcondScaled[T mat.Float](t *testing.T) {
	scales := []float64{0x1p-1000, 0x1p-600, 0x1p900, 0x1p1010}
	if unit[T]() > 1e-10 {
		scales = []float64{2e-38, 0x1p-125, 0x1p-100, 0x1p100, 0x1p123}
	}
	for _, n := range []int{1, 7, 60} {
		for _, wide := range []mat.Dense[float64]{identity(n), wellConditioned(n, n)} {
			a := narrow[T](wide)
			x := random[T](newRand(n), n, 1)
			plain, updated := factored(t, a), factored(t, a)
			require.NoError(t, updated.Update(x))
			for _, s := range scales {
				scaled := a.Clone()
				mat.Scale(scaled, T(s), scaled)
				c := factored(t, scaled)
				require.InEpsilon(t, plain.Rcond(), c.Rcond(), 1e-4, "n=%d times %v", n, s)
				mat.Scale(x, T(math.Sqrt(s)), x)
				require.NoError(t, c.Update(x))
				require.InEpsilon(t, updated.Rcond(), c.Rcond(), 1e-4, "updated, n=%d times %v", n, s)
				mat.Scale(x, T(1/math.Sqrt(s)), x)
			}
		}
	}
}

func TestCholeskyPanicsOnWrongShapes(t *testing.T) {
	c, d := factored(t, laplacian(3)), mat.NewDense[float64]
	for message, f := range map[string]func(){
		"Factor of a 2×3 matrix":                func() { _ = c.Factor(d(2, 3), 1) },
		"Solve of order 3: b is 2×3":            func() { c.Solve(d(2, 3), 1) },
		"SolveRight of order 3: b is 3×2":       func() { c.SolveRight(d(3, 2), 1) },
		"SolveVec of order 3: x has 1 element":  func() { c.SolveVec(make([]float64, 1)) },
		"SolveVec of order 3: x has 4 elements": func() { c.SolveVec(make([]float64, 4)) },
		"Inverse: shapes 2×3 and 3×3 differ":    func() { c.Inverse(d(2, 3), 1) },
	} {
		requirePanics(t, "mat: Cholesky."+message, f)
	}
}

func TestCholeskyWithoutAFactorPanics(t *testing.T) {
	var c mat.Cholesky[float64]
	require.NoError(t, c.Factor(mat.DenseOf(1, 1, []float64{4}), 1))
	require.Equal(t, 1.0, c.Rcond())
	require.Error(t, c.Factor(mat.DenseOf(2, 2, []float64{1, 2, 2, 1}), 1))
	for name, use := range map[string]func(){
		"L":          func() { c.L() },
		"Solve":      func() { c.Solve(mat.NewDense[float64](2, 1), 1) },
		"SolveRight": func() { c.SolveRight(mat.NewDense[float64](1, 2), 1) },
		"SolveVec":   func() { c.SolveVec(make([]float64, 2)) },
		"Inverse":    func() { c.Inverse(mat.NewDense[float64](2, 2), 1) },
		"Update":     func() { _ = c.Update(mat.NewDense[float64](2, 1)) },
		"Downdate":   func() { _ = c.Downdate(mat.NewDense[float64](2, 1)) },
		"LogDet":     func() { c.LogDet() },
		"Rcond":      func() { c.Rcond() },
	} {
		require.PanicsWithValue(t, "mat: Cholesky."+name+" without a successful Factor", use)
	}
}
