package train

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/mat"
)

// toyOptions are those of a method that moves the output's weights by a fixed amount.
type toyOptions struct {
	By     float64
	Scale  []float64
	Epochs int
	Seed   uint64
	Mood   mood
	Fail   int // the epoch that fails; 0: none
}

type mood uint8

var moods = []string{"calm", "wild"}

func (m mood) String() string { return NameOf("mood", moods, int(m)) }

var toySchema = []Option{
	Float("by", "B", func(o *toyOptions) *float64 { return &o.By }, Above(0).UpTo(2),
		"how far", Label("by %s"), Key("step_by")),
	Floats("scale", "S", func(o *toyOptions) *[]float64 { return &o.Scale }, From(0), "of what"),
	Int("epochs", "N", func(o *toyOptions) *int { return &o.Epochs }, 1, "how often"),
	Seed("seed", "N", func(o *toyOptions) *uint64 { return &o.Seed }, "of nothing"),
	Choice("mood", "NAME", func(o *toyOptions) *mood { return &o.Mood }, OneName[mood]("mood", moods), nil,
		"of the day",
		Leading(func(o *toyOptions, p Problem) {
			if o.Mood == 1 {
				o.By, o.Scale = 2, []float64{9 * float64(p.Layers)}
			}
		})),
	Int("fail-at", "N", func(o *toyOptions) *int { return &o.Fail }, 1, "which epoch fails", Needs("mood", "wild"),
		Hidden,
		Checked(func(o *toyOptions, p Problem) *nn.OptionError {
			if o.Fail > p.Samples {
				return &nn.OptionError{Reason: "more than there are samples"}
			}
			return nil
		})),
}

// toy is the method.
var toy = Define(Definition[toyOptions]{
	Name: "toy", Title: "a toy", Round: "epoch", Loss: "hinge",
	Options: toySchema, Measures: []Measure{{Name: "moved"}},
	Defaults: func(p Problem) toyOptions {
		return toyOptions{By: 1, Scale: []float64{1, float64(p.Layers)}, Epochs: 3, Seed: 1}
	},
	Rounds: func(o *toyOptions) int { return o.Epochs },
	Trains: func(loss any) bool {
		switch loss.(type) {
		case nn.Hinge[float32], nn.Hinge[float64]:
			return true
		}
		return false
	},
	Single: newToy[float32],
	Double: newToy[float64],
})

type toyTrainer[T mat.Float] struct {
	net     *nn.Network[T]
	options toyOptions
	done    int
}

func newToy[T mat.Float](ctx context.Context, t Task[T], o toyOptions) (Trainer[T], error) {
	return &toyTrainer[T]{net: t.Net.Clone(), options: o}, ctx.Err()
}

func (t *toyTrainer[T]) Network() *nn.Network[T] { return t.net }
func (t *toyTrainer[T]) Left() int               { return t.options.Epochs - t.done }

func (t *toyTrainer[T]) State(s *State) {
	s.Count("done", &t.done, t.options.Epochs)
	Weights(s, "net", t.net)
}

func (t *toyTrainer[T]) Epoch(context.Context) (Epoch, error) {
	t.done++
	t.net.V.Set(0, 0, t.net.V.At(0, 0)+T(t.options.By))
	if t.done == t.options.Fail {
		t.net.V.Set(0, 0, T(math.NaN()))
		return Epoch{}, &DivergedError{Epoch: t.done, Reason: "it is the toy's mood", Advice: "be calm"}
	}
	return Epoch{Loss: 1, TrainError: 0.5, Values: map[string]float64{"moved": t.options.By}}, nil
}

// testData returns normal samples of random classes.
func testData[T mat.Float](n, features, classes int, seed uint64) Data[T] {
	rng := rand.New(rand.NewPCG(seed, 1))
	d := Data[T]{X: mat.NewDense[T](n, features), Labels: make([]int, n)}
	for i := range d.X.Data {
		d.X.Data[i] = T(rng.NormFloat64())
	}
	for i := range n {
		d.Labels[i] = rng.IntN(classes)
	}
	return d
}

func testNetwork(t *testing.T) *nn.Network[float64] {
	t.Helper()
	net, err := nn.New(nn.Spec{Inputs: 5, Hidden: []int{4, 3}, Outputs: 3}, nn.Hinge[float64]{}, nn.Init{}, 1)
	require.NoError(t, err)
	return net
}

// runToy trains by the toy.
func runToy(ctx context.Context, net *nn.Network[float64], s Samples[float64], change func(*toyOptions),
	c Control) (Trace, error) {
	o := toy.Defaults(ProblemOf(net, s.Train))
	if change != nil {
		change(&o)
	}
	return Run(ctx, net, s, toy.With(o), c)
}

func TestRunKeepsTheNetworkOfEachEpoch(t *testing.T) {
	net, s := testNetwork(t), Samples[float64]{Train: testData[float64](10, 5, 3, 1)}
	begin := net.V.At(0, 0)
	var seen []float64
	trace, err := runToy(t.Context(), net, s, nil, Control{Progress: func(e Epoch) {
		seen = append(seen, net.V.At(0, 0)-begin)
		assert.Len(t, seen, e.Epoch)
	}})
	require.NoError(t, err)
	require.Len(t, trace, 3)
	assert.InDeltaSlice(t, []float64{1, 2, 3}, seen, 1e-12)
	for i, e := range trace {
		assert.Equal(t, i+1, e.Epoch)
		assert.Equal(t, 1., e.Value("moved"))
		assert.True(t, math.IsNaN(e.Value("stationarity")), "which the toy does not measure")
		assert.True(t, math.IsNaN(e.ValidationError) && math.IsNaN(e.TestError), "no samples")
	}
}

func TestFailedEpochLeavesTheLastFinishedOne(t *testing.T) {
	net, s := testNetwork(t), Samples[float64]{Train: testData[float64](10, 5, 3, 1)}
	begin := net.V.At(0, 0)
	trace, err := runToy(t.Context(), net, s, func(o *toyOptions) { o.Mood, o.Fail = 1, 3 }, Control{})
	var diverged *DivergedError
	require.ErrorAs(t, err, &diverged)
	assert.EqualError(t, err, "it is the toy's mood: be calm")
	assert.Len(t, trace, 2)
	assert.InDelta(t, 2, net.V.At(0, 0)-begin, 1e-12)
	require.NoError(t, net.Validate())
}

// failing is a sum of two processes that fails after the given number of calls.
type failing struct {
	twins
	calls *int
}

var errSum = errors.New("the other process is gone")

func (f failing) Float64(ctx context.Context, x []float64) error {
	if *f.calls--; *f.calls < 0 {
		return errSum
	}
	return f.twins.Float64(ctx, x)
}

// TestAnEpochWithoutErrorsIsNotFinished: if the errors at its end can't be added up, the network is that of the epoch
// before.
func TestAnEpochWithoutErrorsIsNotFinished(t *testing.T) {
	data := testData[float64](10, 5, 3, 1)
	for calls := 1; calls <= 7; calls++ { // one for the number of samples, and two for each epoch
		net, left := testNetwork(t), calls
		begin := net.V.At(0, 0)
		trace, err := runToy(t.Context(), net, Samples[float64]{Train: data, Validation: data, Test: data}, nil,
			Control{Sum: failing{calls: &left}})
		if calls < 7 {
			require.ErrorIs(t, err, errSum)
		}
		require.Len(t, trace, (calls-1)/2)
		assert.InDelta(t, float64(len(trace)), net.V.At(0, 0)-begin, 1e-12)
	}
}

func TestCancelledRunLeavesTheLastFinishedEpoch(t *testing.T) {
	net, s := testNetwork(t), Samples[float64]{Train: testData[float64](10, 5, 3, 1)}
	begin := net.V.At(0, 0)
	ctx, cancel := context.WithCancel(t.Context())
	trace, err := runToy(ctx, net, s, nil, Control{Progress: func(e Epoch) {
		if e.Epoch == 2 {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, trace, 2, "the third, which the toy has trained, is dropped")
	assert.InDelta(t, 2, net.V.At(0, 0)-begin, 1e-12)

	before := net.Clone()
	trace, err = runToy(ctx, net, s, nil, Control{}) // cancelled before it begins
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, trace)
	assert.Equal(t, before, net)
}

func TestRunEvaluatesEverySoManyEpochsAndAfterTheLast(t *testing.T) {
	net := testNetwork(t)
	s := Samples[float64]{Train: testData[float64](50, 5, 3, 1), Validation: testData[float64](20, 5, 3, 2),
		Test: testData[float64](30, 5, 3, 3)}
	control := Control{EvaluateEvery: 2}
	control.Progress = func(e Epoch) {
		if e.Epoch%2 != 0 && e.Epoch != 5 {
			assert.True(t, math.IsNaN(e.ValidationError) && math.IsNaN(e.TestError))
			return
		}
		assert.Equal(t, 0.5, e.TrainError, "as the toy says")
		for _, c := range []struct {
			data Data[float64]
			have float64
		}{{s.Validation, e.ValidationError}, {s.Test, e.TestError}} {
			want, err := net.ErrorRate(c.data.X, c.data.Labels, 1)
			require.NoError(t, err)
			assert.Equal(t, want, c.have, "epoch %d", e.Epoch)
		}
	}
	trace, err := runToy(t.Context(), net, s, func(o *toyOptions) { o.Epochs = 5 }, control)
	require.NoError(t, err)
	assert.Len(t, trace, 5)
	_, err = runToy(t.Context(), net, s, nil, Control{EvaluateEvery: -1})
	var option *nn.OptionError
	require.ErrorAs(t, err, &option)
	assert.Equal(t, "evaluate-every", option.Option)
}

// Seconds do not count what Progress does.
func TestSecondsAreThoseOfTheMethod(t *testing.T) {
	net, s := testNetwork(t), Samples[float64]{Train: testData[float64](10, 5, 3, 1)}
	begin, outside := time.Now(), time.Duration(0)
	trace, err := runToy(t.Context(), net, s, nil, Control{Progress: func(Epoch) {
		called := time.Now()
		_, _ = runToy(t.Context(), net.Clone(), s, func(o *toyOptions) { o.Epochs = 1000 }, Control{}) // some work
		outside += time.Since(called)
	}})
	all := time.Since(begin)
	require.NoError(t, err)
	assert.Positive(t, trace[2].Seconds)
	assert.LessOrEqual(t, trace[2].Seconds, (all-outside).Seconds()+1e-9)
	for i := 1; i < len(trace); i++ {
		assert.GreaterOrEqual(t, trace[i].Seconds, trace[i-1].Seconds)
	}
}

func TestRunRefusesData(t *testing.T) {
	good := testData[float64](10, 5, 3, 1)
	change := func(body func(d *Data[float64])) Data[float64] {
		d := Data[float64]{X: good.X.Clone(), Labels: append([]int(nil), good.Labels...)}
		body(&d)
		return d
	}
	cases := map[string]struct {
		data Data[float64]
		want string
	}{
		"none":           {Data[float64]{X: mat.NewDense[float64](0, 5)}, "no samples"},
		"features":       {testData[float64](10, 4, 3, 1), "samples have 4 features, the network takes 5"},
		"counts":         {change(func(d *Data[float64]) { d.Labels = d.Labels[:9] }), "9 labels for 10 samples"},
		"label":          {change(func(d *Data[float64]) { d.Labels[3] = 3 }), "label of sample 3 is 3: want 0 to 2"},
		"label negative": {change(func(d *Data[float64]) { d.Labels[4] = -1 }), "label of sample 4 is -1"},
		"NaN": {change(func(d *Data[float64]) {
			d.X.Set(2, 1, math.NaN())
		}), "feature 1 of sample 2 is NaN"},
		"Inf": {change(func(d *Data[float64]) {
			d.X.Set(0, 4, math.Inf(-1))
		}), "feature 4 of sample 0 is -Inf"},
	}
	for name, c := range cases {
		for _, part := range []string{"train", "validation", "test"} {
			if part != "train" && name == "none" {
				continue // which is fine
			}
			t.Run(name+"/"+part, func(t *testing.T) {
				s := Samples[float64]{Train: good}
				switch part {
				case "train":
					s.Train = c.data
				case "validation":
					s.Validation = c.data
				case "test":
					s.Test = c.data
				}
				_, err := runToy(t.Context(), testNetwork(t), s, nil, Control{})
				var data *nn.DataError
				require.ErrorAs(t, err, &data)
				assert.Equal(t, part, data.Part)
				assert.ErrorContains(t, err, part+" data: ")
				assert.ErrorContains(t, err, c.want)
			})
		}
	}
}

func TestRunRefusesNetworksLossesAndOptions(t *testing.T) {
	s := Samples[float64]{Train: testData[float64](10, 5, 3, 1)}
	net := testNetwork(t)
	net.V.Set(1, 2, math.NaN())
	_, err := runToy(t.Context(), net, s, nil, Control{})
	var spec *nn.SpecError
	require.ErrorAs(t, err, &spec)
	assert.ErrorContains(t, err, "the output: weight (1, 2) is NaN")

	net = testNetwork(t)
	before := net.Clone()
	net.Loss = nn.Softmax[float64]{}
	_, err = runToy(t.Context(), net, s, nil, Control{})
	assert.EqualError(t, err, "loss: softmax: the method toy can't train for it")
	net.Loss = before.Loss
	_, err = runToy(t.Context(), net, s, func(o *toyOptions) { o.By = 0 }, Control{})
	assert.ErrorContains(t, err, "by: 0: want a number above 0, up to 2")
	_, err = Run(t.Context(), net, s, Recipe{}, Control{})
	var option *nn.OptionError
	require.ErrorAs(t, err, &option)
	assert.Equal(t, before, net)
}
