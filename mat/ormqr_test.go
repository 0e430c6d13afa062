package mat_test

import (
	"fmt"
	"testing"

	"ridge/mat"
)

// factoredQR returns the reflectors of a random matrix, in a frame of NaN.
func factoredQR[T mat.Float](seed, m, n int) (f framed[T], tau []T) {
	f = input[T](newRand(seed), m, n)
	tau = make([]T, min(m, n))
	mat.Geqrf(f.Dense, tau, 1)
	return f, tau
}

func TestOrmqrMultipliesByQOnEitherSide(t *testing.T) {
	both(t, testOrmqr[float32], testOrmqr[float64])
}

func testOrmqr[T mat.Float](t *testing.T) {
	_, nr, _, _, _ := tileOf[T]()
	shapes := pick([][2]int{{1, 1}, {9, 5}, {70, 66}, {20, 30}},
		[][2]int{{1, 1}, {3, 3}, {9, 5}, {64, 64}, {70, 66}, {20, 30}, {200, 150}, {130, 1}})
	for i, s := range shapes {
		m, n := s[0], s[1]
		f, tau := factoredQR[T](i, m, n)
		for _, k := range []int{0, 1, min(m, n)} {
			for _, cols := range pick([]int{0, 1, 9, nr + 1}, []int{0, 1, 2, 8, 9, nr, nr + 1, 70}) {
				for _, side := range sides {
					for _, tr := range transposes {
						checkOrmqr(t, side, tr, f.Dense, tau[:k], cols)
					}
				}
			}
		}
	}
}

func checkOrmqr[T mat.Float](t *testing.T, side mat.Side, tr mat.Transpose, f mat.Dense[T], tau []T, n int) {
	t.Helper()
	m := f.Rows
	rows, cols := m, n
	if side == mat.Right {
		rows, cols = n, m
	}
	c := output[T](newRand(n), rows, cols)
	want := widen(mat.NoTrans, c.Dense)
	if side == mat.Left {
		reflectedBy(f, tau, tr, want)
	} else { // C·op(Q) = (op(Q)ᵀ·Cᵀ)ᵀ
		want = want.Transposed()
		opposite := mat.Trans
		if tr == mat.Trans {
			opposite = mat.NoTrans
		}
		reflectedBy(f, tau, opposite, want)
		want = want.Transposed()
	}
	mat.Ormqr(side, tr, f, tau, c.Dense, 2)
	name := fmt.Sprintf("%v %s, %d reflectors of order %d, %d vectors", side, letter(tr), len(tau), m, n)
	c.requireFrameIntact(t, "%s", name)
	bound := qrBound[T](m, len(tau)) * mat.NormFrobenius(want)
	requireAtMost(t, mat.NormFrobenius(difference(widen(mat.NoTrans, c.Dense), want)), bound, "%s", name)
}

func TestOrgqrMakesTheFirstColumnsOfQ(t *testing.T) {
	both(t, testOrgqr[float32], testOrgqr[float64])
}

func testOrgqr[T mat.Float](t *testing.T) {
	for i, s := range pick([][3]int{{0, 0, 0}, {5, 5, 3}, {70, 66, 66}},
		[][3]int{{0, 0, 0}, {4, 0, 0}, {1, 1, 1}, {5, 5, 3}, {64, 64, 64}, {70, 66, 66}, {70, 66, 0}, {200, 180, 150},
			{200, 200, 1}}) {
		m, n, k := s[0], s[1], s[2]
		f, tau := factoredQR[T](i, m, k)
		want := explicitQ(f.Dense, tau)
		q := output[T](newRand(1), m, n)
		mat.Copy(q.ColView(0, k), f.Dense)
		mat.Orgqr(q.Dense, tau, 2)
		q.requireFrameIntact(t, "%v", s)
		bound := qrBound[T](m, k) * mat.NormFrobenius(want)
		requireAtMost(t, mat.NormFrobenius(difference(widen(mat.NoTrans, q.Dense), want.ColView(0, n))), bound, "%v", s)
	}
}

func BenchmarkOrmqr(b *testing.B) {
	b.Run("f32", benchmarkOrmqr[float32])
	b.Run("f64", benchmarkOrmqr[float64])
}

func benchmarkOrmqr[T mat.Float](b *testing.B) {
	for _, s := range [][2]int{{256, 256}, {1024, 1}, {1024, 8}, {1024, 32}, {1024, 1024}} {
		m, n := s[0], s[1]
		b.Run(fmt.Sprintf("%dx%dx%d", m, m, n), func(b *testing.B) {
			f, tau := factoredQR[T](1, m, m)
			c := random[T](newRand(2), m, n)
			measure(b, 2*float64(m)*float64(m)*float64(n), func() {
				mat.Ormqr(mat.Left, mat.Trans, f.Dense, tau, c, mat.AllWorkers)
			})
		})
	}
}

func BenchmarkOrgqr(b *testing.B) {
	b.Run("f32", benchmarkOrgqr[float32])
	b.Run("f64", benchmarkOrgqr[float64])
}

func benchmarkOrgqr[T mat.Float](b *testing.B) {
	for _, n := range []int{64, 256, 1024} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f, tau := factoredQR[T](1, n, n)
			q := f.Clone()
			measure(b, 4.0/3*float64(n)*float64(n)*float64(n), func() {
				mat.Copy(q, f.Dense)
				mat.Orgqr(q, tau, mat.AllWorkers)
			})
		})
	}
}
