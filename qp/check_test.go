package qp

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// An element is too large for its diagonal whatever its sign.
func TestARowIsIndefiniteByTheMagnitudeOfAnElement(t *testing.T) {
	for _, v := range []float64{2, -2} {
		h := mat.DenseOf(2, 2, []float64{1, v, v, 1})
		u := curvatureUnits(h)
		s := probe(h, u, roundoff[float64]())
		require.True(t, s.symmetric)
		assert.Equal(t, 1, indefiniteRow(h, u, s.largest, roundoff[float64]()), "%g", v)
	}
	for at, want := range map[float64]int{1 + 1e-12: -1, 1 + 1e-4: 1} { // only the first is as large by rounding
		h := mat.DenseOf(2, 2, []float64{1, -at, -at, 1})
		assert.Equal(t, want, indefiniteRow(h, curvatureUnits(h), []float64{at, at}, roundoff[float64]()), "%g", at)
	}
}

// An element that is too large for its diagonal is found at any position, whatever the units of the other variables.
func TestARowIsIndefiniteByAnElementAnywhereInIt(t *testing.T) {
	const n = 35
	for i := 1; i < n; i++ {
		for j := range i {
			h := mat.NewDense[float64](n, n)
			for k := range n {
				h.Set(k, k, math.Ldexp(1, 4*(k%7)-12))
			}
			at := 1.01 * math.Sqrt(h.At(i, i)*h.At(j, j))
			h.Set(i, j, -at)
			h.Set(j, i, -at)
			u := curvatureUnits(h)
			s := probe(h, u, roundoff[float64]())
			require.Equal(t, i, indefiniteRow(h, u, s.largest, roundoff[float64]()), "%d, %d", i, j)
		}
	}
}

// If no element is too large, a random direction may show that H is indefinite: one of these matrices has its negative
// curvature close to the direction.
func TestARandomDirectionOfNegativeCurvatureIsRefused(t *testing.T) {
	refused := 0
	for signs := range 4 {
		s := []float64{1, float64(1 - 2*(signs&1)), float64(1 - signs&2)}
		h := mat.NewDense[float64](3, 3)
		for i := range 3 {
			for j := range 3 {
				h.Set(i, j, -0.95*s[i]*s[j])
			}
			h.Set(i, i, 1)
		}
		_, err := checkHessian(h, h, curvatureUnits(h))
		if err == nil {
			continue
		}
		var indefinite *IndefiniteError
		require.True(t, errors.As(err, &indefinite))
		assert.Equal(t, -1, indefinite.Variable)
		refused++
	}
	assert.Positive(t, refused)
}
