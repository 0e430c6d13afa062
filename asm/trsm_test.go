package asm

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTrsmIsWithinTheErrorBound(t *testing.T) {
	trsmBound[float32](t)
	trsmBound[float64](t)
}

// trsmBound checks the rows that Trsm solves by their residual,
// |b − A·x| ≤ γ |A||x| row by row (Higham, §8.1), for lower triangles in both
// storage orders and for upper ones through negative strides, every operand at the
// edge of an inaccessible page.
func trsmBound[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(15, 16))
		const gap = 2
		maxN := 2*kern.MR + 5
		aStart, aEnd := guarded[T](t, maxN*(maxN+gap))
		xStart, xEnd := guarded[T](t, maxN*(kern.NR+gap))
		dStart, dEnd := guarded[T](t, maxN)
		for i := range aStart {
			aStart[i] = T(r.NormFloat64() / float64(maxN))
		}
		copy(aEnd, aStart)
		for _, k := range []int{0, 1, 4} {
			for m := 0; m+k <= maxN; m++ {
				for _, n := range columns(kern.NR, m+k) {
					size := k + m
					if size == 0 {
						continue
					}
					lda, ldx := size+gap, kern.NR+gap
					alen, xlen := span(size, lda, size, 1), span(size, ldx, n, 1)
					for _, v := range []struct {
						name          string
						a0, rsa, csa  int
						x0, ldxSigned int
						start         bool
					}{
						{"rows", 0, lda, 1, 0, ldx, true},
						{"columns", 0, 1, lda, 0, ldx, false},
						{"from the end", alen - 1, -lda, -1, (size - 1) * ldx, -ldx, true},
						{"columns from the end", alen - 1, -1, -lda, (size - 1) * ldx, -ldx, false},
					} {
						a, x, dinv := aEnd[len(aEnd)-alen:], xEnd[len(xEnd)-xlen:], dEnd[maxN-size:]
						if v.start {
							a, x, dinv = aStart[:alen], xStart[:xlen], dStart[:size]
						}
						for i := range dinv {
							dinv[i] = T(1 / (1.5 + r.Float64()))
						}
						random(r, x)
						before := append([]T(nil), x...)
						kern.Trsm(m, n, k, a, v.a0, v.rsa, v.csa, dinv, x, v.x0, v.ldxSigned)
						for i := range size {
							for j := range n {
								at := v.x0 + i*v.ldxSigned + j
								if i < k {
									if before[at] != x[at] {
										require.Equal(t, before[at], x[at], "%s m=%d n=%d k=%d: solved row %d", v.name, m, n, k, i)
									}
									continue
								}
								sum := float64(x[at]) / float64(dinv[i])
								mag := math.Abs(sum)
								for p := range i {
									w := float64(a[v.a0+i*v.rsa+p*v.csa]) * float64(x[v.x0+p*v.ldxSigned+j])
									sum += w
									mag += math.Abs(w)
								}
								if w, g, b := float64(before[at]), sum, gamma[T](i+3)*mag; !within(w, g, b) {
									near(t, w, g, b, "%s m=%d n=%d k=%d: x[%d,%d]", v.name, m, n, k, i, j)
								}
							}
						}
						for at := range x {
							if at%ldx >= n {
								if before[at] != x[at] {
									require.Equal(t, before[at], x[at], "%s m=%d n=%d k=%d: gap", v.name, m, n, k)
								}
							}
						}
					}
				}
			}
		}
	})
}

func TestTransposeEqualsItsReference(t *testing.T) {
	transposeReference[float32](t)
	transposeReference[float64](t)
}

func transposeReference[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(17, 18))
		const most, gap = 19, 3
		srcStart, srcEnd := guarded[T](t, most*(most+gap))
		dstStart, dstEnd := guarded[T](t, most*(most+gap))
		random(r, srcStart)
		random(r, srcEnd)
		for m := 1; m <= most; m++ {
			for n := 1; n <= most; n++ {
				lds, ldd := n+gap, m+gap
				slen, dlen := span(m, lds, n, 1), span(n, ldd, m, 1)
				for _, at := range []struct{ src, dst []T }{
					{srcStart[:slen], dstStart[:dlen]},
					{srcEnd[len(srcEnd)-slen:], dstEnd[len(dstEnd)-dlen:]},
				} {
					random(r, at.dst)
					want := append([]T(nil), at.dst...)
					reference[T]{}.Transpose(m, n, at.src, lds, want, ldd)
					kern.Transpose(m, n, at.src, lds, at.dst, ldd)
					same(t, want, at.dst, "m=%d n=%d", m, n)
				}
			}
		}
	})
}
