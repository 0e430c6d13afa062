package mat_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// checkGeqrf factors a copy of a in a frame.
func checkGeqrf[T mat.Float](t testing.TB, a mat.Dense[T], w mat.Workers, msg string, args ...any) (mat.Dense[T], []T) {
	t.Helper()
	f := framedWith(a.Rows, a.Cols, T(-987654))
	mat.Copy(f.Dense, a)
	tau := constant[T](min(a.Rows, a.Cols), math.NaN())

	mat.Geqrf(f.Dense, tau, w)

	f.requireFrameIntact(t, "%s", lazy{msg, args})
	requireQR(t, a, f.Dense, tau, msg, args...)
	return f.Dense, tau
}

// qrShapes are shapes at the edges of the factorization's blocks.
func qrShapes[T mat.Float]() [][2]int {
	_, nr, _, _, _ := tileOf[T]()
	shapes := [][2]int{{0, 0}, {0, 3}, {3, 0}, {1, 1}, {1, 5}, {5, 1}, {2, 2}, {7, 4}, {4, 7}, {9, 9},
		{nr, nr}, {nr + 1, nr}, {nr, nr + 1}, {65, 64}, {70, 66}, {66, 90}}
	if thorough.Tests() {
		for _, n := range around(nr/2, nr, 2*nr, 64, 128) {
			shapes = append(shapes, [2]int{n, n}, [2]int{n + 3, n}, [2]int{n, n + 3}, [2]int{2*n + 1, n})
		}
		shapes = append(shapes, [2]int{300, 10}, [2]int{10, 300}, [2]int{150, 200}, [2]int{200, 150})
	}
	return shapes
}

func TestGeqrfFactorsEveryShape(t *testing.T) {
	both(t, testGeqrfShapes[float32], testGeqrfShapes[float64])
}

func testGeqrfShapes[T mat.Float](t *testing.T) {
	for i, s := range qrShapes[T]() {
		checkGeqrf(t, random[T](newRand(i), s[0], s[1]), 1, "random")
	}
}

func TestGeqrfIsBackwardStableOnHardMatrices(t *testing.T) {
	both(t, testGeqrfHard[float32], testGeqrfHard[float64])
}

func testGeqrfHard[T mat.Float](t *testing.T) {
	for _, kind := range hardKinds {
		for i, s := range pick([][2]int{{20, 20}, {70, 33}}, [][2]int{{20, 20}, {33, 70}, {70, 33}, {130, 130}}) {
			wide := kind.make(i, s[0], s[1])
			checkGeqrf(t, narrow[T](wide), 1, "%s", kind.name)
			if s[0]*s[1] > 10_000 {
				continue // of the numbers, not of the shape
			}
			for _, e := range extremes[T]() {
				checkGeqrf(t, narrow[T](scaledBy(wide, e)), 1, "%s, times 2^%d", kind.name, e)
			}
		}
	}
}

// extremes are exponents by which elements of about 1 are scaled: nearly to the largest number of T, and down to where
// the smallest elements lose digits.
func extremes[T mat.Float]() []int {
	if unit[T]() > 1e-10 {
		return []int{110, -110, -130}
	}
	return []int{1005, -1000, -1030}
}

// scaledBy is a·2^e, where the largest element of a is first scaled to about 1.
func scaledBy(a mat.Dense[float64], e int) mat.Dense[float64] { return times2(a, e-exponentOf(a)) }

func TestGeqrfKeepsColumnsOfVeryDifferentSizes(t *testing.T) {
	both(t, testGeqrfColumns[float32], testGeqrfColumns[float64])
}

// testGeqrfColumns takes columns from the smallest to the largest numbers, in any order. The bound holds for each
// column.
func testGeqrfColumns[T mat.Float](t *testing.T) {
	top := 1000
	if unit[T]() > 1e-10 {
		top = 110
	}
	r := newRand(1)
	a := random[float64](r, 40, 30)
	for j := range a.Cols {
		e := r.IntN(2*top) - top
		for i := range a.Rows {
			a.Set(i, j, math.Ldexp(a.At(i, j), e))
		}
	}
	checkGeqrf(t, narrow[T](a), 1, "columns of all sizes")
}

func TestGeqrfLeavesTriangularMatricesUnchanged(t *testing.T) {
	both(t, testGeqrfTriangular[float32], testGeqrfTriangular[float64])
}

// testGeqrfTriangular expects no change: if all elements below the diagonal are zero, LAPACK's reflector is the
// identity, whatever the sign.
func testGeqrfTriangular[T mat.Float](t *testing.T) {
	for _, s := range [][2]int{{5, 5}, {90, 70}, {40, 80}} {
		a := narrow[T](upperOf(random[T](newRand(1), s[0], s[1])))
		f, tau := checkGeqrf(t, a, 1, "triangular")
		requireSameBits(t, a, f.Clone(), "triangular")
		require.Equal(t, make([]T, len(tau)), tau)
	}
	zero := mat.NewDense[T](80, 70)
	f, tau := checkGeqrf(t, zero, 1, "zero")
	requireSameBits(t, zero, f.Clone(), "zero")
	require.Equal(t, make([]T, 70), tau)
}

func TestGeqrfUsesLAPACKsStorage(t *testing.T) {
	both(t, testGeqrfStorage[float32], testGeqrfStorage[float64])
}

// testGeqrfStorage compares every element with a textbook factorization in float64 that uses LAPACK's signs.
func testGeqrfStorage[T mat.Float](t *testing.T) {
	for _, s := range [][2]int{{1, 1}, {4, 3}, {3, 4}, {80, 75}, {75, 80}} {
		m, n := s[0], s[1]
		a := random[T](newRand(m), m, n)
		for i := range min(m, n) { // well conditioned, so that the elements of the factors are, too
			a.Set(i, i, a.At(i, i)+T(n)*T(1-2*(i%2)))
		}
		want, wantTau := textbookQR(widen(mat.NoTrans, a))
		tau := make([]T, min(m, n))
		mat.Geqrf(a, tau, 1)
		scale := elementwiseMap(want.Clone(), func(int, int, float64) float64 { return float64(n) })
		requireWithin(t, a, want, scale, 200*unit[T](), "%d×%d", m, n)
		for i, v := range tau {
			requireClose(t, float64(v), wantTau[i], 200*unit[T](), "tau %d of %d×%d", i, m, n)
		}
	}
}

// textbookQR is Householder's factorization, one reflector after the other, without care for overflow or underflow.
func textbookQR(a mat.Dense[float64]) (f mat.Dense[float64], tau []float64) {
	for j := range min(a.Rows, a.Cols) {
		var s float64
		for i := j + 1; i < a.Rows; i++ {
			s += a.At(i, j) * a.At(i, j)
		}
		alpha := a.At(j, j)
		if s == 0 {
			tau = append(tau, 0)
			continue
		}
		beta := math.Sqrt(alpha*alpha + s)
		if alpha > 0 {
			beta = -beta
		}
		tau = append(tau, (beta-alpha)/beta)
		for i := j + 1; i < a.Rows; i++ {
			a.Set(i, j, a.At(i, j)/(alpha-beta))
		}
		a.Set(j, j, beta)
		for q := j + 1; q < a.Cols; q++ {
			w := a.At(j, q)
			for i := j + 1; i < a.Rows; i++ {
				w += a.At(i, j) * a.At(i, q)
			}
			w *= tau[j]
			a.Set(j, q, a.At(j, q)-w)
			for i := j + 1; i < a.Rows; i++ {
				a.Set(i, q, a.At(i, q)-w*a.At(i, j))
			}
		}
	}
	return a, tau
}

func TestGeqrfOfALargeMatrixInSeveralGroups(t *testing.T) {
	both(t, testGeqrfLarge[float32], testGeqrfLarge[float64])
}

// testGeqrfLarge takes so many rows that the reflectors form several groups, or that a group is a single block.
func testGeqrfLarge[T mat.Float](t *testing.T) {
	for _, s := range pick([][2]int{{17_000, 65}}, [][2]int{{17_000, 65}, {9000, 130}}) {
		testGeqrfLargeOf[T](t, s[0], s[1])
	}
}

// testGeqrfLargeOf checks a few columns of A − Q·R and of QᵀQ − I.
func testGeqrfLargeOf[T mat.Float](t *testing.T, m, n int) {
	a := random[T](newRand(1), m, n)
	f, tau := a.Clone(), make([]T, n)
	mat.Geqrf(f, tau, 2)
	bound := qrBound[T](m, n)
	columns := []int{0, 1, 31, 32, 33, 63, n - 2, n - 1}
	r := mat.NewDense[float64](m, len(columns))
	for c, j := range columns {
		for i := range j + 1 {
			r.Set(i, c, float64(f.At(i, j)))
		}
	}
	reflectedBy(f, tau, mat.NoTrans, r)
	wide := widen(mat.NoTrans, a)
	for c, j := range columns {
		want := column(wide, j)
		requireAtMost(t, mat.NormFrobenius(difference(column(r, c), want)), bound*mat.NormFrobenius(want),
			"column %d", j)
	}
	q := f.Clone()
	mat.Orgqr(q, tau, 2)
	requireOrthonormal(t, widen(mat.NoTrans, q), bound, "Orgqr")
	mat.Ormqr(mat.Left, mat.Trans, f, tau, a, 2) // R
	requireAtMost(t, mat.NormFrobenius(difference(widen(mat.NoTrans, a), upperOf(f))),
		bound*mat.NormFrobenius(upperOf(f)), "QᵀA")
}

func TestGeqrfGivesTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	both(t, testGeqrfWorkers[float32], testGeqrfWorkers[float64])
}

func testGeqrfWorkers[T mat.Float](t *testing.T) {
	for _, s := range pick([][2]int{{150, 150}}, [][2]int{{150, 150}, {300, 200}, {200, 300}, {12000, 100}}) {
		a := random[T](newRand(1), s[0], s[1])
		c := random[T](newRand(2), 90, s[0])
		k := min(s[0], s[1])
		factor := func(w mat.Workers) (f mat.Dense[T], tau []T, q, cq mat.Dense[T]) {
			f, tau = a.Clone(), make([]T, k)
			mat.Geqrf(f, tau, w)
			q = f.ColView(0, k).Clone()
			mat.Orgqr(q, tau, w)
			cq = c.Clone()
			mat.Ormqr(mat.Right, mat.NoTrans, f, tau, cq, w)
			return f, tau, q, cq
		}
		f, tau, q, cq := factor(1)
		for _, w := range workerCounts() {
			gotF, gotTau, gotQ, gotCQ := factor(w)
			requireSameBits(t, f, gotF, "Geqrf %v, %d workers", s, w)
			requireSameBits(t, mat.DenseOf(1, k, tau), mat.DenseOf(1, k, gotTau), "tau %v, %d workers", s, w)
			requireSameBits(t, q, gotQ, "Orgqr %v, %d workers", s, w)
			requireSameBits(t, cq, gotCQ, "Ormqr %v, %d workers", s, w)
		}
	}
}

func TestGeqrfTurnsColumnsFromTheFirstNonFiniteOneOnIntoNaN(t *testing.T) {
	both(t, testGeqrfNonFinite[float32], testGeqrfNonFinite[float64])
}

func testGeqrfNonFinite[T mat.Float](t *testing.T) {
	for _, special := range []T{nan[T](), inf[T](), -inf[T]()} {
		for _, at := range [][2]int{{0, 0}, {50, 3}, {3, 40}, {60, 66}} {
			a := random[T](newRand(1), 80, 70)
			clean := a.Clone()
			a.Set(at[0], at[1], special)
			tau, cleanTau := make([]T, 70), make([]T, 70)
			mat.Geqrf(a, tau, 1)
			mat.Geqrf(clean, cleanTau, 1)
			for j := range a.Cols {
				if j < at[1]/32*32 {
					requireSameBits(t, clean.ColView(j, 1), a.ColView(j, 1), "column %d, %v at %v", j, special, at)
				}
				if j > at[1] || j == at[1] && at[0] > 0 {
					require.Equal(t, "NaN", class(a.At(j, j)), "column %d, %v at %v", j, special, at)
				}
			}
		}
	}
}

// The column needs no reflector, but those to the right of it are not trusted either.
func TestGeqrfTurnsColumnsToTheRightOfANonFiniteDiagonalIntoNaN(t *testing.T) {
	for _, special := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		a := mat.DenseOf(3, 3, []float64{2, 1, 1, 0, special, 1, 0, 0, 1})
		tau := make([]float64, 3)
		mat.Geqrf(a, tau, 1)
		require.Equal(t, []float64{2, 1, 1}, a.Row(0))
		for _, at := range [][2]int{{1, 1}, {1, 2}, {2, 2}} {
			require.Equal(t, "NaN", class(a.At(at[0], at[1])), "%v at %v", special, at)
		}
	}
}

func TestGeqrfPanicsOnWrongShapes(t *testing.T) {
	d := mat.NewDense[float64]
	requirePanics(t, "mat: Geqrf of a 3×2 matrix: tau has 3 elements", func() {
		mat.Geqrf(d(3, 2), make([]float64, 3), 1)
	})
	requirePanics(t, "mat: Ormqr: 3 reflectors in a 4×2 matrix, c is 4×4",
		func() { mat.Ormqr(mat.Left, mat.NoTrans, d(4, 2), make([]float64, 3), d(4, 4), 1) })
	requirePanics(t, "mat: Ormqr: 2 reflectors in a 4×2 matrix, c is 3×4",
		func() { mat.Ormqr(mat.Left, mat.NoTrans, d(4, 2), make([]float64, 2), d(3, 4), 1) })
	requirePanics(t, "mat: Ormqr: 2 reflectors in a 4×2 matrix, c is 4×3",
		func() { mat.Ormqr(mat.Right, mat.NoTrans, d(4, 2), make([]float64, 2), d(4, 3), 1) })
	requirePanics(t, "mat: Orgqr: 3 reflectors in a 4×2 matrix", func() { mat.Orgqr(d(4, 2), make([]float64, 3), 1) })
	requirePanics(t, "mat: Orgqr: 1 reflectors in a 2×4 matrix", func() { mat.Orgqr(d(2, 4), make([]float64, 1), 1) })
}

func FuzzGeqrf(f *testing.F) {
	f.Add(uint16(1), uint8(5), uint8(3), uint8(0), int8(0))
	f.Add(uint16(2), uint8(130), uint8(100), uint8(3), int8(-30))
	f.Fuzz(func(t *testing.T, seed uint16, m, n, kind uint8, exponent int8) {
		a := hardKinds[int(kind)%len(hardKinds)].make(int(seed), 1+int(m)%150, 1+int(n)%150)
		a = scaledBy(a, int(exponent)/2)
		checkGeqrf(t, narrow[float32](a), 2, "fuzzed")
		checkGeqrf(t, narrow[float64](a), 2, "fuzzed")
	})
}

func BenchmarkGeqrf(b *testing.B) {
	b.Run("f32", benchmarkGeqrf[float32])
	b.Run("f64", benchmarkGeqrf[float64])
}

// benchmarkGeqrf factors a fresh copy each time; the times include the copy.
func benchmarkGeqrf[T mat.Float](b *testing.B) {
	for _, s := range [][2]int{
		{64, 64}, {128, 128}, {256, 256}, {512, 512}, {1024, 1024}, {2048, 2048}, {4096, 128}, {60000, 50},
	} {
		m, n := s[0], s[1]
		b.Run(fmt.Sprintf("%dx%d", m, n), func(b *testing.B) {
			a := random[T](newRand(1), m, n)
			f, tau := a.Clone(), make([]T, min(m, n))
			measure(b, 2*float64(n)*float64(n)*(float64(m)-float64(n)/3), func() {
				mat.Copy(f, a)
				mat.Geqrf(f, tau, mat.AllWorkers)
			})
		})
	}
}
