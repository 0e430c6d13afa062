package mat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// solver is a way to solve op(A)·X = B.
type solver[T mat.Float] struct {
	name  string
	t     mat.Transpose
	solve func(t *testing.T, a, b mat.Dense[T]) (x mat.Dense[T])
}

func solvers[T mat.Float]() []solver[T] {
	lu := func(solve func(f *mat.LU[T], x mat.Dense[T])) func(t *testing.T, a, b mat.Dense[T]) mat.Dense[T] {
		return func(t *testing.T, a, b mat.Dense[T]) mat.Dense[T] {
			x := b.Clone()
			solve(factoredLU(t, a), x)
			return x
		}
	}
	qr := func(solve func(q *mat.QR[T], x, b mat.Dense[T]) error) func(t *testing.T, a, b mat.Dense[T]) mat.Dense[T] {
		return func(t *testing.T, a, b mat.Dense[T]) mat.Dense[T] {
			var q mat.QR[T]
			q.Factor(a, 1)
			x := mat.NewDense[T](b.Rows, b.Cols)
			require.NoError(t, solve(&q, x, b))
			return x
		}
	}
	return []solver[T]{
		{"LU.Solve", mat.NoTrans, lu(func(f *mat.LU[T], x mat.Dense[T]) { f.Solve(x, 2) })},
		{"LU.SolveTrans", mat.Trans, lu(func(f *mat.LU[T], x mat.Dense[T]) { f.SolveTrans(x, 2) })},
		{"QR.Solve", mat.NoTrans, qr(func(q *mat.QR[T], x, b mat.Dense[T]) error { return q.Solve(x, b, 2) })},
		{"QR.SolveTrans", mat.Trans, qr(func(q *mat.QR[T], x, b mat.Dense[T]) error { return q.SolveTrans(x, b, 2) })},
	}
}

// ends are the exponents of the largest power of two of T, and of the smallest normal one.
func ends[T mat.Float]() (largest, least int) {
	if unit[T]() < 1e-10 {
		return 1023, -1022
	}
	return 127, -126
}

// The elements of A and b are far from the ends of the range, and x is within, but not an unknown on the way to it.
func TestSolutionsInRangeWhereOnlyAnUnknownOnTheWayOverflows(t *testing.T) {
	both(t, testOverflowOnTheWay[float32], testOverflowOnTheWay[float64])
}

func testOverflowOnTheWay[T mat.Float](t *testing.T) {
	largest, _ := ends[T]()
	p := func(v float64, e int) T { return T(math.Ldexp(v, e)) }
	x := p(1.75, largest) // U⁻ᵀb has the element x + x
	a := mat.DenseOf(2, 2, []T{p(1, -10), p(1, -10), p(1, -10), p(3, -10)})
	b := []T{p(2*1.75, largest-10), p(4*1.75, largest-10)}
	f := factoredLU(t, a)
	column := mat.DenseOf(2, 1, b)
	f.SolveTrans(column, 1)
	require.Equal(t, []T{x, x}, column.Data)
}

func TestSolutionsInRangeOfSystemsNearItsEnds(t *testing.T) {
	both(t, testSolveEnds[float32], testSolveEnds[float64])
}

func testSolveEnds[T mat.Float](t *testing.T) {
	largest, least := ends[T]()
	digits := int(-math.Log2(unit[T]()))
	p := func(v float64, e int) T { return T(math.Ldexp(v, e)) }
	type system struct {
		name    string
		n, cols int
		a, b, x []T
	}
	for _, c := range []system{
		{"an unknown that overflows if A is scaled down", 2, 1,
			[]T{p(1, largest), 0, 0, p(1, least+digits+3)}, []T{0, p(1, 3)},
			[]T{0, p(1, -least-digits)}},
		{"beside an unknown that must keep its digits", 2, 1,
			[]T{p(1, largest), 0, 0, p(1, least+digits+3)}, []T{p(1, 70), p(1, 3)},
			[]T{p(1, 70-largest), p(1, -least-digits)}},
		{"columns of all sizes", 2, 3,
			[]T{p(1, largest), 0, 0, p(1, least+digits+3)},
			[]T{p(1, 3), p(1, -least-digits), 0, p(1, 3), p(1, least), p(1, least)},
			[]T{p(1, 3-largest), p(1, -least-digits-largest), 0,
				p(1, -least-digits), p(1, -digits-3), p(1, -digits-3)}},
		{"a small element below a large one", 2, 1,
			[]T{p(3, least+16), 0, 0, p(3, least+16)}, []T{1, p(1, least-digits+3)},
			[]T{p(1./3, -least-16), p(1./3, -digits-13)}},
		{"a small and a large column", 2, 2,
			[]T{p(3, least+16), 0, 0, p(3, least+16)}, []T{1, p(1, least-digits+2), 1, p(1, least-digits+3)},
			[]T{p(1./3, -least-16), p(1./3, -digits-14), p(1./3, -least-16), p(1./3, -digits-13)}},
		{"a tiny column and an ordinary A", 2, 2,
			[]T{p(1, -30), 0, p(3, -32), p(1, -30)}, []T{p(1, least-digits+2), 1, p(1, least-digits+2), 1},
			[]T{p(1, least-digits+32), p(1, 30), p(1, least-digits+30), p(1, 28)}},
	} {
		for _, s := range solvers[T]() {
			a := mat.DenseOf(c.n, c.n, c.a)
			if s.t == mat.Trans {
				a = a.Transposed()
			}
			x := s.solve(t, a, mat.DenseOf(c.n, c.cols, c.b))
			for i, want := range c.x {
				require.InDelta(t, 1, ratio(x.Data[i], want), 64*unit[T](), "%s: %s, element %d: %v, want %v",
					s.name, c.name, i, x.Data[i], want)
			}
		}
	}
}

// ratio is x/y, and 1 if both are zero.
func ratio[T mat.Float](x, y T) float64 {
	if x == 0 && y == 0 {
		return 1
	}
	return float64(x) / float64(y)
}

// The terms overflow, but their sum doesn't.
func TestSolutionsWhoseTermsOverflow(t *testing.T) {
	both(t, testSolveTerms[float32], testSolveTerms[float64])
}

func testSolveTerms[T mat.Float](t *testing.T) {
	largest, _ := ends[T]()
	p := func(e int) T { return T(math.Ldexp(1, e)) }
	for _, large := range []int{largest * 3 / 4, largest - 7} { // A that is not scaled, and is
		a := mat.DenseOf(2, 2, []T{p(large), -p(large), 0, p(-20)})
		b := mat.DenseOf(2, 2, []T{0, 0, p(largest/2 - 20), 1})
		want := []T{p(largest / 2), p(20), p(largest / 2), p(20)}
		for _, s := range solvers[T]() {
			of := a
			if s.t == mat.Trans {
				of = a.Transposed()
			}
			for i, v := range s.solve(t, of, b).Data {
				require.InDelta(t, 1, ratio(v, want[i]), 64*unit[T](), "%s, 2^%d, element %d", s.name, large, i)
			}
		}
	}
}

// No step of the substitution overflows by itself: the unknowns grow from one to the next.
func TestSolutionsInRangeWhoseTermsOverflowAfterSeveralSteps(t *testing.T) {
	both(t, testSolveSteps[float32], testSolveSteps[float64])
}

func testSolveSteps[T mat.Float](t *testing.T) {
	p := func(e int) T { return T(math.Ldexp(1, e)) }
	large, step := 60, 40
	if unit[T]() < 1e-10 {
		large, step = 450, 300
	}
	a := mat.DenseOf(4, 4, []T{p(large), p(large), 0, 0, 0, 1, p(step), 0, 0, 0, 1, p(step), 0, 0, 0, 1})
	b := mat.DenseOf(4, 2, []T{0, 1, 0, 0, 0, 0, 1, 0})
	want := []T{-p(2 * step), p(-large), p(2 * step), 0, -p(step), 0, 1, 0}
	for _, s := range solvers[T]() {
		of := a
		if s.t == mat.Trans {
			of = a.Transposed()
		}
		if s.name == "QR.SolveTrans" {
			continue // its rounding errors are relative to whole rows of A
		}
		require.Equal(t, want, s.solve(t, of, b).Data, s.name)
	}
}

// If A's columns are scaled by powers of two, so is the solution, and nothing else changes.
func TestSolutionsOfScaledColumnsAreScaled(t *testing.T) {
	both(t, testSolveScaled[float32], testSolveScaled[float64])
}

func testSolveScaled[T mat.Float](t *testing.T) {
	largest, least := ends[T]()
	digits := func(_, _ int, v float64) float64 { return math.Round(v*128) / 128 } // few: denormal numbers lose none
	n := 20
	a := elementwiseMap(random[float64](newRand(1), n, n), digits)
	b := narrow[T](elementwiseMap(random[float64](newRand(2), n, 3), digits))
	for i := range n {
		a.Set(i, i, a.At(i, i)+4)
	}
	for name, exponent := range map[string]func(j int) int{
		"large": func(j int) int { return largest - 4 - j%20 },
		"small": func(j int) int { return least + 10 + j%5 },
		"both":  func(j int) int { return []int{largest - 4, least + 20}[j%2] },
	} {
		scaled := elementwiseMap(a.Clone(), func(_, j int, v float64) float64 { return math.Ldexp(v, exponent(j)) })
		for _, s := range solvers[T]() {
			if s.t == mat.Trans || name == "both" && s.name == "QR.Solve" {
				continue // this would scale the right-hand sides, or the small columns become zero
			}
			want := s.solve(t, narrow[T](a), b)
			x := s.solve(t, narrow[T](scaled), b)
			for i, v := range x.Data {
				require.InDelta(t, float64(want.Data[i]), math.Ldexp(float64(v), exponent(i/3)), 1e3*unit[T](),
					"%s, %s, element %d", s.name, name, i)
			}
		}
	}
}

func TestInversesInRangeOfMatricesNearItsEnds(t *testing.T) {
	both(t, testInverseEnds[float32], testInverseEnds[float64])
}

func testInverseEnds[T mat.Float](t *testing.T) {
	largest, least := ends[T]()
	digits := int(-math.Log2(unit[T]()))
	p := func(e int) T { return T(math.Ldexp(1, e)) }
	small, off := least+digits+3, least+digits+22
	a := mat.DenseOf(3, 3, []T{p(largest - 1), 0, 0, 0, p(small), p(off), 0, 0, p(small)})
	inv := mat.NewDense[T](3, 3)
	factoredLU(t, a).Inverse(inv, 2)
	require.Equal(t, []T{p(1 - largest), 0, 0, 0, p(-small), -p(off - 2*small), 0, 0, p(-small)}, inv.Data)
}

func TestShortestSolutionsOfDeficientMatricesNearTheEndsOfTheRange(t *testing.T) {
	both(t, testShortestEnds[float32], testShortestEnds[float64])
}

func testShortestEnds[T mat.Float](t *testing.T) {
	largest, least := ends[T]()
	digits := func(_, _ int, v float64) float64 { return math.Round(v*128) / 128 } // few: denormal numbers lose none
	a := elementwiseMap(random[float64](newRand(1), 6, 4), digits)
	for i := range a.Rows {
		a.Set(i, 3, a.At(i, 0)-a.At(i, 1))
	}
	for _, trans := range []mat.Transpose{mat.NoTrans, mat.Trans} {
		b, solve := random[float64](newRand(2), 6, 3), (*mat.QR[T]).Solve
		x, want := mat.NewDense[T](4, 3), mat.NewDense[T](4, 3)
		if trans == mat.Trans {
			b, solve = random[float64](newRand(2), 4, 3), (*mat.QR[T]).SolveTrans
			x, want = mat.NewDense[T](6, 3), mat.NewDense[T](6, 3)
		}
		elementwiseMap(b, digits)
		var q mat.QR[T]
		q.FactorPivoted(narrow[T](a), 0, 1)
		require.Equal(t, 3, q.Rank())
		require.NoError(t, solve(&q, want, narrow[T](b), 1))
		for _, ea := range []int{least + 10, least + 30, largest - 30, largest - 2} {
			q.FactorPivoted(narrow[T](times2(a, ea)), 0, 1)
			require.Equal(t, 3, q.Rank())
			eb := func(j int) int { return max(least+10, min(largest-2, ea-20+20*j)) }
			scaled := elementwiseMap(b.Clone(), func(_, j int, v float64) float64 { return math.Ldexp(v, eb(j)) })
			require.NoError(t, solve(&q, x, narrow[T](scaled), 2))
			for i := range x.Rows {
				for j := range x.Cols {
					require.InDelta(t, float64(want.At(i, j)), math.Ldexp(float64(x.At(i, j)), ea-eb(j)),
						1e3*unit[T](), "%v, A times 2^%d, element %d, %d", trans, ea, i, j)
				}
			}
		}
	}
}
