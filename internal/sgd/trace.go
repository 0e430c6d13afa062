package sgd

// Trace is what happened in each epoch.
type Trace []Epoch

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
