package dataset

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fourSamples have two features each; sample i is (10i, 10i+1) with label i.
func fourSamples() Samples {
	return Samples{X: []float32{0, 1, 10, 11, 20, 21, 30, 31}, Labels: []int{0, 1, 2, 3}, Dim: 2}
}

func TestHeadTakesTheFirstSamples(t *testing.T) {
	for _, c := range []struct{ n, want int }{{-1, 4}, {0, 0}, {1, 1}, {3, 3}, {4, 4}, {5, 4}} {
		s := fourSamples()
		head := s.Head(c.n)
		assert.Equal(t, c.want, head.Len(), "n = %d", c.n)
		assert.Equal(t, s.Labels[:c.want], head.Labels, "n = %d", c.n)
		assert.Equal(t, s.X[:2*c.want], head.X, "n = %d", c.n)
		assert.Equal(t, 2, head.Dim)
	}
}

func TestHeadSharesMemoryButDoesNotGrowIntoIt(t *testing.T) {
	s := fourSamples()
	head := s.Head(1)
	head.X[0] = 7
	assert.EqualValues(t, 7, s.X[0], "a copy was made")

	_ = append(head.X, 99)
	_ = append(head.Labels, 99)
	assert.EqualValues(t, 10, s.X[2])
	assert.Equal(t, 1, s.Labels[1])
}

func TestSplitTailHoldsTheLastSamplesOut(t *testing.T) {
	for n := range 4 {
		s := fourSamples()
		head, tail, err := s.SplitTail(n)
		require.NoError(t, err)
		assert.Equal(t, n, tail.Len())
		assert.Equal(t, s.Labels, append(append([]int{}, head.Labels...), tail.Labels...))
		assert.Equal(t, s.X, append(append([]float32{}, head.X...), tail.X...))
		assert.Equal(t, []int{2, 2}, []int{head.Dim, tail.Dim})
	}
}

func TestSplitFoldHoldsABlockOut(t *testing.T) {
	for _, c := range []struct {
		n, k       int
		rest, held []int
	}{
		{1, 1, []int{0, 1, 2}, []int{3}},
		{1, 2, []int{0, 1, 3}, []int{2}},
		{1, 4, []int{1, 2, 3}, []int{0}},
		{2, 2, []int{2, 3}, []int{0, 1}},
		{3, 1, []int{0}, []int{1, 2, 3}},
		{0, 1, []int{0, 1, 2, 3}, []int{}},
	} {
		s := fourSamples()
		rest, held, err := s.SplitFold(c.n, c.k)
		require.NoError(t, err)
		for part, want := range map[*Samples][]int{&rest: c.rest, &held: c.held} {
			assert.Equal(t, len(want), part.Len())
			assert.Equal(t, s.Dim, part.Dim)
			for i, sample := range want {
				assert.Equal(t, s.Labels[sample], part.Labels[i])
				assert.Equal(t, s.X[sample*s.Dim:(sample+1)*s.Dim], part.X[i*s.Dim:(i+1)*s.Dim])
			}
		}
	}
}

func TestSplitFoldRejectsABlockThatIsNotThere(t *testing.T) {
	for _, c := range []struct {
		n, k int
		want string
	}{
		{2, 3, "4 samples have no block 3 of 2 samples: want 1 to 2"},
		{3, 2, "want 1 to 1"},
		{2, 0, "no block 0"},
		{0, 3, "no block 3 of 0 samples: want 1 or more"},
		{-1, 2, "no block 2 of -1 samples: want 1 or more"},
		{4, 1, "cannot hold out 4 of 4"},
	} {
		_, _, err := fourSamples().SplitFold(c.n, c.k)
		assert.ErrorContains(t, err, c.want, "%+v", c)
	}
}

func TestSplitTailRejectsWhatLeavesNothing(t *testing.T) {
	for _, n := range []int{-1, 4, 5} {
		_, _, err := fourSamples().SplitTail(n)
		assert.ErrorContains(t, err, "of 4 samples: want 0 to 3", "n = %d", n)
	}
}

func TestClassesWithoutSamplesCountZero(t *testing.T) {
	assert.Equal(t, []int{1, 0, 2}, Samples{Labels: []int{2, 0, 2}}.Counts(3))
	assert.Empty(t, Samples{}.Counts(0))
}
