package gradient

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
)

// If each batch has all samples, processes that share them get to where a single process gets, and all of them to the
// same bits. The exceptions: K-FAC draws other vectors for several processes, and SOAP's basis of directions without
// gradients comes from rounding errors.
func TestProcessesTrainTogether(t *testing.T) {
	d := traintest.Clusters[float64](60, 4, 2, 1)
	for _, m := range methods {
		o := m.Defaults(train.Problem{})
		o.Batch, o.Epochs, o.WeightDecay, o.Delta = 60, 4, 0.1, 1e-3
		start := testNetwork[float64](t, testSpecs["skips"], "softmax", 2)
		nets, traces := traintest.Together(t, start, traintest.Share(d, 25, 5, 30), m.With(o))
		alone, err := train.Run(t.Context(), start, train.Samples[float64]{Train: d}, m.With(o), train.Control{})
		require.NoError(t, err)
		for k, net := range nets {
			assert.Equal(t, weightsOf(nets[0]), weightsOf(net), m.Name)
			if m.Name == "kfac" || m.Name == "soap" {
				assert.InEpsilon(t, alone[3].Loss, traces[k][3].Loss, 0.05, m.Name)
				continue
			}
			for n, w := range weightsOf(start) {
				assert.InDeltaSlice(t, w.Data, weightsOf(net)[n].Data, 1e-9, m.Name)
			}
			for i, e := range alone {
				assert.InEpsilon(t, e.Loss, traces[k][i].Loss, 1e-9)
				assert.InDelta(t, e.TrainError, traces[k][i].TrainError, 1e-12)
			}
		}
	}
}

// Batches of which a process may have no sample.
func TestProcessesTrainTogetherInSmallBatches(t *testing.T) {
	d := traintest.Clusters[float32](100, 5, 3, 2)
	net := testNetwork[float32](t, testSpecs["chain"], "hinge", 5)
	o := adam.defaults
	o.Batch, o.Epochs, o.Rate = 8, 30, 0.01
	nets, traces := traintest.Together(t, net, traintest.Share(d, 60, 5, 35), Adam.With(o))
	assert.Equal(t, weightsOf(nets[0]), weightsOf(nets[1]))
	assert.Equal(t, weightsOf(nets[0]), weightsOf(nets[2]))
	assert.Less(t, traces[0][29].Loss, traces[0][0].Loss/2)
}
