package mat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestLargeElementsLeaveSmallOnesOfOtherRowsAlone(t *testing.T) {
	a := mat.DenseOf(2, 2, []float32{1e-10, 0, 0, 3e38})
	x := []float32{1e-10, 3e38}
	f := factoredLU(t, a)
	f.SolveVec(x)
	require.InDeltaSlice(t, []float32{1, 1}, x, 1e-6)
	var q mat.QR[float32]
	q.Factor(a, 1)
	y := mat.NewDense[float32](2, 1)
	require.NoError(t, q.Solve(y, mat.DenseOf(2, 1, []float32{1e-10, 3e38}), 1))
	require.InDeltaSlice(t, []float32{1, 1}, y.Data, 1e-6)
	q.Factor(mat.DenseOf(2, 2, []float32{0x1p-149, 0, 0, 0x1p-149}), 1)
	require.NoError(t, q.Solve(y, mat.DenseOf(2, 1, []float32{0x1p127, 0}), 1))
	require.Zero(t, y.Data[1], "a zero stays zero if the rest overflows")
}

// Small elements beside some near overflow make no matrix singular, unless the factors overflow.
func TestLUOfElementsAtBothEndsOfTheRange(t *testing.T) {
	both(t, testLUBothEnds[float32], testLUBothEnds[float64])
}

func testLUBothEnds[T mat.Float](t *testing.T) {
	large, small := math.Ldexp(1.5, 127), math.Ldexp(1.25, -126)
	if unit[T]() < 1e-10 {
		large, small = math.Ldexp(1.5, 1023), math.Ldexp(1.25, -1022)
	}
	p, q := T(large), T(small)
	for name, a := range map[string]mat.Dense[T]{
		"diagonal":               mat.DenseOf(2, 2, []T{p, 0, 0, q}),
		"whose 1-norm overflows": mat.DenseOf(2, 2, []T{p, 0, -p, q}),
		"whose factors overflow": mat.DenseOf(3, 3, []T{p, p, 0, -p, p, 0, 0, 0, q * (1 << 20)}),
	} {
		f := factoredLU(t, a)
		n := a.Rows
		if n == 2 {
			require.Equal(t, large*small, f.Det(), name)
		}
		log, sign := f.LogDet()
		require.Equal(t, 1.0, sign, name)
		require.False(t, math.IsInf(log, 0) || math.IsNaN(log), name)
		rcond := f.Rcond()
		require.True(t, 0 <= rcond && rcond < unit[T](), name)
		bound := mat.NewDense[float64](n, n)
		bound.Fill(4 * unit[T]())
		x := a.Clone()
		mat.Scale(x, 0.25, x)
		f.Solve(x, 1)
		requireWithin(t, x, quarter(n), bound, 1, "%s", name)
		x = a.Transposed()
		mat.Scale(x, 0.25, x)
		f.SolveTrans(x, 1)
		requireWithin(t, x, quarter(n), bound, 1, "%s, transposed", name)
	}
}

// Scaled, the smaller pivot would be a denormal number with few digits.
func TestLUKeepsTheDigitsOfSmallElementsBesideSomeNearOverflow(t *testing.T) {
	both(t, testLUSmallDigits[float32], testLUSmallDigits[float64])
}

func testLUSmallDigits[T mat.Float](t *testing.T) {
	largest, least := 127, -126
	if unit[T]() < 1e-10 {
		largest, least = 1023, -1022
	}
	for more := 0; more < 60; more++ {
		large, small := math.Ldexp(1.5, largest), math.Ldexp(1+10*unit[T](), least+more)
		f := factoredLU(t, mat.DenseOf(2, 2, []T{T(large), 0, 0, T(small)}))
		require.Equal(t, large*small, f.Det(), more)
		x := []T{T(large), T(small)}
		f.SolveVec(x)
		require.InDeltaSlice(t, []T{1, 1}, x, 4*unit[T](), more)
	}
}

// quarter is a quarter of the identity.
func quarter(n int) mat.Dense[float64] {
	x := identity(n)
	mat.Scale(x, 0.25, x)
	return x
}

// The solution of a system whose matrix and right-hand side are tiny is not, so it has all digits.
func TestLUSolvesForTinyRightHandSides(t *testing.T) {
	both(t, testLUTiny[float32], testLUTiny[float64])
}

func testLUTiny[T mat.Float](t *testing.T) {
	least := -149
	if unit[T]() < 1e-10 {
		least = -1074
	}
	tiny := func(v float64, e int) T { return T(math.Ldexp(v, least+e)) }
	f := factoredLU(t, mat.DenseOf(2, 2, []T{tiny(3, 14), 0, 0, tiny(7, 14)}))
	want := []float64{1.0 / 3 / (1 << 12), 1.0 / 7 / (1 << 14)}
	for _, solve := range []func(x mat.Dense[T]){
		func(x mat.Dense[T]) { f.Solve(x, 1) },
		func(x mat.Dense[T]) { f.SolveTrans(x, 1) },
		func(x mat.Dense[T]) { f.SolveVec(x.Data) },
	} {
		x := mat.DenseOf(2, 1, []T{tiny(1, 2), tiny(1, 0)})
		solve(x)
		for i, v := range want {
			require.InEpsilon(t, v, x.Data[i], 4*unit[T]())
		}
	}
}

func TestLUSolvesAtTheEndsOfTheRange(t *testing.T) {
	both(t, testLURange[float32], testLURange[float64])
}

// testLURange scales A and b by powers of two: x must be the solution without scaling, scaled.
func testLURange[T mat.Float](t *testing.T) {
	top := 1023
	if unit[T]() > 1e-10 {
		top = 127
	}
	digits := func(_, _ int, v float64) float64 { return math.Round(v*128) / 128 } // few: denormal numbers lose none
	a := elementwiseMap(random[float64](newRand(1), 30, 30), digits)
	b := elementwiseMap(random[float64](newRand(2), 30, 9), digits)
	want := narrow[T](b)
	factoredLU(t, narrow[T](a)).Solve(want, 1)
	for ea := -top + 10; ea < top; ea += top / 4 {
		for _, eb := range []int{max(ea-20, -top+10), ea, min(ea+20, top-8)} {
			f := factoredLU(t, narrow[T](times2(a, ea)))
			x := narrow[T](times2(b, eb))
			f.Solve(x, 1)
			scale := mat.NewDense[float64](30, 9)
			scale.Fill(math.Ldexp(1e4*unit[T]()*float64(mat.NormMax(want)), eb-ea))
			requireWithin(t, x, times2(widen(mat.NoTrans, want), eb-ea), scale, 1,
				"A times 2^%d, b times 2^%d", ea, eb)
			log, _ := f.LogDet()
			log0, _ := factoredLU(t, narrow[T](a)).LogDet()
			require.InDelta(t, log0+30*float64(ea)*math.Ln2, log, 1e-3*math.Abs(float64(ea))*1e-3+1e-2)
		}
	}
}
