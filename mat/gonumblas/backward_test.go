package gonumblas

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
)

// hardMatrices are n×n matrices, each with the power of two that scales its elements to about one.
func hardMatrices(n int) map[string]struct {
	a     []float64
	scale float64
} {
	build := func(scale float64, at func(i, j int, r float64) float64) (m struct {
		a     []float64
		scale float64
	}) {
		m.a, m.scale = randomVector(n*n, 7), 1/scale
		for i := range n {
			for j := range n {
				m.a[i*n+j] = scale * at(i, j, m.a[i*n+j])
			}
		}
		return m
	}
	random := func(_, _ int, r float64) float64 { return r }
	hilbert := func(i, j int, _ float64) float64 { return 1 / float64(i+j+1) }
	return map[string]struct {
		a     []float64
		scale float64
	}{
		"random":  build(1, random),
		"huge":    build(0x1p+1010, random),
		"tiny":    build(0x1p-1000, random),
		"Hilbert": build(1, hilbert),
		"graded":  build(1, func(i, j int, r float64) float64 { return r * math.Pow(10, -float64(i+j)/10) }),
		"rank deficient": build(1, func(i, j int, _ float64) float64 {
			return math.Sin(float64(i)) * math.Cos(float64(j))
		}),
	}
}

// The product of the factors equals A up to rounding errors (Higham, Accuracy and Stability of Numerical Algorithms,
// 2nd edition, 2002, theorems 9.3 and 19.4).
func TestFactorsOfHardMatricesMultiplyToThem(t *testing.T) {
	const n = 160
	l := Implementation{}
	for name, m := range hardMatrices(n) {
		t.Run(name, func(t *testing.T) {
			scaled := append([]float64(nil), m.a...)
			l.Dscal(n*n, m.scale, scaled, 1)
			bound := 10 * n * 0x1p-53 * l.Dlange('F', n, n, scaled, n, nil)
			near := func(what string, got []float64) {
				require.Len(t, got, n*n)
				for i := range got {
					if d := math.Abs(got[i] - scaled[i]); !(d <= bound) {
						t.Fatalf("%s: element %d has an error of %g, bound %g", what, i, d, bound)
					}
				}
			}
			work, tau := make([]float64, 64*n), make([]float64, n)

			f := append([]float64(nil), m.a...)
			l.Dgeqrf(n, n, f, n, tau, work, len(work))
			r := upper(f, n, m.scale)
			l.Dorgqr(n, n, n, f, n, tau, work, len(work))
			l.Dtrmm(blas.Right, blas.Upper, blas.NoTrans, blas.NonUnit, n, n, 1, r, n, f, n)
			near("QR", f)

			f = append([]float64(nil), m.a...)
			l.Dgelqf(n, n, f, n, tau, work, len(work))
			lower := transposedOf(upper(transposedOf(f, n), n, m.scale), n)
			l.Dorglq(n, n, n, f, n, tau, work, len(work))
			l.Dtrmm(blas.Left, blas.Lower, blas.NoTrans, blas.NonUnit, n, n, 1, lower, n, f, n)
			near("LQ", f)

			f = append([]float64(nil), m.a...)
			jpvt := make([]int, n)
			for j := range jpvt {
				jpvt[j] = -1
			}
			l.Dgeqp3(n, n, f, n, jpvt, tau, work, len(work))
			r = upper(f, n, m.scale)
			for j := 1; j < n; j++ {
				assert.LessOrEqual(t, math.Abs(r[j*n+j]), math.Abs(r[(j-1)*n+j-1])+bound, "column %d", j)
			}
			l.Dorgqr(n, n, n, f, n, tau, work, len(work))
			l.Dtrmm(blas.Right, blas.Upper, blas.NoTrans, blas.NonUnit, n, n, 1, r, n, f, n)
			l.Dlapmt(false, n, n, f, n, jpvt)
			near("QR with column pivoting", f)

			f = append([]float64(nil), m.a...)
			ipiv := make([]int, n)
			l.Dgetrf(n, n, f, n, ipiv)
			u := upper(f, n, m.scale)
			l.Dtrmm(blas.Left, blas.Lower, blas.NoTrans, blas.Unit, n, n, 1, f, n, u, n)
			l.Dlaswp(n, u, n, 0, n-1, ipiv, -1)
			near("LU", u)
		})
	}
}

func transposedOf(a []float64, n int) []float64 {
	b := make([]float64, n*n)
	for i := range n {
		for j := range n {
			b[j*n+i] = a[i*n+j]
		}
	}
	return b
}

// The product of the factor of pstrf with its transpose equals the matrix with permuted rows and columns. The
// difference is rounding errors and the remainder when all pivots are within the tolerance, which is as small (Higham,
// theorem 10.14).
func TestPivotedCholeskyBackwardErrors(t *testing.T) {
	const n, rank = 160, 25
	l := Implementation{}
	thin := randomVector(n*rank, 3)
	gram := func(i, j int) float64 { return l.Ddot(rank, thin[i*rank:], 1, thin[j*rank:], 1) }
	whole := dominant(n)
	for name, m := range map[string]struct {
		element          func(i, j int) float64
		minRank, maxRank int // bounds of the rank
		scale            float64
	}{
		"plain":          {func(i, j int) float64 { return whole[i*n+j] }, n, n, 1},
		"huge":           {func(i, j int) float64 { return whole[i*n+j] }, n, n, 0x1p+1000},
		"tiny":           {func(i, j int) float64 { return whole[i*n+j] }, n, n, 0x1p-1000},
		"graded":         {func(i, j int) float64 { return whole[i*n+j] * math.Pow(10, -float64(i+j)/10) }, 2, n, 1},
		"rank deficient": {gram, rank, rank, 1},
		"Hilbert":        {func(i, j int) float64 { return 1 / float64(i+j+1) }, 2, 30, 1},
	} {
		for _, ul := range []blas.Uplo{blas.Upper, blas.Lower} {
			t.Run(name+" "+string(rune(ul)), func(t *testing.T) {
				a, largest := make([]float64, n*n), 0.0
				for i := range n {
					for j := range n {
						a[i*n+j] = m.scale * m.element(i, j)
					}
					largest = max(largest, m.element(i, i))
				}
				f, piv := append([]float64(nil), a...), make([]int, n)
				got, ok := l.Dpstrf(ul, n, f, n, piv, -1, make([]float64, 2*n))
				assert.Equal(t, got == n, ok)
				assert.GreaterOrEqual(t, got, m.minRank)
				assert.LessOrEqual(t, got, m.maxRank)
				if ul == blas.Lower {
					f = transposedOf(f, n)
				}
				bound := 10 * n * 0x1p-53 * largest
				for i := range n {
					for j := i; j < n; j++ {
						s := l.Ddot(min(i+1, got), f[i:], n, f[j:], n) / m.scale
						if d := math.Abs(s - a[piv[i]*n+piv[j]]/m.scale); !(d <= bound) {
							t.Fatalf("element (%d, %d) has an error of %g, bound %g", i, j, d, bound)
						}
					}
				}
			})
		}
	}
}

// upper returns the scaled upper triangle, with zeros below it.
func upper(a []float64, n int, scale float64) []float64 {
	r := make([]float64, n*n)
	for i := range n {
		for j := i; j < n; j++ {
			r[i*n+j] = a[i*n+j] * scale
		}
	}
	return r
}

// The product of the Cholesky factor with its transpose equals the matrix, also if it is huge, tiny or graded.
func TestCholeskyFactorsOfHardMatricesMultiplyToThem(t *testing.T) {
	const n = 160
	l := Implementation{}
	for name, element := range map[string]func(i, j int, v float64) float64{
		"plain":  func(i, j int, v float64) float64 { return v },
		"huge":   func(i, j int, v float64) float64 { return v * 0x1p+1000 },
		"tiny":   func(i, j int, v float64) float64 { return v * 0x1p-1000 },
		"graded": func(i, j int, v float64) float64 { return v * math.Ldexp(1, -(i+j)) },
	} {
		t.Run(name, func(t *testing.T) {
			a := dominant(n)
			for i := range n {
				for j := range n {
					a[i*n+j] = element(i, j, a[i*n+j])
				}
			}
			f := append([]float64(nil), a...)
			require.True(t, l.Dpotrf(blas.Upper, n, f, n))
			for i := range n {
				for j := i; j < n; j++ {
					got := l.Ddot(i+1, f[i:], n, f[j:], n)
					assert.InDelta(t, 1, 1+(got-a[i*n+j])/math.Sqrt(a[i*n+i])/math.Sqrt(a[j*n+j]), n*0x1p-52)
				}
			}
		})
	}
}
