package mat_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// free is a jpvt that asks for no columns in front.
func free(n int) []int { return slices.Repeat([]int{-1}, n) }

// checkGeqp3 factors a copy of a in a frame. It requires that A·P = Q·R, that P is a permutation,
// and that each diagonal element is the length of the longest remaining column.
func checkGeqp3[T mat.Float](t testing.TB, a mat.Dense[T], w mat.Workers, msg string,
	args ...any) (f mat.Dense[T], tau []T, jpvt []int) {
	t.Helper()
	fr := framedWith(a.Rows, a.Cols, T(-987654))
	mat.Copy(fr.Dense, a)
	tau, jpvt = constant[T](min(a.Rows, a.Cols), math.NaN()), free(a.Cols)

	mat.Geqp3(fr.Dense, jpvt, tau, w)

	fr.requireFrameIntact(t, "%s", lazy{msg, args})
	requirePermutation(t, jpvt)
	requireQR(t, permuted(a, jpvt), fr.Dense, tau, msg, args...)
	requireFalling[T](t, upperOf(fr.Dense), len(tau), msg, args...)
	return fr.Dense, tau, jpvt
}

func requirePermutation(t testing.TB, p []int) {
	t.Helper()
	sorted := slices.Clone(p)
	slices.Sort(sorted)
	for i, v := range sorted {
		require.Equal(t, i, v, "%v is no permutation", p)
	}
}

// permuted is A·P.
func permuted[T mat.Float](a mat.Dense[T], p []int) mat.Dense[T] {
	ap := mat.NewDense[T](a.Rows, a.Cols)
	for j, q := range p {
		mat.Copy(ap.ColView(j, 1), a.ColView(q, 1))
	}
	return ap
}

// requireFalling fails unless |rᵢᵢ|² ≥ Σ_{i ≤ q ≤ j} r_qj² for all j > i: the rest of column j was
// no longer than the chosen one. The lengths are accurate to about √u.
func requireFalling[T mat.Float](t testing.TB, r mat.Dense[float64], k int, msg string, args ...any) {
	t.Helper()
	slack := 1 + 10*math.Sqrt(unit[T]())
	floor := qrBound[T](r.Rows, k) * mat.NormFrobenius(r) // below this, all is rounding errors
	for i := range k {
		for j := i + 1; j < r.Cols; j++ {
			rest := mat.NormFrobenius(r.View(i, j, min(j+1, k)-i, 1))
			requireAtMost(t, rest, slack*math.Abs(r.At(i, i))+floor, "row %d, column %d: %s", i, j, lazy{msg, args})
		}
	}
}

func TestGeqp3FactorsEveryShape(t *testing.T) {
	both(t, testGeqp3Shapes[float32], testGeqp3Shapes[float64])
}

func testGeqp3Shapes[T mat.Float](t *testing.T) {
	for i, s := range qrShapes[T]() {
		checkGeqp3(t, random[T](newRand(i), s[0], s[1]), 1, "random")
	}
}

func TestGeqp3IsBackwardStableOnHardMatrices(t *testing.T) {
	both(t, testGeqp3Hard[float32], testGeqp3Hard[float64])
}

func testGeqp3Hard[T mat.Float](t *testing.T) {
	for _, kind := range hardKinds {
		for i, s := range pick([][2]int{{20, 20}}, [][2]int{{20, 20}, {33, 70}, {70, 33}, {90, 90}}) {
			wide := kind.make(i, s[0], s[1])
			checkGeqp3(t, narrow[T](wide), 1, "%s", kind.name)
			if s[0]*s[1] > 5000 {
				continue // of the numbers, not of the shape
			}
			for _, e := range extremes[T]()[:2] {
				checkGeqp3(t, narrow[T](scaledBy(wide, e)), 1, "%s, times 2^%d", kind.name, e)
			}
		}
	}
}

func TestGeqp3RevealsTheRank(t *testing.T) {
	both(t, testGeqp3Rank[float32], testGeqp3Rank[float64])
}

func testGeqp3Rank[T mat.Float](t *testing.T) {
	for _, rank := range []int{0, 1, 3, 20, 33, 38} {
		for _, s := range [][2]int{{40, 40}, {70, 40}, {40, 70}} {
			a := narrow[T](ofRank(rank, rank, s[0], s[1]))
			f, _, _ := checkGeqp3(t, a, 1, "rank %d", rank)
			for i := rank; i < 40; i++ {
				requireAtMost(t, math.Abs(float64(f.At(i, i))), 40*unit[T]()*float64(mat.NormFrobenius(a)),
					"rank %d, pivot %d of %v", rank, i, s)
			}
			if rank > 0 {
				require.Greater(t, math.Abs(float64(f.At(rank-1, rank-1))), 1e-4, "rank %d of %v", rank, s)
			}
		}
	}
}

// ofRank is a sum of as many products of random vectors as the rank.
func ofRank(seed, rank, rows, cols int) mat.Dense[float64] {
	r := newRand(seed)
	x, y := random[float64](r, rows, rank), random[float64](r, cols, rank)
	want, _ := productOracle(1, x, y, 0, mat.NewDense[float64](rows, cols))
	return want
}

// TestGeqp3RecomputesLengthsAfterCancellation takes columns that differ from one vector by little.
// Their remaining lengths can't be found by subtraction, but the next pivots must be right
// nevertheless.
func TestGeqp3RecomputesLengthsAfterCancellation(t *testing.T) {
	both(t, testGeqp3Cancellation[float32], testGeqp3Cancellation[float64])
}

func testGeqp3Cancellation[T mat.Float](t *testing.T) {
	const n = 50
	little := math.Sqrt(unit[T]())
	a := mat.NewDense[T](n+1, n)
	for j := range n {
		a.Set(0, j, 1)
		a.Set(j+1, j, T(little*(1+float64((j*7)%n)/n)))
	}
	f, _, jpvt := checkGeqp3(t, a, 1, "nearly equal columns")
	// The first pivot may be any column: their lengths are equal within rounding. What remains of
	// each column is its own small part, and these must be chosen from the longest on.
	for i := 2; i < n-1; i++ {
		prev, next := a.At(jpvt[i]+1, jpvt[i]), a.At(jpvt[i+1]+1, jpvt[i+1])
		require.GreaterOrEqual(t, float64(prev), float64(next)*(1-1e-3), "pivot %d", i)
		require.GreaterOrEqual(t, math.Abs(float64(f.At(i, i))), 0.5*little, "pivot %d", i)
	}
}

func TestGeqp3PutsRequestedColumnsFirst(t *testing.T) {
	both(t, testGeqp3Fixed[float32], testGeqp3Fixed[float64])
}

func testGeqp3Fixed[T mat.Float](t *testing.T) {
	for _, s := range [][2]int{{60, 50}, {20, 50}} {
		a := random[T](newRand(1), s[0], s[1])
		for _, fixed := range [][]int{{7}, {0, 1, 2}, {49, 3, 17}, upTo(49)} {
			jpvt, tau := free(50), make([]T, min(s[0], s[1]))
			for _, j := range fixed {
				jpvt[j] = 0
			}
			f := a.Clone()
			mat.Geqp3(f, jpvt, tau, 1)
			requirePermutation(t, jpvt)
			requireQR(t, permuted(a, jpvt), f, tau, "fixed %v", fixed)
			first := slices.Clone(jpvt[:len(fixed)])
			slices.Sort(first)
			slices.Sort(fixed)
			require.Equal(t, fixed, first)
		}
	}
}

func TestGeqp3GivesTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	both(t, testGeqp3Workers[float32], testGeqp3Workers[float64])
}

func testGeqp3Workers[T mat.Float](t *testing.T) {
	for _, s := range pick([][2]int{{150, 150}}, [][2]int{{150, 150}, {400, 300}, {300, 900}}) {
		a := random[T](newRand(1), s[0], s[1])
		factor := func(w mat.Workers) (f mat.Dense[T], tau []T, p []int) {
			f, tau, p = a.Clone(), make([]T, min(s[0], s[1])), free(s[1])
			mat.Geqp3(f, p, tau, w)
			return f, tau, p
		}
		f, tau, p := factor(1)
		for _, w := range workerCounts() {
			gotF, gotTau, gotP := factor(w)
			require.Equal(t, p, gotP)
			require.Equal(t, tau, gotTau)
			requireSameBits(t, f, gotF, "%v, %d workers", s, w)
		}
	}
}

func TestGeqp3TerminatesWithNaNAndInf(t *testing.T) {
	both(t, testGeqp3NonFinite[float32], testGeqp3NonFinite[float64])
}

func testGeqp3NonFinite[T mat.Float](t *testing.T) {
	for _, special := range []T{nan[T](), inf[T]()} {
		for _, at := range [][2]int{{0, 0}, {5, 60}, {79, 69}} {
			a := random[T](newRand(1), 80, 70)
			a.Set(at[0], at[1], special)
			jpvt, tau := free(70), make([]T, 70)
			mat.Geqp3(a, jpvt, tau, 1)
			requirePermutation(t, jpvt)
			require.Equal(t, "NaN", class(a.At(69, 69)), "%v at %v", special, at)
		}
	}
}

func TestGeqp3PanicsOnWrongShapes(t *testing.T) {
	requirePanics(t, "mat: Geqp3 of a 3×2 matrix: jpvt has 2 elements, tau 3",
		func() { mat.Geqp3(mat.NewDense[float64](3, 2), free(2), make([]float64, 3), 1) })
	requirePanics(t, "mat: Geqp3 of a 3×2 matrix: jpvt has 3 elements, tau 2",
		func() { mat.Geqp3(mat.NewDense[float64](3, 2), free(3), make([]float64, 2), 1) })
}

func FuzzGeqp3(f *testing.F) {
	f.Add(uint16(1), uint8(5), uint8(3), uint8(0), int8(0))
	f.Add(uint16(2), uint8(100), uint8(80), uint8(3), int8(-30))
	f.Fuzz(func(t *testing.T, seed uint16, m, n, kind uint8, exponent int8) {
		a := hardKinds[int(kind)%len(hardKinds)].make(int(seed), 1+int(m)%100, 1+int(n)%100)
		a = scaledBy(a, int(exponent)/2)
		checkGeqp3(t, narrow[float32](a), 2, "fuzzed")
		checkGeqp3(t, narrow[float64](a), 2, "fuzzed")
	})
}

func BenchmarkGeqp3(b *testing.B) {
	b.Run("f32", benchmarkGeqp3[float32])
	b.Run("f64", benchmarkGeqp3[float64])
}

func benchmarkGeqp3[T mat.Float](b *testing.B) {
	for _, n := range []int{64, 256, 1024} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a := random[T](newRand(1), n, n)
			f, tau, jpvt := a.Clone(), make([]T, n), free(n)
			measure(b, 4.0/3*float64(n)*float64(n)*float64(n), func() {
				mat.Copy(f, a)
				copy(jpvt, free(n))
				mat.Geqp3(f, jpvt, tau, mat.AllWorkers)
			})
		})
	}
}
