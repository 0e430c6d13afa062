package train

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/mat"
)

func TestTheBestEpochIsTheLastOfTheLowestError(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		errors []float64
		best   int
		idle   int
	}{
		{nil, 0, 0}, {[]float64{nan, nan}, 0, 0}, {[]float64{0.3}, 1, 0}, {[]float64{0.3, 0.2, 0.2, 0.4}, 3, 2},
		{[]float64{nan, 0.3, nan, 0.1}, 4, 0}, {[]float64{0, 0}, 2, 1},
	} {
		var trace Trace
		for _, e := range c.errors {
			trace = append(trace, Epoch{ValidationError: e})
		}
		assert.Equal(t, c.best, trace.Best(), c.errors)
		assert.Equal(t, c.idle, trace.Idle(), c.errors)
	}
}

// TestBestNetworkIsKept: the labels of the validation samples are the answers of the toy after two
// epochs.
func TestBestNetworkIsKept(t *testing.T) {
	second, held := testNetwork(t), testData[float64](2000, 5, 3, 2)
	second.V.Set(0, 0, second.V.At(0, 0)+0.04)
	scores, err := second.Scores(held.X, 1)
	require.NoError(t, err)
	for i := range held.Labels {
		held.Labels[i] = nn.Argmax(scores.Row(i))
	}
	data := Samples[float64]{Train: testData[float64](30, 5, 3, 1), Validation: held}
	epochs := func(o *toyOptions) { o.Epochs, o.By = 8, 0.02 }

	last, best := testNetwork(t), testNetwork(t)
	trace, err := runToy(t.Context(), last, data, epochs, Control{})
	require.NoError(t, err)
	require.Equal(t, 2, trace.Best())
	_, err = runToy(t.Context(), best, data, epochs, Control{KeepBest: true})
	require.NoError(t, err)
	rate, err := best.ErrorRate(held.X, held.Labels, 1)
	require.NoError(t, err)
	assert.Equal(t, trace[trace.Best()-1].ValidationError, rate)
	assert.NotEqual(t, last.V.Data, best.V.Data)

	stopped := testNetwork(t)
	short, err := runToy(t.Context(), stopped, data, epochs, Control{KeepBest: true, EarlyStop: 2})
	require.NoError(t, err)
	assert.Len(t, short, trace.Best()+2)
	assert.Equal(t, best.V.Data, stopped.V.Data)

	rare, err := runToy(t.Context(), testNetwork(t), data, func(o *toyOptions) { o.Epochs, o.By = 30, 2 },
		Control{EarlyStop: 3, EvaluateEvery: 5})
	require.NoError(t, err)
	require.Less(t, len(rare), 30)
	assert.False(t, math.IsNaN(rare[len(rare)-1].ValidationError), "the last epoch is evaluated")

	all, err := runToy(t.Context(), testNetwork(t), Samples[float64]{Train: data.Train}, epochs,
		Control{EarlyStop: 1, KeepBest: true})
	require.NoError(t, err)
	assert.Len(t, all, 8, "without validation samples nothing is better or worse")
}

// Of two classes the error of one alone counts.
func TestValidationSamplesCountByTheirWeights(t *testing.T) {
	held := testData[float64](300, 5, 3, 2)
	data := Samples[float64]{Train: testData[float64](30, 5, 3, 1), Validation: held}
	for _, label := range held.Labels {
		data.ValidationWeights = append(data.ValidationWeights, float64(min(label, 1)))
	}
	net := testNetwork(t)
	trace, err := runToy(t.Context(), net, data, func(o *toyOptions) { o.Epochs = 1 }, Control{})
	require.NoError(t, err)
	scores, err := net.Scores(held.X, 1)
	require.NoError(t, err)
	wrong, counted := 0., 0.
	for i, label := range held.Labels {
		if label > 0 {
			counted++
			if held.Wrong(scores.Row(i), i) {
				wrong++
			}
		}
	}
	assert.InDelta(t, wrong/counted, trace[0].ValidationError, 1e-15)
	plain, err := net.ErrorRate(held.X, held.Labels, 1)
	require.NoError(t, err)
	assert.NotEqual(t, plain, trace[0].ValidationError)

	data.ValidationWeights = data.ValidationWeights[1:]
	for want, s := range map[string]Samples[float64]{
		"validation data: 299 weights for 300 samples": data,
		"validation data: 299 weights for 0 samples":   {Train: data.Train, ValidationWeights: data.ValidationWeights},
	} {
		_, err = runToy(t.Context(), testNetwork(t), s, func(*toyOptions) {}, Control{})
		assert.EqualError(t, err, want)
		assert.ErrorAs(t, err, new(*nn.DataError))
	}
	numbers := Data[float64]{X: held.X, Targets: mat.NewDense[float64](300, 3)}
	s := Samples[float64]{Validation: numbers, ValidationWeights: make([]float64, 300)}
	assert.EqualError(t, s.checkWeights(),
		"validation data: weights are for classes, not for the targets of a regression")
}
