package bcd

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
)

func testBatchOptions(samples, layers int) BatchOptions {
	o := DefaultBatchOptions(train.Problem{Samples: samples, Layers: layers})
	o.Batch, o.Epochs = 16, 3
	return o
}

// The decay of weights between hidden layers never takes more than there is, whatever the problem, also
// if it is that of several batches at once.
func TestDefaultsOfTheSpectralMetric(t *testing.T) {
	for _, samples := range []int{0, 1, 10, 119, 120, 121, 11999, 12000, 1e6, math.MaxInt} {
		for _, layers := range []int{0, 1, 2, 3, 10, 1000} {
			o := DefaultBatchOptions(train.Problem{Samples: samples, Layers: layers})
			assert.Less(t, spectralEvery*o.SpectralStep*o.SpectralDecay, 1.0)
			assert.Positive(t, o.SpectralStep)
			assert.GreaterOrEqual(t, o.SpectralDecay, 0.1)
			assert.Equal(t, layers > 1, o.Metric == SpectralMetric, "%d layers", layers)
			assert.Equal(t, GramMetric, o.WithL1(1e-3).Metric)
			all := o.WithMetric(SpectralAllMetric, train.Problem{Samples: samples, Layers: layers})
			assert.Less(t, spectralEvery*all.SpectralStep*all.SpectralDecay, 1.0)
		}
	}
	at := func(samples, layers int, m Metric) []float64 {
		o := BatchOptions{}.WithMetric(m, train.Problem{Samples: samples, Layers: layers})
		return []float64{o.SpectralStep, o.SpectralDecay}
	}
	assert.Equal(t, []float64{0.012, 0.1}, at(60000, 2, SpectralMetric))
	assert.Equal(t, []float64{0.0054, 0.12}, at(10000, 10, SpectralMetric))
	assert.Equal(t, []float64{0.0098, 6.7}, at(100, 3, SpectralMetric))
	assert.Equal(t, []float64{0.01, 1}, at(10000, 10, SpectralAllMetric))
	assert.Equal(t, []float64{0.01, 2}, at(500, 10, SpectralAllMetric))
	assert.Equal(t, []float64{0.01, 0.5}, at(20000, 10, SpectralAllMetric))
	assert.Equal(t, []float64{0.01, 0.17}, at(60000, 10, SpectralAllMetric))
	assert.Equal(t, []float64{0.01, 0.1}, at(1e6, 10, SpectralAllMetric))
}

// Deep networks move all weights in the spectral norm, where what that needs is there.
func TestDefaultMetricOfDeepNetworks(t *testing.T) {
	deep := train.Problem{Samples: 1200, Inputs: 2400, Layers: 10, Loss: hinge}
	o := DefaultBatchOptions(deep)
	assert.Equal(t, SpectralAllMetric, o.Metric)
	assert.Equal(t, []float64{1, 0.01, 1}, []float64{o.InputStep, o.SpectralStep, o.SpectralDecay})
	assert.Equal(t, 2400, o.BatchInputs(2400, 1200))
	for name, change := range map[string]func(p *train.Problem){
		"nine layers":  func(p *train.Problem) { p.Layers = 9 },
		"few samples":  func(p *train.Problem) { p.Samples = 1199 },
		"wide":         func(p *train.Problem) { p.Inputs = 2401 },
		"regression":   func(p *train.Problem) { p.Regression = true },
		"no margin":    func(p *train.Problem) { p.Loss = squared },
		"unknown loss": func(p *train.Problem) { p.Loss = "" },
	} {
		p := deep
		change(&p)
		assert.Equal(t, SpectralMetric, DefaultBatchOptions(p).Metric, name)
	}
}

// A metric comes with its own defaults, whatever there was before, in options that were copied by their exported
// fields, too.
func TestMetricsHaveTheirOwnDefaults(t *testing.T) {
	deep := train.Problem{Samples: 1200, Inputs: 64, Layers: 10, Loss: hinge}
	unknown := deep
	unknown.Loss = ""
	all, between := DefaultBatchOptions(deep), DefaultBatchOptions(unknown)
	require.Equal(t, []Metric{SpectralAllMetric, SpectralMetric}, []Metric{all.Metric, between.Metric})
	assert.Equal(t, between, all.WithMetric(SpectralMetric, deep))
	assert.Equal(t, all, between.WithMetric(SpectralAllMetric, deep))
	assert.Equal(t, all, all.WithMetric(GramMetric, deep).WithMetric(SpectralAllMetric, deep))
	text, err := json.Marshal(all)
	require.NoError(t, err)
	var again BatchOptions
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, all, again)
	assert.Equal(t, between, again.WithMetric(SpectralMetric, deep))
	for _, m := range []Metric{GramMetric, SpectralMetric, SpectralAllMetric} {
		assert.Equal(t, 1., all.WithL1(1e-3).WithMetric(m, deep).InputStep, "sparse, %v", m)
		r, err := MiniBatches.Configure(deep, map[string]string{"metric": m.String(), "spectral-step": "0.5"})
		require.NoError(t, err)
		want := all.WithMetric(m, deep)
		want.SpectralStep = 0.5
		assert.Equal(t, &want, r.Options())
	}
}

// A part of the samples, on which settings are tried, has the metric of the whole, and the decay and epochs of its own.
func TestAPartHasTheMetricOfTheWhole(t *testing.T) {
	part := train.Problem{Samples: 800, Whole: 1200, Inputs: 2400, Layers: 10, Loss: hinge}
	o := DefaultBatchOptions(part)
	assert.Equal(t, SpectralAllMetric, o.Metric)
	assert.Equal(t, 1.5, o.SpectralDecay)
	assert.Equal(t, DefaultBatchOptions(train.Problem{Samples: 800}).Epochs, o.Epochs)
	part.Whole = 1199
	assert.Equal(t, SpectralMetric, DefaultBatchOptions(part).Metric)
	part.Whole, part.Inputs = 1200, 2401
	assert.Equal(t, SpectralMetric, DefaultBatchOptions(part).Metric, "wide")
}

func TestMiniBatchesRefuseOptions(t *testing.T) {
	d := traintest.Clusters[float32](10, 4, 3, 2)
	for _, c := range []struct {
		option string
		change func(o *BatchOptions)
	}{
		{"batch", func(o *BatchOptions) { o.Batch = 0 }},
		{"epochs", func(o *BatchOptions) { o.Epochs = 0 }},
		{"inner", func(o *BatchOptions) { o.Inner = -1 }},
		{"inner-last", func(o *BatchOptions) { o.InnerLast = 0 }},
		{"step", func(o *BatchOptions) { o.Step = 1.5 }},
		{"step", func(o *BatchOptions) { o.Step = math.NaN() }},
		{"input-step", func(o *BatchOptions) { o.InputStep = 0 }},
		{"input-step", func(o *BatchOptions) { o.InputStep = math.Inf(1) }},
		{"damping", func(o *BatchOptions) { o.Damping = 0 }},
		{"metric", func(o *BatchOptions) { o.Metric = 3 }},
		{"metric", func(o *BatchOptions) { *o = o.WithL1(1e-3); o.Metric = SpectralMetric }},
		{"metric", func(o *BatchOptions) { *o = o.WithL1(1e-3); o.Metric = SpectralAllMetric }},
		{"spectral-step", func(o *BatchOptions) { o.Metric, o.SpectralStep = SpectralMetric, 0 }},
		{"spectral-decay", func(o *BatchOptions) { o.Metric, o.SpectralDecay = SpectralMetric, -1 }},
		{"damping", func(o *BatchOptions) { o.Damping = math.Inf(1) }},
		{"memory", func(o *BatchOptions) { o.Memory = 1 }},
		{"memory", func(o *BatchOptions) { o.Memory = math.NaN() }},
		{"gamma", func(o *BatchOptions) { o.Gamma = nil }},
		{"gamma", func(o *BatchOptions) { o.Gamma = []float64{0} }},
		{"lambda", func(o *BatchOptions) { o.Lambda = -1 }},
		{"lambda-out", func(o *BatchOptions) { o.LambdaOut = math.NaN() }},
		{"l1", func(o *BatchOptions) { o.L1 = -1e-9 }},
		{"l1", func(o *BatchOptions) { o.L1 = math.NaN() }},
		{"l1", func(o *BatchOptions) { o.L1 = math.Inf(1) }},
	} {
		net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
		o := testBatchOptions(10, 1)
		c.change(&o)
		_, err := fitBatches(t.Context(), net, d, o)
		var wrong *nn.OptionError
		require.ErrorAs(t, err, &wrong, c.option)
		assert.Equal(t, c.option, wrong.Option)
	}
}

func TestMiniBatchesRefuseDataAndNetworks(t *testing.T) {
	d := traintest.Clusters[float32](10, 4, 3, 2)
	net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
	var data *nn.DataError
	_, err := fitBatches(t.Context(), net, train.Data[float32]{}, testBatchOptions(10, 1))
	require.ErrorAs(t, err, &data)
	samples := train.Samples[float32]{Train: d, Test: traintest.Clusters[float32](10, 5, 3, 2)}
	_, err = train.Run(t.Context(), net, samples, MiniBatches.With(testBatchOptions(10, 1)), train.Control{})
	require.ErrorAs(t, err, &data)
	assert.Equal(t, "test", data.Part)
	net.V.Set(0, 0, float32(math.NaN()))
	var spec *nn.SpecError
	_, err = fitBatches(t.Context(), net, d, testBatchOptions(10, 1))
	require.ErrorAs(t, err, &spec)
}
