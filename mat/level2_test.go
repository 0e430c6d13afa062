package mat_test

import (
	"math"
	"testing"

	"ridge/mat"
)

func TestSymvReadsOneTriangle(t *testing.T) {
	both(t, testSymv[float32], testSymv[float64])
}

func testSymv[T mat.Float](t *testing.T) {
	for _, u := range uplos {
		for _, n := range append(upTo(20), 0, 65, 300) {
			for _, s := range [][2]T{{1, 0}, {-1.5, 0.5}, {0, 2}, {0, 0}, {1, 1}} {
				alpha, beta := s[0], s[1]
				a, x, y := input[T](newRand(n), n, n), input[T](newRand(1), 1, n), output[T](newRand(2), 1, n)
				poison(u, a.Dense)
				want, scale := productOracle(float64(alpha), widen(mat.NoTrans, x.Dense), widenSymmetric(u, a.Dense),
					float64(beta), widen(mat.NoTrans, y.Dense))
				if beta == 0 && n > 0 {
					y.Fill(nan[T]())
				}
				if alpha == 0 && n > 0 {
					a.Fill(nan[T]())
					x.Fill(nan[T]())
				}
				mat.Symv(u, alpha, a.Dense, x.Row(0), beta, y.Row(0))
				requireWithin(t, y.Dense, want, scale, gamma[T](productSteps(n)+2),
					"%v n=%d alpha %v beta %v", u, n, alpha, beta)
				y.requireFrameIntact(t, "%v n=%d", u, n)
			}
		}
	}
}

func TestRankOneAndRankTwoUpdates(t *testing.T) {
	both(t, testRankUpdates[float32], testRankUpdates[float64])
}

func testRankUpdates[T mat.Float](t *testing.T) {
	for _, n := range append(upTo(9), 0, 65) {
		for _, alpha := range []T{0, 1, -1.5} {
			for _, m := range []int{0, 1, n, n + 3} {
				a := output[T](newRand(1), m, n)
				x, y := input[T](newRand(2), 1, m), input[T](newRand(3), 1, n)
				want, scale := productOracle(float64(alpha), widen(mat.Trans, x.Dense), widen(mat.Trans, y.Dense), 1,
					widen(mat.NoTrans, a.Dense))
				mat.Ger(alpha, x.Row(0), y.Row(0), a.Dense)
				requireWithin(t, a.Dense, want, scale, gamma[T](productSteps(1)), "Ger %d×%d alpha %v", m, n, alpha)
				a.requireFrameIntact(t, "Ger %d×%d", m, n)
			}
			x, y := input[T](newRand(2), 1, n), input[T](newRand(3), 1, n)
			wideX, wideY := widen(mat.Trans, x.Dense), widen(mat.Trans, y.Dense)
			for _, u := range uplos {
				a := output[T](newRand(1), n, n)
				want, scale := productOracle(float64(alpha), wideX, wideX, 1, widenSymmetric(u, a.Dense))
				poison(u, a.Dense)
				mat.Syr(u, alpha, x.Row(0), a.Dense)
				requirePoisoned(t, u, a.Dense, "Syr %v n=%d", u, n)
				mat.Symmetrize(u, a.Dense, 1)
				requireWithin(t, a.Dense, want, scale, gamma[T](productSteps(1)), "Syr %v n=%d alpha %v", u, n, alpha)
				a.requireFrameIntact(t, "Syr %v n=%d", u, n)

				a = output[T](newRand(1), n, n)
				want, scale = productOracle(float64(alpha), wideX, wideY, 1, widenSymmetric(u, a.Dense))
				second, secondScale := productOracle(float64(alpha), wideY, wideX, 0, want)
				mat.Add(want, want, second)
				mat.Add(scale, scale, secondScale)
				poison(u, a.Dense)
				mat.Syr2(u, alpha, x.Row(0), y.Row(0), a.Dense)
				requirePoisoned(t, u, a.Dense, "Syr2 %v n=%d", u, n)
				mat.Symmetrize(u, a.Dense, 1)
				requireWithin(t, a.Dense, want, scale, gamma[T](productSteps(2)+2),
					"Syr2 %v n=%d alpha %v", u, n, alpha)
				a.requireFrameIntact(t, "Syr2 %v n=%d", u, n)
			}
		}
	}
}

func TestUpdatesDoNotReadVectorsWithAlphaZero(t *testing.T) {
	x := constant[float64](5, math.NaN())
	a := random[float64](newRand(1), 5, 5)
	before := a.Clone()
	mat.Ger(0, x, x, a)
	mat.Syr(mat.Lower, 0, x, a)
	mat.Syr2(mat.Upper, 0, x, x, a)
	requireSameBits(t, before, a, "a")
}
