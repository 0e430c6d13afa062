package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// x₀ has a unit in which its slope is nothing beside that of x₁; by its own measure it is not solved for.
func TestASlopeIsAlsoRelativeToItsOwnTerms(t *testing.T) {
	inf := math.Inf(1)
	p := exactProgram([]float64{0x1p-35, 1}, []float64{0x1p-35, 1})
	p.nearestBound, p.farthestBound = 1, 1
	p.lower[2], p.upper[2] = -1, 1
	for _, c := range []struct {
		name         string
		x, y         float64 // x₁ is 0
		g            float64
		lower, upper float64
		want         float64
	}{
		{"balanced", 1, 1, 0x1p-35, -inf, inf, 0},
		{"half is left", 1, 1, 0x1p-36, -inf, inf, 0.5},
		{"at its bound", 1, 1, 0x1p-34, 1, inf, 0},
		{"near its bound", 1, 1, 0x1p-34, 1 - 0x1p-30, inf, 0x1p-30},
		{"near the other one", 1, 1, 0x1p-34, -inf, 1 + 0x1p-30, 0.5},
		{"fixed", 1, 1, 0x1p-34, 0, 0, 0},
		{"a rounding error", 1, 1, 0x1p-47, -inf, inf, 0},
	} {
		p.g[0], p.lower[0], p.upper[0] = c.g, c.lower, c.upper
		v := iterate{[]float64{c.x, 0}, []float64{c.y}}
		d := make([]float64, 2)
		p.slopes(v, d)
		assert.InDelta(t, c.want, p.ownDual(v, d, 1, 1e-20), 1e-10*c.want, c.name)
		if c.want == 0.5 {
			assert.GreaterOrEqual(t, p.measure(v).Dual, c.want, c.name)
		}
	}
}

// A distance that is all of x has no effect where its product with the slope is nothing beside f.
func TestADistanceIsAlsoRelativeToF(t *testing.T) {
	p := exactProgram([]float64{1, 1}, []float64{1, 1})
	p.lower[0], p.upper[0] = 0, math.Inf(1)
	v := iterate{[]float64{1e-12, 0}, []float64{0.5}}
	assert.InDelta(t, 0.5e-12, p.ownRoom(v, 0, 0.5, 1), 1e-20)
	assert.Equal(t, 1.0, p.ownRoom(v, 0, 0.5, 1e-13))
	assert.Zero(t, p.ownRoom(iterate{[]float64{0, 0}, v.y}, 0, 0.5, 1))
	assert.Equal(t, math.Inf(1), p.ownRoom(v, 0, -0.5, 1), "there is no such bound")

	presses := p.presses(v, 0)
	assert.True(t, presses(0, 0.5))
	assert.False(t, presses(0, -0.5))
}

// Rows that differ by 2⁻²³ of a variable give it units in which nothing of it counts. Its multipliers are right all the
// same.
func TestMultipliersNextToRowsThatNearlyRepeatEachOther(t *testing.T) {
	inf := math.Inf(1)
	p := GeneralProblem[float64]{
		G: []float64{0, 0, 0, 0}, Lower: []float64{-inf, -0.25, 0.5, -1.75}, Upper: []float64{inf, 2.75, inf, 0},
		A: mat.DenseOf(2, 4, []float64{1, 0.5, 2, 0, 1, 0.5, 2, 0x1p-30}), RowLower: []float64{1.25, -inf},
		RowUpper: []float64{inf, 9},
	}
	p.G[0], p.G[1], p.G[2], p.G[3] = 1, 0.5, 2.5, 3
	res, err := SolveGeneral(background, p, Options{})
	require.NoError(t, err)
	require.InDelta(t, 0.5, res.BoundMultipliers[2], 1e-8)
	require.InDelta(t, 3, res.BoundMultipliers[3], 1e-8)
	require.InDelta(t, 1, res.RowMultipliers[0], 1e-8)
}

// A row whose bounds are of the size of others is no rounding error, however far out x is.
func TestARowWithBoundsCountsNextToAFarX(t *testing.T) {
	p := exactProgram([]float64{0, 0}, []float64{1, 0})
	p.rows = []int{0}
	p.lower[2], p.upper[2], p.nearestBound = 1, 2, 1
	for _, c := range []struct {
		wide float64
		row  int
	}{{1, 0}, {1e19, -1}} {
		p.farthestBound = c.wide
		row, worst := p.worstRow([]float64{0.5, 1e19}, []float64{0.5, 1e19, 0.5})
		assert.Equal(t, c.row, row)
		assert.Equal(t, c.row == 0, worst > 0)
		assert.Equal(t, c.row == 0, p.measure(iterate{[]float64{0.5, 1e19}, []float64{0}}).Primal > 0.1)
	}
}

// The farthest bound is measured as the nearest is: without rows that have no elements.
func TestTheFarthestBoundLeavesOutRowsWithoutElements(t *testing.T) {
	p := exactProgram([]float64{0}, []float64{0}, []float64{2})
	r := reduction{single: []int{noElement, 0}}
	p.lower, p.upper = []float64{math.Inf(-1), 9, -3}, []float64{2, 9, math.Inf(1)}
	assert.Equal(t, 3.0, r.farthestBound(p))
	assert.Equal(t, 2.0, r.nearestBound(p))
}
