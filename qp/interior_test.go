package qp

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestTheTypicalMoveIsTheAverageOfSingleVariableSteps(t *testing.T) {
	h := mat.DenseOf(3, 3, []float64{4, 0, 0, 0, 1, 0, 0, 0, 9})
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	_, err = s.Solve(background, []float64{-8, 3, 1e6}, []float64{0, 0, 5}, []float64{2, 2, 5}, []float64{1, 0, 5})
	require.NoError(t, err)
	assert.Equal(t, 4.5, s.one.typicalMove(), "of 2 + 4 and 0 + 3: fixed variables do not count")

	_, err = s.Solve(background, []float64{0, 0, 0}, []float64{1, -1, -1}, []float64{2, 1, 1}, []float64{2, 1, 1})
	require.NoError(t, err)
	assert.InDelta(t, (4.0+1+3)/3, s.one.typicalMove(), 1e-15)
}

// The path starts where few steps are needed: from farther out it would take more.
func TestInteriorPointsTakeFewSteps(t *testing.T) {
	sum, count := 0.0, 0
	for _, f := range families(40) {
		res, err := Solve(background, f.Problem, nil, Options{Method: InteriorPoint})
		require.NoError(t, err, f.name)
		sum += float64(res.Iterations)
		count++
	}
	assert.Less(t, sum/float64(count), 13.0, "on average")
}

// Pivoting may end at a point that is worse than its start, if a block is nearly singular.
func TestPivotingMovesOnlyDown(t *testing.T) {
	h := mat.DenseOf(2, 2, []float64{2, 1, 1, 2})
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	best := []float64{1, 1}
	_, err = s.Solve(background, []float64{-3, -3}, []float64{0, 0}, []float64{5, 5}, best)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{1, 1}, best, 1e-9)
	r, v := s.one, newExchanger(2)

	copy(v.x, []float64{2, 1})
	assert.False(t, v.adopt(r), "f is higher there")
	assert.InDeltaSlice(t, []float64{1, 1}, r.x, 1e-9)
	assert.Positive(t, v.triedWrong)

	copy(r.x, []float64{3, 0})
	r.refresh()
	copy(v.x, []float64{2, 1})
	v.fresh = false
	assert.True(t, v.adopt(r))
	assert.Equal(t, []float64{2, 1}, r.x)
	assert.Equal(t, []float64{2, 1}, r.grad)
}
