package mat_test

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func factoredLU[T mat.Float](t testing.TB, a mat.Dense[T]) *mat.LU[T] {
	t.Helper()
	var f mat.LU[T]
	require.NoError(t, f.Factor(a, 1))
	return &f
}

func TestLUIsAFactorizationOfA(t *testing.T) {
	both(t, testLUFactors[float32], testLUFactors[float64])
}

func testLUFactors[T mat.Float](t *testing.T) {
	for _, n := range []int{0, 1, 5, 40, 130} {
		a := input[T](newRand(n), n, n)
		before := a.Clone()
		f := factoredLU(t, a.Dense)
		requireSameBits(t, before, a.Dense.Clone(), "A, n=%d", n)
		require.Equal(t, n, f.N())
		l, u, perm := output[T](newRand(1), n, n), output[T](newRand(2), n, n), make([]int, n)
		f.L(l.Dense)
		f.U(u.Dense)
		f.Perm(perm)
		l.requireFrameIntact(t, "L")
		u.requireFrameIntact(t, "U")
		requirePermutation(t, perm)
		permuted := before.Clone()
		for i, p := range perm {
			mat.Copy(permuted.RowView(i, 1), before.RowView(p, 1))
		}
		residual, scale := productOracle(-1, widen(mat.NoTrans, l.Dense), widen(mat.Trans, u.Dense), 1,
			widen(mat.NoTrans, permuted))
		requireWithin(t, residual, mat.NewDense[float64](n, n), scale, gamma[T](n+4), "n=%d", n)
		for i := range n {
			for j := range n {
				if j > i {
					require.Zero(t, l.At(i, j))
				}
				if j < i {
					require.Zero(t, u.At(i, j))
				}
			}
			require.Equal(t, T(1), l.At(i, i))
		}
	}
}

// requireSolvesLU bounds |B − A·X| by 3γₙ|P||L||U||X| (Higham, theorem 9.4). Columns of x and b are
// the unknowns and the right-hand sides.
func requireSolvesLU[T mat.Float](t testing.TB, a mat.Dense[T], f *mat.LU[T], tr mat.Transpose, x, b mat.Dense[T],
	msg string, args ...any) {
	t.Helper()
	n := a.Rows
	l, u, perm := mat.NewDense[T](n, n), mat.NewDense[T](n, n), make([]int, n)
	f.L(l)
	f.U(u)
	f.Perm(perm)
	_, product := productOracle(1, widen(mat.NoTrans, l), widen(mat.Trans, u), 0, mat.NewDense[float64](n, n))
	size := mat.NewDense[float64](n, n) // |P||L||U|
	for i, p := range perm {
		mat.Copy(size.RowView(p, 1), product.RowView(i, 1))
	}
	if tr == mat.Trans {
		size = size.Transposed()
	}
	residual, _ := productOracle(-1, widen(tr, a), widen(mat.Trans, x), 1, widen(mat.NoTrans, b))
	_, scale := productOracle(1, size, widen(mat.Trans, x), 0, mat.NewDense[float64](n, x.Cols))
	requireWithin(t, residual, mat.NewDense[float64](n, x.Cols), scale, 3*gamma[T](n+4), msg, args...)
}

func TestLUSolves(t *testing.T) {
	both(t, testLUSolve[float32], testLUSolve[float64])
}

func testLUSolve[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{1, 33}, []int{0, 1, 2, 33, 70, 130}) {
		for _, kind := range hardKinds[:4] {
			a := narrow[T](kind.make(n, n, n))
			var f mat.LU[T]
			if f.Factor(a, 1) != nil {
				continue // singular when rounded to T
			}
			if f.Rcond() < 1e-3*unit[T]() {
				continue // the solutions are almost infinite
			}
			for _, rhs := range []int{0, 1, 9, 40} {
				b := random[T](newRand(rhs), n, rhs)
				x := output[T](newRand(1), n, rhs)
				mat.Copy(x.Dense, b)
				f.Solve(x.Dense, 2)
				x.requireFrameIntact(t, "Solve")
				requireSolvesLU(t, a, &f, mat.NoTrans, x.Dense.Clone(), b,
					"%s, n=%d, %d right-hand sides", kind.name, n, rhs)
				mat.Copy(x.Dense, b)
				f.SolveTrans(x.Dense, 2)
				x.requireFrameIntact(t, "SolveTrans")
				requireSolvesLU(t, a, &f, mat.Trans, x.Dense.Clone(), b,
					"transposed %s, n=%d, %d right-hand sides", kind.name, n, rhs)
			}
			v := randomVector[T](newRand(1), n)
			x := append([]T{}, v...)
			f.SolveVec(x)
			requireSolvesLU(t, a, &f, mat.NoTrans, mat.DenseOf(n, 1, x), mat.DenseOf(n, 1, v),
				"SolveVec, %s, n=%d", kind.name, n)
		}
	}
}

func TestLUInverseTimesAIsTheIdentity(t *testing.T) {
	both(t, testLUInverse[float32], testLUInverse[float64])
}

// testLUInverse bounds |X·A − I| by 2γₙ₊₂|X||P||L||U|.
func testLUInverse[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{0, 1, 33, 70}, []int{0, 1, 2, 33, 64, 65, 70, 130, 200}) {
		a := random[T](newRand(n), n, n)
		f := factoredLU(t, a)
		x := output[T](newRand(1), n, n)
		f.Inverse(x.Dense, 2)
		x.requireFrameIntact(t, "n=%d", n)
		l, u, perm := mat.NewDense[T](n, n), mat.NewDense[T](n, n), make([]int, n)
		f.L(l)
		f.U(u)
		f.Perm(perm)
		_, product := productOracle(1, widen(mat.NoTrans, l), widen(mat.Trans, u), 0, mat.NewDense[float64](n, n))
		size := mat.NewDense[float64](n, n)
		for i, p := range perm {
			mat.Copy(size.RowView(p, 1), product.RowView(i, 1))
		}
		residual, _ := productOracle(1, widen(mat.NoTrans, x.Dense), widen(mat.Trans, a), -1, identity(n))
		_, scale := productOracle(1, widen(mat.NoTrans, x.Dense), size.Transposed(), 0, mat.NewDense[float64](n, n))
		requireWithin(t, residual, mat.NewDense[float64](n, n), scale, 2*gamma[T](n+4), "X·A − I, n=%d", n)
	}
}

func TestGetriRefusesAZeroOnTheDiagonal(t *testing.T) {
	a := mat.DenseOf(2, 2, []float64{1, 2, 0.5, 0})
	before := a.Clone()
	var singular *mat.SingularError
	require.ErrorAs(t, mat.Getri(a, []int{0, 1}, 1), &singular)
	require.Equal(t, 2, singular.Index)
	requireSameBits(t, before, a, "a")
}

func TestLUReportsASingularMatrix(t *testing.T) {
	a := mat.DenseOf(3, 3, []float64{1, 2, 3, 2, 4, 6, 1, 1, 1})
	var f mat.LU[float64]
	err := f.Factor(a, 1)
	var singular *mat.SingularError
	require.ErrorAs(t, err, &singular)
	require.Equal(t, 3, singular.Index)
	require.EqualError(t, err, "mat: matrix is singular: element 3 of the diagonal is zero")
	require.NoError(t, f.Factor(identity(2), 1))
	require.Equal(t, 1.0, f.Det())
}

// Elimination takes the zero for the largest element of its column.
func TestLUDoesNotTakeAMatrixWithAZeroBesideNaNForSingular(t *testing.T) {
	both(t, testLUZeroBesideNaN[float32], testLUZeroBesideNaN[float64])
}

func testLUZeroBesideNaN[T mat.Float](t *testing.T) {
	for _, n := range []int{2, 40} {
		a := mat.NewDense[T](n, n)
		a.Fill(1)
		for i := range n {
			a.Set(i, 0, 0)
		}
		a.Set(n-1, 0, nan[T]())
		f := factoredLU(t, a)
		x := constant[T](n, 1)
		f.SolveVec(x)
		require.Equal(t, "NaN", class(x[n-1]))
		f.SolveTrans(mat.DenseOf(n, 1, x), 1)
		inv := mat.NewDense[T](n, n)
		f.Inverse(inv, 1)
		require.Equal(t, "NaN", class(inv.At(0, 0)))
		require.Zero(t, f.Rcond())
	}
}

func TestLUPropagatesNaN(t *testing.T) {
	both(t, testLUNaN[float32], testLUNaN[float64])
}

func testLUNaN[T mat.Float](t *testing.T) {
	for _, special := range []T{nan[T](), inf[T]()} {
		a := random[T](newRand(1), 20, 20)
		a.Set(7, 4, special)
		f := factoredLU(t, a)
		x := randomVector[T](newRand(2), 20)
		f.SolveVec(x)
		if special != special {
			require.Equal(t, "NaN", class(x[19]))
			require.True(t, math.IsNaN(f.Det()))
			_, sign := f.LogDet()
			require.True(t, math.IsNaN(sign))
		}
		require.Zero(t, f.Rcond())
	}
}

func TestLUSolvesInSeveralGoroutinesAtOnce(t *testing.T) {
	both(t, testLUConcurrent[float32], testLUConcurrent[float64])
}

func testLUConcurrent[T mat.Float](t *testing.T) {
	f := factoredLU(t, random[T](newRand(1), 90, 90))
	b := random[T](newRand(1), 90, 30)
	want := b.Clone()
	f.Solve(want, 1)
	got := make([]mat.Dense[T], 4)
	var wg sync.WaitGroup
	for g := range got {
		got[g] = b.Clone()
		wg.Go(func() { f.Solve(got[g], 2) })
	}
	wg.Wait()
	for g := range got {
		requireSameBits(t, want, got[g], "goroutine %d", g)
	}
}

func TestLUPanicsOnWrongShapes(t *testing.T) {
	d := mat.NewDense[float64]
	f := factoredLU(t, identity(3))
	for message, use := range map[string]func(){
		"Factor of a 2×3 matrix":                func() { _ = f.Factor(d(2, 3), 1) },
		"Solve of order 3: b is 2×3":            func() { f.Solve(d(2, 3), 1) },
		"SolveTrans of order 3: b is 4×1":       func() { f.SolveTrans(d(4, 1), 1) },
		"SolveVec of order 3: x has 2 elements": func() { f.SolveVec(make([]float64, 2)) },
		"Inverse: shapes 2×3 and 3×3 differ":    func() { f.Inverse(d(2, 3), 1) },
		"L: shapes 2×3 and 3×3 differ":          func() { f.L(d(2, 3)) },
		"U: shapes 2×3 and 3×3 differ":          func() { f.U(d(2, 3)) },
		"Perm of order 3: dst has 2 elements":   func() { f.Perm(make([]int, 2)) },
	} {
		requirePanics(t, "mat: LU."+message, use)
	}
	require.Equal(t, 1.0, f.Det(), "still that of the identity")
}

func TestLUWithoutAFactorPanics(t *testing.T) {
	var f mat.LU[float64]
	d := mat.NewDense[float64]
	for name, use := range map[string]func(){
		"Solve":      func() { f.Solve(d(0, 0), 1) },
		"SolveTrans": func() { f.SolveTrans(d(0, 0), 1) },
		"SolveVec":   func() { f.SolveVec(nil) },
		"Inverse":    func() { f.Inverse(d(0, 0), 1) },
		"Det":        func() { f.Det() },
		"LogDet":     func() { f.LogDet() },
		"Rcond":      func() { f.Rcond() },
		"L":          func() { f.L(d(0, 0)) },
		"U":          func() { f.U(d(0, 0)) },
		"Perm":       func() { f.Perm(nil) },
	} {
		require.PanicsWithValue(t, fmt.Sprintf("mat: LU.%s without a Factor", name), use)
	}
}

func BenchmarkGetri(b *testing.B) {
	b.Run("f32", benchmarkGetri[float32])
	b.Run("f64", benchmarkGetri[float64])
}

func benchmarkGetri[T mat.Float](b *testing.B) {
	for _, n := range []int{64, 256, 1024} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a, ipiv := random[T](newRand(1), n, n), make([]int, n)
			if err := mat.Getrf(a, ipiv, mat.AllWorkers); err != nil {
				b.Fatal(err)
			}
			f := a.Clone()
			measure(b, 4.0/3*float64(n)*float64(n)*float64(n), func() {
				mat.Copy(f, a)
				if err := mat.Getri(f, ipiv, mat.AllWorkers); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}
