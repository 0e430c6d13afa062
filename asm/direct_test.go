package asm

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGemmDirectIsWithinTheErrorBound(t *testing.T) {
	directBound[float32](t)
	directBound[float64](t)
}

// directBound compares the kernel on unpacked operands with a sum in float64, for
// every size of tile and both orders of A, with every operand ending at, or starting
// after, an inaccessible page. What lies between the rows of C must stay.
func directBound[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(11, 12))
		depths := []int{0, 1, 2, 3, 9}
		const maxK, gap = 9, 3
		maxM, nr := 2*kern.MR+1, kern.NR
		aStart, aEnd := guarded[T](t, (maxM+gap)*(maxK+gap))
		bStart, bEnd := guarded[T](t, maxK*(nr+gap))
		cStart, cEnd := guarded[T](t, maxM*(nr+gap))
		random(r, aStart)
		random(r, aEnd)
		random(r, bStart)
		random(r, bEnd)
		before := make([]T, len(cStart))
		ldb, ldc := nr+gap, nr+gap
		scalars := []struct{ alpha, beta T }{{1, 0}, {-0.5, 1}, {2, 0.25}}
		for _, k := range depths {
			for m := 0; m <= maxM; m++ {
				for _, n := range columns(nr, m+k) {
					s := scalars[(m+n+k)%len(scalars)]
					for _, order := range []struct{ rsa, csa int }{{k + gap, 1}, {1, m + gap}} {
						alen := span(m, order.rsa, k, order.csa)
						blen, clen := span(k, ldb, n, 1), span(m, ldc, n, 1)
						for _, at := range []struct{ a, b, c []T }{
							{aStart[:alen], bStart[:blen], cStart[:clen]},
							{aEnd[len(aEnd)-alen:], bEnd[len(bEnd)-blen:], cEnd[len(cEnd)-clen:]},
						} {
							random(r, at.c)
							if s.beta == 0 {
								fillNaN(at.c, m, n, ldc)
							}
							copy(before, at.c)
							kern.GemmDirect(m, n, k, s.alpha, at.a, order.rsa, order.csa, at.b, ldb, s.beta, at.c, ldc)
							for q, got := range at.c {
								i, j := q/ldc, q%ldc
								if j >= n {
									if before[q] != got {
										require.Equal(t, before[q], got, "m=%d n=%d k=%d: gap of row %d", m, n, k, i)
									}
									continue
								}
								var sum, mag float64
								for p := range k {
									v := float64(at.a[i*order.rsa+p*order.csa]) * float64(at.b[p*ldb+j])
									sum += v
									mag += math.Abs(v)
								}
								sum, mag = sum*float64(s.alpha), mag*math.Abs(float64(s.alpha))
								if s.beta != 0 {
									old := float64(s.beta) * float64(before[q])
									sum, mag = sum+old, mag+math.Abs(old)
								}
								if w, g, b := sum, float64(got), gamma[T](k+3)*mag; !within(w, g, b) {
									near(t, w, g, b, "m=%d n=%d k=%d, strides %v, alpha=%v beta=%v: c[%d,%d]",
										m, n, k, order, s.alpha, s.beta, i, j)
								}
							}
						}
					}
				}
			}
		}
	})
}

// span is the number of elements from the first to the last of an m×n matrix.
func span(m, rs, n, cs int) int {
	if m == 0 || n == 0 {
		return 0
	}
	return (m-1)*rs + (n-1)*cs + 1
}

// Packed and unpacked operands must give the same bits, so that a product does not
// depend on which way a tile of it was computed.
func TestGemmDirectEqualsGemm(t *testing.T) {
	directEqualsPacked[float32](t)
	directEqualsPacked[float64](t)
}

func directEqualsPacked[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(13, 14))
		const k = 41
		a, b := random(r, make([]T, kern.MR*k)), random(r, make([]T, kern.NR*k))
		packed, direct := make([]T, kern.MR*kern.NR), make([]T, kern.MR*kern.NR)
		kern.Gemm(kern.MR, kern.NR, k, 0.7, a, b, 0, packed, kern.NR)
		kern.GemmDirect(kern.MR, kern.NR, k, 0.7, a, 1, kern.MR, b, kern.NR, 0, direct, kern.NR)
		require.Equal(t, packed, direct)
	})
}
