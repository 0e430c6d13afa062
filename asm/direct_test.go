package asm

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGemmDirectIsWithinTheErrorBound(t *testing.T) {
	testDirectBound[float32](t)
	testDirectBound[float64](t)
}

// testDirectBound compares the kernel on unpacked operands with a sum in float64, for every size of
// tile and both storage orders of A. Every operand ends at, or starts after, an inaccessible page.
// The memory between the rows of C must not change.
func testDirectBound[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(11, 12))
		const maxK, gap = 9, 3
		maxM, nr := 2*kern.MR+1, kern.NR
		aStart, aEnd := guarded[T](t, (maxM+gap)*(maxK+gap))
		bStart, bEnd := guarded[T](t, maxK*(nr+gap))
		cStart, cEnd := guarded[T](t, maxM*(nr+gap))
		for _, s := range [][]T{aStart, aEnd, bStart, bEnd} {
			random(r, s)
		}
		scalars := []struct{ alpha, beta T }{{1, 0}, {-0.5, 1}, {2, 0.25}}
		for _, k := range []int{0, 1, 2, 3, 9} {
			for m := 0; m <= maxM; m++ {
				for _, n := range columns(nr, m+k) {
					for _, strides := range [][2]int{{k + gap, 1}, {1, m + gap}} {
						p := directProduct[T]{m: m, n: n, k: k, rsa: strides[0], csa: strides[1], ldb: nr + gap,
							ldc: nr + gap}
						p.alpha, p.beta = scalars[(m+n+k)%len(scalars)].alpha, scalars[(m+n+k)%len(scalars)].beta
						alen, blen, clen := span(m, p.rsa, k, p.csa), span(k, p.ldb, n, 1), span(m, p.ldc, n, 1)
						p.check(t, kern, r, aStart[:alen], bStart[:blen], cStart[:clen])
						p.check(t, kern, r, aEnd[len(aEnd)-alen:], bEnd[len(bEnd)-blen:], cEnd[len(cEnd)-clen:])
					}
				}
			}
		}
	})
}

// directProduct is one call of GemmDirect.
type directProduct[T Float] struct {
	m, n, k            int
	rsa, csa, ldb, ldc int
	alpha, beta        T
}

// check runs the call on c, which is filled with NaN if beta is 0 and it must not be read.
func (p *directProduct[T]) check(t *testing.T, kern *Kernels[T], r *rand.Rand, a, b, c []T) {
	random(r, c)
	if p.beta == 0 {
		fillNaN(c, p.m, p.n, p.ldc)
	}
	before := slices.Clone(c)
	kern.GemmDirect(p.m, p.n, p.k, p.alpha, a, p.rsa, p.csa, b, p.ldb, p.beta, c, p.ldc)
	for q, got := range c {
		i, j := q/p.ldc, q%p.ldc
		if j >= p.n {
			if before[q] != got {
				require.Equal(t, before[q], got, "%+v: gap of row %d", *p, i)
			}
			continue
		}
		want, mag := p.element(a, b, before[q], i, j)
		if g, bound := float64(got), gamma[T](p.k+3)*mag; !within(want, g, bound) {
			near(t, want, g, bound, "%+v: c[%d,%d]", *p, i, j)
		}
	}
}

// element computes an element of C in float64, and the sum of the magnitudes of its terms.
func (p *directProduct[T]) element(a, b []T, old T, i, j int) (sum, mag float64) {
	for q := range p.k {
		v := float64(a[i*p.rsa+q*p.csa]) * float64(b[q*p.ldb+j])
		sum += v
		mag += math.Abs(v)
	}
	sum, mag = sum*float64(p.alpha), mag*math.Abs(float64(p.alpha))
	if p.beta != 0 {
		v := float64(p.beta) * float64(old)
		sum, mag = sum+v, mag+math.Abs(v)
	}
	return sum, mag
}

// span is the number of elements from the first to the last element of an m×n matrix.
func span(m, rs, n, cs int) int {
	if m == 0 || n == 0 {
		return 0
	}
	return (m-1)*rs + (n-1)*cs + 1
}

// Packed and unpacked operands must give the same bits, so that a product does not depend on how a
// tile of it was computed.
func TestGemmDirectEqualsGemm(t *testing.T) {
	testDirectEqualsPacked[float32](t)
	testDirectEqualsPacked[float64](t)
}

func testDirectEqualsPacked[T Float](t *testing.T) {
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

// A tile of C may overwrite rows of B, because it is summed before it is stored.
func TestGemmDirectReadsAllOfBBeforeItWritesATile(t *testing.T) {
	testDirectOverwritesB[float32](t)
	testDirectOverwritesB[float64](t)
}

func testDirectOverwritesB[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(15, 16))
		const k = 20
		for m := 1; m <= kern.MR; m++ {
			for _, n := range columns(kern.NR, m) {
				for _, beta := range []T{0, 0.5} {
					a, b := random(r, make([]T, m*k)), random(r, make([]T, k*kern.NR))
					first := (k - m) * kern.NR
					want, got := slices.Clone(b), slices.Clone(b)
					kern.GemmDirect(m, n, k, 0.7, a, k, 1, b, kern.NR, beta, want[first:], kern.NR)
					kern.GemmDirect(m, n, k, 0.7, a, k, 1, got, kern.NR, beta, got[first:], kern.NR)
					require.Equal(t, want, got, "%d×%d, beta %v", m, n, beta)
				}
			}
		}
	})
}
