package bcd_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/race"
	"ridge/mat"
)

// referenceCase is a training that the reference and MiniBatches both do.
type referenceCase struct {
	name      string
	samples   int
	spec      nn.Spec
	loss      nn.Loss[float64]
	init      nn.Init
	options   func(o *bcd.BatchOptions)
	centred   bool
	tolerance float64 // of the weights, relative to their norm
	// What has to happen, for the case to be worth its time: steps that are halved, that many batches before which the
	// weights go back, that many that look as if they should, but need not, and that many epochs that are undone.
	halves                 bool
	backs, excused, undone int
}

const referenceInputs, referenceClasses = 9, 3

// referenceShape is a network of the reference's samples.
func referenceShape(skips []nn.Skip, hidden ...int) nn.Spec {
	return nn.Spec{Inputs: referenceInputs, Hidden: hidden, Outputs: referenceClasses, Skips: skips}
}

// referenceCases are all.
func referenceCases() []referenceCase {
	return slices.Concat(gramCases(), sparseCases(), spectralCases())
}

// gramCases are those with the Gram metric alone, or most of them.
func gramCases() []referenceCase {
	shape := referenceShape
	hinge, squared := nn.Hinge[float64]{}, nn.Squared[float64]{}
	skips := []nn.Skip{{From: 0, To: 2}, {From: 0, To: 3}, {From: 1, To: 3}}
	ten := []int{6, 6, 6, 6, 6, 6, 6, 6, 6, 6}
	small := nn.Init{Gaussian: 0.01}
	return []referenceCase{
		{name: "one layer, an epoch is a batch", samples: 40, spec: shape(nil, 8), loss: hinge, tolerance: 1e-12,
			options: func(o *bcd.BatchOptions) { o.Batch, o.Epochs = 40, 24 }},
		{name: "two layers, batches of two sizes", samples: 110, spec: shape(nil, 8, 7), loss: squared, centred: true,
			tolerance: 1e-12,
			options:   func(o *bcd.BatchOptions) { o.Batch, o.Epochs, o.Metric = 20, 5, bcd.GramMetric }},
		{name: "one layer, twice the cross-entropy", samples: 110, spec: shape(nil, 8),
			loss: nn.DoubleSoftmax[float64]{}, centred: true, tolerance: 1e-11,
			options: func(o *bcd.BatchOptions) { o.Batch, o.Epochs = 20, 8 }},
		{name: "skips", samples: 90, spec: shape(skips, 7, 6, 5), loss: hinge, centred: true, tolerance: 1e-12,
			options: func(o *bcd.BatchOptions) {
				o.Batch, o.Epochs, o.Gamma, o.Lambda, o.Metric = 30, 6, []float64{0.5, 1, 2}, 1, bcd.GramMetric
			}},
		{name: "skips, squared loss", samples: 90, spec: shape(skips, 7, 6, 5), loss: squared, tolerance: 1e-12,
			options: func(o *bcd.BatchOptions) {
				o.Batch, o.Epochs, o.InputStep, o.Metric = 30, 6, 1.5, bcd.GramMetric
			}},
		{name: "three hundred batches", samples: 150, spec: shape(nil, 6, 5), loss: squared, tolerance: 1e-10,
			options: func(o *bcd.BatchOptions) {
				o.Batch, o.Epochs, o.Step, o.InputStep, o.Metric, o.Seed = 1, 2, 0.2, 1, bcd.GramMetric, 3
			}},
		{name: "penalties that are due early", samples: 100, spec: shape(nil, 6, 5), loss: hinge, tolerance: 1e-12,
			options: func(o *bcd.BatchOptions) {
				o.Batch, o.Epochs, o.Lambda, o.LambdaOut, o.Metric = 10, 6, 20, 10, bcd.GramMetric
			}},
		{name: "other settings", samples: 100, spec: shape(nil, 8, 6, 5), loss: hinge, tolerance: 1e-10,
			options: func(o *bcd.BatchOptions) {
				o.Batch, o.Epochs, o.Step, o.InputStep, o.Damping = 20, 6, 0.6, 2.5, 0.3
				o.Memory, o.Inner, o.InnerLast, o.Seed, o.Gamma = 0.6, 3, 5, 7, []float64{3}
			}},
		{name: "ten layers", samples: 120, spec: shape(nil, ten...), loss: hinge, tolerance: 1e-8,
			options: func(o *bcd.BatchOptions) { o.Batch, o.Epochs, o.Metric = 40, 4, bcd.GramMetric }},
		{name: "ten layers of small weights", samples: 120, spec: shape(nil, ten...), loss: squared, init: small,
			tolerance: 1e-8,
			options:   func(o *bcd.BatchOptions) { o.Batch, o.Epochs, o.Metric = 40, 5, bcd.GramMetric }},
		{name: "skips and small weights", samples: 120,
			spec: shape([]nn.Skip{{From: 0, To: 3}, {From: 2, To: 5}}, 6, 6, 6, 6, 6), loss: hinge, init: small,
			tolerance: 1e-8,
			options:   func(o *bcd.BatchOptions) { o.Batch, o.Epochs = 40, 5 }},
		{name: "steps that are too long", samples: 80, spec: shape(nil, 6, 5), loss: squared, tolerance: 1e-8,
			halves: true,
			options: func(o *bcd.BatchOptions) {
				o.Batch, o.Epochs, o.InputStep, o.Damping, o.Metric, o.Seed = 8, 12, 3e3, 0.1, bcd.GramMetric, 3
			}},
		{name: "steps that are far too long", samples: 80, spec: shape(nil, 6), loss: hinge, tolerance: 1e-11,
			halves: true, backs: 5, excused: 6,
			options: func(o *bcd.BatchOptions) { o.Batch, o.Epochs, o.InputStep, o.Seed = 8, 12, 1e9, 2 }},
		{name: "ten layers that diverge", samples: 100, spec: shape(nil, ten...), loss: hinge, tolerance: 1e-5,
			halves: true, backs: 1,
			options: func(o *bcd.BatchOptions) {
				o.Batch, o.Epochs, o.Damping, o.InputStep, o.Metric = 20, 12, 0.01, 20, bcd.GramMetric
			}},
	}
}

// sparseCases are those with an ℓ1 penalty.
func sparseCases() []referenceCase {
	skips := []nn.Skip{{From: 0, To: 2}, {From: 0, To: 3}, {From: 1, To: 3}}
	return []referenceCase{
		{name: "sparse, with a last batch of one", samples: 121, spec: referenceShape(nil, 8, 7),
			loss: nn.Hinge[float64]{}, centred: true, tolerance: 1e-11,
			options: func(o *bcd.BatchOptions) {
				*o = o.WithL1(0.02)
				o.Batch, o.Epochs = 20, 10
			}},
		{name: "sparse, with skips", samples: 90, spec: referenceShape(skips, 7, 6, 5), loss: nn.Squared[float64]{},
			tolerance: 1e-11,
			options: func(o *bcd.BatchOptions) {
				*o = o.WithL1(0.03)
				o.Batch, o.Epochs, o.Gamma, o.InputStep = 30, 11, []float64{0.5, 1, 2}, 1.5
			}},
	}
}

// spectralCases are those with the spectral metric between hidden layers.
func spectralCases() []referenceCase {
	shape := referenceShape
	hinge, squared := nn.Hinge[float64]{}, nn.Squared[float64]{}
	skips := []nn.Skip{{From: 0, To: 2}, {From: 0, To: 3}, {From: 1, To: 3}}
	ten := []int{6, 6, 6, 6, 6, 6, 6, 6, 6, 6}
	return []referenceCase{
		{name: "spectral metric", samples: 110, spec: shape(nil, 8, 7, 6), loss: hinge, centred: true, tolerance: 1e-10,
			options: func(o *bcd.BatchOptions) { o.Batch, o.Epochs, o.Metric = 20, 6, bcd.SpectralMetric }},
		{name: "spectral metric, an epoch that is undone before an odd batch", samples: 90, spec: shape(nil, 8, 7),
			loss: hinge, tolerance: 1e-11, halves: true, undone: 1,
			options: func(o *bcd.BatchOptions) {
				o.Batch, o.Epochs, o.InputStep, o.Damping, o.Seed = 22, 8, 20, 0.1, 2
			}},
		{name: "spectral metric, twice the cross-entropy", samples: 110, spec: shape(nil, 8, 7),
			loss: nn.DoubleSoftmax[float64]{}, tolerance: 1e-10,
			options: func(o *bcd.BatchOptions) { o.Batch, o.Epochs, o.Metric = 20, 6, bcd.SpectralMetric }},
		{name: "spectral metric with skips", samples: 90, spec: shape(skips, 7, 6, 8), loss: squared, tolerance: 1e-10,
			options: func(o *bcd.BatchOptions) {
				o.Batch, o.Epochs, o.Metric, o.SpectralStep, o.SpectralDecay = 30, 12, bcd.SpectralMetric, 0.03, 2
			}},
		{name: "spectral metric in ten layers", samples: 120, spec: shape(nil, ten...), loss: hinge, tolerance: 1e-6,
			options: func(o *bcd.BatchOptions) {
				o.Batch, o.Epochs, o.Metric, o.SpectralDecay = 40, 4, bcd.SpectralMetric, 0.1
			}},
		{name: "spectral metric everywhere", samples: 110, spec: shape(nil, 8, 7, 6), loss: hinge, centred: true,
			tolerance: 1e-10,
			options:   func(o *bcd.BatchOptions) { *o = everywhere(o, 110, 3); o.Batch, o.Epochs = 20, 12 }},
		{name: "spectral metric everywhere, with skips", samples: 90, spec: shape(skips, 7, 6, 8), loss: hinge,
			tolerance: 1e-10,
			options: func(o *bcd.BatchOptions) {
				*o = everywhere(o, 90, 3)
				o.Batch, o.Epochs, o.SpectralStep, o.SpectralDecay = 30, 12, 0.03, 2
			}},
		{name: "spectral metric everywhere in one layer, squared loss", samples: 60, spec: shape(nil, 7), loss: squared,
			tolerance: 1e-10,
			options:   func(o *bcd.BatchOptions) { *o = everywhere(o, 60, 1); o.Batch, o.Epochs = 20, 6 }},
		{name: "spectral metric everywhere, without a ridge", samples: 90, spec: shape(skips, 7, 6, 8), loss: hinge,
			tolerance: 1e-10,
			options: func(o *bcd.BatchOptions) {
				*o = everywhere(o, 90, 3)
				o.Batch, o.Epochs, o.Lambda = 30, 12, 0
			}},
		{name: "ten layers, by default", samples: 1200, spec: shape(nil, ten...), loss: hinge, tolerance: 1e-6,
			options: func(o *bcd.BatchOptions) { o.Epochs = 2 }},
		{name: "spectral metric, decay of more than there is", samples: 90, spec: shape(nil, 7, 6), loss: hinge,
			tolerance: 1e-10, halves: true,
			options: func(o *bcd.BatchOptions) {
				o.Batch, o.Epochs, o.Metric, o.SpectralDecay = 30, 12, bcd.SpectralMetric, 40
			}},
		{name: "spectral metric, steps that are too long", samples: 80, spec: shape(nil, 6, 5), loss: squared,
			tolerance: 1e-8, halves: true,
			options: func(o *bcd.BatchOptions) {
				o.Batch, o.Epochs, o.InputStep, o.Damping = 8, 12, 3e3, 0.1
				o.Metric, o.SpectralStep, o.SpectralDecay, o.Seed = bcd.SpectralMetric, 0.012, 0.1, 3
			}},
		{name: "spectral metric, steps that are far too long", samples: 80, spec: shape(nil, 6, 5), loss: hinge,
			tolerance: 1e-8, halves: true, backs: 4,
			options: func(o *bcd.BatchOptions) { o.Batch, o.Epochs, o.InputStep, o.Seed = 8, 12, 1e9, 2 }},
	}
}

// everywhere are the options with the spectral metric for all weights but those of the output.
func everywhere(o *bcd.BatchOptions, samples, layers int) bcd.BatchOptions {
	return o.WithMetric(bcd.SpectralAllMetric, train.Problem{Samples: samples, Layers: layers})
}

// TestMinibatchesAreThoseOfTheReference: all epochs, one after the other.
func TestMinibatchesAreThoseOfTheReference(t *testing.T) {
	if race.Enabled {
		t.Skip("the reference runs on one goroutine")
	}
	defer bcd.SolveSparseStepsTo(1e-13)()
	for _, c := range referenceCases() {
		t.Run(c.name, func(t *testing.T) {
			data := clusters(c.samples)
			net, err := nn.New(c.spec, c.loss, c.init, 3)
			require.NoError(t, err)
			if c.centred {
				net.Mean = nn.ColumnMean(data.X, 1)
			}
			options := bcd.MiniBatches.Defaults(train.ProblemOf(net, data))
			c.options(&options)
			reference := newReference(net, data, options)
			worst := 0.
			var control train.Control
			control.Progress = func(e train.Epoch) {
				want := reference.epoch()
				weights := reference.network()
				for n := 1; n <= len(net.Layers)+1; n++ {
					d := distance(weights[n], net.Weights(n))
					assert.LessOrEqual(t, d, c.tolerance, "epoch %d, layer %d", e.Epoch, n)
					worst = max(worst, d)
				}
				assert.InEpsilon(t, want.loss, e.Loss, c.tolerance, "loss of epoch %d", e.Epoch)
				assert.InEpsilon(t, want.eta, e.Value(bcd.Eta), max(1e-12, c.tolerance), "η of epoch %d", e.Epoch)
				assert.EqualValues(t, want.halvings, e.Value(bcd.Halvings), "halvings of epoch %d", e.Epoch)
				assert.InDelta(t, want.errors, e.TrainError, 1e-12, "errors of epoch %d", e.Epoch)
				if options.L1 > 0 {
					assert.InDelta(t, reference.nonzero(), e.Value(bcd.Nonzero), 1e-12, "zeros of epoch %d", e.Epoch)
				}
			}
			_, err = train.Run(context.Background(), net, train.Samples[float64]{Train: data},
				bcd.MiniBatches.With(options), control)
			require.NoError(t, err)
			if options.L1 > 0 {
				assert.Less(t, reference.nonzero(), 0.7)
				assert.Greater(t, reference.nonzero(), 0.2)
			}
			assert.Equal(t, c.halves, reference.halved > 0)
			assert.Equal(t, c.backs, reference.backs)
			assert.Equal(t, c.excused, reference.excused)
			assert.Equal(t, c.undone, reference.undone)
			t.Logf("at most %.1e away, %d halvings, %d times back, %d excused, %d undone, %d flushed",
				worst, reference.halved, reference.backs, reference.excused, reference.undone, reference.flushed)
		})
	}
}

// clusters are samples around a centre for each class, near enough to be mistaken.
func clusters(samples int) train.Data[float64] {
	rng := rand.New(rand.NewPCG(5, 8))
	d := train.Data[float64]{X: mat.NewDense[float64](samples, referenceInputs)}
	for i := range samples {
		class := rng.IntN(referenceClasses)
		for j := range referenceInputs {
			x := 0.3 + 0.7*rng.NormFloat64()
			if j%referenceClasses == class {
				x += 0.8
			}
			d.X.Set(i, j, x)
		}
		d.Labels = append(d.Labels, class)
	}
	return d
}

// distance is ‖a − b‖/‖a‖.
func distance(a matrix, b mat.Dense[float64]) float64 {
	var difference, norm float64
	for i, row := range a {
		for j, v := range row {
			difference += (v - b.At(i, j)) * (v - b.At(i, j))
			norm += v * v
		}
	}
	return math.Sqrt(difference / norm)
}
