package gonumblas

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Lengths on both sides of the crossings, which gonum's own tests do not reach or, run natively, do not have.
func TestLevel1OfAllLengthsIsThatOfGonum(t *testing.T) {
	l, want := Implementation{}, gonumLibrary{}
	for n := range 140 {
		x, y := randomVector(n+2, 1), randomVector(n+2, 2)
		sx, sy := randomSingle(n+2, 1), randomSingle(n+2, 2)
		assert.Equal(t, want.Idamax(n, x, 1), l.Idamax(n, x, 1), "Idamax of %d", n)
		assert.Equal(t, want.Isamax(n, sx, 1), l.Isamax(n, sx, 1), "Isamax of %d", n)
		assert.InDelta(t, want.Dasum(n, x, 1), l.Dasum(n, x, 1), 1e-14*float64(n), "Dasum of %d", n)
		assert.InDelta(t, want.Sasum(n, sx, 1), l.Sasum(n, sx, 1), 1e-6*float64(n), "Sasum of %d", n)
		assert.InDelta(t, want.Dnrm2(n, x, 1), l.Dnrm2(n, x, 1), 1e-14*float64(n), "Dnrm2 of %d", n)
		assert.InDelta(t, want.Snrm2(n, sx, 1), l.Snrm2(n, sx, 1), 1e-6*float64(n), "Snrm2 of %d", n)
		assert.InDelta(t, want.Ddot(n, x, 1, y, 1), l.Ddot(n, x, 1, y, 1), 1e-14*float64(n), "Ddot of %d", n)
		assert.InDelta(t, want.Sdot(n, sx, 1, sy, 1), l.Sdot(n, sx, 1, sy, 1), 1e-6*float64(n), "Sdot of %d", n)

		x2, y2 := append([]float64(nil), x...), append([]float64(nil), y...)
		sx2, sy2 := append([]float32(nil), sx...), append([]float32(nil), sy...)
		want.Daxpy(n, -0.3, x, 1, y, 1)
		l.Daxpy(n, -0.3, x2, 1, y2, 1)
		want.Saxpy(n, -0.3, sx, 1, sy, 1)
		l.Saxpy(n, -0.3, sx2, 1, sy2, 1)
		want.Dscal(n, 0.3, x, 1)
		l.Dscal(n, 0.3, x2, 1)
		want.Sscal(n, 0.3, sx, 1)
		l.Sscal(n, 0.3, sx2, 1)
		require.InDeltaSlice(t, y, y2, 1e-15, "Daxpy of %d", n)
		require.InDeltaSlice(t, sy, sy2, 1e-6, "Saxpy of %d", n)
		require.Equal(t, x, x2, "Dscal of %d", n)
		require.Equal(t, sx, sx2, "Sscal of %d", n)
	}
}

func TestLevel1OfSpecialNumbersIsThatOfGonum(t *testing.T) {
	l, want := Implementation{}, gonumLibrary{}
	for _, n := range []int{1, 2, 5, 9, 20, 70} {
		for _, v := range []float64{
			0, math.Copysign(0, -1), 5e-324, 3e-170, 1e300, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN(),
		} {
			x, y := randomVector(n, 1), randomVector(n, 2)
			if math.Abs(v) < 1 {
				clear(x) // sums of nothing larger
			}
			x[n-1], x[n/2] = v, v
			x2, y2 := append([]float64(nil), x...), append([]float64(nil), y...)
			near := func(what string, a, b float64) {
				if a != b && !(math.IsNaN(a) && math.IsNaN(b)) {
					require.InEpsilon(t, a, b, 1e-14, "%s, %d elements, %g", what, n, v)
				}
			}
			near("Dnrm2", want.Dnrm2(n, x, 1), l.Dnrm2(n, x, 1))
			near("Dasum", want.Dasum(n, x, 1), l.Dasum(n, x, 1))
			near("Ddot", want.Ddot(n, x, 1, y, 1), l.Ddot(n, x, 1, y, 1))
			for _, alpha := range []float64{0, 0.5, math.NaN()} {
				want.Daxpy(n, alpha, x, 1, y, 1)
				l.Daxpy(n, alpha, x2, 1, y2, 1)
				want.Dscal(n, alpha, x, 1)
				l.Dscal(n, alpha, x2, 1)
				for i := range n {
					near("Daxpy", y[i], y2[i])
					near("Dscal", x[i], x2[i])
				}
			}
		}
	}
}

// Vectors that overlap are left to gonum, also if they are short.
func TestAxpyOfOverlappingVectorsIsThatOfGonum(t *testing.T) {
	for _, n := range []int{1, 2, 5, 7, 20, 100} {
		for shift := range 4 {
			// Of a size that begins a line, which matters to gonum's code.
			got, want := randomVector(128, 1), randomVector(128, 1)
			Implementation{}.Daxpy(n, 0.5, got, 1, got[shift:], 1)
			gonumLibrary{}.Daxpy(n, 0.5, want, 1, want[shift:], 1)
			assert.InDeltaSlice(t, want, got, 1e-15, "%d elements, shifted by %d", n, shift)
		}
	}
}

// Where the largest element, NaN and equal ones stand matters, not how many elements there are.
func TestTheLargestElementIsThatOfGonum(t *testing.T) {
	nan := math.NaN()
	for _, n := range []int{1, 2, 5, 20, 47, 48, 60, 600} {
		for _, at := range []int{0, n / 3, n / 2, n - 1} {
			for _, v := range []float64{5, -5, math.Inf(-1), nan} {
				x := randomVector(n, 1)
				x[at], x[n-1] = v, -v
				sx := make([]float32, n)
				for i := range x {
					sx[i] = float32(x[i])
				}
				assert.Equal(t, gonumLibrary{}.Idamax(n, x, 1), Implementation{}.Idamax(n, x, 1),
					"%g at %d of %d", v, at, n)
				assert.Equal(t, gonumLibrary{}.Isamax(n, sx, 1), Implementation{}.Isamax(n, sx, 1),
					"%g at %d of %d, float32", v, at, n)
			}
		}
	}
}
