package mat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

func TestGemmScalesByAlphaAndBeta(t *testing.T) {
	both(t, testGemmScalars[float32], testGemmScalars[float64])
}

func testGemmScalars[T mat.Float](t *testing.T) {
	mr, nr, kc, _, _ := tileOf[T]()
	scalars := []T{0, 1, -1, 2.5}
	shapes := [][3]int{{1, 1, 1}, {mr + 2, nr + 3, 5}, {mr - 1, 2*nr - 1, kc + 3}}
	if thorough.Tests() {
		shapes = append(shapes, [3]int{3*mr + 1, 2*nr + 1, 2*kc + 1}, [3]int{70, 70, 70})
	}
	for _, s := range shapes {
		for _, alpha := range scalars {
			for _, beta := range scalars {
				checkGemms(t, s[0], s[1], s[2], alpha, beta, 1)
			}
		}
	}
}

func TestGemmDoesNotReadWhatIsMultipliedByZero(t *testing.T) {
	both(t, testGemmZeroScalars[float32], testGemmZeroScalars[float64])
}

func testGemmZeroScalars[T mat.Float](t *testing.T) {
	const m, n, k = 37, 41, 19
	r := newRand(1)
	allNaN := mat.NewDense[T](64, 64)
	allNaN.Fill(nan[T]())
	a, b := allNaN.View(0, 0, m, k), allNaN.View(0, 0, k, n)

	t.Run("alpha=0 beta=1 keeps the bits of C", func(t *testing.T) {
		c := random[T](r, m, n)
		c.Set(3, 4, nan[T]())
		c.Set(5, 6, T(math.Copysign(0, -1)))
		want := c.Clone()
		mat.Gemm(mat.NoTrans, mat.NoTrans, 0, a, b, 1, c, 1)
		requireSameBits(t, want, c, "C")
	})
	t.Run("alpha=0 beta=2 scales C", func(t *testing.T) {
		c := random[T](r, m, n)
		want := c.Clone()
		mat.Gemm(mat.NoTrans, mat.NoTrans, 0, a, b, 2, c, 1)
		for i := range want.Data {
			want.Data[i] *= 2
		}
		requireSameBits(t, want, c, "C")
	})
	t.Run("alpha=0 beta=0 clears C", func(t *testing.T) {
		c := mat.NewDense[T](m, n)
		c.Fill(nan[T]())
		mat.Gemm(mat.NoTrans, mat.NoTrans, 0, a, b, 0, c, 1)
		requireSameBits(t, mat.NewDense[T](m, n), c, "C")
	})
	t.Run("k=0 is beta·C", func(t *testing.T) {
		c := mat.NewDense[T](m, n)
		c.Fill(3)
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, mat.NewDense[T](m, 0), mat.NewDense[T](0, n), 0.5, c, 1)
		require.Equal(t, constant[T](m*n, 1.5), c.Data)
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, mat.NewDense[T](m, 0), mat.NewDense[T](0, n), 0, c, 1)
		require.Equal(t, make([]T, m*n), c.Data)
	})
}

func TestGemmPropagatesNaNAndInf(t *testing.T) {
	both(t, testGemmNonFinite[float32], testGemmNonFinite[float64])
}

// testGemmNonFinite puts single special values among ordinary numbers and zeros. Each result must
// be of the kind (finite, infinite or NaN) that the definition gives, 0·NaN = 0·Inf = NaN included.
func testGemmNonFinite[T mat.Float](t *testing.T) {
	mr, nr, kc, _, _ := tileOf[T]()
	specials := []T{nan[T](), inf[T](), -inf[T]()}
	shapes := [][3]int{{2, 3, 4}, {mr + 1, nr + 1, 9}, {3*mr + 1, 3*nr + 1, 11}}
	if thorough.Tests() {
		shapes = append(shapes, [3]int{mr, nr, kc + 2}, [3]int{65, 66, 67})
	}
	for _, s := range shapes {
		m, n, k := s[0], s[1], s[2]
		for q, special := range specials {
			for _, beta := range []T{0, 1} {
				for _, tA := range transposes {
					for _, tB := range transposes {
						r := newRand(m + q)
						aRows, aCols := shapeOf(tA, m, k)
						bRows, bCols := shapeOf(tB, k, n)
						a, b, c := random[T](r, aRows, aCols), random[T](r, bRows, bCols), random[T](r, m, n)
						for _, x := range []mat.Dense[T]{a, b} {
							for range len(x.Data) / 4 {
								x.Data[r.IntN(len(x.Data))] = 0
							}
							x.Data[r.IntN(len(x.Data))] = special
						}
						c.Data[r.IntN(len(c.Data))] = special
						wideA, wideB, wideC := widen(tA, a), widen(opposite(tB), b), widen(mat.NoTrans, c)

						mat.Gemm(tA, tB, 1.5, a, b, beta, c, 1)

						for i := range m {
							for j := range n {
								var want float64
								for p, v := range wideA.Row(i) {
									want += v * wideB.At(j, p)
								}
								want *= 1.5
								if beta != 0 {
									want += wideC.At(i, j)
								}
								if got := c.At(i, j); class(got) != class(want) {
									require.Failf(t, "wrong kind of number",
										"%v, want %v: %v in %s%s %d×%d×%d beta %v (%d, %d)",
										got, want, special, letter(tA), letter(tB), m, n, k, beta, i, j)
								}
							}
						}
					}
				}
			}
		}
	}
}
