package nn

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/internal/rows"
	"ridge/internal/processors"
	"ridge/mat"
)

func TestTheLastBlocksShareTheWorkersThatAreLeft(t *testing.T) {
	defer processors.Pretend(64)()
	for _, c := range []struct {
		workers     mat.Workers
		blocks      int
		alone, each int
	}{
		{1, 5, 4, 1}, {2, 2, 0, 1}, {2, 1, 0, 2}, {2, 3, 2, 2}, {2, 20, 18, 1}, {16, 20, 16, 4}, {16, 32, 16, 1},
		{64, 20, 0, 4}, {64, 65, 64, 64}, {64, 0, 0, 64},
	} {
		s := newShares(c.blocks, c.workers)
		for i := range c.blocks {
			want := c.each
			if i < c.alone {
				want = 1
			}
			assert.EqualValues(t, want, s.next(), "%+v: block %d", c, i)
		}
	}
}

func TestAnEvaluationHasTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	net := testNetwork[float32](t, Spec{Inputs: 20, Hidden: []int{150, 130}, Outputs: 3}, "hinge", 3)
	x := testSamples[float32](3*rows.Block+100, 20, 1)
	y := mat.NewDense[float32](x.Rows, 3)
	evaluate := func(count int) (Evaluation, mat.Dense[float32]) {
		defer processors.Pretend(count)()
		e, err := net.EvaluateNumbers(x, y, mat.AllWorkers)
		require.NoError(t, err)
		scores, err := net.Scores(x, mat.AllWorkers)
		require.NoError(t, err)
		return e, scores
	}
	wantE, wantScores := evaluate(1)
	for _, count := range []int{2, 3, 8} {
		e, scores := evaluate(count)
		assert.Equal(t, wantE, e, "%d workers", count)
		assert.Equal(t, wantScores, scores, "%d workers", count)
	}
}
