package gradient

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/internal/dataset"
	"ridge/internal/processors"
	"ridge/mat"
)

// digits returns the parts of the embedded digits.
func digits[T mat.Float](t *testing.T) (fit, test train.Data[T]) {
	t.Helper()
	set, err := dataset.Digits()
	require.NoError(t, err)
	data := func(s dataset.Samples) train.Data[T] {
		d := train.Data[T]{X: mat.NewDense[T](s.Len(), s.Dim), Labels: s.Labels}
		mat.Convert(d.X, mat.DenseOf(s.Len(), s.Dim, s.X))
		return d
	}
	return data(set.Train), data(set.Test)
}

// Rates for small batches of few samples.
var digitsRates = map[*solver]float64{sgd: 0.06, nesterov: 0.06, adaGrad: 0.05, rmsProp: 5e-3, adaDelta: 2, adam: 5e-3,
	adamW: 5e-3, scheduleFree: 5e-3, muon: 0.02, soap: 5e-3, kfac: 0.5, foof: 0.2}

func digitsLosses[T mat.Float]() []nn.Loss[T] { return []nn.Loss[T]{nn.Softmax[T]{}, nn.Hinge[T]{}} }

func testDigits[T mat.Float](t *testing.T, list []*solver) {
	d, test := digits[T](t)
	for i, s := range list {
		net, err := nn.New(nn.Spec{Inputs: 64, Hidden: []int{100}, Outputs: 10}, digitsLosses[T]()[i%2], nn.Init{}, 1)
		require.NoError(t, err)
		net.Mean = nn.ColumnMean(d.X, 1)
		o := s.defaults
		o.Epochs, o.Batch, o.Rate = 12, 20, digitsRates[s]
		samples := train.Samples[T]{Train: d, Test: test}
		trace, err := train.Run(context.Background(), net, samples, methodOf(s).With(o),
			train.Control{EvaluateEvery: o.Epochs})
		require.NoError(t, err)
		last := trace[len(trace)-1]
		t.Logf("%v: loss %.4f, train error %.2f %%, test error %.2f %%",
			s, last.Loss, 100*last.TrainError, 100*last.TestError)
		assert.Less(t, last.TestError, 0.04, "%v", s)
		assert.Less(t, last.Loss, trace[0].Loss)
	}
}

func TestEverySolverLearnsTheDigits(t *testing.T) {
	if testing.Short() {
		t.Skip("the example trains with one of them")
	}
	t.Run("float32", func(t *testing.T) { testDigits[float32](t, solvers) })
	t.Run("float64", func(t *testing.T) { testDigits[float64](t, []*solver{nesterov, adaGrad}) })
}

func testWorkers[T mat.Float](t *testing.T) {
	defer processors.Pretend(16)()
	// The batch has more than one block of rows, and so have the weights.
	spec := nn.Spec{Inputs: 150, Hidden: []int{120, 20}, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 2}}}
	d := traintest.Clusters[T](160, 150, 3, 9)
	list := solvers
	if testing.Short() {
		list = []*solver{adam, muon, kfac}
	}
	for _, s := range list {
		var nets []*nn.Network[T]
		var traces []train.Trace
		for _, workers := range []mat.Workers{1, 2, 5, 16} {
			net := testNetwork[T](t, spec, "softmax", 5)
			o := testOptions(s)
			o.Epochs, o.Batch, o.Rate, o.WeightDecay = 1, 140, 1e-3, 1e-3
			if s == soap {
				o.Epochs = 6 // its bases are improved in the eleventh batch
			}
			trace, err := fit(net, d, s, o, train.Control{Workers: workers})
			require.NoError(t, err)
			for i := range trace {
				trace[i].Seconds = 0
				trace[i].ValidationError, trace[i].TestError = 0, 0 // NaN
			}
			nets, traces = append(nets, net), append(traces, trace)
		}
		for i := range nets {
			assert.Equal(t, weightsOf(nets[0]), weightsOf(nets[i]), "%v", s)
			assert.Equal(t, traces[0], traces[i])
		}
	}
}

func TestSameBitsForAnyNumberOfWorkers(t *testing.T) {
	t.Run("float32", testWorkers[float32])
	t.Run("float64", testWorkers[float64])
}

func TestTraceTellsWhatHappened(t *testing.T) {
	spec := testSpecs["skips"]
	all := traintest.Clusters[float64](90, spec.Inputs, spec.Outputs, 2)
	part := func(lo, hi int) train.Data[float64] {
		return train.Data[float64]{X: all.X.RowView(lo, hi-lo), Labels: all.Labels[lo:hi]}
	}
	d, validation, test := part(0, 50), part(50, 70), part(70, 90)
	net := testNetwork[float64](t, spec, "softmax", 5)
	o := adam.defaults
	o.Epochs, o.Batch = 5, 20
	control := train.Control{EvaluateEvery: 2}
	var seen train.Trace
	control.Progress = func(e train.Epoch) {
		seen = append(seen, e)
		if e.Epoch != 2 && e.Epoch != 4 && e.Epoch != 5 {
			assert.True(t, math.IsNaN(e.ValidationError) && math.IsNaN(e.TestError))
			return
		}
		for _, c := range []struct {
			data train.Data[float64]
			have float64
		}{{validation, e.ValidationError}, {test, e.TestError}} {
			want, err := net.ErrorRate(c.data.X, c.data.Labels, 1)
			require.NoError(t, err)
			assert.Equal(t, want, c.have, "epoch %d", e.Epoch)
		}
	}
	trace, err := train.Run(context.Background(), net,
		train.Samples[float64]{Train: d, Validation: validation, Test: test}, Adam.With(o), control)
	require.NoError(t, err)
	require.Len(t, trace, 5)
	require.Len(t, seen, 5)
	for i, e := range trace {
		assert.Equal(t, i+1, e.Epoch)
		assert.Equal(t, seen[i].Loss, e.Loss)
		assert.InDelta(t, o.Rate*(1-float64(3*i+2)/15), e.Value(LearningRate), 1e-15)
		if i > 0 {
			assert.GreaterOrEqual(t, e.Seconds, trace[i-1].Seconds)
		}
	}
}

// With a rate so small that nothing changes, the running numbers are the exact ones.
func TestRunningLossAndErrorAreMeansOverTheSamples(t *testing.T) {
	for _, name := range testLosses {
		net := testNetwork[float64](t, testSpecs["chain"], name, 5)
		d := traintest.Clusters[float64](50, 5, 3, 2)
		want, err := net.ErrorRate(d.X, d.Labels, 1)
		require.NoError(t, err)
		o := sgd.defaults
		o.Epochs, o.Batch, o.Rate = 1, 7, 1e-15
		loss := naiveLoss(t, net, d, name)
		trace, err := fit(net, d, sgd, o, train.Control{})
		require.NoError(t, err)
		assert.Equal(t, want, trace[0].TrainError)
		assert.InDelta(t, loss, trace[0].Loss, 1e-12, name)
	}
}

func TestWeightsThatAreViewsAreTrained(t *testing.T) {
	d := traintest.Clusters[float64](30, 5, 3, 2)
	plain := testNetwork[float64](t, testSpecs["chain"], "softmax", 5)
	views := plain.Clone()
	for i, l := range views.Layers {
		wide := mat.NewDense[float64](l.W.Rows, l.W.Cols+3)
		mat.Copy(wide.ColView(1, l.W.Cols), l.W)
		views.Layers[i].W = wide.ColView(1, l.W.Cols)
	}
	o := testOptions(adam)
	o.Epochs = 2
	for _, net := range []*nn.Network[float64]{plain, views} {
		_, err := fit(net, d, adam, o, train.Control{})
		require.NoError(t, err)
	}
	for i, w := range weightsOf(plain) {
		assert.True(t, mat.Equal(w, weightsOf(views)[i]))
	}
}

func TestCancelledTrainingLeavesTheLastFinishedEpoch(t *testing.T) {
	d := traintest.Clusters[float32](100, 5, 3, 2)
	net := testNetwork[float32](t, testSpecs["chain"], "softmax", 5)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var after *nn.Network[float32]
	o := testOptions(adam)
	progress := func(e train.Epoch) {
		if e.Epoch == 2 {
			after = net.Clone()
			cancel()
		}
	}
	trace, err := train.Run(ctx, net, train.Samples[float32]{Train: d}, Adam.With(o), train.Control{Progress: progress})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Len(t, trace, 2)
	assert.Equal(t, weightsOf(after), weightsOf(net))
}

func TestDivergedTrainingLeavesTheLastFinishedEpoch(t *testing.T) {
	d := traintest.Clusters[float32](100, 5, 3, 2)
	for _, name := range testLosses {
		for _, s := range []*solver{sgd, nesterov, adam} {
			net := testNetwork[float32](t, testSpecs["chain"], name, 5)
			before := net.Clone()
			o := s.defaults
			o.Rate = 1e18
			trace, err := fit(net, d, s, o, train.Control{})
			var diverged *train.DivergedError
			require.ErrorAs(t, err, &diverged, "%v, %s", s, name)
			assert.Equal(t, len(trace)+1, diverged.Epoch)
			assert.Regexp(t, "batch [1-9].* of epoch", diverged.Reason)
			assert.Contains(t, err.Error(), "lower the learning rate")
			require.NoError(t, net.Validate(), "finite weights")
			if len(trace) == 0 {
				assert.Equal(t, weightsOf(before), weightsOf(net))
			}
		}
	}
}

// The loss of the only batch of an epoch is that before the step, which is infinite in float32: a gradient of about
// 1e25 times a rate of 1e18.
func TestWeightsThatOverflowInTheLastBatchOfAnEpochAreNoResult(t *testing.T) {
	d := traintest.Clusters[float32](100, 5, 3, 2)
	mat.Scal(1e25, d.X.Data)
	net := testNetwork[float32](t, testSpecs["chain"], "softmax", 5)
	before := net.Clone()
	o := sgd.defaults
	o.Rate, o.Batch = 1e18, 100
	trace, err := fit(net, d, sgd, o, train.Control{})
	var diverged *train.DivergedError
	require.ErrorAs(t, err, &diverged)
	assert.Contains(t, diverged.Reason, "weights are not finite after batch 1 of epoch 1")
	assert.Empty(t, trace)
	assert.Equal(t, weightsOf(before), weightsOf(net))
}

func TestBadInputIsATypedErrorAndChangesNothing(t *testing.T) {
	good := traintest.Clusters[float64](10, 5, 3, 2)
	nan := traintest.Clusters[float64](10, 5, 3, 2)
	nan.X.Set(3, 1, math.NaN())
	type options = Options
	for _, c := range []struct {
		name   string
		solver *solver
		spoil  func(*options)
		option string // of the *nn.OptionError
	}{
		{"no epoch", adam, func(o *options) { o.Epochs = 0 }, "epochs"},
		{"no batch", adam, func(o *options) { o.Batch = 0 }, "batch"},
		{"rate 0", sgd, func(o *options) { o.Rate = 0 }, "rate"},
		{"rate NaN", sgd, func(o *options) { o.Rate = math.NaN() }, "rate"},
		{"rate Inf", sgd, func(o *options) { o.Rate = math.Inf(1) }, "rate"},
		{"policy", sgd, func(o *options) { o.Policy = 5 }, "rate-policy"},
		{"step 0", sgd, func(o *options) { o.Policy = Step }, "rate-step"},
		{"step gamma", sgd, func(o *options) { o.Policy, o.RateStep, o.RateGamma = Step, 1, -1 }, "rate-gamma"},
		{"inv gamma", sgd, func(o *options) { o.Policy, o.RateGamma = Inv, math.NaN() }, "rate-gamma"},
		{"inv power", sgd, func(o *options) { o.Policy, o.RatePower = Inv, -1 }, "rate-power"},
		{"poly power", sgd, func(o *options) { o.RatePower = math.Inf(1) }, "rate-power"},
		{"decay", sgd, func(o *options) { o.WeightDecay = -1 }, "weight-decay"},
		{"momentum 1", sgd, func(o *options) { o.Momentum = 1 }, "momentum"},
		{"momentum < 0", nesterov, func(o *options) { o.Momentum = -0.1 }, "momentum"},
		{"momentum NaN", adaDelta, func(o *options) { o.Momentum = math.NaN() }, "momentum"},
		{"momentum of adagrad", adaGrad, func(o *options) { o.Momentum = 0.9 }, "momentum"},
		{"momentum of rmsprop", rmsProp, func(o *options) { o.Momentum = 0.9 }, "momentum"},
		{"momentum2", adam, func(o *options) { o.Momentum2 = 1 }, "momentum2"},
		{"rms decay", rmsProp, func(o *options) { o.RMSDecay = 1 }, "rms-decay"},
		{"delta 0", adam, func(o *options) { o.Delta = 0 }, "delta"},
		{"warm-up", adamW, func(o *options) { o.Warmup = 1 }, "warmup"},
		{"input step", adamW, func(o *options) { o.InputStep = 0 }, "input-step"},
		{"decoupled decay", muon, func(o *options) { o.Decay = math.NaN() }, "decay"},
		{"damping", kfac, func(o *options) { o.Damping = 0 }, "damping"},
		{"memory", foof, func(o *options) { o.Memory = 1 }, "memory"},
		{"delta Inf", adaGrad, func(o *options) { o.Delta = math.Inf(1) }, "delta"},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := testNetwork[float64](t, testSpecs["chain"], "softmax", 5)
			before := net.Clone()
			o := c.solver.defaults
			c.spoil(&o)
			_, err := fit(net, good, c.solver, o, train.Control{})
			var option *nn.OptionError
			require.ErrorAs(t, err, &option)
			assert.Equal(t, c.option, option.Option)
			assert.Equal(t, before, net)
		})
	}
	_, err := fit(testNetwork[float64](t, testSpecs["chain"], "softmax", 5), nan, adam, adam.defaults, train.Control{})
	var data *nn.DataError
	require.ErrorAs(t, err, &data)
}

// AdamW multiplies δ by √(1 − β₂) in the first batch; with a δ of 0, weights whose gradients are 0 move by 0/0.
func TestDeltaMustNotVanishInThePrecisionOfTheWeights(t *testing.T) {
	for _, c := range []struct {
		solver       *solver
		delta, beta2 float64
		bits         int
		good         bool
	}{
		{adam, 1e-50, 0.999, 32, false},
		{adam, 1e-50, 0.999, 64, true},
		{adamW, 1e-45, 0.99, 32, false},
		{adamW, 1e-40, 0.99, 32, true},
		{adamW, 1e-40, 1 - 1e-12, 32, false},
		{adamW, 1e-40, 1 - 1e-12, 64, true},
		{adamW, 5e-324, 0.99, 64, false},
		{muon, 1e-45, 0, 32, false},
		{muon, 1e-40, 0, 32, true},
	} {
		o := c.solver.defaults
		o.Delta, o.Momentum2 = c.delta, c.beta2
		err := methodOf(c.solver).With(o).Check(train.Problem{Bits: c.bits})
		assert.Equal(t, c.good, err == nil, "%v", c)
		if !c.good {
			assert.ErrorContains(t, err, "delta")
		}
	}
}

func TestDefaultsAreGood(t *testing.T) {
	for _, m := range methods {
		assert.NoError(t, m.With(m.Defaults(train.Problem{})).Check(train.Problem{Bits: 32}), m.Name)
	}
}
