package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// Two rows that repeat each other but for 2⁻⁴⁰ of x₀ have solutions with an x₀ of 10¹¹, relative to which the distance
// of x₂ from its bound is nothing.
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

// Rows that nearly repeat each other, and bounds of 1e20, next to which any point with an x that large looks optimal.
// The minimum is −23.8.
func TestAPointNextToFarBoundsIsNoOptimum(t *testing.T) {
	inf := math.Inf(1)
	const e, s = 0x1p-36, 1.875 - 0x1.8p-35
	p := GeneralProblem[float64]{
		G: []float64{-11.03125, 17.21874999985812, 1.75, 14.46875, 0, 0.4999999999781721, 13.687499999978172,
			0.40625, -3.25, -16.15625, 1.249999999985448},
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
		RowLower: []float64{-1.4375, 1.4375, -1.4374999999781721, -1.4374999999781721, -1.437500000014552, -4.8125,
			-4.812500000058208, -0x1p32, -1.437499999989086},
		RowUpper: []float64{-0.4375, 1.4375000037252903, -1.4374999999781721, inf, inf, -4.812499999767169,
			-4.062500000058208, -1.437500000007276, -1.437499999989086},
	}
	res, err := SolveGeneral(background, p, Options{})
	if err == nil {
		require.InDelta(t, -23.812499999974534, res.Objective, 1e-6)
		return
	}
	require.Equal(t, PrecisionLimit, res.Status)
}

// Its multipliers, which are not unique, are up to 10¹⁸ in natural units. Relative to the terms that these have in the
// dual objective, a gap of 3 % of f is nothing.
func TestLargeMultipliersHideNoGap(t *testing.T) {
	inf := math.Inf(1)
	const e = 0x1p-29
	p := GeneralProblem[float64]{
		H: mat.DenseOf(6, 6, []float64{
			10, 0, -1, -5, 0, 0,
			0, 0, 0, 0, 0, 0,
			-1, 0, 14, 5, -5, 0,
			-5, 0, 5, 15, -1, 0,
			0, 0, -5, -1, 2, 0,
			0, 0, 0, 0, 0, 0,
		}),
		G: []float64{-42 - 2*e, 2, -26, 42, 11, 0}, Lower: []float64{2, 2, 3, -inf, -inf, -inf},
		Upper: []float64{6, inf, 3, inf, 0, inf},
		A: mat.DenseOf(10, 6, []float64{
			0, -4, 0, 0, 0, 0,
			0, -4, 0, 0, 0, 0,
			e, 4, 0, 0, 0, 0,
			0, 0, 3, -2, 0, 0,
			0, 0, 0, 0, 0, 0,
			0, 0, 1, -3, -4, 0,
			0, 8, 16 * e, 0, 0, 0,
			1, -2, 0, 0, 0, 0,
			0, 0, 0, 0, -2, 0,
			0, 0, 0, 0, 0, 0,
		}),
		RowLower: []float64{-8, -inf, 6 + 3*e, -inf, -inf, 12, 16 + 48*e, -inf, 0, 0},
		RowUpper: []float64{-7, -8, 8 + 3*e, 15, inf, inf, 16 + 48*e, inf, 0, inf},
	}
	res, err := SolveGeneral(background, p, Options{})
	if err == nil {
		require.InDelta(t, -159.5, res.Objective, 1e-6)
		return
	}
	require.Equal(t, PrecisionLimit, res.Status)
}

// At an x of 10²¹ next to bounds of 10²⁰ all slopes look like rounding errors, though x₄ alone has no bound and a
// slope.
func TestAnUnboundedProblemIsNotOptimalNextToFarBounds(t *testing.T) {
	h := mat.DenseOf(5, 5, []float64{
		576, 0, -1536, 0.75, 0,
		0, 0, 0, 0, 0,
		-1536, 0, 40960, -2, 0,
		0.75, 0, -2, 0x1p-10, 0,
		0, 0, 0, 0, 0,
	})
	p := GeneralProblem[float64]{
		H: h, G: []float64{-24, 0, -368, -0.03125, -2},
		Lower: []float64{-1e20, -1.5, -1e20, -1e20, 0.0625}, Upper: []float64{1e20, 1e20, 1e20, 1e20, math.Inf(1)},
		A: mat.DenseOf(1, 5, []float64{3072, 128, -16384, -4, 0}), RowLower: []float64{-224}, RowUpper: []float64{1e20},
	}
	_, err := SolveGeneral(background, p, Options{})
	var unbounded *UnboundedError
	require.ErrorAs(t, err, &unbounded)
}

func TestLargeXHidesAnObjectiveThatItsTermsCancelIn(t *testing.T) {
	inf := math.Inf(1)
	p := program{
		h: indexMatrix(mat.DenseOf(2, 2, []float64{1, -1, -1, 1})), a: indexMatrix(mat.NewDense[float64](0, 2)),
		g:     []float64{1, -1},
		lower: []float64{-inf, -inf}, upper: []float64{inf, inf},
	}
	require.True(t, p.hidesObjective([]float64{1e6, 1e6}), "f is 0")
	require.False(t, p.hidesObjective([]float64{100, 100}), "x is of the size of g")
	require.False(t, p.hidesObjective([]float64{1e6, 0}), "f is as large as its terms")
}
