package bcd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
)

// threeProcesses returns a network and the samples of three processes. Two have validation samples of their own, on
// which the errors rise and fall differently: those of the second have the labels of other samples.
func threeProcesses(t *testing.T) (*nn.Network[float32], []train.Samples[float32], train.Recipe) {
	d := traintest.Clusters[float32](200, 8, 3, 2)
	net := testNetwork[float32](t, nn.Spec{Inputs: 8, Hidden: []int{12}, Outputs: 3}, hinge, 1)
	parts := traintest.Share(d, 50, 40, 30, 50, 30)
	parts[4].Labels = parts[3].Labels[:30]
	samples := []train.Samples[float32]{
		{Train: parts[0], Validation: parts[3]},
		{Train: parts[1], Validation: parts[4], Test: parts[3]},
		{Train: parts[2]},
	}
	samples[1].ValidationWeights = make([]float64, 30)
	for i := range samples[1].ValidationWeights {
		samples[1].ValidationWeights[i] = float64(1 + i%3)
	}
	o := testBatchOptions(120, 1)
	o.Batch, o.Epochs = 20, 20
	return net, samples, MiniBatches.With(o)
}

// TestProcessesEndAtTheSameEpoch and keep the same network, whatever validation samples each has: they go by the error
// on those of all.
func TestProcessesEndAtTheSameEpoch(t *testing.T) {
	net, samples, r := threeProcesses(t)
	for name, checkpoints := range map[string]*train.Checkpoints{
		"without checkpoints": nil, "with checkpoints": {Due: func(train.Moment) bool { return false }},
	} {
		t.Run(name, func(t *testing.T) {
			nets, traces, errs := traintest.Evaluated(net, samples, r, func(k int) (context.Context, train.Control) {
				return t.Context(), train.Control{EarlyStop: 2, KeepBest: true, Checkpoints: checkpoints}
			})
			for k := range samples {
				require.NoError(t, errs[k])
				sameWeights(t, nets[0], nets[k])
				require.Len(t, traces[k], len(traces[0]))
				for i, e := range traces[k] {
					assert.Equal(t, traces[0][i].ValidationError, e.ValidationError, "process %d, epoch %d", k, i+1)
					assert.Equal(t, traces[0][i].TestError, e.TestError, "process %d, epoch %d", k, i+1)
				}
			}
			assert.Less(t, len(traces[0]), 20, "it ends early")
			best := traces[0][traces[0].Best()-1]
			assert.InDelta(t, errorOnAll(t, nets[0], samples), best.ValidationError, 1e-12)
			test, err := nets[0].ErrorRate(samples[1].Test.X, samples[1].Test.Labels, 1)
			require.NoError(t, err)
			assert.InDelta(t, test, best.TestError, 1e-12, "one process has test samples")
		})
	}
}

// errorOnAll is the error on the validation samples of all processes together.
func errorOnAll(t *testing.T, net *nn.Network[float32], samples []train.Samples[float32]) float64 {
	wrong, count := 0., 0.
	for _, s := range samples {
		for i, label := range s.Validation.Labels {
			weight := 1.
			if s.ValidationWeights != nil {
				weight = s.ValidationWeights[i]
			}
			rate, err := net.ErrorRate(s.Validation.X.RowView(i, 1), []int{label}, 1)
			require.NoError(t, err)
			wrong, count = wrong+weight*rate, count+weight
		}
	}
	return wrong / count
}

// TestProcessesWithoutValidationSamplesHaveNoError.
func TestProcessesWithoutValidationSamplesHaveNoError(t *testing.T) {
	net, samples, r := threeProcesses(t)
	for k := range samples {
		samples[k] = train.Samples[float32]{Train: samples[k].Train}
	}
	_, traces, errs := traintest.Evaluated(net, samples, r, func(int) (context.Context, train.Control) {
		return t.Context(), train.Control{EarlyStop: 2, KeepBest: true}
	})
	for k := range samples {
		require.NoError(t, errs[k])
		require.Len(t, traces[k], 20)
		assert.True(t, math.IsNaN(traces[k][19].ValidationError))
	}
}

// TestAFailedSaveEndsAllProcesses at one place, where the others have states to go on from.
func TestAFailedSaveEndsAllProcesses(t *testing.T) {
	full := errors.New("the disk is full")
	for name, at := range map[string]train.Moment{
		"within an epoch": train.WithinEpoch, "at the end of one": train.EpochEnd, "at the end": train.Finished,
	} {
		t.Run(name, func(t *testing.T) {
			net, samples, r := threeProcesses(t)
			states := make([]bytes.Buffer, len(samples))
			_, traces, errs := traintest.Evaluated(net, samples, r, func(k int) (context.Context, train.Control) {
				last := train.WithinEpoch
				return t.Context(), train.Control{Checkpoints: &train.Checkpoints{
					Due: func(m train.Moment) bool { last = m; return m == at || m == train.Cancelled },
					Save: func(write func(io.Writer) error) error {
						if k == 1 {
							return full
						}
						states[k].Reset()
						if last == train.Cancelled || at == train.Finished {
							return write(&states[k])
						}
						return nil
					},
				}}
			})
			require.ErrorIs(t, errs[1], full)
			for _, k := range []int{0, 2} {
				require.Len(t, traces[k], len(traces[1]))
				assert.NotZero(t, states[k].Len())
				if at == train.Finished {
					require.NoError(t, errs[k])
					continue
				}
				require.ErrorIs(t, errs[k], context.Canceled)
			}
		})
	}
}

// TestAStateThatCanNotBeReadEndsAllProcesses.
func TestAStateThatCanNotBeReadEndsAllProcesses(t *testing.T) {
	net, samples, r := threeProcesses(t)
	nets, _, errs := traintest.Evaluated(net, samples, r, func(k int) (context.Context, train.Control) {
		c := train.Control{Checkpoints: &train.Checkpoints{}}
		if k == 1 {
			c.Checkpoints.Resume = bytes.NewReader([]byte("no state"))
		}
		return t.Context(), c
	})
	for k := range samples {
		sameWeights(t, net, nets[k])
		if k == 1 {
			var state *train.StateError
			require.ErrorAs(t, errs[k], &state)
			continue
		}
		require.ErrorIs(t, errs[k], context.Canceled)
	}
}
