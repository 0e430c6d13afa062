package bcd

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/mat"
)

func TestStepThatRaisesTheLossIsHalved(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	m.batch.addTo(&m.tally, m.batch.meanLoss(), true)
	before := m.batch.meanLoss()
	m.guard.before.CopyWeights(m.iterate)
	for i := range m.iterate.V.Data {
		m.iterate.V.Data[i] *= 20
	}
	m.graph.changed()
	m.verify(before)
	m.batch.Forward()
	assert.LessOrEqual(t, m.batch.meanLoss(), before*(1+verifySlack))
	assert.Positive(t, m.tally.halvings)
	assert.Equal(t, math.Ldexp(1, -m.tally.halvings), m.guard.scale)
	halved := m.guard.scale
	m.verify(m.batch.meanLoss())
	assert.Greater(t, m.guard.scale, halved, "and a step that does not lengthens the next ones again")
}

func TestStepThatCannotBeHalvedEnoughIsUndone(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	before := m.batch.meanLoss()
	m.batch.addTo(&m.tally, before, true)
	m.guard.before.CopyWeights(m.iterate)
	m.iterate.V.Set(0, 0, math.NaN())
	m.graph.changed()
	m.verify(before)
	sameWeights(t, m.guard.before, m.iterate)
}

func TestBatchThatBlowsUpGoesBackToTheLastCheck(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	m.schedule.done, m.guard.divergence = 1, newDivergence(50, 50) // no check
	m.guard.divergence.begin(50)
	for _, w := range []float64{math.NaN(), math.Inf(1), 1e200, 1e6} {
		m.iterate.V.Set(0, 0, w)
		m.graph.changed()
		halvings := m.tally.halvings
		require.NoError(t, m.step(1, testBatch))
		sameWeights(t, m.guard.before, m.iterate)
		assert.Equal(t, halvings+1, m.tally.halvings)
	}
	m.guard.scale = 1e-12
	m.iterate.V.Set(0, 0, math.NaN())
	m.graph.changed()
	var diverged *train.DivergedError
	require.ErrorAs(t, m.step(7, testBatch), &diverged)
	assert.Equal(t, 7, diverged.Epoch)
}

// A network that has come down to a small loss diverges long before its loss is that of outputs
// of 0, and one or two samples may lose what no batch of fifty does.
func TestDivergenceIsSeenByWhatTheTrainingHasReached(t *testing.T) {
	l := newDivergence(5, 4)
	l.begin(8)
	assert.False(t, l.isSuspect(150, 50), "at first")
	assert.True(t, l.isSuspect(170, 50))
	for range 1000 {
		l.add(0.03)
	}
	l.add(1) // does not raise what has been reached
	assert.InDelta(t, 0.03, l.lowest, 1e-5)
	for _, c := range []struct {
		loss    float64
		samples int
		diverge bool
	}{
		{1.9, 50, false}, {2.1, 50, true}, {90, 1, false}, {110, 1, true},
		{1.2, 1000, false}, {1.3, 1000, true}, {math.NaN(), 50, true}, {math.Inf(1), 1, true},
	} {
		assert.Equal(t, c.diverge, l.isSuspect(c.loss, float64(c.samples)), "%v of %d", c.loss, c.samples)
	}
	assert.True(t, l.isSound())
	for range 67 { // none of them too much by itself
		assert.False(t, l.isSuspect(1.9, 50))
		l.add(1.9)
		assert.False(t, l.isSound())
	}
	for range 7 {
		l.add(1.9)
	}
	assert.True(t, l.isSuspect(0.01, 50), "together they are")
	l.forgive()
	assert.False(t, l.isSuspect(0.01, 50))
	assert.True(t, l.isSound())
}

// Weights to go back to are those of a check at which the last batches were near the lowest
// loss, not those of any check, and not those that the training began with.
func TestTrainingThatDriftsAwayGoesBackToWhereItWasSound(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	first := m.iterate.Clone()
	require.NoError(t, m.pass(t.Context()))
	m.schedule.done, m.schedule.total = checkEvery, 1000 // a check, far from the end
	m.guard.divergence.lowest = 0.3
	m.guard.divergence.recent = m.guard.divergence.lowest
	require.NoError(t, m.step(1, testBatch))
	sound := m.guard.good.Clone()
	assert.NotEqual(t, first.V.Data, sound.V.Data)

	m.schedule.done, m.guard.divergence.recent = 2*checkEvery, 3*m.guard.divergence.lowest
	lowest := m.guard.divergence.lowest
	require.NoError(t, m.step(1, testBatch))
	sameWeights(t, sound, m.guard.good)
	assert.NotEqual(t, sound.V.Data, m.guard.before.V.Data, "a check that is not sound")
	assert.NotEqual(t, 3*lowest, m.guard.divergence.recent, "the batch counts")

	m.guard.divergence.recent, m.guard.scale = 1e9, 1
	require.NoError(t, m.step(1, testBatch))
	assert.Equal(t, 1., m.guard.scale, "the batch loses no more than it did: the weights are not to blame")
	assert.True(t, m.guard.divergence.isSound(), "this is what is normal from now on")

	m.guard.divergence.recent, m.guard.divergence.lowest = 1e9, lowest
	m.guard.good.CopyWeights(sound)
	m.graph.unpack()
	mat.Scale(m.iterate.V, -100, m.iterate.V)
	m.graph.changed()
	require.NoError(t, m.step(1, testBatch))
	sameWeights(t, sound, m.iterate)
	sameWeights(t, sound, m.guard.before)
	assert.Equal(t, []float64{0.5, 0.5}, []float64{m.guard.scale, m.guard.ceiling})
	assert.True(t, m.guard.divergence.isSound(), "or the next batch would go back again")
	m.verify(math.MaxFloat64)
	assert.Equal(t, 0.5, m.guard.scale, "it does not recover beyond that")
}

// With corrections blown up and no damping to speak of, every step is far too long.
func TestTrainingThatWouldDivergeIsHeld(t *testing.T) {
	d := traintest.Clusters[float32](200, 8, 3, 2)
	spec := nn.Spec{Inputs: 8, Hidden: []int{30, 30, 30, 30}, Outputs: 3}
	net := testNetwork[float32](t, spec, hinge, 1)
	o := testBatchOptions(200, 4)
	o.Step, o.Damping, o.Gamma, o.Epochs, o.Batch = 1, 1e-6, []float64{1e-3}, 10, 4
	trace, err := fitBatches(t.Context(), net, d, o)
	require.NoError(t, err)
	require.NoError(t, net.Validate(), "finite weights")
	halvings := 0.
	for _, e := range trace {
		halvings += e.Value(Halvings)
		assert.False(t, math.IsNaN(e.Loss))
	}
	assert.Positive(t, halvings)
	assert.Less(t, trace[9].Loss, nn.LossOfZeros(net.Loss, 3))
}

// Inputs of 1e30 overflow when they are squared in float32.
func TestNetworkThatOverflowsAtTheStartHasDiverged(t *testing.T) {
	d := traintest.Clusters[float32](30, 4, 3, 2)
	net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
	mat.Scal(1e30, net.Layers[0].W.Data)
	mat.Scal(1e30, net.V.Data)
	net.V.Set(0, net.V.Cols-1, 1) // a bias: a network with outputs of its own
	before := net.Clone()
	_, err := fitBatches(t.Context(), net, d, testBatchOptions(30, 1))
	var diverged *train.DivergedError
	require.ErrorAs(t, err, &diverged)
	assert.Contains(t, err.Error(), "at the start of iteration 1")
	sameWeights(t, before, net)
}
