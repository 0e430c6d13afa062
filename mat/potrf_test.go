package mat_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// checkPotrf factors a copy of a with poison in the other triangle, and bounds the backward error.
// The factorization must succeed.
func checkPotrf[T mat.Float](t testing.TB, u mat.Uplo, a mat.Dense[T], name string) {
	t.Helper()
	checkFactor(t, u, a, name, func(f mat.Dense[T]) error { return mat.Potrf(u, f, 1) })
}

func checkFactor[T mat.Float](t testing.TB, u mat.Uplo, a mat.Dense[T], name string, factor func(mat.Dense[T]) error) {
	t.Helper()
	f := framedWith(a.Rows, a.Cols, T(-987654))
	mat.Copy(f.Dense, a)
	poison(u, f.Dense)

	err := factor(f.Dense)

	require.NoError(t, err, "%s %s", name, triangle(u))
	requirePoisoned(t, u, f.Dense, "%s %s", name, triangle(u))
	f.requireFrameIntact(t, "%s %s", name, triangle(u))
	requireBackwardError(t, u, a, f.Dense, name)
}

// requireBackwardError bounds A − L·Lᵀ in two ways. The bound by components is |A − LLᵀ| ≤
// γ/(1−γ)·√aᵢᵢ√aⱼⱼ with γ = γₙ₊₁ (Higham, theorem 10.3 with (10.7)), under which graded matrices
// keep their small entries. The bound by norm is ‖A − LLᵀ‖ ≤ n·ε·‖A‖ (Frobenius, ε = 2u).
func requireBackwardError[T mat.Float](t testing.TB, u mat.Uplo, a, factor mat.Dense[T], name string) {
	t.Helper()
	n := a.Rows
	l := widenTriangle(u, transposedIf(u == mat.Upper), mat.NonUnit, factor) // L, or U transposed
	want := widenSymmetric(u, a)
	residual, _ := productOracleFor[T](-1, l, l, 1, want)
	scale := mat.NewDense[float64](n, n)
	for i := range n {
		for j := range n {
			scale.Set(i, j, math.Sqrt(want.At(i, i)*want.At(j, j)))
		}
	}
	g := gamma[T](n + 2)
	requireWithin(t, residual, mat.NewDense[float64](n, n), scale, g/(1-g), "%s %s n=%d", name, triangle(u), n)
	require.LessOrEqual(t, frobenius(residual), float64(n)*2*unit[T]()*frobenius(want),
		"%s %s n=%d", name, triangle(u), n)
}

func frobenius(a mat.Dense[float64]) float64 {
	var s float64
	for i := range a.Rows {
		for _, v := range a.Row(i) {
			s += v * v
		}
	}
	return math.Sqrt(s)
}

func TestPotrfFactorsEverySize(t *testing.T) {
	both(t, testPotrfSizes[float32], testPotrfSizes[float64])
}

func testPotrfSizes[T mat.Float](t *testing.T) {
	mr, nr, _, _, _ := tileOf[T]()
	sizes := pick([]int{0, 1, 2, 3, 8, 31, 33, 70, 130},
		append(append([]int{0}, upTo(70)...), around(96, 128, min(mr*nr/2, 200))...))
	if thorough.Tests() {
		sizes = append(sizes, 257)
	}
	for _, n := range sizes {
		for _, u := range uplos {
			checkPotrf(t, u, narrow[T](wellConditioned(n, n)), "well conditioned")
		}
	}
}

func TestPotrfInPanelsFactorsEverySizeAndReportsEveryMinor(t *testing.T) {
	both(t, testPotrfPanels[float32], testPotrfPanels[float64])
}

func testPotrfPanels[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{7, 49}, append(upTo(50), 95, 96, 97, 143, 200)) {
		for _, u := range uplos {
			a := narrow[T](wellConditioned(n, n))
			checkFactor(t, u, a, "in panels", func(f mat.Dense[T]) error {
				require.Zero(t, mat.PotrfPanels(u, f), "n=%d %s", n, triangle(u))
				return nil
			})
			for p := range n {
				if n > 20 && p%8 != 0 {
					continue
				}
				broken := a.Clone()
				broken.Set(p, p, -1)
				require.Equal(t, p+1, mat.PotrfPanels(u, broken), "n=%d %s", n, triangle(u))
			}
		}
	}
}

func TestPotrfIsBackwardStableOnHardMatrices(t *testing.T) {
	both(t, testPotrfHard[float32], testPotrfHard[float64])
}

// testPotrfHard takes matrices that still have a factor according to theory: λ_min of the matrix
// scaled to a unit diagonal exceeds n·γₙ₊₁ (Higham, theorem 10.7).
func testPotrfHard[T mat.Float](t *testing.T) {
	hilbertOrder := 4 // λ_min 1e-4
	if unit[T]() < 1e-10 {
		hilbertOrder = 9 // λ_min 1.7e-12
	}
	for _, u := range uplos {
		for _, n := range pick([]int{20}, []int{5, 20, 50, 100}) {
			checkPotrf(t, u, narrow[T](graded(n, n)), "graded")
			// For float64 and n = 50, for example, this is a condition number of 1.8e12.
			cond := 0.01 / (float64(n) * unit[T]())
			checkPotrf(t, u, narrow[T](withCondition(n, n, cond)), fmt.Sprintf("cond %.1g", cond))
		}
		checkPotrf(t, u, narrow[T](hilbert(hilbertOrder)), "hilbert")
		checkPotrf(t, u, narrow[T](laplacian(60)), "laplacian")
	}
}

func TestPotrfOfAlmostSingularMatricesIsAccurateOrFails(t *testing.T) {
	both(t, testPotrfSingular[float32], testPotrfSingular[float64])
}

// testPotrfSingular takes matrices that may not be positive definite after rounding: either Potrf
// returns an error, or the factor is as accurate as any other.
func testPotrfSingular[T mat.Float](t *testing.T) {
	matrices := map[string]mat.Dense[float64]{
		"hilbert 12": hilbert(12),
		"hilbert 40": hilbert(40),
		"cond 1/u":   withCondition(1, 50, 1/unit[T]()),
		"cond 1e30":  withCondition(2, 70, 1e30),
	}
	rankOne := mat.NewDense[float64](40, 40)
	rankOne.Fill(1)
	matrices["ones"] = rankOne
	for name, wide := range matrices {
		for _, u := range uplos {
			a := narrow[T](wide)
			f := a.Clone()
			err := mat.Potrf(u, f, 1)
			if err == nil {
				requireBackwardError(t, u, a, f, name)
				continue
			}
			var npd *mat.NotPositiveDefiniteError
			require.ErrorAs(t, err, &npd, name)
			require.GreaterOrEqual(t, npd.Minor, 2, name)
			require.LessOrEqual(t, npd.Minor, a.Rows, name)
		}
	}
}

func TestPotrfGivesTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	both(t, testPotrfWorkers[float32], testPotrfWorkers[float64])
}

func testPotrfWorkers[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{150, 300}, []int{65, 150, 200, 300, 333}) {
		for _, u := range uplos {
			a := narrow[T](wellConditioned(1, n))
			want := a.Clone()
			require.NoError(t, mat.Potrf(u, want, 1))
			for _, w := range workerCounts() {
				got := a.Clone()
				require.NoError(t, mat.Potrf(u, got, w))
				requireSameBits(t, want, got, "n=%d %s, %d workers", n, triangle(u), w)
			}
		}
	}
}

func TestPotrsSolvesWithEitherTriangleOnEitherSide(t *testing.T) {
	both(t, testPotrs[float32], testPotrs[float64])
}

func testPotrs[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{1, 33}, []int{0, 1, 2, 31, 32, 33, 70, 130}) {
		for _, rhs := range []int{0, 1, 5, 40} {
			for _, u := range uplos {
				f := narrow[T](wellConditioned(n, n))
				require.NoError(t, mat.Potrf(u, f, 1))
				poison(u, f)

				b := output[T](newRand(rhs), n, rhs)
				right := widen(mat.Trans, b.Dense)
				mat.Potrs(u, f, b.Dense, 1)
				requireSolves(t, u, f, widen(mat.Trans, b.Dense), right, "A·X = B, %s n=%d rhs=%d", triangle(u), n, rhs)
				b.requireFrameIntact(t, "Potrs %s n=%d rhs=%d", triangle(u), n, rhs)

				b = output[T](newRand(rhs), rhs, n)
				right = widen(mat.NoTrans, b.Dense)
				mat.PotrsRight(u, f, b.Dense, 1)
				requireSolves(t, u, f, widen(mat.NoTrans, b.Dense), right,
					"X·A = B, %s n=%d rhs=%d", triangle(u), n, rhs)
				b.requireFrameIntact(t, "PotrsRight %s n=%d rhs=%d", triangle(u), n, rhs)
			}
		}
	}
}

// requireSolves bounds B − L·Lᵀ·X by components by γ₂ₙ·|L||Lᵀ||X|, the bound for two substitutions
// (Higham, theorem 8.5 twice). Rows of x and b are the unknowns and the right-hand sides.
func requireSolves[T mat.Float](t testing.TB, u mat.Uplo, factor mat.Dense[T], x, b mat.Dense[float64], msg string,
	args ...any) {
	t.Helper()
	n := factor.Rows
	l := widenTriangle(u, transposedIf(u == mat.Upper), mat.NonUnit, factor)
	lT := widen(mat.Trans, l)
	g := gamma[T](n + 2)
	for r := range x.Rows {
		y, yScale := make([]float64, n), make([]float64, n) // Lᵀ·x and |Lᵀ||x|
		for i := range n {
			var s sum
			s.addDot(lT.Row(i), x.Row(r))
			y[i], yScale[i] = s.value(), s.abs
		}
		for i := range n {
			var s sum
			scale := math.Abs(b.At(r, i))
			for j, v := range l.Row(i) {
				s.add(v, y[j])
				scale += math.Abs(v) * yScale[j]
			}
			requireClose(t, s.value(), b.At(r, i), (2*g+g*g)*scale,
				"right-hand side %d, element %d: %s", r, i, lazy{msg, args})
		}
	}
}

func TestPotrfPanicsOnWrongShapes(t *testing.T) {
	d := mat.NewDense[float64]
	requirePanics(t, "mat: Potrf of a 2×3 matrix", func() { _ = mat.Potrf(mat.Lower, d(2, 3), 1) })
	requirePanics(t, "mat: Potrs: a is 3×3, b 2×3", func() { mat.Potrs(mat.Lower, d(3, 3), d(2, 3), 1) })
	requirePanics(t, "mat: PotrsRight: a is 3×3, b 3×2", func() { mat.PotrsRight(mat.Lower, d(3, 3), d(3, 2), 1) })
}

func FuzzPotrf(f *testing.F) {
	f.Add(uint16(1), uint8(5), uint8(3), int8(0))
	f.Add(uint16(2), uint8(130), uint8(14), int8(-30))
	f.Fuzz(func(t *testing.T, seed uint16, n, digits uint8, exponent int8) {
		const well = 3 // digits that a matrix may lose, and is positive definite in float32, too
		lost := int(digits % 20)
		a := withCondition(int(seed), 1+int(n)%140, math.Pow(10, float64(lost)))
		for i := range a.Data {
			a.Data[i] = math.Ldexp(a.Data[i], int(exponent)/2)
		}
		fuzzPotrf[float32](t, a, lost <= well)
		fuzzPotrf[float64](t, a, lost <= well)
	})
}

// fuzzPotrf factors a: either it fails, which it must not if a is definite, or the factor is as accurate as theory
// says.
func fuzzPotrf[T mat.Float](t *testing.T, wide mat.Dense[float64], definite bool) {
	for _, u := range uplos {
		a := narrow[T](wide)
		f := a.Clone()
		switch err := mat.Potrf(u, f, 2); {
		case err == nil:
			requireBackwardError(t, u, a, f, "fuzzed")
		case definite:
			require.NoError(t, err)
		}
	}
}

func BenchmarkPotrf(b *testing.B) {
	b.Run("f32", benchmarkPotrf[float32])
	b.Run("f64", benchmarkPotrf[float64])
}

// benchmarkPotrf factors a fresh copy each time; the times include the copy.
func benchmarkPotrf[T mat.Float](b *testing.B) {
	for _, u := range uplos {
		for _, n := range []int{64, 128, 256, 784, 1568, 2352} {
			b.Run(fmt.Sprintf("%s/%d", triangle(u), n), func(b *testing.B) {
				a := narrow[T](wellConditioned(1, n))
				f := a.Clone()
				measure(b, float64(n)*float64(n)*float64(n)/3, func() {
					mat.Copy(f, a)
					if err := mat.Potrf(u, f, mat.AllWorkers); err != nil {
						b.Fatal(err)
					}
				})
			})
		}
	}
}
