package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

func TestSolveBatchNeverRaisesAnObjective(t *testing.T) {
	trials := 12
	if !thorough.Tests() {
		trials = 4
	}
	r := newRand(28)
	for trial := range trials {
		h, b := makeBatch[float32](64, 15, math.Pow(10, float64(trial%4)), r)
		exact := b.clone()
		s, err := NewSolver(h, Options{})
		require.NoError(t, err)
		_, err = s.SolveBatch(background, exact)
		require.NoError(t, err)
		for i, v := range exact.X.Data { // near the solution, where steps can overshoot
			b.X.Data[i] = v + float32(math.Pow(10, -float64(trial%6))*r.NormFloat64())
		}
		for _, limit := range []int{1, 2, 5, 20, 0} {
			one := b.clone()
			s, err := NewSolver(h, Options{MaxIterations: limit, Tolerance: 1e-6})
			require.NoError(t, err)
			info, err := s.SolveBatch(background, one)
			requireNoFailure(t, err)
			requireBatchCertified(t, h, one, b.X, info, 1e-6)
			if limit > 0 {
				require.LessOrEqual(t, info.Iterations, limit)
			}
		}
	}
}

func TestCertificateTurnsBackWhereTheObjectiveRose(t *testing.T) {
	r := newRand(29)
	h, b := makeBatch[float64](64, 10, 100, r)
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	solved := b.clone()
	_, err = s.SolveBatch(background, solved)
	require.NoError(t, err)

	s, err = NewSolver(h, Options{})
	require.NoError(t, err)
	b = solved.clone() // starts at the solution
	require.True(t, s.canSweep())
	w := s.workspace(true)
	infos := make([]Info, 64)
	w.points.load(b, 0, 64, infos)
	w.aim()
	for i := range 64 {
		x := w.points.x.Row(i)
		switch i % 4 {
		case 1, 2:
			for j := range x {
				x[j] += 0.1 * r.NormFloat64()
			}
			mat.Clamp(x, w.points.lower.Row(i), w.points.upper.Row(i))
		case 3:
			x[3] = math.NaN()
		}
	}
	w.measure()
	w.certify()
	assert.Equal(t, solved.X, b.X)
	for i := range 64 {
		assert.Equal(t, Optimal, infos[i].Status)
		assert.InDelta(t, solved.Problems[i].KKT(), infos[i].KKT(), 1e-13)
	}
}
