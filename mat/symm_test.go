package mat_test

import (
	"testing"

	"ridge/mat"
)

func TestSymmWithEitherTriangleOnEitherSide(t *testing.T) {
	both(t, testSymm[float32], testSymm[float64])
}

func testSymm[T mat.Float](t *testing.T) {
	_, nr, _, _, _ := tileOf[T]()
	for _, u := range uplos {
		for _, n := range pick([]int{0, 1, 17, 260}, []int{0, 1, 2, 17, 64, 130, 255, 256, 257, 520}) {
			a := newSymmetric[T](u, n)
			for _, side := range sides {
				for _, r := range []int{0, 1, 7, nr + 1} {
					a.check(t, side, r, 1, 0, 1)
					a.check(t, side, r, -1.5, 0.5, 2)
				}
			}
		}
		for _, side := range sides {
			for _, beta := range []T{0.5, 0} {
				newSymmetric[T](u, 30).check(t, side, 20, 0, beta, 1)
			}
		}
	}
}

// symmetricOperand is a random matrix that stores one triangle, poisoned in the other and framed with NaN, and the
// whole matrix.
type symmetricOperand[T mat.Float] struct {
	framed[T]
	uplo  mat.Uplo
	whole mat.Dense[float64]
}

func newSymmetric[T mat.Float](u mat.Uplo, n int) symmetricOperand[T] {
	a := input[T](newRand(n), n, n)
	poison(u, a.Dense)
	return symmetricOperand[T]{a, u, widenSymmetric(u, a.Dense)}
}

// check multiplies by random matrices of r rows or columns. With a zero alpha it overwrites a with NaN.
func (a symmetricOperand[T]) check(t testing.TB, side mat.Side, r int, alpha, beta T, w mat.Workers) {
	u, n := a.uplo, a.Rows
	name := lazy{"%v %v n=%d r=%d alpha %v beta %v", []any{side, u, n, r, alpha, beta}}
	rows, cols := n, r
	if side == mat.Right {
		rows, cols = r, n
	}
	b, c := input[T](newRand(1), rows, cols), output[T](newRand(2), rows, cols)
	left, rightT := a.whole, widen(mat.Trans, b.Dense)
	if side == mat.Right {
		left, rightT = widen(mat.NoTrans, b.Dense), left
	}
	want, scale := productOracleFor[T](float64(alpha), left, rightT, float64(beta), widen(mat.NoTrans, c.Dense))
	if beta == 0 && rows*cols > 0 {
		c.Fill(nan[T]())
	}
	if alpha == 0 && rows*cols > 0 {
		a.Fill(nan[T]())
		b.Fill(nan[T]())
	}
	mat.Symm(side, u, alpha, a.Dense, b.Dense, beta, c.Dense, w)
	requireWithin(t, c.Dense, want, scale, gamma[T](productSteps(n)+2), "%s", name)
	c.requireFrameIntact(t, "%s", name)
}

func TestSyr2kComputesOneTriangle(t *testing.T) {
	both(t, testSyr2k[float32], testSyr2k[float64])
}

func testSyr2k[T mat.Float](t *testing.T) {
	mr, nr, kc, mc, _ := tileOf[T]()
	for _, u := range uplos {
		for _, tr := range transposes {
			for i, n := range pick([]int{0, 1, 17, mr + nr}, append(upTo(20), around(nr, mr, 64)...)) {
				for _, k := range some(i, 7, 0, 1, 40) {
					checkSyr2k(t, u, tr, n, k, T(1), T(0), 1)
					checkSyr2k(t, u, tr, n, k, T(-1.5), T(0.5), 2)
				}
			}
			checkSyr2k(t, u, tr, 70, 2*kc+3, T(-1.5), T(0.5), 2)  // several slabs of either half
			checkSyr2k(t, u, tr, 2*mr*nr+mr+1, 33, T(1), T(0), 2) // blocks on the diagonal, as many as there can be
			checkSyr2k(t, u, tr, 30, 20, T(0), T(0.5), 1)
		}
		checkSyr2k(t, u, mat.NoTrans, 70, mc*kc*3/2/70+1, T(-1.5), T(0.5), 2) // too large to stay in place
		checkSyr2k(t, u, mat.Trans, 70, 1000, T(-1.5), T(0.5), 2)
	}
}

func checkSyr2k[T mat.Float](t testing.TB, u mat.Uplo, tr mat.Transpose, n, k int, alpha, beta T, w mat.Workers) {
	t.Helper()
	name := lazy{"%v %v n=%d k=%d alpha %v beta %v", []any{u, tr, n, k, alpha, beta}}
	rows, cols := shapeOf(tr, n, k)
	a, b, c := input[T](newRand(1), rows, cols), input[T](newRand(2), rows, cols), output[T](newRand(3), n, n)
	wideA, wideB, wideC := widen(tr, a.Dense), widen(tr, b.Dense), widenSymmetric(u, c.Dense)
	want, scale := productOracleFor[T](0, wideA, wideB, float64(beta), wideC)
	product, productScale := productOracleFor[T](float64(alpha), wideA, wideB, 0, wideC)
	for _, p := range []mat.Dense[float64]{product, product.Transposed()} { // B·Aᵀ is the transpose of A·Bᵀ
		mat.Add(want, want, p)
	}
	for _, p := range []mat.Dense[float64]{productScale, productScale.Transposed()} {
		mat.Add(scale, scale, p)
	}
	if beta == 0 && n > 0 {
		c.Fill(nan[T]())
	}
	poison(u, c.Dense)
	mat.Syr2k(u, tr, alpha, a.Dense, b.Dense, beta, c.Dense, w)
	requirePoisoned(t, u, c.Dense, "%s", name)
	mat.Symmetrize(u, c.Dense, 1)
	requireWithin(t, c.Dense, want, scale, gamma[T](productSteps(2*k)+2), "%s", name)
	c.requireFrameIntact(t, "%s", name)
}

func TestSymmAndSyr2kGiveTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	both(t, testSymmWorkers[float32], testSymmWorkers[float64])
}

func testSymmWorkers[T mat.Float](t *testing.T) {
	a, b := random[T](newRand(1), 300, 300), random[T](newRand(2), 300, 300)
	for _, u := range uplos {
		for _, side := range sides {
			want := mat.NewDense[T](300, 300)
			mat.Symm(side, u, 1, a, b, 0, want, 1)
			for _, w := range workerCounts() {
				got := mat.NewDense[T](300, 300)
				mat.Symm(side, u, 1, a, b, 0, got, w)
				requireSameBits(t, want, got, "Symm %v %v, %d workers", side, u, w)
			}
		}
		for _, tr := range transposes { // in place, and packed
			want := mat.NewDense[T](300, 300)
			mat.Syr2k(u, tr, 1, a, b, 0, want, 1)
			for _, w := range workerCounts() {
				got := mat.NewDense[T](300, 300)
				mat.Syr2k(u, tr, 1, a, b, 0, got, w)
				requireSameBits(t, want, got, "Syr2k %v %v, %d workers", u, tr, w)
			}
		}
	}
}
