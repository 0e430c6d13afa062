package bcd

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

	// Stationarity is the 2-norm over U, V and W together of the projected gradient
	// of F/N, after the W step.
	Stationarity float64

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
