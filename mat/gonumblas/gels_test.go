package gonumblas

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
)

// gels calls Dgels on copies of a and b, and returns whether it succeeded and the rows of B that are the solution.
func gels(l library, t blas.Transpose, m, n, nrhs int, a, b []float64) (ok bool, x []float64) {
	x, rows := append([]float64(nil), b...), n
	if t != blas.NoTrans {
		rows = m
	}
	work := make([]float64, 100*(m+n+nrhs))
	ok = l.Dgels(t, m, n, nrhs, append([]float64(nil), a...), n, x, nrhs, work, len(work))
	return ok, x[:rows*nrhs]
}

// The solutions are gonum's up to rounding errors, whose factor is the condition: random matrices that are not square
// have a moderate one, and the square ones here are made so.
func TestLeastSquaresAreThoseOfGonum(t *testing.T) {
	natively(t)
	for _, s := range [][3]int{
		{1, 1, 1}, {1, 4, 2}, {4, 1, 1}, {9, 9, 3}, {70, 70, 1}, {60, 25, 7}, {25, 60, 7}, {100, 3, 120},
	} {
		m, n, nrhs := s[0], s[1], s[2]
		a, b := randomVector(m*n, 1), randomVector(max(m, n)*nrhs, 2)
		for i := range min(m, n) {
			a[i*n+i] += float64(m)
		}
		for _, trans := range []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans} {
			for _, scale := range []float64{1, 0x1p-1000} { // the small ones are left to gonum
				scaled := append([]float64(nil), a...)
				gonumLibrary{}.Dscal(len(scaled), scale, scaled, 1)
				name := fmt.Sprintf("%d×%d, %d on the right, %c, times %g", m, n, nrhs, trans, scale)
				wantOK, want := gels(gonumLibrary{}, trans, m, n, nrhs, scaled, b)
				ok, got := gels(Implementation{}, trans, m, n, nrhs, scaled, b)
				require.True(t, wantOK, name)
				require.True(t, ok, name)
				for i := range want {
					require.InDelta(t, want[i]*scale, got[i]*scale, 1e-12, name)
				}
			}
		}
	}
}

func TestLeastSquaresOfSpecialMatricesAreThoseOfGonum(t *testing.T) {
	natively(t)
	const m, n = 8, 5
	b := randomVector(m*2, 2)
	column := randomVector(m*n, 1)
	for i := range m {
		column[i*n+2] = 0
	}
	for name, a := range map[string][]float64{"zeros": make([]float64, m*n), "a column of zeros": column} {
		for _, trans := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			wantOK, want := gels(gonumLibrary{}, trans, m, n, 2, a, b)
			ok, got := gels(Implementation{}, trans, m, n, 2, a, b)
			assert.Equal(t, wantOK, ok, name)
			if wantOK {
				assert.Equal(t, want, got, name)
			}
		}
	}
	spoilt := randomVector(m*n, 1)
	spoilt[3] = math.NaN()
	_, x := gels(Implementation{}, blas.NoTrans, m, n, 2, spoilt, b)
	assert.True(t, math.IsNaN(x[0]), "NaN spreads")
}

// TestOneEquationIsSolvedAsByGonum is for the one that is solved without another call, and for those of its kind that
// are left to gonum.
func TestOneEquationIsSolvedAsByGonum(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, a := range []float64{3, -7, 0, 0x1p-1060, -0x1p-410, 0x1p+460, inf, nan} {
		for _, b := range []float64{5, -0x1p-1060, 0, 0x1p+1000, -inf, nan} {
			for _, trans := range []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans} {
				solve := func(l library) []float64 {
					a, b, work := []float64{a}, []float64{b}, make([]float64, 2)
					ok := l.Dgels(trans, 1, 1, 1, a, 1, b, 1, work, 2)
					assert.True(t, ok)
					return []float64{a[0], b[0], work[0]}
				}
				want, got := solve(gonumLibrary{}), solve(Implementation{})
				for q := range want {
					require.Equal(t, math.Float64bits(want[q]), math.Float64bits(got[q]), "%g·x = %g, %d", a, b, q)
				}
			}
		}
	}
}
