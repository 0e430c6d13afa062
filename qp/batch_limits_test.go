package qp

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/countdown"
	"ridge/mat"
)

func TestSolveBatchStopsAtTheIterationLimit(t *testing.T) {
	for _, m := range []int{10, 100} {
		h, b := makeBatch[float64](m, 20, 1e4, newRand(30))
		start := b.X
		b = b.clone()
		s, err := NewSolver(h, Options{MaxIterations: 3, Tolerance: 1e-9})
		require.NoError(t, err)
		info, err := s.SolveBatch(background, b)
		requireNoFailure(t, err)
		assert.Equal(t, IterationLimit, info.Status)
		assert.Equal(t, 3, info.Iterations)
		requireBatchCertified(t, h, b, start, info, 1e-9)
	}
}

func TestSolveBatchStopsWhenTheContextEnds(t *testing.T) {
	for _, m := range []int{10, 400} {
		h, start := makeBatch[float64](m, 20, 1e4, newRand(31))
		for _, checks := range []int{0, 3, 40, 250} {
			b := start.clone()
			s, err := NewSolver(h, Options{Tolerance: 1e-9})
			require.NoError(t, err)
			info, err := s.SolveBatch(countdown.After(checks), b)
			if err == nil {
				require.Equal(t, Optimal, info.Status)
				continue
			}
			require.Equal(t, context.Canceled, err)
			if checks == 0 {
				projected := start.X.Clone()
				mat.Clamp(projected.Data, b.Lower.Data, b.Upper.Data)
				assert.Equal(t, projected, b.X)
			}
			assert.Equal(t, Canceled, info.Status)
			assert.Less(t, info.Solved, m)
			requireBatchCertified(t, h, b, start.X, info, 1e-9)
		}
	}
}

func TestSolveBatchSharesTheIterationLimitBetweenItsMethods(t *testing.T) {
	h, b := makeBatch[float64](64, 30, 1e6, newRand(35))
	b = b.clone()
	s, err := NewSolver(h, Options{MaxIterations: firstJudgement + 6, Tolerance: 1e-12})
	require.NoError(t, err)
	info, err := s.SolveBatch(background, b)
	requireNoFailure(t, err)
	assert.Positive(t, info.Factorizations, "the exact method had its turn")
	assert.Equal(t, firstJudgement+6, info.Iterations)
}

func TestSolveBatchCountsFactorizationsOfEachProblemByItself(t *testing.T) {
	h, one := makeBatch[float64](1, 20, 1e5, newRand(37))
	const m = fewProblems - 1 // each is a block
	b := Batch[float64]{G: mat.NewDense[float64](m, 20), Lower: one.Lower, Upper: one.Upper,
		X: mat.NewDense[float64](m, 20)}
	for i := range m {
		copy(b.G.Row(i), one.G.Data)
	}
	b = b.clone()
	s, err := NewSolver(h, Options{Workers: 1})
	require.NoError(t, err)
	_, err = s.SolveBatch(background, b)
	require.NoError(t, err)
	require.Positive(t, b.Problems[0].Factorizations)
	for i := range m {
		assert.Equal(t, b.Problems[0], b.Problems[i])
	}
}
