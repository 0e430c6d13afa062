package bcd

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRecentLossesAreComparedWithEightTimesTheLowest(t *testing.T) {
	l := losses{zeros: 1, recent: 0.79, lowest: 0.1}
	assert.False(t, l.rises(1000))
	l.recent = 0.81
	assert.True(t, l.rises(1000))
	assert.False(t, (&losses{zeros: 1, recent: 1.9, lowest: 0.3}).rises(1000))
	assert.True(t, (&losses{zeros: 1, recent: 2.1, lowest: 0.3}).rises(1000), "or twice the loss of zeros")
}

func TestAnExcusedBatchMakesHalfOfTheRecentLossTheLowest(t *testing.T) {
	l := losses{zeros: 1, recent: 0.9, lowest: 0.1}
	l.addHard(0.9, 1000)
	assert.Equal(t, 0.45, l.lowest)
	l = losses{zeros: 1, recent: 0.7, lowest: 0.1}
	l.addHard(0.7, 1000)
	assert.Equal(t, 0.1, l.lowest, "nothing rises")
}

func TestOfEquallyGoodEpochsTheLaterIsKept(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	b := newBest(m.iterate)
	b.keep(0.5, m.iterate, m.iterate)
	later := m.iterate.Clone()
	later.V.Set(0, 0, 7)
	b.keep(0.6, later, later)
	b.keep(0.5, m.iterate, m.iterate)
	assert.Equal(t, 7.0, b.begin.iterate.V.At(0, 0))
	assert.Equal(t, 7.0, b.begin.average.V.At(0, 0))
}

func TestDampingIsRaisedTenfoldUntilTheMatrixIsDefinite(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	c := &m.memory.curves[1]
	width := m.graph.widths[1]
	c.gram.Fill(0)
	for i := range c.gram.Rows {
		c.gram.Set(i, i, 1)
	}
	c.gram.Set(1, 0, 4) // the eigenvalues 5 and −3
	require.NoError(t, m.memory.invert(t.Context(), 1, 1))
	assert.InEpsilon(t, 10*m.memory.relativeDamping(1)*m.memory.size(1)+m.memory.ridge(1), c.damping, 1e-12)
	assert.Equal(t, float64(width), c.trace)
}

// TestLossesBeginAtThoseOfZeros: a first batch that happens to be easy is nothing to measure others by.
func TestLossesBeginAtThoseOfZeros(t *testing.T) {
	assert.Equal(t, losses{zeros: 5, recent: 5, lowest: 5}, newLosses(5, 3))
	assert.Equal(t, losses{zeros: 5, recent: 8, lowest: 8}, newLosses(5, 8))
}

// TestAnExcusedBatchCountsNoMoreThanABatchMayLose: one odd batch does not make the next ones look like a rise.
func TestAnExcusedBatchCountsNoMoreThanABatchMayLose(t *testing.T) {
	l := losses{zeros: 1, recent: 0.1, lowest: 0.1}
	l.addHard(100, 1000)
	assert.InDelta(t, 0.1+(20*0.1-0.1)/64, l.recent, 1e-12)
}
