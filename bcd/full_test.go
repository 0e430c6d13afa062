package bcd

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/internal/countdown"
	"ridge/internal/processors"
	"ridge/internal/race"
	"ridge/mat"
)

func testOptions(c testCase) FullOptions {
	o := testFullOptions()
	o.Objective, o.Iterations = c.objective, 4
	return o
}

func sameWeights[T mat.Float](t *testing.T, a, b *nn.Network[T]) {
	t.Helper()
	for i := range a.Layers {
		assert.Equal(t, a.Layers[i].W.Data, b.Layers[i].W.Data, "layer %d", i+1)
	}
	assert.Equal(t, a.V.Data, b.V.Data)
}

func testWorkers[T mat.Float](t *testing.T) {
	defer processors.Pretend(3)()
	eachCase(t, func(t *testing.T, c testCase) {
		d := traintest.Clusters[T](700, c.spec.Inputs, c.spec.Outputs, 9) // two blocks of rows
		var nets []*nn.Network[T]
		var traces []train.Trace
		for _, workers := range []mat.Workers{1, 2} {
			net := testNetwork[T](t, c.spec, c.loss, 5)
			net.Mean = nn.ColumnMean(d.X, workers)
			o := testOptions(c)
			o.Iterations = 2
			trace, err := fitFull(t.Context(), net, d, o, train.Control{Workers: workers})
			require.NoError(t, err)
			for i := range trace {
				trace[i].Seconds, trace[i].Loss = 0, 0 // NaN, the latter
				for _, name := range []string{SecondsU, SecondsV, SecondsW} {
					delete(trace[i].Values, name)
				}
				trace[i].ValidationError, trace[i].TestError = 0, 0 // NaN
			}
			nets, traces = append(nets, net), append(traces, trace)
		}
		sameWeights(t, nets[0], nets[1])
		assert.Equal(t, traces[0], traces[1])
	})
}

func TestSameBitsForAnyNumberOfWorkers(t *testing.T) {
	t.Run("float32", testWorkers[float32])
	if !race.Enabled { // what goroutines share is the same
		t.Run("float64", testWorkers[float64])
	}
}

// In float32 the objective is as good as z is: a relative 1e-7 for each product.
func TestDescentInSinglePrecisionAndWithRelaxation(t *testing.T) {
	thetas := []string{"1", "0.7", "1/t^2"}
	if race.Enabled {
		thetas = thetas[1:2]
	}
	for _, theta := range thetas {
		eachCase(t, func(t *testing.T, c testCase) {
			d := traintest.Clusters[float32](100, c.spec.Inputs, c.spec.Outputs, 2)
			net := testNetwork[float32](t, c.spec, c.loss, 5)
			o := testOptions(c)
			o.Iterations = 12
			var err error
			o.Theta, err = ParseSchedule(theta)
			require.NoError(t, err)
			trace, err := fitFull(t.Context(), net, d, o)
			require.NoError(t, err)
			assertDescent(t, trace, 1e-5)
			assert.Less(t, trace[11].Value(ObjectiveAfterW), trace[0].Value(ObjectiveBefore))
		})
	}
}

func TestTrainingLearns(t *testing.T) {
	d := traintest.Clusters[float64](300, 8, 3, 2)
	fresh := traintest.Clusters[float64](600, 8, 3, 2)
	test := train.Data[float64]{X: fresh.X.RowView(300, 300), Labels: fresh.Labels[300:]}
	for _, loss := range []string{hinge, squared} {
		net := testNetwork[float64](t, nn.Spec{Inputs: 8, Hidden: []int{20}, Outputs: 3}, loss, 1)
		net.Mean = nn.ColumnMean(d.X, 1)
		o := testFullOptions()
		samples := train.Samples[float64]{Train: d,
			Validation: train.Data[float64]{X: d.X.RowView(0, 100), Labels: d.Labels[:100]}, Test: test}
		trace, err := train.Run(t.Context(), net, samples, FullBatches.With(o), train.Control{})
		require.NoError(t, err)
		last := trace[len(trace)-1]
		for _, part := range []struct {
			have float64
			data train.Data[float64]
		}{{last.TrainError, d}, {last.ValidationError, samples.Validation}, {last.TestError, test}} {
			want, err := net.ErrorRate(part.data.X, part.data.Labels, 1)
			require.NoError(t, err)
			assert.Equal(t, want, part.have)
		}
		assert.Less(t, last.TrainError, 0.05)
		assert.Less(t, last.TestError, 0.2)
	}
}

func TestToleranceEndsTheTraining(t *testing.T) {
	d := traintest.Clusters[float64](100, 4, 3, 2)
	o := testFullOptions()
	o.Iterations, o.Tolerance = 200, 0.1
	trace, err := fitFull(t.Context(), testNetwork[float64](t, testSpecs["one layer"], hinge, 1), d, o)
	require.NoError(t, err)
	require.Less(t, len(trace), 200)
	for i, e := range trace {
		assert.Equal(t, i == len(trace)-1, e.Value(Stationarity) <= 0.1*trace[0].Value(Stationarity))
	}
}

// TestWithoutToleranceNothingEndsTheTraining: not even a gradient that is exactly 0,
// which it is where all weights but the output's biases are 0 and fit all samples.
func TestWithoutToleranceNothingEndsTheTraining(t *testing.T) {
	net := &nn.Network[float64]{
		Inputs: 2, Loss: nn.Hinge[float64]{},
		Layers: []nn.Layer[float64]{{From: []int{0}, W: mat.NewDense[float64](2, 3)}},
		V:      mat.DenseOf(2, 3, []float64{0, 0, 2, 0, 0, -2}),
	}
	d := traintest.Clusters[float64](5, 2, 1, 1)
	o := testFullOptions()
	o.Iterations = 3
	trace, err := fitFull(t.Context(), net.Clone(), d, o)
	require.NoError(t, err)
	assert.Len(t, trace, 3)
	assert.Zero(t, trace[0].Value(Stationarity))

	o.Tolerance = 0.1
	trace, err = fitFull(t.Context(), net, d, o)
	require.NoError(t, err)
	assert.Len(t, trace, 1)
}

// Wherever a training is cancelled, the network is that of the last finished
// iteration.
func TestCancellationLeavesTheLastFinishedIteration(t *testing.T) {
	eachCase(t, func(t *testing.T, c testCase) {
		d := traintest.Clusters[float64](60, c.spec.Inputs, c.spec.Outputs, 2)
		o := testOptions(c)
		o.Iterations = 2
		after := []*nn.Network[float64]{testNetwork[float64](t, c.spec, c.loss, 1)}
		net := after[0].Clone()
		progress := func(train.Epoch) { after = append(after, net.Clone()) }
		_, err := fitFull(t.Context(), net, d, o, train.Control{Workers: 1, Progress: progress})
		require.NoError(t, err)

		finished := map[int]bool{}
		for asks := 0; !finished[2]; asks += 1 + asks/16 {
			ctx := countdown.After(asks)
			net := after[0].Clone()
			trace, err := fitFull(ctx, net, d, o, train.Control{Workers: 1})
			if len(trace) < 2 {
				require.ErrorIs(t, err, context.Canceled)
			}
			sameWeights(t, after[len(trace)], net)
			finished[len(trace)] = true
		}
		assert.Len(t, finished, 3)
	})
}

func TestDistanceIsThatOfTheWeightsFromTheFirstIteration(t *testing.T) {
	vector := func(net *nn.Network[float64]) []float64 {
		v := slices.Clone(net.V.Data)
		for _, l := range net.Layers {
			v = append(v, l.W.Data...)
		}
		return v
	}
	eachCase(t, func(t *testing.T, c testCase) {
		d := traintest.Clusters[float64](60, c.spec.Inputs, c.spec.Outputs, 2)
		net := testNetwork[float64](t, c.spec, c.loss, 1)
		o := testOptions(c)
		o.Iterations = 3
		var after [][]float64
		progress := func(train.Epoch) { after = append(after, vector(net)) }
		trace, err := fitFull(t.Context(), net, d, o, train.Control{Progress: progress})
		require.NoError(t, err)
		assert.Zero(t, trace[0].Value(Distance))
		for i := 1; i < 3; i++ {
			difference := slices.Clone(after[i])
			mat.Axpy(-1, after[0], difference)
			assert.InEpsilon(t, mat.Nrm2(difference)/mat.Nrm2(after[0]), trace[i].Value(Distance), 1e-12)
		}
	})
}

// Inputs of 1e30 overflow when they are squared in float32.
func TestDivergenceIsAnErrorAndLeavesFiniteWeights(t *testing.T) {
	eachCase(t, func(t *testing.T, c testCase) {
		d := traintest.Clusters[float32](30, c.spec.Inputs, c.spec.Outputs, 2)
		mat.Scal(1e30, d.X.Data)
		net := testNetwork[float32](t, c.spec, c.loss, 1)
		before := net.Clone()
		_, err := fitFull(t.Context(), net, d, testOptions(c))
		_, diverged := errors.AsType[*train.DivergedError](err)
		_, block := errors.AsType[*BlockError](err)
		assert.True(t, diverged || block, "%v", err)
		sameWeights(t, before, net)
	})
}

func TestObjectiveThatOverflowsIsNamed(t *testing.T) {
	d := traintest.Clusters[float32](30, 4, 3, 2)
	net := testNetwork[float32](t, testSpecs["one layer"], squared, 1)
	mat.Scal(1e25, d.X.Data)
	for i := range net.V.Data {
		net.V.Data[i] = 1e20
	}
	_, err := fitFull(t.Context(), net, d, testFullOptions())
	var diverged *train.DivergedError
	require.ErrorAs(t, err, &diverged)
	assert.Equal(t, 1, diverged.Epoch)
	assert.ErrorContains(t, err, "at the start of iteration 1")
}

func TestBlockThatOverflowsIsNamed(t *testing.T) {
	d := traintest.Clusters[float64](30, 4, 3, 2)
	net := testNetwork[float64](t, testSpecs["one layer"], squared, 1)
	tr := startFull(t.Context(), train.Task[float64]{Net: net, Train: d}, testFullOptions())
	tr.iteration = 6 // finished
	_, err := tr.solveBlock(t.Context(), "V", func() (float64, error) {
		tr.net.V.Set(0, 0, math.Inf(1))
		tr.refreshO()
		return 0, nil
	})
	var diverged *train.DivergedError
	require.ErrorAs(t, err, &diverged)
	assert.Equal(t, 7, diverged.Epoch)
	assert.ErrorContains(t, err, "after the V step of iteration 7")
}

func TestTrainRefusesOptions(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	cases := map[string]struct {
		change func(*FullOptions)
		want   string
	}{
		"γ zero": {func(o *FullOptions) { o.Gamma = []float64{0} }, "gamma: 0: want a number above 0"},
		"γ negative": {func(o *FullOptions) { o.Gamma = []float64{1, -1} },
			"gamma: -1: want a number above 0"},
		"γ NaN": {func(o *FullOptions) { o.Gamma = []float64{nan} },
			"gamma: NaN: want a number above 0"},
		"γ infinite": {func(o *FullOptions) { o.Gamma = []float64{inf} },
			"gamma: +Inf: want a number above 0"},
		"no γ": {func(o *FullOptions) { o.Gamma = nil },
			"gamma: 0 numbers for 2 hidden layers: want one for all or one for each"},
		"γ for other layers": {func(o *FullOptions) { o.Gamma = []float64{1, 1, 1} },
			"gamma: 3 numbers for 2 hidden layers"},
		"λ negative":     {func(o *FullOptions) { o.Lambda = -1 }, "lambda: -1: want a number from 0 up"},
		"λ NaN":          {func(o *FullOptions) { o.Lambda = nan }, "lambda: NaN"},
		"λ_out negative": {func(o *FullOptions) { o.LambdaOut = -1 }, "lambda-out: -1"},
		"λ_out infinite": {func(o *FullOptions) { o.LambdaOut = inf }, "lambda-out: +Inf"},
		"λ₁ negative":    {func(o *FullOptions) { o.L1 = -1 }, "l1: -1: want a number from 0 up"},
		"λ₁ NaN":         {func(o *FullOptions) { o.L1 = nan }, "l1: NaN"},
		"λ₁ infinite":    {func(o *FullOptions) { o.L1 = inf }, "l1: +Inf"},
		"no iterations": {func(o *FullOptions) { o.Iterations = 0 },
			"iterations: 0: want a whole number from 1 up"},
		"tolerance":            {func(o *FullOptions) { o.Tolerance = -1 }, "tolerance: -1"},
		"block tolerance":      {func(o *FullOptions) { o.BlockTolerance = nan }, "block-tolerance: NaN"},
		"no such an objective": {func(o *FullOptions) { o.Objective = 7 }, "objective: unknown Objective(7)"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			net := testNetwork[float64](t, testSpecs["chain"], hinge, 1)
			o := testFullOptions()
			c.change(&o)
			_, err := fitFull(t.Context(), net, traintest.Clusters[float64](10, 5, 3, 1), o)
			var option *nn.OptionError
			require.ErrorAs(t, err, &option)
			assert.ErrorContains(t, err, c.want)
		})
	}
}
