package sgd

import (
	"math"

	"ridge/bcd"
)

// Trace is what happened in each epoch.
type Trace []Epoch

// Steps returns the epochs in the form of [Epoch.Step].
func (t Trace) Steps() bcd.Trace {
	steps := make(bcd.Trace, len(t))
	for i, e := range t {
		steps[i] = e.Step()
	}
	return steps
}

// Epoch is one pass over the training samples. Errors are fractions of wrong classes,
// and NaN where there are no samples or none were run through the network.
type Epoch struct {
	Epoch int     // counted from 1
	Rate  float64 // the learning rate of its last batch

	// Loss is the mean loss of the samples, without weight decay, each before the
	// update that its batch led to.
	Loss float64

	// TrainError is that of the same outputs as Loss: of networks from the start to the
	// end of the epoch. With [Options].ExactTrainError, epochs that are evaluated have
	// that of the network at the end here.
	TrainError float64
	// ValidationError and TestError are those of the network at the end of the epoch.
	ValidationError, TestError float64

	// Seconds counts from the call of [Train] to the end of this epoch, without the
	// evaluations and the calls of Progress in between.
	Seconds float64
}

// Step returns the epoch in the form that package bcd has for its own, so that both
// can stand in one report. Rate is its Eta; what gradients don't have is NaN, and
// Activity is nil.
func (e Epoch) Step() bcd.Step {
	nan := math.NaN()
	return bcd.Step{
		Iteration: e.Epoch, Theta: nan, Objective: nan, AfterU: nan, AfterV: nan, AfterW: nan,
		Stationarity: nan, Distance: nan, BlockKKT: nan, BlockGradient: nan, SecondsU: nan, SecondsV: nan, SecondsW: nan,
		TrainError: e.TrainError, ValidationError: e.ValidationError, TestError: e.TestError,
		Loss: e.Loss, Eta: e.Rate, Seconds: e.Seconds,
	}
}
