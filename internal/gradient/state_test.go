package gradient

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
)

// A trainer that goes on from the state of another one, in the middle of an epoch, comes to the same
// bits as that one.
func TestTrainingGoesOnFromItsState(t *testing.T) {
	for _, s := range solvers {
		for before := range 13 { // batches; an epoch has 5
			task := train.Task[float32]{Net: testNetwork[float32](t, testSpecs["skips"], "hinge", 2),
				Train: traintest.Clusters[float32](45, 4, 2, 1), Workers: 1}
			o := s.defaults
			o.Batch, o.Epochs = 10, 4
			one, other := newTrainer(t.Context(), task, s, o), newTrainer(t.Context(), task, s, o)
			step := func(tr *trainer[float32]) {
				batch := tr.batches.Next()
				if batch == nil {
					batch = tr.batches.Next()
				}
				tr.step(batch, o.rate(tr.t, tr.tMax))
			}
			for range before {
				step(one)
			}
			var file bytes.Buffer
			require.NoError(t, train.WriteState(&file, nil, one.State))
			require.NoError(t, train.ReadState(&file, other.State))
			for range 6 {
				step(one)
				step(other)
			}
			require.Equal(t, weightsOf(one.net), weightsOf(other.net), "%v after %d batches", s, before)
			require.Equal(t, weightsOf(one.Network()), weightsOf(other.Network()), "%v after %d batches", s, before)
		}
	}
}
