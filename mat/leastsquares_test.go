package mat_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// requireLeastSquares fails unless x solves min ‖A·x − b‖ for a matrix close to A. It checks a
// backward error (Higham, section 20.7, (20.25)): the residual r must satisfy ‖Aᵀr‖ ≤ η·‖A‖·(‖r‖ +
// ‖A‖·‖x‖).
func requireLeastSquares[T mat.Float](t testing.TB, a, x, b mat.Dense[T], msg string, args ...any) {
	t.Helper()
	wide := widen(mat.NoTrans, a)
	norm := mat.NormFrobenius(wide)
	r, _ := productOracle(-1, wide, widen(mat.Trans, x), 1, widen(mat.NoTrans, b))
	gradient, _ := productOracle(1, wide.Transposed(), r.Transposed(), 0, mat.NewDense[float64](a.Cols, b.Cols))
	for j := range b.Cols {
		size := mat.NormFrobenius(r.ColView(j, 1)) + norm*mat.NormFrobenius(widen(mat.NoTrans, x.ColView(j, 1)))
		bound := 2 * qrBound[T](a.Rows, min(a.Rows, a.Cols)) * norm * size
		requireAtMost(t, mat.NormFrobenius(gradient.ColView(j, 1)), bound,
			"Aᵀ(b − A·x), right-hand side %d: %s", j, lazy{msg, args})
	}
}

func TestQRSolvesLeastSquares(t *testing.T) {
	both(t, testQRSolve[float32], testQRSolve[float64])
}

func testQRSolve[T mat.Float](t *testing.T) {
	for i, s := range pick([][2]int{{1, 1}, {70, 33}},
		[][2]int{{1, 1}, {5, 5}, {9, 2}, {70, 33}, {130, 130}, {400, 5}}) {
		for _, kind := range hardKinds {
			a := narrow[T](kind.make(i, s[0], s[1]))
			for _, rhs := range []int{0, 1, 2, 40} {
				b := random[T](newRand(rhs), s[0], rhs)
				before := b.Clone()
				for name, q := range bothWays(a) {
					x := output[T](newRand(1), s[1], rhs)
					require.NoError(t, q.Solve(x.Dense, b, 2))
					msg := fmt.Sprintf("%s, %s %v", kind.name, name, s)
					x.requireFrameIntact(t, "%s", msg)
					requireSameBits(t, before, b, "b of %s", msg)
					if name == "plain" || q.Rank() == s[1] {
						requireLeastSquares(t, a, x.Dense.Clone(), b, "%s", msg)
					}
				}
			}
		}
	}
}

func TestQRSolvesSystemsWithFewerEquationsThanUnknowns(t *testing.T) {
	both(t, testQRSolveTrans[float32], testQRSolveTrans[float64])
}

// testQRSolveTrans compares with x = A(AᵀA)⁻¹b, the shortest solution of Aᵀx = b.
func testQRSolveTrans[T mat.Float](t *testing.T) {
	for i, s := range [][2]int{{1, 1}, {5, 5}, {9, 2}, {70, 33}} {
		m, n := s[0], s[1]
		a, b := random[T](newRand(i), m, n), random[T](newRand(i+1), n, 3)
		wide := widen(mat.NoTrans, a)
		gram, _ := productOracle(1, wide.Transposed(), wide.Transposed(), 0, mat.NewDense[float64](n, n))
		inv := inverse(gram)
		y, _ := productOracle(1, inv, widen(mat.Trans, b), 0, mat.NewDense[float64](n, 3))
		want, _ := productOracle(1, wide, y.Transposed(), 0, mat.NewDense[float64](m, 3))
		cond := mat.NormFrobenius(gram) * mat.NormFrobenius(inv) // squared condition number of A
		for name, q := range bothWays(a) {
			x := output[T](newRand(1), m, 3)
			require.NoError(t, q.SolveTrans(x.Dense, b, 1))
			x.requireFrameIntact(t, "%s %v", name, s)
			bound := 2 * qrBound[T](m, n) * math.Sqrt(cond) * mat.NormFrobenius(want)
			requireAtMost(t, mat.NormFrobenius(difference(widen(mat.NoTrans, x.Dense), want)), bound+1e-13*cond,
				"%s %v", name, s)
		}
		// The pivoted factorization of the transpose finds the same.
		var q mat.QR[T]
		q.FactorPivoted(a.Transposed(), 0, 1)
		x := mat.NewDense[T](m, 3)
		require.NoError(t, q.Solve(x, b, 1))
		bound := 2 * qrBound[T](m, n) * math.Sqrt(cond) * mat.NormFrobenius(want)
		requireAtMost(t, mat.NormFrobenius(difference(widen(mat.NoTrans, x), want)), bound+1e-13*cond,
			"transposed %v", s)
	}
}

func TestQRSolvesLäuchlisProblem(t *testing.T) {
	a := mat.DenseOf(4, 3, []float64{
		1, 1, 1,
		1e-8, 0, 0,
		0, 1e-8, 0,
		0, 0, 1e-8,
	})
	b := mat.DenseOf(4, 1, []float64{6, 1e-8, 2e-8, 3e-8}) // A·(1, 2, 3)
	for name, q := range bothWays(a) {
		x := mat.NewDense[float64](3, 1)
		require.NoError(t, q.Solve(x, b, 1))
		require.Equal(t, 3, q.Rank(), name)
		for i, v := range x.Data {
			require.InDelta(t, float64(i+1), v, 1e-7, name)
		}
	}
}

// Each column is solved in its own units: what others hold makes no difference.
func TestQRSolvesColumnsOfAnyMagnitudes(t *testing.T) {
	both(t, testColumnMagnitudes[float32], testColumnMagnitudes[float64])
}

func testColumnMagnitudes[T mat.Float](t *testing.T) {
	const m, n = 7, 5
	units := []int{0, 1000, -1000, 3}
	if unit[T]() > 1e-10 {
		units = []int{0, 120, -120, 3}
	}
	a, one := random[T](newRand(1), m, n), random[T](newRand(2), m, 1)
	var plain, pivoted mat.QR[T]
	plain.Factor(a, 1)
	pivoted.FactorPivoted(a, 0, 1)
	for i, q := range []*mat.QR[T]{&plain, &pivoted} {
		for j, solve := range []func(x, b mat.Dense[T], w mat.Workers) error{q.Solve, q.SolveTrans} {
			rows, unknowns := m, n
			if j == 1 {
				rows, unknowns = n, m
			}
			b, x := mat.NewDense[T](rows, len(units)), mat.NewDense[T](unknowns, len(units))
			want := mat.NewDense[T](unknowns, 1)
			mat.Copy(b.ColView(0, 1), one.RowView(0, rows))
			require.NoError(t, solve(want, b.ColView(0, 1), 1))
			for c, e := range units {
				for r := range rows {
					b.Set(r, c, T(math.Ldexp(float64(one.At(r, 0)), e)))
				}
			}
			require.NoError(t, solve(x, b, 1))
			for c, e := range units {
				for r := range unknowns {
					got := math.Ldexp(float64(x.At(r, c)), -e)
					require.InDelta(t, want.At(r, 0), got, 1e3*unit[T](), "%d, %d, unit %d", i, j, e)
				}
			}
		}
	}
}

// The solution need not overflow where the reciprocal of an element of R does.
func TestQRDividesByTheSmallestNumbers(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testQRTiny[float32](t, 0x1p-129) })
	t.Run("float64", func(t *testing.T) { testQRTiny(t, 0x1p-1030) })
}

func testQRTiny[T mat.Float](t *testing.T, tiny T) {
	var q mat.QR[T]
	q.Factor(mat.DenseOf(2, 2, []T{1, 0, 0, tiny}), 1)
	for _, solve := range []func(x, b mat.Dense[T], w mat.Workers) error{q.Solve, q.SolveTrans} {
		x := mat.NewDense[T](2, 1)
		require.NoError(t, solve(x, mat.DenseOf(2, 1, []T{1, tiny}), 1))
		require.Equal(t, []T{1, 1}, x.Data)
	}
}
