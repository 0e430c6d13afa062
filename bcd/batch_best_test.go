package bcd

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An epoch that loses far more than an earlier one did with the same samples is undone.
func TestEpochsThatRiseAreUndone(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	_, err := m.Epoch(t.Context())
	require.NoError(t, err)
	iterate, average := m.best.iterate.Clone(), m.best.average.Clone()
	sameWeights(t, iterate, m.iterate)
	sameWeights(t, average, m.average.net)

	m.best.loss = 1e-3
	step, err := m.Epoch(t.Context())
	require.NoError(t, err)
	require.Greater(t, step.Loss, m.guard.losses.zeros/4, "or nothing is wrong with it")
	sameWeights(t, iterate, m.iterate)
	sameWeights(t, iterate, m.guard.good)
	sameWeights(t, average, m.average.net)
	assert.Equal(t, 0.5, m.guard.ceiling)
	assert.Equal(t, 1e-3, m.best.loss)
	assert.Zero(t, m.memory.updates())
}

func TestBestEpochIsFarBelowBadOnes(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	b := newBest(m.iterate)
	assert.False(t, b.isFarBelow(1e9, 1), "there is none yet")
	b.keep(math.NaN(), m.iterate, m.iterate)
	assert.True(t, math.IsInf(b.loss, 1), "no batch counted")
	b.keep(0.5, m.iterate, m.iterate)
	b.keep(0.6, m.iterate, m.iterate)
	assert.Equal(t, 0.5, b.loss)
	assert.False(t, b.isFarBelow(1.4, 1))
	assert.True(t, b.isFarBelow(1.6, 1))
	b.loss = 0.01
	assert.False(t, b.isFarBelow(0.2, 1), "some samples may lose something")
	assert.True(t, b.isFarBelow(0.3, 1))
}
