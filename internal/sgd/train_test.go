package sgd

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/internal/dataset"
	"ridge/mat"
)

// digits returns the parts of the embedded digits.
func digits[T mat.Float](t *testing.T) (train, test bcd.Data[T]) {
	t.Helper()
	set, err := dataset.Digits()
	require.NoError(t, err)
	data := func(s dataset.Samples) bcd.Data[T] {
		d := bcd.Data[T]{X: mat.NewDense[T](s.Len(), s.Dim), Labels: s.Labels}
		mat.Convert(d.X, mat.DenseOf(s.Len(), s.Dim, s.X))
		return d
	}
	return data(set.Train), data(set.Test)
}

// Rates for small batches of few samples.
var digitsRates = map[Solver]float64{SGD: 0.06, Nesterov: 0.06, AdaGrad: 0.05, RMSProp: 5e-3, AdaDelta: 2, Adam: 5e-3}

func digitsLosses[T mat.Float]() []nn.Loss[T] { return []nn.Loss[T]{nn.Softmax[T]{}, nn.Hinge[T]{}} }

func testDigits[T mat.Float](t *testing.T, solvers []Solver) {
	train, test := digits[T](t)
	for i, s := range solvers {
		net, err := nn.New(nn.Spec{Inputs: 64, Hidden: []int{100}, Outputs: 10}, digitsLosses[T]()[i%2], nn.Init{}, 1)
		require.NoError(t, err)
		net.Mean = nn.ColumnMean(train.X, 1)
		o := DefaultOptions[T](s)
		o.Epochs, o.Batch, o.LearningRate = 12, 20, digitsRates[s]
		o.Test, o.EvaluateEvery = test, o.Epochs
		trace, err := Train(context.Background(), net, train, o)
		require.NoError(t, err)
		last := trace[len(trace)-1]
		t.Logf("%v: loss %.4f, train error %.2f %%, test error %.2f %%", s, last.Loss, 100*last.TrainError, 100*last.TestError)
		assert.Less(t, last.TestError, 0.04, "%v", s)
		assert.Less(t, last.Loss, trace[0].Loss)
	}
}

func TestEverySolverLearnsTheDigits(t *testing.T) {
	if testing.Short() {
		t.Skip("the example trains with one of them")
	}
	t.Run("float32", func(t *testing.T) { testDigits[float32](t, Solvers()) })
	t.Run("float64", func(t *testing.T) { testDigits[float64](t, []Solver{Nesterov, AdaGrad}) })
}

func testWorkers[T mat.Float](t *testing.T) {
	// The batch has more than one block of rows, and so have the weights.
	spec := nn.Spec{Inputs: 150, Hidden: []int{120, 20}, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 2}}}
	d := testData[T](160, 150, 3, 9)
	solvers := Solvers()
	if testing.Short() {
		solvers = []Solver{Adam}
	}
	for _, s := range solvers {
		var nets []*nn.Network[T]
		var traces []Trace
		for _, workers := range []mat.Workers{1, 2} {
			net := testNetwork[T](t, spec, "softmax", 5)
			o := testOptions[T](s)
			o.Epochs, o.Batch, o.Workers, o.LearningRate = 1, 140, workers, 1e-3
			trace, err := Train(context.Background(), net, d, o)
			require.NoError(t, err)
			for i := range trace {
				trace[i].Seconds = 0
				trace[i].ValidationError, trace[i].TestError = 0, 0 // NaN
			}
			nets, traces = append(nets, net), append(traces, trace)
		}
		assert.Equal(t, weightsOf(nets[0]), weightsOf(nets[1]), "%v", s)
		assert.Equal(t, traces[0], traces[1])
	}
}

func TestSameBitsForAnyNumberOfWorkers(t *testing.T) {
	t.Run("float32", testWorkers[float32])
	t.Run("float64", testWorkers[float64])
}

func TestTraceTellsWhatHappened(t *testing.T) {
	spec := testSpecs["skips"]
	all := testData[float64](90, spec.Inputs, spec.Outputs, 2)
	part := func(lo, hi int) bcd.Data[float64] {
		return bcd.Data[float64]{X: all.X.RowView(lo, hi-lo), Labels: all.Labels[lo:hi]}
	}
	d, validation, test := part(0, 50), part(50, 70), part(70, 90)
	net := testNetwork[float64](t, spec, "softmax", 5)
	o := DefaultOptions[float64](Adam)
	o.Epochs, o.Batch, o.EvaluateEvery, o.ExactTrainError = 5, 20, 2, true
	o.Validation, o.Test = validation, test
	var seen Trace
	o.Progress = func(e Epoch) {
		seen = append(seen, e)
		if e.Epoch != 2 && e.Epoch != 4 && e.Epoch != 5 {
			assert.True(t, math.IsNaN(e.ValidationError) && math.IsNaN(e.TestError))
			return
		}
		for _, c := range []struct {
			data bcd.Data[float64]
			have float64
		}{{d, e.TrainError}, {validation, e.ValidationError}, {test, e.TestError}} {
			want, err := net.ErrorRate(c.data.X, c.data.Labels, 1)
			require.NoError(t, err)
			assert.Equal(t, want, c.have, "epoch %d", e.Epoch)
		}
	}
	trace, err := Train(context.Background(), net, d, o)
	require.NoError(t, err)
	require.Len(t, trace, 5)
	require.Len(t, seen, 5)
	for i, e := range trace {
		assert.Equal(t, i+1, e.Epoch)
		assert.Equal(t, seen[i].Loss, e.Loss)
		assert.InDelta(t, o.LearningRate*(1-float64(3*i+2)/15), e.Rate, 1e-15)
		if i > 0 {
			assert.GreaterOrEqual(t, e.Seconds, trace[i-1].Seconds)
		}
	}
}

// With a rate so small that nothing changes, the running numbers are the exact ones.
func TestRunningLossAndErrorAreMeansOverTheSamples(t *testing.T) {
	for _, name := range testLosses {
		net := testNetwork[float64](t, testSpecs["chain"], name, 5)
		d := testData[float64](50, 5, 3, 2)
		want, err := net.ErrorRate(d.X, d.Labels, 1)
		require.NoError(t, err)
		o := DefaultOptions[float64](SGD)
		o.Epochs, o.Batch, o.LearningRate = 1, 7, 1e-15
		loss := naiveLoss(t, net, d, name)
		trace, err := Train(context.Background(), net, d, o)
		require.NoError(t, err)
		assert.Equal(t, want, trace[0].TrainError)
		assert.InDelta(t, loss, trace[0].Loss, 1e-12, name)
	}
}

func TestWeightsThatAreViewsAreTrained(t *testing.T) {
	d := testData[float64](30, 5, 3, 2)
	plain := testNetwork[float64](t, testSpecs["chain"], "softmax", 5)
	views := plain.Clone()
	for i, l := range views.Layers {
		wide := mat.NewDense[float64](l.W.Rows, l.W.Cols+3)
		mat.Copy(wide.ColView(1, l.W.Cols), l.W)
		views.Layers[i].W = wide.ColView(1, l.W.Cols)
	}
	o := testOptions[float64](Adam)
	o.Epochs = 2
	for _, net := range []*nn.Network[float64]{plain, views} {
		_, err := Train(context.Background(), net, d, o)
		require.NoError(t, err)
	}
	for i, w := range weightsOf(plain) {
		assert.True(t, mat.Equal(w, weightsOf(views)[i]))
	}
}

func TestCancelledTrainingLeavesTheLastFinishedEpoch(t *testing.T) {
	d := testData[float32](100, 5, 3, 2)
	net := testNetwork[float32](t, testSpecs["chain"], "softmax", 5)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var after *nn.Network[float32]
	o := testOptions[float32](Adam)
	o.Progress = func(e Epoch) {
		if e.Epoch == 2 {
			after = net.Clone()
			cancel()
		}
	}
	trace, err := Train(ctx, net, d, o)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Len(t, trace, 2)
	assert.Equal(t, weightsOf(after), weightsOf(net))
}

func TestDivergedTrainingLeavesTheLastFinishedEpoch(t *testing.T) {
	d := testData[float32](100, 5, 3, 2)
	for _, name := range testLosses {
		for _, s := range []Solver{SGD, Nesterov, Adam} {
			net := testNetwork[float32](t, testSpecs["chain"], name, 5)
			before := net.Clone()
			o := DefaultOptions[float32](s)
			o.LearningRate = 1e38
			trace, err := Train(context.Background(), net, d, o)
			var diverged *DivergedError
			require.ErrorAs(t, err, &diverged, "%v, %s", s, name)
			assert.Equal(t, len(trace)+1, diverged.Epoch)
			assert.Positive(t, diverged.Batch)
			assert.Contains(t, err.Error(), "lower the learning rate")
			require.NoError(t, net.Validate(), "finite weights")
			if len(trace) == 0 {
				assert.Equal(t, weightsOf(before), weightsOf(net))
			}
		}
	}
}

func TestBadInputIsATypedErrorAndChangesNothing(t *testing.T) {
	good := testData[float64](10, 5, 3, 2)
	nan := testData[float64](10, 5, 3, 2)
	nan.X.Set(3, 1, math.NaN())
	type options = Options[float64]
	for _, c := range []struct {
		name   string
		solver Solver
		spoil  func(*options)
		option string // of the *nn.OptionError
	}{
		{"solver", Adam, func(o *options) { o.Solver = 6 }, "solver"},
		{"no epoch", Adam, func(o *options) { o.Epochs = 0 }, "epochs"},
		{"no batch", Adam, func(o *options) { o.Batch = 0 }, "batch"},
		{"evaluations", Adam, func(o *options) { o.EvaluateEvery = -1 }, "evaluate-every"},
		{"rate 0", SGD, func(o *options) { o.LearningRate = 0 }, "learning-rate"},
		{"rate NaN", SGD, func(o *options) { o.LearningRate = math.NaN() }, "learning-rate"},
		{"rate Inf", SGD, func(o *options) { o.LearningRate = math.Inf(1) }, "learning-rate"},
		{"policy", SGD, func(o *options) { o.Policy = 4 }, "lr-policy"},
		{"step 0", SGD, func(o *options) { o.Policy = Step }, "lr-step"},
		{"step gamma", SGD, func(o *options) { o.Policy, o.Step, o.Gamma = Step, 1, -1 }, "lr-gamma"},
		{"inv gamma", SGD, func(o *options) { o.Policy, o.Gamma = Inv, math.NaN() }, "lr-gamma"},
		{"inv power", SGD, func(o *options) { o.Policy, o.Power = Inv, -1 }, "lr-power"},
		{"poly power", SGD, func(o *options) { o.Power = math.Inf(1) }, "lr-power"},
		{"decay", SGD, func(o *options) { o.WeightDecay = -1 }, "weight-decay"},
		{"momentum 1", SGD, func(o *options) { o.Momentum = 1 }, "momentum"},
		{"momentum < 0", Nesterov, func(o *options) { o.Momentum = -0.1 }, "momentum"},
		{"momentum NaN", AdaDelta, func(o *options) { o.Momentum = math.NaN() }, "momentum"},
		{"momentum of adagrad", AdaGrad, func(o *options) { o.Momentum = 0.9 }, "momentum"},
		{"momentum of rmsprop", RMSProp, func(o *options) { o.Momentum = 0.9 }, "momentum"},
		{"momentum2", Adam, func(o *options) { o.Momentum2 = 1 }, "momentum2"},
		{"rms decay", RMSProp, func(o *options) { o.RMSDecay = 1 }, "rms-decay"},
		{"delta 0", Adam, func(o *options) { o.Delta = 0 }, "delta"},
		{"delta Inf", AdaGrad, func(o *options) { o.Delta = math.Inf(1) }, "delta"},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := testNetwork[float64](t, testSpecs["chain"], "softmax", 5)
			before := net.Clone()
			o := DefaultOptions[float64](c.solver)
			c.spoil(&o)
			_, err := Train(context.Background(), net, good, o)
			var option *nn.OptionError
			require.ErrorAs(t, err, &option)
			assert.Equal(t, c.option, option.Option)
			assert.Equal(t, before, net)
		})
	}
	for _, c := range []struct {
		part                    string
		train, validation, test bcd.Data[float64]
	}{
		{"train", bcd.Data[float64]{}, good, good},
		{"train", nan, good, good},
		{"validation", good, nan, good},
		{"test", good, good, testData[float64](10, 4, 3, 2)},
		{"test", good, good, bcd.Data[float64]{X: good.X, Labels: good.Labels[1:]}},
	} {
		net := testNetwork[float64](t, testSpecs["chain"], "softmax", 5)
		o := DefaultOptions[float64](Adam)
		o.Validation, o.Test = c.validation, c.test
		_, err := Train(context.Background(), net, c.train, o)
		var data *nn.DataError
		require.ErrorAs(t, err, &data)
		assert.Equal(t, c.part, data.Part)
	}
	_, err := Train(context.Background(), &nn.Network[float64]{}, good, DefaultOptions[float64](Adam))
	var spec *nn.SpecError
	assert.ErrorAs(t, err, &spec)
}

func TestDeltaMustNotVanishInSinglePrecision(t *testing.T) {
	o := DefaultOptions[float32](Adam)
	o.Delta = 1e-50
	assert.Error(t, o.check())
}

func TestDefaultOptionsAreGood(t *testing.T) {
	for _, s := range Solvers() {
		o := DefaultOptions[float32](s)
		assert.NoError(t, o.check())
		assert.Equal(t, s, o.Solver)
	}
}

func TestEpochsAsStepsOfTheReport(t *testing.T) {
	e := Epoch{Epoch: 3, Rate: 0.1, Loss: 0.5, TrainError: 0.2, ValidationError: 0.3, TestError: 0.4, Seconds: 7}
	s := Trace{e}.Steps()[0]
	assert.Equal(t, []float64{0.1, 0.5, 0.2, 0.3, 0.4, 7}, []float64{s.Eta, s.Loss, s.TrainError, s.ValidationError, s.TestError, s.Seconds})
	assert.Equal(t, 3, s.Iteration)
	assert.Nil(t, s.Activity)
	for _, v := range []float64{s.Theta, s.Objective, s.AfterU, s.AfterV, s.AfterW, s.Stationarity, s.Distance, s.BlockKKT, s.BlockGradient, s.SecondsU, s.SecondsV, s.SecondsW} {
		assert.True(t, math.IsNaN(v), "of bcd in full batches only")
	}
}
