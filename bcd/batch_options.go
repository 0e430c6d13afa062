package bcd

import (
	"cmp"
	"math"
	"strconv"

	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// BatchOptions are the settings of [MiniBatches]. BatchOptions{} stands for [DefaultBatchOptions]. Any others are
// taken as they are, a number that is zero as a zero, so start from DefaultBatchOptions to change some. As
// [GramMetric] is the zero of its type, BatchOptions{Metric: GramMetric} is BatchOptions{}, too; use
// DefaultBatchOptions(p).WithMetric(GramMetric, p) for that metric. The fields are the options of the schema, one for
// one, which is why there are so many in one struct: in groups they would have other names in Go than in flags and
// reports.
type BatchOptions struct {
	// Batch is the number of samples in a batch, at least 1. With several processes it is at least their number.
	Batch int
	// Epochs is the number of passes over the samples, at least 1.
	Epochs int
	// Gamma weighs the tie of the hidden variables to the layers below, in the unit of the inputs: one
	// positive number for all hidden layers, or one for each.
	Gamma []float64
	// Lambda and LambdaOut are the ridges of the hidden layers and of the output, as numbers of samples: the ridge
	// regression of a layer has the penalty ½·Lambda·s‖W‖² in addition to a sum over all samples, s being the mean
	// square of what the layer reads, summed over its columns. So Lambda has no unit, and weighs less the more samples
	// there are. They are ≥ 0. Weights between hidden layers have it in the [GramMetric] alone.
	Lambda, LambdaOut float64
	// L1 is λ₁, which weighs ‖W_n‖₁ and ‖V‖₁ per sample, in the unit of the inputs, reweighted so that it
	// pulls at the weights near zero (see [MiniBatches]). 0 leaves the network dense. See
	// [BatchOptions.WithL1].
	L1 float64
	// Step is η₀, the part of the way to the optimum of its ridge regression that a
	// layer goes in a batch of the first half, in (0, 1]; InputStep times that for the
	// weights that read the input.
	Step float64
	// InputStep, positive, multiplies η for the weights that read the input, which with
	// more than 1 may go beyond the optimum of their ridge regression. On wide networks, and
	// on few samples, 4 lowers the error on held-out images of MNIST; why is not known
	// (docs/experiments.md). With [SpectralAllMetric] only what Lambda takes away goes by η.
	InputStep float64
	// Damping is δ, relative to the mean square of a layer's inputs; that of the first layer is 0.04 times
	// as much, relative to tr S²/tr S of the inputs' Gram matrix S. It is positive.
	Damping float64
	// Metric is that of the steps of the weights between hidden layers. SpectralStep, positive, and SpectralDecay ≥ 0
	// belong to [SpectralMetric] and [SpectralAllMetric]: how far such weights go in a batch at most, in the spectral
	// norm, and what they lose, relative to that. Steps and decay together keep the weights to a spectral norm of about
	// 1/SpectralDecay, if the training is long enough to get there. With [SpectralAllMetric] the decay is
	// SpectralDecay·(1 − a)², a being the share of samples that violate their margin; with the squared loss all samples
	// count, and nothing decays. See [BatchOptions.WithMetric].
	Metric                      Metric
	SpectralStep, SpectralDecay float64
	// Memory is ρ, the part of the Gram matrices that an update keeps, in [0, 1).
	Memory float64
	// Inner is the number of projected gradient steps for the hidden variables of a
	// layer, at least 1, and InnerLast that of the last hidden layer, whose steps
	// are cheap.
	Inner, InnerLast int
	// Seed is that of the order of the samples.
	Seed uint64
}

// DefaultBatchOptions returns settings for a network of some hidden layers and some training samples, found by
// cross-validation over 21 tables and images of digits together (docs/experiments.md). Nothing depends on what the
// inputs are measured in. Lambda is 0.05 samples, and 25/samples below 500 samples; LambdaOut is half of that, and
// beyond ten layers, through which the activations would die out, Lambda falls with their number. The steps of
// weights between hidden layers are measured by the [SpectralMetric]; the more layers there are, the shorter
// SpectralStep is, and the fewer samples, the larger SpectralDecay. From ten layers and 1200 samples on so are those
// of the weights that read the input, if the loss is the hinge ([SpectralAllMetric]). Epochs are 16 to 40, such that
// there are 1500 batches; for very few samples there are as many as make 150 batches.
func DefaultBatchOptions(p train.Problem) BatchOptions {
	const batch, few = 50, 500
	lambda := 0.05 * max(1, few/float64(max(p.Samples, 1)))
	depth := min(1, 10/float64(max(p.Layers, 1)))
	o := BatchOptions{
		Batch:     batch,
		Epochs:    defaultEpochs(p.Samples, batch),
		Gamma:     []float64{1},
		Lambda:    twoDigits(lambda * depth),
		LambdaOut: twoDigits(lambda / 2),
		Step:      1,
		Damping:   0.75,
		Memory:    0.9,
		Inner:     2,
		InnerLast: 10,
		Seed:      1,
	}
	return o.WithMetric(defaultMetric(p), p)
}

// defaultMetric is [SpectralMetric] where there are weights between hidden layers, and [SpectralAllMetric] for
// networks of ten layers or more. The latter needs a loss that is 0 for samples beyond their margin. It needs enough
// samples, as few have a larger SpectralDecay, which together with the ridge of this metric would be too much. And it
// needs so few columns that the coordinates of the samples do not take their place. What counts are all samples, not
// those of a fold, so that a choice among settings tries them with the metric that they are for.
func defaultMetric(p train.Problem) Metric {
	const deep, enough = 10, 1200
	margin, samples := nn.Hinge[float64]{}.Name(), cmp.Or(p.Whole, p.Samples)
	switch {
	case p.Layers < 2:
		return GramMetric
	case p.Layers >= deep && samples >= enough && p.Loss == margin && !p.Regression && !isWide(p.Inputs, samples):
		return SpectralAllMetric
	default:
		return SpectralMetric
	}
}

// defaultSpectralStep is 0.012 for two hidden layers, and inversely proportional to the root of their number: what
// the steps of L layers do to the outputs adds up like independent changes.
func defaultSpectralStep(layers int) float64 {
	return twoDigits(0.012 * math.Sqrt(2/float64(max(layers, 2))))
}

// defaultSpectralDecay is 0.1, and more below 12,000 samples: the fewer there are, the smaller the spectral
// norms have to stay. It is at most 20/L for L hidden layers, through which the activations would die out.
func defaultSpectralDecay(samples, layers int) float64 {
	const least, share, each = 0.1, 1200, 60
	return twoDigits(max(least, share/float64(max(samples, each*max(layers, 2)))))
}

// allDecay is the decay of [SpectralAllMetric] unless there are so few samples that defaultSpectralDecay is more: 1,
// and inversely proportional to the number of samples beyond 10,000.
func allDecay(samples int) float64 {
	const enough = 10_000
	return twoDigits(enough / float64(max(samples, enough)))
}

// defaultEpochs is 16, which is enough where an epoch has many batches. Fewer samples get more epochs, up to 40, such
// that there are 1500 batches; and whatever the number of samples, there are at least 150 batches.
func defaultEpochs(samples, batch int) int {
	const least, most = 16, 40                  // epochs
	const enough, fewest = 1500, 150            // batches
	perEpoch := max(1, (samples+batch-1)/batch) // the last one may be short
	epochs := func(batches int) int { return ceilDiv(batches, perEpoch) }
	return max(least, min(most, epochs(enough)), epochs(fewest))
}

// WithL1 returns the options for a sparse network: with L1, a smaller Gamma, and InputStep 1, as the values of dense
// networks gain nothing there; and with the [GramMetric], in which weights become zero. On MNIST with 784-300-10,
// 3e-4 leaves 9 % of the weights, and 1e-3 4 %; docs/sparse.md has the effect on the error.
func (o BatchOptions) WithL1(l1 float64) BatchOptions {
	o.L1 = l1
	o.Gamma, o.InputStep, o.Metric = []float64{0.07}, 1, GramMetric
	return o
}

// WithMetric returns the options with a metric, and with the InputStep, SpectralStep and SpectralDecay that are its
// defaults for a problem. [SpectralAllMetric] has a step of its own, which does not depend on depth, and a decay of
// 1. Few samples have more, as with [SpectralMetric], and more than 10,000 have less: the norms that fit them without
// over-fitting are larger (docs/experiments.md). Its InputStep is 1, as is that of sparse networks
// ([BatchOptions.WithL1]).
func (o BatchOptions) WithMetric(m Metric, p train.Problem) BatchOptions {
	o.Metric, o.InputStep = m, 4
	o.SpectralStep, o.SpectralDecay = defaultSpectralStep(p.Layers), defaultSpectralDecay(p.Samples, p.Layers)
	if m == SpectralAllMetric {
		o.InputStep, o.SpectralStep, o.SpectralDecay = 1, 0.01, max(o.SpectralDecay, allDecay(p.Samples))
	}
	if o.L1 > 0 {
		o.InputStep = 1
	}
	return o
}

// WithLambda returns the options with Lambda and LambdaOut multiplied by a factor, and rounded to two digits as the
// defaults are.
func (o BatchOptions) WithLambda(times float64) BatchOptions {
	o.Lambda, o.LambdaOut = twoDigits(times*o.Lambda), twoDigits(times*o.LambdaOut)
	return o
}

// checkMetric is for what goes together with the metric.
func checkMetric(o *BatchOptions, _ train.Problem) *nn.OptionError {
	if o.Metric != GramMetric && o.L1 > 0 {
		return &nn.OptionError{Reason: o.Metric.String() + " makes no weights zero, want gram with an l1 penalty"}
	}
	return nil
}

// twoDigits rounds a default to what people can read.
func twoDigits(x float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 1, 64), 64)
	if err != nil {
		return x
	}
	return rounded
}

// batchSchema declares the options.
var batchSchema = []train.Option{
	gammaOption(func(o *BatchOptions) *[]float64 { return &o.Gamma }),
	lambdaOption(func(o *BatchOptions) *float64 { return &o.Lambda }),
	lambdaOutOption(func(o *BatchOptions) *float64 { return &o.LambdaOut }),
	train.Float("l1", "L", func(o *BatchOptions) *float64 { return &o.L1 }, train.From(0), l1Help, train.Label("λ₁ %s"),
		train.Quiet("0"),
		train.Leading(func(o *BatchOptions, _ train.Problem) {
			if o.L1 > 0 {
				*o = o.WithL1(o.L1)
			}
		})),
	train.Float("step", "S", func(o *BatchOptions) *float64 { return &o.Step }, train.Above(0).UpTo(1),
		"fraction of the way to the optimum of its ridge regression that a layer goes in a batch, in the first half "+
			"of the training, after which it falls to 0; input-step multiplies it for weights that read the input",
		train.Label("η %s")),
	train.Float("input-step", "K", func(o *BatchOptions) *float64 { return &o.InputStep }, train.Above(0),
		"multiple of the step length for the weights that read the input", train.Label("(input ×%s)")),
	train.Float("damping", "D", func(o *BatchOptions) *float64 { return &o.Damping }, train.Above(0),
		"what is added to the diagonal of the Gram matrix of a layer's inputs, relative to their mean square",
		train.Label("δ %s")),
	train.Choice("metric", "NAME", func(o *BatchOptions) *Metric { return &o.Metric }, ParseMetric, Metric.check,
		"what measures the steps of weights between hidden layers: gram, the remembered Gram matrices; spectral, the "+
			"spectral norm; spectral-all, the spectral norm for weights that read the input, too",
		train.Label("metric %s"), train.Quiet("gram"), train.Checked(checkMetric),
		train.Leading(func(o *BatchOptions, p train.Problem) { *o = o.WithMetric(o.Metric, p) })),
	train.Float("spectral-step", "S", func(o *BatchOptions) *float64 { return &o.SpectralStep }, train.Above(0),
		"longest step of a batch in the spectral norm", train.Needs("metric", "spectral", "spectral-all"),
		train.Label("(step %s)")),
	train.Float("spectral-decay", "L", func(o *BatchOptions) *float64 { return &o.SpectralDecay }, train.From(0),
		"what such a step takes away from the weights, relative to its length",
		train.Needs("metric", "spectral", "spectral-all"), train.Label("decay %s")),
	train.Int("batch", "N", func(o *BatchOptions) *int { return &o.Batch }, 1, "samples of a mini-batch",
		train.Label("batches of %s")),
	train.Int("epochs", "N", func(o *BatchOptions) *int { return &o.Epochs }, 1, "passes over the training samples"),
	train.Seed("seed", "N", func(o *BatchOptions) *uint64 { return &o.Seed }, "of the order of the samples",
		train.Label("seed %s")),
	train.Float("memory", "R", func(o *BatchOptions) *float64 { return &o.Memory }, train.From(0).Below(1),
		"part of the Gram matrices that an update keeps", train.Hidden),
	train.Int("inner", "N", func(o *BatchOptions) *int { return &o.Inner }, 1,
		"projected gradient steps for the hidden variables of a layer", train.Hidden),
	train.Int("inner-last", "N", func(o *BatchOptions) *int { return &o.InnerLast }, 1,
		"projected gradient steps for those of the last hidden layer", train.Hidden),
}
