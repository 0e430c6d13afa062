package qp

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestLeastSquaresThatAreCanceledReturnThePointNextTo0(t *testing.T) {
	p := LeastSquaresProblem[float64]{A: identity(3), B: []float64{3, 4, 5}, Lower: []float64{1, math.Inf(-1), 0},
		Upper: []float64{2, -1, 9}}
	res, err := LeastSquares(endedContext(), p, Options{})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, Canceled, res.Status)
	assert.Equal(t, []float64{1, -1, 0}, res.X)
	assert.InDelta(t, math.Sqrt(4+25+25), res.Residual, 1e-15)
	assert.Greater(t, res.Dual, 0.1)
	assert.Zero(t, res.Factorizations)
}

// Elements near the ends of the range need a power of two that is out of range to get the length 1.
func TestColumnsOfLeastSquaresMayHaveAnyUnit(t *testing.T) {
	for _, k := range []int{-1070, -1030, -901, 0, 901, 1020} {
		p := LeastSquaresProblem[float64]{A: mat.DenseOf(2, 1, []float64{math.Ldexp(1, k), math.Ldexp(3, k)}),
			B: []float64{1, 3}}
		s := triangleOf(p)
		assert.Equal(t, 3.0, s.a.At(1, 0)/s.a.At(0, 0), k)
		assert.Equal(t, math.Ldexp(s.a.At(0, 0), -s.unit[0]), p.A.At(0, 0), k)
		assert.InDelta(t, 1, mat.Nrm2(s.a.Data), 0.6, k)
	}
}
