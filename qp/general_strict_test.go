package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// Two rows that repeat each other but for 2⁻⁴⁰ of x₀ have solutions with an x₀ of 10¹¹, relative to which the distance of x₂ from
// its bound is nothing.
func TestALargeXHidesNoGap(t *testing.T) {
	inf := math.Inf(1)
	p := GeneralProblem[float64]{
		G:     []float64{-0.75, 0, 2.75, 0, 0, -2.25, 0, 0},
		Lower: []float64{-inf, -0.75, -1, -inf, -inf, -inf, -inf, 1.5},
		Upper: []float64{0, inf, inf, inf, inf, -1.5, -1.5, 1.5 + 0x1p-39},
		A: mat.DenseOf(2, 8, []float64{
			0, -1.375, -0.375, -1.5, -1.125, 0, 0, 0.375,
			0x1p-40, -1.375, -0.375, -1.5, -1.125, 0, 0, 0.375,
		}),
		RowLower: []float64{-1.5625, -1.3125}, RowUpper: []float64{-0.3125, -1.3125},
	}
	res, err := SolveGeneral(background, p, Options{})
	require.NoError(t, err)
	require.InDelta(t, 0.625, res.Objective, 1e-9)
}

// Rows that nearly repeat each other, and bounds of 1e20, next to which any point with an x that large looks optimal. The minimum is −23.8.
func TestAPointNextToFarBoundsIsNoOptimum(t *testing.T) {
	inf := math.Inf(1)
	const e, s = 0x1p-36, 1.875 - 0x1.8p-35
	p := GeneralProblem[float64]{
		G:     []float64{-11.03125, 17.21874999985812, 1.75, 14.46875, 0, 0.4999999999781721, 13.687499999978172, 0.40625, -3.25, -16.15625, 1.249999999985448},
		Lower: []float64{-1.25, -0.5, -inf, -0.5, -2, 1, -0.25, -inf, -inf, 1.5, 2},
		Upper: []float64{inf, 1.5, inf, 1.25, 0.5, 1e20, -0.24999999988358468, inf, inf, 1e20, 1e20},
		A: mat.DenseOf(9, 11, []float64{
			-1.75, 1.875, 1, 2, 0, 0, 2, 0, 0, -1.625, 0,
			1.75, -1.875, -1, -2, 0, 0, -2, 0, 0, 1.625, 0,
			-1.75, s, 1, 2, 0, 0, 2, 0, 0, -1.625, 0,
			-1.75, s, 1, 2, 0, 0, 2, 0, 0, -1.625, 0,
			-1.75, 1.875, 1, 2, 0, -e, 2, 0, 0, -1.625, 0,
			0.125, 0, -2, -0.625, 0, 0, -1.25, 0.125, -1, -2, 0,
			0.125, 0, -2, -0.625, 0, 0, -1.25, 0.125, -1, -2, -2 * e,
			-1.75, s, 1, 2, 0, -2 * e, 2, 0, 0, -1.625, 0,
			-1.75, 1.875, 1, 2, 0, 0, 2 - 0x1.8p-35, 0, 0, -1.625, 0,
		}),
		RowLower: []float64{-1.4375, 1.4375, -1.4374999999781721, -1.4374999999781721, -1.437500000014552, -4.8125, -4.812500000058208, -0x1p32, -1.437499999989086},
		RowUpper: []float64{-0.4375, 1.4375000037252903, -1.4374999999781721, inf, inf, -4.812499999767169, -4.062500000058208, -1.437500000007276, -1.437499999989086},
	}
	res, err := SolveGeneral(background, p, Options{})
	if err == nil {
		require.InDelta(t, -23.812499999974534, res.Objective, 1e-6)
		return
	}
	require.Equal(t, PrecisionLimit, res.Status)
}
