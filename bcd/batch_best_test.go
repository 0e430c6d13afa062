package bcd

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/mat"
)

// An epoch that loses far more than an earlier one did with the same samples is undone: the weights become those
// with which that one began, as what it ended with may be what is wrong.
func TestEpochsThatRiseAreUndone(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	_, err := m.Epoch(t.Context())
	require.NoError(t, err)
	iterate, average := m.best.ended.iterate.Clone(), m.best.ended.average.Clone()
	sameWeights(t, iterate, m.iterate)
	sameWeights(t, average, m.average.net)
	_, err = m.Epoch(t.Context())
	require.NoError(t, err)
	sameWeights(t, iterate, m.best.begin.iterate)

	m.best.loss = 1e-3
	epoch, err := m.Epoch(t.Context())
	require.NoError(t, err)
	require.Greater(t, epoch.Loss, m.guard.divergence.zeros/4, "or nothing is wrong with it")
	sameWeights(t, iterate, m.iterate)
	sameWeights(t, iterate, m.guard.good)
	sameWeights(t, average, m.average.net)
	assert.Equal(t, 0.5, m.guard.ceiling)
	assert.Equal(t, 2e-3, m.best.loss, "which is in doubt, too")
	assert.Zero(t, m.memory.updates)
}

// TestMomentumOfWeightsThatAreGoneIsForgotten: it would outlast them by a hundred batches, as it is longer where the
// training diverges.
func TestMomentumOfWeightsThatAreGoneIsForgotten(t *testing.T) {
	for name, goBack := range map[string]func(m *minibatch[float64]) error{
		"an epoch that is undone": func(m *minibatch[float64]) error { return m.undo(1) },
		"an overflow": func(m *minibatch[float64]) error {
			return m.recoverFromOverflow(&BlockError{2, "W", assert.AnError}, 2, 1)
		},
	} {
		o := spectralEverywhere(100, 2)
		m, err := newMinibatch(t.Context(), train.Task[float64]{
			Net:   testNetwork[float64](t, nn.Spec{Inputs: 6, Hidden: []int{5, 4}, Outputs: 3}, hinge, 1),
			Train: traintest.Clusters[float64](100, 6, 3, 1), Workers: 1}, o)
		require.NoError(t, err)
		_, err = m.Epoch(t.Context())
		require.NoError(t, err)
		require.NotZero(t, mat.NormMax(m.spectral.blocks[1].momentum))
		m.spectral.pending = 0.1
		require.NoError(t, goBack(m))
		for _, b := range m.spectral.blocks {
			assert.Zero(t, mat.NormMax(b.momentum), name)
		}
		assert.Zero(t, m.spectral.pending, name)
		assert.Zero(t, m.memory.updates, name)
	}
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

// Rows of gaps are far outliers in all columns that tell of gaps. An epoch that ends with weights that are wrong for
// them used to be gone back to until the steps were too short.
func TestTrainingsWithOutliersDoNotGoBackForEver(t *testing.T) {
	for seed := range uint64(20) {
		d := outliers(seed)
		net, err := nn.New(nn.Spec{Inputs: d.X.Cols, Hidden: []int{60}, Outputs: 3},
			nn.Hinge[float64]{}, nn.Init{}, seed)
		require.NoError(t, err)
		o := DefaultBatchOptions(train.ProblemOf(net, d))
		o.Seed = seed
		trace, err := train.Run(t.Context(), net, train.Samples[float64]{Train: d}, MiniBatches.With(o),
			train.Control{Workers: 1})
		require.NoError(t, err, "seed %d", seed)
		assert.Less(t, trace[len(trace)-1].TrainError, 0.1)
	}
}

// outliers are three classes of samples, of which two lack all their numbers.
func outliers(seed uint64) train.Data[float64] {
	const samples, numbers = 180, 4
	rng := rand.New(rand.NewPCG(seed, 9))
	d := train.Data[float64]{X: mat.NewDense[float64](samples, 2*numbers)}
	for i := range samples {
		class := i % 3
		d.Labels = append(d.Labels, class)
		for j := range numbers {
			if i < 2 {
				d.X.Set(i, numbers+j, math.Sqrt(samples/2))
				continue
			}
			d.X.Set(i, j, rng.NormFloat64()+2*float64(class))
		}
	}
	return d
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
