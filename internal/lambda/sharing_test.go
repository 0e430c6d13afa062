package lambda

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/train/traintest"
	"ridge/internal/processors"
	"ridge/mat"
)

func TestTrainingsShareTheWorkersThatTheyDoNotFill(t *testing.T) {
	defer processors.Pretend(64)()
	for _, c := range []struct {
		workers               mat.Workers
		most, trainings       int
		wantAtATime, wantEach int
	}{
		{1, 0, 12, 1, 1}, {2, 0, 12, 2, 1}, {16, 0, 12, 12, 1}, {16, 0, 3, 3, 5}, {64, 0, 12, 12, 5},
		{mat.AllWorkers, 0, 36, 36, 1}, {8, 2, 12, 2, 4}, {8, 1, 3, 1, 8}, {2, 5, 3, 2, 1}, {4, 0, 0, 1, 4},
	} {
		atATime, each := Task[float32]{Workers: c.workers, AtATime: c.most}.sharing(c.trainings)
		assert.Equal(t, c.wantAtATime, atATime, "%+v", c)
		assert.EqualValues(t, c.wantEach, each, "%+v", c)
	}
}

func TestTheOutcomesDoNotDependOnTheWorkersOfATraining(t *testing.T) {
	net := hingeNetwork(t, 2, 20)
	learn := traintest.Checkerboard[float32]()
	divided, err := divideSome(learn, upTo(learn.X.Rows), 1)
	require.NoError(t, err)
	measure := func(count int) []outcome {
		defer processors.Pretend(count)()
		c := newChoosing(Task[float32]{
			Candidates: []Candidate[float32]{{Net: net, Longer: 1}}, Learn: learn, Recipe: defaultsFor(3), Seed: 1,
		})
		found, err := c.measureIn(t.Context(), divided, []division{divided}, []setting{usualSetting})
		require.NoError(t, err)
		return found
	}
	assert.Equal(t, measure(1), measure(2*folds))
}

// upTo are the numbers below n.
func upTo(n int) (list []int) {
	for i := range n {
		list = append(list, i)
	}
	return list
}
