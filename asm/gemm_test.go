package asm

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
)

func TestGemmIsWithinTheErrorBound(t *testing.T) {
	testGemmBound[float32](t)
	testGemmBound[float64](t)
}

// testGemmBound compares the micro-kernel with a sum in float64 for every size of tile. A, B and C end
// at, or start after, an inaccessible page, and the memory between the rows of C must not change.
func testGemmBound[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(1, 2))
		depths := []int{0, 1, 2, 3, 4, 5, 7, 8, 9}
		if !testing.Short() {
			depths = append(depths, kern.KC)
		}
		maxK := depths[len(depths)-1]
		mr, nr := kern.MR, kern.NR
		const gap = 3
		ldc := nr + gap
		aStart, aEnd := guarded[T](t, 3*mr*maxK)
		bStart, bEnd := guarded[T](t, nr*maxK)
		cStart, cEnd := guarded[T](t, 3*mr*ldc)
		random(r, aStart)
		random(r, bStart)
		copy(aEnd, aStart)
		copy(bEnd, bStart)
		before := make([]T, len(cStart))
		scalars := []struct{ alpha, beta T }{{1, 0}, {-0.5, 1}, {2, 0.25}, {1, T(math.Copysign(0, -1))}}
		for _, k := range depths {
			for m := 1; m <= 2*mr+1; m++ {
				widths := columns(nr, m+k)
				if k == kern.KC && !thorough.Tests() { // which columns there are does not depend on how deep they are
					widths = edgeColumns(nr, m+k)
				}
				for _, n := range widths {
					s := scalars[(m+n+k)%len(scalars)]
					panels := (m + mr - 1) / mr
					clen := (m-1)*ldc + n
					for _, at := range []struct{ a, b, c []T }{
						{aStart[:panels*mr*k], bStart[:nr*k], cStart[:clen]},
						{aEnd[len(aEnd)-panels*mr*k:], bEnd[len(bEnd)-nr*k:], cEnd[len(cEnd)-clen:]},
					} {
						random(r, at.c)
						if s.beta == 0 {
							fillNaN(at.c, m, n, ldc)
						}
						copy(before, at.c)
						kern.Gemm(m, n, k, s.alpha, at.a, at.b, s.beta, at.c, ldc)
						checkTile(t, kern, m, n, k, s.alpha, at.a, at.b, s.beta, before, at.c, ldc)
					}
				}
			}
		}
	})
}

// fillNaN puts NaN wherever beta = 0 means that C is not read.
func fillNaN[T Float](c []T, m, n, ldc int) {
	for i := range m {
		for j := range n {
			c[i*ldc+j] = T(math.NaN())
		}
	}
}

func checkTile[T Float](t *testing.T, kern *Kernels[T], m, n, k int, alpha T, a, b []T, beta T, before, c []T,
	ldc int) {
	t.Helper()
	for q := range c {
		i, j := q/ldc, q%ldc
		if j >= n {
			if before[q] != c[q] {
				require.Equal(t, before[q], c[q], "m=%d n=%d k=%d: gap of row %d", m, n, k, i)
			}
			continue
		}
		var sum, mag float64
		for p := range k {
			aip := float64(a[i/kern.MR*kern.MR*k+p*kern.MR+i%kern.MR])
			bpj := float64(b[p*kern.NR+j])
			sum += aip * bpj
			mag += math.Abs(aip * bpj)
		}
		sum *= float64(alpha)
		mag *= math.Abs(float64(alpha))
		if beta != 0 {
			sum += float64(beta) * float64(before[q])
			mag += math.Abs(float64(beta) * float64(before[q]))
		}
		if w, g, b := sum, float64(c[q]), gamma[T](k+3)*mag; !within(w, g, b) {
			near(t, w, g, b, "m=%d n=%d k=%d alpha=%v beta=%v: c[%d,%d]", m, n, k, alpha, beta, i, j)
		}
	}
}

func TestGemmElementsDoNotDependOnTheirPositionInTheTile(t *testing.T) {
	testPlaceInTile[float32](t)
	testPlaceInTile[float64](t)
}

// testPlaceInTile multiplies a constant row by a constant column: all elements must have the same bits,
// in whole tiles and at the edges.
func testPlaceInTile[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(3, 4))
		const k = 37
		x, y := random(r, make([]T, k)), random(r, make([]T, k))
		m := kern.MR + max(1, kern.MR-1)
		a, b := make([]T, 2*kern.MR*k), make([]T, kern.NR*k)
		for p := range k {
			for i := range 2 * kern.MR {
				a[i/kern.MR*kern.MR*k+p*kern.MR+i%kern.MR] = x[p]
			}
			for j := range kern.NR {
				b[p*kern.NR+j] = y[p]
			}
		}
		for _, n := range []int{kern.NR, kern.NR - 1} {
			c := random(r, make([]T, m*n))
			for i := range c {
				c[i] = c[0]
			}
			kern.Gemm(m, n, k, 0.7, a, b, 0.3, c, n)
			for i := range c {
				require.Equal(t, c[0], c[i], "n=%d, element %d", n, i)
			}
		}
	})
}

func TestGemmPropagatesNaNAndInf(t *testing.T) {
	testGemmSpecials[float32](t)
	testGemmSpecials[float64](t)
}

func testGemmSpecials[T Float](t *testing.T) {
	nan, inf := T(math.NaN()), T(math.Inf(1))
	tests := []struct {
		name              string
		a, b, alpha, beta T
		c, want           T
	}{
		{name: "0·NaN", a: 0, b: nan, alpha: 1, want: nan},
		{name: "0·Inf", a: 0, b: inf, alpha: 1, want: nan},
		{name: "1·Inf", a: 1, b: inf, alpha: 1, want: inf},
		{name: "beta NaN is not zero", a: 1, b: 1, alpha: 1, beta: nan, c: 1, want: nan},
		{name: "beta zero does not read", a: 1, b: 2, alpha: 1, beta: 0, c: nan, want: 2},
		{name: "beta times NaN", a: 1, b: 1, alpha: 1, beta: 1, c: nan, want: nan},
		{name: "alpha Inf times 0", a: 0, b: 1, alpha: inf, want: nan},
	}
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		for _, tc := range tests {
			t.Run(tc.name, func(t *testing.T) {
				for _, n := range []int{1, kern.NR} {
					for _, m := range []int{1, kern.MR} {
						a, b, c, want := make([]T, kern.MR), make([]T, kern.NR), make([]T, m*n), make([]T, m*n)
						for i := range a {
							a[i] = tc.a
						}
						for i := range b {
							b[i] = tc.b
						}
						for i := range c {
							c[i], want[i] = tc.c, tc.want
						}
						kern.Gemm(m, n, 1, tc.alpha, a, b, tc.beta, c, n)
						same(t, want, c, "m=%d n=%d", m, n)
					}
				}
			})
		}
	})
}
