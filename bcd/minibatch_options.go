package bcd

import (
	"fmt"
	"math"
	"strconv"

	"ridge/bcd/nn"
	"ridge/mat"
)

// BatchOptions are the settings of [TrainBatches]. Start from [DefaultBatchOptions]:
// the zero value of a number here is a zero, not a default.
type BatchOptions[T mat.Float] struct {
	// Batch is the number of samples in a batch, at least 1.
	Batch int
	// Epochs is the number of passes over the samples, at least 1.
	Epochs int
	// Gamma weighs the tie of the hidden variables to the layers below: one positive
	// number for all hidden layers, or one for each.
	Gamma []float64
	// Lambda and LambdaOut weigh ½‖W_n‖² and ½‖V‖² per sample. They are ≥ 0.
	Lambda, LambdaOut float64
	// L1 is λ₁, which weighs ‖W_n‖₁ and ‖V‖₁ per sample, reweighted so that it pulls at the
	// weights near zero (see [TrainBatches]). 0 leaves the network dense. See
	// [BatchOptions.WithL1].
	L1 float64
	// Step is η₀, the part of the way to the optimum of its ridge regression that a
	// layer goes in a batch of the first half, in (0, 1]; InputStep times that for the
	// weights that read the input.
	Step float64
	// InputStep, positive, multiplies η for the weights that read the input, which with
	// more than 1 may go beyond the optimum of their ridge regression. On wide networks, and
	// on few samples, 4 lowers the error on held-out images of MNIST; why is not known
	// (docs/minibatch.md).
	InputStep float64
	// Damping is δ, relative to the mean square of a layer's inputs; that of the first
	// layer is 0.4 times as much. It is positive.
	Damping float64
	// Memory is ρ, the part of the Gram matrices that an update keeps, in [0, 1).
	Memory float64
	// Inner is the number of projected gradient steps for the hidden variables of a
	// layer, at least 1, and InnerLast that of the last hidden layer, whose steps
	// are cheap.
	Inner, InnerLast int
	// Seed is that of the order of the samples.
	Seed uint64
	// Workers bounds the number of goroutines. The result does not depend on it.
	Workers mat.Workers
	// Validation and Test, if there are any samples in them, are run through the
	// network after each epoch. They have no influence on the training.
	Validation, Test Data[T]
	// Progress, if not nil, is called after each epoch.
	Progress func(Step)
}

// DefaultBatchOptions returns settings for a network of so many hidden layers and so
// many training samples, found on held-out training images of MNIST: Lambda is
// 7.5/samples, but at most 5e-4, LambdaOut half of that, and beyond ten layers, through
// which the activations would die out, Lambda falls with their number. In six-fold
// cross-validation 784-300-10 is wrong by 1.5 % after 20 epochs, 784-500-500-10 by 1.3 %,
// and ten layers of 100 by 1.8 % (docs/minibatch.md).
func DefaultBatchOptions[T mat.Float](samples, layers int) BatchOptions[T] {
	lambda := min(5e-4, 7.5/float64(max(samples, 1)))
	depth := min(1, 10/float64(max(layers, 1)))
	return BatchOptions[T]{
		Batch:     50,
		Epochs:    16,
		Gamma:     []float64{2},
		Lambda:    twoDigits(lambda * depth),
		LambdaOut: twoDigits(lambda / 2),
		Step:      1,
		InputStep: 4,
		Damping:   0.75,
		Memory:    0.9,
		Inner:     2,
		InnerLast: 10,
		Seed:      1,
	}
}

// WithL1 returns the options for a sparse network: with L1, a third of Lambda, as weights
// that are zero do not over-fit, and Gamma and InputStep 1, as what dense networks have is
// no gain there. On MNIST with 784-300-10, 3e-4 leaves 9 % of the weights, and 1e-3 4 %;
// docs/sparse.md has what that does to the error.
func (o BatchOptions[T]) WithL1(l1 float64) BatchOptions[T] {
	o.L1 = l1
	o.Lambda = twoDigits(o.Lambda / 3)
	o.Gamma, o.InputStep = []float64{1}, 1
	return o
}

// twoDigits rounds a default to what people can read.
func twoDigits(x float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 1, 64), 64)
	if err != nil {
		return x
	}
	return rounded
}

// check returns an *[nn.OptionError] unless the options can be used on a network of
// the given number of hidden layers.
func (o *BatchOptions[T]) check(layers int) error {
	for _, c := range []struct {
		option string
		value  int
	}{{"batch", o.Batch}, {"epochs", o.Epochs}, {"inner", o.Inner}, {"inner-last", o.InnerLast}} {
		if c.value < 1 {
			return &nn.OptionError{Option: c.option, Reason: fmt.Sprintf("%d: want at least 1", c.value)}
		}
	}
	if !(o.Step > 0 && o.Step <= 1) {
		return &nn.OptionError{Option: "step", Reason: fmt.Sprintf("%v: want a number in (0, 1]", o.Step)}
	}
	if !(o.InputStep > 0) || math.IsInf(o.InputStep, 1) {
		return &nn.OptionError{Option: "input-step", Reason: fmt.Sprintf("%v: want a positive number", o.InputStep)}
	}
	if !(o.Damping > 0) || math.IsInf(o.Damping, 1) {
		return &nn.OptionError{Option: "damping", Reason: fmt.Sprintf("%v: want a positive number", o.Damping)}
	}
	if !(o.Memory >= 0 && o.Memory < 1) {
		return &nn.OptionError{Option: "memory", Reason: fmt.Sprintf("%v: want a number in [0, 1)", o.Memory)}
	}
	common := Options[T]{Gamma: o.Gamma, Lambda: o.Lambda, LambdaOut: o.LambdaOut, L1: o.L1, Iterations: o.Epochs}
	return common.check(layers)
}
