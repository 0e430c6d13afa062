package mat_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// checkTrmm multiplies framed random operands, with NaN wherever nothing may be read.
func checkTrmm[T mat.Float](t testing.TB, c trsmCase, n, rhs int, alpha T, w mat.Workers) {
	name := lazy{"%v n=%d rhs=%d alpha %v workers %d", []any{c, n, rhs, alpha, w}}
	a := framedWith(n, n, nan[T]())
	fillTriangle(c, a.Dense)
	before := a.Clone()
	rows, cols := c.shape(n, rhs)
	b := output[T](newRand(rhs), rows, cols)
	left, rightT := widenTriangle(c.uplo, c.t, c.diag, a.Dense), widen(mat.Trans, b.Dense)
	if c.side == mat.Right {
		left, rightT = widen(mat.NoTrans, b.Dense), widen(mat.Trans, left)
	}
	want, scale := productOracleFor[T](float64(alpha), left, rightT, 0, mat.NewDense[float64](rows, cols))

	mat.Trmm(c.side, c.uplo, c.t, c.diag, alpha, a.Dense, b.Dense, w)

	requireWithin(t, b.Dense, want, scale, gamma[T](productSteps(n)), "%s", name)
	b.requireFrameIntact(t, "b of %s", name)
	a.requireFrameIntact(t, "a of %s", name)
	requireSameBits(t, before, a.Dense, "a of %s", name)
}

func TestTrmmOfAllSixteenKinds(t *testing.T) {
	both(t, testTrmm[float32], testTrmm[float64])
}

func testTrmm[T mat.Float](t *testing.T) {
	mr, nr, kc, _, _ := tileOf[T]()
	orders := pick([]int{0, 1, 5, 17, 60}, slices.Concat([]int{0}, upTo(mr+1), around(2*mr, 48, 64, 128)))
	for k, c := range trsmCases() {
		for i, n := range orders {
			for _, r := range some(i+k, nr+1, 0, 1, 2, 7) {
				checkTrmm[T](t, c, n, r, 1, 1)
			}
			checkTrmm(t, c, n, nr+3, T(-1.5), 2)
		}
		checkTrmm(t, c, 70, 3, T(0), 1)
		requireTrmmOfCopy[T](t, c, 60, 2*nr-3)
		if c.diag == mat.NonUnit || thorough.Tests() {
			checkTrmm(t, c, kc+70, 9, T(-1.5), 2)
			checkTrmm(t, c, kc+70, nr/2, T(-1.5), 2)     // as many rows as a transposed B has in half a panel
			checkTrmm(t, c, 2*kc+25, 2*nr-3, T(-1.5), 2) // too large to be packed at once
		}
		if c.diag == mat.NonUnit && (c.side == mat.Left) == (c.t == mat.NoTrans) {
			n := kc*5/4 + mr + 3 // with fewer columns A is read in place
			checkTrmm(t, c, n, n/4+5, T(-1.5), 2)
		}
	}
}

// requireTrmmOfCopy checks that a product is the same, to the bit, whether the rows of B have gaps or not. Without, B
// may stay in place.
func requireTrmmOfCopy[T mat.Float](t testing.TB, c trsmCase, n, rhs int) {
	a := mat.NewDense[T](n, n)
	fillTriangle(c, a)
	rows, cols := c.shape(n, rhs)
	gaps := output[T](newRand(n), rows, cols)
	whole := gaps.Clone()
	mat.Trmm(c.side, c.uplo, c.t, c.diag, 2, a, gaps.Dense, 1)
	mat.Trmm(c.side, c.uplo, c.t, c.diag, 2, a, whole, 1)
	requireSameBits(t, gaps.Dense, whole, "%v n=%d rhs=%d", c, n, rhs)
}

func TestTrmmGivesTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	both(t, testTrmmWorkers[float32], testTrmmWorkers[float64])
}

func testTrmmWorkers[T mat.Float](t *testing.T) {
	_, _, kc, _, _ := tileOf[T]()
	for _, c := range trsmCases() {
		for _, n := range []int{130, kc, kc*3/2 + 20} { // from the right, the last one is not packed at once
			for _, rhs := range []int{30, n/4 + 10} { // few columns, for which A is read in place, and more
				a := mat.NewDense[T](n, n)
				fillTriangle(c, a)
				rows, cols := c.shape(n, rhs)
				b := random[T](newRand(1), rows, cols)
				want := b.Clone()
				mat.Trmm(c.side, c.uplo, c.t, c.diag, 2, a, want, 1)
				for _, w := range workerCounts() {
					got := b.Clone()
					mat.Trmm(c.side, c.uplo, c.t, c.diag, 2, a, got, w)
					requireSameBits(t, want, got, "%v, n=%d, %d columns, %d workers", c, n, rhs, w)
				}
			}
		}
	}
}

func TestTrmmPropagatesNaNAndInfAsTheDefinitionSays(t *testing.T) {
	both(t, testTrmmNonFinite[float32], testTrmmNonFinite[float64])
}

// testTrmmNonFinite puts special values into B and zeros into the triangle, which times infinity
// give NaN. Each result must be of the kind (finite, infinite or NaN) that the sum over the stored
// triangle's terms gives.
func testTrmmNonFinite[T mat.Float](t *testing.T) {
	_, _, kc, _, _ := tileOf[T]()
	for i, c := range trsmCases() {
		for _, special := range some(i, nan[T](), inf[T](), -inf[T]()) {
			for _, n := range pick([]int{20, kc*3/2 + 20}, []int{3, 20, 70, 130, kc + 20, kc*3/2 + 20}) {
				for _, rhs := range []int{1, 20, 450} {
					if n*rhs > 1<<16 {
						continue
					}
					r := newRand(n)
					a := mat.NewDense[T](n, n)
					fillTriangle(c, a)
					for range n {
						i, j := r.IntN(n), r.IntN(n)
						if inTriangle(c.uplo, i, j) {
							a.Set(i, j, 0)
						}
					}
					rows, cols := c.shape(n, rhs)
					b := random[T](r, rows, cols)
					b.Set(r.IntN(rows), r.IntN(cols), special)
					b.Set(r.IntN(rows), r.IntN(cols), special)
					want := multipliedByStored(c, a, b)
					mat.Trmm(c.side, c.uplo, c.t, c.diag, 1, a, b, 1)
					for r := range rows {
						for j := range cols {
							if want, got := class(want.At(r, j)), class(b.At(r, j)); got != want {
								require.Equal(t, want, got, "%v, %v, n=%d rhs=%d (%d, %d)", c, special, n, rhs, r, j)
							}
						}
					}
				}
			}
		}
	}
}

// multipliedByStored multiplies in float64, and skips elements of A that are not stored.
func multipliedByStored[T mat.Float](c trsmCase, a, b mat.Dense[T]) mat.Dense[float64] {
	t, u, vectors := c.t, c.uplo, widen(mat.Trans, b) // B from the left is multiplied column by column
	if c.side == mat.Right {
		t, vectors = opposite(t), widen(mat.NoTrans, b)
	}
	op := widenTriangle(u, t, c.diag, a)
	if t == mat.Trans {
		u = flipped(u)
	}
	products := mat.NewDense[float64](vectors.Rows, vectors.Cols)
	for q := range vectors.Rows {
		x := vectors.Row(q)
		for i := range op.Rows {
			from, to := beyond(flipped(u), i, op.Cols)
			s := op.At(i, i) * x[i]
			for j := from; j < to; j++ {
				s += op.Data[i*op.Stride+j] * x[j]
			}
			products.Set(q, i, s)
		}
	}
	if c.side == mat.Right {
		return products
	}
	return products.Transposed()
}

func TestTrmvOfAllEightKinds(t *testing.T) {
	both(t, testTrmv[float32], testTrmv[float64])
}

func testTrmv[T mat.Float](t *testing.T) {
	for _, c := range trsmCases()[:8] { // left
		for _, n := range append(upTo(20), 0, 65, 130) {
			a := framedWith(n, n, nan[T]())
			fillTriangle(c, a.Dense)
			x := output[T](newRand(n), 1, n)
			op, zero := widenTriangle(c.uplo, c.t, c.diag, a.Dense), mat.NewDense[float64](1, n)
			want, scale := productOracle(1, widen(mat.NoTrans, x.Dense), op, 0, zero)
			mat.Trmv(c.uplo, c.t, c.diag, a.Dense, x.Row(0))
			requireWithin(t, x.Dense, want, scale, gamma[T](productSteps(n)), "%v n=%d", c, n)
			x.requireFrameIntact(t, "%v n=%d", c, n)
		}
	}
}

func TestLevelTwoAndThreePanicOnWrongShapes(t *testing.T) {
	d := mat.NewDense[float64]
	v := func(n int) []float64 { return make([]float64, n) }
	a := d(3, 3)
	for message, f := range map[string]func(){
		"Trmm: a is 3×3, b 2×3": func() { mat.Trmm(mat.Left, mat.Lower, mat.NoTrans, mat.Unit, 1, a, d(2, 3), 1) },
		"Trmm: a is 3×3, b 3×2": func() { mat.Trmm(mat.Right, mat.Lower, mat.NoTrans, mat.Unit, 1, a, d(3, 2), 1) },

		"Symm: a is 3×3, b 2×3, c 2×3": func() { mat.Symm(mat.Left, mat.Lower, 1, a, d(2, 3), 0, d(2, 3), 1) },
		"Symm: a is 3×3, b 2×3, c 3×3": func() { mat.Symm(mat.Right, mat.Lower, 1, a, d(2, 3), 0, d(3, 3), 1) },

		"Trmv: a is 3×3, x has 2 elements":      func() { mat.Trmv(mat.Lower, mat.NoTrans, mat.Unit, a, v(2)) },
		"Symv: a is 3×3, x has 2 elements, y 3": func() { mat.Symv(mat.Lower, 1, a, v(2), 0, v(3)) },
		"Ger: a is 3×2, x has 2 elements, y 3":  func() { mat.Ger(1, v(2), v(3), d(3, 2)) },
		"Syr: a is 3×3, x has 2 elements":       func() { mat.Syr(mat.Lower, 1, v(2), a) },
		"Syr2: a is 3×3, x has 3 elements, y 2": func() { mat.Syr2(mat.Lower, 1, v(3), v(2), a) },
		"Syr2: a is 3×2, x has 3 elements, y 3": func() { mat.Syr2(mat.Lower, 1, v(3), v(3), d(3, 2)) },

		"Syr2k: op(a) is 3×2, b 3×3, c 3×3": func() {
			mat.Syr2k(mat.Lower, mat.NoTrans, 1, d(3, 2), d(3, 3), 0, d(3, 3), 1)
		},
	} {
		requirePanics(t, "mat: "+message, f)
	}
}

func BenchmarkTrmm(b *testing.B) {
	b.Run("f32", benchmarkTrmm[float32])
	b.Run("f64", benchmarkTrmm[float64])
}

func benchmarkTrmm[T mat.Float](b *testing.B) {
	for _, n := range []int{64, 256, 1024, 2048} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c := trsmCase{uplo: mat.Lower, diag: mat.NonUnit}
			a, x := mat.NewDense[T](n, n), random[T](newRand(1), n, n)
			fillTriangle(c, a)
			for i := range n {
				a.Set(i, i, 1)
			}
			measure(b, float64(n)*float64(n)*float64(n), func() {
				mat.Trmm(mat.Left, mat.Lower, mat.NoTrans, mat.NonUnit, 1, a, x, mat.AllWorkers)
			})
		})
	}
}

func BenchmarkSymm(b *testing.B) {
	b.Run("f32", benchmarkSymm[float32])
	b.Run("f64", benchmarkSymm[float64])
}

func benchmarkSymm[T mat.Float](b *testing.B) {
	benchmarkOfSquares(b, func(x, y, z mat.Dense[T]) {
		mat.Symm(mat.Left, mat.Lower, 1, x, y, 0, z, mat.AllWorkers)
	})
}

// benchmarkOfSquares measures 2n³ operations on three square matrices.
func benchmarkOfSquares[T mat.Float](b *testing.B, product func(x, y, z mat.Dense[T])) {
	for _, n := range []int{64, 256, 1024, 2048} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := newRand(1)
			x, y, z := random[T](r, n, n), random[T](r, n, n), mat.NewDense[T](n, n)
			measure(b, 2*float64(n)*float64(n)*float64(n), func() { product(x, y, z) })
		})
	}
}

func BenchmarkSyr2k(b *testing.B) {
	b.Run("f32", benchmarkSyr2k[float32])
	b.Run("f64", benchmarkSyr2k[float64])
}

func benchmarkSyr2k[T mat.Float](b *testing.B) {
	benchmarkOfSquares(b, func(x, y, z mat.Dense[T]) {
		mat.Syr2k(mat.Lower, mat.NoTrans, 1, x, y, 0, z, mat.AllWorkers)
	})
}
