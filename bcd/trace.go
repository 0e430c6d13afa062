package bcd

import "math"

// Trace is what happened in each iteration, or epoch of [TrainBatches].
type Trace []Step

// Step is one outer iteration, or an epoch of mini-batches, which has no objectives,
// no residuals and no seconds of blocks: they are NaN. Objectives are F/N, without the
// proximal term; errors are fractions, and NaN where there are no samples.
type Step struct {
	Iteration int     // counted from 1
	Theta     float64 // θ_t

	Objective              float64 // before the U step
	AfterU, AfterV, AfterW float64

	// Stationarity is ‖x − P(x − ∇F)‖/N after the W step: the 2-norm over U, V and W
	// together, P being the projection on U ≥ 0. Where U is not at the bound it is the
	// norm of ∇F/N.
	Stationarity float64

	// Distance is how far all weights, the biases among them, are from those after
	// iteration 1: the 2-norm of the difference, relative to that of the latter.
	Distance float64

	// BlockKKT is the largest relative KKT residual that the QPs of the U step were
	// left with, each max|P(x − ∇) − x| measured against its largest linear term.
	BlockKKT float64
	// BlockGradient is the largest relative gradient that the V and W steps left,
	// measured against the largest ‖T_j‖‖A_k‖ (columns of targets and inputs).
	BlockGradient float64

	// Activity is the fraction of strictly positive activations in a forward pass
	// over the training samples, for each hidden layer.
	Activity []float64

	// Nonzero is the fraction of the weights that are not exactly zero, without the biases.
	Nonzero float64

	// Errors of the forward pass: fractions of wrong classes.
	TrainError, ValidationError, TestError float64

	// Loss is the mean loss of the forward passes of an epoch's batches, each before its
	// step; TrainError and Activity are of the same passes then. Eta is the step length
	// of the epoch's last batch, and Halvings how often a step was halved or undone.
	// They are those of [TrainBatches], and 0 in full batches.
	Loss, Eta float64
	Halvings  int

	// Seconds counts from the start of the training to the end of this iteration;
	// SecondsU, SecondsV and SecondsW are those that its blocks took. An epoch's is
	// without the runs of the validation and test samples and the calls of Progress.
	Seconds                      float64
	SecondsU, SecondsV, SecondsW float64
}

// Rate fits the second half of the trace: in least squares of the logarithms, its
// stationarity is next to scale·rate^t in iteration t. A sequence converges R-linearly if
// some scale·rate^t with a rate below 1 is above it; the rate of the fit is where the
// straight part of the curve on a logarithmic scale says that it lies. Both are NaN where
// there are fewer than three iterations, or a stationarity is not positive and finite.
func (t Trace) Rate() (rate, scale float64) {
	half := t[len(t)/2:]
	n := float64(len(half))
	var meanX, meanY float64
	for _, s := range half {
		meanX += float64(s.Iteration) / n
		meanY += math.Log(s.Stationarity) / n
	}
	var xx, xy float64
	for _, s := range half {
		x := float64(s.Iteration) - meanX
		xx += x * x
		xy += x * (math.Log(s.Stationarity) - meanY)
	}
	slope := xy / xx
	if !finite(slope) {
		return math.NaN(), math.NaN()
	}
	return math.Exp(slope), math.Exp(meanY - slope*meanX)
}
