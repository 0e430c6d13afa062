package bcd

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/internal/processors"
	"ridge/mat"
)

// testMinibatch returns a training of a network in general position that has seen one
// forward pass of 12 samples.
func testMinibatch(t *testing.T, spec nn.Spec, loss string) *minibatch[float64] {
	t.Helper()
	net := testNetwork[float64](t, spec, loss, 3)
	rng := rand.New(rand.NewPCG(4, 5))
	traintest.Perturb(net, rng)
	d := traintest.Clusters[float64](20, spec.Inputs, spec.Outputs, 6)
	net.Mean = nn.ColumnMean(d.X, 1)
	o := DefaultBatchOptions(train.Problem{Samples: 20, Layers: len(spec.Hidden)})
	o.Batch, o.Metric = 12, GramMetric
	o.Gamma = nil
	for i := range spec.Hidden {
		o.Gamma = append(o.Gamma, 0.4+0.3*float64(i))
	}
	m, err := newMinibatch(context.Background(), train.Task[float64]{Net: net, Train: d, Workers: 1}, o)
	require.NoError(t, err)
	m.batch.gather(testBatch)
	m.batch.Forward()
	m.batch.meanLoss()
	m.correction.dropSatisfied()
	for range 50 {
		m.graph.estimateNorms()
	}
	return m
}

// testBatch is the batch that testMinibatch has seen.
var testBatch = []int{3, 0, 19, 7, 8, 12, 1, 5, 6, 2, 11, 17}

// eachMinibatch runs body for every shape and loss.
func eachMinibatch(t *testing.T, body func(t *testing.T, m *minibatch[float64])) {
	for name, spec := range testSpecs {
		for _, loss := range []string{squared, hinge} {
			t.Run(name+"/"+loss, func(t *testing.T) { body(t, testMinibatch(t, spec, loss)) })
		}
	}
}

func testBatchWorkers[T mat.Float](t *testing.T) {
	defer processors.Pretend(3)()
	for name, spec := range testSpecs {
		t.Run(name, func(t *testing.T) {
			spec.Hidden = append([]int(nil), spec.Hidden...)
			for i := range spec.Hidden {
				spec.Hidden[i] *= 12 // wide enough for several workers to have work
			}
			d := traintest.Clusters[T](130, spec.Inputs, spec.Outputs, 9)
			var nets []*nn.Network[T]
			var traces []train.Trace
			for _, workers := range []mat.Workers{1, 3} {
				net := testNetwork[T](t, spec, hinge, 5)
				o := testBatchOptions(130, len(spec.Hidden))
				o.Epochs = 2
				trace, err := train.Run(t.Context(), net, train.Samples[T]{Train: d, Validation: d, Test: d},
					MiniBatches.With(o), train.Control{Workers: workers})
				require.NoError(t, err)
				nets, traces = append(nets, net), append(traces, trace)
			}
			for k := 1; k < len(nets); k++ {
				sameWeights(t, nets[0], nets[k])
				for i := range traces[k] {
					assert.Equal(t, measured(traces[0][i]), measured(traces[k][i]))
				}
			}
		})
	}
}

// measured is what a mini-batch's epoch tells, apart from the time it took.
func measured(e train.Epoch) []any {
	return []any{e.Epoch, e.Loss, e.TrainError, e.ValidationError, e.TestError, e.Activity, e.Value(Halvings),
		e.Value(Eta)}
}

func TestMinibatchesGiveTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	t.Run("float32", testBatchWorkers[float32])
	t.Run("float64", testBatchWorkers[float64])
}

func testBatchLearning[T mat.Float](t *testing.T) {
	d := traintest.Clusters[T](600, 8, 3, 2)
	fit := train.Data[T]{X: d.X.RowView(0, 300), Labels: d.Labels[:300]}
	fresh := train.Data[T]{X: d.X.RowView(300, 300), Labels: d.Labels[300:]}
	for _, spec := range []nn.Spec{
		{Inputs: 8, Hidden: []int{20}, Outputs: 3},
		{Inputs: 8, Hidden: []int{20, 15, 10}, Outputs: 3,
			Skips: []nn.Skip{{From: 0, To: 2}, {From: 1, To: 3}, {From: 0, To: 3}}},
		{Inputs: 8, Hidden: []int{10, 10, 10, 10, 10, 10, 10, 10, 10, 10}, Outputs: 3},
	} {
		for _, loss := range []string{hinge, squared} {
			net := testNetwork[T](t, spec, loss, 1)
			net.Mean = nn.ColumnMean(fit.X, 1)
			o := testBatchOptions(300, len(spec.Hidden))
			o.Epochs = 8
			samples := train.Samples[T]{Train: fit, Validation: fit, Test: fresh}
			trace, err := train.Run(t.Context(), net, samples, MiniBatches.With(o), train.Control{})
			require.NoError(t, err)
			require.Len(t, trace, 8)
			last := trace[7]
			for _, part := range []struct {
				have float64
				data train.Data[T]
			}{{last.ValidationError, fit}, {last.TestError, fresh}} {
				want, err := net.ErrorRate(part.data.X, part.data.Labels, 1)
				require.NoError(t, err)
				assert.Equal(t, want, part.have)
			}
			assert.Less(t, last.TrainError, 0.1, "%v %v", spec, loss)
			assert.Less(t, last.TestError, 0.2, "%v %v", spec, loss)
			assert.Less(t, last.Loss, trace[0].Loss)
			for _, m := range fullMeasures {
				assert.True(t, math.IsNaN(last.Value(m.Name)), "of full batches only, or of sparse networks")
			}
			assert.Len(t, last.Activity, len(spec.Hidden))
			assert.Less(t, last.Value(Eta), trace[0].Value(Eta))
		}
	}
}

func TestMinibatchesLearn(t *testing.T) {
	t.Run("float32", testBatchLearning[float32])
	t.Run("float64", testBatchLearning[float64])
}

// The damping is relative to the inputs, whatever their unit.
func TestMinibatchesLearnOnEveryScale(t *testing.T) {
	for _, scale := range []float32{1e-3, 1, 1e3} {
		d := traintest.Clusters[float32](300, 8, 3, 2)
		mat.Scal(scale, d.X.Data)
		net := testNetwork[float32](t, nn.Spec{Inputs: 8, Hidden: []int{20}, Outputs: 3}, hinge, 1)
		mat.Scal(1/scale, net.Layers[0].W.Data) // the same first activations
		net.Mean = nn.ColumnMean(d.X, 1)
		o := testBatchOptions(300, 1)
		o.Epochs, o.Lambda = 8, 0
		trace, err := train.Run(t.Context(), net, train.Samples[float32]{Train: d, Validation: d},
			MiniBatches.With(o), train.Control{})
		require.NoError(t, err)
		assert.Less(t, trace[7].ValidationError, 0.08, "inputs times %v", scale)
	}
}

func TestMinibatchesOfSamplesThatAreFew(t *testing.T) {
	for _, n := range []int{1, 2, 5} { // fewer than a batch, and a last batch of one
		d := traintest.Clusters[float32](n, 4, 3, 2)
		o := testBatchOptions(n, 1)
		o.Batch = 4
		net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
		trace, err := fitBatches(t.Context(), net, d, o)
		require.NoError(t, err)
		require.Len(t, trace, 3)
		require.NoError(t, net.Validate())
	}
}

func TestInputsThatAreAllTheSameDoNoHarm(t *testing.T) {
	d := train.Data[float32]{X: mat.NewDense[float32](40, 4), Labels: make([]int, 40)}
	net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
	trace, err := fitBatches(t.Context(), net, d, testBatchOptions(40, 1))
	require.NoError(t, err)
	assert.Zero(t, trace[2].TrainError, "the biases do")
}

// A training in each call of Progress takes as long as the one that calls it: its
// seconds must not count.
func TestSecondsAreThoseOfTheTrainingAlone(t *testing.T) {
	d := traintest.Clusters[float32](100, 4, 3, 2)
	net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
	o := testBatchOptions(100, 1)
	begin := time.Now()
	var outside time.Duration
	progress := func(train.Epoch) {
		called := time.Now()
		_, _ = fitBatches(t.Context(), net.Clone(), d, testBatchOptions(100, 1)) // some work
		outside += time.Since(called)
	}
	trace, err := fitBatches(t.Context(), net, d, o, train.Control{Progress: progress})
	all := time.Since(begin)
	require.NoError(t, err)
	last := trace[len(trace)-1].Seconds
	assert.Positive(t, last)
	assert.LessOrEqual(t, last, (all-outside).Seconds()+1e-9)
	for i := 1; i < len(trace); i++ {
		assert.GreaterOrEqual(t, trace[i].Seconds, trace[i-1].Seconds)
	}
}

func TestCancellationLeavesTheLastFinishedEpoch(t *testing.T) {
	d := traintest.Clusters[float32](100, 4, 3, 2)
	run := func(ctx context.Context, progress func(train.Epoch)) (*nn.Network[float32], train.Trace, error) {
		net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
		o := testBatchOptions(100, 1)
		trace, err := fitBatches(ctx, net, d, o, train.Control{Progress: progress})
		return net, trace, err
	}
	var second *nn.Network[float32]
	ctx, cancel := context.WithCancel(context.Background())
	net, trace, err := run(ctx, func(e train.Epoch) {
		if e.Epoch == 2 {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, trace, 2)
	_, _, _ = run(context.Background(), func(e train.Epoch) {})
	full := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
	o := testBatchOptions(100, 1)
	progress := func(e train.Epoch) {
		if e.Epoch == 2 {
			second = full.Clone()
		}
	}
	_, err = fitBatches(t.Context(), full, d, o, train.Control{Progress: progress})
	require.NoError(t, err)
	sameWeights(t, second, net)

	untouched := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
	net, trace, err = run(ctx, nil) // cancelled before it begins
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, trace)
	sameWeights(t, untouched, net)
}
