package qp

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// Multipliers of rows that repeat each other may cancel, whatever their size: beside them no slope counts.
func TestAStartIsNoSolutionBecauseItsMultipliersAreLarge(t *testing.T) {
	t.Run("float64", func(t *testing.T) { testLargeMultipliers[float64](t, 1e15, 1e-8) })
	t.Run("float32", func(t *testing.T) { testLargeMultipliers[float32](t, 1e8, 1e-4) })
}

func testLargeMultipliers[T mat.Float](t *testing.T, size T, tolerance float64) {
	h, a := mat.DenseOf(2, 2, []T{1, 0, 0, 1}), mat.DenseOf(2, 2, []T{1, 1, 1, 1})
	s, err := NewGeneralSolver(h, a, Options{})
	require.NoError(t, err)
	one := []T{1, 1}
	for _, start := range [][]T{{1, 0}, {2, -1}, {1.5, -0.5}, {5, 7}} {
		for _, y := range [][]T{{size, -size}, {1 - size, size}, {size / 4, -size / 4}} {
			x := slices.Clone(start)
			info, err := s.Solve(background, []T{-1, 1}, nil, nil, one, one, x, y)
			require.NoError(t, err)
			assert.InDeltaSlice(t, []T{1.5, -0.5}, x, tolerance)
			assert.InDelta(t, -0.75, info.Objective, tolerance)
		}
	}
}

func TestASolveThatIsCanceledAtOnceKeepsItsStart(t *testing.T) {
	h, a := mat.DenseOf(2, 2, []float64{1, 0, 0, 1}), mat.DenseOf(2, 2, []float64{1, 1, 1, 1})
	for name, size := range map[string]float64{"usual multipliers": 1, "large multipliers": 1e15} {
		t.Run(name, func(t *testing.T) {
			s, err := NewGeneralSolver(h, a, Options{})
			require.NoError(t, err)
			ctx, cancel := context.WithCancel(background)
			cancel()
			x, y, one := []float64{1, 0}, []float64{size, -size}, []float64{1, 1}
			info, err := s.Solve(ctx, []float64{-1, 1}, nil, nil, one, one, x, y)
			require.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, Canceled, info.Status)
			assert.Equal(t, []float64{1, 0}, x)
			assert.Equal(t, []float64{size, -size}, y)
		})
	}
}

// Relative to the bound of the row, the rounding errors of x are large, but not relative to its terms.
func TestAStartThatIsRoundedIsSolvedWithoutAPath(t *testing.T) {
	h, a := mat.DenseOf(2, 2, []float32{1, 0, 0, 1}), mat.DenseOf(1, 2, []float32{1, -1})
	s, err := NewGeneralSolver(h, a, Options{})
	require.NoError(t, err)
	x, y, row := []float32{0, 0}, []float32{0}, []float32{1e-3}
	for k := range 3 {
		info, err := s.Solve(background, []float32{-1000, -1000}, []float32{0, 0}, nil, row, row, x, y)
		require.NoError(t, err)
		if k > 0 {
			assert.Zero(t, info.Iterations)
		}
		assert.InDeltaSlice(t, []float32{1000.0005, 999.9995}, x, 1e-4)
	}
}

// In the units of the solver, the multiplier would overflow in float32.
func TestAStartWithALargeMultiplierIsSolvedWithoutAPath(t *testing.T) {
	h, a := mat.DenseOf(2, 2, []float32{0x1p-20, 0, 0, 0x1p-20}), mat.DenseOf(1, 2, []float32{1, 1})
	s, err := NewGeneralSolver(h, a, Options{})
	require.NoError(t, err)
	x, y, zero := []float32{0, 0}, []float32{0}, []float32{0, 0}
	for k := range 2 {
		info, err := s.Solve(background, []float32{-0x1p120, -0x1p120}, zero, nil, nil, []float32{0x1p126}, x, y)
		require.NoError(t, err)
		assert.Equal(t, k == 0, info.Iterations > 0)
		assert.InEpsilonSlice(t, []float32{0x1p125, 0x1p125}, x, 1e-5)
	}
}

// Nothing can be measured at such a start, and every other point is better. The steps are just enough for one run.
func TestAStartThatOverflowsIsReplaced(t *testing.T) {
	h, a := mat.DenseOf(2, 2, []float64{1, 0, 0, 1}), mat.DenseOf(2, 2, []float64{1, 1, 1, 1})
	g, zero, one := []float64{-1, 1}, []float64{0, 0}, []float64{1, 1}
	cold, err := SolveGeneral(background,
		GeneralProblem[float64]{H: h, G: g, A: a, Lower: zero, RowLower: one}, Options{})
	require.NoError(t, err)
	for name, start := range map[string]iterate{
		"multipliers": {[]float64{1, 0}, []float64{1e308, -1e308}},
		"x":           {[]float64{1e200, 1e200}, []float64{0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := NewGeneralSolver(h, a, Options{MaxIterations: cold.Iterations + 1})
			require.NoError(t, err)
			info, err := s.Solve(background, g, zero, nil, one, nil, start.x, start.y)
			require.NoError(t, err)
			assert.Equal(t, cold.Iterations, info.Iterations)
			assert.InDeltaSlice(t, cold.X, start.x, 1e-9)
		})
	}
}
