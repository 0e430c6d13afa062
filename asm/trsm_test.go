package asm

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTrsmIsWithinTheErrorBound(t *testing.T) {
	testTrsmBound[float32](t)
	testTrsmBound[float64](t)
}

// testTrsmBound checks the rows that Trsm solves by their residual, |b − A·x| ≤ γ |A||x| row by row
// (Higham, §8.1). It takes lower triangles in both storage orders, and upper ones through negative
// strides. Every operand is at the edge of an inaccessible page.
func testTrsmBound[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(15, 16))
		const gap = 2
		maxN, ldx := 2*kern.MR+5, kern.NR+gap
		aStart, aEnd := guarded[T](t, maxN*(maxN+gap))
		xStart, xEnd := guarded[T](t, maxN*ldx)
		dStart, dEnd := guarded[T](t, maxN)
		for i := range aStart {
			aStart[i] = T(r.NormFloat64() / float64(maxN))
		}
		copy(aEnd, aStart)
		for _, k := range []int{0, 1, 4} {
			for m := max(0, 1-k); m+k <= maxN; m++ {
				for _, n := range columns(kern.NR, m+k) {
					size := k + m
					lda := size + gap
					alen, xlen := span(size, lda, size, 1), span(size, ldx, n, 1)
					first := trsmCall[T]{a: aStart[:alen], x: xStart[:xlen], dinv: dStart[:size], m: m, n: n, k: k}
					last := trsmCall[T]{a: aEnd[len(aEnd)-alen:], x: xEnd[len(xEnd)-xlen:], dinv: dEnd[maxN-size:],
						m: m, n: n, k: k}
					first.check(t, kern, r, "rows", 0, lda, 1, 0, ldx)
					last.check(t, kern, r, "columns", 0, 1, lda, 0, ldx)
					first.check(t, kern, r, "from the end", alen-1, -lda, -1, (size-1)*ldx, -ldx)
					last.check(t, kern, r, "columns from the end", alen-1, -1, -lda, (size-1)*ldx, -ldx)
				}
			}
		}
	})
}

// trsmCall is one call of Trsm, without the offsets and strides of its operands.
type trsmCall[T Float] struct {
	a, x, dinv []T
	m, n, k    int
}

// check runs the call on a random right-hand side.
func (c *trsmCall[T]) check(t *testing.T, kern *Kernels[T], r *rand.Rand, name string, a0, rsa, csa, x0, ldx int) {
	for i := range c.dinv {
		c.dinv[i] = T(1 / (1.5 + r.Float64()))
	}
	random(r, c.x)
	before := slices.Clone(c.x)
	kern.Trsm(c.m, c.n, c.k, c.a, a0, rsa, csa, c.dinv, c.x, x0, ldx)
	untouched := func(at int, what string, i int) {
		if before[at] != c.x[at] {
			require.Equal(t, before[at], c.x[at], "%s m=%d n=%d k=%d: %s %d", name, c.m, c.n, c.k, what, i)
		}
	}
	for i := range c.k + c.m {
		for j := range c.n {
			at := x0 + i*ldx + j
			if i < c.k {
				untouched(at, "solved row", i)
				continue
			}
			sum := float64(c.x[at]) / float64(c.dinv[i])
			mag := math.Abs(sum)
			for p := range i {
				w := float64(c.a[a0+i*rsa+p*csa]) * float64(c.x[x0+p*ldx+j])
				sum += w
				mag += math.Abs(w)
			}
			if w, g, b := float64(before[at]), sum, gamma[T](i+3)*mag; !within(w, g, b) {
				near(t, w, g, b, "%s m=%d n=%d k=%d: x[%d,%d]", name, c.m, c.n, c.k, i, j)
			}
		}
	}
	for at := range c.x {
		if at%max(ldx, -ldx) >= c.n {
			untouched(at, "gap at", at)
		}
	}
}

func TestTransposeEqualsItsReference(t *testing.T) {
	testTranspose[float32](t)
	testTranspose[float64](t)
}

func testTranspose[T Float](t *testing.T) {
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
