package bcd

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/internal/processors"
	"ridge/mat"
)

// Processes that share the samples of a training come to where one comes that has them all, but for
// rounding, which the passes of nonlinear conjugate gradients make more of, and all to the same bits.
// In mini-batches that needs batches of all samples: smaller ones are other ones.
func TestProcessesTrainTogether(t *testing.T) {
	const tolerance = 1e-6 // a sum that is missing is seen in the first digit
	eachCase(t, func(t *testing.T, c testCase) {
		d := traintest.Clusters[float64](90, c.spec.Inputs, c.spec.Outputs, 2)
		full, mini := testOptions(c), testBatchOptions(90, len(c.spec.Hidden))
		full.BlockTolerance, full.Iterations = 1e-12, 3
		// Without much of a ridge there are directions in which the passes end long before the optimum, and
		// rounding decides where.
		full.Lambda, full.LambdaOut = 0.01, 0.01
		mini.Batch, mini.Epochs = 90, 6
		sparse := full
		sparse.L1, sparse.Iterations = 1e-3, 2
		recipes := map[string]train.Recipe{"full batches": FullBatches.With(full), "sparse": FullBatches.With(sparse)}
		if c.objective == Fenchel {
			recipes["mini-batches"] = MiniBatches.With(mini)
			mini.Metric, mini.Epochs = SpectralMetric, 9 // its second step is that of the ninth batch
			recipes["spectral"] = MiniBatches.With(mini)
			recipes["spectral-all"] = MiniBatches.With(mini.WithMetric(SpectralAllMetric,
				train.Problem{Samples: 90, Layers: len(c.spec.Hidden)}))
		}
		for name, r := range recipes {
			t.Run(name, func(t *testing.T) {
				start := testNetwork[float64](t, c.spec, c.loss, 5)
				start.Mean = nn.ColumnMean(d.X, 1)
				nets, traces := traintest.Together(t, start, traintest.Share(d, 40, 20, 30), r)
				alone, err := train.Run(t.Context(), start, train.Samples[float64]{Train: d}, r, train.Control{})
				require.NoError(t, err)
				for k, net := range nets {
					sameWeights(t, nets[0], net)
					assert.Less(t, distance(net, start), tolerance)
					for i, e := range alone {
						assert.InDelta(t, e.TrainError, traces[k][i].TrainError, 1e-12)
						assert.InDeltaSlice(t, e.Activity, traces[k][i].Activity, 1e-12)
						for _, name := range []string{
							ObjectiveBefore, ObjectiveAfterU, ObjectiveAfterW, Stationarity, Eta,
						} {
							if want := e.Value(name); want == want {
								assert.InEpsilon(t, want, traces[k][i].Value(name), 10*tolerance, name)
							}
						}
					}
				}
			})
		}
	})
}

// Defaults are functions of all samples, so that all processes have the same ones.
func TestProcessesHaveTheDefaultsOfAllSamples(t *testing.T) {
	d := traintest.Clusters[float32](630, 8, 3, 2)
	net := testNetwork[float32](t, nn.Spec{Inputs: 8, Hidden: []int{12}, Outputs: 3}, hinge, 1)
	all := DefaultBatchOptions(train.ProblemOf(net, d))
	require.NotEqual(t, all.Lambda, DefaultBatchOptions(train.Problem{Samples: 300, Layers: 1}).Lambda)
	parts := traintest.Share(d, 300, 330)
	nets, traces := traintest.Together(t, net, parts, MiniBatches.With(BatchOptions{}))
	told, _ := traintest.Together(t, net, parts, MiniBatches.With(all))
	for k := range nets {
		sameWeights(t, told[k], nets[k])
		assert.Len(t, traces[k], all.Epochs)
	}
}

// With batches that all processes have a part of, or only some of them.
func TestProcessesTrainTogetherInSmallBatches(t *testing.T) {
	d := traintest.Clusters[float32](300, 8, 3, 2)
	for _, l1 := range []float64{0, 0.3} {
		net := testNetwork[float32](t,
			nn.Spec{Inputs: 8, Hidden: []int{20, 15}, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 2}}}, hinge, 1)
		net.Mean = nn.ColumnMean(d.X, 1)
		o := testBatchOptions(300, 2)
		o.Batch, o.Epochs = 10, 8
		if l1 > 0 {
			o = o.WithL1(l1)
		}
		nets, traces := traintest.Together(t, net, traintest.Share(d, 150, 130, 20), MiniBatches.With(o))
		for k := range nets {
			sameWeights(t, nets[0], nets[k])
			assert.Equal(t, measured(traces[0][7])[1:3], measured(traces[k][7])[1:3])
		}
		wrong, err := nets[0].ErrorRate(d.X, d.Labels, 1)
		require.NoError(t, err)
		assert.Less(t, wrong, 0.1)
	}
}

// A process may have no samples of a batch, or none that are active, also where several workers share large layers.
func TestProcessesWithoutSamplesOfABatchTrainAlong(t *testing.T) {
	defer processors.Pretend(2)()
	d := traintest.Clusters[float32](41, 8, 3, 2)
	net := testNetwork[float32](t, nn.Spec{Inputs: 8, Hidden: []int{300, 250}, Outputs: 3}, hinge, 1)
	o := testBatchOptions(41, 2)
	o.Batch, o.Epochs = 10, 2
	for _, metric := range []Metric{GramMetric, SpectralAllMetric} {
		o = o.WithMetric(metric, train.Problem{Samples: 41, Layers: 2})
		trained := func(workers mat.Workers) []*nn.Network[float32] {
			nets, _, errs := traintest.Controlled(net, traintest.Share(d, 40, 1), MiniBatches.With(o),
				func(int) (context.Context, train.Control) { return t.Context(), train.Control{Workers: workers} })
			for _, err := range errs {
				require.NoError(t, err)
			}
			return nets
		}
		one, two := trained(1), trained(2)
		sameWeights(t, one[0], two[0])
		sameWeights(t, two[0], two[1])
	}
}

// With batches of fewer samples than there are processes, none is empty.
func TestMoreProcessesThanABatchHasSamples(t *testing.T) {
	d := traintest.Clusters[float32](100, 8, 3, 2)
	net := testNetwork[float32](t, nn.Spec{Inputs: 8, Hidden: []int{12, 10}, Outputs: 3}, hinge, 1)
	o := testBatchOptions(100, 2)
	o.Batch, o.Epochs = 2, 6
	nets, traces := traintest.Together(t, net, traintest.Share(d, 25, 30, 25, 20), MiniBatches.With(o))
	for k := range nets {
		sameWeights(t, nets[0], nets[k])
		assert.Less(t, traces[k][5].TrainError, 0.2)
		assert.Less(t, traces[k][0].Value(Eta), 1.5*o.Step, "a batch is not short, nor long")
	}
}

// One process that is cancelled ends all of them, before the same batch; all save their states there, and go on to the
// bits of a training that was left alone.
func TestACancelledProcessEndsTheOthers(t *testing.T) {
	d := traintest.Clusters[float32](120, 8, 3, 2)
	net := testNetwork[float32](t, nn.Spec{Inputs: 8, Hidden: []int{12}, Outputs: 3}, hinge, 1)
	parts := traintest.Share(d, 70, 50)
	o := testBatchOptions(120, 1)
	o.Batch, o.Epochs = 20, 5
	r := MiniBatches.With(o)
	alone, _ := traintest.Together(t, net, parts, r)
	states := make([]bytes.Buffer, len(parts))
	_, traces, errs := traintest.Controlled(net, parts, r, func(k int) (context.Context, train.Control) {
		ctx, cancel := context.WithCancel(t.Context())
		batches := 0
		return ctx, train.Control{Checkpoints: &train.Checkpoints{
			Due: func(at train.Moment) bool {
				if batches++; k == 1 && batches == 9 { // in the second epoch
					cancel()
				}
				return at == train.Cancelled
			},
			Save: func(write func(io.Writer) error) error { return write(&states[k]) },
		}}
	})
	for k := range parts {
		require.ErrorIs(t, errs[k], context.Canceled)
		assert.Len(t, traces[k], 1)
	}
	nets, _, errs := traintest.Controlled(net, parts, r, func(k int) (context.Context, train.Control) {
		return t.Context(), train.Control{Checkpoints: &train.Checkpoints{
			Due: func(train.Moment) bool { return false }, Resume: &states[k],
		}}
	})
	for k := range parts {
		require.NoError(t, errs[k])
		sameWeights(t, alone[k], nets[k])
	}
}
